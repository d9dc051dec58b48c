// SPDX-License-Identifier: GPL-2.0
/* The files with one line per thing of a ring: events, failed calls. */
#include "proc.h"

#include <linux/timekeeping.h>

#include "../pure/names.h"

/* A position is a thing's number; 0 is the header line. */
static void *ring_at(struct seq_file *m, struct sl_ring *ring, loff_t *pos)
{
	struct sl_proc_reader *reader = m->private;
	u64 seq = *pos;

	if (!sl_ring_read(ring, &seq, reader->until, &reader->item))
		return NULL;
	*pos = seq;
	return &reader->item;
}

static void *ring_start(struct seq_file *m, struct sl_ring *ring, loff_t *pos)
	__acquires(RCU)
{
	rcu_read_lock();
	if (!sl_proc_walk_start(m, *pos, sl_ring_last(ring)))
		return NULL;
	return *pos ? ring_at(m, ring, pos) : SEQ_START_TOKEN;
}

static void *ring_next(struct seq_file *m, struct sl_ring *ring, loff_t *pos)
{
	++*pos;
	return ring_at(m, ring, pos);
}

static void ring_stop(struct seq_file *m, void *v)
	__releases(RCU)
{
	sl_proc_walk_stop(m, v);
	rcu_read_unlock();
}

/* The columns they begin with: seq, time. */
static void show_number(struct seq_file *m, u64 t)
{
	ktime_t real = ktime_mono_to_real(ns_to_ktime(t));

	seq_printf(m, "%lld", (s64)m->index);
	sl_proc_date(m, ktime_to_ns(real));
}

static void show_error(struct seq_file *m, unsigned int error)
{
	const char *name = sl_error_name(error);

	if (name)
		seq_puts(m, name);
	else
		seq_printf(m, "%u", error);
}

static void *events_start(struct seq_file *m, loff_t *pos)
	__acquires(RCU)
{
	return ring_start(m, &sl_proc_ledger(m)->journal.ring, pos);
}

static void *events_next(struct seq_file *m, void *v, loff_t *pos)
{
	return ring_next(m, &sl_proc_ledger(m)->journal.ring, pos);
}

static void show_who(struct seq_file *m, u64 id)
{
	struct sl_entry *e = sl_pools_find(&sl_proc_ledger(m)->pools, id);
	struct sl_proc_reader *reader = m->private;

	if (!e) {
		seq_puts(m, " - - -");
		return;
	}
	sl_entry_snapshot(sl_proc_ledger(m), e, &reader->snap);
	seq_printf(m, " %s", sl_role_name(reader->snap.rec.role));
	sl_proc_ends(m, &reader->snap.rec.tuple);
}

static void show_transition(struct seq_file *m,
			    const struct sl_journal_event *event)
{
	seq_printf(m, " %s>%s %s", sl_state_name(event->from),
		   sl_state_name(event->to), sl_cause_name(event->cause));
}

static void show_segment(struct seq_file *m,
			 const struct sl_journal_event *event)
{
	seq_printf(m, " %s%s seq=%u", sl_dir_name(event->dir),
		   event->again ? " again" : "", event->seq);
	if (event->has_ack)
		seq_printf(m, " ack=%u", event->ack_seq);
	seq_printf(m, " len=%u", event->len);
}

static void show_call(struct seq_file *m, const struct sl_journal_event *event)
{
	if (event->pid)
		seq_printf(m, " pid=%u", event->pid);
	if (event->error) {
		seq_puts(m, " error=");
		show_error(m, event->error);
	}
}

static void show_details(struct seq_file *m,
			 const struct sl_journal_event *event)
{
	switch (event->what) {
	case SOCKLEDGER_WHAT_STATE:
		show_transition(m, event);
		return;
	case SOCKLEDGER_WHAT_BEGUN:
	case SOCKLEDGER_WHAT_ENDED:
		return;
	case SOCKLEDGER_WHAT_HELD_UP:
		seq_printf(m, " %s %s", sl_dir_name(event->dir),
			   sl_reason_name(event->held_up_by));
		return;
	}
	if (event->witness == SOCKLEDGER_WITNESS_WIRE)
		show_segment(m, event);
	else if (event->witness == SOCKLEDGER_WITNESS_CALL)
		show_call(m, event);
}

static int events_show(struct seq_file *m, void *v)
{
	const struct sl_journal_event *event = v;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "seq time id role local remote witness what details\n");
		return 0;
	}
	show_number(m, event->t);
	seq_printf(m, " %llu", event->id);
	show_who(m, event->id);
	seq_printf(m, " %s %s", sl_witness_name(event->witness),
		   sl_what_name(event->what));
	show_details(m, event);
	seq_putc(m, '\n');
	return 0;
}

static void *calls_start(struct seq_file *m, loff_t *pos)
	__acquires(RCU)
{
	return ring_start(m, &sl_proc_ledger(m)->failed, pos);
}

static void *calls_next(struct seq_file *m, void *v, loff_t *pos)
{
	return ring_next(m, &sl_proc_ledger(m)->failed, pos);
}

static int calls_show(struct seq_file *m, void *v)
{
	const struct sl_failed_call *call = v;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "seq time id call error asked pid comm uid holder\n");
		return 0;
	}
	show_number(m, call->t);
	sl_proc_number(m, call->id);
	seq_printf(m, " %s ", sl_what_name(call->what));
	show_error(m, call->error);
	sl_proc_endpoint(m, &call->asked.addr, call->asked.port,
			 call->asked.scope);
	sl_proc_owner(m, &call->caller);
	sl_proc_number(m, call->holder_id);
	seq_putc(m, '\n');
	return 0;
}

const struct seq_operations sl_proc_events_ops = {
	.start	= events_start,
	.next	= events_next,
	.stop	= ring_stop,
	.show	= events_show,
};

const struct seq_operations sl_proc_calls_ops = {
	.start	= calls_start,
	.next	= calls_next,
	.stop	= ring_stop,
	.show	= calls_show,
};
