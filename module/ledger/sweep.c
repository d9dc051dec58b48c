// SPDX-License-Identifier: GPL-2.0
/*
 * The ends that nobody announces: a request that expires, a connection in the
 * middle that falls silent, a timewait socket whose end the probe missed.
 * Once a second, while anything is watched, what may be over by now is held
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
/* The probe on the end of TIME_WAIT comes first, unless there is none. */
#define SWEEP_TIMEWAIT	(NSEC_PER_SEC / 2)

/*
 * When is a handshake over of which nothing was seen since @last? @now: it is
 * not, and may be at any time.
 */
static u64 half_open_due(struct sl_ledger *l, const struct sl_record *rec,
			 u64 last, u64 now)
{
	/* A SYN+ACK that a filter ate on its way out has left a request. */
	if (rec->progress.phase != SOCKLEDGER_PHASE_SYNACK &&
	    rec->hs.hint != SOCKLEDGER_REASON_FILTERED_OUTPUT)
		return min_t(u64, last + SWEEP_SILENCE, now);
	if (rec->hs.cookie)
		return last + SWEEP_COOKIE;
	if (last + SWEEP_REQUEST < now &&
	    !sl_ask_request(l->net, &rec->tuple, rec->ifindex))
		return last + SWEEP_REQUEST;
	return now;
}

static u64 forwarded_due(const struct sl_entry *e, u64 last)
{
	if (sl_entry_is_ending(e))
		return last + SWEEP_LINGER;
	/* The other FIN takes another way, and what is said until then. */
	if (sl_entry_said_all(e))
		return last + SWEEP_SILENCE;
	if (e->rec.progress.phase == SOCKLEDGER_PHASE_DONE)
		return last + SWEEP_FORWARDED;
	return last + SWEEP_SILENCE;
}

static void sweep_timewait(struct sl_ledger *l, struct sl_entry *e, u64 now)
{
	u64 expires = sl_timewait_look(l, e, now);

	if (expires) {
		sl_pools_watch(&l->pools, e, expires + SWEEP_TIMEWAIT);
		return;
	}
	spin_lock_bh(&e->lock);
	if (e->in_tuple_index && (e->rec.flags & SL_F_TIMEWAIT))
		sl_end_timewait(l, e, now, sl_since(e, now) < e->rec.expires);
	spin_unlock_bh(&e->lock);
}

static void sweep_handshake(struct sl_ledger *l, struct sl_entry *e, u64 now)
{
	const struct sl_record *rec = &e->rec;
	u64 last, due;

	spin_lock_bh(&e->lock);
	last = rec->start + rec->last_seen;
	/* It may have ended, or have a socket by now. */
	if (!e->in_tuple_index || rec->tuple.kind == SL_KIND_SOCKET)
		goto unlock;
	if (rec->tuple.kind == SL_KIND_HALF_OPEN)
		due = half_open_due(l, rec, last, now);
	else
		due = forwarded_due(e, last);
	if (due < now)
		sl_end_silent(l, e, now);
	else
		sl_pools_watch(&l->pools, e, due);
unlock:
	spin_unlock_bh(&e->lock);
}

void sl_sweep(struct work_struct *work)
{
	struct sl_ledger *l = container_of(to_delayed_work(work),
					   struct sl_ledger, sweep);
	u64 now = ktime_get_mono_fast_ns();
	unsigned int looked_at = 0;
	struct sl_entry *e;

	rcu_read_lock();
	while ((e = sl_pools_due(&l->pools, now))) {
		if (READ_ONCE(e->rec.flags) & SL_F_TIMEWAIT)
			sweep_timewait(l, e, now);
		else
			sweep_handshake(l, e, now);
		/* Nothing is kept from one to the next. */
		if (++looked_at % 256 == 0) {
			rcu_read_unlock();
			cond_resched();
			rcu_read_lock();
		}
	}
	rcu_read_unlock();
	if (sl_pools_watched(&l->pools))
		sl_sweep_arm(l);
}
