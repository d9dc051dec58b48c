// SPDX-License-Identifier: GPL-2.0
#include "call.h"
#include "cells.h"
#include "command.h"
#include "json.h"
#include "listing.h"
#include "memory.h"
#include "text.h"
#include "words.h"

#include "pure/names.h"

static void put_time(const void *item, const void *view, struct cell *ret)
{
	const struct call *call = item;

	(void)view;
	if (HAS(call, CALL_TIME_NS))
		text_date(ret->text, sizeof(ret->text), call->time_ns);
	else
		cell_put(ret, "-");
}

static void put_entry(const void *item, const void *view, struct cell *ret)
{
	const struct call *call = item;

	(void)view;
	cell_number(ret, HAS(call, CALL_ENTRY_ID), call->entry_id);
}

static void put_call(const void *item, const void *view, struct cell *ret)
{
	const struct call *call = item;

	(void)view;
	cell_put(ret, HAS(call, CALL_WHAT) ? word_call(call->what) : "-");
}

static void put_error(const void *item, const void *view, struct cell *ret)
{
	const struct call *call = item;

	(void)view;
	ret->tint = TINT_BAD;
	if (HAS(call, CALL_ERROR))
		word_errno(ret->text, sizeof(ret->text), call->error);
	else
		cell_put(ret, "-");
}

static void put_proto(const void *item, const void *view, struct cell *ret)
{
	const struct call *call = item;

	(void)view;
	cell_put(ret, HAS(call, CALL_PROTO) ? sl_proto_name(call->proto) : "-");
}

static void put_asked(const void *item, const void *view, struct cell *ret)
{
	const struct call *call = item;

	(void)view;
	if (HAS(call, CALL_ADDR))
		endpoint_text(ret->text, sizeof(ret->text), &call->addr,
			      call->scope, call->port);
	else
		cell_put(ret, "-");
}

static void put_holder(const void *item, const void *view, struct cell *ret)
{
	const struct call *call = item;

	(void)view;
	cell_number(ret, HAS(call, CALL_HOLDER_ID), call->holder_id);
}

static void put_uid(const void *item, const void *view, struct cell *ret)
{
	const struct owner *caller = &((const struct call *)item)->caller;

	(void)view;
	cell_number(ret, HAS(caller, OWNER_UID), caller->uid);
}

static void put_caller(const void *item, const void *view, struct cell *ret)
{
	const struct call *call = item;

	(void)view;
	cell_owner(ret, HAS(call, CALL_CALLER) ? &call->caller : NULL);
}

/* The longest that later rows may need. */
#define CALL_LATER	7	/* connect */
#define ERROR_LATER	13	/* EADDRNOTAVAIL */

/* What a time may be cut to: its day goes first. */
#define TIME_LEAST	16

static const struct column call_columns[] = {
	{ .header = "TIME", .least = TIME_LEAST, .cut_front = true,
	  .rank = 1, .format = put_time },
	{ .header = "ENTRY", .right = true, .rank = 4, .later = ID_LATER,
	  .format = put_entry },
	{ .header = "CALL", .later = CALL_LATER, .format = put_call },
	{ .header = "ERROR", .later = ERROR_LATER, .format = put_error },
	{ .header = "PROTO", .rank = 6, .format = put_proto },
	{ .header = "ASKED", .least = ENDPOINT_LEAST, .cut_front = true,
	  .format = put_asked },
	{ .header = "HOLDER", .right = true, .rank = 2, .later = ID_LATER,
	  .format = put_holder },
	{ .header = "UID", .right = true, .rank = 5, .format = put_uid },
	{ .header = "PID/COMM", .least = 10, .rank = 3, .format = put_caller },
};

static void as_json(struct json_out *out, const void *item,
		    const struct netns *netns)
{
	json_call(out, item, netns);
}

struct calls {
	struct listing listing;
	struct filter *filter;
};

static int list_call(const struct call *call, void *data)
{
	struct calls *calls = data;
	struct subject subject;

	subject_of_call(call, &subject);
	if (filter_judge(calls->filter, &subject) != VERDICT_YES)
		return 0;
	return listing_add(&calls->listing, call);
}

static enum status list_calls(struct client *client, void *data)
{
	return calls_walk(client, list_call, data);
}

enum status calls_run(const struct options *options, char **args)
{
	const struct listing_kind kind = {
		call_columns, ARRAY_SIZE(call_columns), as_json,
	};
	struct calls calls;
	enum status status;

	status = options_filter(options, args, &filter_calls, &calls.filter);
	if (status != STATUS_FOUND)
		return status;
	listing_init(&calls.listing, &kind, options);
	status = listing_run(&calls.listing, list_calls, &calls);
	filter_free(calls.filter);
	return status;
}
