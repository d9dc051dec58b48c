// SPDX-License-Identifier: GPL-2.0
/* What programs ask of their sockets. */
#include "change.h"

#include <linux/sched.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "../kernel/facts.h"

/* Does the call begin something, where another attempt is over? */
static bool begins(u8 what)
{
	return what == SOCKLEDGER_WHAT_BIND ||
	       what == SOCKLEDGER_WHAT_LISTEN ||
	       what == SOCKLEDGER_WHAT_CONNECT;
}

/* Whoever made the socket made it for every attempt. */
static void inherit_opener(struct sl_entry *e, struct sl_entry *before)
{
	struct sl_holder *opener = NULL;

	spin_lock_bh(&before->lock);
	if (before->rec.opener)
		opener = before->holders[before->rec.opener - 1];
	if (opener && refcount_inc_not_zero(&opener->refs)) {
		e->holders[0] = opener;
		e->rec.opener = 1;
	}
	spin_unlock_bh(&before->lock);
}

static struct sl_entry *open_idle(struct sl_ledger *l,
				  const struct sl_called *call,
				  struct sl_entry *before)
{
	bool udp = sl_facts_is_udp(call->sk);
	struct sl_entry *e;

	e = sl_socket_new(l, call->sk, udp ? SOCKLEDGER_ROLE_DATAGRAM :
					     SOCKLEDGER_ROLE_IDLE, call->now);
	if (!e)
		return NULL;
	e->rec.state = udp ? 0 : TCP_CLOSE;
	if (before)
		inherit_opener(e, before);
	else if (call->what != SOCKLEDGER_WHAT_SOCKET)
		e->rec.flags |= SL_F_PRE_EXISTING;
	sl_socket_leave(l, call->sk, call->now);
	return sl_open(l, e, SL_POOL_LIVE);
}

static struct sl_entry *entry_for(struct sl_ledger *l,
				  const struct sl_called *call)
{
	struct sl_entry *e;

	/* One that is there was that of a socket whose end nobody told. */
	if (call->what == SOCKLEDGER_WHAT_SOCKET)
		return open_idle(l, call, NULL);
	e = sl_index_by_sock(&l->index, call->sk);
	/* Found by its traffic: bound to nothing when the module was loaded. */
	if (!e && sl_facts_is_udp(call->sk) &&
	    (call->what == SOCKLEDGER_WHAT_SEND ||
	     call->what == SOCKLEDGER_WHAT_RECV))
		return open_idle(l, call, NULL);
	if (begins(call->what) &&
	    (!e || READ_ONCE(e->rec.flags) & SL_F_CLOSED))
		return open_idle(l, call, e);
	return e;
}

/* Counts a holder that there was no memory for. */
static struct sl_holder *counted(struct sl_ledger *l, struct sl_holder *holder)
{
	if (!holder)
		sl_stats_inc(&l->stats, SL_STAT_LOST_NO_MEMORY);
	return holder;
}

/* The caller's place among the entry's holders. Under e->lock. */
static u8 place_of(struct sl_ledger *l, struct sl_entry *e,
		   const struct sl_called *call)
{
	u8 i;

	if (!call->pid)
		return SL_WHO_UNKNOWN;
	for (i = 0; i < SL_HOLDERS && e->holders[i]; i++)
		if (sl_facts_is_program(&e->holders[i]->who))
			return i;
	if (i == SL_HOLDERS) {
		sl_stats_inc(&l->stats, SL_STAT_LOST_HOLDERS);
		return SL_WHO_UNKNOWN;
	}
	e->holders[i] = counted(l, sl_holder_current());
	return e->holders[i] ? i : SL_WHO_UNKNOWN;
}

static void journal_call(struct sl_ledger *l, const struct sl_entry *e,
			 const struct sl_called *call)
{
	sl_journal_add(l, .t = call->now,
		       .id = e->rec.id,
		       .witness = SOCKLEDGER_WITNESS_CALL,
		       .what = call->what,
		       .pid = call->pid,
		       .error = call->error);
}

