/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ledger of one network namespace: entries, their indexes and bounds.
 * Witnesses tell it what they see through observe.h; publication reads copies
 * of entries by id. What a thing seen does to an entry is in sockets.c,
 * closing.c, timewait.c, segments.c, forwarded.c, calls.c and connecting.c, by
 * means of change.h.
 *
 * Locks, outermost first: sl_entry.lock, then the pool lock (pool.h) or a
 * bucket lock of the hash tables. An entry's lock is not taken while another's
 * is held, but for displace() in change.c. All are taken with bottom halves
 * off, so none of the ledger's functions may be called with interrupts off.
 */
#ifndef _SOCKLEDGER_LEDGER_H
#define _SOCKLEDGER_LEDGER_H

#include <linux/workqueue.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "index.h"
#include "journal.h"
#include "pool.h"
#include "ring.h"
#include "stats.h"

struct sl_ledger {
	struct net *net;
	bool leaving;			/* set in .pre_exit, for good */
	struct sl_pools pools;
	struct sl_index index;
	struct sl_stats stats;
	struct sl_journal journal;
	struct sl_ring failed;		/* of struct sl_failed_call */
	/*
	 * Entries for which the next plain ACK or data segment matters. While
	 * it is 0, segments without a socket pass without a look-up.
	 */
	atomic_t awaited;
	atomic_t unread;	/* its part of sl_unread */
	bool count_datagrams;	/* may change at any time, see config.c */
	u32 counting_period;	/* how often that was switched on */
	struct delayed_work sweep;
};

/*
 * Entries, of all namespaces, of connections whose program has read nothing
 * yet. While it is 0, whatever is read passes without a look-up.
 */
extern atomic_t sl_unread;

/** sl_ledgers_init() - every namespace gets a ledger. Context: process. */
int sl_ledgers_init(void);

/**
 * sl_ledgers_uninit() - every ledger is freed
 *
 * All witnesses and publishers are gone, and none is still running.
 */
void sl_ledgers_uninit(void);

/* Where namespaces have their ledgers. */
extern unsigned int sl_net_id;

/**
 * sl_ledger_of_live() - a namespace's ledger
 * @net: a namespace that the caller keeps alive
 */
static inline struct sl_ledger *sl_ledger_of_live(const struct net *net)
{
	return net_generic(net, sl_net_id);
}

/**
 * sl_ledger_of() - a namespace's ledger
 * @net: any namespace; the caller is in an RCU read-side section
 *
 * Return: the ledger, good until the end of that section; NULL when the
 * namespace is on its way out, or has none yet, nor even a place for it, as
 * one that was begun before we came. (Between .pre_exit and .exit
 * the kernel waits for a grace period, also where setup_net() fails half-way:
 * then what came before us closes its sockets after our .exit, and the
 * namespace's count never reached 0.)
 */
static inline struct sl_ledger *sl_ledger_of(const struct net *net)
{
	const struct net_generic *ng = rcu_dereference(net->gen);
	struct sl_ledger *l = NULL;

	if (likely(sl_net_id < ng->s.len))
		l = ng->ptr[sl_net_id];
	return l && !READ_ONCE(l->leaving) ? l : NULL;
}

#endif /* _SOCKLEDGER_LEDGER_H */
