// SPDX-License-Identifier: GPL-2.0
#include "ask.h"

#include <net/inet6_hashtables.h>
#include <net/inet_hashtables.h>
#include <net/inet_timewait_sock.h>
#include <net/ipv6.h>
#include <net/tcp.h>
#include <net/udp.h>
#include <net/udplite.h>

#include "compat.h"
#include "facts.h"

/* A reference to whatever has these endpoints, or NULL. */
static struct sock *ask(struct net *net, const struct sl_tuple *tuple,
			int ifindex)
{
	struct inet_hashinfo *table = net->ipv4.tcp_death_row.hashinfo;

	if (ipv6_addr_v4mapped(&tuple->local))
		return __inet_lookup_established(net, table,
						 tuple->remote.s6_addr32[3],
						 tuple->rport,
						 tuple->local.s6_addr32[3],
						 ntohs(tuple->lport), ifindex,
						 0);
#if IS_ENABLED(CONFIG_IPV6)
	return __inet6_lookup_established(net, table, &tuple->remote,
					  tuple->rport, &tuple->local,
					  ntohs(tuple->lport), ifindex, 0);
#else
	return NULL;
#endif
}

struct sl_timewait sl_ask_timewait(struct net *net,
				   const struct sl_tuple *tuple, int ifindex,
				   u64 now)
{
	struct sock *sk = ask(net, tuple, ifindex ?: tuple->scope);
	struct sl_timewait answer = {};
	struct inet_timewait_sock *tw;
	long left;

	if (!sk)
		return answer;
	if (sk->sk_state == TCP_TIME_WAIT) {
		tw = inet_twsk(sk);
		left = tw->tw_timer.expires - jiffies;
		answer.found = true;
		answer.substate = READ_ONCE(tw->tw_substate);
		answer.expires = now + jiffies_to_nsecs(max(left, 0L));
	}
	sock_gen_put(sk);
	return answer;
}

bool sl_ask_request(struct net *net, const struct sl_tuple *tuple, int ifindex)
{
	struct sock *sk = ask(net, tuple, ifindex);
	bool found;

	if (!sk)
		return false;
	/* Fast Open has a socket in its place (RFC 7413). */
	found = sk->sk_state == TCP_NEW_SYN_RECV ||
		sk->sk_state == TCP_SYN_RECV;
	sock_gen_put(sk);
	return found;
}

static bool is_wildcard(const struct in6_addr *addr)
{
	return ipv6_addr_any(addr) ||
	       (ipv6_addr_v4mapped(addr) && !addr->s6_addr32[3]);
}

/* Would a socket with @sk's address not let one be bound to @addr? */
static bool in_the_way(const struct sock *sk, const struct in6_addr *addr)
{
	struct sl_tuple tuple;

	if (ipv6_addr_v4mapped(addr) && ipv6_only_sock(sk))
		return false;
	if (sk->sk_state == TCP_TIME_WAIT)
		sl_facts_timewait_tuple(inet_twsk(sk), &tuple);
	else
		sl_facts_tuple(sk, &tuple);
	return is_wildcard(addr) || is_wildcard(&tuple.local) ||
	       ipv6_addr_equal(addr, &tuple.local);
}

#define RANK_BEST	3

static unsigned int rank_of(const struct sock *sk)
{
	if (sk->sk_state == TCP_LISTEN)
		return RANK_BEST;
	return sk->sk_state == TCP_TIME_WAIT ? 1 : 2;
}

/*
 * Connections hold the port of their listener, too: there may be any number,
 * and whoever opens or closes one waits for us.
 */
#define CONSIDERED_MOST	1024

struct port_search {
	const struct sock *asker;
	const struct in6_addr *addr;
	struct sock *best;
	unsigned int considered;
	/* Is it over with this one? */
	bool (*consider)(struct port_search *search, struct sock *sk);
};

static bool visit(struct sock *sk, void *arg)
{
	struct port_search *search = arg;

	return ++search->considered > CONSIDERED_MOST ||
	       search->consider(search, sk);
}

static bool consider(struct port_search *search, struct sock *sk)
{
	if (sk == search->asker || !in_the_way(sk, search->addr))
		return false;
	if (!search->best || rank_of(sk) > rank_of(search->best))
		search->best = sk;
	return rank_of(search->best) == RANK_BEST;
}

static bool consider_subflow(struct port_search *search, struct sock *sk)
{
	if (!sk_fullsock(sk) || sl_facts_mptcp(sk) != search->asker)
		return false;
	search->best = sk;
	return true;
}

