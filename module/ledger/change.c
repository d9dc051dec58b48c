// SPDX-License-Identifier: GPL-2.0
/* The changes an entry can go through, for whoever sees one: see change.h. */
#include "change.h"

#include <linux/bitops.h>
#include <linux/jiffies.h>
#include <net/tcp_states.h>

static void count_open_failure(struct sl_ledger *l, const struct sl_entry *e,
			       enum sl_pool pool, int err)
{
	u8 role = e->rec.role;

	if (err == -ENOMEM)
		sl_stats_inc(&l->stats, SL_STAT_LOST_NO_MEMORY);
	else if (err != -ENOSPC)
		sl_stats_inc(&l->stats, SL_STAT_LOST_INDEX);
	else if (pool == SL_POOL_HALF_OPEN)
		sl_stats_inc(&l->stats, SL_STAT_LOST_HALF_OPEN_FULL);
	else if (role == SOCKLEDGER_ROLE_IDLE ||
		 role == SOCKLEDGER_ROLE_DATAGRAM)
		sl_stats_inc(&l->stats, SL_STAT_LOST_IDLE_FULL);
	else
		sl_stats_inc(&l->stats, SL_STAT_LOST_LIVE_FULL);
}

static void count_eviction(struct sl_ledger *l, enum sl_pool pool,
			   unsigned int evicted)
{
	sl_stats_add(&l->stats, pool == SL_POOL_HISTORY ?
		     SL_STAT_HISTORY_EVICTED : SL_STAT_HALF_OPEN_EVICTED,
		     evicted);
}

/*
 * Another socket's entry stands where @tuple's is to go. Within a VRF the kernel
 * gives one pair of endpoints to one socket at a time, so the end of that one
 * was not witnessed. Called under the lock of the entry that takes its place:
 * that one is in no index by endpoint yet and the other is, so two entries
 * never wait for each other here.
 */
static void displace(struct sl_ledger *l, const struct sl_tuple *tuple, u64 now)
{
	struct sl_entry *old = sl_index_by_tuple(&l->index, tuple);

	if (!old)
		return;
	spin_lock_nested(&old->lock, SINGLE_DEPTH_NESTING);
	if (old->in_tuple_index) {
		if (!(old->rec.flags & SL_F_CLOSED))
			sl_stats_inc(&l->stats, SL_STAT_LOST_END);
		sl_handshake_gone(l, old, now);
		if (old->rec.flags & SL_F_TIMEWAIT) {
			sl_end_timewait(l, old, now,
					sl_since(old, now) < old->rec.expires);
		} else {
			sl_close(l, old, now);
			sl_retire(l, old);
		}
	}
	spin_unlock(&old->lock);
}

void sl_index_endpoint(struct sl_ledger *l, struct sl_entry *e, u64 now)
{
	int err = sl_index_add_tuple(&l->index, e);

	if (err == -EEXIST) {
		displace(l, &e->rec.tuple, now);
		err = sl_index_add_tuple(&l->index, e);
	}
	/* The entry stays, found by socket and id; segments will miss it. */
	if (err)
		sl_stats_inc(&l->stats, SL_STAT_LOST_INDEX);
}

static u8 witness_of(const struct sl_entry *e)
{
	return e->rec.tuple.kind == SL_KIND_SOCKET ? SOCKLEDGER_WITNESS_SOCKET :
						     SOCKLEDGER_WITNESS_WIRE;
}

static void journal_begun(struct sl_ledger *l, const struct sl_entry *e)
{
	sl_journal_add(l, .t = e->rec.start,
		       .id = e->rec.id,
		       .witness = witness_of(e),
		       .what = SOCKLEDGER_WHAT_BEGUN);
}

static void journal_ended(struct sl_ledger *l, const struct sl_entry *e,
			  u64 now)
{
	const struct sl_progress *progress = &e->rec.progress;

	sl_journal_add(l, .t = now,
		       .id = e->rec.id,
		       .witness = witness_of(e),
		       .what = SOCKLEDGER_WHAT_ENDED,
		       .handshake = progress->phase != SOCKLEDGER_PHASE_NONE,
		       .outcome = progress->outcome,
		       .reason = progress->reason);
}

