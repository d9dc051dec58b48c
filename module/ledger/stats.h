/* SPDX-License-Identifier: GPL-2.0 */
/* Per-CPU counters of a ledger: what was seen, how it ended, what was lost. */
#ifndef _SOCKLEDGER_STATS_H
#define _SOCKLEDGER_STATS_H

#include <linux/percpu.h>

#include "../uapi/sockledger.h"

/*
 * Counters with a name of their own, in stats.c. Losses begin with LOST:
 * something happened that no entry tells.
 */
enum sl_stat {
	SL_STAT_ENTRIES,		/* entries ever opened */
	SL_STAT_ADOPTED,		/* of them, found when the module was loaded */
	SL_STAT_SEGMENTS_SYN,		/* segments looked at, by kind */
	SL_STAT_SEGMENTS_SYNACK,
	SL_STAT_SEGMENTS_ACK,
	SL_STAT_SEGMENTS_FIN,
	SL_STAT_SEGMENTS_RST,
	SL_STAT_TRANSITIONS,		/* socket state changes heard */
	SL_STAT_CALLS,			/* calls of programs heard */
	SL_STAT_CALLS_FAILED,		/* of them, filed as failed */
	SL_STAT_HISTORY_EVICTED,	/* ended entries pushed out by newer ones */
	SL_STAT_HALF_OPEN_EVICTED,	/* ended handshakes without a socket, likewise */
	SL_STAT_FLUSHED,		/* ended entries of both kinds, dropped when asked to */
	SL_STAT_LOST_NO_MEMORY,		/* no entry: allocation failed */
	SL_STAT_LOST_LIVE_FULL,		/* no entry: max_live reached */
	SL_STAT_LOST_IDLE_FULL,		/* likewise: did nothing yet, or UDP */
	SL_STAT_LOST_HALF_OPEN_FULL,	/* no entry: max_half_open reached */
	SL_STAT_LOST_INDEX,		/* no entry: a hash table would not take it */
	SL_STAT_LOST_UNKNOWN_SOCKET,	/* heard of a socket without an entry */
	SL_STAT_LOST_END,		/* end not witnessed, found out later */
	SL_STAT_LOST_TRANSITIONS,	/* an entry's list was full */
	SL_STAT_LOST_ENTRY_CALLS,	/* likewise */
	SL_STAT_LOST_HOLDERS,		/* a call by one more than an entry remembers */
	SL_STAT_LOST_ENTRY_EVENTS,	/* overwritten in an entry's ring */
	SL_STAT_LOST_NOTICES,		/* not sent to who listened: overwritten, no memory */
	SL_STAT_BAD_TRUNCATED,		/* TCP header longer than the packet */
	SL_STAT_BAD_OFFSET,		/* impossible data offset */
	SL_STAT_BAD_OPTIONS,		/* impossible option length */
	SL_STAT_BAD_FLAGS,		/* flags no TCP sends together */
	SL_STAT_BAD_CHECKSUM,
	SL_STAT_FRAGMENTS,		/* not the first, so without a TCP header */

	SL_STATS,
};

/* Handshake times are counted in powers of two of a microsecond. */
#define SL_HIST_BUCKETS	26		/* the last one takes all from 2^24 us on */

enum sl_hist {
	SL_HIST_CONNECT,	/* active: first SYN to ESTABLISHED */
	SL_HIST_ANSWER,		/* passive: first SYN+ACK to ESTABLISHED */

	SL_HISTS,
};

struct sl_stats_cpu {
	u64 stat[SL_STATS];
	u64 outcome[__SOCKLEDGER_ROLE_MAX][__SOCKLEDGER_OUTCOME_MAX];
	u64 hist[SL_HISTS][SL_HIST_BUCKETS];
	u64 hist_ns[SL_HISTS];		/* the sum of all times */
};

struct sl_stats {
	struct sl_stats_cpu __percpu *cpu;
};

/** sl_stats_init() - Context: process. Return: 0 or -ENOMEM. */
int sl_stats_init(struct sl_stats *stats);
void sl_stats_uninit(struct sl_stats *stats);

static inline void sl_stats_add(struct sl_stats *stats, enum sl_stat stat,
				u64 n)
{
	this_cpu_add(stats->cpu->stat[stat], n);
}

static inline void sl_stats_inc(struct sl_stats *stats, enum sl_stat stat)
{
	this_cpu_inc(stats->cpu->stat[stat]);
}

static inline void sl_stats_outcome(struct sl_stats *stats, unsigned int role,
				    unsigned int outcome)
{
	this_cpu_inc(stats->cpu->outcome[role][outcome]);
}

/** sl_stats_time() - count a time of @ns into a histogram */
void sl_stats_time(struct sl_stats *stats, enum sl_hist hist, u64 ns);

/**
 * sl_stats_walk() - hand out every counter, in a fixed order
 * @stats: of the ledger
 * @emit: called with each; what it returns ends the walk unless it is 0
 * @arg: for @emit
 *
 * Return: what @emit returned last.
 */
int sl_stats_walk(struct sl_stats *stats,
		  int (*emit)(void *arg, const char *name, u64 value),
		  void *arg);

#endif /* _SOCKLEDGER_STATS_H */
