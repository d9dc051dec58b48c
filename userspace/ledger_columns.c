// SPDX-License-Identifier: GPL-2.0
#include "ledger_columns.h"
#include "cells.h"
#include "entry.h"
#include "memory.h"

static const struct ledger *ledger_of(const void *item)
{
	return &((const struct entry *)item)->ledger;
}

static void put_backlog(const void *item, const void *view, struct cell *ret)
{
	const struct ledger *l = ledger_of(item);

	(void)view;
	cell_pair(ret, HAS(l, LEDGER_ASKED), l->asked,
		  HAS(l, LEDGER_BACKLOG), l->backlog);
}

/* Linux lets one more in than the backlog says. */
static void put_queue(const void *item, const void *view, struct cell *ret)
{
	const struct ledger *l = ledger_of(item);

	(void)view;
	cell_pair(ret, HAS(l, LEDGER_QUEUE), l->queue,
		  HAS(l, LEDGER_QUEUE_PEAK), l->queue_peak);
	if (HAS(l, LEDGER_BACKLOG) && l->queue > l->backlog)
		ret->tint = TINT_BAD;
	else if (l->queue)
		ret->tint = TINT_PENDING;
}

static void put_half_open(const void *item, const void *view,
			  struct cell *ret)
{
	const struct ledger *l = ledger_of(item);

	(void)view;
	cell_pair(ret, HAS(l, LEDGER_HALF_OPEN), l->half_open,
		  HAS(l, LEDGER_HALF_OPEN_PEAK), l->half_open_peak);
}

static void put_overflows(const void *item, const void *view,
			  struct cell *ret)
{
	const struct ledger *l = ledger_of(item);

	(void)view;
	cell_pair(ret, HAS(l, LEDGER_OVERFLOWS), l->overflows,
		  HAS(l, LEDGER_SYN_OVERFLOWS), l->syn_overflows);
	if (l->overflows || l->syn_overflows)
		ret->tint = TINT_BAD;
}

static void put_drops(const void *item, const void *view, struct cell *ret)
{
	const struct ledger *l = ledger_of(item);

	(void)view;
	cell_number(ret, HAS(l, LEDGER_DROPS), l->drops);
	if (l->drops)
		ret->tint = TINT_BAD;
}

static void put_cookies(const void *item, const void *view, struct cell *ret)
{
	const struct ledger *l = ledger_of(item);

	(void)view;
	cell_pair(ret, HAS(l, LEDGER_COOKIES_SENT), l->cookies_sent,
		  HAS(l, LEDGER_COOKIES_ACCEPTED), l->cookies_accepted);
	if (l->cookies_sent)
		ret->tint = TINT_PENDING;
}

static void put_accepted(const void *item, const void *view, struct cell *ret)
{
	const struct ledger *l = ledger_of(item);

	(void)view;
	cell_number(ret, HAS(l, LEDGER_ACCEPTED), l->accepted);
}

#define WAIT(member, code) \
static void put_wait_##member(const void *item, const void *view, \
			      struct cell *ret) \
{ \
	const struct ledger *l = ledger_of(item); \
	\
	(void)view; \
	cell_duration(ret, HAS(l, LEDGER_WAIT_##code##_NS), \
		      l->wait_##member##_ns); \
}

WAIT(min, MIN)
WAIT(mean, MEAN)
WAIT(p50, P50)
WAIT(p99, P99)
WAIT(max, MAX)

const struct column ledger_columns[] = {
	{ .header = "ID", .right = true, .later = ID_LATER,
	  .format = cell_entry_id },
	{ .header = "LOCAL", .least = ENDPOINT_LEAST, .cut_front = true,
	  .format = cell_entry_local },
	{ .header = "STATE", .format = cell_entry_state },
	{ .header = "BACKLOG", .right = true, .rank = 1, .format = put_backlog },
	{ .header = "QUEUE", .right = true, .format = put_queue },
	{ .header = "HALF-OPEN", .right = true, .rank = 6,
	  .format = put_half_open },
	{ .header = "OVERFLOWS", .right = true, .format = put_overflows },
	{ .header = "DROPS", .right = true, .rank = 4, .format = put_drops },
	{ .header = "COOKIES", .right = true, .rank = 7,
	  .format = put_cookies },
	{ .header = "ACCEPTED", .right = true, .rank = 3,
	  .format = put_accepted },
	{ .header = "WAIT-MIN", .right = true, .rank = 10,
	  .format = put_wait_min },
	{ .header = "WAIT-MEAN", .right = true, .rank = 9,
	  .format = put_wait_mean },
	{ .header = "WAIT-P50", .right = true, .rank = 8,
	  .format = put_wait_p50 },
	{ .header = "WAIT-P99", .right = true, .rank = 5,
	  .format = put_wait_p99 },
	{ .header = "WAIT-MAX", .right = true, .rank = 8,
	  .format = put_wait_max },
	{ .header = "PID/COMM", .least = 10, .rank = 2,
	  .format = cell_entry_owner },
};

const size_t ledger_column_count = ARRAY_SIZE(ledger_columns);
