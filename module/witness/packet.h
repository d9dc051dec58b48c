/* SPDX-License-Identifier: GPL-2.0 */
/* A TCP segment while a netfilter hook, or who dropped it there, looks at it. */
#ifndef _SOCKLEDGER_PACKET_H
#define _SOCKLEDGER_PACKET_H

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/ip.h>

#include "../ledger/observe.h"

struct sl_packet {
	struct sk_buff *skb;		/* its data begins with the IP header */
	const struct nf_hook_state *state;
	unsigned int thoff;		/* TCP header, from skb->data */
	const struct tcphdr *th;	/* its 20 fixed bytes */
	struct tcphdr copy;		/* where the packet is not linear */
	bool fragment;			/* of a TCP segment */
	u8 dir;				/* enum sockledger_dir */
};

#define SL_TCP_FLAGS(th)	(((const u8 *)(th))[13])

/** sl_packet_of() - a packet, to be located; all else is left unset */
static __always_inline void sl_packet_of(struct sl_packet *p,
					 struct sk_buff *skb,
					 const struct nf_hook_state *state,
					 u8 dir)
{
	p->skb = skb;
	p->state = state;
	p->dir = dir;
}

/**
 * sl_packet_past_extensions() - the TCP header behind IPv6 extension headers
 * @skb: an IPv6 packet whose first header is not TCP's
 * @fragment: set for a fragment, be it the first: on LOCAL_IN the kernel has
 *	not put it together yet, so nothing tells whether its checksum is right
 *
 * Return: its offset; 0 for what is not TCP.
 */
unsigned int sl_packet_past_extensions(const struct sk_buff *skb,
				       bool *fragment);

/**
 * sl_packet_locate() - find the TCP header
 * @p: skb and state are set; the rest is filled in
 *
 * Every segment of the machine passes here, hence inline.
 *
 * Return: false for everything that has none to read. Then thoff is 0 for
 * what is not TCP, and fragment tells a fragment from a truncated segment.
 */
static __always_inline bool sl_packet_locate(struct sl_packet *p)
{
	p->fragment = false;
	p->thoff = 0;
	if (p->state->pf == NFPROTO_IPV4) {
		const struct iphdr *iph = ip_hdr(p->skb);

		if (iph->protocol == IPPROTO_TCP) {
			p->thoff = iph->ihl * 4;
			p->fragment = iph->frag_off & htons(IP_OFFSET);
		}
	} else if (likely(ipv6_hdr(p->skb)->nexthdr == IPPROTO_TCP)) {
		p->thoff = sizeof(struct ipv6hdr);
	} else {
		p->thoff = sl_packet_past_extensions(p->skb, &p->fragment);
	}
	if (!p->thoff || unlikely(p->fragment))
		return false;
	p->th = skb_header_pointer(p->skb, p->thoff, sizeof(p->copy), &p->copy);
	return p->th;
}

/** sl_packet_l4_len() - bytes of the TCP segment, header included */
static inline u32 sl_packet_l4_len(const struct sl_packet *p)
{
	return p->skb->len - p->thoff;
}

/** sl_packet_ifindex() - the device that it came from or leaves by */
int sl_packet_ifindex(const struct sl_packet *p);

/**
 * sl_packet_tuple() - its endpoints, seen from this machine; forwarded: from
 * the sender
 * @p: located
 * @tuple: filled in, but for its kind
 */
void sl_packet_tuple(const struct sl_packet *p, struct sl_tuple *tuple);

/**
 * sl_packet_behind() - which socket stands behind it
 * @p: located
 * @seen: its tuple is set, and corrected where it is sent by a socket, whose
 *	own endpoints count: on the way out NAT has been at the packet's already
 */
void sl_packet_behind(const struct sl_packet *p, struct sl_sighting *seen);

/**
 * sl_packet_read() - read the segment
 * @l: where what no TCP would send is counted
 * @p: located
 * @seg: filled in
 *
 * Return: false for a segment that is no evidence of anything.
 */
bool sl_packet_read(struct sl_ledger *l, const struct sl_packet *p,
		    struct sl_segment *seg);

#endif /* _SOCKLEDGER_PACKET_H */
