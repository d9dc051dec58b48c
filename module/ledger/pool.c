// SPDX-License-Identifier: GPL-2.0
#include "pool.h"

/* Dropped in one go, with the lock held. */
#define TRIM_AT_ONCE	64

/* With the lock or, by sl_pools_full(), without. */
static unsigned int pool_limit(const struct sl_pools *pools, enum sl_pool pool)
{
	switch (pool) {
	case SL_POOL_LIVE:
		return READ_ONCE(pools->limits.live);
	case SL_POOL_HISTORY:
		return READ_ONCE(pools->limits.history);
	default:
		return READ_ONCE(pools->limits.half_open);
	}
}

/* Past handshakes count against the same limit as pending ones. */
static unsigned int pool_used(const struct sl_pools *pools, enum sl_pool pool)
{
	unsigned int used = pools->pool[pool].count;

	if (pool == SL_POOL_HALF_OPEN)
		used += pools->pool[SL_POOL_HALF_PAST].count;
	else if (pool == SL_POOL_HALF_PAST)
		used += pools->pool[SL_POOL_HALF_OPEN].count;
	return used;
}

void sl_pools_init(struct sl_pools *pools, const struct sl_limits *limits)
{
	unsigned int i;

	xa_init_flags(&pools->by_id, XA_FLAGS_LOCK_BH);
	pools->limits = *limits;
	for (i = 0; i < SL_POOLS; i++)
		INIT_LIST_HEAD(&pools->pool[i].list);
	sl_wheel_init(&pools->wheel);
}

struct sl_limits sl_pools_limits(const struct sl_pools *pools)
{
	/* Each stands for itself. */
	return (struct sl_limits) {
		.live = READ_ONCE(pools->limits.live),
		.history = READ_ONCE(pools->limits.history),
		.half_open = READ_ONCE(pools->limits.half_open),
	};
}

void sl_pools_set_limits(struct sl_pools *pools,
			 const struct sl_limits *limits)
{
	xa_lock_bh(&pools->by_id);
	WRITE_ONCE(pools->limits.live, limits->live);
	WRITE_ONCE(pools->limits.history, limits->history);
	WRITE_ONCE(pools->limits.half_open, limits->half_open);
	xa_unlock_bh(&pools->by_id);
}

static bool is_past(enum sl_pool pool)
{
	return pool == SL_POOL_HISTORY || pool == SL_POOL_HALF_PAST;
}

static void pool_put(struct sl_pools *pools, struct sl_entry *e,
		     enum sl_pool pool)
{
	lockdep_assert_held(&pools->by_id.xa_lock);
	e->pool = pool;
	if (is_past(pool))
		list_add_tail(&e->in_pool, &pools->pool[pool].list);
	/* Read without the lock by sl_pools_count(). */
	WRITE_ONCE(pools->pool[pool].count, pools->pool[pool].count + 1);
}

static void pool_take(struct sl_pools *pools, struct sl_entry *e)
{
	lockdep_assert_held(&pools->by_id.xa_lock);
	if (is_past(e->pool))
		list_del_init(&e->in_pool);
	else
		sl_wheel_take(&pools->wheel, &e->in_pool);
	WRITE_ONCE(pools->pool[e->pool].count, pools->pool[e->pool].count - 1);
}

static void pool_drop(struct sl_pools *pools, struct sl_entry *e)
{
	pool_take(pools, e);
	/* The sweep may hold it still. */
	e->pool = SL_POOLS;
	__xa_erase(&pools->by_id, e->rec.id);
	sl_entry_free(e);
}

/*
 * Push out the oldest end to make room in @pool. Ended entries are in no
 * index but the one by id, so nothing but the pool lock is needed.
 */
static bool pool_evict(struct sl_pools *pools, enum sl_pool pool)
{
	struct sl_entry *oldest;

	if (pool == SL_POOL_LIVE)
		return false;
	if (pool == SL_POOL_HALF_OPEN)
		pool = SL_POOL_HALF_PAST;
	oldest = list_first_entry_or_null(&pools->pool[pool].list,
					  struct sl_entry, in_pool);
	if (!oldest)
		return false;
	pool_drop(pools, oldest);
	return true;
}

/* Push out what is more than @to, as far as it has ended, but @most at most. */
static unsigned int evict_down(struct sl_pools *pools, enum sl_pool pool,
			       unsigned int to, unsigned int most)
{
	unsigned int evicted = 0;

	while (evicted < most && pool_used(pools, pool) > to &&
	       pool_evict(pools, pool))
		evicted++;
	return evicted;
}

/*
 * Is there room for one that comes, or that moves there from where it does not
 * count? One end more than it needs is pushed out of what is above a limit that
 * was lowered, so that it gets there.
 */
static bool make_room(struct sl_pools *pools, enum sl_pool pool,
		      unsigned int comes, unsigned int *evicted)
{
	unsigned int to = pool_limit(pools, pool) - comes;

	*evicted = evict_down(pools, pool, to, comes + 1);
	return *evicted || pool_used(pools, pool) <= to;
}

