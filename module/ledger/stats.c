// SPDX-License-Identifier: GPL-2.0
#include "stats.h"

#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/time64.h>

#include "../pure/names.h"

#define NAME_LEN	48

static const char * const stat_names[SL_STATS] = {
	[SL_STAT_ENTRIES]		= "entries_opened",
	[SL_STAT_ADOPTED]		= "entries_pre_existing",
	[SL_STAT_SEGMENTS_SYN]		= "segments_syn",
	[SL_STAT_SEGMENTS_SYNACK]	= "segments_synack",
	[SL_STAT_SEGMENTS_ACK]		= "segments_ack",
	[SL_STAT_SEGMENTS_FIN]		= "segments_fin",
	[SL_STAT_SEGMENTS_RST]		= "segments_rst",
	[SL_STAT_TRANSITIONS]		= "transitions",
	[SL_STAT_CALLS]			= "calls",
	[SL_STAT_CALLS_FAILED]		= "calls_failed",
	[SL_STAT_HISTORY_EVICTED]	= "history_evicted",
	[SL_STAT_HALF_OPEN_EVICTED]	= "half_open_evicted",
	[SL_STAT_FLUSHED]		= "entries_flushed",
	[SL_STAT_LOST_NO_MEMORY]	= "lost_no_memory",
	[SL_STAT_LOST_LIVE_FULL]	= "lost_live_full",
	[SL_STAT_LOST_IDLE_FULL]	= "lost_idle_full",
	[SL_STAT_LOST_HALF_OPEN_FULL]	= "lost_half_open_full",
	[SL_STAT_LOST_INDEX]		= "lost_index",
	[SL_STAT_LOST_UNKNOWN_SOCKET]	= "lost_unknown_socket",
	[SL_STAT_LOST_END]		= "lost_end",
	[SL_STAT_LOST_TRANSITIONS]	= "lost_transitions",
	[SL_STAT_LOST_ENTRY_CALLS]	= "lost_entry_calls",
	[SL_STAT_LOST_HOLDERS]		= "lost_holders",
	[SL_STAT_LOST_ENTRY_EVENTS]	= "lost_entry_events",
	[SL_STAT_LOST_NOTICES]		= "lost_notices",
	[SL_STAT_BAD_TRUNCATED]		= "bad_truncated",
	[SL_STAT_BAD_OFFSET]		= "bad_offset",
	[SL_STAT_BAD_OPTIONS]		= "bad_options",
	[SL_STAT_BAD_FLAGS]		= "bad_flags",
	[SL_STAT_BAD_CHECKSUM]		= "bad_checksum",
	[SL_STAT_FRAGMENTS]		= "fragments",
};

static const char * const hist_names[SL_HISTS] = {
	[SL_HIST_CONNECT]	= "connect",
	[SL_HIST_ANSWER]	= "answer",
};

/* Roles that have handshakes. */
static const u8 handshake_roles[] = {
	SOCKLEDGER_ROLE_ACTIVE,
	SOCKLEDGER_ROLE_PASSIVE,
	SOCKLEDGER_ROLE_FORWARDED,
};

int sl_stats_init(struct sl_stats *stats)
{
	stats->cpu = alloc_percpu(struct sl_stats_cpu);
	return stats->cpu ? 0 : -ENOMEM;
}

void sl_stats_uninit(struct sl_stats *stats)
{
	free_percpu(stats->cpu);
}

void sl_stats_time(struct sl_stats *stats, enum sl_hist hist, u64 ns)
{
	/* Upwards, or what is a little more than a bound would be below it. */
	u64 us = DIV_ROUND_UP_ULL(ns, NSEC_PER_USEC);
	unsigned int bucket = us <= 1 ? 0 : ilog2(us - 1) + 1;

	bucket = min_t(unsigned int, bucket, SL_HIST_BUCKETS - 1);
	this_cpu_inc(stats->cpu->hist[hist][bucket]);
	this_cpu_add(stats->cpu->hist_ns[hist], ns);
}

/* Sum of one counter over the CPUs; @at is its place on any of them. */
static u64 stats_sum(const struct sl_stats *stats, size_t at)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		const void *base = per_cpu_ptr(stats->cpu, cpu);

		sum += READ_ONCE(*(const u64 *)(base + at));
	}
	return sum;
}

static int walk_outcomes(struct sl_stats *stats,
			 int (*emit)(void *arg, const char *name, u64 value),
			 void *arg)
{
	char name[NAME_LEN];
	unsigned int i, o;
	int err;

	for (i = 0; i < ARRAY_SIZE(handshake_roles); i++) {
		u8 role = handshake_roles[i];

		/* In progress is a gauge: what the pools and entries show. */
		for (o = SOCKLEDGER_OUTCOME_ESTABLISHED;
		     o < __SOCKLEDGER_OUTCOME_MAX; o++) {
			snprintf(name, sizeof(name), "%s_%s", sl_role_name(role),
				 sl_outcome_name(o));
			strreplace(name, '-', '_');
			err = emit(arg, name,
				   stats_sum(stats, offsetof(struct sl_stats_cpu,
							     outcome[role][o])));
			if (err)
				return err;
		}
	}
	return 0;
}

static int walk_hist(struct sl_stats *stats, enum sl_hist hist,
		     int (*emit)(void *arg, const char *name, u64 value),
		     void *arg)
{
	char name[NAME_LEN];
	unsigned int i;
	int err;

	for (i = 0; i < SL_HIST_BUCKETS; i++) {
		if (i == SL_HIST_BUCKETS - 1)
			snprintf(name, sizeof(name), "%s_us_le_inf",
				 hist_names[hist]);
		else
			snprintf(name, sizeof(name), "%s_us_le_%u",
				 hist_names[hist], 1U << i);
		err = emit(arg, name,
			   stats_sum(stats, offsetof(struct sl_stats_cpu,
						     hist[hist][i])));
		if (err)
			return err;
	}
	snprintf(name, sizeof(name), "%s_ns_sum", hist_names[hist]);
	return emit(arg, name, stats_sum(stats, offsetof(struct sl_stats_cpu,
							 hist_ns[hist])));
}

int sl_stats_walk(struct sl_stats *stats,
		  int (*emit)(void *arg, const char *name, u64 value),
		  void *arg)
{
	unsigned int i;
	int err;

	for (i = 0; i < SL_STATS; i++) {
		err = emit(arg, stat_names[i],
			   stats_sum(stats, offsetof(struct sl_stats_cpu,
						     stat[i])));
		if (err)
			return err;
	}
	err = walk_outcomes(stats, emit, arg);
	for (i = 0; i < SL_HISTS && !err; i++)
		err = walk_hist(stats, i, emit, arg);
	return err;
}
