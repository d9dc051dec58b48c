// SPDX-License-Identifier: GPL-2.0
#include "columns.h"
#include "command.h"
#include "datagram_columns.h"
#include "entries.h"
#include "json.h"
#include "ledger_columns.h"
#include "listing.h"

#include <time.h>

static json_t *as_json(const void *item)
{
	return json_entry(item);
}

static int list_entry(struct entry *entry, void *data)
{
	return listing_add(data, entry);
}

static enum status list(const struct options *options,
			const struct listing_kind *kind,
			const struct filter *filter)
{
	struct entry_view view;
	struct listing listing;
	struct client *client;
	struct timespec now;
	enum status status;

	clock_gettime(CLOCK_REALTIME, &now);
	view.now_ns = now.tv_sec * UINT64_C(1000000000) + now.tv_nsec;
	status = client_open(&client);
	if (status != STATUS_FOUND)
		return status;
	listing_init(&listing, kind, options, &view);
	status = entries_walk(client, filter, list_entry, &listing);
	client_close(client);
	return listing_end(&listing, status);
}

/* What has one of some roles, and meets the filter. */
static enum status run(const struct options *options, char **args,
		       const struct listing_kind *kind, uint64_t roles)
{
	struct filter *filter;
	enum status status;

	status = options_filter(options, args, &filter_entries, &filter);
	if (status != STATUS_FOUND)
		return status;
	filter = filter_join(FILTER_AND, filter_set(ASPECT_ROLE, roles),
			     filter);
	status = list(options, kind, filter);
	filter_free(filter);
	return status;
}

enum status list_run(const struct options *options, char **args)
{
	const struct listing_kind kind = {
		entry_columns, entry_column_count, as_json,
	};

	return run(options, args, &kind, UINT64_MAX);
}

enum status listeners_run(const struct options *options, char **args)
{
	const struct listing_kind kind = {
		ledger_columns, ledger_column_count, as_json,
	};

	return run(options, args, &kind,
		   SUBJECT_BIT(SOCKLEDGER_ROLE_LISTENER));
}

enum status datagrams_run(const struct options *options, char **args)
{
	const struct listing_kind kind = {
		datagram_columns, datagram_column_count, as_json,
	};

	return run(options, args, &kind,
		   SUBJECT_BIT(SOCKLEDGER_ROLE_DATAGRAM));
}
