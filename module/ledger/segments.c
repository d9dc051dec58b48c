// SPDX-License-Identifier: GPL-2.0
/* Which entry a passing segment belongs to. Packets are evidence. */
#include "change.h"

#include <net/tcp_states.h>

/* The entry of a segment's socket, or of the socket that its endpoints name. */
static struct sl_entry *find_socket(struct sl_ledger *l,
				    const struct sl_sighting *seen)
{
	struct sl_entry *e = NULL;

	if (seen->behind == SL_BEHIND_SOCKET)
		e = sl_index_by_sock(&l->index, seen->sk);
	return e ?: sl_find(l, seen, SL_KIND_SOCKET);
}

void sl_complete_endpoints(struct sl_ledger *l, struct sl_entry *e,
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
		sl_complete_endpoints(l, e, seen);
		sl_see(l, e, seen, seen->dir);
		return;
	}
	if (!e || !takes_syn(e)) {
		e = sl_find(l, seen, SL_KIND_HALF_OPEN);
		if (!e || sl_starts_anew(l, e, seen))
			e = sl_open_on_syn(l, seen, SL_KIND_HALF_OPEN);
	}
	if (e)
		sl_see(l, e, seen, seen->dir);
}

static void note_answerer(struct sl_ledger *l, struct sl_entry *e,
			  const struct sl_sighting *seen)
{
	/* No request stands behind it: all it knows went out in the number. */
	bool cookie = seen->behind == SL_BEHIND_NOTHING;
	struct sl_entry *listener = NULL;

	if (seen->listener)
		listener = sl_index_by_sock(&l->index, seen->listener);
	/* A cookie's is known by hearsay, see sl_queues_asked(). */
	if (listener && listener->rec.tuple.lport != seen->tuple.lport)
		listener = NULL;
	spin_lock_bh(&e->lock);
	/* Where that was lost, another SYN may find room for a request. */
	e->rec.hs.cookie = cookie;
	if (seen->behind == SL_BEHIND_REQUEST)
		e->rec.ifindex = seen->ifindex;
	if (listener && !e->rec.listener_id)
		e->rec.listener_id = listener->rec.id;
	spin_unlock_bh(&e->lock);
	if (listener)
		sl_listening_answered(listener, cookie);
}

/* Fast Open bears the child, and queues it, at the SYN (RFC 7413). */
static void take_early_child(struct sl_ledger *l, struct sl_entry *e,
			     const struct sl_sighting *seen)
{
	if (!sl_ledger_birth(l, e, seen->sk, 0, seen->now))
		return;
	spin_lock_bh(&e->lock);
	sl_note_queued(e, seen->now);
	spin_unlock_bh(&e->lock);
}

static void local_synack(struct sl_ledger *l, const struct sl_sighting *seen)
{
	struct sl_entry *e = NULL;

	if (seen->dir == SOCKLEDGER_DIR_OUT) {
		if (seen->behind == SL_BEHIND_SOCKET)
			e = sl_index_by_sock(&l->index, seen->sk);
		if (!e) {
			e = sl_find(l, seen, SL_KIND_HALF_OPEN);
			if (e)
				note_answerer(l, e, seen);
		}
		if (e && seen->behind == SL_BEHIND_SOCKET && !READ_ONCE(e->sk))
			take_early_child(l, e, seen);
		/* Sent again for such a child, it comes from its request. */
		if (!e)
			e = find_socket(l, seen);
	} else {
		e = find_socket(l, seen);
	}
	if (e)
		sl_see(l, e, seen, seen->dir);
}

static void local_end(struct sl_ledger *l, const struct sl_sighting *seen)
{
	struct sl_entry *e = NULL;

	if (seen->behind != SL_BEHIND_SOCKET)
		e = sl_find(l, seen, SL_KIND_HALF_OPEN);
	if (!e)
		e = find_socket(l, seen);
	if (e)
		sl_see(l, e, seen, seen->dir);
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
		sl_forwarded_segment(l, seen);
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
	struct sl_tuple peer = sl_swapped(seen, SL_KIND_SOCKET);
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

struct sl_entry *sl_ledger_awaits(struct sl_ledger *l, struct sl_tuple *tuple)
{
	struct sl_entry *e;

	tuple->kind = SL_KIND_HALF_OPEN;
	e = sl_index_by_tuple(&l->index, tuple);
	if (e)
		return e;
	tuple->kind = SL_KIND_SOCKET;
	e = sl_index_by_tuple(&l->index, tuple);
	if (e && READ_ONCE(e->rec.flags) &
		 (SL_F_AWAITS_ACK | SL_F_AWAITS_DATA))
		return e;
	return NULL;
}

void sl_ledger_plain(struct sl_ledger *l, const struct sl_sighting *seen)
{
	struct sl_entry *e = seen->awaited;

	if (seen->forwarded) {
		sl_forwarded_plain(l, seen);
		return;
	}
	if (!e && seen->dir == SOCKLEDGER_DIR_IN && seen->behind != SL_BEHIND_SOCKET)
		e = sl_find(l, seen, SL_KIND_HALF_OPEN);
	if (!e)
		e = find_socket(l, seen);
	if (!e)
		return;
	sl_see(l, e, seen, seen->dir);
	if (seen->loopback && seen->dir == SOCKLEDGER_DIR_OUT &&
	    seen->seg.payload)
		announce_data(l, seen);
}
