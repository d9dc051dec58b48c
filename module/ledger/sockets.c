// SPDX-License-Identifier: GPL-2.0
/* What a socket's own life does to the ledger. The socket is the truth. */
#include "change.h"

#include <linux/slab.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "../kernel/facts.h"

struct sl_entry *sl_socket_new(struct sl_ledger *l, const struct sock *sk,
			       u8 role, u64 now)
{
	struct sl_entry *e = sl_entry_alloc(now);

	if (!e) {
		sl_stats_inc(&l->stats, SL_STAT_LOST_NO_MEMORY);
		return NULL;
	}
	e->rec.role = role;
	if (sk) {
		e->sk = sk;
		e->rec.family = sk->sk_family;
		e->rec.proto = sk->sk_protocol;
		sl_facts_tuple(sk, &e->rec.tuple);
		/* The one of an attempt before this, which it let go of. */
		if (!sl_facts_has_port(sk))
			e->rec.tuple.lport = 0;
	}
	if (role == SOCKLEDGER_ROLE_LISTENER)
		e->listening = sl_listening_alloc(l);
	else if (role == SOCKLEDGER_ROLE_DATAGRAM)
		e->datagrams = sl_datagrams_alloc(l, sk);
	return e;
}

/*
 * Endpoints of a socket that moves, true when both are known. The local port
 * of a connect() comes after the move to SYN_SENT; what the socket says until
 * then is the one of its life before, unless it is bound.
 */
static bool tuple_of(const struct sl_move *move, struct sl_tuple *tuple)
{
	bool early = move->to == TCP_SYN_SENT && move->from != TCP_SYN_SENT;

	if (!move->sk) {
		*tuple = *move->left;
		return true;
	}
	sl_facts_tuple(move->sk, tuple);
	if (early && !(move->sk->sk_userlocks & SOCK_BINDPORT_LOCK))
		tuple->lport = 0;
	return !early && tuple->lport && tuple->rport;
}

static struct sl_entry *new_moved(struct sl_ledger *l,
				  const struct sl_move *move, u8 role)
{
	struct sl_entry *e = sl_socket_new(l, move->sk, role, move->now);

	if (!e)
		return NULL;
	e->rec.family = move->family;
	e->rec.state = move->from;
	if (tuple_of(move, &e->rec.tuple))
		e->rec.flags |= SL_F_TUPLE;
	return e;
}

/* Nothing is heard of the socket from here on. Under e->lock. */
static void leave_socket(struct sl_ledger *l, struct sl_entry *e)
{
	sl_expect_read(l, e, false);
	sl_index_del_sock(&l->index, e);
}

void sl_socket_leave(struct sl_ledger *l, const struct sock *sk, u64 now)
{
	struct sl_entry *e = sl_index_by_sock(&l->index, sk);

	if (!e)
		return;
	spin_lock_bh(&e->lock);
	leave_socket(l, e);
	if (!(e->rec.flags & SL_F_TIMEWAIT)) {
		sl_close(l, e, now);
		sl_retire(l, e);
	}
	spin_unlock_bh(&e->lock);
}

/* Give the entry of a socket that did nothing yet its role. */
static bool begin(struct sl_ledger *l, struct sl_entry *e,
		  const struct sl_move *move, u8 role)
{
	struct sl_listening *listening = NULL;
	bool fresh;

	if (role == SOCKLEDGER_ROLE_LISTENER)
		listening = sl_listening_alloc(l);
	spin_lock_bh(&e->lock);
	fresh = e->sk == move->sk && e->rec.role == SOCKLEDGER_ROLE_IDLE &&
		!(e->rec.flags & SL_F_CLOSED);
	if (fresh) {
		e->rec.role = role;
		tuple_of(move, &e->rec.tuple);
		e->listening = listening;
		listening = NULL;
	}
	spin_unlock_bh(&e->lock);
	kfree(listening);
	return fresh;
}

/* The socket begins something: an attempt to connect, or to listen. */
static struct sl_entry *begin_attempt(struct sl_ledger *l,
				      const struct sl_move *move, u8 role)
{
	struct sl_entry *e = sl_index_by_sock(&l->index, move->sk);

	if (e && begin(l, e, move, role))
		return e;
	sl_socket_leave(l, move->sk, move->now);
	e = new_moved(l, move, role);
	return e ? sl_open(l, e, SL_POOL_LIVE) : NULL;
}

/*
 * Give a half-open entry its socket. Returns false when either ended a moment
 * ago, or the entry ends here because the pool of live entries is full.
 */
