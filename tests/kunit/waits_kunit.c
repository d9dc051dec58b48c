// SPDX-License-Identifier: GPL-2.0
/*
 * How long connections waited: the borders of every range, seen through the
 * quantiles; the figures beside them; none, huge, and too many waits.
 */
#include <kunit/test.h>

#include "pure/waits.h"
#include "range.h"

/* Waits from here on share the last range. */
#define LAST (7ULL << 36)
/* Longer than all that a test asks the quantile of. */
#define FAR (1000 * LAST)

static struct sl_waits *new_waits(struct kunit *test)
{
	struct sl_waits *waits = kunit_kzalloc(test, sizeof(*waits),
					       GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, waits);
	return waits;
}

static void add(struct sl_waits *waits, u64 ns, unsigned int times)
{
	while (times--)
		sl_waits_add(waits, ns);
}

/* What is read for a wait of @ns where the maximum does not cut it off. */
static u64 read_back(struct kunit *test, u64 ns)
{
	struct sl_waits *waits = new_waits(test);

	add(waits, ns, 3);
	add(waits, FAR, 1);
	return sl_waits_quantile(waits, 50);
}

/* Every border */

#define OCTAVES 37

static u64 border_at(unsigned int i)
{
	return (4ULL + i % 4) << (i / 4);
}

static const void *border_gen_params(const void *prev, char *desc)
{
	const void *next = range_next(prev, 4 * OCTAVES);

	if (next)
		snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%lluns",
			 border_at(range_at(next)));
	return next;
}

/* A range ends right below a border, and says so of all that is in it. */
static void waits_border(struct kunit *test)
{
	unsigned int i = range_at(test->param_value);
	u64 border = border_at(i), end = border_at(i + 1) - 1;

	KUNIT_EXPECT_EQ(test, read_back(test, border - 1), border - 1);
	if (border == LAST)
		return;
	KUNIT_EXPECT_EQ(test, read_back(test, border), end);
	KUNIT_EXPECT_EQ(test, read_back(test, border + (end - border) / 2),
			end);
	KUNIT_EXPECT_EQ(test, read_back(test, end), end);
	/* At most a quarter too high. */
	KUNIT_EXPECT_LE(test, 4 * end, 5 * border);
}

static void waits_shortest(struct kunit *test)
{
	u64 ns;

	for (ns = 0; ns < 8; ns++)
		KUNIT_EXPECT_EQ(test, read_back(test, ns), ns);
}

/* Of the last range all that is known is the maximum. */
static void waits_longest(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, read_back(test, LAST - 1), LAST - 1);
	KUNIT_EXPECT_EQ(test, read_back(test, LAST), FAR);
	KUNIT_EXPECT_EQ(test, read_back(test, 2 * LAST), FAR);
}

/* Figures */

static const u64 values[] = {
	0, 1, 3, 4, 1000, 84999, 1000000, 1000001, 60000000000ULL, LAST - 1,
	LAST, FAR, U64_MAX - 1, U64_MAX,
};

static void value_desc(const u64 *value, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%lluns", *value);
}

KUNIT_ARRAY_PARAM(value, values, value_desc);

/* Of a single wait every figure is known exactly. */
static void waits_one(struct kunit *test)
{
	const u64 *value = test->param_value;
	struct sl_waits *waits = new_waits(test);
	unsigned int percent;

	add(waits, *value, 1);

	KUNIT_EXPECT_EQ(test, waits->count, 1);
	KUNIT_EXPECT_EQ(test, waits->sum, *value);
	KUNIT_EXPECT_EQ(test, waits->min, *value);
	KUNIT_EXPECT_EQ(test, waits->max, *value);
	for (percent = 1; percent <= 100; percent++)
		KUNIT_EXPECT_EQ(test, sl_waits_quantile(waits, percent),
				*value);
}

static void waits_none(struct kunit *test)
{
	struct sl_waits *waits = new_waits(test);
	unsigned int percent;

	KUNIT_EXPECT_EQ(test, waits->count, 0);
	for (percent = 1; percent <= 100; percent++)
		KUNIT_EXPECT_EQ(test, sl_waits_quantile(waits, percent), 0);
}

