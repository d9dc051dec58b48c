// SPDX-License-Identifier: GPL-2.0
/*
 * A listener's queues, where they have no room: probes where the kernel asks
 * the same questions of them in its next steps.
 */
#include "queues.h"

#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/percpu.h>
#include <linux/skbuff.h>
#include <net/inet_connection_sock.h>
#include <net/tcp.h>

#include "../kernel/facts.h"
#include "../ledger/observe.h"
#include "probes.h"
#include "sockets.h"

/* One a CPU, where bottom halves are off. */
#define AT_ONCE	128

static DEFINE_PER_CPU(const struct sock *, asked);

const struct sock *sl_queues_take_asked(void)
{
	return this_cpu_xchg(asked, NULL);
}

static void overflow(const struct sock *sk, const struct sl_tuple *tuple,
		     enum sl_overflow what)
{
	struct sl_ledger *l = sl_ledger_of(sock_net(sk));

	if (l)
		sl_ledger_overflow(l, sk, tuple, what,
				   ktime_get_mono_fast_ns());
}

/* Of a SYN in tcp_conn_request(), where its headers are pulled already. */
static void syn_tuple(const struct sk_buff *skb, struct sl_tuple *tuple)
{
	memset(tuple, 0, sizeof(*tuple));
	tuple->lport = tcp_hdr(skb)->dest;
	tuple->rport = tcp_hdr(skb)->source;
	if (skb->protocol == htons(ETH_P_IP)) {
		ipv6_addr_set_v4mapped(ip_hdr(skb)->daddr, &tuple->local);
		ipv6_addr_set_v4mapped(ip_hdr(skb)->saddr, &tuple->remote);
		return;
	}
#if IS_ENABLED(CONFIG_IPV6)
	tuple->local = ipv6_hdr(skb)->daddr;
	tuple->remote = ipv6_hdr(skb)->saddr;
	tuple->scope = sl_facts_scope(tuple, tcp_v6_iif(skb));
#endif
}

/* What tcp_syn_flood_action() answers with: 0 for none, 2 for nothing else. */
static u8 cookies_of(const struct sock *sk)
{
	return IS_ENABLED(CONFIG_SYN_COOKIES) ?
	       READ_ONCE(sock_net(sk)->ipv4.sysctl_tcp_syncookies) : 0;
}

/* A SYN that followed on a timewait socket is let past the first limit. */
static bool meets_syn_limit(const struct sock *sk, const struct sk_buff *skb)
{
	return inet_csk_reqsk_queue_is_full(sk) &&
	       !TCP_SKB_CB(skb)->tcp_tw_isn;
}

/* tcp_conn_request(rsk_ops, af_ops, struct sock *sk, struct sk_buff *skb) */
static void on_syn(struct pt_regs *regs)
{
	const struct sock *sk = (void *)regs_get_kernel_argument(regs, 2);
	const struct sk_buff *skb = (void *)regs_get_kernel_argument(regs, 3);
	const struct sock *answers = NULL;
	bool syn_full, accept_full;
	struct sl_tuple tuple;
	u8 cookies;

	if (!sl_facts_is_tcp(sk))
		return;
	cookies = cookies_of(sk);
	syn_full = meets_syn_limit(sk, skb);
	if (cookies > 1 || (cookies && syn_full))
		answers = sk;
	this_cpu_write(asked, answers);
	syn_full = syn_full && !cookies;
	accept_full = sk_acceptq_is_full(sk);
	if (likely(!syn_full && !accept_full))
		return;
	syn_tuple(skb, &tuple);
	overflow(sk, &tuple, syn_full ? SL_OVERFLOW_SYN : SL_OVERFLOW_ACCEPT);
}

/*
 * tcp_peer_is_proven(struct request_sock *req, …), asked by tcp_conn_request()
 * without cookies when the last quarter of tcp_max_syn_backlog is begun. Who
 * has not been here before is let in no further.
 */
static bool arm_proven(struct pt_regs *regs, void *data, bool watched)
{
	const struct request_sock **req = data;

	*req = (void *)regs_get_kernel_argument(regs, 0);
	return sl_facts_is_tcp((*req)->rsk_listener);
}

static void leave_proven(void *data, int result)
{
	const struct request_sock *req =
		*(const struct request_sock *const *)data;
	struct sl_tuple tuple;

	/* A bool is a byte, whatever the rest of the register holds. */
	if ((u8)result)
		return;
	sl_facts_request_tuple(req, &tuple);
	overflow(req->rsk_listener, &tuple, SL_OVERFLOW_SYN);
}

/*
 * tcp_v4_syn_recv_sock(const struct sock *sk, struct sk_buff *skb, struct
 * request_sock *req, struct dst_entry *dst, struct request_sock *req_unhash, …)
 *
 * A request that was made of a cookie is in no table; nor is that of a child
 * of Fast Open, which comes with the SYN.
 */
static void on_final_ack(struct pt_regs *regs)
{
	const struct sock *sk = (void *)regs_get_kernel_argument(regs, 0);
	const struct sk_buff *skb = (void *)regs_get_kernel_argument(regs, 1);
	bool unhashed = !regs_get_kernel_argument(regs, 4);
	struct sl_tuple tuple;

	if (!sl_facts_is_tcp(sk))
		return;
	if (!sk_acceptq_is_full(sk)) {
		sl_sockets_expect(sk, unhashed && !tcp_hdr(skb)->syn);
		return;
	}
	sl_facts_request_tuple((void *)regs_get_kernel_argument(regs, 2),
			       &tuple);
	overflow(sk, &tuple, SL_OVERFLOW_ACCEPT);
}

/* tcp_v6_syn_recv_sock(), which hands IPv4 to the other. */
static void on_final_ack6(struct pt_regs *regs)
{
	const struct sk_buff *skb = (void *)regs_get_kernel_argument(regs, 1);

	if (skb->protocol != htons(ETH_P_IP))
		on_final_ack(regs);
}

struct sl_probe sl_queue_probes[] = {
	{
		.symbol	= "tcp_conn_request",
		.tells	= "SYNs that overflow a listener, and its cookies over IPv4",
		.enter	= on_syn,
	},
	{
		.symbol		= "tcp_peer_is_proven",
		.tells		= "SYNs that overflow a listener without cookies",
		.arm		= arm_proven,
		.leave		= leave_proven,
		.pending_size	= sizeof(struct request_sock *),
		.max_pending	= AT_ONCE,
	},
	{
		.symbol	= "tcp_v4_syn_recv_sock",
		.tells	= "final ACKs that overflow a listener",
		.enter	= on_final_ack,
	},
#if IS_ENABLED(CONFIG_IPV6)
	{
		.symbol	= "tcp_v6_syn_recv_sock",
		.tells	= "final ACKs over IPv6 that overflow a listener",
		.enter	= on_final_ack6,
	},
#endif
};

const unsigned int sl_queue_probes_count = ARRAY_SIZE(sl_queue_probes);
