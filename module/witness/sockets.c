// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "sockets.h"

#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>
#include <linux/tracepoint.h>
#include <net/sock.h>
#include <net/tcp.h>
#include <trace/events/sock.h>
#include <trace/events/tcp.h>

#include "../kernel/ask.h"
#include "../kernel/facts.h"
#include "../ledger/observe.h"
#include "moves.h"

/*
 * The child that this CPU saw leave LISTEN last. It has no peer yet, and it
 * gets one before this CPU can see another: between LISTEN->SYN_RECV and the
 * child's next change, or its SYN+ACK with Fast Open, bottom halves stay off.
 */
struct newborn {
	const struct sock *sk;
	u64 at;
};

static DEFINE_PER_CPU(struct newborn, newborn);

static u64 born_at(const struct sock *sk)
{
	const struct newborn *child = this_cpu_ptr(&newborn);

	return child->sk == sk ? child->at : 0;
}

/*
 * Is the change a doing of the program that runs? Never in softirq, whoever
 * happens to be current then; a kernel thread is nobody's program; and a
 * child that nobody accepted has no program yet.
 */
static bool in_own_call(const struct sock *sk)
{
	return in_task() && !(current->flags & PF_KTHREAD) && sk->sk_socket;
}

/* Changes that a program asks for, so that it owns the socket. */
static bool by_call(u8 from, u8 to)
{
	switch (to) {
	case TCP_SYN_SENT:
	case TCP_LISTEN:
	case TCP_FIN_WAIT1:
	case TCP_LAST_ACK:
		return true;
	case TCP_CLOSE:
		return from == TCP_SYN_SENT || from == TCP_LISTEN ||
		       from == TCP_ESTABLISHED || from == TCP_CLOSE_WAIT;
	default:
		return false;
	}
}

void sl_move_of(struct sl_move *move, const struct sock *sk, u8 from, u8 to)
{
	memset(move, 0, sizeof(*move));
	move->sk = sk;
	move->now = ktime_get_mono_fast_ns();
	move->family = sk->sk_family;
	move->from = from;
	move->to = to;
	sl_facts_tuple(sk, &move->tuple);
	move->has_tuple = move->tuple.lport && move->tuple.rport;
}

static void report(struct sl_ledger *l, const struct sock *sk, u8 oldstate,
		   u8 newstate)
{
	struct sl_move move;

	sl_move_of(&move, sk, oldstate, newstate);
	/*
	 * The local port of a connect() comes after this; what inet_sport
	 * holds is the one of the socket's life before, unless it is bound.
	 */
	if (newstate == TCP_SYN_SENT) {
		move.has_tuple = false;
		if (!(sk->sk_userlocks & SOCK_BINDPORT_LOCK))
			move.tuple.lport = 0;
	}
	if (oldstate == TCP_SYN_RECV)
		move.born = born_at(sk);
	move.err = READ_ONCE(sk->sk_err);
	move.in_call = in_own_call(sk);
	if (move.in_call && !move.err && by_call(oldstate, newstate))
		sl_facts_owner(&move.owner);
	if (newstate == TCP_CLOSE &&
	    (oldstate == TCP_FIN_WAIT2 || oldstate == TCP_CLOSING))
		move.timewait = sl_ask_timewait(sock_net(sk), &move.tuple,
						READ_ONCE(sk->sk_bound_dev_if),
						move.now);
	sl_ledger_move(l, &move);
}

static void probe_set_state(void *data, const struct sock *sk,
			    const int oldstate, const int newstate)
{
	struct sl_ledger *l;

	if (!sl_facts_is_tcp(sk) || oldstate == newstate)
		return;
	if (oldstate == TCP_LISTEN && newstate == TCP_SYN_RECV) {
		this_cpu_write(newborn.at, ktime_get_mono_fast_ns());
		this_cpu_write(newborn.sk, sk);
		return;
	}
	rcu_read_lock();
	l = sl_ledger_of(sock_net(sk));
	if (l)
		report(l, sk, oldstate, newstate);
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

struct attachment {
	const char *name;
	void *probe;
	struct tracepoint *tp;	/* built in, so it never goes away */
};

static struct attachment attachments[] = {
	{ .name = "inet_sock_set_state", .probe = probe_set_state },
	{ .name = "tcp_destroy_sock", .probe = probe_destroy },
};

static bool attached;

/* Most tracepoints are not exported to modules: find them by name. */
static void find_tracepoint(struct tracepoint *tp, void *priv)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(attachments); i++)
		if (!strcmp(tp->name, attachments[i].name))
			attachments[i].tp = tp;
}

bool sl_sockets_attached(void)
{
	return attached;
}

static void detach(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		tracepoint_probe_unregister(attachments[i].tp,
					    attachments[i].probe, NULL);
	/* A probe that was entered before may still run. */
	tracepoint_synchronize_unregister();
}

int sl_sockets_init(void)
{
	unsigned int i;
	int err;

	/* The compiler compares our probes with the tracepoints' prototypes. */
	check_trace_callback_type_inet_sock_set_state(probe_set_state);
	check_trace_callback_type_tcp_destroy_sock(probe_destroy);

	for_each_kernel_tracepoint(find_tracepoint, NULL);
	for (i = 0; i < ARRAY_SIZE(attachments); i++) {
		if (attachments[i].tp)
			continue;
		pr_warn("this kernel has no tracepoint %s: sockets are not followed\n",
			attachments[i].name);
		return 0;
	}
	/* Destruction is heard first, and last. */
	for (i = ARRAY_SIZE(attachments); i--;) {
		err = tracepoint_probe_register(attachments[i].tp,
						attachments[i].probe, NULL);
		if (err)
			goto undo;
	}
	attached = true;
	return 0;

undo:
	while (++i < ARRAY_SIZE(attachments))
		tracepoint_probe_unregister(attachments[i].tp,
					    attachments[i].probe, NULL);
	tracepoint_synchronize_unregister();
	return err;
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
	detach(ARRAY_SIZE(attachments));
}
