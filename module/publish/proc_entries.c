// SPDX-License-Identifier: GPL-2.0
/* The files with one line per entry: handshakes, sockets, listeners. */
#include "proc.h"

#include <linux/math64.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>

#include "../kernel/facts.h"
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

void *sl_proc_entries_start(struct seq_file *m, loff_t *pos)
	__acquires(RCU)
{
	rcu_read_lock();
	if (!sl_proc_walk_start(m, *pos,
				sl_pools_last_id(&sl_proc_ledger(m)->pools)))
		return NULL;
	return *pos ? entries_at(m, pos) : SEQ_START_TOKEN;
}

void *sl_proc_entries_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct sl_proc_reader *reader = m->private;

	++*pos;
	/* Many may be passed over. The walk goes on by id. */
	if (!++reader->rows) {
		rcu_read_unlock();
		cond_resched();
		rcu_read_lock();
	}
	return entries_at(m, pos);
}

void sl_proc_entries_stop(struct seq_file *m, void *v)
	__releases(RCU)
{
	sl_proc_walk_stop(m, v);
	rcu_read_unlock();
}

const struct sl_snapshot *sl_proc_snapshot(struct seq_file *m, void *v)
{
	struct sl_proc_reader *reader = m->private;

	sl_entry_snapshot(sl_proc_ledger(m), v, &reader->snap);
	return &reader->snap;
}

static void show_gap(struct seq_file *m, u64 from, u64 to)
{
	bool known = from != SL_T_UNKNOWN && to != SL_T_UNKNOWN && to >= from;

	sl_proc_time(m, known ? to - from : SL_T_UNKNOWN);
}

static void show_progress(struct seq_file *m, const struct sl_record *rec)
{
	u8 reason = sl_record_reason(rec);

	seq_printf(m, " %s %s %s", sl_phase_name(rec->progress.phase),
		   sl_outcome_name(rec->progress.outcome),
		   reason ? sl_reason_name(reason) : "-");
}

static int handshakes_show(struct seq_file *m, void *v)
{
	const struct sl_snapshot *snap;
	const struct sl_handshake *hs;
	const struct sl_record *rec;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "id role local remote phase outcome reason start syn synack ack syn-synack synack-ack syns synacks pid comm uid accept-wait listener\n");
		return 0;
	}
	snap = sl_proc_snapshot(m, v);
	rec = &snap->rec;
	hs = &rec->hs;
	if (!sl_record_has_handshake(rec))
		return SEQ_SKIP;
	seq_printf(m, "%llu %s", rec->id, sl_role_name(rec->role));
	sl_proc_ends(m, &rec->tuple);
	show_progress(m, rec);
	sl_proc_date(m, rec->start_real);
	sl_proc_time(m, hs->syn);
	sl_proc_time(m, hs->synack);
	sl_proc_time(m, hs->ack);
	show_gap(m, hs->syn, hs->synack);
	show_gap(m, hs->synack, hs->ack);
	seq_printf(m, " %u %u", hs->syn_count, hs->synack_count);
	sl_proc_owner(m, sl_snapshot_owner(snap));
	show_gap(m, hs->accept_queued, hs->accepted);
	sl_proc_number(m, snap->listener_id);
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

/* How long ago it came to its state, ended or not. UDP has none. */
static u64 time_in_state(const struct sl_record *rec)
{
	u64 now = ktime_get_mono_fast_ns();
	u64 since = rec->start + sl_transitions_since(&rec->transitions);

	if (!rec->state)
		return SL_T_UNKNOWN;
	return now > since ? now - since : 0;
}

/* A live TIME_WAIT counts down. */
static u64 time_left(const struct sl_record *rec)
{
	u64 expires = rec->start + rec->expires;
	u64 now = ktime_get_mono_fast_ns();

	if (!(rec->flags & SL_F_TIMEWAIT))
		return SL_T_UNKNOWN;
	return expires > now ? expires - now : 0;
}

/* In the reader's pid namespace; in none, for who is not in there. */
static void show_owner_within(struct seq_file *m, const struct sl_owner *owner)
{
	struct pid_namespace *ns = task_active_pid_ns(current);

	sl_proc_number(m, owner ? sl_facts_local_pid(owner, ns) : 0);
	sl_proc_number(m, owner ? owner->cgroup : 0);
}

