// SPDX-License-Identifier: GPL-2.0
/*
 * When the wheel gives out what was put in: not before its time, not much
 * after it, once, however long it stood still, and never when it was taken out.
 */
#include <kunit/test.h>
#include <linux/bits.h>

#include "ledger/wheel.h"

#define TICK	BIT_ULL(SL_WHEEL_SHIFT)
#define ROUND	(SL_WHEEL_SLOTS * TICK)
/* A machine that has been up for ten years */
#define LONG	(315360000ULL * NSEC_PER_SEC)

#define THINGS	3

struct state {
	struct sl_wheel wheel;
	struct list_head thing[THINGS];
};

static struct state *new_state(struct kunit *test)
{
	struct state *state = kunit_kzalloc(test, sizeof(*state), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, state);
	sl_wheel_init(&state->wheel);
	for (i = 0; i < THINGS; i++)
		INIT_LIST_HEAD(&state->thing[i]);
	return state;
}

/* How many it gives out at @now */
static unsigned int turn(struct state *state, u64 now)
{
	unsigned int count = 0;

	while (sl_wheel_turn(&state->wheel, now))
		count++;
	return count;
}

static const u64 starts[] = { 0, TICK - 1, TICK, 3 * ROUND + 7, LONG };

static void start_desc(const u64 *start, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "at %llu", *start);
}

KUNIT_ARRAY_PARAM(start, starts, start_desc);

static void comes_in_time(struct kunit *test)
{
	u64 start = *(const u64 *)test->param_value;
	static const u64 after[] = { 0, 1, TICK, 5 * TICK + 3, ROUND - TICK };
	struct state *state;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(after); i++) {
		state = new_state(test);
		turn(state, start);
		sl_wheel_put(&state->wheel, &state->thing[0], start + after[i]);
		KUNIT_EXPECT_EQ(test, turn(state, start + after[i]), 0);
		KUNIT_EXPECT_EQ(test, turn(state, start + after[i] + TICK), 1);
		KUNIT_EXPECT_EQ(test, state->wheel.count, 0);
		KUNIT_EXPECT_EQ(test, turn(state, start + 3 * ROUND), 0);
	}
}

/* What is due meanwhile comes at once; what is not may be early, but once. */
static void stood_still(struct kunit *test)
{
	struct state *state = new_state(test);

	sl_wheel_put(&state->wheel, &state->thing[0], LONG);
	sl_wheel_put(&state->wheel, &state->thing[1], LONG + 9 * TICK);
	KUNIT_EXPECT_EQ(test, turn(state, LONG + TICK), 2);
	/* From now on it keeps time. */
	sl_wheel_put(&state->wheel, &state->thing[1], LONG + 9 * TICK);
	KUNIT_EXPECT_EQ(test, turn(state, LONG + 9 * TICK), 0);
	KUNIT_EXPECT_EQ(test, turn(state, LONG + 10 * TICK), 1);
}

/* Whoever puts it back each time is not given it again and again. */
static void put_back(struct kunit *test)
{
	struct state *state = new_state(test);
	struct list_head *thing;
	unsigned int looks = 0;

	sl_wheel_put(&state->wheel, &state->thing[0], LONG);
	while ((thing = sl_wheel_turn(&state->wheel, LONG + TICK)) &&
	       ++looks < 100)
		sl_wheel_put(&state->wheel, thing, LONG + ROUND / 2);
	KUNIT_EXPECT_LE(test, looks, 2);
}

static void further_than_a_round(struct kunit *test)
{
	struct state *state = new_state(test);

	turn(state, LONG);
	sl_wheel_put(&state->wheel, &state->thing[0], LONG + 10 * ROUND);
	KUNIT_EXPECT_EQ(test, turn(state, LONG + ROUND - 2 * TICK), 0);
	KUNIT_EXPECT_EQ(test, turn(state, LONG + ROUND), 1);
}

static void taken_out(struct kunit *test)
{
	struct state *state = new_state(test);
	unsigned int i;

	turn(state, LONG);
	for (i = 0; i < THINGS; i++)
		sl_wheel_put(&state->wheel, &state->thing[i], LONG);
	KUNIT_EXPECT_EQ(test, state->wheel.count, THINGS);
	sl_wheel_take(&state->wheel, &state->thing[1]);
	sl_wheel_take(&state->wheel, &state->thing[1]);
	KUNIT_EXPECT_EQ(test, state->wheel.count, THINGS - 1);
	KUNIT_EXPECT_PTR_EQ(test, sl_wheel_turn(&state->wheel, LONG + TICK),
			    &state->thing[0]);
	KUNIT_EXPECT_PTR_EQ(test, sl_wheel_turn(&state->wheel, LONG + TICK),
			    &state->thing[2]);
	KUNIT_EXPECT_EQ(test, turn(state, LONG + ROUND), 0);
}

static struct kunit_case wheel_cases[] = {
	KUNIT_CASE_PARAM(comes_in_time, start_gen_params),
	KUNIT_CASE(stood_still),
	KUNIT_CASE(put_back),
	KUNIT_CASE(further_than_a_round),
	KUNIT_CASE(taken_out),
	{}
};

static struct kunit_suite wheel_suite = {
	.name = "sockledger_wheel",
	.test_cases = wheel_cases,
};

kunit_test_suite(wheel_suite);
