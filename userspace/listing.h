/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Things printed one after the other as they come: rows of a table, or
 * elements of a JSON array.
 */
#ifndef _SOCKLEDGER_LISTING_H
#define _SOCKLEDGER_LISTING_H

#include "command.h"
#include "table.h"

#include <jansson.h>
#include <stddef.h>

/**
 * struct listing_kind - what is listed
 * @columns: of the table
 * @column_count: how many
 * @json: an item as an object, for json_decref()
 */
struct listing_kind {
	const struct column *columns;
	size_t column_count;
	json_t *(*json)(const void *item);
};

struct listing {
	const struct listing_kind *kind;
	const struct options *options;
	const void *view;
	struct table *table;	/* opened once there is something to print */
	size_t shown;
};

/**
 * listing_init() - start a listing
 * @listing: to be set up
 * @kind: what is listed; must outlive the listing
 * @options: JSON or a table, for which terminal; must outlive the listing
 * @view: passed to the columns; must outlive the listing
 */
void listing_init(struct listing *listing, const struct listing_kind *kind,
		  const struct options *options, const void *view);

/**
 * listing_add() - print an item, or hold it back for a while
 * @listing: the listing
 * @item: the item, which is not kept
 *
 * Return: 0, or 1 when output has failed and there is no sense in going on.
 */
int listing_add(struct listing *listing, const void *item);

/**
 * listing_end() - print what is missing at the end
 * @listing: the listing
 * @status: STATUS_FOUND if all items were seen, STATUS_ERROR if not
 *
 * Return: the exit status: @status, or STATUS_NOTHING when all of nothing was
 * seen.
 */
enum status listing_end(struct listing *listing, enum status status);

#endif /* _SOCKLEDGER_LISTING_H */
