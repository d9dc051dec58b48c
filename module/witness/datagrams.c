// SPDX-License-Identifier: GPL-2.0
#include "datagrams.h"

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/irqflags.h>
#include <linux/netfilter.h>
#include <linux/sched.h>
#include <linux/skbuff.h>
#include <linux/timekeeping.h>
#include <linux/udp.h>
#include <net/inet_sock.h>
#include <net/ipv6.h>
#include <trace/events/sock.h>

#include "../kernel/facts.h"
#include "../ledger/observe.h"
#include "calls.h"
#include "packet.h"
#include "probes.h"
#include "tracepoints.h"

/* A send() waits for room in its socket's buffer at most. */
#define SENDS		128
/* One a CPU, and what comes between. */
#define ARRIVALS	64
/* Memberships change under a lock. */
#define MEMBERSHIPS	32

/* The ledger that a socket's datagrams are counted in, or NULL. */
static struct sl_ledger *ledger_of(const struct sock *sk)
{
	struct sl_ledger *l;

	if (!sl_facts_is_udp(sk))
		return NULL;
	l = sl_calls_ledger(sk);
	return l && READ_ONCE(l->count_datagrams) ? l : NULL;
}

/* @ifindex is the interface of a link-local address. */
static void read_peer(const struct sk_buff *skb, bool to, int ifindex,
		      struct sl_endpoint *peer)
{
	peer->port = to ? udp_hdr(skb)->dest : udp_hdr(skb)->source;
	if (skb->protocol == htons(ETH_P_IP)) {
		ipv6_addr_set_v4mapped(to ? ip_hdr(skb)->daddr :
					    ip_hdr(skb)->saddr, &peer->addr);
		return;
	}
	peer->addr = to ? ipv6_hdr(skb)->daddr : ipv6_hdr(skb)->saddr;
	if (ipv6_addr_type(&peer->addr) & IPV6_ADDR_LINKLOCAL)
		peer->scope = ifindex;
}

/* @bytes of payload; segmentation offload has several in one sk_buff. */
static struct sl_datagram read_datagram(const struct sock *sk,
					const struct sk_buff *skb, u32 bytes)
{
	struct sl_datagram seen = {
		.sk = sk,
		.now = ktime_get_mono_fast_ns(),
		.bytes = bytes,
		.largest = bytes,
		.count = 1,
	};

	if (skb_is_gso(skb)) {
		seen.largest = min_t(u32, bytes, skb_shinfo(skb)->gso_size);
		seen.count = max_t(u16, skb_shinfo(skb)->gso_segs, 1);
	}
	return seen;
}

void sl_datagrams_out(struct sl_ledger *l, const struct sk_buff *skb,
		      const struct nf_hook_state *state)
{
	const struct sock *sk = state->sk;
	struct sl_datagram seen;
	enum sl_first first;

	if (!READ_ONCE(l->count_datagrams) || sk != skb->sk ||
	    !sl_facts_is_udp(sk) || !sl_calls_follow(sk))
		return;
	seen = read_datagram(sk, skb, skb->len - skb_transport_offset(skb) -
			     sizeof(struct udphdr));
	read_peer(skb, true, sl_packet_leaves_by(skb, state), &seen.peer);
	first = sl_ledger_sent(l, &seen);
	if (likely(first == SL_FIRST_NO) || !sl_packet_in_call(state))
		return;
	sl_calls_tell(sk, SOCKLEDGER_WHAT_SEND, seen.now);
	if (first == SL_FIRST_UNKNOWN_SOCKET)
		sl_ledger_sent(l, &seen);
}

/*
 * __udp_enqueue_schedule_skb(struct sock *sk, struct sk_buff *skb): at the
 * return, since nothing else tells on every kernel whether there was room.
 */
static bool arm_enqueue(struct pt_regs *regs, void *data, bool watched)
{
	const struct sock *sk = (void *)regs_get_kernel_argument(regs, 0);
	const struct sk_buff *skb = (void *)regs_get_kernel_argument(regs, 1);
	struct sl_ledger *l = ledger_of(sk);
	struct sl_datagram *seen = data;

	if (!l)
		return false;
	*seen = read_datagram(sk, skb, skb->len);
	seen->entry = sl_ledger_arriving(l, sk);
	read_peer(skb, false, inet6_iif(skb), &seen->peer);
	seen->queue = atomic_read(&sk->sk_rmem_alloc) + skb->truesize;
	return true;
}

