// SPDX-License-Identifier: GPL-2.0
#include "icmp.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include <net/tcp.h>

#include "../kernel/facts.h"
#include "../ledger/observe.h"
#include "probes.h"

/* What an ICMP error quotes of a TCP header at least (RFC 792). */
struct quoted {
	__be16 source;
	__be16 dest;
	__be32 seq;
};

static void tuple_of(struct sl_tuple *tuple, const struct quoted *th)
{
	tuple->lport = th->source;
	tuple->rport = th->dest;
}

static void tuple4(struct sl_tuple *tuple, const struct iphdr *iph,
		   const struct quoted *th)
{
	memset(tuple, 0, sizeof(*tuple));
	ipv6_addr_set_v4mapped(iph->saddr, &tuple->local);
	ipv6_addr_set_v4mapped(iph->daddr, &tuple->remote);
	tuple_of(tuple, th);
}

static void tuple6(struct sl_tuple *tuple, const struct ipv6hdr *iph,
		   const struct quoted *th, int ifindex)
{
	memset(tuple, 0, sizeof(*tuple));
	tuple->local = iph->saddr;
	tuple->remote = iph->daddr;
	tuple->scope = sl_facts_scope(tuple, ifindex);
	tuple_of(tuple, th);
}

/* tcp_v4_err(struct sk_buff *skb, u32 info); 8 bytes of TCP are there */
static void on_error4(struct pt_regs *regs)
{
	const struct sk_buff *skb = (void *)regs_get_kernel_argument(regs, 0);
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	const struct quoted *th = (void *)(skb->data + iph->ihl * 4);
	struct sl_ledger *l = sl_ledger_of(dev_net(skb->dev));
	u8 hint = sl_hint_of_icmp(icmp_hdr(skb)->type, icmp_hdr(skb)->code);
	struct sl_tuple tuple;

	if (!l || !hint)
		return;
	tuple4(&tuple, iph, th);
	sl_ledger_unreachable(l, &tuple, ntohl(th->seq), hint,
			      ktime_get_mono_fast_ns());
}

/*
 * tcp_v6_err(struct sk_buff *skb, struct inet6_skb_parm *opt, u8 type,
 *	      u8 code, int offset, __be32 info); likewise
 */
static void on_error6(struct pt_regs *regs)
{
	const struct sk_buff *skb = (void *)regs_get_kernel_argument(regs, 0);
	u8 type = regs_get_kernel_argument(regs, 2);
	u8 code = regs_get_kernel_argument(regs, 3);
	int offset = regs_get_kernel_argument(regs, 4);
	const struct quoted *th = (void *)(skb->data + offset);
	struct sl_ledger *l = sl_ledger_of(dev_net(skb->dev));
	u8 hint = sl_hint_of_icmp6(type, code);
	struct sl_tuple tuple;

	if (!l || !hint)
		return;
	tuple6(&tuple, (const struct ipv6hdr *)skb->data, th, inet6_iif(skb));
	sl_ledger_unreachable(l, &tuple, ntohl(th->seq), hint,
			      ktime_get_mono_fast_ns());
}

struct sl_probe sl_icmp_probes[] = {
	{
		.symbol	= "tcp_v4_err",
		.tells	= "which ICMP error ended a handshake",
		.enter	= on_error4,
	},
#if IS_ENABLED(CONFIG_IPV6)
	{
		.symbol	= "tcp_v6_err",
		.tells	= "which ICMPv6 error ended a handshake",
		.enter	= on_error6,
	},
#endif
};

const unsigned int sl_icmp_probes_count = ARRAY_SIZE(sl_icmp_probes);

static void passing4(const struct sk_buff *skb, struct sl_ledger *l)
{
	unsigned int at = ip_hdrlen(skb);
	struct icmphdr copy_icmp;
	struct iphdr copy_ip;
	struct quoted copy_th;
	const struct icmphdr *icmp;
	const struct iphdr *iph;
	const struct quoted *th;
	struct sl_tuple tuple;
	u8 hint;

	icmp = skb_header_pointer(skb, at, sizeof(copy_icmp), &copy_icmp);
	if (!icmp)
		return;
	hint = sl_hint_of_icmp(icmp->type, icmp->code);
	at += sizeof(*icmp);
	iph = hint ? skb_header_pointer(skb, at, sizeof(copy_ip), &copy_ip) :
		     NULL;
	if (!iph || iph->protocol != IPPROTO_TCP)
		return;
	th = skb_header_pointer(skb, at + iph->ihl * 4, sizeof(copy_th),
				&copy_th);
	if (!th)
		return;
	tuple4(&tuple, iph, th);
	sl_ledger_unreachable_beyond(l, &tuple, ntohl(th->seq), hint,
				     ktime_get_mono_fast_ns());
}

/* Extension headers of what is quoted are not walked: a SYN has none. */
static void passing6(const struct sk_buff *skb, struct sl_ledger *l, int ifindex)
{
	unsigned int at = sizeof(struct ipv6hdr);
	struct icmp6hdr copy_icmp;
	struct ipv6hdr copy_ip;
	struct quoted copy_th;
	const struct icmp6hdr *icmp;
	const struct ipv6hdr *iph;
	const struct quoted *th;
	struct sl_tuple tuple;
	u8 hint;

	icmp = skb_header_pointer(skb, at, sizeof(copy_icmp), &copy_icmp);
	if (!icmp)
		return;
	hint = sl_hint_of_icmp6(icmp->icmp6_type, icmp->icmp6_code);
	at += sizeof(*icmp);
	iph = hint ? skb_header_pointer(skb, at, sizeof(copy_ip), &copy_ip) :
		     NULL;
	if (!iph || iph->nexthdr != IPPROTO_TCP)
		return;
	th = skb_header_pointer(skb, at + sizeof(*iph), sizeof(copy_th),
				&copy_th);
	if (!th)
		return;
	tuple6(&tuple, iph, th, ifindex);
	sl_ledger_unreachable_beyond(l, &tuple, ntohl(th->seq), hint,
				     ktime_get_mono_fast_ns());
}

void sl_icmp_out(struct sl_ledger *l, const struct sk_buff *skb,
		 const struct nf_hook_state *state)
{
	if (state->pf == NFPROTO_IPV4) {
		if (ip_hdr(skb)->protocol == IPPROTO_ICMP)
			passing4(skb, l);
	} else if (ipv6_hdr(skb)->nexthdr == IPPROTO_ICMPV6) {
		passing6(skb, l, state->out->ifindex);
	}
}
