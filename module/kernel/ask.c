// SPDX-License-Identifier: GPL-2.0
#include "ask.h"

#include <net/inet6_hashtables.h>
#include <net/inet_hashtables.h>
#include <net/inet_timewait_sock.h>
#include <net/ipv6.h>
#include <net/tcp.h>

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
	found = sk->sk_state == TCP_NEW_SYN_RECV;
	sock_gen_put(sk);
	return found;
}
