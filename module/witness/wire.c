// SPDX-License-Identifier: GPL-2.0
#include "wire.h"

#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/skbuff.h>
#include <linux/timekeeping.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ip6_fib.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include <net/route.h>
#include <net/tcp.h>

#include "../kernel/facts.h"
#include "../ledger/observe.h"
#include "datagrams.h"
#include "icmp.h"
#include "packet.h"
#include "queues.h"

/* What LOCAL_IN reported last on this CPU: only to be compared. */
static DEFINE_PER_CPU(const struct sk_buff *, last_in);

bool sl_wire_in_last(const struct sk_buff *skb)
{
	return this_cpu_read(last_in) == skb;
}

/*
 * What leaves meanwhile is another one, such as the RST of a rule that rejects
 * what arrived; or the same again, made anew or on its way over loopback.
 */
static void note_last(const struct sl_packet *p)
{
	if (p->state->hook == NF_INET_LOCAL_IN)
		this_cpu_write(last_in, p->skb);
	else if (this_cpu_read(last_in) == p->skb)
		this_cpu_write(last_in, NULL);
}

/* Who sends a SYN+ACK: a request, a Fast Open child, or neither (cookies). */
static const struct sock *answerer(const struct sl_packet *p)
{
	const struct sock *sk = p->skb->sk;
	const struct request_sock *req = NULL;

	if (!sk)
		return p->state->sk ?: sl_queues_take_asked();
	if (sk->sk_state == TCP_NEW_SYN_RECV)
		req = inet_reqsk(sk);
	else if (sl_facts_is_tcp(sk))
		req = rcu_dereference(tcp_sk(sk)->fastopen_rsk);
	return req ? req->rsk_listener : NULL;
}

/* What only a SYN, SYN+ACK, FIN or RST tells. */
static void read_rest(const struct sl_packet *p, struct sl_sighting *seen)
{
	switch (seen->seg.kind) {
	case SL_SEGMENT_SYNACK:
		if (p->dir == SOCKLEDGER_DIR_OUT && !seen->forwarded)
			seen->listener = answerer(p);
		fallthrough;
	case SL_SEGMENT_SYN:
		if (seen->behind != SL_BEHIND_REQUEST)
			seen->ifindex = sl_packet_ifindex(p);
		break;
	case SL_SEGMENT_RST:
		/* Whatever TCP sends it sends by a socket, be it its own. */
		seen->by_filter = !p->state->sk;
		break;
	}
}

/* A SYN+ACK that TCP made for a request, or with a cookie for none. */
static bool is_answer(const struct sl_packet *p, const struct sl_sighting *seen)
{
	return p->state->hook == NF_INET_LOCAL_OUT &&
	       sl_segment_kind(SL_TCP_FLAGS(p->th)) == SL_SEGMENT_SYNACK &&
	       (seen->behind == SL_BEHIND_REQUEST || !p->skb->sk);
}

/*
 * The slow path, out of line: a segment that the ledger wants. Hooks run in an
 * RCU read-side section and are unhooked before the ledger goes.
 */
static noinline void report(struct sl_ledger *l, const struct sl_packet *p,
			    struct sl_entry *awaited)
{
	struct sl_sighting seen = {
		.found = awaited,
		.dir = p->dir,
		.forwarded = p->state->hook == NF_INET_FORWARD,
		.loopback = p->state->out && sl_packet_loops(p->state->out),
		.undemuxed = p->dir == SOCKLEDGER_DIR_IN && !p->skb->sk &&
			     !(p->state->in->flags & IFF_LOOPBACK),
		.family = p->state->pf == NFPROTO_IPV4 ? AF_INET : AF_INET6,
	};

	note_last(p);
	/* Of what is awaited it is known already whose it is. */
	if (!awaited)
		sl_packet_ends(p, &seen);
	/*
	 * In a flood most answer a SYN that found no room. TCP's own need no
	 * check, so those are not even read.
	 */
	if (is_answer(p, &seen)) {
		seen.found = sl_ledger_answers(l, &seen.tuple);
		if (!seen.found) {
			sl_ledger_answered(l, answerer(p), &seen.tuple,
					   !p->skb->sk);
			return;
		}
	}
	seen.now = ktime_get_mono_fast_ns();
	if (!sl_packet_read(l, p, &seen.seg))
		return;
	/* Who writes to a tunnel device owns no socket that answers to it. */
	seen.in_call = seen.behind == SL_BEHIND_SOCKET && seen.seg.payload &&
		       p->dir == SOCKLEDGER_DIR_OUT &&
		       sl_packet_in_call(p->state) &&
		       sock_owned_by_user_nocheck(seen.sk) &&
		       sl_facts_is_programs(seen.sk);
	if (seen.seg.kind == SL_SEGMENT_PLAIN) {
		if (seen.loopback)
			seen.ifindex = sl_packet_ifindex(p);
		sl_ledger_plain(l, &seen);
	} else {
		read_rest(p, &seen);
		sl_ledger_segment(l, &seen);
	}
}

