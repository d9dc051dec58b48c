// SPDX-License-Identifier: GPL-2.0
/* What passing segments do to the ledger. Packets are evidence. */
#include "ledger.h"

#include <linux/netfilter.h>
#include <net/tcp.h>
#include <net/tcp_states.h>

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
	struct sl_journal_event event = {
		.t = seen->now,
		.id = e->rec.id,
		.witness = SOCKLEDGER_WITNESS_WIRE,
		.what = what,
		.dir = dir,
		.again = again,
		.seq = seen->seg.seq,
		.ack_seq = seen->seg.ack_seq,
		.len = seen->seg.payload,
		.has_ack = !!(seen->seg.flags & SL_TCP_ACK),
	};

	sl_journal_add(&l->journal, &event);
}

/* Into the entry's ring: whatever the handshake's own fields do not hold. */
static void ring_segment(struct sl_ledger *l, struct sl_entry *e,
			 const struct sl_sighting *seen, u8 dir, u8 what,
			 bool again)
{
	struct sl_event event = {
		.t = min_t(u64, sl_since(e, seen->now), SL_T_MAX),
		.what = what,
		.witness = SOCKLEDGER_WITNESS_WIRE,
		.dir = dir,
		.again = again,
		.seq = seen->seg.seq,
		.ack_seq = seen->seg.ack_seq,
		.len = seen->seg.payload,
		.has_ack = !!(seen->seg.flags & SL_TCP_ACK),
	};

	if (sl_events_kept(&e->rec.events) == SL_EVENTS)
		sl_stats_inc(&l->stats, SL_STAT_LOST_ENTRY_EVENTS);
	sl_events_add(&e->rec.events, &event);
}

static void note_data(struct sl_ledger *l, struct sl_entry *e,
		      const struct sl_sighting *seen, u8 dir)
{
	u64 *at = dir == SOCKLEDGER_DIR_OUT ? &e->rec.hs.data_out :
					      &e->rec.hs.data_in;

	if (!seen->seg.payload || *at != SL_T_UNKNOWN)
		return;
	*at = sl_since(e, seen->now);
	journal_segment(l, e, seen, dir, SOCKLEDGER_WHAT_DATA, false);
	if (dir == SOCKLEDGER_DIR_IN)
		sl_await(l, e, SL_F_AWAITS_DATA, false);
}

static void note_options(struct sl_end_options *end,
			 const struct sl_segment *seg)
{
	end->mss = seg->mss;
	end->wscale = seg->wscale;
	end->options = seg->options;
	end->flags = seg->flags;
}

/* A SYN from the initiator. Returns whether it was sent before. */
static bool note_syn(struct sl_entry *e, const struct sl_sighting *seen)
{
	struct sl_handshake *hs = &e->rec.hs;

	if (hs->syn_count < U16_MAX)
		hs->syn_count++;
	if (hs->syn != SL_T_UNKNOWN)
		return true;
	hs->syn = sl_since(e, seen->now);
	hs->client_isn = seen->seg.seq;
	note_options(&hs->client, &seen->seg);
	return false;
}

/* A SYN+ACK from the responder. Returns whether it was sent before. */
static bool note_synack(struct sl_entry *e, const struct sl_sighting *seen)
{
	struct sl_handshake *hs = &e->rec.hs;

	if (hs->synack_count < U16_MAX)
		hs->synack_count++;
	if (hs->synack != SL_T_UNKNOWN)
		return true;
	hs->synack = sl_since(e, seen->now);
	hs->server_isn = seen->seg.seq;
	note_options(&hs->server, &seen->seg);
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

	if (seen->seg.kind == SL_SEGMENT_SYN)
		return initiator && (hs->syn == SL_T_UNKNOWN ||
				     hs->client_isn == seen->seg.seq);
	if (initiator)
		return false;
	/* RFC 7413: the answer may cover data that came with the SYN. */
	return hs->syn == SL_T_UNKNOWN ||
	       after(seen->seg.ack_seq, hs->client_isn);
}

