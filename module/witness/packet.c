// SPDX-License-Identifier: GPL-2.0
/* TCP segments, as netfilter hooks see them, read into plain values. */
#include "packet.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "../kernel/facts.h"

static u8 fragment_of(const struct sk_buff *skb, int offset)
{
	struct frag_hdr copy;
	const struct frag_hdr *fh;

	fh = skb_header_pointer(skb, offset, sizeof(copy), &copy);
	return fh ? fh->nexthdr : NEXTHDR_NONE;
}

/* By IPsec, which, if it believes it, lets it come again without. */
static bool is_authenticated(const struct sk_buff *skb)
{
	unsigned int offset = 0;

	return ipv6_find_hdr(skb, &offset, NEXTHDR_AUTH, NULL, NULL) >= 0;
}

/*
 * Behind extension headers. A fragment is left alone, be it the first: on
 * LOCAL_IN the kernel has not put it together yet, so nothing tells whether
 * its checksum is right.
 */
static unsigned int past_extensions(const struct sk_buff *skb, u8 hook,
				    bool *fragment)
{
	u8 nexthdr = ipv6_hdr(skb)->nexthdr;
	__be16 frag_off = 0;
	int thoff;

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
	if (nexthdr != IPPROTO_TCP)
		return 0;
	return hook == NF_INET_LOCAL_IN && is_authenticated(skb) ? 0 : thoff;
}

bool sl_packet_locate(struct sl_packet *p)
{
	p->fragment = false;
	p->thoff = 0;
	if (p->state->pf == NFPROTO_IPV4) {
		const struct iphdr *iph = ip_hdr(p->skb);

		if (iph->protocol == IPPROTO_TCP) {
			p->thoff = iph->ihl * 4;
			p->fragment = iph->frag_off & htons(IP_OFFSET);
		}
	} else if (ipv6_hdr(p->skb)->nexthdr == IPPROTO_TCP) {
		p->thoff = sizeof(struct ipv6hdr);
	} else {
		p->thoff = past_extensions(p->skb, p->state->hook,
					   &p->fragment);
	}
	if (!p->thoff || p->fragment)
		return false;
	p->th = skb_header_pointer(p->skb, p->thoff, sizeof(p->copy), &p->copy);
	return p->th;
}

bool sl_packet_in_call(const struct nf_hook_state *state)
{
	/* The queue keeps the state of what waits in it. */
	return in_task() && !(current->flags & PF_KTHREAD) &&
	       object_is_on_stack(state);
}

int sl_packet_leaves_by(const struct sk_buff *skb,
			const struct nf_hook_state *state)
{
	const struct dst_entry *dst = skb_dst(skb);
	const struct inet6_dev *idev = NULL;

	if (state->pf == NFPROTO_IPV6 && state->out->flags & IFF_LOOPBACK && dst)
		idev = ip6_dst_idev(dst);
	return idev ? idev->dev->ifindex : state->out->ifindex;
}

int sl_packet_ifindex(const struct sl_packet *p)
{
	if (p->state->out)
		return sl_packet_leaves_by(p->skb, p->state);
	return p->state->pf == NFPROTO_IPV4 ? p->state->in->ifindex :
					      inet6_iif(p->skb);
}

void sl_packet_tuple(const struct sl_packet *p, struct sl_tuple *tuple)
{
	const struct sk_buff *skb = p->skb;
	struct in6_addr *src = &tuple->local, *dst = &tuple->remote;
	bool in = p->state->hook == NF_INET_LOCAL_IN;

	tuple->scope = 0;
	if (in)
		swap(src, dst);
	if (p->state->pf == NFPROTO_IPV4) {
		ipv6_addr_set_v4mapped(ip_hdr(skb)->saddr, src);
		ipv6_addr_set_v4mapped(ip_hdr(skb)->daddr, dst);
	} else {
		*src = ipv6_hdr(skb)->saddr;
		*dst = ipv6_hdr(skb)->daddr;
		tuple->scope = sl_facts_scope(tuple, sl_packet_ifindex(p));
	}
	tuple->kind = SL_KIND_LOCAL;
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

void sl_packet_ends(const struct sl_packet *p, struct sl_sighting *seen)
{
	const struct sock *sk = seen->forwarded ? NULL : p->skb->sk;

	if (is_connection(sk)) {
		seen->behind = SL_BEHIND_SOCKET;
		seen->sk = sk;
		return;
	}
	seen->behind = SL_BEHIND_NOTHING;
	if (sk && sk->sk_state == TCP_NEW_SYN_RECV) {
		seen->behind = SL_BEHIND_REQUEST;
		seen->ifindex = inet_rsk(inet_reqsk(sk))->ir_iif;
		if (p->dir == SOCKLEDGER_DIR_OUT) {
			sl_facts_request_tuple(inet_reqsk(sk), &seen->tuple);
			seen->tuple.kind = SL_KIND_LOCAL;
			return;
		}
	}
	sl_packet_tuple(p, &seen->tuple);
}

static void count_error(struct sl_ledger *l, enum sl_segment_error err)
{
	static const enum sl_stat stat[] = {
		[SL_SEGMENT_TRUNCATED]		= SL_STAT_BAD_TRUNCATED,
		[SL_SEGMENT_BAD_OFFSET]		= SL_STAT_BAD_OFFSET,
		[SL_SEGMENT_BAD_OPTIONS]	= SL_STAT_BAD_OPTIONS,
	};

	sl_stats_inc(&l->stats, stat[err]);
}

/* The kernel would drop it unseen: it is no evidence of anything. */
static bool bad_checksum(const struct sl_packet *p)
{
	return p->state->hook == NF_INET_LOCAL_IN &&
	       nf_checksum(p->skb, p->state->hook, p->thoff, IPPROTO_TCP,
			   p->state->pf);
}

/* A header that is not in one piece; rare, and its copy is large. */
static noinline enum sl_segment_error
parse_scattered(struct sl_segment *seg, const struct sl_packet *p, u32 l4_len)
{
	unsigned int len = clamp_t(u32, p->th->doff * 4, SL_TCP_HDR_MIN,
				   max_t(u32, l4_len, SL_TCP_HDR_MIN));
	u8 buf[SL_TCP_HDR_MAX];
	const u8 *hdr = skb_header_pointer(p->skb, p->thoff, len, buf);

	return hdr ? sl_segment_parse(seg, hdr, len, l4_len) :
		     SL_SEGMENT_TRUNCATED;
}

static enum sl_segment_error parse(struct sl_segment *seg,
				   const struct sl_packet *p)
{
	unsigned int head = skb_headlen(p->skb);
	u32 l4_len = sl_packet_l4_len(p);
	enum sl_segment_error err;

	if (unlikely(head < p->thoff))
		return parse_scattered(seg, p, l4_len);
	err = sl_segment_parse(seg, p->skb->data + p->thoff, head - p->thoff,
			       l4_len);
	if (unlikely(err == SL_SEGMENT_TRUNCATED && skb_is_nonlinear(p->skb)))
		err = parse_scattered(seg, p, l4_len);
	return err;
}

bool sl_packet_read(struct sl_ledger *l, const struct sl_packet *p,
		    struct sl_segment *seg)
{
	enum sl_segment_error err = parse(seg, p);

	if (unlikely(err != SL_SEGMENT_OK))
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
