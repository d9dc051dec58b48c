// SPDX-License-Identifier: GPL-2.0
#include "config.h"

#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

/*
 * That nobody counts any more is told when it has been so for a while. Root of a
 * user namespace may switch its own ledger, or make another namespace, as often
 * as it likes, and each time the kernel's text would be changed.
 */
#define QUIET	(10 * HZ)

/* Protects what is below, and every change of sl_ledger.count_datagrams. */
static DEFINE_MUTEX(counting_lock);
static unsigned int counting;	/* ledgers that count datagrams */
static void (*counting_switch)(bool on);

static void tell_counting(struct work_struct *work)
{
	mutex_lock(&counting_lock);
	if (!counting && counting_switch)
		counting_switch(false);
	mutex_unlock(&counting_lock);
}

static DECLARE_DELAYED_WORK(counting_work, tell_counting);

void sl_config_count_datagrams(struct sl_ledger *l, bool on)
{
	mutex_lock(&counting_lock);
	if (l->count_datagrams != on) {
		if (on)
			WRITE_ONCE(l->counting_period, l->counting_period + 1);
		WRITE_ONCE(l->count_datagrams, on);
		counting += on ? 1 : -1;
		/* What is on already stays so, and what failed is tried again. */
		if (counting_switch && on && counting == 1)
			counting_switch(true);
		else if (counting_switch && !counting)
			mod_delayed_work(system_wq, &counting_work, QUIET);
	}
	mutex_unlock(&counting_lock);
}

void sl_config_on_counting(void (*change)(bool on))
{
	mutex_lock(&counting_lock);
	counting_switch = change;
	if (change && !counting)
		change(false);
	mutex_unlock(&counting_lock);
	if (!change)
		cancel_delayed_work_sync(&counting_work);
}

void sl_config_get(const struct sl_ledger *l, struct sl_config *ret)
{
	ret->limits = sl_pools_limits(&l->pools);
	ret->events = READ_ONCE(l->journal.events);
	ret->datagrams = READ_ONCE(l->count_datagrams);
}

/*
 * Down to the limit, or all that has ended by now; a few at a time. What ends
 * meanwhile is left alone, or it would never be through.
 */
static u64 drop_ended(struct sl_ledger *l, enum sl_pool pool, bool all)
{
	unsigned int dropped, most = sl_pools_count(&l->pools, pool);
	u64 sum = 0;

	do {
		dropped = sl_pools_trim(&l->pools, pool, all);
		sum += dropped;
		cond_resched();
	} while (dropped && sum < most);
	return sum;
}

void sl_config_set(struct sl_ledger *l, const struct sl_config *config)
{
	WRITE_ONCE(l->journal.events, config->events);
	sl_config_count_datagrams(l, config->datagrams);
	sl_pools_set_limits(&l->pools, &config->limits);
	sl_stats_add(&l->stats, SL_STAT_HISTORY_EVICTED,
		     drop_ended(l, SL_POOL_HISTORY, false));
	sl_stats_add(&l->stats, SL_STAT_HALF_OPEN_EVICTED,
		     drop_ended(l, SL_POOL_HALF_PAST, false));
}

u64 sl_ledger_flush(struct sl_ledger *l)
{
	u64 flushed = drop_ended(l, SL_POOL_HISTORY, true) +
		      drop_ended(l, SL_POOL_HALF_PAST, true);

	sl_stats_add(&l->stats, SL_STAT_FLUSHED, flushed);
	return flushed;
}

u64 sl_ledger_forget(struct sl_ledger *l, u64 id)
{
	if (!sl_pools_forget(&l->pools, id))
		return 0;
	sl_stats_add(&l->stats, SL_STAT_FLUSHED, 1);
	return 1;
}
