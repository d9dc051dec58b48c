// SPDX-License-Identifier: GPL-2.0
#include "columns.h"
#include "cells.h"
#include "entry.h"
#include "labels.h"
#include "memory.h"
#include "words.h"

#include "pure/names.h"

#include <stdio.h>
#include <string.h>

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

static void put_behind(const char *word, struct cell *ret)
{
	size_t used = strlen(ret->text);

	snprintf(ret->text + used, sizeof(ret->text) - used, ", %s", word);
}

/* What went well did not stay so. */
static void put_error(uint32_t error, struct cell *ret)
{
	char name[ERRNO_SIZE];

	word_errno(name, sizeof(name), error);
	put_behind(name, ret);
	ret->tint = TINT_BAD;
}

static void put_outcome(const void *item, const void *view, struct cell *ret)
{
	const struct entry *entry = item;
	const struct handshake *hs = &entry->handshake;

	(void)view;
	if (!HAS(hs, HANDSHAKE_OUTCOME)) {
		cell_put(ret, "-");
		return;
	}
	cell_put(ret, sl_outcome_name(hs->outcome));
	ret->tint = label_outcome_tint(hs->outcome);
	if (hs->outcome == SOCKLEDGER_OUTCOME_ESTABLISHED && entry->error)
		put_error(entry->error, ret);
	else if (HAS(hs, HANDSHAKE_REASON) && hs->reason)
		put_behind(sl_reason_name(hs->reason), ret);
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
	if (entry_is_of_before(entry)) {
		memmove(ret->text + 1, ret->text, strlen(ret->text) + 1);
		*ret->text = '>';
	}
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

/* Nothing was measured yet where it is 0. */
static bool has_rtt(const struct entry *entry)
{
	return HAS(&entry->totals, TOTALS_SRTT_US) && entry->totals.srtt_us;
}

static void put_rtt(const void *item, const void *view, struct cell *ret)
{
	const struct entry *entry = item;

	(void)view;
	cell_duration(ret, has_rtt(entry),
		      UINT64_C(1000) * entry->totals.srtt_us);
}

static void put_resent(const void *item, const void *view, struct cell *ret)
{
	const struct totals *totals = &((const struct entry *)item)->totals;

	(void)view;
	cell_number(ret, HAS(totals, TOTALS_RETRANS), totals->retrans);
	if (totals->retrans)
		ret->tint = TINT_PENDING;
}

static int order_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int order_id(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return order_numbers(x->id, y->id);
}

static int order_role(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return strcmp(sl_role_name(x->role), sl_role_name(y->role));
}

static uint64_t state_rank(const struct entry *entry)
{
	uint8_t state = entry_state(entry);

	return state ? state : UINT64_MAX - HAS(entry, ENTRY_LIVE);
}

static int order_state(const void *a, const void *b)
{
	return order_numbers(state_rank(a), state_rank(b));
}

static int order_endpoints(const struct address *a, uint16_t a_port,
			   const struct address *b, uint16_t b_port)
{
	int ret = address_order(a, b);

	return ret ? ret : order_numbers(a_port, b_port);
}

static int order_local(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return order_endpoints(&x->local_addr, x->local_port,
			       &y->local_addr, y->local_port);
}

static int order_remote(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return order_endpoints(&x->remote_addr, x->remote_port,
			       &y->remote_addr, y->remote_port);
}

static uint64_t outcome_rank(const struct entry *entry)
{
	const struct handshake *hs = &entry->handshake;

	return HAS(hs, HANDSHAKE_OUTCOME) ? hs->outcome : UINT64_MAX;
}

static int order_outcome(const void *a, const void *b)
{
	return order_numbers(outcome_rank(a), outcome_rank(b));
}

static int order_age(const void *a, const void *b)
{
	return order_numbers(unchanged_since(b), unchanged_since(a));
}

static uint64_t took_rank(const struct entry *entry)
{
	uint64_t took;

	return entry_took_ns(entry, &took) ? took : UINT64_MAX;
}

static int order_took(const void *a, const void *b)
{
	return order_numbers(took_rank(a), took_rank(b));
}

static uint64_t retr_rank(const struct entry *entry)
{
	const struct handshake *hs = &entry->handshake;

	if (!HAS(hs, HANDSHAKE_SYN_COUNT) && !HAS(hs, HANDSHAKE_SYNACK_COUNT))
		return UINT64_MAX;
	return again(HAS(hs, HANDSHAKE_SYN_COUNT), hs->syn_count) +
	       again(HAS(hs, HANDSHAKE_SYNACK_COUNT), hs->synack_count);
}

static int order_retr(const void *a, const void *b)
{
	return order_numbers(retr_rank(a), retr_rank(b));
}

static uint64_t rtt_rank(const struct entry *entry)
{
	return has_rtt(entry) ? entry->totals.srtt_us : UINT64_MAX;
}

static int order_rtt(const void *a, const void *b)
{
	return order_numbers(rtt_rank(a), rtt_rank(b));
}

static uint64_t resent_rank(const struct entry *entry)
{
	return HAS(&entry->totals, TOTALS_RETRANS) ? entry->totals.retrans :
						     UINT64_MAX;
}

static int order_resent(const void *a, const void *b)
{
	return order_numbers(resent_rank(a), resent_rank(b));
}

static int order_owner(const void *a, const void *b)
{
	const struct owner *x = entry_owner(a), *y = entry_owner(b);
	int ret;

	if (!x || !y)
		return !x - !y;
	ret = strcmp(x->comm, y->comm);
	return ret ? ret : order_numbers(owner_pid(x), owner_pid(y));
}

/* The longest that later rows may need. */
#define ROLE_LATER	9	/* forwarded */
#define STATE_LATER	11	/* ESTABLISHED */
#define DURATION_LATER	9	/* 245.783ms */

/* Of what is added to it, an error or a reason, the comma is left. */
#define OUTCOME_LEAST	13

const struct column entry_columns[] = {
	{ .header = "ID", .right = true, .later = ID_LATER, .format = cell_entry_id,
	  .order = order_id },
	{ .header = "ROLE", .rank = 5, .later = ROLE_LATER, .format = put_role,
	  .order = order_role },
	{ .header = "STATE", .later = STATE_LATER, .format = cell_entry_state,
	  .order = order_state },
	{ .header = "LOCAL", .least = ENDPOINT_LEAST, .cut_front = true,
	  .rank = 1, .format = cell_entry_local, .order = order_local },
	{ .header = "REMOTE", .least = ENDPOINT_LEAST, .cut_front = true,
	  .format = put_remote, .order = order_remote },
	{ .header = "OUTCOME", .least = OUTCOME_LEAST, .rank = 2,
	  .later = OUTCOME_LEAST, .format = put_outcome,
	  .order = order_outcome },
	{ .header = "AGE", .right = true, .rank = 6, .later = DURATION_LATER,
	  .format = put_age, .order = order_age },
	{ .header = "TOOK", .right = true, .rank = 4, .later = DURATION_LATER,
	  .format = put_took, .order = order_took },
	{ .header = "RETR", .right = true, .rank = 7, .format = put_retr,
	  .order = order_retr },
	{ .header = "RTT", .right = true, .rank = 8, .later = DURATION_LATER,
	  .format = put_rtt, .order = order_rtt },
	{ .header = "RESENT", .right = true, .rank = 9, .format = put_resent,
	  .order = order_resent },
	{ .header = "PID/COMM", .least = 10, .rank = 3,
	  .format = cell_entry_owner, .order = order_owner },
};

const size_t entry_column_count = ARRAY_SIZE(entry_columns);
