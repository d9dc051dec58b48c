/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The journal: the most recent events of all entries of a namespace, in the
 * order of their sequence numbers. Writers take no lock: each gets a number, and
 * the slot that belongs to it.
 */
#ifndef _SOCKLEDGER_JOURNAL_H
#define _SOCKLEDGER_JOURNAL_H

#include <linux/atomic.h>
#include <linux/types.h>

struct sl_journal_event {
	u64 t;			/* CLOCK_MONOTONIC */
	u64 id;			/* of the entry */
	u8 witness;
	u8 what;
	u8 dir;			/* wire */
	u8 again;		/* wire: sent again */
	u8 from, to, cause;	/* SOCKLEDGER_WHAT_STATE */
	u8 has_ack;
	u32 seq, ack_seq, len;	/* wire */
};

struct sl_journal {
	atomic64_t last;	/* number of the last event; the first is 1 */
	atomic64_t lost;	/* numbers that got no slot, see journal.c */
	unsigned int size;	/* slots, a power of two */
	struct sl_journal_slot *slots;
};

/** sl_journal_init() - Context: process. Return: 0 or -ENOMEM. */
int sl_journal_init(struct sl_journal *journal, unsigned int size);
void sl_journal_uninit(struct sl_journal *journal);

/** sl_journal_last() - the number of the newest event, 0 when there is none */
static inline u64 sl_journal_last(const struct sl_journal *journal)
{
	return atomic64_read(&journal->last);
}

/** sl_journal_add() - Context: any */
void sl_journal_add(struct sl_journal *journal,
		    const struct sl_journal_event *event);

/**
 * sl_journal_read() - the first event from @seq to @last that is still there
 * @journal: of the ledger
 * @seq: number wanted; set to the number found
 * @last: where to stop, see sl_journal_last()
 * @event: filled in
 *
 * Return: false when there is none.
 */
bool sl_journal_read(struct sl_journal *journal, u64 *seq, u64 last,
		     struct sl_journal_event *event);

#endif /* _SOCKLEDGER_JOURNAL_H */
