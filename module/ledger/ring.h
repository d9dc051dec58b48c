/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The most recent things of one kind, in the order of their numbers. Writers
 * take no lock: each gets a number, and the slot that belongs to it.
 *
 * A namespace has two: the journal, with the events of all entries, and the
 * calls that failed.
 */
#ifndef _SOCKLEDGER_RING_H
#define _SOCKLEDGER_RING_H

#include <linux/align.h>
#include <linux/atomic.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/types.h>

#include "record.h"

struct sl_journal_event {
	u64 t;			/* CLOCK_MONOTONIC */
	u64 id;			/* of the entry */
	u64 number;		/* see journal.h; 0: nobody listened */
	u8 witness;
	u8 what;
	union {
		struct {	/* a segment, or what held one up */
			u8 dir;
			u8 again;	/* sent before */
			u8 has_ack;
		};
		struct {	/* SOCKLEDGER_WHAT_STATE */
			u8 from, to, cause;
		};
		struct {	/* SOCKLEDGER_WHAT_ENDED */
			u8 handshake;	/* there is one */
			u8 outcome, reason;
		};
	};
	union {
		struct {	/* a segment */
			u32 seq, ack_seq, len;
		};
		u32 held_up_by;	/* SOCKLEDGER_WHAT_HELD_UP: the reason */
		struct {	/* call */
			u32 pid, error;
		};
	};
};

struct sl_failed_call {
	u64 t;			/* CLOCK_MONOTONIC */
	u64 id;			/* of the socket's entry, 0: it has none */
	u64 holder_id;		/* entry that holds the port, 0: none known */
	u8 what;		/* enum sockledger_what */
	u8 family;
	u8 proto;
	u16 error;
	struct sl_endpoint asked;	/* for, or the socket's own */
	struct sl_owner caller;
};

struct sl_ring {
	atomic64_t last;	/* number of the last one; the first is 1 */
	atomic64_t lost;	/* numbers that got no slot, see sl_ring_claim() */
	unsigned int size;	/* slots, a power of two */
	unsigned int width;	/* bytes of one thing */
	void *slots;
};

/**
 * sl_ring_init() - Context: process. Return: 0 or -ENOMEM.
 * @ring: to fill
 * @size: how many are kept, a power of two
 * @width: bytes of one
 */
int sl_ring_init(struct sl_ring *ring, unsigned int size, unsigned int width);
void sl_ring_uninit(struct sl_ring *ring);

/** sl_ring_last() - the newest number, 0 when there is none */
static inline u64 sl_ring_last(const struct sl_ring *ring)
{
	return atomic64_read(&ring->last);
}

struct sl_slot {
	/*
	 * Number of what it holds; SL_SLOT_BUSY while that is being written.
	 * Readers look at it before and after they copy.
	 */
	u64 seq;
	u8 item[] __aligned(8);
};

#define SL_SLOT_BUSY	U64_MAX

static inline size_t sl_ring_stride(unsigned int width)
{
	return sizeof(struct sl_slot) + ALIGN(width, 8);
}

static inline struct sl_slot *sl_ring_slot(const struct sl_ring *ring, u64 seq,
					   unsigned int width)
{
	return ring->slots + (seq & (ring->size - 1)) * sl_ring_stride(width);
}

/**
 * sl_ring_claim() - a slot for one more, to be filled at once
 * @ring: of the ledger
 * @width: bytes of a thing, a constant, so that little is left to do
 * @seq: set to its number
 *
 * Context: any. Return: the slot, for sl_ring_publish(), or NULL.
 */
static __always_inline struct sl_slot *
sl_ring_claim(struct sl_ring *ring, unsigned int width, u64 *seq)
{
	struct sl_slot *slot;
	u64 old;

	*seq = atomic64_inc_return(&ring->last);
	slot = sl_ring_slot(ring, *seq, width);
	old = READ_ONCE(slot->seq);
	/*
	 * Two writers meet in one slot only when one is overtaken by a whole
	 * round of others while it stands here. The later one gives way: its
	 * number will be missing, and is counted.
	 */
	if (old == SL_SLOT_BUSY || old > *seq ||
	    cmpxchg(&slot->seq, old, SL_SLOT_BUSY) != old) {
		atomic64_inc(&ring->lost);
		return NULL;
	}
	return slot;
}

/** sl_ring_publish() - readers may have what a slot was filled with */
static __always_inline void sl_ring_publish(struct sl_slot *slot, u64 seq)
{
	/* Pairs with slot_copy(): who sees the number sees the item. */
	smp_store_release(&slot->seq, seq);
}

/**
 * sl_ring_add() - copy one in
 * @ring: of the ledger
 * @item: the thing
 * @width: its bytes, a constant
 *
 * Context: any.
 */
static __always_inline void sl_ring_add(struct sl_ring *ring, const void *item,
					unsigned int width)
{
	struct sl_slot *slot;
	u64 seq;

	slot = sl_ring_claim(ring, width, &seq);
	if (!slot)
		return;
	__builtin_memcpy(slot->item, item, width);
	sl_ring_publish(slot, seq);
}

/**
 * sl_ring_read() - the first from @seq to @last that is still there
 * @ring: of the ledger
 * @seq: number wanted; set to the number found
 * @last: where to stop, see sl_ring_last()
 * @item: filled in
 *
 * Return: false when there is none.
 */
bool sl_ring_read(struct sl_ring *ring, u64 *seq, u64 last, void *item);

/** sl_ring_overwritten() - how many of those numbered are not there any more */
u64 sl_ring_overwritten(const struct sl_ring *ring);

#endif /* _SOCKLEDGER_RING_H */