static bool promote(struct sl_ledger *l, struct sl_entry *e,
		    const struct sock *sk, u64 now)
{
	unsigned int evicted;

	if (!e->in_tuple_index || e->sk)
		return false;
	e->sk = sk;
	if (sl_index_add_sock(&l->index, e)) {
		/* Nobody would tell it when the socket goes. */
		e->sk = NULL;
		sl_stats_inc(&l->stats, SL_STAT_LOST_INDEX);
		goto lost;
	}
	/*
	 * Nor if it is gone already, and lives on for a segment of its own that
	 * waited for a verdict. What dies from here on finds it in the index.
	 */
	smp_mb();
	if (READ_ONCE(sk->sk_state) == TCP_CLOSE) {
		sl_index_del_sock(&l->index, e);
		return false;
	}
	if (!sl_pools_move(&l->pools, e, SL_POOL_LIVE, &evicted)) {
		sl_index_del_sock(&l->index, e);
		goto lost;
	}
	e->rec.family = sk->sk_family;
	/* Segments miss it for as long as it changes its key. */
	sl_index_del_tuple(&l->index, e);
	WRITE_ONCE(e->rec.tuple.kind, SL_KIND_SOCKET);
	sl_index_endpoint(l, e, now);
	return true;

lost:
	sl_handshake_step(l, e, SL_STEP_ESTABLISHED, now);
	sl_close(l, e, now);
	sl_retire(l, e);
	return false;
}

bool sl_ledger_birth(struct sl_ledger *l, struct sl_entry *e,
		     const struct sock *sk, struct sl_entry *listener, u64 now)
{
	bool taken, cookie;
	u64 listener_id;

	spin_lock_bh(&e->lock);
	taken = promote(l, e, sk, now);
	if (taken)
		sl_transition(l, e, TCP_LISTEN, TCP_SYN_RECV,
			      SOCKLEDGER_CAUSE_SEGMENT, now);
	if (taken && listener)
		sl_entry_bear(e, listener->rec.id);
	listener_id = sl_entry_listener_id(e);
	cookie = e->rec.hs.cookie;
	spin_unlock_bh(&e->lock);
	if (taken && !listener)
		listener = sl_pools_find(&l->pools, listener_id);
	if (taken && listener)
		sl_listening_born(listener, cookie);
	return taken;
}

/*
 * First words of a socket that a listener bore: it takes over the half-open
 * entry of its handshake. There is none if the pool was full, or the SYN came
 * before the module; then it gets an entry all the same.
 *
 * Out of line, as what else is not of every move: the kernel clears each tuple
 * on a stack.
 */
static noinline struct sl_entry *open_child(struct sl_ledger *l,
					    const struct sl_move *move)
{
	u64 born = move->born ?: move->now;
	struct sl_entry *e, *listener = NULL;
	struct sl_tuple half;

	sl_facts_tuple(move->sk, &half);
	half.kind = SL_KIND_HALF_OPEN;
	e = sl_index_by_tuple(&l->index, &half);
	if (move->parent)
		listener = sl_index_by_sock(&l->index, move->parent);
	if (e && sl_ledger_birth(l, e, move->sk, listener, born))
		return e;
	if (listener)
		sl_listening_born(listener, move->cookie);
	/* Its handshake is told to its end already; by now there may be room. */
	if (e && READ_ONCE(e->rec.progress.outcome) ==
		 SOCKLEDGER_OUTCOME_ESTABLISHED) {
		sl_stats_inc(&l->stats, SL_STAT_LOST_LIVE_FULL);
		return NULL;
	}
	e = new_moved(l, move, SOCKLEDGER_ROLE_PASSIVE);
	if (e)
		e = sl_open(l, e, SL_POOL_LIVE);
	if (!e)
		return NULL;
	spin_lock_bh(&e->lock);
	if (listener)
		sl_entry_bear(e, listener->rec.id);
	e->rec.hs.cookie = move->cookie;
	sl_transition(l, e, TCP_LISTEN, TCP_SYN_RECV, SOCKLEDGER_CAUSE_SEGMENT,
		      born);
	spin_unlock_bh(&e->lock);
	return e;
}

static struct sl_entry *entry_for(struct sl_ledger *l,
				  const struct sl_move *move)
{
	struct sl_entry *e;

	if (move->from == TCP_CLOSE && move->to == TCP_SYN_SENT)
		return begin_attempt(l, move, SOCKLEDGER_ROLE_ACTIVE);
	if (move->from == TCP_CLOSE && move->to == TCP_LISTEN)
		return begin_attempt(l, move, SOCKLEDGER_ROLE_LISTENER);
	e = sl_index_by_sock(&l->index, move->sk);
	/*
	 * A child that fails before it is anybody's is not an entry: its
	 * handshake stays half-open and may try again.
	 */
	if (!e && move->from == TCP_SYN_RECV && move->to != TCP_CLOSE)
		return open_child(l, move);
	if (!e && move->from != TCP_SYN_RECV)
		sl_stats_inc(&l->stats, SL_STAT_LOST_UNKNOWN_SOCKET);
	return e;
}

/* Endpoints that no SYN showed: it passed while nobody watched. */
static noinline void note_endpoints(struct sl_ledger *l, struct sl_entry *e,
				    const struct sl_move *move)
{
	struct sl_tuple tuple;

	if (!tuple_of(move, &tuple))
		return;
	e->rec.tuple = tuple;
	e->rec.flags |= SL_F_TUPLE;
	if (move->to != TCP_CLOSE)
		sl_index_endpoint(l, e, move->now);
}

