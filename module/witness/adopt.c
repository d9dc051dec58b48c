// SPDX-License-Identifier: GPL-2.0
/* Sockets that existed before the module: the kernel's tables, walked once. */
#include "sockets.h"

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

/* Sockets taken out of one bucket in one go. */
#define BATCH	32

struct batch {
	struct sock *sk[BATCH];		/* each with a reference */
	unsigned int count;
	unsigned int skip;		/* of the bucket, done before */
	bool more;			/* the bucket holds further ones */
};

static struct sl_ledger *ledger_of_sock(const struct sock *sk)
{
	return sl_ledger_of(sock_net(sk));
}

/*
 * The ports that listeners hold, by namespace: a connection on one of them
 * came from there. Listeners are walked first. Short of memory a passive
 * socket may be taken for an active one.
 */
static unsigned long port_key(const struct net *net, __be16 port)
{
	return (unsigned long)net->ns.inum << 16 | ntohs(port);
}

static bool has_listener(struct xarray *ports, const struct net *net,
			 __be16 port)
{
	return xa_load(ports, port_key(net, port));
}

static void adopt_locked(struct xarray *ports, struct sock *sk)
{
	struct sl_move move = {
		.sk = sk,
		.now = ktime_get_mono_fast_ns(),
		.family = sk->sk_family,
		.from = sk->sk_state,
		.to = sk->sk_state,
	};
	struct sl_owner waiter;
	struct sl_ledger *l;

	rcu_read_lock();
	l = ledger_of_sock(sk);
	if (l && sl_facts_is_tcp(sk) && sk->sk_state != TCP_CLOSE) {
		if (sk->sk_state == TCP_SYN_SENT &&
		    sl_facts_connecting(sk, &waiter))
			move.waiter = &waiter;
		sl_ledger_adopt(l, &move,
				has_listener(ports, sock_net(sk),
					     inet_sk(sk)->inet_sport));
	}
	rcu_read_unlock();
}

/*
 * Under the socket lock no state change and no destruction can come between
 * the look at the socket and the entry: both are made by whoever holds it.
 *
 * A child that nobody accepted may not be owned by anybody, or
 * inet_csk_listen_stop() complains: such a socket is held as softirq holds
 * it. Only one that a program is busy with is waited for.
 */
static void adopt_full(struct xarray *ports, struct sock *sk)
{
	bool busy;

	if (sk->sk_state == TCP_LISTEN)
		xa_store(ports, port_key(sock_net(sk), inet_sk(sk)->inet_sport),
			 xa_mk_value(1), GFP_KERNEL | __GFP_NOWARN);
	local_bh_disable();
	bh_lock_sock(sk);
	busy = sock_owned_by_user(sk);
	if (!busy)
		adopt_locked(ports, sk);
	bh_unlock_sock(sk);
	local_bh_enable();
	if (!busy)
		return;
	lock_sock(sk);
	adopt_locked(ports, sk);
	release_sock(sk);
}

static void adopt_timewait(struct xarray *ports, struct sock *sk)
{
	struct inet_timewait_sock *tw = inet_twsk(sk);
	struct sl_ledger *l;
	struct sl_tuple tuple;
	struct sl_move move = {
		.now = ktime_get_mono_fast_ns(),
		.family = tw->tw_family,
		.from = READ_ONCE(tw->tw_substate),
		.to = READ_ONCE(tw->tw_substate),
		.left = &tuple,
	};

	rcu_read_lock();
	l = sl_ledger_of(twsk_net(tw));
	if (l) {
		sl_facts_timewait_tuple(tw, &tuple);
		move.timewait = sl_ask_timewait(twsk_net(tw), &tuple,
						tw->tw_bound_dev_if, move.now);
		/* Or it went meanwhile, and nobody would say so again. */
		if (move.timewait.found)
			sl_ledger_adopt(l, &move,
					has_listener(ports, twsk_net(tw),
						     tw->tw_sport));
	}
	rcu_read_unlock();
}

static void adopt_request(struct sock *sk)
{
	struct request_sock *req = inet_reqsk(sk);
	struct sl_ledger *l;
	struct sl_tuple tuple;

	rcu_read_lock();
	l = ledger_of_sock(req->rsk_listener);
	if (l) {
		sl_facts_request_tuple(req, &tuple);
		sl_ledger_adopt_request(l, &tuple, req->rsk_ops->family,
					inet_rsk(req)->ir_iif,
					ktime_get_mono_fast_ns());
	}
	rcu_read_unlock();
}

static void adopt(struct xarray *ports, struct sock *sk)
{
	if (sk->sk_state == TCP_TIME_WAIT)
		adopt_timewait(ports, sk);
	else if (sk->sk_state == TCP_NEW_SYN_RECV)
		adopt_request(sk);
	else
		adopt_full(ports, sk);
}

/* Take the next sockets of a bucket; its lock is held. */
static void collect(struct batch *batch, struct hlist_nulls_head *head)
{
	struct hlist_nulls_node *node;
	unsigned int seen = 0;
	struct sock *sk;

	batch->count = 0;
	batch->more = false;
	sk_nulls_for_each(sk, node, head) {
		if (seen++ < batch->skip)
			continue;
		if (batch->count == BATCH) {
			batch->more = true;
			break;
		}
		/* A timewait socket or a request does not hold its namespace. */
		if (check_net(sock_net(sk)) &&
		    refcount_inc_not_zero(&sk->sk_refcnt))
			batch->sk[batch->count++] = sk;
		batch->skip++;
	}
}

static void adopt_batch(struct xarray *ports, struct batch *batch)
{
	unsigned int i;

	for (i = 0; i < batch->count; i++) {
		adopt(ports, batch->sk[i]);
		sock_gen_put(batch->sk[i]);
	}
	cond_resched();
}

static void adopt_bucket(struct xarray *ports, struct hlist_nulls_head *head,
			 spinlock_t *lock)
{
	struct batch batch = { .more = true };

	while (batch.more) {
		spin_lock_bh(lock);
		collect(&batch, head);
		spin_unlock_bh(lock);
		adopt_batch(ports, &batch);
	}
}

static void adopt_table(struct xarray *ports, struct inet_hashinfo *table)
{
	unsigned int i;

	for (i = 0; i <= table->lhash2_mask; i++)
		if (!hlist_nulls_empty(&table->lhash2[i].nulls_head))
			adopt_bucket(ports, &table->lhash2[i].nulls_head,
				     &table->lhash2[i].lock);
	for (i = 0; i <= table->ehash_mask; i++)
		if (!hlist_nulls_empty(&table->ehash[i].chain))
			adopt_bucket(ports, &table->ehash[i].chain,
				     inet_ehash_lockp(table, i));
}

void sl_sockets_adopt(void)
{
	struct inet_hashinfo *shared = init_net.ipv4.tcp_death_row.hashinfo;
	struct inet_hashinfo *table;
	struct xarray ports;
	struct net *net;

	if (!sl_sockets_attached())
		return;
	xa_init(&ports);
	/* No namespace that was alive under it is freed while it is held. */
	down_read(&net_rwsem);
	adopt_table(&ports, shared);
	/*
	 * Most namespaces share that table; one may have its own (sysctl
	 * net.ipv4.tcp_child_ehash_entries, since v6.1).
	 */
	for_each_net(net) {
		table = net->ipv4.tcp_death_row.hashinfo;
		if (table != shared)
			adopt_table(&ports, table);
	}
	up_read(&net_rwsem);
	xa_destroy(&ports);
}