void sl_add_call(struct sl_ledger *l, struct sl_entry *e,
		 const struct sl_called *call, u8 who)
{
	struct sl_calls *list = &e->rec.calls;
	u16 dropped = list->dropped;

	sl_calls_add(list, call->what, (struct sl_call) {
		.t = sl_since(e, call->now),
		.who = who,
		.how = call->how,
	}, call->error);
	if (list->dropped != dropped)
		sl_stats_inc(&l->stats, SL_STAT_LOST_ENTRY_CALLS);
	journal_call(l, e, call);
}

static void note_owner(struct sl_record *rec, u8 what, u8 who)
{
	if (who == SL_WHO_UNKNOWN)
		return;
	/* A listener hears of those that failed, too. */
	if (what == SOCKLEDGER_WHAT_ACCEPT &&
	    rec->role == SOCKLEDGER_ROLE_PASSIVE)
		rec->acceptor = who + 1;
	if (!rec->opener && rec->role != SOCKLEDGER_ROLE_PASSIVE &&
	    (what == SOCKLEDGER_WHAT_SOCKET || begins(what)))
		rec->opener = who + 1;
}

void sl_note_call(struct sl_ledger *l, struct sl_entry *e,
		  const struct sl_called *call)
{
	u8 who = place_of(l, e, call);

	lockdep_assert_held(&e->lock);
	note_owner(&e->rec, call->what, who);
	sl_add_call(l, e, call, who);
}

void sl_note_waiter(struct sl_ledger *l, struct sl_entry *e,
		    const struct sl_owner *waiter)
{
	if (waiter)
		e->holders[0] = counted(l, sl_holder_get(waiter));
	if (e->holders[0])
		e->rec.opener = 1;
	e->rec.flags |= SL_F_UNDECIDED;
}

/*
 * Endpoints of a socket that has no handshake to show them: what bind() gave
 * it, and all that a datagram socket has.
 */
static void note_endpoints(struct sl_entry *e, const struct sl_called *call)
{
	struct sl_tuple tuple;

	if (e->rec.role != SOCKLEDGER_ROLE_IDLE &&
	    e->rec.role != SOCKLEDGER_ROLE_DATAGRAM)
		return;
	sl_facts_tuple(call->sk, &tuple);
	/* A port that it had and does not have any more is worth telling. */
	if (sl_facts_has_port(call->sk)) {
		e->rec.tuple = tuple;
	} else if (e->rec.role == SOCKLEDGER_ROLE_DATAGRAM) {
		e->rec.tuple.remote = tuple.remote;
		e->rec.tuple.rport = tuple.rport;
	}
}

static void end_datagram(struct sl_ledger *l, struct sl_entry *e,
			 const struct sl_called *call)
{
	struct sl_datagrams *d = sl_entry_datagrams(e);

	if (d)
		sl_datagrams_end(l, d, call->sk);
	sl_index_del_sock(&l->index, e);
	sl_close(l, e, call->now);
	sl_retire(l, e);
}

/* Under e->lock. */
static void apply(struct sl_ledger *l, struct sl_entry *e,
		  const struct sl_called *call)
{
	note_endpoints(e, call);
	sl_facts_identity(call->sk, &e->rec);
	sl_note_call(l, e, call);
	switch (call->what) {
	case SOCKLEDGER_WHAT_CONNECT:
	case SOCKLEDGER_WHAT_CONNECT_RETURN:
		sl_note_connect(l, e, call);
		break;
	case SOCKLEDGER_WHAT_CLOSE:
	case SOCKLEDGER_WHAT_EXIT:
		if (e->rec.role == SOCKLEDGER_ROLE_DATAGRAM)
			end_datagram(l, e, call);
		break;
	}
}

void sl_ledger_call(struct sl_ledger *l, const struct sl_called *call)
{
	struct sl_entry *e = entry_for(l, call);
	u64 id = 0;

	sl_stats_inc(&l->stats, SL_STAT_CALLS);
	if (e) {
		spin_lock_bh(&e->lock);
		if (e->sk == call->sk) {
			id = e->rec.id;
			apply(l, e, call);
		}
		spin_unlock_bh(&e->lock);
	}
	if (call->error && !sl_left_undecided(call))
		sl_file_failure(l, call, id, NULL);
}

