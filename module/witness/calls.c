// SPDX-License-Identifier: GPL-2.0
/*
 * What a call is: whose, on a socket that is followed, with which address and
 * error. Here are also the calls that no probe tells of: that somebody read,
 * and what the kernel does for a program's MPTCP socket.
 */
#include "calls.h"

#include <linux/net.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>
#include <net/sock.h>
#include <net/tcp.h>
#include <trace/events/tcp.h>

#include "../kernel/compat.h"
#include "../kernel/facts.h"
#include "../ledger/observe.h"
#include "probes.h"
#include "sockets.h"
#include "tracepoints.h"

/* The table's first, so that the ends of sockets are heard before all else. */
#define RELEASE_PROBE	(&sl_call_probes[0])

bool sl_calls_follow(const struct sock *sk)
{
	return (sl_facts_is_udp(sk) && READ_ONCE(RELEASE_PROBE->attached)) ||
	       (sl_facts_is_tcp(sk) && sl_sockets_attached());
}

struct sl_ledger *sl_calls_ledger(const struct sock *sk)
{
	return sl_calls_follow(sk) ? sl_ledger_of(sock_net(sk)) : NULL;
}

struct sl_ledger *sl_calls_ledger_of_stream(const struct sock *sk)
{
	if (sl_facts_is_mptcp(sk) && sl_sockets_attached())
		return sl_ledger_of(sock_net(sk));
	return sl_calls_ledger(sk);
}

struct sl_called sl_calls_new(const struct sock *sk, u8 what, u64 now)
{
	struct sl_called call = {
		.sk = sk,
		.now = now,
		.what = what,
	};

	if (in_task() && !(current->flags & PF_KTHREAD) &&
	    sl_facts_is_programs(sk))
		call.pid = current->tgid;
	return call;
}

void sl_calls_tell(const struct sock *sk, u8 what, u64 now)
{
	struct sl_ledger *l = sl_calls_ledger(sk);
	struct sl_called call;

	if (!l)
		return;
	call = sl_calls_new(sk, what, now);
	sl_ledger_call(l, &call);
}

void sl_calls_tell_failed(struct sl_ledger *l, const struct sock *sk, u8 what,
			  const struct sl_endpoint *asked, u16 error)
{
	struct sl_called call = sl_calls_new(sk, what,
					     ktime_get_mono_fast_ns());

	call.asked = *asked;
	call.has_asked = true;
	call.error = error;
	sl_ledger_call(l, &call);
}

bool sl_calls_address(const struct sockaddr *addr, int len,
		      struct sl_endpoint *to)
{
	const struct sockaddr_in6 *sin6 = (const void *)addr;
	const struct sockaddr_in *sin = (const void *)addr;

	if (len < (int)sizeof(*sin))
		return false;
	if (addr->sa_family == AF_INET) {
		ipv6_addr_set_v4mapped(sin->sin_addr.s_addr, &to->addr);
		to->port = sin->sin_port;
		return true;
	}
	/* Without the scope in its oldest form (RFC 2133). */
	if (addr->sa_family != AF_INET6 ||
	    len < (int)offsetof(struct sockaddr_in6, sin6_scope_id))
		return false;
	to->addr = sin6->sin6_addr;
	to->port = sin6->sin6_port;
	if (len >= (int)sizeof(*sin6) &&
	    ipv6_addr_type(&to->addr) & IPV6_ADDR_LINKLOCAL)
		to->scope = sin6->sin6_scope_id;
	return true;
}

/* A signal's code for "again" is not for a program's eyes. */
u16 sl_calls_error(int result)
{
	if (result >= 0)
		return 0;
	return result == -ERESTARTSYS ? EINTR : -result;
}

void sl_calls_begun(struct sl_ledger *l, const struct sock *sk, u8 to, u64 now)
{
	struct sl_called call = sl_calls_new(sk, to == TCP_LISTEN ?
					     SOCKLEDGER_WHAT_LISTEN :
					     SOCKLEDGER_WHAT_CONNECT, now);

	if (!call.pid || (to == TCP_SYN_SENT && !SL_MPTCP_IS_DIRECT))
		return;
	call.unwatched = true;
	sl_ledger_call(l, &call);
}

/*
 * May it be the first read? The mark that TCP moves up once a round trip, if
 * it knows how long that is, is still where data began. A FIN counts as a byte
 * received (tcp_rcv_nxt_update()), unless it came with a SYN.
 */
static bool reads_at_start(const struct sock *sk)
{
	const struct tcp_sock *tp = tcp_sk(sk);
	u32 start = tp->rcv_nxt - (u32)tp->bytes_received;

	return start - tp->rcvq_space.seq <= 1;
}

/* Out of line, so that any read but the first costs no stack. */
static noinline void report_read(const struct sock *sk)
{
	struct sl_called call;
	struct sl_ledger *l;

	rcu_read_lock();
	l = sl_calls_ledger(sk);
	if (l) {
		call = sl_calls_new(sk, SOCKLEDGER_WHAT_RECV,
				    ktime_get_mono_fast_ns());
		sl_ledger_received(l, &call);
	}
	rcu_read_unlock();
}

static void probe_read(void *data, struct sock *sk)
{
	if (unlikely(atomic_read(&sl_unread)) && reads_at_start(sk))
		report_read(sk);
}

static struct sl_tracepoint points[] = {
	{ .name = "tcp_rcv_space_adjust", .probe = probe_read },
};

static bool attached;

int sl_calls_init(void)
{
	int err;

	check_trace_callback_type_tcp_rcv_space_adjust(probe_read);
	err = sl_tracepoints_attach(points, ARRAY_SIZE(points));
	attached = !err;
	return err == -ENOENT ? 0 : err;
}

void sl_calls_uninit(void)
{
	if (attached)
		sl_tracepoints_detach(points, ARRAY_SIZE(points));
	attached = false;
}