/*
 * An ACK that no socket sent: a timewait socket did, so a FIN may just have
 * moved it from FIN_WAIT2 to TIME_WAIT, or set its clock anew.
 */
static noinline void report_timewait_ack(struct sl_ledger *l,
					 const struct sl_packet *p)
{
	struct sl_tuple tuple;

	sl_packet_tuple(p, &tuple);
	tuple.kind = SL_KIND_SOCKET;
	sl_ledger_timewait_ack(l, &tuple, ktime_get_mono_fast_ns());
}

static u32 payload(const struct sk_buff *skb, const struct tcphdr *th,
		   unsigned int thoff)
{
	u32 l4_len = skb->len - thoff;

	return l4_len - min_t(u32, th->doff * 4, l4_len);
}

static bool opens_or_ends(const struct tcphdr *th)
{
	return SL_TCP_FLAGS(th) & (SL_TCP_SYN | SL_TCP_FIN | SL_TCP_RST);
}

#define UP	(TCPF_ESTABLISHED | TCPF_FIN_WAIT1 | TCPF_FIN_WAIT2 | \
		 TCPF_CLOSE_WAIT | TCPF_CLOSING | TCPF_LAST_ACK)

/*
 * A TCP socket, fit for tcp_sk(), that had its handshake: nearly all have. No
 * other family has streams with a protocol of that number.
 */
static __always_inline bool is_up(const struct sock *sk, u8 state)
{
	return UP >> state & 1 && sk->sk_type == SOCK_STREAM &&
	       sk->sk_protocol == IPPROTO_TCP;
}

/*
 * Does a sent segment without SYN, FIN or RST tell anything? The socket's own
 * counters know whether it is the first after the SYNs, or carries data while
 * none has arrived, as the first to come this far does, whatever a filter ate
 * before. Whoever has data already has had that ACK, unless the data came with
 * the SYN+ACK or before it was sent (RFC 7413).
 */
static __always_inline bool plain_out_matters(const struct sk_buff *skb,
					      const struct tcphdr *th,
					      unsigned int thoff)
{
	const struct tcp_sock *tp = tcp_sk(skb->sk);

	if (unlikely(tp->segs_out <= tp->total_retrans + 2) &&
	    (!tp->bytes_received || tp->syn_fastopen))
		return true;
	/* Asked first, as it is so of nearly all that have data; a SYN is one. */
	if (likely(tp->bytes_acked > 1))
		return false;
	return payload(skb, th, thoff);
}

/* A child of Fast Open that was closed before the final ACK came. */
static noinline bool is_unanswered(const struct sock *sk)
{
	return sl_facts_is_tcp(sk) && !sl_facts_answered(sk, true);
}

/*
 * The same for one that arrives. Where early demux found the socket, that
 * knows whether data came before; on loopback, and for SYN cookies, there is
 * none, and the ledger says whether it waits for anything.
 */
static __always_inline bool plain_in_matters(const struct sl_ledger *l,
					     const struct sk_buff *skb,
					     const struct tcphdr *th,
					     unsigned int thoff)
{
	const struct sock *sk = skb->sk;
	u8 state;

	if (!sk)
		return atomic_read(&l->awaited);
	/* Once: the final ACK may be on its way to it, on another CPU. */
	state = READ_ONCE(sk->sk_state);
	if (unlikely(state == TCP_FIN_WAIT1) && is_unanswered(sk))
		return true;
	if (is_up(sk, state))
		return unlikely(!tcp_sk(sk)->bytes_received) &&
		       payload(skb, th, thoff);
	switch (state) {
	case TCP_LISTEN:
		return atomic_read(&l->awaited);
	case TCP_NEW_SYN_RECV:
	case TCP_SYN_RECV:
		return true;
	case TCP_SYN_SENT:
		/* The SYN+ACK waits until a call lets go of the socket. */
		return payload(skb, th, thoff);
	default:
		return false;
	}
}