static void see_handshake(struct sl_ledger *l, struct sl_entry *e,
			  const struct sl_sighting *seen, u8 dir)
{
	bool syn = seen->seg.kind == SL_SEGMENT_SYN;
	u8 what = what_of(seen->seg.kind);
	bool again;

	if (!fits_handshake(e, seen, dir)) {
		ring_segment(l, e, seen, dir, what, false);
		journal_segment(l, e, seen, dir, what, false);
		return;
	}
	again = syn ? note_syn(e, seen) : note_synack(e, seen);
	if (again)
		ring_segment(l, e, seen, dir, what, true);
	journal_segment(l, e, seen, dir, what, again);
	note_data(l, e, seen, dir);
	sl_handshake_step(l, e, syn ? SL_STEP_SYN : SL_STEP_SYNACK, seen->now);
}

static void see_ack(struct sl_ledger *l, struct sl_entry *e,
		    const struct sl_sighting *seen, u8 dir)
{
	struct sl_handshake *hs = &e->rec.hs;

	if (!from_initiator(e, dir) || hs->synack == SL_T_UNKNOWN ||
	    hs->ack != SL_T_UNKNOWN ||
	    before(seen->seg.ack_seq, hs->server_isn + 1))
		return;
	hs->ack = sl_since(e, seen->now);
	journal_segment(l, e, seen, dir, SOCKLEDGER_WHAT_ACK, false);
	sl_stats_inc(&l->stats, SL_STAT_SEGMENTS_ACK);
	sl_handshake_step(l, e, SL_STEP_ACK, seen->now);
}

/*
 * May a RST end this handshake? What this machine sends, it means. What
 * arrives must stand in the window that tcp_check_req() looks at; RFC 793
 * windows before scaling are below 64 KiB.
 */
