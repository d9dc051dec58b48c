// SPDX-License-Identifier: GPL-2.0
#include "journal.h"

#include <linux/rcupdate.h>

#include "../params.h"
#include "ledger.h"

static const struct sl_tap __rcu *sl_tap;

bool sl_journal_listened __read_mostly;

int sl_journal_init(struct sl_journal *journal)
{
	spin_lock_init(&journal->lock);
	journal->last = 0;
	journal->events = U64_MAX;
	return sl_ring_init(&journal->ring, sl_params.max_events,
			    sizeof(struct sl_journal_event));
}

void sl_journal_uninit(struct sl_journal *journal)
{
	sl_ring_uninit(&journal->ring);
}

static void add_numbered(struct sl_journal *journal,
			 struct sl_journal_event *event)
{
	unsigned long flags;

	spin_lock_irqsave(&journal->lock, flags);
	event->number = journal->last + 1;
	/* Read without the lock by sl_entry_snapshot(). */
	WRITE_ONCE(journal->last, event->number);
	sl_ring_add(&journal->ring, event, sizeof(*event));
	spin_unlock_irqrestore(&journal->lock, flags);
}

void sl_journal_listen(void)
{
	WRITE_ONCE(sl_journal_listened, true);
}

void sl_journal_tell(struct sl_ledger *l, struct sl_journal_event event)
{
	struct sl_journal *journal = &l->journal;
	const struct sl_tap *tap;

	tap = rcu_dereference(sl_tap);
	if (tap && READ_ONCE(journal->events) >> event.what & 1 &&
	    tap->heard(l)) {
		add_numbered(journal, &event);
		tap->wake(l);
	} else {
		sl_ring_add(&journal->ring, &event, sizeof(event));
	}
}

u64 sl_journal_mark(struct sl_journal *journal, u64 *number)
{
	unsigned long flags;
	u64 last;

	spin_lock_irqsave(&journal->lock, flags);
	*number = journal->last;
	last = sl_ring_last(&journal->ring);
	spin_unlock_irqrestore(&journal->lock, flags);
	return last;
}

void sl_journal_tap(const struct sl_tap *tap)
{
	rcu_assign_pointer(sl_tap, tap);
	synchronize_rcu();
}
