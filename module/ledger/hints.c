// SPDX-License-Identifier: GPL-2.0
/*
 * Hints at why a handshake may fail: each is kept by its entry until a
 * segment passes after all, or the handshake is over (pure/explain.h). The
 * last one stays as what held up a handshake that went well in the end. When
 * each came is an event.
 */
#include "change.h"

#include <linux/math64.h>

static struct sl_entry *find(struct sl_ledger *l, const struct sl_tuple *tuple,
			     enum sl_kind kind)
{
	struct sl_tuple key = *tuple;

	key.kind = kind;
	return sl_index_by_tuple(&l->index, &key);
}

/*
 * TCP sends nothing again so soon (TCP_RTO_MIN). What comes more often is
 * counted, but a line for each would let a flood write the journal: of all in
 * such a while since the entry began, the first has one.
 */
#define SOON_NS		(100 * NSEC_PER_MSEC)

static bool is_under_way(const struct sl_entry *e)
{
	lockdep_assert_held(&e->lock);
	return !sl_phase_over(e->rec.progress.phase) && !sl_was_through(e);
}

/* @dir: the way of the segment that it says something of */
static void take_hint(struct sl_ledger *l, struct sl_entry *e, u8 hint, u8 dir,
		      u64 now)
{
	const struct sl_event event = {
		SL_EVENT_HELD_UP,
		.t = sl_since(e, now),
		.dir = dir,
		.reason = hint,
	};
	u64 before;

	lockdep_assert_held(&e->lock);
	e->rec.hs.hint = hint;
	e->rec.progress.reason = hint;
	if (sl_events_hold_up(&e->rec.events, event, &before))
		sl_stats_inc(&l->stats, SL_STAT_LOST_ENTRY_EVENTS);
	if (before != SL_T_UNKNOWN &&
	    div_u64(before, SOON_NS) == div_u64(event.t, SOON_NS))
		return;
	sl_journal_add(l, .t = now,
		       .id = e->rec.id,
		       .witness = SOCKLEDGER_WITNESS_WIRE,
		       .what = SOCKLEDGER_WHAT_HELD_UP,
		       .dir = dir,
		       .held_up_by = hint);
}

static void hint_at(struct sl_ledger *l, struct sl_entry *e, u8 hint, u8 dir,
		    u64 now)
{
	if (!e)
		return;
	spin_lock_bh(&e->lock);
	if (is_under_way(e))
		take_hint(l, e, hint, dir, now);
	spin_unlock_bh(&e->lock);
}

static void hint_at_local(struct sl_ledger *l, const struct sl_tuple *tuple,
			  u8 hint, u8 dir, u64 now)
{
	hint_at(l, find(l, tuple, SL_KIND_SOCKET), hint, dir, now);
	hint_at(l, find(l, tuple, SL_KIND_HALF_OPEN), hint, dir, now);
}

/* @from: the ends of who opened, if it is their segment; @to: if it is not */
static void hint_at_forwarded(struct sl_ledger *l, const struct sl_tuple *from,
			      const struct sl_tuple *to, u8 hint, u64 now)
{
	hint_at(l, find(l, from, SL_KIND_FORWARDED), hint, SOCKLEDGER_DIR_OUT,
		now);
	hint_at(l, find(l, to, SL_KIND_FORWARDED), hint, SOCKLEDGER_DIR_IN,
		now);
}

static u8 opposite(u8 dir)
{
	return dir == SOCKLEDGER_DIR_OUT ? SOCKLEDGER_DIR_IN :
					   SOCKLEDGER_DIR_OUT;
}

void sl_ledger_filtered(struct sl_ledger *l, const struct sl_sighting *seen,
			u8 hint)
{
	struct sl_tuple tuple = sl_tuple_of(seen, SL_KIND_SOCKET);
	struct sl_tuple back = sl_swapped(&tuple, SL_KIND_SOCKET,
					  seen->ifindex);
	struct sl_entry *e;

	if (seen->forwarded) {
		hint_at_forwarded(l, &tuple, &back, hint, seen->now);
		return;
	}
	/* Before it is routed nobody knows whether it would be forwarded. */
	if (hint == SOCKLEDGER_REASON_FILTERED_PREROUTING)
		hint_at_forwarded(l, &back, &tuple, hint, seen->now);
	/* Ate before our own hook, it is the first to show the local port. */
	if (seen->behind == SL_BEHIND_SOCKET &&
	    seen->dir == SOCKLEDGER_DIR_OUT) {
		e = sl_index_by_sock(&l->index, seen->sk);
		if (e)
			sl_complete_endpoints(l, e, seen);
	}
	hint_at_local(l, &tuple, hint, seen->dir, seen->now);
	/* The other end is here, too; it may be the same one. */
	if (seen->loopback && memcmp(&back, &tuple, sizeof(tuple)))
		hint_at_local(l, &back, hint, opposite(seen->dir), seen->now);
}

