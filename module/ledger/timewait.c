// SPDX-License-Identifier: GPL-2.0
/*
 * What becomes of a timewait socket. It has no entry of its own: it stands for
 * the socket whose place it took, under its endpoints.
 */
#include "change.h"

#include <net/tcp_states.h>

#include "../kernel/ask.h"

void sl_end_timewait(struct sl_ledger *l, struct sl_entry *e, u64 now,
		     bool early)
{
	lockdep_assert_held(&e->lock);
	e->rec.flags &= ~SL_F_TIMEWAIT;
	/* Before its time: a new SYN, or a RST, took its place. */
	sl_transition(l, e, e->rec.state, TCP_CLOSE,
		      early ? SOCKLEDGER_CAUSE_SEGMENT :
			      SOCKLEDGER_CAUSE_TIMER, now);
	sl_close(l, e, now);
	sl_retire(l, e);
}

void sl_ledger_timewait_end(struct sl_ledger *l, const struct sl_tuple *tuple,
			    u64 now, bool early)
{
	struct sl_entry *e = sl_index_by_tuple(&l->index, tuple);

	if (!e)
		return;
	spin_lock_bh(&e->lock);
	if (e->in_tuple_index && (e->rec.flags & SL_F_TIMEWAIT))
		sl_end_timewait(l, e, now, early);
	spin_unlock_bh(&e->lock);
}

u64 sl_timewait_look(struct sl_ledger *l, struct sl_entry *e, u64 now)
{
	struct sl_record *rec = &e->rec;
	struct sl_timewait tw = {};

	spin_lock_bh(&e->lock);
	if (e->in_tuple_index && (rec->flags & SL_F_TIMEWAIT))
		tw = sl_ask_timewait(l->net, &rec->tuple, rec->ifindex, now);
	if (tw.found) {
		rec->expires = sl_since(e, tw.expires);
		if (tw.substate != rec->state)
			sl_transition(l, e, rec->state, tw.substate,
				      SOCKLEDGER_CAUSE_SEGMENT, now);
	}
	spin_unlock_bh(&e->lock);
	return tw.found ? tw.expires : 0;
}

void sl_ledger_timewait_ack(struct sl_ledger *l, const struct sl_tuple *tuple,
			    u64 now)
{
	struct sl_entry *e = sl_index_by_tuple(&l->index, tuple);

	if (e)
		sl_timewait_look(l, e, now);
}
