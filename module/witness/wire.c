// SPDX-License-Identifier: GPL-2.0
#include "wire.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/skbuff.h>
#include <linux/timekeeping.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include <net/tcp.h>

#include "../kernel/facts.h"
#include "../ledger/observe.h"
#include "datagrams.h"
#include "queues.h"

/* A segment while a hook looks at it. */
struct packet {
	struct sk_buff *skb;
	const struct nf_hook_state *state;
	unsigned int thoff;		/* TCP header, from skb->data */
	const struct tcphdr *th;	/* its 20 fixed bytes */
	struct tcphdr copy;		/* where the packet is not linear */
	u8 dir;
};

#define TCP_FLAGS(th)	(((const u8 *)(th))[13])

static unsigned int ipv4_header(const struct sk_buff *skb, bool *fragment)
{
	const struct iphdr *iph = ip_hdr(skb);

	if (iph->protocol != IPPROTO_TCP)
		return 0;
	*fragment = iph->frag_off & htons(IP_OFFSET);
	return iph->ihl * 4;
}

static u8 fragment_of(const struct sk_buff *skb, int offset)
{
	struct frag_hdr copy;
	const struct frag_hdr *fh;

	fh = skb_header_pointer(skb, offset, sizeof(copy), &copy);
	return fh ? fh->nexthdr : NEXTHDR_NONE;
}

/*
 * A fragment is left alone, be it the first: on LOCAL_IN the kernel has not
 * put it together yet, so nothing tells whether its checksum is right.
 */
static unsigned int ipv6_header(const struct sk_buff *skb, bool *fragment)
{
	u8 nexthdr = ipv6_hdr(skb)->nexthdr;
	__be16 frag_off = 0;
	int thoff;

	if (likely(nexthdr == IPPROTO_TCP))
		return sizeof(struct ipv6hdr);
	thoff = ipv6_skip_exthdr(skb, sizeof(struct ipv6hdr), &nexthdr,
				 &frag_off);
	if (thoff < 0)
		return 0;
	if (frag_off) {
		/* Any but the first ends the walk at its fragment header. */
		if (nexthdr == NEXTHDR_FRAGMENT)
			nexthdr = fragment_of(skb, thoff);
		*fragment = true;
	}
	return nexthdr == IPPROTO_TCP ? thoff : 0;
}

/* Find the TCP header. Returns false for everything that has none to read. */
static bool locate(struct packet *p)
{
	bool fragment = false;

	p->thoff = p->state->pf == NFPROTO_IPV4 ?
		   ipv4_header(p->skb, &fragment) :
		   ipv6_header(p->skb, &fragment);
	if (!p->thoff)
		return false;
	if (likely(!fragment))
		p->th = skb_header_pointer(p->skb, p->thoff, sizeof(p->copy),
					   &p->copy);
	if (likely(p->th))
		return true;
	sl_stats_inc(&sl_ledger_of_live(p->state->net)->stats,
		     fragment ? SL_STAT_FRAGMENTS : SL_STAT_BAD_TRUNCATED);
	return false;
}

static int ifindex_of(const struct packet *p)
{
	if (p->state->out)
		return p->state->out->ifindex;
	return p->state->pf == NFPROTO_IPV4 ? p->state->in->ifindex :
					      inet6_iif(p->skb);
}

static void packet_tuple(const struct packet *p, struct sl_tuple *tuple)
{
	const struct sk_buff *skb = p->skb;
	struct in6_addr *src = &tuple->local, *dst = &tuple->remote;
	bool in = p->state->hook == NF_INET_LOCAL_IN;

	memset(tuple, 0, sizeof(*tuple));
	if (in)
		swap(src, dst);
	if (p->state->pf == NFPROTO_IPV4) {
		ipv6_addr_set_v4mapped(ip_hdr(skb)->saddr, src);
		ipv6_addr_set_v4mapped(ip_hdr(skb)->daddr, dst);
	} else {
		*src = ipv6_hdr(skb)->saddr;
		*dst = ipv6_hdr(skb)->daddr;
		tuple->scope = sl_facts_scope(tuple, ifindex_of(p));
	}
	tuple->lport = in ? p->th->dest : p->th->source;
	tuple->rport = in ? p->th->source : p->th->dest;
}

/*
 * A socket with a peer. What TPROXY or a BPF program put on a packet is a
 * listener, which is nobody's other end.
 */
static bool is_connection(const struct sock *sk)
{
	return sl_facts_is_tcp(sk) && sk->sk_state != TCP_LISTEN;
}

/*
 * What stands behind a segment. Its own endpoints count, not the packet's:
 * on the way out NAT has been at those already.
 */
