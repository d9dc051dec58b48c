// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any waits for accept() and any peers of a datagram socket: what is made of
 * their distribution is held against all of them, kept and sorted.
 *
 * Input: numbers of 64 bits, each with as many significant ones as its first
 * byte says.
 */
#include "fuzz.h"

#include "pure/peers.h"
#include "pure/waits.h"

#define MOST	512

static u64 any_number(struct input *input)
{
	unsigned int bits = input_below(input, 65);
	u64 number = input_number(input, (bits + 7) / 8);

	return bits < 64 ? number & (((u64)1 << bits) - 1) : number;
}

static int by_size(const void *left, const void *right)
{
	u64 a = *(const u64 *)left, b = *(const u64 *)right;

	return (a > b) - (a < b);
}

/* At most a quarter too high, and never more than the longest of all */
static void expect_quantile(const struct sl_waits *waits, const u64 *sorted,
			    unsigned int count, unsigned int percent)
{
	u64 told = sl_waits_quantile(waits, percent);
	u64 real = sorted[(count * percent + 99) / 100 - 1];

	MUST(told >= real && told <= sorted[count - 1]);
	MUST(real >= 7ULL << 36 || told <= real + real / 4);
}

static void try_waits(const u64 *numbers, unsigned int count)
{
	struct sl_waits waits = { 0 };
	u64 sorted[MOST], sum = 0;
	unsigned int i;

	MUST(!sl_waits_quantile(&waits, 50));
	for (i = 0; i < count; i++) {
		sl_waits_add(&waits, numbers[i]);
		sum += numbers[i];
	}
	if (!count)
		return;
	memcpy(sorted, numbers, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), by_size);
	MUST(waits.count == count && waits.sum == sum);
	MUST(waits.min == sorted[0] && waits.max == sorted[count - 1]);
	for (i = 1; i <= 100; i++)
		expect_quantile(&waits, sorted, count, i);
}

static unsigned int distinct(const u64 *numbers, unsigned int count)
{
	unsigned int i, j, ret = 0;

	for (i = 0; i < count; i++) {
		for (j = 0; j < i && (u32)numbers[j] != (u32)numbers[i]; j++)
			;
		ret += j == i;
	}
	return ret;
}

static void try_peers(const u64 *numbers, unsigned int count)
{
	struct sl_peers peers = { .count = 0 };
	u32 before = 0, now;
	unsigned int i, real;

	for (i = 0; i < count; i++) {
		sl_peers_add(&peers, numbers[i]);
		now = sl_peers_count(&peers);
		real = distinct(numbers, i + 1);
		MUST(sl_peers_exact(&peers) == (real <= SL_PEERS_EXACT));
		if (sl_peers_exact(&peers)) {
			MUST(now == real);
			before = now;
		}
	}
	/*
	 * No more of them than ever can be told; hashes that share their bits
	 * are for the fuzzer to make, so nothing else holds of the estimate.
	 */
	MUST(sl_peers_count(&peers) <= 7689 && before <= SL_PEERS_EXACT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_of(data, size);
	u64 numbers[MOST];
	unsigned int count = 0;

	while (input_left(&input) && count < MOST)
		numbers[count++] = any_number(&input);
	try_waits(numbers, count);
	try_peers(numbers, count);
	return 0;
}
