// SPDX-License-Identifier: GPL-2.0
/*
 * What the pools let in, what they push out for it, and that whoever found an
 * entry keeps it for as long as the RCU section lasts, dropped or not.
 */
#include <kunit/test.h>
#include <linux/rcupdate.h>

#include "ledger/pool.h"

#define LIVE		3
#define HISTORY		2
#define HALF_OPEN	2

static struct sl_pools pools;

static int pools_up(struct kunit *test)
{
	static const struct sl_limits limits = {
		.live = LIVE, .history = HISTORY, .half_open = HALF_OPEN,
	};
	int err = sl_entry_cache_init();

	if (err)
		return err;
	memset(&pools, 0, sizeof(pools));
	sl_pools_init(&pools, &limits);
	test->priv = &pools;
	return 0;
}

static void pools_down(struct kunit *test)
{
	/* Is there something to take down? */
	if (!test->priv)
		return;
	sl_pools_uninit(&pools);
	sl_entry_cache_uninit();
}

/* A new entry for @pool; NULL, and *@err says why, when it is not let in */
static struct sl_entry *add(struct kunit *test, enum sl_pool pool,
			    unsigned int *evicted, int *err)
{
	struct sl_entry *e = sl_entry_alloc(0);

	KUNIT_ASSERT_NOT_NULL(test, e);
	spin_lock_bh(&e->lock);
	*err = sl_pools_add(&pools, e, pool, evicted);
	spin_unlock_bh(&e->lock);
	if (!*err)
		return e;
	sl_entry_free(e);
	return NULL;
}

/* One that is let in, and pushes out as many as that */
static struct sl_entry *enter(struct kunit *test, enum sl_pool pool,
			      unsigned int pushed)
{
	unsigned int evicted;
	struct sl_entry *e;
	int err;

	e = add(test, pool, &evicted, &err);
	KUNIT_ASSERT_EQ(test, err, 0);
	KUNIT_EXPECT_EQ(test, evicted, pushed);
	return e;
}

static void refused(struct kunit *test, enum sl_pool pool)
{
	unsigned int evicted;
	int err;

	add(test, pool, &evicted, &err);
	KUNIT_EXPECT_EQ(test, err, -ENOSPC);
	KUNIT_EXPECT_EQ(test, evicted, 0);
}

static void move(struct kunit *test, struct sl_entry *e, enum sl_pool pool,
		 unsigned int pushed)
{
	unsigned int evicted;

	spin_lock_bh(&e->lock);
	KUNIT_EXPECT_TRUE(test, sl_pools_move(&pools, e, pool, &evicted));
	spin_unlock_bh(&e->lock);
	KUNIT_EXPECT_EQ(test, evicted, pushed);
}

static bool there(u64 id)
{
	bool found;

	rcu_read_lock();
	found = sl_pools_find(&pools, id);
	rcu_read_unlock();
	return found;
}

static void found_is_kept(struct kunit *test)
{
	struct sl_entry *e = enter(test, SL_POOL_LIVE, 0);
	u64 id = e->rec.id;

	move(test, e, SL_POOL_HISTORY, 0);
	rcu_read_lock();
	e = sl_pools_find(&pools, id);
	KUNIT_EXPECT_TRUE(test, sl_pools_forget(&pools, id));
	KUNIT_EXPECT_NULL(test, sl_pools_find(&pools, id));
	/* As a reader would who came too late */
	spin_lock_bh(&e->lock);
	KUNIT_EXPECT_EQ(test, e->rec.id, id);
	spin_unlock_bh(&e->lock);
	rcu_read_unlock();
}

static void oldest_end_goes(struct kunit *test)
{
	struct sl_entry *e[HISTORY + 1];
	unsigned int i;
	u64 first;

	for (i = 0; i <= HISTORY; i++)
		e[i] = enter(test, SL_POOL_LIVE, 0);
	first = e[0]->rec.id;
	/* Which ended first, not which began first */
	for (i = 1; i <= HISTORY; i++)
		move(test, e[i], SL_POOL_HISTORY, 0);
	move(test, e[0], SL_POOL_HISTORY, 1);
	KUNIT_EXPECT_TRUE(test, there(first));
	KUNIT_EXPECT_FALSE(test, there(first + 1));
	KUNIT_EXPECT_TRUE(test, there(first + 2));
	KUNIT_EXPECT_EQ(test, sl_pools_count(&pools, SL_POOL_HISTORY), HISTORY);
	KUNIT_EXPECT_EQ(test, sl_pools_count(&pools, SL_POOL_LIVE), 0);
}

