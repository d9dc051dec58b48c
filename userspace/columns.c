// SPDX-License-Identifier: GPL-2.0
#include "columns.h"
#include "cells.h"
#include "entry.h"
#include "labels.h"
#include "memory.h"

#include "pure/names.h"

#include <stdio.h>

static void put_role(const void *item, const void *view, struct cell *ret)
{
	const struct entry *entry = item;

	(void)view;
	cell_put(ret, HAS(entry, ENTRY_ROLE) ? sl_role_name(entry->role) : "-");
}

static void put_remote(const void *item, const void *view, struct cell *ret)
{
	(void)view;
	entry_remote_text(item, ret->text, sizeof(ret->text));
}

static void put_outcome(const void *item, const void *view, struct cell *ret)
{
	const struct handshake *hs = &((const struct entry *)item)->handshake;

	(void)view;
	if (HAS(hs, HANDSHAKE_OUTCOME)) {
		cell_put(ret, sl_outcome_name(hs->outcome));
		ret->tint = label_outcome_tint(hs->outcome);
	} else {
		cell_put(ret, "-");
	}
}

/* What has no state has been as it is since it ended, or else began. */
static uint64_t unchanged_since(const struct entry *entry)
{
	if (HAS(entry, ENTRY_STATE_NS))
		return entry->start_ns + entry->state_ns;
	return entry->start_ns + entry->end_ns;
}

static void put_age(const void *item, const void *view, struct cell *ret)
{
	const struct entry_view *v = view;
	const struct entry *entry = item;
	uint64_t since = unchanged_since(entry);

	/* The clock may have been set back. */
	cell_duration(ret, HAS(entry, ENTRY_START_NS),
		      v->now_ns > since ? v->now_ns - since : 0);
}

static void put_took(const void *item, const void *view, struct cell *ret)
{
	uint64_t took = 0;
	bool known = entry_took_ns(item, &took);

	(void)view;
	cell_duration(ret, known, took);
}

static unsigned int again(bool known, uint32_t count)
{
	return known && count ? count - 1 : 0;
}

static void put_retr(const void *item, const void *view, struct cell *ret)
{
	const struct handshake *hs = &((const struct entry *)item)->handshake;
	bool known = HAS(hs, HANDSHAKE_SYN_COUNT) ||
		     HAS(hs, HANDSHAKE_SYNACK_COUNT);
	unsigned int syn, synack;

	(void)view;
	syn = again(HAS(hs, HANDSHAKE_SYN_COUNT), hs->syn_count);
	synack = again(HAS(hs, HANDSHAKE_SYNACK_COUNT), hs->synack_count);
	cell_pair(ret, known, syn, known, synack);
	if (syn || synack)
		ret->tint = TINT_PENDING;
}

const struct column entry_columns[] = {
	{ .header = "ID", .right = true, .format = cell_entry_id },
	{ .header = "ROLE", .rank = 3, .format = put_role },
	{ .header = "STATE", .format = cell_entry_state },
	{ .header = "LOCAL", .least = ENDPOINT_LEAST, .cut_front = true,
	  .format = cell_entry_local },
	{ .header = "REMOTE", .least = ENDPOINT_LEAST, .cut_front = true,
	  .format = put_remote },
	{ .header = "OUTCOME", .format = put_outcome },
	{ .header = "AGE", .right = true, .rank = 4, .format = put_age },
	{ .header = "TOOK", .right = true, .rank = 2, .format = put_took },
	{ .header = "RETR", .right = true, .rank = 5, .format = put_retr },
	{ .header = "PID/COMM", .least = 10, .rank = 1,
	  .format = cell_entry_owner },
};

const size_t entry_column_count = ARRAY_SIZE(entry_columns);