static void waits_extremes(struct kunit *test)
{
	struct sl_waits *waits = new_waits(test);

	add(waits, 50, 1);
	add(waits, 70, 2);
	add(waits, 20, 1);

	KUNIT_EXPECT_EQ(test, waits->count, 4);
	KUNIT_EXPECT_EQ(test, waits->sum, 210);
	KUNIT_EXPECT_EQ(test, waits->min, 20);
	KUNIT_EXPECT_EQ(test, waits->max, 70);

	add(waits, 0, 1);
	KUNIT_EXPECT_EQ(test, waits->min, 0);
	KUNIT_EXPECT_EQ(test, waits->max, 70);
}

/* Waits of 1 to 1000 us: so many of a hundred did not exceed ten times that. */
static void waits_spread(struct kunit *test)
{
	struct sl_waits *waits = new_waits(test);
	unsigned int us, percent;
	u64 exact, read;

	for (us = 1000; us; us--)
		add(waits, 1000 * us, 1);

	for (percent = 1; percent <= 100; percent++) {
		exact = 10000 * percent;
		read = sl_waits_quantile(waits, percent);
		KUNIT_EXPECT_GE_MSG(test, read, exact, "p%u", percent);
		KUNIT_EXPECT_LE_MSG(test, 4 * read, 5 * exact, "p%u", percent);
	}
	KUNIT_EXPECT_EQ(test, sl_waits_quantile(waits, 100), 1000000);
}

/* Where one of a hundred, and not one more, falls out of the 99. */
static void waits_outlier(struct kunit *test)
{
	struct sl_waits *waits = new_waits(test);

	add(waits, 5, 99);
	add(waits, FAR, 1);
	KUNIT_EXPECT_EQ(test, sl_waits_quantile(waits, 99), 5);
	KUNIT_EXPECT_EQ(test, sl_waits_quantile(waits, 100), FAR);

	add(waits, FAR, 1);
	KUNIT_EXPECT_EQ(test, sl_waits_quantile(waits, 98), 5);
	KUNIT_EXPECT_EQ(test, sl_waits_quantile(waits, 99), FAR);
}

/* A range that is full stays full, and what is counted elsewhere goes on. */
static void waits_saturate(struct kunit *test)
{
	struct sl_waits *waits = new_waits(test);

	add(waits, 1, 1);
	KUNIT_ASSERT_EQ(test, waits->range[1], 1);
	waits->range[1] = U32_MAX - 1;
	waits->count = U32_MAX - 1;

	add(waits, 1, 3);
	KUNIT_EXPECT_EQ(test, waits->range[1], U32_MAX);
	KUNIT_EXPECT_EQ(test, waits->range[0], 0);
	KUNIT_EXPECT_EQ(test, waits->range[2], 0);
	KUNIT_EXPECT_EQ(test, waits->count, U32_MAX + 2ULL);
	KUNIT_EXPECT_EQ(test, waits->sum, 4);
	KUNIT_EXPECT_EQ(test, sl_waits_quantile(waits, 99), 1);
	KUNIT_EXPECT_EQ(test, sl_waits_quantile(waits, 100), 1);
}

static struct kunit_case waits_cases[] = {
	KUNIT_CASE_PARAM(waits_border, border_gen_params),
	KUNIT_CASE(waits_shortest),
	KUNIT_CASE(waits_longest),
	KUNIT_CASE_PARAM(waits_one, value_gen_params),
	KUNIT_CASE(waits_none),
	KUNIT_CASE(waits_extremes),
	KUNIT_CASE(waits_spread),
	KUNIT_CASE(waits_outlier),
	KUNIT_CASE(waits_saturate),
	{}
};

static struct kunit_suite waits_suite = {
	.name = "sockledger_waits",
	.test_cases = waits_cases,
};

kunit_test_suite(waits_suite);
