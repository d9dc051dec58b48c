// SPDX-License-Identifier: GPL-2.0
/* The file with one line per UDP socket. */
#include "proc.h"

#include "../pure/names.h"

static void show_sent(struct seq_file *m, const struct sl_datagrams *d)
{
	seq_printf(m, " %llu %llu %u", d->sent, d->sent_bytes,
		   d->largest_sent);
}

static void show_received(struct seq_file *m, const struct sl_datagrams *d)
{
	seq_printf(m, " %llu %llu %u %llu", d->received, d->received_bytes,
		   d->largest_received, d->taken);
}

/* "~" goes before an estimate. */
static void show_peers(struct seq_file *m, const struct sl_datagrams *d)
{
	const struct sl_endpoint *last = &d->last_peer;

	seq_printf(m, " %s%u", sl_peers_exact(&d->peers) ? "" : "~",
		   sl_peers_count(&d->peers));
	sl_proc_end(m, &last->addr, last->port, last->scope);
}

static void show_losses(struct seq_file *m, const struct sl_datagrams *d)
{
	seq_printf(m, " %llu %u %u %llu %llu %llu", d->lost_full,
		   sl_datagrams_lost_other(d), d->queue_peak, d->send_errors,
		   d->too_large, d->icmp_errors);
}

static void show_counted(struct seq_file *m, const struct sl_datagrams *d)
{
	if (!d) {
		seq_puts(m, " - - - - - - - - - - - - - - - - - -");
		return;
	}
	show_sent(m, d);
	show_received(m, d);
	show_peers(m, d);
	show_losses(m, d);
	seq_printf(m, " %u", d->groups);
	sl_proc_time(m, d->first_out);
	sl_proc_time(m, d->first_in);
}

static int datagrams_show(struct seq_file *m, void *v)
{
	const struct sl_snapshot *snap;
	const struct sl_record *rec;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "id proto live local remote sent bytes-sent largest-sent received bytes-received largest-received taken peers last-peer lost-full lost-other queue-peak send-errors too-large icmp-errors groups first-out first-in pid comm uid\n");
		return 0;
	}
	snap = sl_proc_snapshot(m, v);
	rec = &snap->rec;
	if (rec->role != SOCKLEDGER_ROLE_DATAGRAM)
		return SEQ_SKIP;
	seq_printf(m, "%llu %s %s", rec->id, sl_proto_name(rec->proto),
		   rec->end == SL_T_UNKNOWN ? "yes" : "no");
	sl_proc_ends(m, &rec->tuple);
	show_counted(m, sl_snapshot_datagrams(sl_proc_ledger(m), snap));
	sl_proc_owner(m, sl_snapshot_owner(snap));
	seq_putc(m, '\n');
	return 0;
}

const struct seq_operations sl_proc_datagrams_ops = {
	.start	= sl_proc_entries_start,
	.next	= sl_proc_entries_next,
	.stop	= sl_proc_entries_stop,
	.show	= datagrams_show,
};