/*
 * Is an ICMP error about the SYN or SYN+ACK that this entry's end sent? TCP
 * takes it for forged if not (tcp_v4_err(), tcp_req_err()).
 */
static bool quotes_opening(const struct sl_entry *e, u32 seq)
{
	const struct sl_handshake *hs = &e->rec.hs;

	if (e->rec.role == SOCKLEDGER_ROLE_PASSIVE)
		return hs->synack != SL_T_UNKNOWN && seq == hs->server_isn;
	return hs->syn != SL_T_UNKNOWN && seq == hs->client_isn;
}

static void hint_unreachable(struct sl_ledger *l, struct sl_entry *e, u32 seq,
			     u8 hint, u64 now)
{
	if (!e)
		return;
	spin_lock_bh(&e->lock);
	/* A filter of this machine that rejects says so by ICMP, too. */
	if (is_under_way(e) && quotes_opening(e, seq) &&
	    !sl_hint_is_filter(e->rec.hs.hint))
		take_hint(l, e, hint, SOCKLEDGER_DIR_OUT, now);
	spin_unlock_bh(&e->lock);
}

void sl_ledger_unreachable(struct sl_ledger *l, const struct sl_tuple *tuple,
			   u32 seq, u8 hint, u64 now)
{
	hint_unreachable(l, find(l, tuple, SL_KIND_SOCKET), seq, hint, now);
	hint_unreachable(l, find(l, tuple, SL_KIND_HALF_OPEN), seq, hint, now);
}

void sl_ledger_unreachable_beyond(struct sl_ledger *l,
				  const struct sl_tuple *tuple, u32 seq,
				  u8 hint, u64 now)
{
	/* About the initiator's SYN; the responder's SYN+ACK proves more. */
	hint_unreachable(l, find(l, tuple, SL_KIND_FORWARDED), seq, hint, now);
}

void sl_note_overflow(struct sl_ledger *l, const struct sl_tuple *tuple,
		      enum sl_overflow what, u64 now)
{
	hint_at(l, find(l, tuple, SL_KIND_HALF_OPEN),
		what == SL_OVERFLOW_ACCEPT ?
		SOCKLEDGER_REASON_ACCEPT_QUEUE_FULL :
		SOCKLEDGER_REASON_SYN_QUEUE_FULL, SOCKLEDGER_DIR_IN, now);
}

/*
 * Does a segment prove a hint wrong? One that goes the other way than what was
 * eaten, refused or not answered tells nothing of that: a SYN+ACK is sent again
 * because no ACK got through. In the middle it may have gone either way.
 */
static bool is_disproved(const struct sl_entry *e, u8 dir)
{
	switch (e->rec.hs.hint) {
	case SOCKLEDGER_REASON_FILTERED_FORWARD:
		return true;
	case SOCKLEDGER_REASON_FILTERED_PREROUTING:
		return sl_view_of(e) == SL_VIEW_FORWARD ||
		       dir == SOCKLEDGER_DIR_IN;
	case SOCKLEDGER_REASON_FILTERED_OUTPUT:
	case SOCKLEDGER_REASON_FILTERED_POSTROUTING:
		return dir == SOCKLEDGER_DIR_OUT;
	default:
		return dir == SOCKLEDGER_DIR_IN;
	}
}

void sl_hint_passed(struct sl_entry *e, u8 dir)
{
	struct sl_handshake *hs = &e->rec.hs;

	lockdep_assert_held(&e->lock);
	if (!is_disproved(e, dir))
		return;
	/* What ICMP said of one SYN holds until an answer proves it wrong. */
	if (sl_view_of(e) != SL_VIEW_SOCKET || sl_hint_is_filter(hs->hint))
		hs->hint = SOCKLEDGER_REASON_NONE;
}

bool sl_listener_gone(struct sl_ledger *l, const struct sl_entry *e)
{
	struct sl_entry *listener = sl_pools_find(&l->pools,
						  sl_entry_listener_id(e));

	return listener && READ_ONCE(listener->rec.flags) & SL_F_CLOSED;
}

void sl_hint_gone(struct sl_ledger *l, struct sl_entry *e)
{
	lockdep_assert_held(&e->lock);
	if (sl_view_of(e) == SL_VIEW_HALF_OPEN && sl_listener_gone(l, e))
		e->rec.hs.hint = SOCKLEDGER_REASON_LISTENER_CLOSED;
}

void sl_hint_reset(struct sl_ledger *l, struct sl_entry *e, bool by_filter)
{
	struct sl_handshake *hs = &e->rec.hs;

	lockdep_assert_held(&e->lock);
	if (by_filter)
		hs->hint = SOCKLEDGER_REASON_FILTER_RST;
	else if (hs->hint == SOCKLEDGER_REASON_ACCEPT_QUEUE_FULL)
		hs->hint = SOCKLEDGER_REASON_ACCEPT_QUEUE_RST;
	else if (sl_listener_gone(l, e))
		hs->hint = SOCKLEDGER_REASON_LISTENER_CLOSED;
}
