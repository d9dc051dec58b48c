// SPDX-License-Identifier: GPL-2.0
/* The files with one line per entry: handshakes, sockets, listeners. */
#include "proc.h"

#include <linux/timekeeping.h>

#include "../pure/names.h"
#include "../pure/text.h"

/*
 * A position is an id, and ids start at 1: position 0 is the header line. An
 * entry that lives through a whole read is shown exactly once, however the
 * read is cut and whatever comes and goes meanwhile.
 */
static void *entries_at(struct seq_file *m, loff_t *pos)
{
	struct sl_proc_reader *reader = m->private;
	u64 id = *pos;
	struct sl_entry *e = sl_pools_next(&sl_proc_ledger(m)->pools, &id,
					   reader->until);

	/* At the end the position stays: what comes later is read later. */
	if (e)
		*pos = id;
	return e;
}

static void *entries_start(struct seq_file *m, loff_t *pos)
	__acquires(RCU)
{
	rcu_read_lock();
	if (!sl_proc_walk_start(m, *pos,
				sl_pools_last_id(&sl_proc_ledger(m)->pools)))
		return NULL;
	return *pos ? entries_at(m, pos) : SEQ_START_TOKEN;
}

static void *entries_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return entries_at(m, pos);
}

static void entries_stop(struct seq_file *m, void *v)
	__releases(RCU)
{
	sl_proc_walk_stop(m, v);
	rcu_read_unlock();
}

/* A copy of the entry, in the reader's own memory. */
static const struct sl_record *record_of(struct seq_file *m, void *v)
{
	struct sl_proc_reader *reader = m->private;

	sl_entry_snapshot(v, &reader->rec);
	return &reader->rec;
}

static void show_ends(struct seq_file *m, const struct sl_record *rec)
{
	sl_proc_endpoint(m, &rec->tuple.local, rec->tuple.lport,
			 rec->tuple.scope);
	sl_proc_endpoint(m, &rec->tuple.remote, rec->tuple.rport,
			 rec->tuple.scope);
}

static void show_gap(struct seq_file *m, u64 from, u64 to)
{
	bool known = from != SL_T_UNKNOWN && to != SL_T_UNKNOWN && to >= from;

	sl_proc_time(m, known ? to - from : SL_T_UNKNOWN);
}

static int handshakes_show(struct seq_file *m, void *v)
{
	const struct sl_record *rec;
	const struct sl_handshake *hs;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "id role local remote phase outcome reason start syn synack ack syn-synack synack-ack syns synacks pid comm uid\n");
		return 0;
	}
	rec = record_of(m, v);
	hs = &rec->hs;
	if (hs->progress.phase == SOCKLEDGER_PHASE_NONE)
		return SEQ_SKIP;
	seq_printf(m, "%llu %s", rec->id, sl_role_name(rec->role));
	show_ends(m, rec);
	seq_printf(m, " %s %s %s %llu.%09u", sl_phase_name(hs->progress.phase),
		   sl_outcome_name(hs->progress.outcome),
		   hs->progress.reason ? sl_reason_name(hs->progress.reason) : "-",
		   div_u64(rec->start_real, NSEC_PER_SEC),
		   (u32)(rec->start_real % NSEC_PER_SEC));
	sl_proc_time(m, hs->syn);
	sl_proc_time(m, hs->synack);
	sl_proc_time(m, hs->ack);
	show_gap(m, hs->syn, hs->synack);
	show_gap(m, hs->synack, hs->ack);
	seq_printf(m, " %u %u", hs->syn_count, hs->synack_count);
	sl_proc_owner(m, &rec->opener);
	seq_putc(m, '\n');
	return 0;
}

/* CLOSE>SYN_SENT@0ns>ESTABLISHED@84us */
static void show_transitions(struct seq_file *m, const struct sl_record *rec)
{
	const struct sl_transitions *list = &rec->transitions;
	char text[SL_DURATION_LEN];
	unsigned int i;

	if (!list->count) {
		seq_puts(m, " -");
		return;
	}
	seq_printf(m, " %s", sl_state_name(list->first));
	for (i = 0; i < list->count; i++) {
		sl_text_duration(text, list->at[i].t);
		seq_printf(m, ">%s@%s", sl_state_name(list->at[i].to), text);
	}
}

/* How long it has been, or was, in its state. */
static u64 time_in_state(const struct sl_record *rec)
{
	u64 now = ktime_get_mono_fast_ns();
	u64 since = rec->start + rec->state_since;

	return now > since ? now - since : 0;
}

/* A live TIME_WAIT counts down. */
static u64 time_left(const struct sl_record *rec)
{
	u64 now = ktime_get_mono_fast_ns();

	if (!(rec->flags & SL_F_TIMEWAIT))
		return SL_T_UNKNOWN;
	return rec->expires > now ? rec->expires - now : 0;
}

static int sockets_show(struct seq_file *m, void *v)
{
	const struct sl_record *rec;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "id role family state in-state expires local remote transitions pid comm uid inode listener pre-existing\n");
		return 0;
	}
	rec = record_of(m, v);
	/* A handshake without a socket has no state of its own. */
	if (!rec->state)
		return SEQ_SKIP;
	seq_printf(m, "%llu %s %s %s", rec->id, sl_role_name(rec->role),
		   rec->family == AF_INET6 ? "inet6" : "inet",
		   sl_state_name(rec->state));
	sl_proc_time(m, time_in_state(rec));
	sl_proc_time(m, time_left(rec));
	show_ends(m, rec);
	show_transitions(m, rec);
	sl_proc_owner(m, rec->opener.pid ? &rec->opener : &rec->closer);
	sl_proc_number(m, rec->inode);
	sl_proc_number(m, rec->listener_id);
	seq_puts(m, rec->flags & SL_F_PRE_EXISTING ? " yes\n" : " no\n");
	return 0;
}

static int listeners_show(struct seq_file *m, void *v)
{
	const struct sl_record *rec;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "id local state in-state queue backlog half-open drops established pid comm uid\n");
		return 0;
	}
	rec = record_of(m, v);
	if (rec->role != SOCKLEDGER_ROLE_LISTENER ||
	    rec->flags & SL_F_CLOSED)
		return SEQ_SKIP;
	seq_printf(m, "%llu", rec->id);
	sl_proc_endpoint(m, &rec->tuple.local, rec->tuple.lport,
			 rec->tuple.scope);
	seq_printf(m, " %s", sl_state_name(rec->state));
	sl_proc_time(m, time_in_state(rec));
	seq_printf(m, " %u %u %u %u %llu", rec->listening.queue,
		   rec->listening.backlog, rec->listening.half_open,
		   rec->listening.drops, rec->listening.established);
	sl_proc_owner(m, &rec->opener);
	seq_putc(m, '\n');
	return 0;
}

const struct seq_operations sl_proc_handshakes_ops = {
	.start	= entries_start,
	.next	= entries_next,
	.stop	= entries_stop,
	.show	= handshakes_show,
};

const struct seq_operations sl_proc_sockets_ops = {
	.start	= entries_start,
	.next	= entries_next,
	.stop	= entries_stop,
	.show	= sockets_show,
};

const struct seq_operations sl_proc_listeners_ops = {
	.start	= entries_start,
	.next	= entries_next,
	.stop	= entries_stop,
	.show	= listeners_show,
};