static void see_behind(const struct packet *p, struct sl_sighting *seen)
{
	const struct sock *sk = p->skb->sk;

	seen->behind = SL_BEHIND_NOTHING;
	if (is_connection(sk)) {
		seen->behind = SL_BEHIND_SOCKET;
		seen->sk = sk;
		if (p->dir == SOCKLEDGER_DIR_OUT)
			sl_facts_tuple(sk, &seen->tuple);
	} else if (sk && sk->sk_state == TCP_NEW_SYN_RECV) {
		seen->behind = SL_BEHIND_REQUEST;
		seen->ifindex = inet_rsk(inet_reqsk(sk))->ir_iif;
		if (p->dir == SOCKLEDGER_DIR_OUT)
			sl_facts_request_tuple(inet_reqsk(sk), &seen->tuple);
	}
}

/* Who sends a SYN+ACK: a request, a Fast Open child, or neither (cookies). */
static const struct sock *answerer(const struct packet *p)
{
	const struct sock *sk = p->skb->sk;
	const struct request_sock *req = NULL;

	if (!sk)
		return p->state->sk ?: sl_queues_asked();
	if (sk->sk_state == TCP_NEW_SYN_RECV)
		req = inet_reqsk(sk);
	else if (sl_facts_is_tcp(sk))
		req = rcu_dereference(tcp_sk(sk)->fastopen_rsk);
	return req ? req->rsk_listener : NULL;
}

static u32 l4_len(const struct packet *p)
{
	return p->skb->len - p->thoff;
}

static void count_error(struct sl_ledger *l, enum sl_segment_error err)
{
	static const enum sl_stat stat[] = {
		[SL_SEGMENT_TRUNCATED]		= SL_STAT_BAD_TRUNCATED,
		[SL_SEGMENT_BAD_OFFSET]		= SL_STAT_BAD_OFFSET,
		[SL_SEGMENT_BAD_OPTIONS]	= SL_STAT_BAD_OPTIONS,
	};

	if (err != SL_SEGMENT_OK)
		sl_stats_inc(&l->stats, stat[err]);
}

/* The kernel would drop it unseen: it is no evidence of anything. */
static bool bad_checksum(const struct packet *p)
{
	return p->state->hook == NF_INET_LOCAL_IN &&
	       nf_checksum(p->skb, p->state->hook, p->thoff, IPPROTO_TCP,
			   p->state->pf);
}

static bool read_segment(struct sl_ledger *l, const struct packet *p,
			 struct sl_segment *seg)
{
	u8 buf[SL_TCP_HDR_MAX];
	unsigned int len = clamp_t(u32, p->th->doff * 4, SL_TCP_HDR_MIN,
				   max_t(u32, l4_len(p), SL_TCP_HDR_MIN));
	enum sl_segment_error err;
	const u8 *hdr;

	hdr = skb_header_pointer(p->skb, p->thoff, len, buf);
	err = hdr ? sl_segment_parse(seg, hdr, len, l4_len(p)) :
		    SL_SEGMENT_TRUNCATED;
	count_error(l, err);
	if (err == SL_SEGMENT_TRUNCATED || err == SL_SEGMENT_BAD_OFFSET)
		return false;
	if (seg->kind == SL_SEGMENT_INVALID) {
		sl_stats_inc(&l->stats, SL_STAT_BAD_FLAGS);
		return false;
	}
	if (bad_checksum(p)) {
		sl_stats_inc(&l->stats, SL_STAT_BAD_CHECKSUM);
		return false;
	}
	return true;
}

/* A segment that leaves in a task's own time was sent by a call of it. */
static bool in_send_call(void)
{
	return in_task() && !(current->flags & PF_KTHREAD);
}

/*
 * The slow path, out of line: a segment that the ledger wants. Hooks run in an
 * RCU read-side section and are unhooked before the ledger goes.
 */
static noinline void report(const struct packet *p)
{
	struct sl_ledger *l = sl_ledger_of_live(p->state->net);
	struct sl_sighting seen = {
		.now = ktime_get_mono_fast_ns(),
		.dir = p->dir,
		.forwarded = p->state->hook == NF_INET_FORWARD,
		.loopback = p->state->out &&
			    p->state->out->flags & IFF_LOOPBACK,
		.family = p->state->pf == NFPROTO_IPV4 ? AF_INET : AF_INET6,
		.ifindex = ifindex_of(p),
	};

	if (!read_segment(l, p, &seen.seg))
		return;
	packet_tuple(p, &seen.tuple);
	if (!seen.forwarded)
		see_behind(p, &seen);
	if (seen.seg.kind == SL_SEGMENT_SYNACK && p->dir == SOCKLEDGER_DIR_OUT &&
	    !seen.forwarded)
		seen.listener = answerer(p);
	if (seen.behind == SL_BEHIND_SOCKET && p->dir == SOCKLEDGER_DIR_OUT &&
	    seen.seg.payload && in_send_call())
		sl_facts_owner(&seen.sender);
	if (seen.seg.kind == SL_SEGMENT_PLAIN)
		sl_ledger_plain(l, &seen);
	else
		sl_ledger_segment(l, &seen);
}

