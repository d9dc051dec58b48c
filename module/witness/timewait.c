// SPDX-License-Identifier: GPL-2.0
/*
 * The end of TIME_WAIT, which no tracepoint tells: a probe on the function
 * that takes a timewait socket out of the kernel's tables.
 */
#include "probes.h"

#include <linux/timekeeping.h>
#include <net/inet_timewait_sock.h>
#include <net/tcp.h>

#include "../kernel/facts.h"
#include "../ledger/observe.h"

/* inet_twsk_kill(struct inet_timewait_sock *tw) */
static void on_kill(struct pt_regs *regs)
{
	struct inet_timewait_sock *tw =
		(void *)regs_get_kernel_argument(regs, 0);
	struct sl_ledger *l = sl_ledger_of(twsk_net(tw));
	struct sl_tuple tuple;
	bool early;

	if (!l || tw->tw_dr != &twsk_net(tw)->ipv4.tcp_death_row)
		return;
	sl_facts_timewait_tuple(tw, &tuple);
	early = time_before(jiffies, (unsigned long)tw->tw_timer.expires);
	sl_ledger_timewait_end(l, &tuple, ktime_get_mono_fast_ns(), early);
}

struct sl_probe sl_timewait_probes[] = {
	{
		.symbol	= "inet_twsk_kill",
		.tells	= "the end of TIME_WAIT, found out up to 2 s late",
		.enter	= on_kill,
	},
};

const unsigned int sl_timewait_probes_count = ARRAY_SIZE(sl_timewait_probes);
