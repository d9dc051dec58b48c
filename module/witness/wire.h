/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The wire witness: netfilter hooks that look at every TCP segment that
 * enters, leaves or crosses a namespace, and let every one of them pass.
 */
#ifndef _SOCKLEDGER_WIRE_H
#define _SOCKLEDGER_WIRE_H

#include <linux/types.h>

struct sk_buff;

/** sl_wire_init() - hook every namespace. The ledgers exist. */
int sl_wire_init(void);

/** sl_wire_uninit() - unhook; no hook runs any more on return */
void sl_wire_uninit(void);

/**
 * sl_wire_in_last() - was it in LOCAL_IN that a hook reported on this CPU
 * last, and this very segment?
 * @skb: a segment that is being dropped, with bottom halves off
 */
bool sl_wire_in_last(const struct sk_buff *skb);

#endif /* _SOCKLEDGER_WIRE_H */
