/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Probes: kernel functions that a witness listens at, where no tracepoint
 * tells the same. One table a witness; probes.c attaches them all, counts
 * what they hear and miss, and says which ones this kernel does not have.
 */
#ifndef _SOCKLEDGER_PROBES_H
#define _SOCKLEDGER_PROBES_H

#include <linux/atomic.h>
#include <linux/kprobes.h>
#include <linux/percpu.h>

struct sl_ledger;

/*
 * Handlers run in an RCU read-side section, with preemption and bottom halves
 * off, and never with interrupts off.
 */
struct sl_probe {
	const char *symbol;
	const char *tells;	/* what goes untold without it */

	/* At the function's entry, unless @arm is set. */
	void (*enter)(struct pt_regs *regs);

	/*
	 * At the entry and the return. @arm takes down what @leave needs and
	 * declines with false what is of no interest. With @watched false too
	 * many calls are under way: it may tell of this one, but the return
	 * will not be heard, and what it returns does not matter.
	 */
	bool (*arm)(struct pt_regs *regs, void *pending, bool watched);
	void (*leave)(void *pending, int result);
	/*
	 * Before each and after either, with bottom halves as they were: take a
	 * reference to a file, and let go of what may be the last one, as
	 * looking for it may, too. A task releases it on its way back to its
	 * program, so that there is nothing left to release when that goes on;
	 * with them off, a kernel thread would, some time later.
	 */
	void (*find)(struct pt_regs *regs, void *pending);
	void (*find_again)(void *pending, int result);
	void (*let_go)(void *pending);
	size_t pending_size;
	unsigned int max_pending;

	/* probes.c, entry_probes.c and return_probes.c only */
	struct kprobe entry;	/* finds the address, see find_entries() */
	unsigned long ip;	/* of an entry: ftrace's */
	bool heard;		/* ... which ftrace tells us of */
	struct kretprobe ret;
	u64 __percpu *hits;
	atomic_t pending;
	atomic_t unwatched;
	atomic_t refused;	/* hit where it may not be handled */
	bool attached;
};

/* The tables. */
extern struct sl_probe sl_call_probes[];
extern const unsigned int sl_call_probes_count;
extern struct sl_probe sl_datagram_probes[];
extern const unsigned int sl_datagram_probes_count;
extern struct sl_probe sl_icmp_probes[];
extern const unsigned int sl_icmp_probes_count;
extern struct sl_probe sl_queue_probes[];
extern const unsigned int sl_queue_probes_count;
extern struct sl_probe sl_timewait_probes[];
extern const unsigned int sl_timewait_probes_count;

/**
 * sl_probes_init() - attach every probe that this kernel has a place for
 *
 * One message names those it has none for; all else works without them.
 *
 * Context: process; the ledgers exist.
 * Return: 0; -EINVAL when the parameter `without` names no probe of ours;
 * -ENOMEM.
 */
int sl_probes_init(void);

/** sl_probes_uninit() - detach; no handler runs any more on return */
void sl_probes_uninit(void);

/**
 * sl_probes_switch() - let a table's probes rest, or hear again
 * @table: of those that are attached
 * @n: how many it has
 * @on: are they to hear?
 *
 * Context: process, may sleep; one at a time for a table.
 */
void sl_probes_switch(struct sl_probe *table, unsigned int n, bool on);

/**
 * sl_probes_walk() - hand out each probe's figures, in a fixed order
 * @emit: called with each; what it returns ends the walk unless it is 0
 * @arg: for @emit
 * @figures: not only whether it is attached; they are of the whole machine
 *
 * Return: what @emit returned last.
 */
int sl_probes_walk(int (*emit)(void *arg, const char *name, u64 value),
		   void *arg, bool figures);

#endif /* _SOCKLEDGER_PROBES_H */
