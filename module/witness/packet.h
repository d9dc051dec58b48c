/* SPDX-License-Identifier: GPL-2.0 */
/* A TCP segment while a netfilter hook, or who dropped it there, looks at it. */
#ifndef _SOCKLEDGER_PACKET_H
#define _SOCKLEDGER_PACKET_H

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
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

/**
 * sl_packet_thoff() - where the TCP header of a packet is, as nearly all are
 * made
 * @skb: its data begins with the IP header; no IPv4 fragment
 * @pf: NFPROTO_*
 *
 * Every segment of the machine passes here, hence inline and with nothing on
 * the stack.
 *
 * Return: bytes from skb->data, where the fixed part can be read; 0 for what
 * sl_packet_locate() has to look at, such as options of IPv4, or extension
 * headers.
 */
static __always_inline unsigned int sl_packet_thoff(const struct sk_buff *skb,
						    u8 pf)
{
	const struct ipv6hdr *ip6h = (const void *)skb->data;
	const struct iphdr *iph = (const void *)skb->data;
	unsigned int room = skb_headlen(skb);

	if (pf != NFPROTO_IPV4)
		return ip6h->nexthdr == IPPROTO_TCP &&
		       room >= sizeof(*ip6h) + sizeof(struct tcphdr) ?
		       sizeof(*ip6h) : 0;
	/* Version 4, five words. */
	return skb->data[0] == 0x45 && iph->protocol == IPPROTO_TCP &&
	       room >= sizeof(*iph) + sizeof(struct tcphdr) ?
	       sizeof(*iph) : 0;
}

/** sl_packet_th() - the TCP header that is known to be there */
static __always_inline const struct tcphdr *
sl_packet_th(const struct sk_buff *skb, unsigned int thoff)
{
	return (const void *)(skb->data + thoff);
}

/**
 * sl_packet_locate() - find the TCP header
 * @p: skb and state are set; the rest is filled in
 *
 * Return: false for everything that has none to read. Then thoff is 0 for
 * what is not TCP, and fragment tells a fragment from a truncated segment.
 */
bool sl_packet_locate(struct sl_packet *p);

/** sl_packet_l4_len() - bytes of the TCP segment, header included */
static inline u32 sl_packet_l4_len(const struct sl_packet *p)
{
	return p->skb->len - p->thoff;
}

/**
 * sl_packet_loops() - does what leaves by this device arrive by it at once?
 * @dev: a loopback device, or a VRF, which takes in what is for its own
 *	addresses, and lets all else leave by another device
 *
 * On its way in it still has the route that it left by.
 */
static inline bool sl_packet_loops(const struct net_device *dev)
{
	return dev->flags & IFF_LOOPBACK || netif_is_l3_master(dev);
}

/**
 * sl_packet_in_call() - does what leaves do so in a call of its program?
 * @state: as the hook got it
 *
 * Whatever leaves in a task's own time does, unless that task is a kernel
 * thread, or who let it out of a queue (NFQUEUE).
 */
bool sl_packet_in_call(const struct nf_hook_state *state);

/**
 * sl_packet_leaves_by() - the device that a packet leaves by
 * @skb: with a route
 * @state: of the hook, in which it has a device
 *
 * What goes over loopback to a link-local address leaves by the device whose
 * address that is, as its receiver will see it (ip6_rcv_core()).
 */
int sl_packet_leaves_by(const struct sk_buff *skb,
			const struct nf_hook_state *state);

/** sl_packet_ifindex() - the device that it came from or leaves by */
int sl_packet_ifindex(const struct sl_packet *p);

/**
 * sl_packet_tuple() - its endpoints, seen from this machine; forwarded: from
 * the sender
 * @p: located
 * @tuple: filled in, as SL_KIND_LOCAL
 */
void sl_packet_tuple(const struct sl_packet *p, struct sl_tuple *tuple);

/**
 * sl_packet_ends() - which socket stands behind it, and which endpoints
 * @p: located
 * @seen: what is forwarded is marked so already; a socket's own endpoints
 *	count, not the packet's: on the way out NAT has been at those
 */
void sl_packet_ends(const struct sl_packet *p, struct sl_sighting *seen);

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
