// SPDX-License-Identifier: GPL-2.0
#include "ring.h"

#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#define SLOT_BUSY	U64_MAX

struct slot {
	/*
	 * Number of what it holds; SLOT_BUSY while that is being written.
	 * Readers look at it before and after they copy.
	 */
	u64 seq;
	u8 item[] __aligned(8);
};

int sl_ring_init(struct sl_ring *ring, unsigned int size, unsigned int width)
{
	atomic64_set(&ring->last, 0);
	atomic64_set(&ring->lost, 0);
	ring->size = size;
	ring->width = width;
	ring->slots = kvcalloc(size, sizeof(struct slot) + ALIGN(width, 8),
			       GFP_KERNEL);
	return ring->slots ? 0 : -ENOMEM;
}

void sl_ring_uninit(struct sl_ring *ring)
{
	kvfree(ring->slots);
}

static struct slot *slot_of(const struct sl_ring *ring, u64 seq)
{
	size_t stride = sizeof(struct slot) + ALIGN(ring->width, 8);

	return ring->slots + (seq & (ring->size - 1)) * stride;
}

void sl_ring_add(struct sl_ring *ring, const void *item)
{
	u64 seq = atomic64_inc_return(&ring->last);
	struct slot *slot = slot_of(ring, seq);
	u64 old = READ_ONCE(slot->seq);

	/*
	 * Two writers meet in one slot only when one is overtaken by a whole
	 * round of others while it stands here. The later one gives way: its
	 * number will be missing, and is counted.
	 */
	if (old == SLOT_BUSY || old > seq ||
	    cmpxchg(&slot->seq, old, SLOT_BUSY) != old) {
		atomic64_inc(&ring->lost);
		return;
	}
	memcpy(slot->item, item, ring->width);
	/* Pairs with slot_copy(): who sees the number sees the item. */
	smp_store_release(&slot->seq, seq);
}

/* Copy number @seq; false when the slot holds another one by now. */
static bool slot_copy(const struct sl_ring *ring, u64 seq, void *item)
{
	struct slot *slot = slot_of(ring, seq);

	/* Pairs with sl_ring_add(). */
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
