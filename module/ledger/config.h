/* SPDX-License-Identifier: GPL-2.0 */
/* What of a ledger can be changed while it is in use. */
#ifndef _SOCKLEDGER_CONFIG_H
#define _SOCKLEDGER_CONFIG_H

#include "ledger.h"

struct sl_config {
	struct sl_limits limits;
	u64 events;		/* set of enum sockledger_what, see journal.h */
	bool datagrams;		/* those of UDP are counted */
};

/** sl_config_get() - how a ledger is set up now */
void sl_config_get(const struct sl_ledger *l, struct sl_config *ret);

/**
 * sl_config_set() - set it up anew
 * @l: the ledger
 * @config: its limits are those that the module parameters may have
 *
 * A lower limit pushes out the oldest ended entries beyond it, which are
 * counted as if newer ones had; what has not ended stays, and counts.
 *
 * Context: process, may sleep. The caller sees to it that there is no other
 * call for this ledger at a time.
 */
void sl_config_set(struct sl_ledger *l, const struct sl_config *config);

/**
 * sl_config_count_datagrams() - whether those of UDP are counted
 * @l: the ledger; one that goes away counts no more
 * @on: are they?
 *
 * Context: process, may sleep.
 */
void sl_config_count_datagrams(struct sl_ledger *l, bool on);

/**
 * sl_config_on_counting() - be told when nobody, or somebody again, counts
 * @change: called with whether any ledger does, with a lock held; at once if
 *	none does, later when none has for some seconds; may be told the same
 *	again. NULL: nobody is told any more on return.
 *
 * Context: process, may sleep.
 */
void sl_config_on_counting(void (*change)(bool on));

/**
 * sl_ledger_flush() - forget all that has ended
 *
 * Context: process, may sleep. Return: how many entries.
 */
u64 sl_ledger_flush(struct sl_ledger *l);

/** sl_ledger_forget() - the same for one entry; 0 if it has not ended */
u64 sl_ledger_forget(struct sl_ledger *l, u64 id);

#endif /* _SOCKLEDGER_CONFIG_H */
