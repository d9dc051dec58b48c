// SPDX-License-Identifier: GPL-2.0
#include "wheel.h"

#include <linux/minmax.h>

static struct list_head *slot_of(struct sl_wheel *wheel, u64 tick)
{
	return &wheel->slot[tick % SL_WHEEL_SLOTS];
}

void sl_wheel_init(struct sl_wheel *wheel)
{
	unsigned int i;

	for (i = 0; i < SL_WHEEL_SLOTS; i++)
		INIT_LIST_HEAD(&wheel->slot[i]);
	wheel->passed = 0;
	wheel->count = 0;
}

void sl_wheel_put(struct sl_wheel *wheel, struct list_head *node, u64 due)
{
	/* The slot after its own, whose whole time is past its own. */
	u64 tick = (due >> SL_WHEEL_SHIFT) + 1;

	tick = clamp(tick, wheel->passed + 1, wheel->passed + SL_WHEEL_SLOTS);
	list_add_tail(node, slot_of(wheel, tick));
	wheel->count++;
}

void sl_wheel_take(struct sl_wheel *wheel, struct list_head *node)
{
	if (list_empty(node))
		return;
	list_del_init(node);
	wheel->count--;
}

struct list_head *sl_wheel_turn(struct sl_wheel *wheel, u64 now)
{
	u64 tick = now >> SL_WHEEL_SHIFT;
	struct list_head *node;

	/* It stands still while it is empty; once around is all of it. */
	if (tick > wheel->passed + SL_WHEEL_SLOTS)
		wheel->passed = tick - SL_WHEEL_SLOTS;
	for (; wheel->count && wheel->passed < tick; wheel->passed++) {
		node = slot_of(wheel, wheel->passed + 1)->next;
		if (node == slot_of(wheel, wheel->passed + 1))
			continue;
		sl_wheel_take(wheel, node);
		return node;
	}
	wheel->passed = max(wheel->passed, tick);
	return NULL;
}
