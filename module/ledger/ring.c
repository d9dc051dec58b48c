// SPDX-License-Identifier: GPL-2.0
#include "ring.h"

#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

int sl_ring_init(struct sl_ring *ring, unsigned int size, unsigned int width)
{
	atomic64_set(&ring->last, 0);
	atomic64_set(&ring->lost, 0);
	ring->size = size;
	ring->width = width;
	ring->slots = kvcalloc(size, sl_ring_stride(width), GFP_KERNEL);
	return ring->slots ? 0 : -ENOMEM;
}

void sl_ring_uninit(struct sl_ring *ring)
{
	kvfree(ring->slots);
}

/* Copy number @seq; false when the slot holds another one by now. */
static bool slot_copy(const struct sl_ring *ring, u64 seq, void *item)
{
	struct sl_slot *slot = sl_ring_slot(ring, seq, ring->width);

	/* Pairs with sl_ring_publish(). */
	if (smp_load_acquire(&slot->seq) != seq)
		return false;
	memcpy(item, slot->item, ring->width);
	smp_rmb();	/* the copy is complete before the number is checked */
	return READ_ONCE(slot->seq) == seq;
}

u64 sl_ring_overwritten(const struct sl_ring *ring)
{
	u64 last = sl_ring_last(ring);

	return last > ring->size ? last - ring->size : 0;
}

bool sl_ring_read(struct sl_ring *ring, u64 *seq, u64 last, void *item)
{
	u64 at = max(*seq, sl_ring_overwritten(ring) + 1);

	for (; at <= last; at++) {
		if (slot_copy(ring, at, item)) {
			*seq = at;
			return true;
		}
	}
	return false;
}