struct sl_entry *sl_open(struct sl_ledger *l, struct sl_entry *e,
			 enum sl_pool pool)
{
	unsigned int evicted;
	int err;

	/* From here on the sweep may find it, who is to see it indexed. */
	spin_lock_bh(&e->lock);
	err = sl_pools_add(&l->pools, e, pool, &evicted);
	count_eviction(l, pool, evicted);
	if (err) {
		spin_unlock_bh(&e->lock);
		count_open_failure(l, e, pool, err);
		sl_entry_free(e);
		return NULL;
	}
	if (e->sk)
		err = sl_index_add_sock(&l->index, e);
	if (!err && pool == SL_POOL_HALF_OPEN)
		err = sl_index_add_tuple(&l->index, e);
	else if (!err && (e->rec.flags & SL_F_TUPLE))
		sl_index_endpoint(l, e, e->rec.start);
	/* The final ACK of a handshake is waited for. */
	if (!err && pool == SL_POOL_HALF_OPEN)
		sl_await(l, e, SL_F_AWAITS_ACK, true);
	/* Readers know it by its id already: they must not follow it. */
	if (err)
		sl_index_del_sock(&l->index, e);
	else if (!(e->rec.flags & SL_F_PRE_EXISTING))
		journal_begun(l, e);
	spin_unlock_bh(&e->lock);
	if (err) {
		/* -EEXIST: another CPU opened the same a moment ago. */
		if (err != -EEXIST)
			sl_stats_inc(&l->stats, SL_STAT_LOST_INDEX);
		sl_pools_remove(&l->pools, e);
		return NULL;
	}
	sl_stats_inc(&l->stats, SL_STAT_ENTRIES);
	return e;
}

void sl_close(struct sl_ledger *l, struct sl_entry *e, u64 now)
{
	lockdep_assert_held(&e->lock);
	if (e->rec.end == SL_T_UNKNOWN) {
		e->rec.end = sl_since(e, now);
		journal_ended(l, e, now);
	}
	sl_index_del_tuple(&l->index, e);
	sl_await(l, e, SL_F_AWAITS_ACK | SL_F_AWAITS_DATA, false);
}

void sl_retire(struct sl_ledger *l, struct sl_entry *e)
{
	enum sl_pool pool = SL_POOL_HISTORY;
	unsigned int evicted;

	lockdep_assert_held(&e->lock);
	if (e->sk || e->retired)
		return;
	e->retired = true;
	if (e->rec.tuple.kind != SL_KIND_SOCKET &&
	    e->rec.progress.outcome != SOCKLEDGER_OUTCOME_ESTABLISHED)
		pool = SL_POOL_HALF_PAST;
	sl_pools_move(&l->pools, e, pool, &evicted);
	count_eviction(l, pool, evicted);
}

void sl_journal_adopted(struct sl_ledger *l, const struct sl_entry *e, u64 now)
{
	sl_journal_add(l, .t = now,
		       .id = e->rec.id,
		       .witness = SOCKLEDGER_WITNESS_SOCKET,
		       .what = SOCKLEDGER_WHAT_ADOPTED);
}

void sl_journal_state(struct sl_ledger *l, const struct sl_entry *e, u8 from,
		      u8 to, u8 cause, u64 now)
{
	sl_journal_add(l, .t = now,
		       .id = e->rec.id,
		       .witness = SOCKLEDGER_WITNESS_SOCKET,
		       .what = SOCKLEDGER_WHAT_STATE,
		       .from = from,
		       .to = to,
		       .cause = cause);
}

void sl_transition(struct sl_ledger *l, struct sl_entry *e, u8 from, u8 to,
		   u8 cause, u64 now)
{
	u64 t = sl_since(e, now);
	u16 dropped = e->rec.transitions.dropped;

	lockdep_assert_held(&e->lock);
	sl_transitions_add(&e->rec.transitions, from, to, cause, t);
	if (e->rec.transitions.dropped != dropped)
		sl_stats_inc(&l->stats, SL_STAT_LOST_TRANSITIONS);
	e->rec.state = to;
	if (to == TCP_SYN_SENT || to == TCP_SYN_RECV)
		sl_expect_read(l, e, true);
	sl_journal_state(l, e, from, to, cause, now);
}