/*
 * As sl_packet_locate(), unless the hook knows @thoff already; what it cannot
 * read is counted.
 */
static bool locate(struct sl_ledger *l, struct sl_packet *p, unsigned int thoff)
{
	if (thoff) {
		p->thoff = thoff;
		p->th = sl_packet_th(p->skb, thoff);
		return true;
	}
	if (sl_packet_locate(p))
		return true;
	if (p->thoff)
		sl_stats_inc(&l->stats, p->fragment ? SL_STAT_FRAGMENTS :
						      SL_STAT_BAD_TRUNCATED);
	return false;
}

/*
 * On its way through a VRF, to come here again on the way out? What is for an
 * address of the VRF's own does not: that the VRF takes in at once, like a
 * loopback device.
 */
static bool comes_again(const struct sk_buff *skb,
			const struct nf_hook_state *state)
{
	const struct dst_entry *dst = skb_dst(skb);

	if (!netif_is_l3_master(state->out))
		return false;
	if (state->pf == NFPROTO_IPV4)
		return container_of(dst, struct rtable, dst)->rt_type !=
		       RTN_LOCAL;
	return !(container_of(dst, struct rt6_info, dst)->rt6i_flags &
		 (RTF_LOCAL | RTF_ANYCAST));
}

/*
 * What IPsec made of a packet leaves by the same socket, and may look the same:
 * in UDP, behind a header of IPv6, or not even compressed.
 */
static bool was_here(const struct sk_buff *skb, u8 pf)
{
	if (pf == NFPROTO_IPV4)
		return IPCB(skb)->flags & IPSKB_XFRM_TRANSFORMED;
	return IP6CB(skb)->flags & IP6SKB_XFRM_TRANSFORMED;
}

/*
 * Each hook in two: what lets nearly all segments pass, and, out of line, what
 * takes a closer look at any packet. That is the last thing the hook does, so
 * that it needs no stack for what passes.
 */
static noinline unsigned int look_out(struct sl_ledger *l, struct sk_buff *skb,
				      const struct nf_hook_state *state,
				      unsigned int thoff)
{
	struct sl_packet p = { .skb = skb, .state = state,
			    .dir = SOCKLEDGER_DIR_OUT };

	if (comes_again(skb, state) || was_here(skb, state->pf) ||
	    this_cpu_read(nf_skb_duplicated))
		return NF_ACCEPT;
	if (!locate(l, &p, thoff)) {
		sl_datagrams_out(l, skb, state);
		sl_icmp_out(l, skb, state);
	} else if (opens_or_ends(p.th)) {
		report(l, &p, NULL);
	} else if (!sl_facts_is_tcp(skb->sk)) {
		report_timewait_ack(l, &p);
	} else if (plain_out_matters(skb, p.th, p.thoff)) {
		report(l, &p, NULL);
	}
	return NF_ACCEPT;
}

static unsigned int wire_out(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	const struct tcphdr *th;
	unsigned int thoff;

	/* What TCP makes is no fragment; a raw socket may send some. */
	if (!skb->sk || !is_up(skb->sk, READ_ONCE(skb->sk->sk_state)))
		return look_out(priv, skb, state, 0);
	thoff = sl_packet_thoff(skb, state->pf);
	th = sl_packet_th(skb, thoff);
	if (!thoff || opens_or_ends(th) || plain_out_matters(skb, th, thoff))
		return look_out(priv, skb, state, thoff);
	return NF_ACCEPT;
}

/* Without a socket it tells something where an entry waits for it. */
static noinline void look_for_awaited(struct sl_ledger *l,
				      const struct sl_packet *p)
{
	struct sl_entry *awaited;
	struct sl_tuple tuple;

	sl_packet_tuple(p, &tuple);
	awaited = sl_ledger_awaits(l, &tuple);
	if (awaited)
		report(l, p, awaited);
}

/*
 * An ipvlan in mode l3s hands over what is for its upper devices by a hook of
 * its lower one's namespace, behind ours; the route is another's already.
 */
static bool is_for_another(const struct sk_buff *skb,
			   const struct nf_hook_state *state)
{
	return !net_eq(dev_net(skb_dst(skb)->dev), state->net);
}

