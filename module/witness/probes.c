// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "probes.h"
#include "softirqs.h"

#include <linux/bottom_half.h>
#include <linux/cpumask.h>
#include <linux/ftrace.h>
#include <linux/hash.h>
#include <linux/irqflags.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/trace_recursion.h>

#include "../params.h"

#define NAME_LEN	64
#define PROBES_MAX	32

/* Every probe of the tables, in the order of `stats`. */
static struct sl_probe *probes[PROBES_MAX];
static unsigned int count;

/*
 * A function may be called with interrupts off, and an int3, where a kernel or
 * a function has no ftrace site, is handled so: then no lock of ours may be
 * taken.
 */
static bool may_handle(struct sl_probe *p)
{
	if (!irqs_disabled())
		return true;
	atomic_inc(&p->refused);
	return false;
}

static u32 handler_begin(void)
	__acquires(RCU)
{
	u32 pending = sl_softirqs_off();

	rcu_read_lock();
	return pending;
}

static void handler_end(u32 pending)
	__releases(RCU)
{
	rcu_read_unlock();
	sl_softirqs_on(pending);
}

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
	static_assert(ARRAY_SIZE(places) > PROBES_MAX);
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

	if (!p || !may_handle(p))
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
 * ftrace site, that is all it would be good for, see may_handle().
 */
static void find_entries(struct sl_probe **list, unsigned int n)
{
	struct kprobe *found[PROBES_MAX];
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

static void attach_entries(struct sl_probe **list, unsigned int n)
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

static void detach_entries(void)
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
#else /* CONFIG_DYNAMIC_FTRACE_WITH_REGS */
static void attach_entries(struct sl_probe **list, unsigned int n)
{
}

static void detach_entries(void)
{
}

static int entry_on(struct sl_probe *p)
{
	return -EOPNOTSUPP;
}

static int entry_off(struct sl_probe *p)
{
	return -EOPNOTSUPP;
}
#endif /* CONFIG_DYNAMIC_FTRACE_WITH_REGS */

/*
 * Calls may stay inside for as long as they like, and each of those holds one
 * of the kernel's return instances. Beyond max_pending we let go of the
 * instance at once, so that one is always left and none is missed.
 */
static bool take_place(struct sl_probe *p)
{
	return atomic_add_unless(&p->pending, 1, p->max_pending);
}

static int on_call(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct kretprobe *ret = get_kretprobe(ri);
	bool watched, armed;
	struct sl_probe *p;
	u32 pending;

	if (!ret)
		return 1;
	p = container_of(ret, struct sl_probe, ret);
	if (!may_handle(p))
		return 1;
	this_cpu_inc(*p->hits);
	pending = handler_begin();
	watched = take_place(p);
	armed = p->arm(regs, ri->data, watched);
	if (armed && !watched)
		atomic_inc(&p->unwatched);
	else if (watched && !armed)
		atomic_dec(&p->pending);
	handler_end(pending);
	if (p->let_go)
		p->let_go(ri->data);
	return armed && watched ? 0 : 1;
}

static int on_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct kretprobe *ret = get_kretprobe(ri);
	struct sl_probe *p;
	u32 pending;

	if (!ret)
		return 0;
	p = container_of(ret, struct sl_probe, ret);
	atomic_dec(&p->pending);
	if (!may_handle(p))
		return 0;
	pending = handler_begin();
	p->leave(ri->data, regs_return_value(regs));
	handler_end(pending);
	if (p->let_go)
		p->let_go(ri->data);
	return 0;
}

static int attach_return(struct sl_probe *p)
{
	p->ret.kp.symbol_name = p->symbol;
	p->ret.entry_handler = on_call;
	p->ret.handler = on_return;
	p->ret.data_size = p->pending_size;
	/* Those that are being declined hold one for a moment: one a CPU. */
	p->ret.maxactive = p->max_pending + num_possible_cpus();
	return register_kretprobe(&p->ret);
}

static void collect(struct sl_probe *table, unsigned int n)
{
	while (n-- && !WARN_ON_ONCE(count == PROBES_MAX))
		probes[count++] = table++;
}

/* Is @symbol in the comma-separated list of the parameter? */
static bool left_out(const char *symbol)
{
	const char *at = sl_params.without;
	size_t len = strlen(symbol);

	while (at && *at) {
		if (strcspn(at, ",") == len && !strncmp(at, symbol, len))
			return true;
		at += strcspn(at, ",");
		at += *at == ',';
	}
	return false;
}

static bool is_ours(const char *name, size_t len)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (strlen(probes[i]->symbol) == len &&
		    !strncmp(probes[i]->symbol, name, len))
			return true;
	return false;
}

