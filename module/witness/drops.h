/* SPDX-License-Identifier: GPL-2.0 */
/* Segments that a netfilter verdict ate: the tracepoint kfree_skb. */
#ifndef _SOCKLEDGER_DROPS_H
#define _SOCKLEDGER_DROPS_H

#include <linux/types.h>

/**
 * sl_drops_init() - listen to what is dropped
 *
 * Without the tracepoint all else works: the reason of what a filter ate is
 * that of any silence then, and a message says so.
 *
 * Context: process; the ledgers exist. Return: 0 or a negative errno.
 */
int sl_drops_init(void);

/** sl_drops_uninit() - no probe runs any more on return. Context: process. */
void sl_drops_uninit(void);

/** sl_drops_attached() - does this kernel have the tracepoint? */
bool sl_drops_attached(void);

#endif /* _SOCKLEDGER_DROPS_H */
