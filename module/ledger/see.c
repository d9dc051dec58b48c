// SPDX-License-Identifier: GPL-2.0
/* What one segment does to the entry it belongs to. */
#include "change.h"

#include <net/tcp.h>

#include "../kernel/ask.h"

/* No window is larger (RFC 7323, 2.3). */
#define WINDOW_MAX	BIT(30)

/*
 * Did the initiator of the entry's handshake send this? (A segment's tuple is
 * turned so that it fits the entry's before anything here is asked.)
 */
static bool from_initiator(const struct sl_entry *e, u8 dir)
{
	if (e->rec.role == SOCKLEDGER_ROLE_PASSIVE)
		return dir == SOCKLEDGER_DIR_IN;
	return dir == SOCKLEDGER_DIR_OUT;
}

static u8 what_of(u8 kind)
{
	switch (kind) {
	case SL_SEGMENT_SYN:
		return SOCKLEDGER_WHAT_SYN;
	case SL_SEGMENT_SYNACK:
		return SOCKLEDGER_WHAT_SYNACK;
	case SL_SEGMENT_FIN:
		return SOCKLEDGER_WHAT_FIN;
	case SL_SEGMENT_RST:
		return SOCKLEDGER_WHAT_RST;
	default:
		return SOCKLEDGER_WHAT_ACK;
	}
}

static void journal_segment(struct sl_ledger *l, const struct sl_entry *e,
			    const struct sl_sighting *seen, u8 dir, u8 what,
			    bool again)
{
	sl_journal_add(l, .t = seen->now,
		       .id = e->rec.id,
		       .witness = SOCKLEDGER_WITNESS_WIRE,
		       .what = what,
		       .dir = dir,
		       .again = again,
		       .seq = seen->seg.seq,
		       .ack_seq = seen->seg.ack_seq,
		       .len = seen->seg.payload,
		       .has_ack = !!(seen->seg.flags & SL_TCP_ACK));
}

/* Into the entry's ring: whatever the handshake's own fields do not hold. */
static void ring_segment(struct sl_ledger *l, struct sl_entry *e,
			 const struct sl_sighting *seen, u8 dir, u8 what,
			 bool again)
{
	struct sl_event event = {
		.t = sl_since(e, seen->now),
		.kind = SL_EVENT_OF(what),
		.dir = dir,
		.again = again,
		.seq = seen->seg.seq,
		.ack_seq = seen->seg.ack_seq,
		.has_ack = !!(seen->seg.flags & SL_TCP_ACK),
	};

	sl_event_set_len(&event, seen->seg.payload);
	if (sl_events_add(&e->rec.events, &event))
		sl_stats_inc(&l->stats, SL_STAT_LOST_ENTRY_EVENTS);
}

static void note_data(struct sl_ledger *l, struct sl_entry *e,
		      const struct sl_sighting *seen, u8 dir)
{
	struct sl_handshake *hs = &e->rec.hs;

	if (!seen->seg.payload ||
	    (dir == SOCKLEDGER_DIR_OUT ? hs->data_out : hs->data_in) !=
	    SL_T_UNKNOWN)
		return;
	if (dir == SOCKLEDGER_DIR_OUT)
		hs->data_out = sl_since(e, seen->now);
	else
		hs->data_in = sl_since(e, seen->now);
	if (seen->in_call)
		sl_note_sender(l, e, seen->now);
	journal_segment(l, e, seen, dir, SOCKLEDGER_WHAT_DATA, false);
	/* What may disprove a RST is awaited for longer, see see_rst(). */
	if (dir == SOCKLEDGER_DIR_IN && !(e->ends & SL_END_RST_ANY))
		sl_await(l, e, SL_F_AWAITS_DATA, false);
}

/*
 * Where early demux is off, or has no say as behind a tunnel or IPsec, the hook
 * will not know that data is the first: the entry is made to wait for it.
 */
