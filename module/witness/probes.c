// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "probes.h"
#include "softirqs.h"

#include <linux/cpumask.h>
#include <linux/irqflags.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../params.h"

#define NAME_LEN	64
#define PROBES_MAX	32

/* Every probe of the tables, in the order of `stats`. */
static struct sl_probe *probes[PROBES_MAX];
static unsigned int count;

/*
 * An int3, where a kernel or a function has no ftrace site, is handled with
 * interrupts off: then no lock of ours may be taken.
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

static int on_entry(struct kprobe *kp, struct pt_regs *regs)
{
	struct sl_probe *p = container_of(kp, struct sl_probe, entry);
	u32 pending;

	if (!may_handle(p))
		return 0;
	this_cpu_inc(*p->hits);
	pending = handler_begin();
	p->enter(regs);
	handler_end(pending);
	return 0;
}

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
	return 0;
}

static int attach(struct sl_probe *p)
{
	if (!p->arm) {
		p->entry.symbol_name = p->symbol;
		p->entry.pre_handler = on_entry;
		return register_kprobe(&p->entry);
	}
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
	for (i = 0; i < count; i++)
		if (!left_out(probes[i]->symbol))
			probes[i]->attached = !attach(probes[i]);
	say_missing();
	return 0;
}

/* All of a kind in one go: each round waits for every handler that runs. */
void sl_probes_uninit(void)
{
	struct kretprobe *rets[PROBES_MAX];
	struct kprobe *entries[PROBES_MAX];
	int n_entries = 0, n_rets = 0;
	unsigned int i;

	for (i = 0; i < count; i++) {
		if (!probes[i]->attached)
			continue;
		if (probes[i]->arm)
			rets[n_rets++] = &probes[i]->ret;
		else
			entries[n_entries++] = &probes[i]->entry;
	}
	unregister_kprobes(entries, n_entries);
	unregister_kretprobes(rets, n_rets);
	sl_softirqs_uninit();
	free_counters();
}

static int switch_one(struct sl_probe *p, bool on)
{
	if (p->arm)
		return on ? enable_kretprobe(&p->ret) :
			    disable_kretprobe(&p->ret);
	return on ? enable_kprobe(&p->entry) : disable_kprobe(&p->entry);
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
		return missed + p->ret.kp.nmissed + p->ret.nmissed;
	return missed + p->entry.nmissed;
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
