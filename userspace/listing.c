// SPDX-License-Identifier: GPL-2.0
#include "listing.h"
#include "cells.h"
#include "client.h"
#include "json_out.h"
#include "memory.h"
#include "text.h"
#include "writer.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Columns that fit into a cell with a mark, whatever the characters are */
#define NETNS_WIDTH	((CELL_SIZE - 2) / 4)

static void put_netns(const void *item, const void *view, struct cell *ret)
{
	const char *name = ((const struct entry_view *)view)->netns;
	struct writer writer;
	size_t taken;

	(void)item;
	if (strlen(name) < sizeof(ret->text)) {
		cell_put(ret, name);
		return;
	}
	/* Longer than any that a person gives. */
	writer = writer_begin(ret->text, sizeof(ret->text));
	write_bytes(&writer, name, text_beginning(name, NETNS_WIDTH, &taken));
	write_text(&writer, "+");
}

static const struct column netns_column = {
	.header = "NETNS", .least = 8, .format = put_netns,
};

void listing_init(struct listing *listing, const struct listing_kind *kind,
		  const struct options *options)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	*listing = (struct listing){
		.kind = kind, .options = options,
		.view.now_ns = now.tv_sec * UINT64_C(1000000000) + now.tv_nsec,
	};
}

static struct table *table_of(struct listing *listing)
{
	const struct listing_kind *kind = listing->kind;
	size_t more = listing->options->all_netns;

	if (listing->table)
		return listing->table;
	listing->columns = memory_array(NULL, kind->column_count + more,
					sizeof(*listing->columns));
	if (more)
		listing->columns[0] = netns_column;
	memcpy(listing->columns + more, kind->columns,
	       kind->column_count * sizeof(*listing->columns));
	listing->table = table_open(&listing->options->term, listing->columns,
				    kind->column_count + more, &listing->view);
	return listing->table;
}

static void print_json(struct listing *listing, const void *item)
{
	struct json_out out = { 0 };

	fputs(listing->shown ? ",\n" : "[\n", stdout);
	listing->kind->json(&out, item, listing->netns);
}

int listing_add(struct listing *listing, const void *item)
{
	if (listing->options->json)
		print_json(listing, item);
	else
		table_add(table_of(listing), item);
	listing->shown++;
	return term_failed();
}

static enum status listing_end(struct listing *listing, enum status status)
{
	bool whole = status == STATUS_FOUND;

	if (listing->options->json) {
		if (listing->shown)
			puts("\n]");
		else if (whole)
			puts("[]");
	} else if (listing->shown || whole) {
		table_close(table_of(listing));
		free(listing->columns);
	}
	return whole && !listing->shown ? STATUS_NOTHING : status;
}

struct run {
	struct listing *listing;
	listing_fn walk;
	void *data;
};

static enum status run_here(const struct run *run)
{
	struct client *client;
	enum status status = client_open(&client);

	if (status != STATUS_FOUND)
		return status;
	status = run->walk(client, run->data);
	client_close(client);
	return status;
}

static enum status run_in(const struct netns *netns, void *data)
{
	char name[4 * NAME_MAX];
	struct run *run = data;

	if (netns->name)
		text_escape(name, sizeof(name), netns->name);
	else
		snprintf(name, sizeof(name), "%" PRIu64, netns->inode);
	run->listing->netns = netns;
	run->listing->view.netns = name;
	return term_failed() ? STATUS_FOUND : run_here(run);
}

enum status listing_run(struct listing *listing, listing_fn walk, void *data)
{
	struct run run = { .listing = listing, .walk = walk, .data = data };
	enum status status;

	if (listing->options->all_netns)
		status = netns_each(run_in, &run);
	else
		status = run_here(&run);
	return listing_end(listing, status);
}
