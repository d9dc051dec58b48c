/* SPDX-License-Identifier: GPL-2.0 */
/* Everything that `stats` says: the same list for /proc and netlink. */
#ifndef _SOCKLEDGER_TOTALS_H
#define _SOCKLEDGER_TOTALS_H

#include "../ledger/ledger.h"

/**
 * sl_totals_walk() - gauges, limits, sources, then all counters
 * @l: the ledger
 * @emit: called with each; what it returns ends the walk unless it is 0
 * @arg: for @emit
 */
int sl_totals_walk(struct sl_ledger *l,
		   int (*emit)(void *arg, const char *name, u64 value),
		   void *arg);

#endif /* _SOCKLEDGER_TOTALS_H */
