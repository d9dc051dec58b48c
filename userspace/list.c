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
	struct listing *listing = data;

	if (!listing_wants(listing, entry_family(entry)))
		return 0;
	return listing_add(listing, entry);
}

static int list_listener(struct entry *entry, void *data)
{
	return entry->role == SOCKLEDGER_ROLE_LISTENER ?
	       list_entry(entry, data) : 0;
}

static int list_datagram(struct entry *entry, void *data)
{
	return entry->role == SOCKLEDGER_ROLE_DATAGRAM ?
	       list_entry(entry, data) : 0;
}

static enum status run(const struct options *options,
		       const struct listing_kind *kind, entries_fn take)
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
	status = entries_walk(client, take, &listing);
	client_close(client);
	return listing_end(&listing, status);
}

enum status list_run(const struct options *options, char **args)
{
	const struct listing_kind kind = {
		entry_columns, entry_column_count, as_json,
	};

	(void)args;
	return run(options, &kind, list_entry);
}

enum status listeners_run(const struct options *options, char **args)
{
	const struct listing_kind kind = {
		ledger_columns, ledger_column_count, as_json,
	};

	(void)args;
	return run(options, &kind, list_listener);
}

enum status datagrams_run(const struct options *options, char **args)
{
	const struct listing_kind kind = {
		datagram_columns, datagram_column_count, as_json,
	};

	(void)args;
	return run(options, &kind, list_datagram);
}