/* Time from the first segment of the handshake that this end sent. */
static void count_latency(struct sl_ledger *l, const struct sl_entry *e,
			  u64 now)
{
	bool active = e->rec.role == SOCKLEDGER_ROLE_ACTIVE;
	u64 from = active ? e->rec.hs.syn : e->rec.hs.synack;
	u64 to = sl_since(e, now);

	/* That it had been through shows only now that it is closed. */
	if (e->rec.flags & SL_F_CLOSED)
		to = e->rec.hs.ack;
	if (e->rec.role == SOCKLEDGER_ROLE_FORWARDED ||
	    from == SL_T_UNKNOWN || to == SL_T_UNKNOWN)
		return;
	/* Another CPU may have read its clock a little later. */
	sl_stats_time(&l->stats, active ? SL_HIST_CONNECT : SL_HIST_ANSWER,
		      to > from ? to - from : 0);
}

void sl_handshake_step(struct sl_ledger *l, struct sl_entry *e,
		       enum sl_step step, u64 now)
{
	struct sl_progress *progress = &e->rec.progress;
	u8 before = progress->outcome;
	u8 held_up_by = progress->reason;

	lockdep_assert_held(&e->lock);
	if (e->rec.role == SOCKLEDGER_ROLE_LISTENER ||
	    sl_phase_over(progress->phase))
		return;
	*progress = sl_phase_step(*progress, step, sl_view_of(e));
	if (progress->phase != SOCKLEDGER_PHASE_FAILED)
		progress->reason = held_up_by;
	if (progress->outcome == before)
		return;
	*progress = sl_explain(*progress, e->rec.hs.hint);
	sl_stats_outcome(&l->stats, e->rec.role, progress->outcome);
	if (progress->outcome == SOCKLEDGER_OUTCOME_ESTABLISHED)
		count_latency(l, e, now);
}

void sl_handshake_gone(struct sl_ledger *l, struct sl_entry *e, u64 now)
{
	sl_hint_gone(l, e);
	sl_handshake_step(l, e, e->rec.hs.ack == SL_T_UNKNOWN ?
			  SL_STEP_GONE : SL_STEP_GONE_ACKED, now);
}

void sl_end_silent(struct sl_ledger *l, struct sl_entry *e, u64 now)
{
	bool said_so = sl_entry_is_ending(e) || sl_entry_said_all(e);

	sl_handshake_gone(l, e, now);
	sl_close(l, e, said_so ? e->rec.start + e->rec.last_seen : now);
	sl_retire(l, e);
}

void sl_await(struct sl_ledger *l, struct sl_entry *e, u16 flag, bool on)
{
	u16 changed = on ? flag & ~e->rec.flags : flag & e->rec.flags;

	lockdep_assert_held(&e->lock);
	/* Of one that ended since it was found nothing is awaited. */
	if (!changed || (on && e->rec.end != SL_T_UNKNOWN))
		return;
	e->rec.flags ^= changed;
	if (on)
		atomic_add(hweight16(changed), &l->awaited);
	else
		atomic_sub(hweight16(changed), &l->awaited);
}

void sl_expect_read(struct sl_ledger *l, struct sl_entry *e, bool on)
{
	lockdep_assert_held(&e->lock);
	if (on == !!(e->rec.flags & SL_F_UNREAD))
		return;
	e->rec.flags ^= SL_F_UNREAD;
	atomic_add(on ? 1 : -1, &l->unread);
	atomic_add(on ? 1 : -1, &sl_unread);
}

void sl_sweep_arm(struct sl_ledger *l)
{
	/* Does nothing while it is pending. */
	schedule_delayed_work(&l->sweep, HZ);
}

void sl_watch(struct sl_ledger *l, struct sl_entry *e, u64 due)
{
	sl_pools_watch(&l->pools, e, due);
	sl_sweep_arm(l);
}