static void settle(struct sl_ledger *l, struct sl_entry *e,
		   const struct sl_called *call)
{
	struct sl_listening *listening = sl_entry_listening(e);

	note_endpoints(e, call);
	sl_facts_identity(call->sk, &e->rec);
	if (call->error) {
		sl_calls_fail(&e->rec.calls, call->what, call->error);
		journal_call(l, e, call);
	} else if (call->what == SOCKLEDGER_WHAT_LISTEN && listening) {
		listening->asked = call->backlog;
		e->rec.flags |= SL_F_ASKED;
	}
}

void sl_ledger_returned(struct sl_ledger *l, const struct sl_called *call)
{
	struct sl_entry *e = sl_index_by_sock(&l->index, call->sk);
	u64 id = 0;

	if (e) {
		spin_lock_bh(&e->lock);
		if (e->sk == call->sk) {
			id = e->rec.id;
			settle(l, e, call);
		}
		spin_unlock_bh(&e->lock);
	}
	if (call->error)
		sl_file_failure(l, call, id, NULL);
}

/*
 * The entry of what accept() hands out: of an MPTCP socket that of the subflow
 * which it was made for, whose endpoints are its own.
 */
static struct sl_entry *handed_out(struct sl_ledger *l, const struct sock *sk)
{
	struct sl_tuple tuple;

	if (!sl_facts_is_mptcp(sk))
		return sl_index_by_sock(&l->index, sk);
	sl_facts_tuple(sk, &tuple);
	return sl_index_by_tuple(&l->index, &tuple);
}

/* Returns how long it has waited, and sets the id of who bore it. */
static u64 accepted(struct sl_ledger *l, struct sl_entry *e,
		    const struct sl_called *call, u64 *listener_id)
{
	struct sl_record *rec = &e->rec;
	u64 wait = SL_T_UNKNOWN;
	u64 queued, taken;

	spin_lock_bh(&e->lock);
	if (e->sk == call->sk || (e->sk && sl_facts_is_mptcp(call->sk))) {
		rec->inode = call->inode;
		taken = sl_since(e, call->now);
		rec->hs.accepted = taken;
		queued = rec->hs.accept_queued;
		/* What was adopted in the queue has waited nobody knows since. */
		if (queued != SL_T_UNKNOWN)
			wait = taken - min(queued, taken);
		sl_note_call(l, e, call);
		*listener_id = sl_entry_listener_id(e);
	}
	spin_unlock_bh(&e->lock);
	return wait;
}

void sl_ledger_accept(struct sl_ledger *l, const struct sl_called *call,
		      const struct sock *listener)
{
	struct sl_entry *from = sl_index_by_sock(&l->index, listener);
	struct sl_entry *e = handed_out(l, call->sk);
	u64 wait = SL_T_UNKNOWN, id = 0;

	sl_stats_inc(&l->stats, SL_STAT_CALLS);
	if (e)
		wait = accepted(l, e, call, &id);
	/* MPTCP waits on one socket for what another of its bears. */
	if (!from)
		from = sl_pools_find(&l->pools, id);
	if (from)
		sl_listening_accepted(from, wait);
}

void sl_ledger_received(struct sl_ledger *l, const struct sl_called *call)
{
	struct sl_entry *e = sl_index_by_sock(&l->index, call->sk);

	if (!e || !(READ_ONCE(e->rec.flags) & SL_F_UNREAD))
		return;
	spin_lock_bh(&e->lock);
	if (e->sk == call->sk && e->rec.flags & SL_F_UNREAD) {
		sl_note_call(l, e, call);
		sl_expect_read(l, e, false);
	}
	spin_unlock_bh(&e->lock);
}

void sl_note_sender(struct sl_ledger *l, struct sl_entry *e, u64 now)
{
	struct sl_called call = {
		.sk = e->sk,
		.now = now,
		.what = SOCKLEDGER_WHAT_SEND,
		.pid = current->tgid,
	};

	sl_note_call(l, e, &call);
}
