// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "drops.h"

#include <linux/if_ether.h>
#include <linux/kernel.h>
#include <linux/netfilter.h>
#include <linux/rcupdate.h>
#include <linux/timekeeping.h>
#include <net/dst.h>
#include <net/dst_metadata.h>
#include <net/ip6_fib.h>
#include <net/net_namespace.h>
#include <net/route.h>
#include <trace/events/skb.h>

#include "../kernel/compat.h"
#include "packet.h"
#include "tracepoints.h"
#include "wire.h"

/* What a tunnel notes about a packet it brought is in the route's place. */
static const struct dst_entry *route_of(const struct sk_buff *skb)
{
	return skb_valid_dst(skb) ? skb_dst(skb) : NULL;
}

/* The packet goes to a socket of this machine, not through it. */
static bool is_local(const struct sk_buff *skb)
{
	const struct dst_entry *dst = skb_dst(skb);

	if (skb->protocol == htons(ETH_P_IP))
		return container_of(dst, struct rtable, dst)->rt_flags &
		       RTCF_LOCAL;
	return container_of(dst, struct rt6_info, dst)->rt6i_flags & RTF_LOCAL;
}

/*
 * Which hook ate it? The kernel does not say; the packet's state does. What
 * this machine sends came from no device yet, and gets one after LOCAL_OUT;
 * what arrives has no route before PRE_ROUTING is over. But on loopback, and
 * within a VRF, it keeps the one it was sent by: there it tells whether our own
 * hook, the first in LOCAL_IN, has seen it. What leaves by the device it came by
 * looks the same in FORWARD and behind it, and FORWARD is where filters are.
 */
static u8 hook_of(const struct sk_buff *skb)
{
	const struct dst_entry *dst = route_of(skb);

	if (!skb->skb_iif)
		return skb->dev == dst->dev ? NF_INET_POST_ROUTING :
					      NF_INET_LOCAL_OUT;
	if (!dst)
		return NF_INET_PRE_ROUTING;
	if (is_local(skb))
		return sl_packet_loops(skb->dev) && !sl_wire_in_last(skb) ?
		       NF_INET_PRE_ROUTING : NF_INET_LOCAL_IN;
	return skb->dev == dst->dev && skb->skb_iif != skb->dev->ifindex ?
	       NF_INET_POST_ROUTING : NF_INET_FORWARD;
}

static const u8 hints[] = {
	[NF_INET_PRE_ROUTING]	= SOCKLEDGER_REASON_FILTERED_PREROUTING,
	[NF_INET_LOCAL_IN]	= SOCKLEDGER_REASON_FILTERED_INPUT,
	[NF_INET_FORWARD]	= SOCKLEDGER_REASON_FILTERED_FORWARD,
	[NF_INET_LOCAL_OUT]	= SOCKLEDGER_REASON_FILTERED_OUTPUT,
	[NF_INET_POST_ROUTING]	= SOCKLEDGER_REASON_FILTERED_POSTROUTING,
};

/* May it belong to a handshake? */
static bool opens(const struct tcphdr *th)
{
	return !(SL_TCP_FLAGS(th) & (SL_TCP_FIN | SL_TCP_RST));
}

static void report(struct sk_buff *skb, const struct net_device *dev, u8 hook)
{
	bool arrived = hook == NF_INET_PRE_ROUTING || hook == NF_INET_LOCAL_IN;
	/* What our own hook would have been told, or was. */
	const struct nf_hook_state state = {
		.hook = arrived ? NF_INET_LOCAL_IN : NF_INET_LOCAL_OUT,
		.pf = skb->protocol == htons(ETH_P_IP) ? NFPROTO_IPV4 :
							 NFPROTO_IPV6,
		.in = arrived ? (struct net_device *)dev : NULL,
		.out = arrived ? NULL : (struct net_device *)dev,
		.net = dev_net(dev),
	};
	struct sl_packet p = {
		.skb = skb,
		.state = &state,
		.dir = arrived ? SOCKLEDGER_DIR_IN : SOCKLEDGER_DIR_OUT,
	};
	struct sl_sighting seen = {
		.now = ktime_get_mono_fast_ns(),
		.dir = p.dir,
		.forwarded = !arrived && skb->skb_iif,
		.loopback = sl_packet_loops(dev),
	};
	struct sl_ledger *l = sl_ledger_of(state.net);

	if (!l || !sl_packet_locate(&p) || !opens(p.th))
		return;
	sl_packet_ends(&p, &seen);
	seen.ifindex = sl_packet_ifindex(&p);
	sl_ledger_filtered(l, &seen, hints[hook]);
}

static unsigned int header_len(const struct sk_buff *skb)
{
	return skb->protocol == htons(ETH_P_IP) ? sizeof(struct iphdr) :
						  sizeof(struct ipv6hdr);
}

static void probe_kfree_skb(void *data, SL_KFREE_SKB_ARGS)
{
	u8 hook;

	if (likely(reason != SKB_DROP_REASON_NETFILTER_DROP))
		return;
	if (skb->protocol != htons(ETH_P_IP) &&
	    skb->protocol != htons(ETH_P_IPV6))
		return;
	/*
	 * Eaten before it had an IP header that can be trusted, as by tc, or
	 * that anybody looked at, as at the ingress of a device.
	 */
	if (skb_network_offset(skb) || skb_headlen(skb) < header_len(skb) ||
	    (!skb->skb_iif && !route_of(skb)))
		return;
	hook = hook_of(skb);
	rcu_read_lock();
	report(skb, skb->skb_iif ? skb->dev : skb_dst(skb)->dev, hook);
	rcu_read_unlock();
}

static struct sl_tracepoint point = {
	.name = "kfree_skb", .probe = probe_kfree_skb,
};

static bool attached;

bool sl_drops_attached(void)
{
	return attached;
}

int sl_drops_init(void)
{
	int err;

	/* The compiler compares our probe with the tracepoint's prototype. */
	check_trace_callback_type_kfree_skb(probe_kfree_skb);

	err = sl_tracepoints_attach(&point, 1);
	if (err == -ENOENT) {
		pr_warn("filters that eat segments are not heard\n");
		return 0;
	}
	attached = !err;
	return err;
}

void sl_drops_uninit(void)
{
	if (!attached)
		return;
	attached = false;
	sl_tracepoints_detach(&point, 1);
}