static bool rst_fits(const struct sl_entry *e, const struct sl_sighting *seen,
		     u8 dir)
{
	const struct sl_handshake *hs = &e->rec.hs;

	if (sl_view_of(e) == SL_VIEW_HALF_OPEN && dir == SOCKLEDGER_DIR_OUT)
		return true;
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
	if (e->rec.hs.progress.phase == SOCKLEDGER_PHASE_DONE) {
		/*
		 * It may be forged, and a machine in the middle cannot tell.
		 * Whoever sent a real one sends nothing else: wait and see.
		 */
		e->rec.ends |= SL_END_RST(dir);
		sl_await(l, e, SL_F_AWAITS_DATA, true);
		sl_sweep_arm(l);
		return;
	}
	if (!rst_fits(e, seen, dir))
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

		if (event->what == SOCKLEDGER_WHAT_FIN && event->dir == dir &&
		    event->seq + event->len ==
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
	e->rec.ends |= SL_END_FIN(dir);
	sl_sweep_arm(l);
}

static void see_plain(struct sl_ledger *l, struct sl_entry *e,
		      const struct sl_sighting *seen, u8 dir)
{
	see_ack(l, e, seen, dir);
	note_data(l, e, seen, dir);
	if (e->rec.ends & SL_END_RST(dir)) {
		e->rec.ends &= ~SL_END_RST(dir);
		sl_await(l, e, SL_F_AWAITS_DATA, false);
	}
}

/* Hand a segment to the entry it belongs to. */
static void see(struct sl_ledger *l, struct sl_entry *e,
		const struct sl_sighting *seen, u8 dir)
{
	spin_lock_bh(&e->lock);
	e->rec.last_seen = sl_since(e, seen->now);
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

static struct sl_entry *find(struct sl_ledger *l,
			     const struct sl_sighting *seen, enum sl_kind kind)
{
	struct sl_tuple tuple = seen->tuple;

	tuple.kind = kind;
	return sl_index_by_tuple(&l->index, &tuple);
}

/* The entry of a segment's socket, or of the socket that its endpoints name. */
static struct sl_entry *find_socket(struct sl_ledger *l,
				    const struct sl_sighting *seen)
{
	struct sl_entry *e = NULL;

	if (seen->behind == SL_BEHIND_SOCKET)
		e = sl_index_by_sock(&l->index, seen->sk);
	return e ?: find(l, seen, SL_KIND_SOCKET);
}

static struct sl_entry *new_half(struct sl_ledger *l, u64 now,
				 const struct sl_tuple *tuple,
				 enum sl_kind kind, u8 family)
{
	struct sl_entry *e = sl_entry_alloc(now);

	if (!e) {
		sl_stats_inc(&l->stats, SL_STAT_LOST_NO_MEMORY);
		return NULL;
	}
	e->rec.tuple = *tuple;
	e->rec.tuple.kind = kind;
	e->rec.flags |= SL_F_TUPLE;
	e->rec.family = family;
	e->rec.role = kind == SL_KIND_FORWARDED ? SOCKLEDGER_ROLE_FORWARDED :
						  SOCKLEDGER_ROLE_PASSIVE;
	return e;
}

/* Make a new half-open entry visible; its final ACK is waited for. */
static struct sl_entry *open_half(struct sl_ledger *l, struct sl_entry *e)
{
	e = sl_open(l, e, SL_POOL_HALF_OPEN);
	if (!e)
		return NULL;
	spin_lock_bh(&e->lock);
	if (e->in_tuple_index)
		sl_await(l, e, SL_F_AWAITS_ACK, true);
	spin_unlock_bh(&e->lock);
	sl_sweep_arm(l);
	return e;
}

static struct sl_entry *open_on_syn(struct sl_ledger *l,
				    const struct sl_sighting *seen,
				    enum sl_kind kind)
{
	struct sl_entry *e = new_half(l, seen->now, &seen->tuple, kind,
				      seen->family);

	if (!e)
		return NULL;
	e->rec.ifindex = seen->ifindex;
	return open_half(l, e);
}

void sl_ledger_adopt_request(struct sl_ledger *l, const struct sl_tuple *tuple,
			     u8 family, u64 now)
{
	struct sl_entry *e;

	if (sl_index_by_tuple(&l->index, tuple))
		return;
	e = new_half(l, now, tuple, SL_KIND_HALF_OPEN, family);
	if (!e)
		return;
	e->rec.flags |= SL_F_PRE_EXISTING;
	e->rec.state = TCP_NEW_SYN_RECV;
	e->rec.hs.progress.phase = SOCKLEDGER_PHASE_SYNACK;
	if (open_half(l, e))
		sl_stats_inc(&l->stats, SL_STAT_ADOPTED);
}

/*
 * A connect() has no local port when its socket leaves CLOSE; the SYN is the
 * first to show it.
 */
static void complete_endpoints(struct sl_ledger *l, struct sl_entry *e,
			       const struct sl_sighting *seen)
{
	if (e->rec.flags & SL_F_TUPLE)
		return;
	spin_lock_bh(&e->lock);
	if (!(e->rec.flags & SL_F_TUPLE) && e->sk == seen->sk) {
		e->rec.tuple = seen->tuple;
		e->rec.tuple.kind = SL_KIND_SOCKET;
		e->rec.flags |= SL_F_TUPLE;
		sl_index_endpoint(l, e, seen->now);
	}
	spin_unlock_bh(&e->lock);
}

/*
 * Does a SYN that arrives belong to a socket that is there? To one that sent
 * a SYN itself (simultaneous open), and to a connection that is up, which
 * answers with a challenge ACK (RFC 5961, 4). What is left behind in
 * TIME_WAIT makes room for a new connection.
 */
static bool takes_syn(const struct sl_entry *e)
{
	return !(e->rec.flags & SL_F_TIMEWAIT) && e->rec.state != TCP_CLOSE;
}

static void local_syn(struct sl_ledger *l, const struct sl_sighting *seen)
{
	struct sl_entry *e = find_socket(l, seen);

	if (seen->dir == SOCKLEDGER_DIR_OUT) {
		if (!e)
			return;
		complete_endpoints(l, e, seen);
		see(l, e, seen, seen->dir);
		return;
	}
	if (!e || !takes_syn(e)) {
		e = find(l, seen, SL_KIND_HALF_OPEN);
		if (!e)
			e = open_on_syn(l, seen, SL_KIND_HALF_OPEN);
	}
	if (e)
		see(l, e, seen, seen->dir);
}

static void note_answerer(struct sl_ledger *l, struct sl_entry *e,
			  const struct sl_sighting *seen)
{
	struct sl_entry *listener = NULL;

	if (seen->behind == SL_BEHIND_REQUEST && seen->listener)
		listener = sl_index_by_sock(&l->index, seen->listener);
	spin_lock_bh(&e->lock);
	/* No request stands behind it: all it knows went out in the number. */
	if (seen->behind == SL_BEHIND_NOTHING)
		e->rec.hs.cookie = true;
	if (listener && !e->rec.listener_id)
		e->rec.listener_id = listener->rec.id;
	spin_unlock_bh(&e->lock);
}

static void local_synack(struct sl_ledger *l, const struct sl_sighting *seen)
{
	struct sl_entry *e = NULL;

	if (seen->dir == SOCKLEDGER_DIR_OUT) {
		if (seen->behind == SL_BEHIND_SOCKET)
			e = sl_index_by_sock(&l->index, seen->sk);
		if (!e) {
			e = find(l, seen, SL_KIND_HALF_OPEN);
			if (e)
				note_answerer(l, e, seen);
		}
		/* Fast Open bears the child when the SYN arrives (RFC 7413). */
		if (e && seen->behind == SL_BEHIND_SOCKET && !READ_ONCE(e->sk))
			sl_ledger_birth(l, e, seen->sk, seen->now);
	} else {
		e = find_socket(l, seen);
	}
	if (e)
		see(l, e, seen, seen->dir);
}

static void local_end(struct sl_ledger *l, const struct sl_sighting *seen)
{
	struct sl_entry *e = NULL;

	if (seen->behind != SL_BEHIND_SOCKET)
		e = find(l, seen, SL_KIND_HALF_OPEN);
	if (!e)
		e = find_socket(l, seen);
	if (e)
		see(l, e, seen, seen->dir);
}

/* The endpoints of a segment as its other end sees them. */
static struct sl_tuple swapped(const struct sl_sighting *seen, enum sl_kind kind)
{
	return (struct sl_tuple) {
		.local = seen->tuple.remote,
		.remote = seen->tuple.local,
		.lport = seen->tuple.rport,
		.rport = seen->tuple.lport,
		.scope = seen->tuple.scope,
		.kind = kind,
	};
}

/* A forwarded entry knows its endpoints as the initiator does. */
static struct sl_entry *find_forwarded(struct sl_ledger *l,
				       const struct sl_sighting *seen, u8 *dir)
{
	struct sl_entry *e = find(l, seen, SL_KIND_FORWARDED);
	struct sl_tuple back = swapped(seen, SL_KIND_FORWARDED);

	*dir = SOCKLEDGER_DIR_OUT;
	if (e)
		return e;
	*dir = SOCKLEDGER_DIR_IN;
	return sl_index_by_tuple(&l->index, &back);
}

/* The handshake is through: from now on it counts as a live connection. */
static void settle_forwarded(struct sl_ledger *l, struct sl_entry *e)
{
	unsigned int evicted;

	spin_lock_bh(&e->lock);
	if ((e->rec.flags & SL_F_AWAITS_ACK) && e->in_tuple_index &&
	    e->rec.hs.progress.phase == SOCKLEDGER_PHASE_DONE) {
		sl_await(l, e, SL_F_AWAITS_ACK, false);
		if (!sl_pools_move(&l->pools, e, SL_POOL_LIVE, &evicted)) {
			sl_stats_inc(&l->stats, SL_STAT_LOST_LIVE_FULL);
			sl_close(l, e, e->rec.start + e->rec.last_seen);
			sl_retire(l, e);
		} else {
			sl_pools_mark(&l->pools, e, true);
		}
	}
	spin_unlock_bh(&e->lock);
}

/* A new SYN between endpoints whose last connection is over. */
static bool succeeds(const struct sl_entry *e, const struct sl_sighting *seen,
		     u8 dir)
{
	return dir == SOCKLEDGER_DIR_IN || e->rec.ends ||
	       (sl_phase_over(e->rec.hs.progress.phase) &&
		e->rec.hs.client_isn != seen->seg.seq);
}

static void forwarded(struct sl_ledger *l, const struct sl_sighting *seen)
{
	struct sl_entry *e;
	u8 dir;

	e = find_forwarded(l, seen, &dir);
	if (seen->seg.kind == SL_SEGMENT_SYN) {
		if (e && succeeds(e, seen, dir)) {
			spin_lock_bh(&e->lock);
			sl_close(l, e, seen->now);
			sl_retire(l, e);
			spin_unlock_bh(&e->lock);
			e = NULL;
		}
		if (!e) {
			e = open_on_syn(l, seen, SL_KIND_FORWARDED);
			dir = SOCKLEDGER_DIR_OUT;
		}
	}
	if (!e)
		return;
	see(l, e, seen, dir);
	settle_forwarded(l, e);
}

static enum sl_stat stat_of(u8 kind)
{
	switch (kind) {
	case SL_SEGMENT_SYN:
		return SL_STAT_SEGMENTS_SYN;
	case SL_SEGMENT_SYNACK:
		return SL_STAT_SEGMENTS_SYNACK;
	case SL_SEGMENT_FIN:
		return SL_STAT_SEGMENTS_FIN;
	default:
		return SL_STAT_SEGMENTS_RST;
	}
}

void sl_ledger_segment(struct sl_ledger *l, const struct sl_sighting *seen)
{
	sl_stats_inc(&l->stats, stat_of(seen->seg.kind));
	if (seen->forwarded)
		forwarded(l, seen);
	else if (seen->seg.kind == SL_SEGMENT_SYN)
		local_syn(l, seen);
	else if (seen->seg.kind == SL_SEGMENT_SYNACK)
		local_synack(l, seen);
	else
		local_end(l, seen);
}

/*
 * First data on loopback: the receiver's hook will have no socket to ask, so
 * its entry is made to wait for it.
 */
static void announce_data(struct sl_ledger *l, const struct sl_sighting *seen)
{
	struct sl_tuple peer = swapped(seen, SL_KIND_SOCKET);
	struct sl_entry *e = sl_index_by_tuple(&l->index, &peer);

	if (!e) {
		peer.kind = SL_KIND_HALF_OPEN;
		e = sl_index_by_tuple(&l->index, &peer);
	}
	if (!e)
		return;
	spin_lock_bh(&e->lock);
	if (e->in_tuple_index && e->rec.hs.data_in == SL_T_UNKNOWN)
		sl_await(l, e, SL_F_AWAITS_DATA, true);
	spin_unlock_bh(&e->lock);
}

void sl_ledger_plain(struct sl_ledger *l, const struct sl_sighting *seen)
{
	struct sl_entry *e = NULL;
	u8 dir = seen->dir;

	if (seen->forwarded)
		e = find_forwarded(l, seen, &dir);
	else if (seen->dir == SOCKLEDGER_DIR_IN &&
		 seen->behind != SL_BEHIND_SOCKET)
		e = find(l, seen, SL_KIND_HALF_OPEN);
	if (!e && !seen->forwarded)
		e = find_socket(l, seen);
	if (!e)
		return;
	see(l, e, seen, dir);
	if (seen->forwarded)
		settle_forwarded(l, e);
	else if (seen->loopback && seen->dir == SOCKLEDGER_DIR_OUT &&
		 seen->seg.payload)
		announce_data(l, seen);
}
