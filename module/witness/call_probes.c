// SPDX-License-Identifier: GPL-2.0
/*
 * The probes of the calls witness: which functions of the kernel are the calls
 * that programs make, and what the arguments and the result of each tell.
 */
#include "calls.h"

#include <linux/fdtable.h>
#include <linux/net.h>
#include <linux/sched/signal.h>
#include <linux/timekeeping.h>
#include <net/inet_sock.h>
#include <net/sock.h>

#include "../kernel/ask.h"
#include "../kernel/compat.h"
#include "../kernel/facts.h"
#include "../ledger/observe.h"
#include "probes.h"

/* What a call's return needs to know of its beginning. */
struct pending_call {
	const struct sock *sk;	/* of a file that the call holds */
	int fd;
	struct socket *held;	/* with a reference to its file, or NULL */
	u32 backlog;
	struct sl_endpoint asked;
	bool has_asked;
	bool disconnects;
};

/* Calls that wait for nothing but a lock leave again at once. */
#define SHORT_CALLS	128
/* A connect() may be inside for minutes. */
#define LONG_CALLS	1024

/* security_socket_post_create(struct socket *sock, …), LSMs or not */
static void on_socket(struct pt_regs *regs)
{
	const struct socket *sock = (void *)regs_get_kernel_argument(regs, 0);

	sl_calls_tell(sock->sk, SOCKLEDGER_WHAT_SOCKET,
		      ktime_get_mono_fast_ns());
}

/* inet_release(struct socket *sock): nobody holds it any more */
static void on_release(struct pt_regs *regs)
{
	const struct socket *sock = (void *)regs_get_kernel_argument(regs, 0);

	sl_calls_tell(sock->sk, current->flags & PF_EXITING ?
		      SOCKLEDGER_WHAT_EXIT : SOCKLEDGER_WHAT_CLOSE,
		      ktime_get_mono_fast_ns());
}

/*
 * __inet_accept(struct socket *sock, struct socket *newsock, struct sock
 * *newsk), after the wait; so whoever waits in accept() holds no probe.
 */
static void on_accept(struct pt_regs *regs)
{
	const struct socket *sock = (void *)regs_get_kernel_argument(regs, 0);
	struct socket *newsock = (void *)regs_get_kernel_argument(regs, 1);
	const struct sock *sk = (void *)regs_get_kernel_argument(regs, 2);
	struct sl_ledger *l = sl_calls_ledger_of_stream(sk);
	struct sl_called call;

	if (!l)
		return;
	call = sl_calls_new(sk, SOCKLEDGER_WHAT_ACCEPT,
			    ktime_get_mono_fast_ns());
	call.inode = SOCK_INODE(newsock)->i_ino;
	sl_ledger_accept(l, &call, sock->sk);
}

/* The second and third argument of the bind and the connect functions. */
static void read_call(struct pt_regs *regs, const struct sock *sk,
		      struct pending_call *pending)
{
	memset(pending, 0, sizeof(*pending));
	pending->sk = sk;
	pending->has_asked =
		sl_calls_address((void *)regs_get_kernel_argument(regs, 1),
				 regs_get_kernel_argument(regs, 2),
				 &pending->asked);
}

static struct sl_called called(const struct pending_call *pending, u8 what)
{
	struct sl_called call = sl_calls_new(pending->sk, what,
					     ktime_get_mono_fast_ns());

	call.asked = pending->asked;
	call.has_asked = pending->has_asked;
	call.backlog = pending->backlog;
	return call;
}

static void returned(const struct pending_call *pending, u8 what, int result)
{
	struct sl_ledger *l = sl_calls_ledger(pending->sk);
	struct sl_called call;

	if (!l)
		return;
	call = called(pending, what);
	call.error = sl_calls_error(result);
	sl_ledger_returned(l, &call);
}

static bool binds(struct pt_regs *regs, const struct sock *sk,
		  struct pending_call *pending)
{
	struct sl_ledger *l = sl_calls_ledger(sk);
	struct sl_called call;

	if (!l)
		return false;
	read_call(regs, sk, pending);
	call = called(pending, SOCKLEDGER_WHAT_BIND);
	sl_ledger_call(l, &call);
	return true;
}

static bool arm_bind(struct pt_regs *regs, void *data, bool watched)
{
	const struct socket *sock = (void *)regs_get_kernel_argument(regs, 0);

	return binds(regs, sock->sk, data);
}

static void leave_bind(void *data, int result)
{
	returned(data, SOCKLEDGER_WHAT_BIND, result);
}

