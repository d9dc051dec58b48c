/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long connections waited for accept(), as a distribution of fixed size:
 * four ranges to each power of two, so that a quantile read from it is at
 * most a quarter too high.
 */
#ifndef _SOCKLEDGER_WAITS_H
#define _SOCKLEDGER_WAITS_H

#include "types.h"

/* The last range takes all from 7 * 2^36 ns, eight minutes, on. */
#define SL_WAIT_RANGES	152

struct sl_waits {
	u64 count;
	u64 sum;		/* ns; as all below */
	u64 min, max;		/* meaningless while @count is 0 */
	u32 range[SL_WAIT_RANGES];
};

/** sl_waits_add() - count a wait of @ns; a range stops at U32_MAX */
void sl_waits_add(struct sl_waits *waits, u64 ns);

/**
 * sl_waits_quantile() - what so many of a hundred did not exceed
 * @waits: the distribution
 * @percent: 1 to 100
 *
 * Return: the upper end of the range it is in, or the maximum if that is
 * less, in ns; 0 without waits.
 */
u64 sl_waits_quantile(const struct sl_waits *waits, unsigned int percent);

#endif /* _SOCKLEDGER_WAITS_H */
