// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "timewait.h"

#include <linux/kprobes.h>
#include <linux/timekeeping.h>
#include <net/inet_timewait_sock.h>
#include <net/tcp.h>

#include "../kernel/facts.h"
#include "../ledger/observe.h"

static bool attached;

static void report_end(struct sl_ledger *l, const struct inet_timewait_sock *tw)
{
	struct sl_tuple tuple;
	bool early;

	if (tw->tw_dr != &twsk_net(tw)->ipv4.tcp_death_row)
		return;
	/*
	 * A probe that is an int3, on a kernel without KPROBES_ON_FTRACE, runs
	 * with interrupts off: the sweep will find it.
	 */
	if (irqs_disabled()) {
		sl_stats_inc(&l->stats, SL_STAT_LOST_PROBE);
		return;
	}
	sl_facts_timewait_tuple(tw, &tuple);
	early = time_before(jiffies, (unsigned long)tw->tw_timer.expires);
	sl_ledger_timewait_end(l, &tuple, ktime_get_mono_fast_ns(), early);
}

/* inet_twsk_kill(struct inet_timewait_sock *tw), bottom halves off. */
static int probe_kill(struct kprobe *probe, struct pt_regs *regs)
{
	struct inet_timewait_sock *tw = (void *)regs_get_kernel_argument(regs, 0);
	struct sl_ledger *l;

	rcu_read_lock();
	l = sl_ledger_of(twsk_net(tw));
	if (l)
		report_end(l, tw);
	rcu_read_unlock();
	return 0;
}

static struct kprobe kill_probe = {
	.symbol_name	= "inet_twsk_kill",
	.pre_handler	= probe_kill,
};

void sl_timewait_init(void)
{
	int err = register_kprobe(&kill_probe);

	attached = !err;
	if (err)
		pr_warn("no probe on %s (error %d): ends of TIME_WAIT are found by looking, up to 2 s late\n",
			kill_probe.symbol_name, err);
}

void sl_timewait_uninit(void)
{
	/* Waits for handlers that run. */
	if (attached)
		unregister_kprobe(&kill_probe);
	attached = false;
}

bool sl_timewait_attached(void)
{
	return attached;
}

u64 sl_timewait_missed(void)
{
	return attached ? kill_probe.nmissed : 0;
}
