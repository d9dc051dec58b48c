// SPDX-License-Identifier: GPL-2.0
#include "datagram_columns.h"
#include "cells.h"
#include "entry.h"
#include "memory.h"

#include "pure/names.h"

#include <inttypes.h>
#include <stdio.h>

static const struct datagrams *datagrams_of(const void *item)
{
	return &((const struct entry *)item)->datagrams;
}

static void put_proto(const void *item, const void *view, struct cell *ret)
{
	(void)view;
	cell_put(ret, sl_proto_name(((const struct entry *)item)->proto));
}

/* Whom it is connected to, or else met last. */
static void put_peer(const void *item, const void *view, struct cell *ret)
{
	const struct datagrams *d = datagrams_of(item);
	const struct entry *entry = item;

	(void)view;
	if (HAS(entry, ENTRY_REMOTE_ADDR) || !HAS(d, DATAGRAMS_PEER_ADDR))
		entry_remote_text(entry, ret->text, sizeof(ret->text));
	else
		endpoint_text(ret->text, sizeof(ret->text), &d->peer_addr,
			      d->peer_scope, d->peer_port);
}

static void put_peers(const void *item, const void *view, struct cell *ret)
{
	const struct datagrams *d = datagrams_of(item);

	(void)view;
	if (HAS(d, DATAGRAMS_PEERS))
		snprintf(ret->text, sizeof(ret->text), "%s%" PRIu32,
			 HAS(d, DATAGRAMS_PEERS_ESTIMATED) ? "~" : "",
			 d->peers);
	else
		cell_put(ret, "-");
}

static void put_sent(const void *item, const void *view, struct cell *ret)
{
	const struct datagrams *d = datagrams_of(item);

	(void)view;
	cell_number(ret, HAS(d, DATAGRAMS_SENT), d->sent);
}

static void put_bytes_sent(const void *item, const void *view,
			   struct cell *ret)
{
	const struct datagrams *d = datagrams_of(item);

	(void)view;
	cell_number(ret, HAS(d, DATAGRAMS_BYTES_SENT), d->bytes_sent);
}

static void put_received(const void *item, const void *view,
			 struct cell *ret)
{
	const struct datagrams *d = datagrams_of(item);

	(void)view;
	cell_number(ret, HAS(d, DATAGRAMS_RECEIVED), d->received);
}

static void put_bytes_received(const void *item, const void *view,
			       struct cell *ret)
{
	const struct datagrams *d = datagrams_of(item);

	(void)view;
	cell_number(ret, HAS(d, DATAGRAMS_BYTES_RECEIVED), d->bytes_received);
}

static void put_groups(const void *item, const void *view, struct cell *ret)
{
	const struct datagrams *d = datagrams_of(item);

	(void)view;
	cell_number(ret, HAS(d, DATAGRAMS_GROUPS), d->groups);
}

static void put_lost(const void *item, const void *view, struct cell *ret)
{
	const struct datagrams *d = datagrams_of(item);
	uint64_t lost = d->lost_full + d->lost_other;

	(void)view;
	cell_number(ret, HAS(d, DATAGRAMS_LOST_FULL), lost);
	if (lost)
		ret->tint = TINT_BAD;
}

static void put_errors(const void *item, const void *view, struct cell *ret)
{
	const struct datagrams *d = datagrams_of(item);

	(void)view;
	cell_pair(ret, HAS(d, DATAGRAMS_SEND_ERRORS), d->send_errors,
		  HAS(d, DATAGRAMS_ICMP_ERRORS), d->icmp_errors);
	if (d->send_errors || d->icmp_errors)
		ret->tint = TINT_BAD;
}

/* What later rows will hardly exceed. */
#define COUNT_LATER	5
#define BYTES_LATER	10

const struct column datagram_columns[] = {
	{ .header = "ID", .right = true, .later = ID_LATER,
	  .format = cell_entry_id },
	{ .header = "PROTO", .rank = 8, .format = put_proto },
	{ .header = "STATE", .rank = 6, .format = cell_entry_state },
	{ .header = "LOCAL", .least = ENDPOINT_LEAST, .cut_front = true,
	  .format = cell_entry_local },
	{ .header = "PEER", .least = ENDPOINT_LEAST, .cut_front = true,
	  .rank = 1, .format = put_peer },
	{ .header = "PEERS", .right = true, .rank = 4, .format = put_peers },
	{ .header = "SENT", .right = true, .later = COUNT_LATER,
	  .format = put_sent },
	{ .header = "BYTES", .right = true, .rank = 7, .later = BYTES_LATER,
	  .format = put_bytes_sent },
	{ .header = "RECEIVED", .right = true, .later = COUNT_LATER,
	  .format = put_received },
	{ .header = "BYTES", .right = true, .rank = 7, .later = BYTES_LATER,
	  .format = put_bytes_received },
	{ .header = "LOST", .right = true, .later = COUNT_LATER,
	  .format = put_lost },
	{ .header = "ERRORS", .right = true, .rank = 3, .format = put_errors },
	{ .header = "GROUPS", .right = true, .rank = 9, .format = put_groups },
	{ .header = "PID/COMM", .least = 10, .rank = 2,
	  .format = cell_entry_owner },
};

const size_t datagram_column_count = ARRAY_SIZE(datagram_columns);
