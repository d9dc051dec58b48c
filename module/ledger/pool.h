/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The bounds: which pool counts an entry, and which entry goes when a pool
 * is full. A new end in history pushes out the oldest one there, a new handshake
 * without a socket the oldest past one, with which it shares a limit; a live
 * socket or a pending handshake is never pushed out. Of either kind one more
 * goes where a limit was lowered. A flood of SYNs costs nobody else an entry.
 *
 * The index by id lives here too: what a pool counts is what has an id.
 * One lock, the XArray's, protects ids, lists, counts, the wheel and
 * sl_entry.pool. It is taken inside an entry's lock, never around one.
 */
#ifndef _SOCKLEDGER_POOL_H
#define _SOCKLEDGER_POOL_H

#include <linux/xarray.h>

#include "entry.h"
#include "wheel.h"

struct sl_limits {
	unsigned int live;
	unsigned int history;
	unsigned int half_open;
};

struct sl_pools {
	struct xarray by_id;
	struct sl_limits limits;
	u64 last_id;
	struct {
		struct list_head list;	/* of a past one: oldest first */
		unsigned int count;
	} pool[SL_POOLS];
	struct sl_wheel wheel;		/* of the others: for the sweep */
};

/** sl_pools_init() - empty, with these limits */
void sl_pools_init(struct sl_pools *pools, const struct sl_limits *limits);

/** sl_pools_limits() - what the limits are */
struct sl_limits sl_pools_limits(const struct sl_pools *pools);

/** sl_pools_set_limits() - change them; see sl_pools_trim() */
void sl_pools_set_limits(struct sl_pools *pools,
			 const struct sl_limits *limits);

/**
 * sl_pools_trim() - push out the oldest ends that are too many
 * @pools: of the ledger
 * @pool: SL_POOL_HISTORY or SL_POOL_HALF_PAST
 * @all: or, not only those beyond the limit
 *
 * Return: how many, at most some dozens at a time; 0 when it is done.
 */
unsigned int sl_pools_trim(struct sl_pools *pools, enum sl_pool pool, bool all);

/**
 * sl_pools_uninit() - free every entry
 * @pools: no witness and no reader can reach it any more
 */
void sl_pools_uninit(struct sl_pools *pools);

/**
 * sl_pools_add() - give a new entry its id and its place
 * @pools: of the ledger
 * @e: new, locked; visible to readers of ids from now on
 * @pool: SL_POOL_LIVE or SL_POOL_HALF_OPEN
 * @evicted: set to the number of entries pushed out, at most 2
 *
 * Return: 0, -ENOSPC when the pool is full, -ENOMEM; on error @e stays the
 * caller's.
 */
int sl_pools_add(struct sl_pools *pools, struct sl_entry *e, enum sl_pool pool,
		 unsigned int *evicted);

/**
 * sl_pools_move() - count an entry in another pool
 * @pools: of the ledger
 * @e: in a pool; locked
 * @pool: where to
 * @evicted: set to the number of entries pushed out, at most 2
 *
 * The sweep does not look at it any more, see sl_pools_watch().
 *
 * Return: false when @pool is full and pushes nothing out; nothing changed.
 */
bool sl_pools_move(struct sl_pools *pools, struct sl_entry *e,
		   enum sl_pool pool, unsigned int *evicted);

/**
 * sl_pools_watch() - have the sweep look at an entry once
 * @pools: of the ledger
 * @e: in a pool, or in none any more; when it has ended, this does nothing
 * @due: CLOCK_MONOTONIC ns; a time set before does not count any more
 *
 * See sl_watch(). A new half-open entry is looked at by the next sweep.
 */
void sl_pools_watch(struct sl_pools *pools, struct sl_entry *e, u64 due);

/**
 * sl_pools_due() - an entry that the sweep is to look at
 * @pools: of the ledger; the caller holds rcu_read_lock()
 * @now: CLOCK_MONOTONIC ns
 *
 * Return: NULL when there is none left.
 */
struct sl_entry *sl_pools_due(struct sl_pools *pools, u64 now);

/** sl_pools_watched() - how many entries the sweep is to look at some time */
unsigned int sl_pools_watched(struct sl_pools *pools);

/**
 * sl_pools_remove() - take an entry out of everything and free it
 * @pools: of the ledger
 * @e: in a pool, and in no other index
 */
void sl_pools_remove(struct sl_pools *pools, struct sl_entry *e);

/**
 * sl_pools_forget() - drop the entry with an id, if it has ended
 *
 * Return: whether there was such an entry.
 */
bool sl_pools_forget(struct sl_pools *pools, u64 id);

/**
 * sl_pools_last_id() - the highest id given so far, 0 when none is
 *
 * Who walks the entries takes it first and stops there: a walk that went on
 * with what is added meanwhile would have no end under load.
 */
u64 sl_pools_last_id(const struct sl_pools *pools);

/**
 * sl_pools_next() - the entry with the lowest id from @id to @last
 * @pools: of the ledger; the caller holds rcu_read_lock()
 * @id: where to start; set to the id found, when one is
 * @last: where to stop
 */
struct sl_entry *sl_pools_next(struct sl_pools *pools, u64 *id, u64 last);

/** sl_pools_find() - the entry with an id; the caller holds rcu_read_lock() */
struct sl_entry *sl_pools_find(struct sl_pools *pools, u64 id);

unsigned int sl_pools_count(const struct sl_pools *pools, enum sl_pool pool);

/**
 * sl_pools_full() - is there nothing but what has not ended in a pool?
 * @pools: of the ledger
 * @pool: SL_POOL_LIVE or SL_POOL_HALF_OPEN
 *
 * Then nothing makes room for another, as of a moment ago: no lock is taken.
 */
bool sl_pools_full(const struct sl_pools *pools, enum sl_pool pool);

#endif /* _SOCKLEDGER_POOL_H */