/* Socket and entry are there as long as its RCU read-side section. */
static void leave_enqueue(void *data, int result)
{
	const struct sl_datagram *seen = data;
	struct sl_ledger *l = ledger_of(seen->sk);

	if (!l)
		return;
	if (likely(!result))
		sl_ledger_queued(l, seen);
	else
		sl_ledger_unqueued(l, seen);
}

/*
 * Whom this CPU reported an error to last. Of an ICMP error the socket is told
 * twice, if it has an error queue, and again for each that is left there when
 * one is read; and that queue tells of time stamps, too. So what counts is
 * that somebody was told while an ICMP error was taken, which is done with
 * bottom halves off.
 */
struct told {
	const struct sock *sk;
	u16 error;
};

static DEFINE_PER_CPU(struct told, told);

static void probe_error(void *data, const struct sock *sk)
{
	/* A time stamp of a device's may come meanwhile. */
	if (irqs_disabled())
		return;
	this_cpu_write(told.sk, sk);
	this_cpu_write(told.error, READ_ONCE(sk->sk_err));
}

/* __udp4_lib_err(struct sk_buff *skb, …), and IPv6's */
static bool arm_icmp(struct pt_regs *regs, void *data, bool watched)
{
	this_cpu_write(told.sk, NULL);
	return true;
}

static void leave_icmp(void *data, int result)
{
	const struct sock *sk = this_cpu_read(told.sk);
	struct sl_ledger *l = sk ? ledger_of(sk) : NULL;

	if (l)
		sl_ledger_icmp(l, sk, this_cpu_read(told.error));
}

/*
 * skb_consume_udp(struct sock *sk, struct sk_buff *skb, int len): read. One
 * that is looked at with MSG_PEEK has a negative length and stays.
 */
static void on_taken(struct pt_regs *regs)
{
	const struct sock *sk = (void *)regs_get_kernel_argument(regs, 0);
	const struct sk_buff *skb = (void *)regs_get_kernel_argument(regs, 1);
	int len = regs_get_kernel_argument(regs, 2);
	struct sl_ledger *l = ledger_of(sk);
	enum sl_first first;
	u16 count = 1;

	/* Of no length either way: in the queue it has another reference. */
	if (!l || len < 0 || (!len && refcount_read(&skb->users) > 1))
		return;
	if (skb_is_gso(skb))
		count = max_t(u16, skb_shinfo(skb)->gso_segs, 1);
	first = sl_ledger_taken(l, sk, count);
	if (likely(first == SL_FIRST_NO))
		return;
	sl_calls_tell(sk, SOCKLEDGER_WHAT_RECV, ktime_get_mono_fast_ns());
	if (first == SL_FIRST_UNKNOWN_SOCKET)
		sl_ledger_taken(l, sk, count);
}

struct pending_send {
	const struct sock *sk;		/* of a file that the call holds */
	struct sl_endpoint to;
};

/* Where a msghdr in kernel memory, or else its connected socket, sends to. */
static void read_destination(const struct sock *sk, const struct msghdr *msg,
			     struct sl_endpoint *to)
{
	struct sl_tuple tuple;

	memset(to, 0, sizeof(*to));
	if (msg->msg_name &&
	    sl_calls_address(msg->msg_name, msg->msg_namelen, to))
		return;
	sl_facts_tuple(sk, &tuple);
	to->addr = tuple.remote;
	to->port = tuple.rport;
	to->scope = tuple.scope;
}

static bool arm_send(struct pt_regs *regs, void *data, bool watched)
{
	const struct sock *sk = (void *)regs_get_kernel_argument(regs, 0);
	const struct msghdr *msg = (void *)regs_get_kernel_argument(regs, 1);
	struct pending_send *pending = data;

	if (!ledger_of(sk))
		return false;
	pending->sk = sk;
	read_destination(sk, msg, &pending->to);
	return true;
}

/* udp_sendmsg(struct sock *sk, struct msghdr *msg, size_t len) */
static bool arm_send4(struct pt_regs *regs, void *data, bool watched)
{
	const struct sock *sk = (void *)regs_get_kernel_argument(regs, 0);

	/* On behalf of udpv6_sendmsg(), which is heard itself. */
	if (sk->sk_family == AF_INET6)
		return false;
	return arm_send(regs, data, watched);
}