static int check_without(void)
{
	const char *at = sl_params.without;
	size_t len;

	while (at && *at) {
		len = strcspn(at, ",");
		if (!is_ours(at, len)) {
			pr_err("without=%s: %.*s is no function that is probed; see stats for those\n",
			       sl_params.without, (int)len, at);
			return -EINVAL;
		}
		at += len;
		at += *at == ',';
	}
	return 0;
}

static void say_missing(void)
{
	char missing[512] = "";
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (probes[i]->attached)
			continue;
		strlcat(missing, missing[0] ? ", " : "", sizeof(missing));
		strlcat(missing, probes[i]->symbol, sizeof(missing));
		strlcat(missing, ": ", sizeof(missing));
		strlcat(missing, probes[i]->tells, sizeof(missing));
	}
	if (missing[0])
		pr_warn("functions without a probe, and what goes untold: %s\n",
			missing);
}

static void free_counters(void)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		free_percpu(probes[i]->hits);
	count = 0;
}

static void attach_all(void)
{
	struct sl_probe *entry[PROBES_MAX];
	unsigned int n = 0, i;

	for (i = 0; i < count; i++)
		if (!probes[i]->arm && !left_out(probes[i]->symbol))
			entry[n++] = probes[i];
	attach_entries(entry, n);
	for (i = 0; i < count; i++)
		if (probes[i]->arm && !left_out(probes[i]->symbol))
			probes[i]->attached = !attach_return(probes[i]);
}

int sl_probes_init(void)
{
	unsigned int i;
	int err;

	collect(sl_call_probes, sl_call_probes_count);
	collect(sl_datagram_probes, sl_datagram_probes_count);
	collect(sl_icmp_probes, sl_icmp_probes_count);
	collect(sl_queue_probes, sl_queue_probes_count);
	collect(sl_timewait_probes, sl_timewait_probes_count);
	err = check_without();
	if (err) {
		count = 0;
		return err;
	}
	for (i = 0; i < count; i++) {
		probes[i]->hits = alloc_percpu(u64);
		if (!probes[i]->hits) {
			free_counters();
			return -ENOMEM;
		}
	}
	sl_softirqs_init();
	attach_all();
	say_missing();
	return 0;
}

/* All of a kind in one go: each round waits for every handler that runs. */
void sl_probes_uninit(void)
{
	struct kretprobe *rets[PROBES_MAX];
	unsigned int i;
	int n_rets = 0;

	for (i = 0; i < count; i++)
		if (probes[i]->arm && probes[i]->attached)
			rets[n_rets++] = &probes[i]->ret;
	detach_entries();
	unregister_kretprobes(rets, n_rets);
	sl_softirqs_uninit();
	free_counters();
}

static int switch_one(struct sl_probe *p, bool on)
{
	if (p->arm)
		return on ? enable_kretprobe(&p->ret) :
			    disable_kretprobe(&p->ret);
	return on ? entry_on(p) : entry_off(p);
}

void sl_probes_switch(struct sl_probe *table, unsigned int n, bool on)
{
	int err;

	for (; n--; table++) {
		err = table->attached ? switch_one(table, on) : 0;
		if (err)
			pr_warn("the probe of %s cannot be switched %s: %d\n",
				table->symbol, on ? "on" : "off", err);
	}
}

static u64 hits_of(const struct sl_probe *p)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(p->hits, cpu));
	return sum;
}

static u64 missed_of(const struct sl_probe *p)
{
	u64 missed = atomic_read(&p->refused);

	if (!p->attached)
		return 0;
	if (p->arm)
		missed += p->ret.kp.nmissed + p->ret.nmissed;
	return missed;
}

static int emit_one(const struct sl_probe *p, const char *what, u64 value,
		    int (*emit)(void *arg, const char *name, u64 value),
		    void *arg)
{
	char name[NAME_LEN];

	snprintf(name, sizeof(name), "probe_%s_%s", p->symbol, what);
	return emit(arg, name, value);
}

int sl_probes_walk(int (*emit)(void *arg, const char *name, u64 value),
		   void *arg)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < count && !err; i++) {
		const struct sl_probe *p = probes[i];

		err = emit_one(p, "attached", p->attached, emit, arg) ?:
		      emit_one(p, "hits", hits_of(p), emit, arg) ?:
		      emit_one(p, "missed", missed_of(p), emit, arg);
		if (!err && p->arm)
			err = emit_one(p, "unwatched",
				       atomic_read(&p->unwatched), emit, arg);
	}
	return err;
}
