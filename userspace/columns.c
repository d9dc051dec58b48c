// SPDX-License-Identifier: GPL-2.0
#include "columns.h"
#include "entry.h"
#include "memory.h"
#include "text.h"

#include "pure/names.h"

#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdio.h>

static void put(struct cell *cell, const char *text)
{
	snprintf(cell->text, sizeof(cell->text), "%s", text);
}

static void put_id(const void *item, const void *view, struct cell *ret)
{
	const struct entry *entry = item;

	(void)view;
	snprintf(ret->text, sizeof(ret->text), "%" PRIu64, entry->id);
}

static void put_role(const void *item, const void *view, struct cell *ret)
{
	const struct entry *entry = item;

	(void)view;
	put(ret, HAS(entry, ENTRY_ROLE) ? sl_role_name(entry->role) : "-");
}

static enum tint state_tint(const struct entry *entry)
{
	if (!HAS(entry, ENTRY_LIVE))
		return TINT_DIM;
	switch (entry->state) {
	case TCP_ESTABLISHED:
		return TINT_GOOD;
	case TCP_SYN_SENT:
	case TCP_SYN_RECV:
		return TINT_PENDING;
	default:
		return TINT_STATE;
	}
}

static void put_state(const void *item, const void *view, struct cell *ret)
{
	const struct entry *entry = item;

	(void)view;
	if (HAS(entry, ENTRY_STATE)) {
		put(ret, sl_state_name(entry->state));
		ret->tint = state_tint(entry);
	} else {
		put(ret, "-");
	}
}

static void put_local(const void *item, const void *view, struct cell *ret)
{
	(void)view;
	entry_local_text(item, ret->text, sizeof(ret->text));
}

static void put_remote(const void *item, const void *view, struct cell *ret)
{
	(void)view;
	entry_remote_text(item, ret->text, sizeof(ret->text));
}

static enum tint outcome_tint(unsigned int outcome)
{
	switch (outcome) {
	case SOCKLEDGER_OUTCOME_IN_PROGRESS:
		return TINT_PENDING;
	case SOCKLEDGER_OUTCOME_ESTABLISHED:
		return TINT_GOOD;
	default:
		return TINT_BAD;
	}
}

static void put_outcome(const void *item, const void *view, struct cell *ret)
{
	const struct handshake *hs = &((const struct entry *)item)->handshake;

	(void)view;
	if (HAS(hs, HANDSHAKE_OUTCOME)) {
		put(ret, sl_outcome_name(hs->outcome));
		ret->tint = outcome_tint(hs->outcome);
	} else {
		put(ret, "-");
	}
}

/* How long the entry has been in its state. */
static void put_age(const void *item, const void *view, struct cell *ret)
{
	const struct entry_view *v = view;
	const struct entry *entry = item;
	uint64_t since = entry->start_ns + entry->state_ns;

	if (!HAS(entry, ENTRY_START_NS))
		put(ret, "-");
	else	/* the clock may have been set back */
		text_duration(ret->text, sizeof(ret->text),
			      v->now_ns > since ? v->now_ns - since : 0);
}

static void put_took(const void *item, const void *view, struct cell *ret)
{
	uint64_t took;

	(void)view;
	if (entry_took_ns(item, &took))
		text_duration(ret->text, sizeof(ret->text), took);
	else
		put(ret, "-");
}

static unsigned int again(bool known, uint32_t count)
{
	return known && count ? count - 1 : 0;
}

static void put_retr(const void *item, const void *view, struct cell *ret)
{
	const struct handshake *hs = &((const struct entry *)item)->handshake;
	unsigned int syn, synack;

	(void)view;
	syn = again(HAS(hs, HANDSHAKE_SYN_COUNT), hs->syn_count);
	synack = again(HAS(hs, HANDSHAKE_SYNACK_COUNT), hs->synack_count);
	if (!HAS(hs, HANDSHAKE_SYN_COUNT) && !HAS(hs, HANDSHAKE_SYNACK_COUNT)) {
		put(ret, "-");
		return;
	}
	snprintf(ret->text, sizeof(ret->text), "%u/%u", syn, synack);
	if (syn || synack)
		ret->tint = TINT_PENDING;
}

static void put_owner(const void *item, const void *view, struct cell *ret)
{
	const struct owner *owner = entry_owner(item);
	char comm[4 * COMM_SIZE] = "";
	char pid[16] = "-";

	(void)view;
	if (!owner) {
		put(ret, "-");
		return;
	}
	if (HAS(owner, OWNER_PID))
		snprintf(pid, sizeof(pid), "%" PRIu32, owner->pid);
	text_escape(comm, sizeof(comm), owner->comm);
	snprintf(ret->text, sizeof(ret->text), "%s/%.*s", pid,
		 (int)(sizeof(ret->text) - sizeof(pid) - 1), comm);
}

/* Wide enough for any IPv4 address and port. */
#define ENDPOINT_LEAST	21

const struct column entry_columns[] = {
	{ .header = "ID", .right = true, .format = put_id },
	{ .header = "ROLE", .rank = 3, .format = put_role },
	{ .header = "STATE", .format = put_state },
	{ .header = "LOCAL", .least = ENDPOINT_LEAST, .cut_front = true,
	  .format = put_local },
	{ .header = "REMOTE", .least = ENDPOINT_LEAST, .cut_front = true,
	  .format = put_remote },
	{ .header = "OUTCOME", .format = put_outcome },
	{ .header = "AGE", .right = true, .rank = 4, .format = put_age },
	{ .header = "TOOK", .right = true, .rank = 2, .format = put_took },
	{ .header = "RETR", .right = true, .rank = 5, .format = put_retr },
	{ .header = "PID/COMM", .least = 10, .rank = 1, .format = put_owner },
};

const size_t entry_column_count = ARRAY_SIZE(entry_columns);