static void expect_data(struct sl_ledger *l, struct sl_entry *e,
			const struct sl_sighting *seen)
{
	if (unlikely(seen->undemuxed) && e->in_tuple_index &&
	    sl_view_of(e) != SL_VIEW_FORWARD &&
	    e->rec.hs.data_in == SL_T_UNKNOWN)
		sl_await(l, e, SL_F_AWAITS_DATA, true);
}

/* What the handshake keeps of a SYN. Returns whether it was sent before. */
static bool note_syn(struct sl_handshake *hs, const struct sl_segment *seg,
		     u64 t)
{
	if (hs->syn_count < U16_MAX)
		hs->syn_count++;
	if (hs->syn != SL_T_UNKNOWN)
		return true;
	hs->syn = t;
	hs->client_isn = seg->seq;
	hs->client_mss = seg->mss;
	hs->client_wscale = seg->wscale;
	hs->client_options = seg->options;
	hs->client_flags = seg->flags;
	return false;
}

/* Of a SYN+ACK, likewise. */
static bool note_synack(struct sl_handshake *hs, const struct sl_segment *seg,
			u64 t, bool ours)
{
	if (hs->synack_count < U16_MAX)
		hs->synack_count++;
	if (hs->synack != SL_T_UNKNOWN) {
		/* After a lost cookie a request has a number of its own. */
		if (ours)
			hs->server_isn = seg->seq;
		return true;
	}
	hs->synack = t;
	hs->server_isn = seg->seq;
	hs->server_mss = seg->mss;
	hs->server_wscale = seg->wscale;
	hs->server_options = seg->options;
	hs->server_flags = seg->flags;
	return false;
}

/*
 * A SYN or SYN+ACK is the handshake's own when the right end sent it and the
 * numbers fit; otherwise it is only an event.
 */
static bool fits_handshake(const struct sl_entry *e,
			   const struct sl_sighting *seen, u8 dir)
{
	const struct sl_handshake *hs = &e->rec.hs;
	bool initiator = from_initiator(e, dir);

	if (sl_was_through(e))
		return false;
	if (seen->seg.kind == SL_SEGMENT_SYN)
		return initiator && (hs->syn == SL_T_UNKNOWN ||
				     hs->client_isn == seen->seg.seq);
	if (initiator)
		return false;
	/* RFC 7413: the answer may cover data that came with the SYN. */
	return hs->syn == SL_T_UNKNOWN ||
	       seen->seg.ack_seq - (hs->client_isn + 1) < U16_MAX;
}

static void see_handshake(struct sl_ledger *l, struct sl_entry *e,
			  const struct sl_sighting *seen, u8 dir)
{
	bool syn = seen->seg.kind == SL_SEGMENT_SYN;
	u8 what = what_of(seen->seg.kind);
	u64 t = sl_since(e, seen->now);
	bool again;

	if (!fits_handshake(e, seen, dir)) {
		ring_segment(l, e, seen, dir, what, false);
		journal_segment(l, e, seen, dir, what, false);
		return;
	}
	again = syn ? note_syn(&e->rec.hs, &seen->seg, t) :
		      note_synack(&e->rec.hs, &seen->seg, t,
				  e->rec.role == SOCKLEDGER_ROLE_PASSIVE);
	if (again)
		ring_segment(l, e, seen, dir, what, true);
	journal_segment(l, e, seen, dir, what, again);
	note_data(l, e, seen, dir);
	if (!syn)
		expect_data(l, e, seen);
	sl_handshake_step(l, e, syn ? SL_STEP_SYN : SL_STEP_SYNACK, seen->now);
}

/*
 * May the responder say more than its SYN+ACK before the final ACK has come?
 * With Fast Open (RFC 7413): where it is here, there is a socket already; in
 * the middle, the SYN came with data.
 */
