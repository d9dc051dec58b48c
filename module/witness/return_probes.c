// SPDX-License-Identifier: GPL-2.0
/* The probes of functions' returns. */
#include "probe_kinds.h"

#include <linux/cpumask.h>
#include <linux/rcupdate.h>

#include "softirqs.h"

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
	if (!sl_probe_may_handle(p))
		return 1;
	this_cpu_inc(*p->hits);
	if (p->find)
		p->find(regs, ri->data);
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
	int result = regs_return_value(regs);
	struct sl_probe *p;
	u32 pending;

	if (!ret)
		return 0;
	p = container_of(ret, struct sl_probe, ret);
	atomic_dec(&p->pending);
	if (!sl_probe_may_handle(p))
		return 0;
	if (p->find_again)
		p->find_again(ri->data, result);
	pending = handler_begin();
	p->leave(ri->data, result);
	handler_end(pending);
	if (p->let_go)
		p->let_go(ri->data);
	return 0;
}

int sl_return_probe_attach(struct sl_probe *p)
{
	p->ret.kp.symbol_name = p->symbol;
	p->ret.entry_handler = on_call;
	p->ret.handler = on_return;
	p->ret.data_size = p->pending_size;
	/* Those that are being declined hold one for a moment: one a CPU. */
	p->ret.maxactive = p->max_pending + num_possible_cpus();
	return register_kretprobe(&p->ret);
}

void sl_return_probes_detach(struct sl_probe **list, unsigned int n)
{
	struct kretprobe *rets[SL_PROBES_MAX];
	int n_rets = 0;

	for (; n--; list++)
		if ((*list)->attached)
			rets[n_rets++] = &(*list)->ret;
	unregister_kretprobes(rets, n_rets);
}

int sl_return_probe_switch(struct sl_probe *p, bool on)
{
	return on ? enable_kretprobe(&p->ret) : disable_kretprobe(&p->ret);
}