static int sockets_show(struct seq_file *m, void *v)
{
	const struct sl_snapshot *snap;
	const struct sl_record *rec;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "id role family state in-state expires local remote transitions pid comm uid inode listener pre-existing local-pid cgroup proto\n");
		return 0;
	}
	snap = sl_proc_snapshot(m, v);
	rec = &snap->rec;
	/* A handshake without a socket. */
	if (rec->tuple.kind != SL_KIND_SOCKET)
		return SEQ_SKIP;
	seq_printf(m, "%llu %s %s %s", rec->id, sl_role_name(rec->role),
		   rec->family == AF_INET6 ? "inet6" : "inet",
		   rec->state ? sl_state_name(rec->state) : "-");
	sl_proc_time(m, time_in_state(rec));
	sl_proc_time(m, time_left(rec));
	sl_proc_ends(m, &rec->tuple);
	show_transitions(m, rec);
	sl_proc_owner(m, sl_snapshot_owner(snap));
	sl_proc_number(m, rec->inode);
	sl_proc_number(m, snap->listener_id);
	seq_puts(m, rec->flags & SL_F_PRE_EXISTING ? " yes" : " no");
	show_owner_within(m, sl_snapshot_owner(snap));
	seq_printf(m, " %s\n", sl_proto_name(rec->proto));
	return 0;
}

static void show_queues(struct seq_file *m, const struct sl_snapshot *snap)
{
	const struct sl_listening *t = &snap->listening;

	/* A backlog of 0 can be asked for. */
	if (snap->rec.flags & SL_F_ASKED)
		seq_printf(m, " %u", t->asked);
	else
		seq_puts(m, " -");
	seq_printf(m, " %u %u %llu %llu %llu %llu %llu", t->queue_peak,
		   t->half_open_peak, t->overflows, t->syn_overflows,
		   t->cookies_sent, t->cookies_accepted, t->accepted);
}

static void show_waits(struct seq_file *m, const struct sl_waits *waits)
{
	if (!waits->count) {
		seq_puts(m, " - - - - -");
		return;
	}
	sl_proc_time(m, waits->min);
	sl_proc_time(m, div64_u64(waits->sum, waits->count));
	sl_proc_time(m, sl_waits_quantile(waits, 50));
	sl_proc_time(m, sl_waits_quantile(waits, 99));
	sl_proc_time(m, waits->max);
}

static int listeners_show(struct seq_file *m, void *v)
{
	const struct sl_snapshot *snap;
	const struct sl_listening *t;
	const struct sl_record *rec;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "id local state in-state queue backlog half-open drops established pid comm uid asked queue-peak half-open-peak overflows syn-overflows cookies-sent cookies-accepted accepted wait-min wait-mean wait-p50 wait-p99 wait-max\n");
		return 0;
	}
	snap = sl_proc_snapshot(m, v);
	rec = &snap->rec;
	if (rec->role != SOCKLEDGER_ROLE_LISTENER ||
	    rec->flags & SL_F_CLOSED)
		return SEQ_SKIP;
	t = &snap->listening;
	seq_printf(m, "%llu", rec->id);
	sl_proc_endpoint(m, &rec->tuple.local, rec->tuple.lport,
			 rec->tuple.scope);
	seq_printf(m, " %s", sl_state_name(rec->state));
	sl_proc_time(m, time_in_state(rec));
	seq_printf(m, " %u %u %u %u %llu", t->queue, t->backlog, t->half_open,
		   t->drops, t->established);
	sl_proc_owner(m, sl_snapshot_owner(snap));
	show_queues(m, snap);
	show_waits(m, &t->waits);
	seq_putc(m, '\n');
	return 0;
}

const struct seq_operations sl_proc_handshakes_ops = {
	.start	= sl_proc_entries_start,
	.next	= sl_proc_entries_next,
	.stop	= sl_proc_entries_stop,
	.show	= handshakes_show,
};

const struct seq_operations sl_proc_sockets_ops = {
	.start	= sl_proc_entries_start,
	.next	= sl_proc_entries_next,
	.stop	= sl_proc_entries_stop,
	.show	= sockets_show,
};

const struct seq_operations sl_proc_listeners_ops = {
	.start	= sl_proc_entries_start,
	.next	= sl_proc_entries_next,
	.stop	= sl_proc_entries_stop,
	.show	= listeners_show,
};