static void leave_send(void *data, int result)
{
	const struct pending_send *pending = data;
	struct sl_ledger *l;

	if (likely(result >= 0))
		return;
	l = ledger_of(pending->sk);
	if (l && sl_ledger_unsent(l, pending->sk, sl_calls_error(result)))
		sl_calls_tell_failed(l, pending->sk, SOCKLEDGER_WHAT_SEND,
				     &pending->to, sl_calls_error(result));
}

/* A group is left by a filter that takes from nobody, too. */
static bool is_membership4(int name)
{
	return name >= IP_ADD_MEMBERSHIP && name <= MCAST_MSFILTER;
}

static bool is_membership6(int name)
{
	return name == IPV6_ADD_MEMBERSHIP || name == IPV6_DROP_MEMBERSHIP ||
	       (name >= MCAST_JOIN_GROUP && name <= MCAST_MSFILTER);
}

/* ip_setsockopt(struct sock *sk, int level, int optname, …), and IPv6's */
static bool arm_option(struct pt_regs *regs, void *data,
		       bool (*is_membership)(int name))
{
	const struct sock **pending = data;

	*pending = (void *)regs_get_kernel_argument(regs, 0);
	return is_membership(regs_get_kernel_argument(regs, 2)) &&
	       ledger_of(*pending);
}

static bool arm_option4(struct pt_regs *regs, void *data, bool watched)
{
	return arm_option(regs, data, is_membership4);
}

static bool arm_option6(struct pt_regs *regs, void *data, bool watched)
{
	return arm_option(regs, data, is_membership6);
}

static void leave_option(void *data, int result)
{
	const struct sock *sk = *(const struct sock *const *)data;
	struct sl_ledger *l = ledger_of(sk);

	if (l && !result)
		sl_ledger_groups(l, sk);
}

#define RETURN_PROBE(function, what, stem, leave_stem, size, most)	\
	{								\
		.symbol		= #function,				\
		.tells		= what,					\
		.arm		= arm_##stem,				\
		.leave		= leave_##leave_stem,			\
		.pending_size	= size,					\
		.max_pending	= most,					\
	}

struct sl_probe sl_datagram_probes[] = {
	RETURN_PROBE(__udp_enqueue_schedule_skb, "datagrams received", enqueue,
		     enqueue, sizeof(struct sl_datagram), ARRIVALS),
	{
		.symbol	= "skb_consume_udp",
		.tells	= "datagrams read by their program",
		.enter	= on_taken,
	},
	RETURN_PROBE(__udp4_lib_err, "ICMP errors of datagrams", icmp, icmp, 0,
		     ARRIVALS),
	RETURN_PROBE(udp_sendmsg, "datagrams not sent over IPv4", send4, send,
		     sizeof(struct pending_send), SENDS),
#if IS_ENABLED(CONFIG_IPV6)
	RETURN_PROBE(udpv6_sendmsg, "datagrams not sent over IPv6", send, send,
		     sizeof(struct pending_send), SENDS),
	RETURN_PROBE(__udp6_lib_err, "ICMPv6 errors of datagrams", icmp, icmp,
		     0, ARRIVALS),
	RETURN_PROBE(ipv6_setsockopt, "multicast groups of IPv6", option6,
		     option, sizeof(struct sock *), MEMBERSHIPS),
#endif
	RETURN_PROBE(ip_setsockopt, "multicast groups of IPv4", option4,
		     option, sizeof(struct sock *), MEMBERSHIPS),
};

const unsigned int sl_datagram_probes_count = ARRAY_SIZE(sl_datagram_probes);

void sl_datagrams_switch(bool on)
{
	sl_probes_switch(sl_datagram_probes, sl_datagram_probes_count, on);
}

static struct sl_tracepoint points[] = {
	{ .name = "inet_sk_error_report", .probe = probe_error },
};

static bool attached;

int sl_datagrams_init(void)
{
	int err;

	check_trace_callback_type_inet_sk_error_report(probe_error);
	err = sl_tracepoints_attach(points, ARRAY_SIZE(points));
	attached = !err;
	return err == -ENOENT ? 0 : err;
}

void sl_datagrams_uninit(void)
{
	if (attached)
		sl_tracepoints_detach(points, ARRAY_SIZE(points));
	attached = false;
}