/* A state that only a socket whose handshake is through can be in. */
static bool is_through(u8 state)
{
	return state == TCP_ESTABLISHED || state == TCP_CLOSE_WAIT ||
	       state == TCP_FIN_WAIT2 || state == TCP_CLOSING;
}

/* A further subflow of MPTCP is put into no queue, see rsk_drop_req(). */
static bool is_join(const struct sl_handshake *hs)
{
	return hs->client_options & hs->server_options & SL_OPT_MPTCP_JOIN;
}

static void moved(struct sl_ledger *l, struct sl_entry *e,
		  const struct sl_move *move)
{
	sl_transition(l, e, move->from, move->to,
		      sl_transition_cause(move->from, move->to, move->err,
					  move->in_call), move->now);
	if (!is_through(move->to))
		return;
	if (move->from == TCP_SYN_RECV &&
	    e->rec.role == SOCKLEDGER_ROLE_PASSIVE && !is_join(&e->rec.hs))
		sl_note_queued(e, move->now);
	sl_note_verdict(l, e, 0, move->now);
	sl_await(l, e, SL_F_AWAITS_ACK, false);
	/* What was adopted after its handshake has none to tell of. */
	if (move->to == TCP_ESTABLISHED ||
	    e->rec.progress.phase != SOCKLEDGER_PHASE_NONE)
		sl_handshake_step(l, e, SL_STEP_ESTABLISHED, move->now);
}

void sl_ledger_move(struct sl_ledger *l, const struct sl_move *move)
{
	struct sl_entry *e = entry_for(l, move);

	sl_stats_inc(&l->stats, SL_STAT_TRANSITIONS);
	if (!e)
		return;
	spin_lock_bh(&e->lock);
	if (e->sk == move->sk) {
		if (unlikely(!(e->rec.flags & SL_F_TUPLE)))
			note_endpoints(l, e, move);
		sl_facts_identity(move->sk, &e->rec);
		if (move->to == TCP_CLOSE)
			sl_note_closed(l, e, move);
		else
			moved(l, e, move);
	}
	spin_unlock_bh(&e->lock);
}

/* What a socket in @state must have been; a listener's port tells the rest. */
static u8 adopted_role(u8 state, bool passive)
{
	if (state == TCP_LISTEN)
		return SOCKLEDGER_ROLE_LISTENER;
	if (state == TCP_SYN_SENT || !passive)
		return SOCKLEDGER_ROLE_ACTIVE;
	return SOCKLEDGER_ROLE_PASSIVE;
}

static struct sl_entry *new_adopted(struct sl_ledger *l,
				    const struct sl_move *move, u8 role)
{
	struct sl_entry *e = new_moved(l, move, role);

	if (!e)
		return NULL;
	e->rec.flags |= SL_F_PRE_EXISTING;
	if (move->timewait.found) {
		e->rec.flags |= SL_F_TIMEWAIT;
		e->rec.expires = sl_since(e, move->timewait.expires);
	}
	if (move->from == TCP_SYN_SENT) {
		e->rec.progress.phase = SOCKLEDGER_PHASE_SYN;
		sl_note_waiter(l, e, move->waiter);
	}
	if (move->sk)
		sl_facts_identity(move->sk, &e->rec);
	return e;
}

void sl_ledger_adopt(struct sl_ledger *l, const struct sl_move *move,
		     bool passive)
{
	struct sl_entry *e;

	if (move->sk ? !!sl_index_by_sock(&l->index, move->sk) :
		       !!sl_index_by_tuple(&l->index, move->left))
		return;
	e = new_adopted(l, move, adopted_role(move->from, passive));
	if (!e)
		return;
	e = sl_open(l, e, SL_POOL_LIVE);
	if (!e)
		return;
	if (move->timewait.found)
		sl_watch(l, e, move->now);
	sl_stats_inc(&l->stats, SL_STAT_ADOPTED);
	spin_lock_bh(&e->lock);
	sl_journal_adopted(l, e, move->now);
	if (e->sk && e->rec.role != SOCKLEDGER_ROLE_LISTENER)
		sl_expect_read(l, e, true);
	spin_unlock_bh(&e->lock);
}

void sl_ledger_destroyed(struct sl_ledger *l, const struct sock *sk, u64 now)
{
	struct sl_entry *e = sl_index_by_sock(&l->index, sk);

	if (!e)
		return;
	spin_lock_bh(&e->lock);
	if (e->sk == sk) {
		sl_journal_add(l, .t = now,
			       .id = e->rec.id,
			       .witness = SOCKLEDGER_WITNESS_SOCKET,
			       .what = SOCKLEDGER_WHAT_DESTROYED);
		leave_socket(l, e);
		if (!(e->rec.flags & SL_F_TIMEWAIT)) {
			sl_close(l, e, now);
			sl_retire(l, e);
		}
	}
	spin_unlock_bh(&e->lock);
}
