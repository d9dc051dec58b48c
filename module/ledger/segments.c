// SPDX-License-Identifier: GPL-2.0
/* Which entry a passing segment belongs to. Packets are evidence. */
#include "change.h"

#include <net/tcp_states.h>

/*
 * Is there a socket that a SYN belongs to? To one that sent a SYN itself
 * (simultaneous open), and to a connection that is up, which answers with a
 * challenge ACK (RFC 5961, 4). What is left behind in TIME_WAIT makes room
 * for a new connection.
 */
static bool takes_syn(const struct sl_entry *e)
{
	if (READ_ONCE(e->rec.flags) & SL_F_TIMEWAIT)
		return false;
	/* Without the lock, as a state that is about to change will do. */
	return data_race((u8)e->rec.state) != TCP_CLOSE;
}

static bool is_half_open(const struct sl_entry *e)
{
	return READ_ONCE(e->rec.tuple.kind) == SL_KIND_HALF_OPEN;
}

/*
 * There are both after a socket that is left behind, and where a program
 * connects to somebody whose SYN was eaten: then it is the socket's, unless
 * that is left behind. @e is one of the two.
 */
static noinline struct sl_entry *choose(struct sl_ledger *l,
					struct sl_entry *e, bool half_open,
					const struct sl_tuple *tuple)
{
	struct sl_tuple key = *tuple;
	struct sl_entry *other;

	key.kind = half_open ? SL_KIND_SOCKET : SL_KIND_HALF_OPEN;
	other = sl_index_by_tuple(&l->index, &key);
	if (!other || (half_open && !takes_syn(other)))
		return e;
	return other;
}

/* The entry of a socket or of a handshake. */
static struct sl_entry *find_local(struct sl_ledger *l,
				   const struct sl_tuple *tuple)
{
	struct sl_entry *e = sl_index_by_tuple(&l->index, tuple);
	bool half_open;

	if (!e)
		return NULL;
	half_open = is_half_open(e);
	if (!half_open && takes_syn(e))
		return e;
	return choose(l, e, half_open, tuple);
}

/* The entry of a segment's socket, or of whoever has its endpoints. */
static struct sl_entry *find(struct sl_ledger *l,
			     const struct sl_sighting *seen)
{
	if (seen->behind == SL_BEHIND_SOCKET)
		return sl_index_by_sock(&l->index, seen->sk) ?:
		       sl_find(l, seen, SL_KIND_SOCKET);
	return find_local(l, &seen->tuple);
}

void sl_complete_endpoints(struct sl_ledger *l, struct sl_entry *e,
			   const struct sl_sighting *seen)
{
	if (e->rec.flags & SL_F_TUPLE)
		return;
	spin_lock_bh(&e->lock);
	if (!(e->rec.flags & SL_F_TUPLE) && e->sk == seen->sk) {
		e->rec.tuple = sl_tuple_of(seen, SL_KIND_SOCKET);
		e->rec.flags |= SL_F_TUPLE;
		sl_index_endpoint(l, e, seen->now);
	}
	spin_unlock_bh(&e->lock);
}

static void local_syn(struct sl_ledger *l, const struct sl_sighting *seen)
{
	struct sl_entry *e = find(l, seen);

	if (seen->dir == SOCKLEDGER_DIR_OUT) {
		if (!e)
			return;
		sl_complete_endpoints(l, e, seen);
		sl_see(l, e, seen, seen->dir);
		return;
	}
	/* What it was is asked once: a child may be born of it meanwhile. */
	if (!e || (is_half_open(e) ? sl_starts_anew(l, e, seen) :
				     !takes_syn(e)))
		e = sl_open_on_syn(l, seen, SL_KIND_HALF_OPEN);
	if (e)
		sl_see(l, e, seen, seen->dir);
}

/* Who sends a SYN+ACK from a port, or NULL. */
static struct sl_entry *find_listener(struct sl_ledger *l,
				      const struct sock *sk, __be16 port,
				      bool cookie)
{
	struct sl_entry *e = sk ? sl_index_by_sock(&l->index, sk) : NULL;

	/* A cookie's is known by hearsay, see sl_queues_take_asked(). */
	if (e && cookie && READ_ONCE(e->rec.tuple.lport) != port)
		return NULL;
	return e;
}

static void note_answerer(struct sl_ledger *l, struct sl_entry *e,
			  const struct sl_sighting *seen)
{
	/* No request stands behind it: all it knows went out in the number. */
	bool cookie = seen->behind == SL_BEHIND_NOTHING;
	struct sl_entry *listener = find_listener(l, seen->listener,
						  e->rec.tuple.lport, cookie);

	spin_lock_bh(&e->lock);
	/* Where that was lost, another SYN may find room for a request. */
	e->rec.hs.cookie = cookie;
	if (seen->behind == SL_BEHIND_REQUEST)
		e->rec.ifindex = seen->ifindex;
	/* A request may move to another of its port (tcp_migrate_req). */
	if (listener && (!cookie || !sl_entry_listener_id(e)))
		sl_entry_bear(e, listener->rec.id);
	spin_unlock_bh(&e->lock);
	if (listener)
		sl_listening_answered(listener, cookie);
}

