// SPDX-License-Identifier: GPL-2.0
#include "totals.h"

#include <linux/kernel.h>

#include "../params.h"
#include "../witness/drops.h"
#include "../witness/probes.h"
#include "../witness/sockets.h"

struct total {
	const char *name;
	u64 value;
};

int sl_totals_walk(struct sl_ledger *l,
		   int (*emit)(void *arg, const char *name, u64 value),
		   void *arg)
{
	u64 live = sl_pools_count(&l->pools, SL_POOL_LIVE);
	u64 history = sl_pools_count(&l->pools, SL_POOL_HISTORY);
	u64 half_open = sl_pools_count(&l->pools, SL_POOL_HALF_OPEN);
	u64 half_past = sl_pools_count(&l->pools, SL_POOL_HALF_PAST);
	struct sl_limits limits = sl_pools_limits(&l->pools);
	const struct total totals[] = {
		{ "entries_live", live },
		{ "entries_history", history },
		{ "entries_half_open", half_open },
		{ "entries_half_open_past", half_past },
		{ "limit_live", limits.live },
		{ "limit_history", limits.history },
		{ "limit_half_open", limits.half_open },
		{ "limit_events", sl_params.max_events },
		{ "limit_failed_calls", sl_params.max_failed_calls },
		{ "bytes_per_entry", sl_entry_size() },
		{ "bytes_entries", (live + history + half_open + half_past) *
				   sl_entry_size() },
		{ "notices", READ_ONCE(l->journal.last) },
		{ "events", sl_ring_last(&l->journal.ring) },
		{ "events_overwritten", sl_ring_overwritten(&l->journal.ring) },
		{ "lost_events", atomic64_read(&l->journal.ring.lost) },
		{ "calls_failed_overwritten", sl_ring_overwritten(&l->failed) },
		{ "lost_failed_calls", atomic64_read(&l->failed.lost) },
		{ "awaited", atomic_read(&l->awaited) },
		{ "source_wire_attached", 1 },
		{ "source_sockets_attached", sl_sockets_attached() },
		{ "source_drops_attached", sl_drops_attached() },
	};
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(totals); i++) {
		err = emit(arg, totals[i].name, totals[i].value);
		if (err)
			return err;
	}
	/* What others do is none of the business of a namespace's own root. */
	err = sl_probes_walk(emit, arg, l->net->user_ns == &init_user_ns);
	return err ?: sl_stats_walk(&l->stats, emit, arg);
}
