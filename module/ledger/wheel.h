/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Things to look at when their time has come: a ring of lists, one for each
 * quarter of a second. Putting in and taking out cost the same however many
 * there are, and what is not due costs nothing. The caller locks.
 */
#ifndef _SOCKLEDGER_WHEEL_H
#define _SOCKLEDGER_WHEEL_H

#include <linux/list.h>
#include <linux/types.h>

/* 2^28 ns each, so that the ring is 68 s: most of what is waited for. */
#define SL_WHEEL_SHIFT	28
#define SL_WHEEL_SLOTS	256

struct sl_wheel {
	struct list_head slot[SL_WHEEL_SLOTS];
	u64 passed;		/* the last slot that was gone through */
	unsigned int count;	/* what is in all of them */
};

/** sl_wheel_init() - an empty one */
void sl_wheel_init(struct sl_wheel *wheel);

/**
 * sl_wheel_put() - have something looked at
 * @wheel: the wheel
 * @node: its list head, in no list
 * @due: CLOCK_MONOTONIC ns; what is further away than the ring is long comes
 *	out before its time
 */
void sl_wheel_put(struct sl_wheel *wheel, struct list_head *node, u64 due);

/** sl_wheel_take() - not any more; harmless when it is in no list */
void sl_wheel_take(struct sl_wheel *wheel, struct list_head *node);

/**
 * sl_wheel_turn() - take out one that is due at @now
 *
 * Return: NULL when there is none left.
 */
struct list_head *sl_wheel_turn(struct sl_wheel *wheel, u64 now);

#endif /* _SOCKLEDGER_WHEEL_H */
