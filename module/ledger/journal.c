// SPDX-License-Identifier: GPL-2.0
#include "journal.h"

#include <linux/mm.h>
#include <linux/slab.h>

#define SLOT_BUSY	U64_MAX

struct sl_journal_slot {
	/*
	 * Number of the event it holds; SLOT_BUSY while one is being written.
	 * Readers look at it before and after they copy.
	 */
	u64 seq;
	struct sl_journal_event event;
};

int sl_journal_init(struct sl_journal *journal, unsigned int size)
{
	atomic64_set(&journal->last, 0);
	atomic64_set(&journal->lost, 0);
	journal->size = size;
	journal->slots = kvcalloc(size, sizeof(*journal->slots), GFP_KERNEL);
	return journal->slots ? 0 : -ENOMEM;
}

void sl_journal_uninit(struct sl_journal *journal)
{
	kvfree(journal->slots);
}

static struct sl_journal_slot *slot_of(const struct sl_journal *journal,
				       u64 seq)
{
	return &journal->slots[seq & (journal->size - 1)];
}

void sl_journal_add(struct sl_journal *journal,
		    const struct sl_journal_event *event)
{
	u64 seq = atomic64_inc_return(&journal->last);
	struct sl_journal_slot *slot = slot_of(journal, seq);
	u64 old = READ_ONCE(slot->seq);

	/*
	 * Two writers meet in one slot only when one is overtaken by a whole
	 * round of others while it stands here. The later one gives way: its
	 * number will be missing, and is counted.
	 */
	if (old == SLOT_BUSY || old > seq ||
	    cmpxchg(&slot->seq, old, SLOT_BUSY) != old) {
		atomic64_inc(&journal->lost);
		return;
	}
	slot->event = *event;
	/* Pairs with journal_copy(): who sees the number sees the event. */
	smp_store_release(&slot->seq, seq);
}

/* Copy event @seq; false when the slot holds another one by now. */
static bool journal_copy(const struct sl_journal *journal, u64 seq,
			 struct sl_journal_event *event)
{
	struct sl_journal_slot *slot = slot_of(journal, seq);

	/* Pairs with sl_journal_add(). */
	if (smp_load_acquire(&slot->seq) != seq)
		return false;
	*event = slot->event;
	smp_rmb();	/* the copy is complete before the number is checked */
	return READ_ONCE(slot->seq) == seq;
}

bool sl_journal_read(struct sl_journal *journal, u64 *seq, u64 last,
		     struct sl_journal_event *event)
{
	u64 newest = sl_journal_last(journal);
	u64 at = *seq;

	/* What has been written over needs no look. */
	if (newest > journal->size && at <= newest - journal->size)
		at = newest - journal->size + 1;
	for (; at <= last; at++) {
		if (journal_copy(journal, at, event)) {
			*seq = at;
			return true;
		}
	}
	return false;
}
