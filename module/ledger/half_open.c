// SPDX-License-Identifier: GPL-2.0
/* Entries of handshakes that have no socket: found and opened by endpoints. */
#include "change.h"

#include <net/tcp_states.h>

#include "../kernel/ask.h"
#include "../kernel/facts.h"

struct sl_tuple sl_tuple_of(const struct sl_sighting *seen, enum sl_kind kind)
{
	struct sl_tuple tuple;

	if (seen->behind == SL_BEHIND_SOCKET)
		sl_facts_tuple(seen->sk, &tuple);
	else
		tuple = seen->tuple;
	tuple.kind = kind;
	return tuple;
}

struct sl_entry *sl_find(struct sl_ledger *l, const struct sl_sighting *seen,
			 enum sl_kind kind)
{
	struct sl_tuple tuple = sl_tuple_of(seen, kind);

	return sl_index_by_tuple(&l->index, &tuple);
}

struct sl_tuple sl_swapped(const struct sl_tuple *tuple, enum sl_kind kind,
			   int ifindex)
{
	struct sl_tuple ret = {
		.local = tuple->remote,
		.remote = tuple->local,
		.lport = tuple->rport,
		.rport = tuple->lport,
		.kind = kind,
	};

	ret.scope = sl_facts_scope(&ret, ifindex);
	return ret;
}

static struct sl_entry *new_half(struct sl_ledger *l, u64 now,
				 const struct sl_tuple *tuple, u8 family)
{
	struct sl_entry *e = sl_entry_alloc(now);

	if (!e) {
		sl_stats_inc(&l->stats, SL_STAT_LOST_NO_MEMORY);
		return NULL;
	}
	e->rec.tuple = *tuple;
	e->rec.flags |= SL_F_TUPLE;
	e->rec.family = family;
	e->rec.role = tuple->kind == SL_KIND_FORWARDED ?
		      SOCKLEDGER_ROLE_FORWARDED : SOCKLEDGER_ROLE_PASSIVE;
	return e;
}

static struct sl_entry *open_half(struct sl_ledger *l, struct sl_entry *e)
{
	e = sl_open(l, e, SL_POOL_HALF_OPEN);
	if (e)
		sl_sweep_arm(l);
	return e;
}

struct sl_entry *sl_open_on_syn(struct sl_ledger *l,
				const struct sl_sighting *seen,
				enum sl_kind kind)
{
	struct sl_tuple tuple;
	struct sl_entry *e;

	/* In a flood nothing is made only to be thrown away. */
	if (sl_pools_full(&l->pools, SL_POOL_HALF_OPEN)) {
		sl_stats_inc(&l->stats, SL_STAT_LOST_HALF_OPEN_FULL);
		return NULL;
	}
	tuple = sl_tuple_of(seen, kind);
	e = new_half(l, seen->now, &tuple, seen->family);
	if (!e)
		return NULL;
	e->rec.ifindex = seen->ifindex;
	/* The second look finds what another CPU opened meanwhile. */
	return open_half(l, e) ?: sl_find(l, seen, kind);
}

/*
 * Is what answered with a SYN+ACK not there any more? A cookie is remembered by
 * nobody, and a request whose listener has gone is dropped when it is met
 * (tcp_v4_rcv()).
 */
static bool is_forgotten(struct sl_ledger *l, const struct sl_entry *e)
{
	return e->rec.hs.cookie || sl_listener_gone(l, e) ||
	       !sl_ask_request(l->net, &e->rec.tuple, e->rec.ifindex);
}

/*
 * A SYN with another number, after one that nobody has answered, is another
 * attempt between the same ends. After a SYN+ACK it is none, as long as
 * tcp_check_req() answers for what was asked first.
 */
bool sl_starts_anew(struct sl_ledger *l, struct sl_entry *e,
		    const struct sl_sighting *seen)
{
	bool anew;

	spin_lock_bh(&e->lock);
	anew = e->in_tuple_index &&
	       e->rec.hs.client_isn != seen->seg.seq &&
	       (e->rec.progress.phase == SOCKLEDGER_PHASE_SYN ||
		(e->rec.progress.phase == SOCKLEDGER_PHASE_SYNACK &&
		 is_forgotten(l, e)));
	if (anew) {
		sl_handshake_gone(l, e, seen->now);
		sl_close(l, e, seen->now);
		sl_retire(l, e);
	}
	spin_unlock_bh(&e->lock);
	return anew;
}

void sl_ledger_adopt_request(struct sl_ledger *l, const struct sl_tuple *tuple,
			     u8 family, int ifindex, u64 now)
{
	struct sl_entry *e;

	if (sl_index_by_tuple(&l->index, tuple))
		return;
	e = new_half(l, now, tuple, family);
	if (!e)
		return;
	e->rec.flags |= SL_F_PRE_EXISTING;
	e->rec.ifindex = ifindex;
	e->rec.state = TCP_NEW_SYN_RECV;
	e->rec.progress.phase = SOCKLEDGER_PHASE_SYNACK;
	if (open_half(l, e))
		sl_stats_inc(&l->stats, SL_STAT_ADOPTED);
}
