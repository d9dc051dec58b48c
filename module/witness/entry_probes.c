// SPDX-License-Identifier: GPL-2.0
/* The probes of functions' entries. */
#include "probe_kinds.h"

#include <linux/bottom_half.h>
#include <linux/errno.h>
#include <linux/ftrace.h>
#include <linux/hash.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <linux/trace_recursion.h>

/*
 * A function's entry is heard by ftrace itself and not by a kprobe, which costs
 * twice as much there, and of which a CPU serves only one at a time.
 */
#ifdef CONFIG_DYNAMIC_FTRACE_WITH_REGS
#define PLACES_BITS	6

/* Probes by address; filled before the first of them is hit. */
static struct {
	unsigned long ip;	/* 0: nobody's */
	struct sl_probe *probe;
} places[1 << PLACES_BITS];

/* Of those whose address this is, or is put. */
static unsigned int place_at(unsigned long ip)
{
	unsigned int i = hash_long(ip, PLACES_BITS);

	/* There are more places than probes. */
	static_assert(ARRAY_SIZE(places) > SL_PROBES_MAX);
	while (places[i].ip && places[i].ip != ip)
		i = (i + 1) % ARRAY_SIZE(places);
	return i;
}

static void hear(struct sl_probe *p, unsigned long ip, unsigned long parent_ip,
		 struct ftrace_regs *fregs)
{
	int bit = ftrace_test_recursion_trylock(ip, parent_ip);

	if (bit < 0) {
		atomic_inc(&p->refused);
		return;
	}
	this_cpu_inc(*p->hits);
	rcu_read_lock();
	p->enter(ftrace_get_regs(fregs));
	rcu_read_unlock();
	ftrace_test_recursion_unlock(bit);
}

/* Softirqs run at the end, where no probe is being served any more. */
static void on_entry(unsigned long ip, unsigned long parent_ip,
		     struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	struct sl_probe *p = places[place_at(ip)].probe;

	if (!p || !sl_probe_may_handle(p))
		return;
	local_bh_disable();
	hear(p, ip, parent_ip, fregs);
	local_bh_enable();
}

/*
 * One for all of them, so that they come and go in one go. While they are
 * there, kernel.ftrace_enabled cannot be switched off: that would silence them,
 * and the return probes, without a word.
 */
static struct ftrace_ops entries = {
	.func	= on_entry,
	.flags	= FTRACE_OPS_FL_SAVE_REGS | FTRACE_OPS_FL_PERMANENT,
};

/* How many of them are heard: without any, ftrace would hear of everything. */
static unsigned int entries_on;

static void add_entry(struct sl_probe *p, unsigned long ip)
{
	unsigned int i = place_at(ip);

	if (ftrace_set_filter_ip(&entries, ip, 0, 0))
		return;
	places[i].probe = p;
	places[i].ip = ip;
	p->ip = ip;
	p->heard = true;
	entries_on++;
}

/*
 * A kprobe that is never armed learns a function's address. Where there is no
 * ftrace site, that is all it would be good for, see sl_probe_may_handle().
 */
static void find_entries(struct sl_probe **list, unsigned int n)
{
	struct kprobe *found[SL_PROBES_MAX];
	int n_found = 0;

	for (; n--; list++) {
		struct kprobe *kp = &(*list)->entry;

		kp->symbol_name = (*list)->symbol;
		kp->flags = KPROBE_FLAG_DISABLED;
		if (register_kprobe(kp))
			continue;
		found[n_found++] = kp;
		if (kprobe_ftrace(kp))
			add_entry(*list, (unsigned long)kp->addr);
	}
	unregister_kprobes(found, n_found);
}

void sl_entry_probes_attach(struct sl_probe **list, unsigned int n)
{
	find_entries(list, n);
	if (!entries_on)
		return;
	if (register_ftrace_function(&entries)) {
		entries_on = 0;
		return;
	}
	for (; n--; list++)
		(*list)->attached = (*list)->ip;
}

void sl_entry_probes_detach(void)
{
	if (entries_on)
		unregister_ftrace_function(&entries);
	entries_on = 0;
	ftrace_free_filter(&entries);
	memset(places, 0, sizeof(places));
}

static int entry_on(struct sl_probe *p)
{
	int err;

	if (p->heard)
		return 0;
	err = ftrace_set_filter_ip(&entries, p->ip, 0, 0);
	if (!err && !entries_on)
		err = register_ftrace_function(&entries);
	if (err)
		return err;
	p->heard = true;
	entries_on++;
	return 0;
}

static int entry_off(struct sl_probe *p)
{
	int err;

	/* Switching it on may have failed. */
	if (!p->heard)
		return 0;
	err = entries_on == 1 ? unregister_ftrace_function(&entries) : 0;
	if (err)
		return err;
	p->heard = false;
	entries_on--;
	return ftrace_set_filter_ip(&entries, p->ip, 1, 0);
}

int sl_entry_probe_switch(struct sl_probe *p, bool on)
{
	return on ? entry_on(p) : entry_off(p);
}

#else /* CONFIG_DYNAMIC_FTRACE_WITH_REGS */
void sl_entry_probes_attach(struct sl_probe **list, unsigned int n)
{
}

void sl_entry_probes_detach(void)
{
}

int sl_entry_probe_switch(struct sl_probe *p, bool on)
{
	return -EOPNOTSUPP;
}

#endif /* CONFIG_DYNAMIC_FTRACE_WITH_REGS */
