// SPDX-License-Identifier: GPL-2.0
#include "columns.h"
#include "command.h"
#include "datagram_columns.h"
#include "entries.h"
#include "json.h"
#include "ledger_columns.h"
#include "listing.h"

static void as_json(struct json_out *out, const void *item,
		    const struct netns *netns)
{
	json_entry(out, NULL, item, netns);
}

struct list {
	struct listing listing;
	struct filter *filter;
	enum sockledger_detail detail;
};

static int list_entry(struct entry *entry, void *data)
{
	return listing_add(data, entry);
}

static enum status list_ledger(struct client *client, void *data)
{
	struct list *list = data;

	return entries_walk(client, list->filter, list->detail, list_entry,
			    &list->listing);
}

/* What has one of some roles, and meets the filter; @detail is for a table. */
static enum status run(const struct options *options, char **args,
		       const struct listing_kind *kind, uint64_t roles,
		       enum sockledger_detail detail)
{
	struct list list;
	enum status status;

	status = options_filter(options, args, &filter_entries, &list.filter);
	if (status != STATUS_FOUND)
		return status;
	list.filter = filter_join(FILTER_AND, filter_set(ASPECT_ROLE, roles),
				  list.filter);
	list.detail = options->json ? SOCKLEDGER_DETAIL_STORY : detail;
	listing_init(&list.listing, kind, options);
	status = listing_run(&list.listing, list_ledger, &list);
	filter_free(list.filter);
	return status;
}

enum status list_run(const struct options *options, char **args)
{
	const struct listing_kind kind = {
		entry_columns, entry_column_count, as_json,
	};

	return run(options, args, &kind, UINT64_MAX, SOCKLEDGER_DETAIL_ROW);
}

enum status listeners_run(const struct options *options, char **args)
{
	const struct listing_kind kind = {
		ledger_columns, ledger_column_count, as_json,
	};

	return run(options, args, &kind,
		   SUBJECT_BIT(SOCKLEDGER_ROLE_LISTENER),
		   SOCKLEDGER_DETAIL_FACTS);
}

enum status datagrams_run(const struct options *options, char **args)
{
	const struct listing_kind kind = {
		datagram_columns, datagram_column_count, as_json,
	};

	return run(options, args, &kind,
		   SUBJECT_BIT(SOCKLEDGER_ROLE_DATAGRAM),
		   SOCKLEDGER_DETAIL_FACTS);
}
