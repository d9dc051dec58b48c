// SPDX-License-Identifier: GPL-2.0
/*
 * Distinct peers: exact for the first few, whatever their hashes; a good
 * estimate after that; the end of what can be told.
 */
#include <kunit/test.h>

#include "pure/peers.h"

static struct sl_peers *new_peers(struct kunit *test)
{
	struct sl_peers *peers = kunit_kzalloc(test, sizeof(*peers),
					       GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, peers);
	return peers;
}

/* Spread well, and the same in every run. */
static u32 hash_of(u32 i)
{
	i = (i + 1) * 0x9e3779b1U;
	i ^= i >> 15;
	i *= 0x85ebca77U;
	return i ^ i >> 13;
}

static void add(struct sl_peers *peers, u32 from, u32 to)
{
	while (from < to)
		sl_peers_add(peers, hash_of(from++));
}

static void peers_exact(struct kunit *test)
{
	struct sl_peers *peers = new_peers(test);
	u32 n;

	KUNIT_EXPECT_EQ(test, sl_peers_count(peers), 0);
	for (n = 1; n <= SL_PEERS_EXACT; n++) {
		add(peers, 0, n);	/* the earlier ones again */
		KUNIT_EXPECT_EQ(test, sl_peers_count(peers), n);
		KUNIT_EXPECT_TRUE(test, sl_peers_exact(peers));
	}
	add(peers, 0, SL_PEERS_EXACT + 1);
	KUNIT_EXPECT_FALSE(test, sl_peers_exact(peers));
	KUNIT_EXPECT_EQ(test, sl_peers_count(peers), SL_PEERS_EXACT + 1);
}

/* Peers that share a bit are still told apart while there are few. */
static void peers_same_bit(struct kunit *test)
{
	struct sl_peers *peers = new_peers(test);

	sl_peers_add(peers, 5);
	sl_peers_add(peers, 5 + SL_PEERS_BITS);
	sl_peers_add(peers, 0);
	KUNIT_EXPECT_EQ(test, sl_peers_count(peers), 3);
}

static const u32 crowds[] = { 20, 100, 500, 1000, 2000, 4000 };

static void crowd_desc(const u32 *n, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u", *n);
}

KUNIT_ARRAY_PARAM(crowd, crowds, crowd_desc);

static void peers_estimate(struct kunit *test)
{
	u32 n = *(const u32 *)test->param_value;
	struct sl_peers *peers = new_peers(test);
	u32 told;

	add(peers, 0, n);
	add(peers, 0, n);
	told = sl_peers_count(peers);
	KUNIT_EXPECT_FALSE(test, sl_peers_exact(peers));
	KUNIT_EXPECT_GE(test, told, n - n / 8);
	KUNIT_EXPECT_LE(test, told, n + n / 8);
}

static void peers_full(struct kunit *test)
{
	struct sl_peers *peers = new_peers(test);

	add(peers, 0, 100000);
	KUNIT_EXPECT_EQ(test, sl_peers_count(peers), 7689);
}

static struct kunit_case peers_cases[] = {
	KUNIT_CASE(peers_exact),
	KUNIT_CASE(peers_same_bit),
	KUNIT_CASE_PARAM(peers_estimate, crowd_gen_params),
	KUNIT_CASE(peers_full),
	{}
};

static struct kunit_suite peers_suite = {
	.name = "sockledger_peers",
	.test_cases = peers_cases,
};

kunit_test_suite(peers_suite);