static void live_stays(struct kunit *test)
{
	struct sl_entry *e = NULL;
	unsigned int i;

	for (i = 0; i < LIVE; i++)
		e = enter(test, SL_POOL_LIVE, 0);
	KUNIT_EXPECT_TRUE(test, sl_pools_full(&pools, SL_POOL_LIVE));
	refused(test, SL_POOL_LIVE);
	KUNIT_EXPECT_FALSE(test, sl_pools_forget(&pools, e->rec.id));
	KUNIT_EXPECT_TRUE(test, there(e->rec.id));
	move(test, e, SL_POOL_HISTORY, 0);
	KUNIT_EXPECT_FALSE(test, sl_pools_full(&pools, SL_POOL_LIVE));
	enter(test, SL_POOL_LIVE, 0);
}

static void half_open_share(struct kunit *test)
{
	struct sl_entry *e[HALF_OPEN];
	unsigned int i;

	for (i = 0; i < HALF_OPEN; i++)
		e[i] = enter(test, SL_POOL_HALF_OPEN, 0);
	KUNIT_EXPECT_TRUE(test, sl_pools_full(&pools, SL_POOL_HALF_OPEN));
	refused(test, SL_POOL_HALF_OPEN);
	/* The live ones have their own room. */
	enter(test, SL_POOL_LIVE, 0);
	move(test, e[1], SL_POOL_HALF_PAST, 0);
	KUNIT_EXPECT_FALSE(test, sl_pools_full(&pools, SL_POOL_HALF_OPEN));
	enter(test, SL_POOL_HALF_OPEN, 1);
	refused(test, SL_POOL_HALF_OPEN);
	KUNIT_EXPECT_EQ(test, sl_pools_count(&pools, SL_POOL_HALF_OPEN),
			HALF_OPEN);
	KUNIT_EXPECT_EQ(test, sl_pools_count(&pools, SL_POOL_HALF_PAST), 0);
}

static void smaller_limit(struct kunit *test)
{
	struct sl_limits limits = sl_pools_limits(&pools);
	struct sl_entry *e[HISTORY];
	unsigned int i;

	for (i = 0; i < HISTORY; i++) {
		e[i] = enter(test, SL_POOL_LIVE, 0);
		move(test, e[i], SL_POOL_HISTORY, 0);
	}
	limits.history = 1;
	sl_pools_set_limits(&pools, &limits);
	KUNIT_EXPECT_EQ(test, sl_pools_trim(&pools, SL_POOL_HISTORY, false),
			HISTORY - 1);
	KUNIT_EXPECT_EQ(test, sl_pools_trim(&pools, SL_POOL_HISTORY, false), 0);
	KUNIT_EXPECT_TRUE(test, there(pools.last_id));
	KUNIT_EXPECT_EQ(test, sl_pools_trim(&pools, SL_POOL_HISTORY, true), 1);
	KUNIT_EXPECT_FALSE(test, there(pools.last_id));
}

/* Of handshakes that are pending none is lost; each that ends makes room. */
static void fewer_half_open(struct kunit *test)
{
	struct sl_limits limits = sl_pools_limits(&pools);
	struct sl_entry *e[3 * HALF_OPEN];
	unsigned int i;

	limits.half_open = ARRAY_SIZE(e);
	sl_pools_set_limits(&pools, &limits);
	for (i = 0; i < ARRAY_SIZE(e); i++)
		e[i] = enter(test, SL_POOL_HALF_OPEN, 0);
	limits.half_open = HALF_OPEN;
	sl_pools_set_limits(&pools, &limits);
	KUNIT_EXPECT_EQ(test, sl_pools_trim(&pools, SL_POOL_HALF_PAST, false),
			0);
	refused(test, SL_POOL_HALF_OPEN);
	move(test, e[0], SL_POOL_HALF_PAST, 0);
	for (i = 1; i < ARRAY_SIZE(e); i++)
		move(test, e[i], SL_POOL_HALF_PAST, i < 5);
	KUNIT_EXPECT_EQ(test, sl_pools_count(&pools, SL_POOL_HALF_PAST),
			HALF_OPEN);
	/* What is above it by two gets below. */
	limits.half_open = 1;
	sl_pools_set_limits(&pools, &limits);
	enter(test, SL_POOL_HALF_OPEN, 2);
	KUNIT_EXPECT_EQ(test, sl_pools_count(&pools, SL_POOL_HALF_PAST), 0);
}

static struct kunit_case pool_cases[] = {
	KUNIT_CASE(found_is_kept),
	KUNIT_CASE(oldest_end_goes),
	KUNIT_CASE(live_stays),
	KUNIT_CASE(half_open_share),
	KUNIT_CASE(smaller_limit),
	KUNIT_CASE(fewer_half_open),
	{}
};

static struct kunit_suite pool_suite = {
	.name = "sockledger_pool",
	.init = pools_up,
	.exit = pools_down,
	.test_cases = pool_cases,
};

kunit_test_suite(pool_suite);