/* Buckets and who is in them change under the bucket's lock only. */
static struct sock *search_port(struct net *net, __be16 at,
				struct port_search *search)
{
	struct inet_hashinfo *table = net->ipv4.tcp_death_row.hashinfo;
	unsigned short port = ntohs(at);
	struct inet_bind_hashbucket *head =
		&table->bhash[inet_bhashfn(net, port, table->bhash_size)];
	struct inet_bind_bucket *tb;

	spin_lock_bh(&head->lock);
	inet_bind_bucket_for_each(tb, &head->chain)
		if (tb->port == port && net_eq(ib_net(tb), net) &&
		    sl_each_bound(tb, visit, search))
			break;
	if (search->best && !refcount_inc_not_zero(&search->best->sk_refcnt))
		search->best = NULL;
	spin_unlock_bh(&head->lock);
	return search->best;
}

/* One that is in the way and on the chain of its port and a certain address. */
static struct sock *listener_at(struct net *net, u32 hash, unsigned short port,
				const struct port_search *search)
{
	struct inet_hashinfo *table = net->ipv4.tcp_death_row.hashinfo;
	struct hlist_nulls_node *node;
	struct sock *sk;

	/* Who begins or ends to listen meanwhile may be missed. */
	sk_nulls_for_each_rcu(sk, node,
			      &inet_lhash2_bucket(table, hash)->nulls_head)
		if (inet_sk(sk)->inet_num == port &&
		    net_eq(sock_net(sk), net) && sk != search->asker &&
		    in_the_way(sk, search->addr) &&
		    refcount_inc_not_zero(&sk->sk_refcnt))
			return sk;
	return NULL;
}

/* With the address that was asked for, or with none, of either family. */
static struct sock *listener_in_the_way(struct net *net, unsigned short port,
					const struct port_search *search)
{
	const struct in6_addr *addr = search->addr;
	u32 hashes[] = {
		ipv6_portaddr_hash(net, addr, port),
		ipv6_portaddr_hash(net, &in6addr_any, port),
		ipv4_portaddr_hash(net, 0, port),
		ipv4_portaddr_hash(net, addr->s6_addr32[3], port),
	};
	unsigned int i, n = ARRAY_SIZE(hashes);
	struct sock *sk = NULL;

	if (!ipv6_addr_v4mapped(addr))
		n--;
	rcu_read_lock();
	for (i = 0; i < n && !sk; i++)
		sk = listener_at(net, hashes[i], port, search);
	rcu_read_unlock();
	return sk;
}

static struct sock *tcp_port_holder(struct net *net, const struct sock *asker,
				    const struct sl_endpoint *asked)
{
	struct port_search search = {
		.asker = asker,
		.addr = &asked->addr,
		.consider = consider,
	};

	return listener_in_the_way(net, ntohs(asked->port), &search) ?:
	       search_port(net, asked->port, &search);
}

static struct sock *udp_port_holder(struct net *net, const struct sock *asker,
				    const struct sl_endpoint *asked)
{
	unsigned short port = ntohs(asked->port);
	struct udp_table *table = asker->sk_protocol == IPPROTO_UDPLITE ?
				  &udplite_table : sl_udp_table(net);
	struct udp_hslot *slot = udp_hashslot(table, net, port);
	struct sock *sk, *found = NULL;

	spin_lock_bh(&slot->lock);
	sk_for_each(sk, &slot->head) {
		if (sk == asker || !net_eq(sock_net(sk), net) ||
		    udp_sk(sk)->udp_port_hash != port ||
		    !in_the_way(sk, &asked->addr))
			continue;
		if (refcount_inc_not_zero(&sk->sk_refcnt))
			found = sk;
		break;
	}
	spin_unlock_bh(&slot->lock);
	return found;
}

struct sock *sl_ask_port_holder(struct net *net, const struct sock *sk,
				const struct sl_endpoint *asked)
{
	if (!asked->port)
		return NULL;
	if (sl_facts_is_udp(sk))
		return udp_port_holder(net, sk, asked);
	return tcp_port_holder(net, sk, asked);
}

struct sock *sl_ask_subflow(struct net *net, const struct sock *mptcp)
{
	struct port_search search = {
		.asker = mptcp,
		.consider = consider_subflow,
	};

	/* It has the port of its first subflow (mptcp_copy_inaddrs()). */
	return search_port(net, inet_sk(mptcp)->inet_sport, &search);
}
