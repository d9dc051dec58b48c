/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Things printed one after the other as they come: rows of a table, or
 * elements of a JSON array.
 */
#ifndef _SOCKLEDGER_LISTING_H
#define _SOCKLEDGER_LISTING_H

#include "columns.h"
#include "command.h"
#include "netns.h"
#include "table.h"

#include <stddef.h>

struct client;
struct json_out;

/**
 * struct listing_kind - what is listed
 * @columns: of the table
 * @column_count: how many
 * @json: writes an item; of which namespace, where it matters, else NULL
 */
struct listing_kind {
	const struct column *columns;
	size_t column_count;
	void (*json)(struct json_out *out, const void *item,
		     const struct netns *netns);
};

struct listing {
	const struct listing_kind *kind;
	const struct options *options;
	struct entry_view view;
	struct column *columns;	/* of the table */
	struct table *table;	/* opened once there is something to print */
	const struct netns *netns;	/* that it is in, if it goes everywhere */
	size_t shown;
};

/**
 * typedef listing_fn - what takes the things out of a ledger
 * @client: of the ledger
 * @data: as given to listing_run()
 *
 * Return: STATUS_FOUND, or STATUS_ERROR after a complaint.
 */
typedef enum status (*listing_fn)(struct client *client, void *data);

/**
 * listing_init() - start a listing
 * @listing: to be set up
 * @kind: what is listed; must outlive the listing
 * @options: JSON or a table, for which terminal, of which namespaces; must
 *           outlive the listing
 */
void listing_init(struct listing *listing, const struct listing_kind *kind,
		  const struct options *options);

/**
 * listing_add() - print an item, or hold it back for a while
 * @listing: the listing
 * @item: the item, which is not kept
 *
 * Return: 0, or 1 when output has failed and there is no sense in going on.
 */
int listing_add(struct listing *listing, const void *item);

/**
 * listing_run() - make the whole listing, of one ledger or of all there are
 * @listing: the listing, which is good for nothing afterwards
 * @walk: called for each ledger; adds what is in it to the listing
 * @data: passed to @walk
 *
 * Return: the exit status: STATUS_NOTHING when all of nothing was seen.
 */
enum status listing_run(struct listing *listing, listing_fn walk, void *data);

#endif /* _SOCKLEDGER_LISTING_H */
