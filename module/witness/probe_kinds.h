/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a probe hears of its function, for probes.c: of its entry by ftrace
 * (entry_probes.c), of its return by a kretprobe (return_probes.c).
 */
#ifndef _SOCKLEDGER_PROBE_KINDS_H
#define _SOCKLEDGER_PROBE_KINDS_H

#include <linux/irqflags.h>

#include "probes.h"

#define SL_PROBES_MAX	32

/**
 * sl_probe_may_handle() - may the handler of a probe run here?
 * @p: the probe; that it may not is counted
 *
 * A function may be called with interrupts off, and an int3, where a kernel or
 * a function has no ftrace site, is handled so: then no lock of ours may be
 * taken.
 */
static inline bool sl_probe_may_handle(struct sl_probe *p)
{
	if (!irqs_disabled())
		return true;
	atomic_inc(&p->refused);
	return false;
}

/**
 * sl_entry_probes_attach() - all that hear of entries, in one go
 * @list: some
 * @n: how many
 *
 * Sets which are attached. Context: process, may sleep.
 */
void sl_entry_probes_attach(struct sl_probe **list, unsigned int n);

/** sl_entry_probes_detach() - no handler of theirs runs any more on return */
void sl_entry_probes_detach(void);

/** sl_entry_probe_switch() - see sl_probes_switch(). Return: 0 or an error. */
int sl_entry_probe_switch(struct sl_probe *p, bool on);

/** sl_return_probe_attach() - Context: process. Return: 0 or an error. */
int sl_return_probe_attach(struct sl_probe *p);

/**
 * sl_return_probes_detach() - of those that are attached no handler runs any
 * more on return
 * @list: some
 * @n: how many, at most SL_PROBES_MAX
 */
void sl_return_probes_detach(struct sl_probe **list, unsigned int n);

/** sl_return_probe_switch() - see sl_probes_switch(). Return: 0 or an error. */
int sl_return_probe_switch(struct sl_probe *p, bool on);

#endif /* _SOCKLEDGER_PROBE_KINDS_H */
