// SPDX-License-Identifier: GPL-2.0
#include "adopt.h"

#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>
#include <linux/xarray.h>
#include <net/inet_hashtables.h>
#include <net/inet_timewait_sock.h>
#include <net/net_namespace.h>
#include <net/tcp.h>

#include "../kernel/ask.h"
#include "../kernel/facts.h"
#include "sockets.h"

bool sl_adopting __read_mostly;

/*
 * The ports that listeners hold, by namespace: a connection on one of them
 * came from there. Listeners are walked first. Short of memory a passive
 * socket may be taken for an active one.
 */
static DEFINE_XARRAY(ports);

static unsigned long port_key(const struct sock *sk, __be16 port)
{
	return (unsigned long)sock_net(sk)->ns.inum << 16 | ntohs(port);
}

static void note_listener(struct sock *sk)
{
	xa_store(&ports, port_key(sk, inet_sk(sk)->inet_sport), xa_mk_value(1),
		 GFP_ATOMIC | __GFP_NOWARN);
}

/* @sk may be a timewait socket, too. */
static bool has_listener(const struct sock *sk, __be16 port)
{
	return xa_load(&ports, port_key(sk, port));
}

/*
 * The walk and a change of the socket may come here at once. One of them opens
 * the entry then, in the same state: a change is heard before it is made, and
 * the last one comes after the socket has left its bucket, whose lock the walk
 * holds.
 */
static void adopt_as(struct sl_ledger *l, const struct sock *sk, u8 state)
{
	struct sl_move move = {
		.sk = sk,
		.now = ktime_get_mono_fast_ns(),
		.family = sk->sk_family,
		.from = state,
		.to = state,
	};
	struct sl_owner waiter;

	if (state == TCP_SYN_SENT && sl_facts_connecting(sk, &waiter))
		move.waiter = &waiter;
	sl_ledger_adopt(l, &move, has_listener(sk, inet_sk(sk)->inet_sport));
}

/* A socket that leaves CLOSE begins, and a child does that leaves SYN_RECV. */
void sl_adopt_moving(struct sl_ledger *l, const struct sock *sk, u8 state)
{
	if (state != TCP_CLOSE && state != TCP_SYN_RECV)
		adopt_as(l, sk, state);
}

static void adopt_socket(struct sock *sk)
{
	u8 state = inet_sk_state_load(sk);
	struct sl_ledger *l;

	if (state == TCP_LISTEN)
		note_listener(sk);
	if (!sl_facts_is_tcp(sk) || state == TCP_CLOSE)
		return;
	rcu_read_lock();
	l = sl_ledger_of(sock_net(sk));
	if (l)
		adopt_as(l, sk, state);
	rcu_read_unlock();
}

static void adopt_timewait(struct sl_ledger *l, struct sock *sk)
{
	struct inet_timewait_sock *tw = inet_twsk(sk);
	struct sl_tuple tuple;
	struct sl_move move = {
		.now = ktime_get_mono_fast_ns(),
		.family = tw->tw_family,
		.from = READ_ONCE(tw->tw_substate),
		.to = READ_ONCE(tw->tw_substate),
		.left = &tuple,
	};

	sl_facts_timewait_tuple(tw, &tuple);
	move.timewait = sl_ask_timewait(l->net, &tuple, tw->tw_bound_dev_if,
					move.now);
	if (move.timewait.found)
		sl_ledger_adopt(l, &move, has_listener(sk, tw->tw_sport));
}

static void adopt_request(struct sl_ledger *l, struct sock *sk)
{
	struct request_sock *req = inet_reqsk(sk);
	struct sl_tuple tuple;

	sl_facts_request_tuple(req, &tuple);
	sl_ledger_adopt_request(l, &tuple, req->rsk_ops->family,
				inet_rsk(req)->ir_iif,
				ktime_get_mono_fast_ns());
}

/*
 * After all sockets: a timewait socket takes the place of one before its end
 * is heard, which is in its entry then and not in one more.
 */
static void adopt_remains(struct sock *sk)
{
	struct sl_ledger *l;

	rcu_read_lock();
	/* A timewait socket or a request does not hold its namespace. */
	l = sl_ledger_of(sock_net(sk));
	if (l && sk->sk_state == TCP_TIME_WAIT)
		adopt_timewait(l, sk);
	else if (l && sk->sk_state == TCP_NEW_SYN_RECV)
		adopt_request(l, sk);
	rcu_read_unlock();
}

/*
 * What is done to a socket is done under the lock of its bucket, and not under
 * its own, whose owner may sleep for as long as it likes: in a page fault of
 * its send(), in modprobe. While the bucket is locked nobody in it goes: no
 * socket closes, no request becomes a child.
 */
static void walk_bucket(struct hlist_nulls_head *head, spinlock_t *lock,
			void (*visit)(struct sock *sk))
{
	struct hlist_nulls_node *node;
	struct sock *sk;

	if (hlist_nulls_empty(head))
		return;
	spin_lock_bh(lock);
	sk_nulls_for_each(sk, node, head)
		visit(sk);
	spin_unlock_bh(lock);
	cond_resched();
}

static void walk_listeners(struct inet_hashinfo *table,
			   void (*visit)(struct sock *sk))
{
	unsigned int i;

	for (i = 0; i <= table->lhash2_mask; i++)
		walk_bucket(&table->lhash2[i].nulls_head,
			    &table->lhash2[i].lock, visit);
}

static void walk_others(struct inet_hashinfo *table,
			void (*visit)(struct sock *sk))
{
	unsigned int i;

	for (i = 0; i <= table->ehash_mask; i++)
		walk_bucket(&table->ehash[i].chain, inet_ehash_lockp(table, i),
			    visit);
}

static void adopt_table(struct inet_hashinfo *table)
{
	walk_others(table, adopt_socket);
	walk_others(table, adopt_remains);
}

void sl_adopt_begin(void)
{
	walk_listeners(init_net.ipv4.tcp_death_row.hashinfo, note_listener);
	WRITE_ONCE(sl_adopting, true);
}

void sl_adopt_end(void)
{
	WRITE_ONCE(sl_adopting, false);
	/* Whoever still looks does so in an RCU read-side section. */
	xa_destroy(&ports);
}

void sl_adopt_all(void)
{
	struct inet_hashinfo *shared = init_net.ipv4.tcp_death_row.hashinfo;
	struct inet_hashinfo *table;
	struct net *net;

	if (!sl_sockets_attached())
		return;
	/* No namespace that was alive under it is freed while it is held. */
	down_read(&net_rwsem);
	walk_listeners(shared, adopt_socket);
	adopt_table(shared);
	/*
	 * Most namespaces share that table; one may have its own for all but
	 * listeners (sysctl net.ipv4.tcp_child_ehash_entries, since v6.1).
	 */
	for_each_net(net) {
		table = net->ipv4.tcp_death_row.hashinfo;
		if (table != shared)
			adopt_table(table);
	}
	up_read(&net_rwsem);
	sl_adopt_end();
}