static noinline unsigned int look_in(struct sl_ledger *l, struct sk_buff *skb,
				     const struct nf_hook_state *state,
				     unsigned int thoff)
{
	struct sl_packet p = { .skb = skb, .state = state,
			    .dir = SOCKLEDGER_DIR_IN };

	if (is_for_another(skb, state) || !locate(l, &p, thoff))
		return NF_ACCEPT;
	if (opens_or_ends(p.th))
		report(l, &p, NULL);
	else if (!plain_in_matters(l, skb, p.th, p.thoff))
		return NF_ACCEPT;
	else if (skb->sk && skb->sk->sk_state != TCP_LISTEN)
		report(l, &p, NULL);
	else
		look_for_awaited(l, &p);
	return NF_ACCEPT;
}

/* IPv4 has put fragments together before LOCAL_IN. */
static unsigned int wire_in(void *priv, struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	unsigned int thoff = sl_packet_thoff(skb, state->pf);
	const struct tcphdr *th = sl_packet_th(skb, thoff);

	if (!thoff || opens_or_ends(th) ||
	    plain_in_matters(priv, skb, th, thoff))
		return look_in(priv, skb, state, thoff);
	return NF_ACCEPT;
}

static noinline unsigned int look_across(struct sl_ledger *l,
					 struct sk_buff *skb,
					 const struct nf_hook_state *state,
					 unsigned int thoff)
{
	struct sl_packet p = { .skb = skb, .state = state,
			    .dir = SOCKLEDGER_DIR_OUT };

	if (!locate(l, &p, thoff))
		sl_icmp_out(l, skb, state);
	else if (opens_or_ends(p.th) || atomic_read(&l->awaited))
		report(l, &p, NULL);
	return NF_ACCEPT;
}

static unsigned int wire_forward(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	struct sl_ledger *l = priv;
	unsigned int thoff = 0;

	if (state->pf != NFPROTO_IPV4 || !ip_is_fragment(ip_hdr(skb)))
		thoff = sl_packet_thoff(skb, state->pf);
	if (!thoff || opens_or_ends(sl_packet_th(skb, thoff)) ||
	    atomic_read(&l->awaited))
		return look_across(l, skb, state, thoff);
	return NF_ACCEPT;
}

#define HOOKS	3

struct wire_net {
	struct nf_hook_ops ops[HOOKS];
};

static unsigned int wire_net_id;

/*
 * First on the way in, to see what arrives before a filter may eat it; last
 * on the way out, to see what really leaves.
 */
static const struct nf_hook_ops wire_ops[HOOKS] = {
	{
		.hook		= wire_in,
		.pf		= NFPROTO_INET,
		.hooknum	= NF_INET_LOCAL_IN,
		.priority	= NF_IP_PRI_FIRST,
	},
	{
		.hook		= wire_out,
		.pf		= NFPROTO_INET,
		.hooknum	= NF_INET_LOCAL_OUT,
		.priority	= NF_IP_PRI_LAST,
	},
	{
		.hook		= wire_forward,
		.pf		= NFPROTO_INET,
		.hooknum	= NF_INET_FORWARD,
		.priority	= NF_IP_PRI_FIRST,
	},
};

/* Each namespace has hooks of its own, which know its ledger. */
static int __net_init wire_init_net(struct net *net)
{
	struct wire_net *wn = net_generic(net, wire_net_id);
	unsigned int i;

	memcpy(wn->ops, wire_ops, sizeof(wn->ops));
	for (i = 0; i < HOOKS; i++)
		wn->ops[i].priv = sl_ledger_of_live(net);
	return nf_register_net_hooks(net, wn->ops, HOOKS);
}

/* In .pre_exit, so that a grace period lies before the ledger's .exit. */
static void __net_exit wire_pre_exit_net(struct net *net)
{
	struct wire_net *wn = net_generic(net, wire_net_id);

	nf_unregister_net_hooks(net, wn->ops, HOOKS);
}

static struct pernet_operations wire_net_ops = {
	.init		= wire_init_net,
	.pre_exit	= wire_pre_exit_net,
	.id		= &wire_net_id,
	.size		= sizeof(struct wire_net),
};

int sl_wire_init(void)
{
	return register_pernet_subsys(&wire_net_ops);
}

void sl_wire_uninit(void)
{
	unregister_pernet_subsys(&wire_net_ops);
	/* A packet that was handed to us before may still be on its way. */
	synchronize_net();
}
