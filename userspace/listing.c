// SPDX-License-Identifier: GPL-2.0
#include "listing.h"
#include "json.h"

#include <stdio.h>

void listing_init(struct listing *listing, const struct listing_kind *kind,
		  const struct options *options, const void *view)
{
	*listing = (struct listing){
		.kind = kind, .options = options, .view = view,
	};
}

static struct table *table_of(struct listing *listing)
{
	const struct listing_kind *kind = listing->kind;

	if (!listing->table)
		listing->table = table_open(&listing->options->term,
					    kind->columns, kind->column_count,
					    listing->view);
	return listing->table;
}

int listing_add(struct listing *listing, const void *item)
{
	if (listing->options->json) {
		fputs(listing->shown ? ",\n" : "[\n", stdout);
		json_print(listing->kind->json(item), 0);
	} else {
		table_add(table_of(listing), item);
	}
	listing->shown++;
	return term_failed();
}

enum status listing_end(struct listing *listing, enum status status)
{
	bool whole = status == STATUS_FOUND;

	if (listing->options->json) {
		if (listing->shown)
			puts("\n]");
		else if (whole)
			puts("[]");
	} else if (listing->shown || whole) {
		table_close(table_of(listing));
	}
	return whole && !listing->shown ? STATUS_NOTHING : status;
}
