// SPDX-License-Identifier: GPL-2.0
/* The journal, one line per event, and the statistics. */
#include "proc.h"

#include <linux/timekeeping.h>

#include "../pure/names.h"
#include "totals.h"

/* A position is an event's number; 0 is the header line. */
static void *events_at(struct seq_file *m, loff_t *pos)
{
	struct sl_proc_reader *reader = m->private;
	u64 seq = *pos;

	if (!sl_journal_read(&sl_proc_ledger(m)->journal, &seq, reader->until,
			     &reader->event))
		return NULL;
	*pos = seq;
	return &reader->event;
}

static void *events_start(struct seq_file *m, loff_t *pos)
	__acquires(RCU)
{
	rcu_read_lock();
	if (!sl_proc_walk_start(m, *pos,
				sl_journal_last(&sl_proc_ledger(m)->journal)))
		return NULL;
	return *pos ? events_at(m, pos) : SEQ_START_TOKEN;
}

static void *events_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return events_at(m, pos);
}

static void events_stop(struct seq_file *m, void *v)
	__releases(RCU)
{
	sl_proc_walk_stop(m, v);
	rcu_read_unlock();
}

static void show_who(struct seq_file *m, u64 id)
{
	struct sl_proc_reader *reader = m->private;
	const struct sl_record *rec = &reader->rec;
	struct sl_entry *e = sl_pools_find(&sl_proc_ledger(m)->pools, id);

	if (!e) {
		seq_puts(m, " - - -");
		return;
	}
	sl_entry_snapshot(e, &reader->rec);
	seq_printf(m, " %s", sl_role_name(rec->role));
	sl_proc_endpoint(m, &rec->tuple.local, rec->tuple.lport,
			 rec->tuple.scope);
	sl_proc_endpoint(m, &rec->tuple.remote, rec->tuple.rport,
			 rec->tuple.scope);
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

static int events_show(struct seq_file *m, void *v)
{
	const struct sl_journal_event *event = v;
	u64 real;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "seq time id role local remote witness what details\n");
		return 0;
	}
	real = ktime_to_ns(ktime_mono_to_real(ns_to_ktime(event->t)));
	seq_printf(m, "%lld %llu.%09u %llu", (s64)m->index,
		   div_u64(real, NSEC_PER_SEC), (u32)(real % NSEC_PER_SEC),
		   event->id);
	show_who(m, event->id);
	seq_printf(m, " %s %s", sl_witness_name(event->witness),
		   sl_what_name(event->what));
	if (event->what == SOCKLEDGER_WHAT_STATE)
		seq_printf(m, " %s>%s %s", sl_state_name(event->from),
			   sl_state_name(event->to),
			   sl_cause_name(event->cause));
	else if (event->witness == SOCKLEDGER_WITNESS_WIRE)
		show_segment(m, event);
	seq_putc(m, '\n');
	return 0;
}

const struct seq_operations sl_proc_events_ops = {
	.start	= events_start,
	.next	= events_next,
	.stop	= events_stop,
	.show	= events_show,
};

static int stats_line(void *arg, const char *name, u64 value)
{
	seq_printf(arg, "%s %llu\n", name, value);
	return 0;
}

int sl_proc_stats_show(struct seq_file *m, void *v)
{
	/* seq_file_single_net(): a single file holds its namespace itself. */
	struct net *net = seq_file_single_net(m);

	seq_puts(m, "name value\n");
	sl_totals_walk(sl_ledger_of_live(net), stats_line, m);
	return 0;
}
