/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A table whose rows are printed as they come: its first rows settle the
 * widths, later ones follow, so that memory stays bounded. A later cell that is
 * wider has what its row leaves of the terminal, before it is cut.
 */
#ifndef _SOCKLEDGER_TABLE_H
#define _SOCKLEDGER_TABLE_H

#include "term.h"

#include <stdbool.h>
#include <stddef.h>

#define CELL_SIZE	128

struct cell {
	char text[CELL_SIZE];	/* printable */
	enum tint tint;
	size_t width;		/* of the text; measured by the table, once */
};

/**
 * struct column - one column of a table
 * @header: its name
 * @right: align to the right
 * @least: width it may be cut to on a narrow terminal, 0: it is never cut
 * @cut_front: where it is cut, its end stays
 * @rank: a column of higher rank is left out sooner when cutting is not
 *        enough; rank 0 stays
 * @format: fills the cell, zeroed before, for an item of the view
 * @later: width to have ready where more rows come than settle the widths
 * @order: which of two items comes first by this column, as qsort() wants it;
 *         NULL where nobody sorts by it
 */
struct column {
	const char *header;
	bool right;
	size_t least;
	bool cut_front;
	unsigned int rank;
	size_t later;
	void (*format)(const void *item, const void *view, struct cell *ret);
	int (*order)(const void *a, const void *b);
};

struct table;

/**
 * table_open() - start a table
 * @term: where to; must outlive the table
 * @columns: the columns; must outlive the table
 * @count: how many
 * @view: passed to every format(); must outlive the table
 *
 * Return: the table, for table_close().
 */
struct table *table_open(const struct term *term, const struct column *columns,
			 size_t count, const void *view);

/** table_add() - add a row; @item is not kept */
void table_add(struct table *table, const void *item);

/** table_close() - print what is still held back, and free the table */
void table_close(struct table *table);

#endif /* _SOCKLEDGER_TABLE_H */
