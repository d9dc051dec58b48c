// SPDX-License-Identifier: GPL-2.0
/* A listener's ledger: what came to its queues, and how long it stayed. */
#include "change.h"

#include <linux/slab.h>
#include <net/inet_connection_sock.h>

#include "../kernel/facts.h"

struct sl_listening *sl_listening_alloc(struct sl_ledger *l)
{
	struct sl_listening *to = kzalloc(sizeof(*to),
					  GFP_ATOMIC | __GFP_NOWARN);

	if (!to)
		sl_stats_inc(&l->stats, SL_STAT_LOST_NO_MEMORY);
	return to;
}

/* Peaks are taken where a queue has just grown. Under e->lock. */
static void note_peaks(const struct sl_entry *e, struct sl_listening *to)
{
	if (!e->sk)
		return;
	sl_facts_listening(e->sk, to);
	to->queue_peak = max(to->queue_peak, to->queue);
	to->half_open_peak = max(to->half_open_peak, to->half_open);
}

void sl_listening_born(struct sl_entry *e, bool cookie)
{
	struct sl_listening *to;

	spin_lock_bh(&e->lock);
	to = sl_entry_listening(e);
	if (to) {
		to->established++;
		to->cookies_accepted += cookie;
		note_peaks(e, to);
	}
	spin_unlock_bh(&e->lock);
}

void sl_listening_queues(struct sl_entry *e)
{
	struct sl_listening *to;

	spin_lock_bh(&e->lock);
	to = sl_entry_listening(e);
	if (to)
		to->queue_peak = max(to->queue_peak, to->queue + 1);
	spin_unlock_bh(&e->lock);
}

void sl_listening_answered(struct sl_entry *e, bool cookie)
{
	struct sl_listening *to;

	spin_lock_bh(&e->lock);
	to = sl_entry_listening(e);
	if (to) {
		to->cookies_sent += cookie;
		/* A cookie takes no place in a queue. */
		if (!cookie)
			note_peaks(e, to);
	}
	spin_unlock_bh(&e->lock);
}

void sl_listening_accepted(struct sl_entry *e, u64 wait)
{
	struct sl_listening *to;

	spin_lock_bh(&e->lock);
	to = sl_entry_listening(e);
	if (to) {
		to->accepted++;
		if (wait != SL_T_UNKNOWN)
			sl_waits_add(&to->waits, wait);
	}
	spin_unlock_bh(&e->lock);
}

void sl_ledger_overflow(struct sl_ledger *l, const struct sock *listener,
			const struct sl_tuple *tuple, enum sl_overflow what,
			u64 now)
{
	struct sl_entry *e = sl_index_by_sock(&l->index, listener);
	struct sl_listening *to;

	sl_note_overflow(l, tuple, what, now);
	if (!e)
		return;
	spin_lock_bh(&e->lock);
	to = sl_entry_listening(e);
	if (to) {
		if (what == SL_OVERFLOW_ACCEPT)
			to->overflows++;
		else
			to->syn_overflows++;
		note_peaks(e, to);
	}
	spin_unlock_bh(&e->lock);
}