/* Fast Open bears the child, and queues it, at the SYN (RFC 7413). */
static void take_early_child(struct sl_ledger *l, struct sl_entry *e,
			     const struct sl_sighting *seen)
{
	struct sl_entry *listener;
	u64 listener_id;

	if (!sl_ledger_birth(l, e, seen->sk, NULL, seen->now))
		return;
	spin_lock_bh(&e->lock);
	sl_note_queued(e, seen->now);
	listener_id = sl_entry_listener_id(e);
	spin_unlock_bh(&e->lock);
	listener = sl_pools_find(&l->pools, listener_id);
	if (listener)
		sl_listening_queues(listener);
}

/* This machine answers: a request, a Fast Open child, or neither (cookies). */
static struct sl_entry *find_answering(struct sl_ledger *l,
				       const struct sl_sighting *seen)
{
	struct sl_entry *e;

	if (seen->behind != SL_BEHIND_SOCKET) {
		e = seen->found ?: find(l, seen);
		if (e && is_half_open(e))
			note_answerer(l, e, seen);
		/* Else sent again for such a child, from its request. */
		return e;
	}
	e = sl_index_by_sock(&l->index, seen->sk);
	if (e)
		return e;
	e = sl_find(l, seen, SL_KIND_HALF_OPEN);
	if (!e)
		return sl_find(l, seen, SL_KIND_SOCKET);
	note_answerer(l, e, seen);
	if (!READ_ONCE(e->sk))
		take_early_child(l, e, seen);
	return e;
}

static void local_synack(struct sl_ledger *l, const struct sl_sighting *seen)
{
	struct sl_entry *e;

	if (seen->dir == SOCKLEDGER_DIR_OUT)
		e = find_answering(l, seen);
	else if (seen->behind == SL_BEHIND_SOCKET)
		e = find(l, seen);
	else
		e = sl_find(l, seen, SL_KIND_SOCKET);
	if (e)
		sl_see(l, e, seen, seen->dir);
}

static void local_end(struct sl_ledger *l, const struct sl_sighting *seen)
{
	struct sl_entry *e = find(l, seen);

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

struct sl_entry *sl_ledger_answers(struct sl_ledger *l,
				   const struct sl_tuple *tuple)
{
	struct sl_entry *e = find_local(l, tuple);

	if (!e)
		sl_stats_inc(&l->stats, SL_STAT_SEGMENTS_SYNACK);
	return e;
}

void sl_ledger_answered(struct sl_ledger *l, const struct sock *sk,
			const struct sl_tuple *tuple, bool cookie)
{
	struct sl_entry *listener = find_listener(l, sk, tuple->lport, cookie);

	if (listener)
		sl_listening_answered(listener, cookie);
}

/*
 * First data on loopback: the receiver's hook will have no socket to ask, so
 * its entry is made to wait for it.
 */
static void announce_data(struct sl_ledger *l, const struct sl_entry *from,
			  int ifindex)
{
	struct sl_tuple peer = sl_swapped(&from->rec.tuple, SL_KIND_LOCAL,
					  ifindex);
	struct sl_entry *e = find_local(l, &peer);

	if (!e)
		return;
	spin_lock_bh(&e->lock);
	if (e->in_tuple_index && e->rec.hs.data_in == SL_T_UNKNOWN)
		sl_await(l, e, SL_F_AWAITS_DATA, true);
	spin_unlock_bh(&e->lock);
}

struct sl_entry *sl_ledger_awaits(struct sl_ledger *l,
				  const struct sl_tuple *tuple)
{
	struct sl_entry *e = find_local(l, tuple);

	if (!e || is_half_open(e) ||
	    READ_ONCE(e->rec.flags) & (SL_F_AWAITS_ACK | SL_F_AWAITS_DATA))
		return e;
	return NULL;
}

void sl_ledger_plain(struct sl_ledger *l, const struct sl_sighting *seen)
{
	struct sl_entry *e = seen->found;

	if (seen->forwarded) {
		sl_forwarded_plain(l, seen);
		return;
	}
	if (!e)
		e = find(l, seen);
	if (!e)
		return;
	sl_see(l, e, seen, seen->dir);
	if (seen->loopback && seen->dir == SOCKLEDGER_DIR_OUT &&
	    seen->seg.payload)
		announce_data(l, e, seen->ifindex);
}
