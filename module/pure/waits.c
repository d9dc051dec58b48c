// SPDX-License-Identifier: GPL-2.0
#include "waits.h"

/* Ranges of 0 to 3 ns are one wide; from there on four share an octave. */
static unsigned int range_of(u64 ns)
{
	unsigned int octave, range;

	if (ns < 4)
		return ns;
	octave = 63 - __builtin_clzll(ns);
	range = 4 * (octave - 1) + ((ns >> (octave - 2)) & 3);
	return range < SL_WAIT_RANGES ? range : SL_WAIT_RANGES - 1;
}

/* The longest wait that is counted in a range other than the last. */
static u64 upper_end(unsigned int range)
{
	unsigned int octave = range / 4 + 1;

	if (range < 4)
		return range;
	return ((5ULL + range % 4) << (octave - 2)) - 1;
}

void sl_waits_add(struct sl_waits *waits, u64 ns)
{
	u32 *range = &waits->range[range_of(ns)];

	if (!waits->count || ns < waits->min)
		waits->min = ns;
	if (!waits->count || ns > waits->max)
		waits->max = ns;
	waits->count++;
	waits->sum += ns;
	if (*range < U32_MAX)
		++*range;
}

u64 sl_waits_quantile(const struct sl_waits *waits, unsigned int percent)
{
	u64 seen = 0;
	unsigned int i;

	for (i = 0; i < SL_WAIT_RANGES - 1; i++) {
		seen += waits->range[i];
		if (seen * 100 >= waits->count * percent)
			break;
	}
	if (!waits->count || i == SL_WAIT_RANGES - 1)
		return waits->count ? waits->max : 0;
	return min_t(u64, upper_end(i), waits->max);
}
