// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "sockets.h"

#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>
#include <net/sock.h>
#include <net/tcp.h>
#include <trace/events/sock.h>
#include <trace/events/tcp.h>

#include "../kernel/facts.h"
#include "../ledger/observe.h"
#include "adopt.h"
#include "calls.h"
#include "tracepoints.h"

/*
 * The child that this CPU saw leave LISTEN last. It has no peer yet, and it
 * gets one before this CPU can see another: from the final ACK's arrival to
 * the child's next change, or its SYN+ACK with Fast Open, bottom halves stay
 * off.
 */
struct newborn {
	const struct sock *parent;	/* the listener, before it has a child */
	bool cookie;			/* its ACK answers a SYN cookie */
	const struct sock *sk;
	u64 at;
};

static DEFINE_PER_CPU(struct newborn, newborn);

void sl_sockets_expect(const struct sock *listener, bool cookie)
{
	struct newborn *child = this_cpu_ptr(&newborn);

	child->parent = listener;
	child->cookie = cookie;
	child->sk = NULL;
}

static void give_birth(const struct sock *sk)
{
	struct newborn *child = this_cpu_ptr(&newborn);

	child->sk = sk;
	child->at = ktime_get_mono_fast_ns();
}

static void take_birth(struct sl_move *move)
{
	struct newborn *child = this_cpu_ptr(&newborn);

	if (child->sk != move->sk)
		return;
	move->born = child->at;
	move->parent = child->parent;
	move->cookie = child->cookie;
	*child = (struct newborn) {};
}

/*
 * Is the change a doing of the program that runs? Never in softirq, whoever
 * happens to be current then; a kernel thread is nobody's program; a child that
 * nobody accepted has no program yet; and who writes to a tunnel device works
 * off segments of others in its own time, but owns none of their sockets.
 */
static bool in_own_call(const struct sock *sk)
{
	return in_task() && !(current->flags & PF_KTHREAD) && sk->sk_socket &&
	       sock_owned_by_user_nocheck(sk);
}

static void report(struct sl_ledger *l, const struct sock *sk, u8 oldstate,
		   u8 newstate)
{
	struct sl_move move = {
		.sk = sk,
		.now = ktime_get_mono_fast_ns(),
		.family = sk->sk_family,
		.from = oldstate,
		.to = newstate,
		.err = READ_ONCE(sk->sk_err),
		.in_call = in_own_call(sk),
	};

	if (oldstate == TCP_SYN_RECV)
		take_birth(&move);
	else if (oldstate == TCP_CLOSE && sl_facts_mptcp(sk))
		sl_calls_begun(l, sk, newstate, move.now);
	sl_ledger_move(l, &move);
}

static void probe_set_state(void *data, const struct sock *sk,
			    const int oldstate, const int newstate)
{
	struct sl_ledger *l;

	if (!sl_facts_is_tcp(sk) || oldstate == newstate)
		return;
	if (oldstate == TCP_LISTEN && newstate == TCP_SYN_RECV) {
		give_birth(sk);
		return;
	}
	rcu_read_lock();
	l = sl_ledger_of(sock_net(sk));
	if (l) {
		if (unlikely(READ_ONCE(sl_adopting)))
			sl_adopt_moving(l, sk, oldstate);
		report(l, sk, oldstate, newstate);
	}
	rcu_read_unlock();
}

static void probe_destroy(void *data, struct sock *sk)
{
	struct sl_ledger *l;

	rcu_read_lock();
	l = sl_ledger_of(sock_net(sk));
	if (l)
		sl_ledger_destroyed(l, sk, ktime_get_mono_fast_ns());
	rcu_read_unlock();
}

/* Destruction is heard first, and last. */
static struct sl_tracepoint points[] = {
	{ .name = "inet_sock_set_state", .probe = probe_set_state },
	{ .name = "tcp_destroy_sock", .probe = probe_destroy },
};

static bool attached;

bool sl_sockets_attached(void)
{
	return attached;
}

int sl_sockets_init(void)
{
	int err;

	/* The compiler compares our probes with the tracepoints' prototypes. */
	check_trace_callback_type_inet_sock_set_state(probe_set_state);
	check_trace_callback_type_tcp_destroy_sock(probe_destroy);

	sl_adopt_begin();
	err = sl_tracepoints_attach(points, ARRAY_SIZE(points));
	attached = !err;
	if (attached)
		return 0;
	sl_adopt_end();
	if (err != -ENOENT)
		return err;
	pr_warn("TCP sockets are not followed\n");
	return 0;
}

void sl_sockets_uninit(void)
{
	if (!attached)
		return;
	attached = false;
	/*
	 * In between, entries may still name sockets; nothing reads through
	 * them any more, for publication is gone before the witnesses.
	 */
	sl_tracepoints_detach(points, ARRAY_SIZE(points));
	sl_adopt_end();
}