/*
 * An ACK that no socket sent: a timewait socket did, so a FIN may just have
 * moved it from FIN_WAIT2 to TIME_WAIT, or set its clock anew.
 */
static noinline void report_timewait_ack(const struct packet *p)
{
	struct sl_tuple tuple;

	packet_tuple(p, &tuple);
	tuple.kind = SL_KIND_SOCKET;
	sl_ledger_timewait_ack(sl_ledger_of_live(p->state->net), &tuple,
			       ktime_get_mono_fast_ns());
}

static u32 payload(const struct packet *p)
{
	return l4_len(p) - min_t(u32, p->th->doff * 4, l4_len(p));
}

/*
 * Does a sent segment without SYN, FIN or RST tell anything? The socket's own
 * counters, which TCP raises before the hook, know whether it is the first
 * after the SYNs, or carries the first data.
 */
static bool plain_out_matters(const struct packet *p, const struct tcp_sock *tp)
{
	if (unlikely(tp->segs_out <= tp->total_retrans + 2))
		return true;
	return unlikely(tp->bytes_sent <= p->skb->len) &&
	       payload(p) && tp->bytes_sent == payload(p);
}

/*
 * The same for one that arrives. Where early demux found the socket, that
 * knows whether data came before; on loopback, and for SYN cookies, there is
 * none, and the ledger says whether it waits for anything.
 */
static bool plain_in_matters(const struct packet *p)
{
	const struct sock *sk = p->skb->sk;

	if (!sk || sk->sk_state == TCP_LISTEN)
		return atomic_read(&sl_ledger_of_live(p->state->net)->awaited);
	if (sk->sk_state == TCP_NEW_SYN_RECV || sk->sk_state == TCP_SYN_RECV)
		return true;
	return sl_facts_is_tcp(sk) && !tcp_sk(sk)->bytes_received &&
	       payload(p);
}

static unsigned int wire_out(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	struct packet p = { .skb = skb, .state = state,
			    .dir = SOCKLEDGER_DIR_OUT };

	/* On its way through a VRF; it comes here again on the way out. */
	if (netif_is_l3_master(state->out))
		return NF_ACCEPT;
	if (!locate(&p)) {
		sl_datagrams_out(skb, state);
		return NF_ACCEPT;
	}
	if (unlikely(TCP_FLAGS(p.th) & (SL_TCP_SYN | SL_TCP_FIN | SL_TCP_RST)))
		report(&p);
	else if (!sl_facts_is_tcp(skb->sk))
		report_timewait_ack(&p);
	else if (plain_out_matters(&p, tcp_sk(skb->sk)))
		report(&p);
	return NF_ACCEPT;
}

static unsigned int wire_in(void *priv, struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	struct packet p = { .skb = skb, .state = state,
			    .dir = SOCKLEDGER_DIR_IN };

	if (!locate(&p))
		return NF_ACCEPT;
	if (unlikely(TCP_FLAGS(p.th) & (SL_TCP_SYN | SL_TCP_FIN | SL_TCP_RST)) ||
	    plain_in_matters(&p))
		report(&p);
	return NF_ACCEPT;
}

static unsigned int wire_forward(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	struct packet p = { .skb = skb, .state = state,
			    .dir = SOCKLEDGER_DIR_OUT };

	if (!locate(&p))
		return NF_ACCEPT;
	if (unlikely(TCP_FLAGS(p.th) & (SL_TCP_SYN | SL_TCP_FIN | SL_TCP_RST)) ||
	    atomic_read(&sl_ledger_of_live(state->net)->awaited))
		report(&p);
	return NF_ACCEPT;
}

/*
 * First on the way in, to see what arrives before a filter may eat it; last
 * on the way out, to see what really leaves.
 */
static const struct nf_hook_ops wire_ops[] = {
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

static int __net_init wire_init_net(struct net *net)
{
	return nf_register_net_hooks(net, wire_ops, ARRAY_SIZE(wire_ops));
}

/* In .pre_exit, so that a grace period lies before the ledger's .exit. */
static void __net_exit wire_pre_exit_net(struct net *net)
{
	nf_unregister_net_hooks(net, wire_ops, ARRAY_SIZE(wire_ops));
}

static struct pernet_operations wire_net_ops = {
	.init		= wire_init_net,
	.pre_exit	= wire_pre_exit_net,
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
