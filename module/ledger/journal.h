/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The journal of a ledger: the most recent events of all its entries, in a
 * ring, and while somebody listens, numbered for whoever sends them on.
 *
 * The number is given and the event written under one lock, so that in the
 * ring numbers rise, and none that is given is still to be written. Nobody
 * listening, no lock is taken. An event is written under the lock of its
 * entry, together with the change it tells of, so that a copy of the entry
 * made under that lock has in it exactly the events numbered until then.
 */
#ifndef _SOCKLEDGER_JOURNAL_H
#define _SOCKLEDGER_JOURNAL_H

#include <linux/spinlock.h>

#include "ring.h"

struct sl_ledger;

struct sl_journal {
	struct sl_ring ring;	/* of struct sl_journal_event */
	spinlock_t lock;	/* protects @last; writes of numbered events */
	u64 last;		/* number given last; also read without @lock */
	u64 events;		/* set of enum sockledger_what to be numbered */
};

/**
 * struct sl_tap - who sends events on
 * @heard: does anybody listen to those of a ledger?
 * @wake: an event was numbered
 *
 * Context of both: as sl_journal_tell(), in an RCU read-side section.
 */
struct sl_tap {
	bool (*heard)(const struct sl_ledger *l);
	void (*wake)(struct sl_ledger *l);
};

/** sl_journal_init() - Context: process. Return: 0 or -ENOMEM. */
int sl_journal_init(struct sl_journal *journal);
void sl_journal_uninit(struct sl_journal *journal);

/* May somebody listen? Until then, an event has nothing more to ask. */
extern bool sl_journal_listened;

/** sl_journal_listen() - from now on somebody may. Context: any. */
void sl_journal_listen(void);

/**
 * sl_journal_tell() - write an event, numbered if somebody listens to it
 * @l: the ledger
 * @event: the event, without a number
 *
 * As sl_journal_add() in change.h, for when somebody may listen.
 */
void sl_journal_tell(struct sl_ledger *l, struct sl_journal_event event);

/**
 * sl_journal_mark() - how far it is written
 * @journal: the journal
 * @number: set to the number given last
 *
 * Return: a place in the ring; every numbered event up to @number stands up to
 * there, or was overwritten.
 */
u64 sl_journal_mark(struct sl_journal *journal, u64 *number);

/**
 * sl_journal_tap() - somebody sends events on, or with NULL, nobody any more
 *
 * Context: process, may sleep. On return none of the former one is running.
 */
void sl_journal_tap(const struct sl_tap *tap);

#endif /* _SOCKLEDGER_JOURNAL_H */