static bool may_say_more(const struct sl_entry *e)
{
	const struct sl_handshake *hs = &e->rec.hs;

	if (sl_view_of(e) == SL_VIEW_FORWARD)
		return hs->syn != SL_T_UNKNOWN && hs->data_out == hs->syn;
	return sl_view_of(e) == SL_VIEW_SOCKET;
}

/* The final ACK acknowledges the SYN+ACK, and what else was said. */
static bool ack_fits(const struct sl_entry *e, const struct sl_sighting *seen)
{
	u32 beyond = seen->seg.ack_seq - (e->rec.hs.server_isn + 1);

	return may_say_more(e) ? beyond < WINDOW_MAX : !beyond;
}

/*
 * In the middle, where the answers take another way: did one come? The
 * initiator acknowledges nothing before (tcp_rcv_synsent_state_process()), and
 * as all that it says passes here, the first of it begins where its SYN ended.
 */
static bool shows_answer(const struct sl_entry *e,
			 const struct sl_sighting *seen)
{
	const struct sl_handshake *hs = &e->rec.hs;
	u32 beyond = seen->seg.seq - (hs->client_isn + 1);

	if (sl_view_of(e) != SL_VIEW_FORWARD || hs->syn == SL_T_UNKNOWN ||
	    !(seen->seg.flags & SL_TCP_ACK))
		return false;
	return may_say_more(e) ? beyond < U16_MAX : !beyond;
}

static void see_ack(struct sl_ledger *l, struct sl_entry *e,
		    const struct sl_sighting *seen, u8 dir)
{
	struct sl_handshake *hs = &e->rec.hs;
	bool answered = hs->synack != SL_T_UNKNOWN;

	if (!from_initiator(e, dir) || hs->ack != SL_T_UNKNOWN)
		return;
	if (answered ? !ack_fits(e, seen) : !shows_answer(e, seen))
		return;
	hs->ack = sl_since(e, seen->now);
	expect_data(l, e, seen);
	journal_segment(l, e, seen, dir, SOCKLEDGER_WHAT_ACK, false);
	sl_stats_inc(&l->stats, SL_STAT_SEGMENTS_ACK);
	sl_handshake_step(l, e, answered ? SL_STEP_ACK : SL_STEP_ESTABLISHED,
			  seen->now);
}

/*
 * May a RST end this handshake, for which there is no socket yet?
 *
 * One that this machine sends does if it answers the SYN, which it shows by
 * its ACK, or an ACK with the right number, which it repeats as its own
 * (tcp_v4_send_reset()). With any other number it answers somebody's guess.
 * One that arrives must be exact, or tcp_check_req() answers with a challenge
 * ACK (RFC 5961, 3.2), and find a request: where there was one, it may have
 * expired. In the middle either end's window will do: below 64 KiB, as none is
 * scaled yet.
 */
static bool rst_fits(const struct sl_ledger *l, const struct sl_entry *e,
		     const struct sl_sighting *seen, u8 dir)
{
	const struct sl_handshake *hs = &e->rec.hs;

	if (sl_view_of(e) == SL_VIEW_HALF_OPEN) {
		if (dir == SOCKLEDGER_DIR_IN)
			return seen->seg.seq == hs->client_isn + 1 &&
			       (hs->synack == SL_T_UNKNOWN || hs->cookie ||
				sl_ask_request(l->net, &e->rec.tuple,
					       e->rec.ifindex));
		return seen->seg.flags & SL_TCP_ACK ||
		       hs->synack == SL_T_UNKNOWN ||
		       seen->seg.seq == hs->server_isn + 1;
	}
	if (from_initiator(e, dir))
		return seen->seg.seq - (hs->client_isn + 1) < U16_MAX;
	return seen->seg.ack_seq - (hs->client_isn + 1) < U16_MAX;
}

