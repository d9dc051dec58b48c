// SPDX-License-Identifier: GPL-2.0
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "probes.h"

#include <linux/slab.h>
#include <linux/string.h>

#include "../params.h"
#include "probe_kinds.h"
#include "softirqs.h"

#define NAME_LEN	64

/* Every probe of the tables, in the order of `stats`. */
static struct sl_probe *probes[SL_PROBES_MAX];
static unsigned int count;

static void collect(struct sl_probe *table, unsigned int n)
{
	while (n-- && !WARN_ON_ONCE(count == SL_PROBES_MAX))
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

/* Those of the entries, or of the returns, that are wanted. Returns how many. */
static unsigned int of_kind(bool returns, struct sl_probe **list)
{
	unsigned int n = 0, i;

	for (i = 0; i < count; i++)
		if (!!probes[i]->arm == returns && !left_out(probes[i]->symbol))
			list[n++] = probes[i];
	return n;
}

static void attach_all(void)
{
	struct sl_probe *list[SL_PROBES_MAX];
	unsigned int n, i;

	sl_entry_probes_attach(list, of_kind(false, list));
	n = of_kind(true, list);
	for (i = 0; i < n; i++)
		list[i]->attached = !sl_return_probe_attach(list[i]);
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
	struct sl_probe *list[SL_PROBES_MAX];

	sl_entry_probes_detach();
	sl_return_probes_detach(list, of_kind(true, list));
	sl_softirqs_uninit();
	free_counters();
}

static int switch_one(struct sl_probe *p, bool on)
{
	return p->arm ? sl_return_probe_switch(p, on) :
			sl_entry_probe_switch(p, on);
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

static int emit_figures(const struct sl_probe *p,
			int (*emit)(void *arg, const char *name, u64 value),
			void *arg)
{
	int err = emit_one(p, "hits", hits_of(p), emit, arg) ?:
		  emit_one(p, "missed", missed_of(p), emit, arg);

	if (!err && p->arm)
		err = emit_one(p, "unwatched", atomic_read(&p->unwatched), emit,
			       arg);
	return err;
}

int sl_probes_walk(int (*emit)(void *arg, const char *name, u64 value),
		   void *arg, bool figures)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < count && !err; i++) {
		const struct sl_probe *p = probes[i];

		err = emit_one(p, "attached", p->attached, emit, arg);
		if (!err && figures)
			err = emit_figures(p, emit, arg);
	}
	return err;
}
