// SPDX-License-Identifier: GPL-2.0
#include "softirqs.h"

#include <linux/bottom_half.h>
#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/percpu.h>

/* In ns; by then the kernel is through with the probe, too. */
#define DELAY	(5 * NSEC_PER_USEC)

/* Its interrupt is all that is wanted of it: at its end softirqs run. */
static DEFINE_PER_CPU(struct hrtimer, interrupt);

static enum hrtimer_restart on_interrupt(struct hrtimer *timer)
{
	return HRTIMER_NORESTART;
}

void sl_softirqs_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct hrtimer *timer = per_cpu_ptr(&interrupt, cpu);

		hrtimer_init(timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
		timer->function = on_interrupt;
	}
}

void sl_softirqs_uninit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		hrtimer_cancel(per_cpu_ptr(&interrupt, cpu));
}

/* An interrupt between the two would be taken for one before them. */
u32 sl_softirqs_off(void)
{
	u32 before;

	local_irq_disable();
	local_bh_disable();
	before = local_softirq_pending();
	local_irq_enable();
	return before;
}

/*
 * local_bh_enable() would run them while the CPU still serves our probe, and a
 * CPU serves one at a time: what they hit would be missed. But where nobody
 * else allows softirqs soon, and the task sleeps next, a packet that came
 * meanwhile would wait for as long as the CPU is idle.
 */
void sl_softirqs_on(u32 before)
{
	struct hrtimer *timer;

	local_irq_disable();
	_local_bh_enable();
	if (unlikely(local_softirq_pending() & ~before) && !in_softirq()) {
		timer = this_cpu_ptr(&interrupt);
		if (!hrtimer_is_queued(timer))
			hrtimer_start(timer, ns_to_ktime(DELAY),
				      HRTIMER_MODE_REL_PINNED_HARD);
	}
	local_irq_enable();
}