static void see_rst(struct sl_ledger *l, struct sl_entry *e,
		    const struct sl_sighting *seen, u8 dir)
{
	ring_segment(l, e, seen, dir, SOCKLEDGER_WHAT_RST, false);
	journal_segment(l, e, seen, dir, SOCKLEDGER_WHAT_RST, false);
	if (sl_view_of(e) == SL_VIEW_SOCKET)
		return;
	if (sl_view_of(e) == SL_VIEW_HALF_OPEN && dir == SOCKLEDGER_DIR_OUT)
		sl_hint_reset(l, e, seen->by_filter);
	if (e->rec.progress.phase == SOCKLEDGER_PHASE_DONE) {
		/*
		 * It may be forged, and a machine in the middle cannot tell.
		 * Whoever sent a real one sends nothing else: wait and see.
		 */
		e->ends |= SL_END_RST(dir);
		sl_await(l, e, SL_F_AWAITS_DATA, true);
		sl_watch(l, e, seen->now);
		return;
	}
	if (!rst_fits(l, e, seen, dir))
		return;
	sl_handshake_step(l, e, from_initiator(e, dir) ?
			  SL_STEP_RST_INITIATOR : SL_STEP_RST_RESPONDER,
			  seen->now);
	sl_close(l, e, seen->now);
	sl_retire(l, e);
}

static bool fin_seen_before(const struct sl_entry *e,
			    const struct sl_sighting *seen, u8 dir)
{
	unsigned int i;

	for (i = 0; i < sl_events_kept(&e->rec.events); i++) {
		const struct sl_event *event = sl_events_get(&e->rec.events, i);

		if (event->kind == SL_EVENT_OF(SOCKLEDGER_WHAT_FIN) &&
		    event->dir == dir && event->seq + sl_event_len(event) ==
		    seen->seg.seq + seen->seg.payload)
			return true;
	}
	return false;
}

static void see_fin(struct sl_ledger *l, struct sl_entry *e,
		    const struct sl_sighting *seen, u8 dir)
{
	bool again = fin_seen_before(e, seen, dir);

	/* Where the ACK itself was lost, this is the first to bring it. */
	see_ack(l, e, seen, dir);
	note_data(l, e, seen, dir);
	ring_segment(l, e, seen, dir, SOCKLEDGER_WHAT_FIN, again);
	journal_segment(l, e, seen, dir, SOCKLEDGER_WHAT_FIN, again);
	if (e->rec.role != SOCKLEDGER_ROLE_FORWARDED)
		return;
	/* Once both ends said it, the sweep closes what stays quiet. */
	e->ends |= SL_END_FIN(dir);
	sl_watch(l, e, seen->now);
}

static void see_plain(struct sl_ledger *l, struct sl_entry *e,
		      const struct sl_sighting *seen, u8 dir)
{
	see_ack(l, e, seen, dir);
	note_data(l, e, seen, dir);
	if (e->ends & SL_END_RST(dir)) {
		e->ends &= ~SL_END_RST(dir);
		if (!(e->ends & SL_END_RST_ANY))
			sl_await(l, e, SL_F_AWAITS_DATA, false);
	}
}

/* Hand a segment to the entry it belongs to. */
void sl_see(struct sl_ledger *l, struct sl_entry *e,
	    const struct sl_sighting *seen, u8 dir)
{
	spin_lock_bh(&e->lock);
	/* A socket tells of its own end. */
	if (e->rec.tuple.kind != SL_KIND_SOCKET)
		e->rec.last_seen = sl_since(e, seen->now);
	if (unlikely(e->rec.hs.hint) && seen->seg.kind != SL_SEGMENT_RST)
		sl_hint_passed(e, dir);
	switch (seen->seg.kind) {
	case SL_SEGMENT_SYN:
	case SL_SEGMENT_SYNACK:
		see_handshake(l, e, seen, dir);
		break;
	case SL_SEGMENT_FIN:
		see_fin(l, e, seen, dir);
		break;
	case SL_SEGMENT_RST:
		see_rst(l, e, seen, dir);
		break;
	default:
		see_plain(l, e, seen, dir);
		break;
	}
	spin_unlock_bh(&e->lock);
}
