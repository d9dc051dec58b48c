/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /proc/net/sockledger/: one directory a namespace, readable by its root.
 * Rules of the text: a header line; columns in a fixed order, new ones at the
 * end; "-" for unknown; durations with a unit; one record, one line.
 */
#ifndef _SOCKLEDGER_PROC_H
#define _SOCKLEDGER_PROC_H

#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/seq_file_net.h>
#include <net/net_namespace.h>

#include "../ledger/ledger.h"

/** sl_proc_init() - create the files. The ledgers exist. */
int sl_proc_init(void);

/** sl_proc_uninit() - remove them; nobody reads any more on return */
void sl_proc_uninit(void);

/* ---- between the proc_*.c files ---- */

extern const struct seq_operations sl_proc_handshakes_ops;
extern const struct seq_operations sl_proc_sockets_ops;
extern const struct seq_operations sl_proc_listeners_ops;
extern const struct seq_operations sl_proc_datagrams_ops;
extern const struct seq_operations sl_proc_events_ops;
extern const struct seq_operations sl_proc_calls_ops;

/* What an open file remembers. */
struct sl_proc_reader {
	struct seq_net_private net;	/* first, see seq_file_net() */
	struct sl_snapshot snap;	/* the entry being shown */
	union {
		struct sl_journal_event event;
		struct sl_failed_call call;
	} item;				/* the one of a ring being shown */
	u64 until;			/* where the walk stops */
	bool ended;			/* it got there, the reader must hear it */
	loff_t heard_at;		/* it did if it still is there then */
	u8 rows;			/* since others got a turn; it wraps */
};

/*
 * A walk takes what is there when it begins, so that cat ends however fast
 * entries are added. Once the reader has been told of the end by a read of
 * nothing, the next read walks through what has come since: tail -f.
 *
 * Only the position tells a read of nothing: one that takes the last of the
 * buffer calls .start, too, to fill up what room it has left.
 *
 * Return: false when there is only the end to tell.
 */
static inline bool sl_proc_walk_start(struct seq_file *m, loff_t pos, u64 last)
{
	struct sl_proc_reader *reader = m->private;

	if (pos && reader->ended && reader->heard_at != m->read_pos) {
		reader->heard_at = m->read_pos;
		return false;
	}
	if (!pos || reader->ended) {
		reader->until = last;
		reader->ended = false;
	}
	return true;
}

/* @v is what .stop gets: NULL at the end. */
static inline void sl_proc_walk_stop(struct seq_file *m, const void *v)
{
	struct sl_proc_reader *reader = m->private;

	if (v || reader->ended)
		return;
	reader->ended = true;
	/* This read returns what is in the buffer, and so moves on. */
	reader->heard_at = m->count ? -1 : m->read_pos;
}

static inline struct sl_ledger *sl_proc_ledger(struct seq_file *m)
{
	/* The open file holds a reference to its namespace. */
	return sl_ledger_of_live(seq_file_net(m));
}

/* The walk through all entries; its positions are ids. */
void *sl_proc_entries_start(struct seq_file *m, loff_t *pos);
void *sl_proc_entries_next(struct seq_file *m, void *v, loff_t *pos);
void sl_proc_entries_stop(struct seq_file *m, void *v);
/* A copy of an entry, in the reader's own memory. */
const struct sl_snapshot *sl_proc_snapshot(struct seq_file *m, void *v);

/* Columns after the first; each writes a space and a value. */
void sl_proc_endpoint(struct seq_file *m, const struct in6_addr *addr,
		      __be16 port, u32 scope);
void sl_proc_time(struct seq_file *m, u64 ns);
void sl_proc_number(struct seq_file *m, u64 value);	/* 0 is unknown */
void sl_proc_date(struct seq_file *m, u64 real);	/* CLOCK_REALTIME */
/* The same; without a port it is unknown. */
void sl_proc_end(struct seq_file *m, const struct in6_addr *addr, __be16 port,
		 u32 scope);
/* Two columns. */
void sl_proc_ends(struct seq_file *m, const struct sl_tuple *tuple);
/* Three: pid, comm, uid as the reader's namespace has it. No owner is unknown. */
void sl_proc_owner(struct seq_file *m, const struct sl_owner *owner);

#endif /* _SOCKLEDGER_PROC_H */