#if SL_MPTCP_IS_DIRECT
/* inet_bind_sk(struct sock *sk, …), where inet_bind() may lead, too. */
static bool arm_subflow_bind(struct pt_regs *regs, void *data, bool watched)
{
	const struct sock *sk = (void *)regs_get_kernel_argument(regs, 0);

	return sl_facts_mptcp(sk) && binds(regs, sk, data);
}

static void leave_subflow_bind(void *data, int result)
{
	leave_bind(data, result);
}
#endif /* SL_MPTCP_IS_DIRECT */

static bool arm_connect(struct pt_regs *regs, void *data, bool watched)
{
	struct pending_call *pending = data;
	const struct sockaddr *addr = (void *)regs_get_kernel_argument(regs, 1);
	const struct socket *sock = (void *)regs_get_kernel_argument(regs, 0);
	bool has_family = (int)regs_get_kernel_argument(regs, 2) >=
			  (int)sizeof(addr->sa_family);
	struct sl_ledger *l = sl_calls_ledger(sock->sk);
	struct sl_called call;

	/* One that asks again asks for nothing new. */
	if (!l || sock->state == SS_CONNECTING)
		return false;
	read_call(regs, sock->sk, pending);
	/* TCP tells by its states what becomes of it, UDP has none. */
	pending->disconnects = has_family && addr->sa_family == AF_UNSPEC;
	if (pending->disconnects)
		return sl_facts_is_udp(pending->sk);
	/* It will be told that it is connected already. */
	if (sock->state == SS_CONNECTED)
		return true;
	call = called(pending, SOCKLEDGER_WHAT_CONNECT);
	call.unwatched = !watched;
	sl_ledger_call(l, &call);
	return true;
}

static void leave_connect(void *data, int result)
{
	const struct pending_call *pending = data;
	struct sl_ledger *l = sl_calls_ledger(pending->sk);
	struct sl_called call;

	if (!l)
		return;
	if (pending->disconnects) {
		returned(pending, SOCKLEDGER_WHAT_CONNECT, result);
		return;
	}
	call = called(pending, SOCKLEDGER_WHAT_CONNECT_RETURN);
	call.error = sl_calls_error(result);
	sl_ledger_call(l, &call);
}

/* inet_shutdown(struct socket *sock, int how) */
static bool arm_shutdown(struct pt_regs *regs, void *data, bool watched)
{
	const struct socket *sock = (void *)regs_get_kernel_argument(regs, 0);
	unsigned int how = regs_get_kernel_argument(regs, 1);
	struct sl_ledger *l = sl_calls_ledger(sock->sk);
	struct pending_call *pending = data;
	struct sl_called call;

	if (!l)
		return false;
	memset(pending, 0, sizeof(*pending));
	pending->sk = sock->sk;
	call = called(pending, SOCKLEDGER_WHAT_SHUTDOWN);
	call.how = min(how, 3U);
	sl_ledger_call(l, &call);
	return true;
}

static void leave_shutdown(void *data, int result)
{
	returned(data, SOCKLEDGER_WHAT_SHUTDOWN, result);
}

/* The socket behind the descriptor, if any, held until let_go_of_file(). */
static void hold_socket(struct pending_call *pending)
{
	int err;

	pending->held = sockfd_lookup(pending->fd, &err);
}

static void let_go_of_file(void *data)
{
	struct pending_call *pending = data;

	if (pending->held)
		sockfd_put(pending->held);
	pending->held = NULL;
}

/*
 * What is asked of an MPTCP socket is asked of its first subflow, if that has
 * a port by now. It lives as long as the other, which the call holds.
 */
static bool ask_subflow(struct pending_call *pending)
{
	struct sock *sk = sl_ask_subflow(sock_net(pending->sk), pending->sk);

	if (!sk)
		return false;
	pending->sk = sk;
	sock_put(sk);
	return true;
}

static bool listens(struct pending_call pending)
{
	struct sl_ledger *l = sl_calls_ledger_of_stream(pending.sk);
	struct sl_called call;

	if (!l)
		return false;
	/* Of one that begins to listen sl_calls_begun() tells. */
	if (sl_facts_is_mptcp(pending.sk) &&
	    (pending.sk->sk_state != TCP_LISTEN || !ask_subflow(&pending)))
		return true;
	call = called(&pending, SOCKLEDGER_WHAT_LISTEN);
	sl_ledger_call(l, &call);
	return true;
}

/* __sys_listen(int fd, int backlog), which clamps it to somaxconn */
static void find_listen(struct pt_regs *regs, void *data)
{
	struct pending_call *pending = data;

	memset(pending, 0, sizeof(*pending));
	pending->fd = regs_get_kernel_argument(regs, 0);
	pending->backlog = regs_get_kernel_argument(regs, 1);
	hold_socket(pending);
}

