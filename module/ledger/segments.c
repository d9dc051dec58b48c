// SPDX-License-Identifier: GPL-2.0
/* Which entry a passing segment belongs to. Packets are evidence. */
#include "change.h"

#include <net/tcp_states.h>

struct sl_entry *sl_find(struct sl_ledger *l, const struct sl_sighting *seen,
			 enum sl_kind kind)
{
	struct sl_tuple tuple = seen->tuple;

	tuple.kind = kind;
	return sl_index_by_tuple(&l->index, &tuple);
}

struct sl_tuple sl_swapped(const struct sl_sighting *seen, enum sl_kind kind)
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

/* The entry of a segment's socket, or of the socket that its endpoints name. */
static struct sl_entry *find_socket(struct sl_ledger *l,
				    const struct sl_sighting *seen)
{
	struct sl_entry *e = NULL;

	if (seen->behind == SL_BEHIND_SOCKET)
		e = sl_index_by_sock(&l->index, seen->sk);
	return e ?: sl_find(l, seen, SL_KIND_SOCKET);
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

struct sl_entry *sl_open_on_syn(struct sl_ledger *l,
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
			     u8 family, int ifindex, u64 now)
{
	struct sl_entry *e;

	if (sl_index_by_tuple(&l->index, tuple))
		return;
	e = new_half(l, now, tuple, SL_KIND_HALF_OPEN, family);
	if (!e)
		return;
	e->rec.flags |= SL_F_PRE_EXISTING;
	e->rec.ifindex = ifindex;
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
		sl_see(l, e, seen, seen->dir);
		return;
	}
	if (!e || !takes_syn(e)) {
		/* The second look finds what another CPU opened meanwhile. */
		e = sl_find(l, seen, SL_KIND_HALF_OPEN) ?:
		    sl_open_on_syn(l, seen, SL_KIND_HALF_OPEN) ?:
		    sl_find(l, seen, SL_KIND_HALF_OPEN);
	}
	if (e)
		sl_see(l, e, seen, seen->dir);
}

static void note_answerer(struct sl_ledger *l, struct sl_entry *e,
			  const struct sl_sighting *seen)
{
	struct sl_entry *listener = NULL;

	if (seen->listener)
		listener = sl_index_by_sock(&l->index, seen->listener);
	spin_lock_bh(&e->lock);
	/* No request stands behind it: all it knows went out in the number. */
	if (seen->behind == SL_BEHIND_NOTHING)
		e->rec.hs.cookie = true;
	if (seen->behind == SL_BEHIND_REQUEST)
		e->rec.ifindex = seen->ifindex;
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
			e = sl_find(l, seen, SL_KIND_HALF_OPEN);
			if (e)
				note_answerer(l, e, seen);
		}
		/* Fast Open bears the child when the SYN arrives (RFC 7413). */
		if (e && seen->behind == SL_BEHIND_SOCKET && !READ_ONCE(e->sk))
			sl_ledger_birth(l, e, seen->sk, seen->now);
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

void sl_ledger_plain(struct sl_ledger *l, const struct sl_sighting *seen)
{
	struct sl_entry *e = NULL;

	if (seen->forwarded) {
		sl_forwarded_plain(l, seen);
		return;
	}
	if (seen->dir == SOCKLEDGER_DIR_IN && seen->behind != SL_BEHIND_SOCKET)
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
