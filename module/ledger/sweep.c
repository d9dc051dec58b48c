// SPDX-License-Identifier: GPL-2.0
/*
 * The ends that nobody announces: a request that expires, a connection in the
 * middle that falls silent, a timewait socket whose end the probe missed.
 * Once a second, while anything is marked for it, each of those is held
 * against what the kernel still knows.
 */
#include "change.h"

#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>
#include <net/tcp_states.h>

#include "../kernel/ask.h"

/*
 * A SYN or SYN+ACK that goes unanswered is sent again after at most 64 s with
 * the stock six and five retries (tcp_syn_retries, tcp_synack_retries).
 */
#define SWEEP_SILENCE	(66ULL * NSEC_PER_SEC)
/* An answer to a SYN cookie is taken for this long: MAX_SYNCOOKIE_AGE. */
#define SWEEP_COOKIE	(120ULL * NSEC_PER_SEC)
/* A request is made before its SYN+ACK passes; give other CPUs a moment. */
#define SWEEP_REQUEST	(NSEC_PER_SEC / 2)
/* After both FINs, or a RST: what is still under way arrives. */
#define SWEEP_LINGER	(5ULL * NSEC_PER_SEC)
/* As long as conntrack keeps an established connection that is silent. */
#define SWEEP_FORWARDED	(432000ULL * NSEC_PER_SEC)

static bool half_open_gone(struct sl_ledger *l, const struct sl_record *rec,
			   u64 silent)
{
	/* A SYN+ACK that a filter ate on its way out has left a request. */
	if (rec->hs.progress.phase != SOCKLEDGER_PHASE_SYNACK &&
	    rec->hs.hint != SOCKLEDGER_REASON_FILTERED_OUTPUT)
		return silent > SWEEP_SILENCE;
	if (rec->hs.cookie)
		return silent > SWEEP_COOKIE;
	return silent > SWEEP_REQUEST && !sl_ask_request(l->net, &rec->tuple,
							  rec->ifindex);
}

static bool forwarded_gone(const struct sl_record *rec, u64 silent)
{
	if (rec->ends & SL_END_RST_ANY ||
	    (rec->ends & SL_END_FIN_BOTH) == SL_END_FIN_BOTH)
		return silent > SWEEP_LINGER;
	if (rec->hs.progress.phase == SOCKLEDGER_PHASE_DONE)
		return silent > SWEEP_FORWARDED;
	return silent > SWEEP_SILENCE;
}

static void sweep_timewait(struct sl_ledger *l, struct sl_entry *e, u64 now)
{
	struct sl_timewait tw;

	/* The probe on its end comes first, unless there is none. */
	if (now < e->rec.expires + NSEC_PER_SEC)
		return;
	tw = sl_ask_timewait(l->net, &e->rec.tuple, e->rec.ifindex, now);
	if (tw.found)
		sl_timewait_moved(l, e, &tw, now);
	else
		sl_ledger_timewait_end(l, &e->rec.tuple, now, false);
}

static void sweep_handshake(struct sl_ledger *l, struct sl_entry *e, u64 now)
{
	bool gone = false;
	u64 last, silent;

	spin_lock_bh(&e->lock);
	/* A segment may have passed since @now was read. */
	last = e->rec.start + e->rec.last_seen;
	silent = now > last ? now - last : 0;
	if (e->rec.tuple.kind == SL_KIND_HALF_OPEN)
		gone = half_open_gone(l, &e->rec, silent);
	else if (e->rec.tuple.kind == SL_KIND_FORWARDED)
		gone = forwarded_gone(&e->rec, silent);
	if (gone && e->in_tuple_index) {
		sl_handshake_gone(l, e, now);
		sl_close(l, e, now);
		sl_retire(l, e);
	}
	spin_unlock_bh(&e->lock);
}

void sl_sweep(struct work_struct *work)
{
	struct sl_ledger *l = container_of(to_delayed_work(work),
					   struct sl_ledger, sweep);
	u64 now = ktime_get_mono_fast_ns();
	unsigned int looked_at = 0;
	struct sl_entry *e;
	unsigned long id;

	rcu_read_lock();
	xa_for_each_marked(&l->pools.by_id, id, e, SL_MARK_SWEEP) {
		if (READ_ONCE(e->rec.flags) & SL_F_TIMEWAIT)
			sweep_timewait(l, e, now);
		else
			sweep_handshake(l, e, now);
		/* The walk goes on by id; it needs no entry to stay. */
		if (++looked_at % 256 == 0) {
			rcu_read_unlock();
			cond_resched();
			rcu_read_lock();
		}
	}
	rcu_read_unlock();
	if (looked_at)
		sl_sweep_arm(l);
}