unsigned int sl_pools_trim(struct sl_pools *pools, enum sl_pool pool, bool all)
{
	unsigned int dropped;

	xa_lock_bh(&pools->by_id);
	dropped = evict_down(pools, pool, all ? 0 : pool_limit(pools, pool),
			     TRIM_AT_ONCE);
	xa_unlock_bh(&pools->by_id);
	return dropped;
}

int sl_pools_add(struct sl_pools *pools, struct sl_entry *e, enum sl_pool pool,
		 unsigned int *evicted)
{
	int err;

	/* Bottom halves are off with it, here and when it moves. */
	lockdep_assert_held(&e->lock);
	xa_lock(&pools->by_id);
	if (!make_room(pools, pool, 1, evicted)) {
		err = -ENOSPC;
		goto unlock;
	}
	e->rec.id = pools->last_id + 1;
	err = __xa_insert(&pools->by_id, e->rec.id, e,
			  GFP_ATOMIC | __GFP_NOWARN);
	if (err)
		goto unlock;
	/* Read without the lock by sl_pools_last_id(). */
	WRITE_ONCE(pools->last_id, e->rec.id);
	pool_put(pools, e, pool);
	if (pool == SL_POOL_HALF_OPEN)
		sl_wheel_put(&pools->wheel, &e->in_pool, e->rec.start);
unlock:
	xa_unlock(&pools->by_id);
	return err;
}

bool sl_pools_move(struct sl_pools *pools, struct sl_entry *e,
		   enum sl_pool pool, unsigned int *evicted)
{
	/* A past one counted there while it was pending. */
	bool comes = pool != SL_POOL_HALF_PAST;
	bool moves;

	lockdep_assert_held(&e->lock);
	xa_lock(&pools->by_id);
	moves = make_room(pools, pool, comes, evicted) || !comes;
	if (moves) {
		pool_take(pools, e);
		pool_put(pools, e, pool);
	}
	xa_unlock(&pools->by_id);
	return moves;
}

void sl_pools_watch(struct sl_pools *pools, struct sl_entry *e, u64 due)
{
	xa_lock_bh(&pools->by_id);
	if (e->pool == SL_POOL_LIVE || e->pool == SL_POOL_HALF_OPEN) {
		sl_wheel_take(&pools->wheel, &e->in_pool);
		sl_wheel_put(&pools->wheel, &e->in_pool, due);
	}
	xa_unlock_bh(&pools->by_id);
}

struct sl_entry *sl_pools_due(struct sl_pools *pools, u64 now)
{
	struct list_head *due;

	xa_lock_bh(&pools->by_id);
	due = sl_wheel_turn(&pools->wheel, now);
	xa_unlock_bh(&pools->by_id);
	return due ? list_entry(due, struct sl_entry, in_pool) : NULL;
}

unsigned int sl_pools_watched(struct sl_pools *pools)
{
	unsigned int count;

	xa_lock_bh(&pools->by_id);
	count = pools->wheel.count;
	xa_unlock_bh(&pools->by_id);
	return count;
}

void sl_pools_remove(struct sl_pools *pools, struct sl_entry *e)
{
	xa_lock_bh(&pools->by_id);
	pool_drop(pools, e);
	xa_unlock_bh(&pools->by_id);
}

bool sl_pools_forget(struct sl_pools *pools, u64 id)
{
	struct sl_entry *e;
	bool ended;

	xa_lock_bh(&pools->by_id);
	e = xa_load(&pools->by_id, id);
	ended = e && (e->pool == SL_POOL_HISTORY ||
		      e->pool == SL_POOL_HALF_PAST);
	/* As in pool_evict(), no other index has it. */
	if (ended)
		pool_drop(pools, e);
	xa_unlock_bh(&pools->by_id);
	return ended;
}

void sl_pools_uninit(struct sl_pools *pools)
{
	struct sl_entry *e;
	unsigned long id;

	xa_for_each(&pools->by_id, id, e)
		sl_entry_free(e);
	xa_destroy(&pools->by_id);
}

u64 sl_pools_last_id(const struct sl_pools *pools)
{
	return READ_ONCE(pools->last_id);
}

struct sl_entry *sl_pools_next(struct sl_pools *pools, u64 *id, u64 last)
{
	unsigned long index = *id;
	struct sl_entry *e = xa_find(&pools->by_id, &index, last, XA_PRESENT);

	*id = index;
	return e;
}

struct sl_entry *sl_pools_find(struct sl_pools *pools, u64 id)
{
	return xa_load(&pools->by_id, id);
}

unsigned int sl_pools_count(const struct sl_pools *pools, enum sl_pool pool)
{
	return READ_ONCE(pools->pool[pool].count);
}

bool sl_pools_full(const struct sl_pools *pools, enum sl_pool pool)
{
	return sl_pools_count(pools, pool) >= pool_limit(pools, pool);
}