static bool arm_listen(struct pt_regs *regs, void *data, bool watched)
{
	struct pending_call *pending = data;

	if (!pending->held)
		return false;
	pending->sk = pending->held->sk;
	return listens(*pending);
}

static void listened(struct pending_call pending, int result)
{
	if (!sl_facts_is_mptcp(pending.sk) || ask_subflow(&pending))
		returned(&pending, SOCKLEDGER_WHAT_LISTEN, result);
}

static void find_listen_again(void *data, int result)
{
	hold_socket(data);
}

static void leave_listen(void *data, int result)
{
	const struct pending_call *pending = data;

	/* A thread may have put another socket there meanwhile. */
	if (pending->held && pending->held->sk == pending->sk)
		listened(*pending, result);
}

static bool out_of_descriptors(void)
{
	struct fdtable *fdt = files_fdtable(current->files);
	unsigned int next = find_next_zero_bit(fdt->open_fds, fdt->max_fds,
					       READ_ONCE(current->files->next_fd));

	return next >= rlimit(RLIMIT_NOFILE);
}

/*
 * __sys_accept4(int fd, …): watched only when it will not get a descriptor,
 * which it asks for before it waits.
 */
static bool arm_accept(struct pt_regs *regs, void *data, bool watched)
{
	struct pending_call *pending = data;

	pending->held = NULL;
	if (!out_of_descriptors())
		return false;
	pending->fd = regs_get_kernel_argument(regs, 0);
	return true;
}

static void refused_accept(const struct sock *sk)
{
	struct sl_ledger *l = sl_calls_ledger_of_stream(sk);
	struct sl_called call;

	if (!l || sk->sk_state != TCP_LISTEN)
		return;
	call = sl_calls_new(sk, SOCKLEDGER_WHAT_ACCEPT,
			    ktime_get_mono_fast_ns());
	call.error = EMFILE;
	sl_ledger_call(l, &call);
}

static void find_accept_again(void *data, int result)
{
	if (result == -EMFILE)
		hold_socket(data);
}

static void leave_accept(void *data, int result)
{
	const struct pending_call *pending = data;

	if (pending->held)
		refused_accept(pending->held->sk);
}

#define RETURN_PROBE(function, what, stem, most, ...)		\
	{							\
		.symbol		= #function,			\
		.tells		= what,				\
		.arm		= arm_##stem,			\
		.leave		= leave_##stem,			\
		.pending_size	= sizeof(struct pending_call),	\
		.max_pending	= most,				\
		__VA_ARGS__					\
	}

struct sl_probe sl_call_probes[] = {
	{
		.symbol	= "inet_release",
		.tells	= "close(), and every UDP socket",
		.enter	= on_release,
	},
	{
		.symbol	= "security_socket_post_create",
		.tells	= "socket()",
		.enter	= on_socket,
	},
	RETURN_PROBE(inet_bind, "bind() over IPv4", bind, SHORT_CALLS),
#if IS_ENABLED(CONFIG_IPV6)
	RETURN_PROBE(inet6_bind, "bind() over IPv6", bind, SHORT_CALLS),
#endif
#if SL_MPTCP_IS_DIRECT
	RETURN_PROBE(inet_bind_sk, "bind() of MPTCP over IPv4", subflow_bind,
		     SHORT_CALLS),
#if IS_ENABLED(CONFIG_MPTCP_IPV6)
	RETURN_PROBE(inet6_bind_sk, "bind() of MPTCP over IPv6", subflow_bind,
		     SHORT_CALLS),
#endif
#endif /* SL_MPTCP_IS_DIRECT */
	RETURN_PROBE(__sys_listen, "listen() and its backlog", listen,
		     SHORT_CALLS, .find = find_listen,
		     .find_again = find_listen_again,
		     .let_go = let_go_of_file),
	RETURN_PROBE(inet_stream_connect, "connect() of TCP", connect,
		     LONG_CALLS),
	RETURN_PROBE(inet_dgram_connect, "connect() of UDP", connect,
		     SHORT_CALLS),
	{
		.symbol	= "__inet_accept",
		.tells	= "accept() and its wait",
		.enter	= on_accept,
	},
	RETURN_PROBE(__sys_accept4, "accept() without a descriptor left",
		     accept, SHORT_CALLS, .find_again = find_accept_again,
		     .let_go = let_go_of_file),
	RETURN_PROBE(inet_shutdown, "shutdown()", shutdown, SHORT_CALLS),
};

const unsigned int sl_call_probes_count = ARRAY_SIZE(sl_call_probes);
