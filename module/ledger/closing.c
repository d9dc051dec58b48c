// SPDX-License-Identifier: GPL-2.0
/*
 * A socket says CLOSE: why, what that means for its handshake, and what it
 * leaves behind.
 */
#include "change.h"

#include <net/sock.h>
#include <net/tcp_states.h>

#include "../kernel/ask.h"
#include "../kernel/facts.h"

/* Does it fail within a connect(), before there is a SYN? */
static bool fails_early(const struct sl_record *rec, const struct sl_move *move)
{
	return move->from == TCP_SYN_SENT && !rec->hs.hint &&
	       rec->progress.phase == SOCKLEDGER_PHASE_NONE &&
	       sl_calls_has(&rec->calls, SOCKLEDGER_WHAT_CONNECT) &&
	       !sl_calls_has(&rec->calls, SOCKLEDGER_WHAT_CONNECT_RETURN);
}

/*
 * Of what, its return will tell: the socket has no error then, or an old one.
 * Where that is not heard, the usual thing is guessed.
 */
static bool told_at_return(const struct sl_record *rec,
			   const struct sl_move *move)
{
	return fails_early(rec, move) && (move->in_call || !move->err) &&
	       !(rec->flags & SL_F_UNDECIDED);
}

/*
 * Does its handshake end with it? A socket that its program closed in SYN_RECV,
 * as one of Fast Open may be, went on to FIN_WAIT1 without being ESTABLISHED.
 */
static bool ends_handshake(const struct sl_record *rec, u8 from)
{
	return from == TCP_SYN_SENT || from == TCP_SYN_RECV ||
	       rec->progress.phase == SOCKLEDGER_PHASE_SYN ||
	       rec->progress.phase == SOCKLEDGER_PHASE_SYNACK;
}

/* A RST takes the request of a child away first (tcp_check_req()). */
static bool was_answered(const struct sl_record *rec,
			 const struct sl_move *move)
{
	bool passive = rec->role == SOCKLEDGER_ROLE_PASSIVE;

	if (passive && move->err == ECONNRESET && rec->hs.ack == SL_T_UNKNOWN)
		return false;
	return sl_facts_answered(move->sk, passive);
}

static enum sl_step closing_step(const struct sl_record *rec,
				 const struct sl_move *move)
{
	if (fails_early(rec, move) && !move->err)
		return SL_STEP_NO_PORT;
	if (move->from != TCP_FIN_WAIT1)
		return sl_phase_close_step(move->from, move->err);
	if (was_answered(rec, move))
		return SL_STEP_ESTABLISHED;
	return sl_phase_close_step(TCP_SYN_RECV, move->err);
}

/*
 * What took the place of a socket that closes and had closed its side before.
 * Asked under the entry's lock, as sl_ledger_timewait_ack() does: whichever
 * comes last knows of the peer's FIN.
 */
static struct sl_timewait left_behind(struct sl_ledger *l,
				      const struct sl_entry *e,
				      const struct sl_move *move)
{
	struct sl_timewait none = {};

	/* Its end will be told by its endpoints only. */
	if (!e->in_tuple_index ||
	    (move->from != TCP_FIN_WAIT2 && move->from != TCP_CLOSING))
		return none;
	return sl_ask_timewait(l->net, &e->rec.tuple, e->rec.ifindex,
			       move->now);
}

static bool sent_rst_last(const struct sl_events *events)
{
	unsigned int kept = sl_events_kept(events);
	const struct sl_event *last;

	if (!kept)
		return false;
	last = sl_events_get(events, kept - 1);
	return sl_event_what(last) == SOCKLEDGER_WHAT_RST &&
	       last->dir == SOCKLEDGER_DIR_OUT;
}

/*
 * A FIN of which no ACK came: its program did not wait for that, as close()
 * does not with data unread or SO_LINGER 0, or tcp_out_of_resources() did not.
 */
static bool was_cut_short(const struct sl_move *move)
{
	return !move->err &&
	       (move->from == TCP_CLOSING || move->from == TCP_LAST_ACK) &&
	       !sl_facts_all_acked(move->sk);
}

/*
 * Where the ACK of its FIN came while close() still held it, an orphan stays in
 * FIN_WAIT2 itself until its timer sends a RST (tcp_keepalive_timer()).
 */
static u8 closing_cause(const struct sl_record *rec, const struct sl_move *move,
			u8 to)
{
	if (move->from == TCP_FIN_WAIT2 && to == TCP_CLOSE && !move->err &&
	    !move->in_call && sent_rst_last(&rec->events))
		return SOCKLEDGER_CAUSE_TIMER;
	if (to == TCP_CLOSE && was_cut_short(move))
		return move->in_call ? SOCKLEDGER_CAUSE_CALL :
				       SOCKLEDGER_CAUSE_TIMER;
	return sl_transition_cause(move->from, to, move->err, move->in_call);
}

void sl_note_closed(struct sl_ledger *l, struct sl_entry *e,
		    const struct sl_move *move)
{
	struct sl_record *rec = &e->rec;
	struct sl_listening *listening = sl_entry_listening(e);
	struct sl_timewait tw = left_behind(l, e, move);
	u8 to = tw.found ? tw.substate : TCP_CLOSE;
	u8 cause = closing_cause(rec, move, to);

	sl_facts_live(move->sk, rec);
	if (listening)
		sl_facts_listening(move->sk, listening);
	rec->flags |= SL_F_CLOSED;
	if (told_at_return(rec, move)) {
		sl_transition(l, e, move->from, TCP_CLOSE,
			      SOCKLEDGER_CAUSE_CALL, move->now);
		return;
	}
	rec->error = move->err;
	if (ends_handshake(rec, move->from))
		sl_handshake_step(l, e, closing_step(rec, move), move->now);
	if (!tw.found) {
		sl_transition(l, e, move->from, to, cause, move->now);
		/* Without an error its own program had it closed. */
		if (move->err)
			sl_note_verdict(l, e, move->err, move->now);
		sl_close(l, e, move->now);
		return;
	}
	sl_await(l, e, SL_F_AWAITS_DATA, false);
	rec->flags |= SL_F_TIMEWAIT;
	rec->expires = sl_since(e, tw.expires);
	if (to != move->from)
		sl_transition(l, e, move->from, to, cause, move->now);
	/* It may have been on its way out when it was asked for. */
	sl_watch(l, e, move->now);
}
