// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "memory.h"
#include "text.h"
#include "writer.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows held back to settle the widths. */
#define HELD_ROWS	64
#define GAP		2
#define SCANT		8
/* A cell, as much room before or after it, the colours, a mark and a gap. */
#define COLUMN_SIZE	(2 * CELL_SIZE + 32)

struct table {
	const struct term *term;
	const struct column *columns;
	const void *view;
	size_t count;
	size_t *wanted;		/* widths by content; 0: left out */
	size_t *widths;		/* as printed */
	size_t spare;		/* what there is beyond them */
	struct cell *held;	/* HELD_ROWS rows of count cells */
	size_t held_rows;
	bool settled;
};

struct table *table_open(const struct term *term, const struct column *columns,
			 size_t count, const void *view)
{
	struct table *table = memory_zeroed(sizeof(*table));
	size_t i;

	table->term = term;
	table->columns = columns;
	table->view = view;
	table->count = count;
	table->wanted = memory_array(NULL, count, sizeof(*table->wanted));
	table->widths = memory_array(NULL, count, sizeof(*table->widths));
	table->held = memory_array(NULL, HELD_ROWS * count,
				   sizeof(*table->held));
	for (i = 0; i < count; i++)
		table->wanted[i] = strlen(columns[i].header);
	return table;
}

static size_t total_width(const struct table *table)
{
	size_t i, total = 0;

	for (i = 0; i < table->count; i++)
		if (table->widths[i])
			total += table->widths[i] + (total ? GAP : 0);
	return total;
}

/*
 * Make the one that can spare most narrower; @scant is what is left of those
 * that may be cut when nothing else helps.
 */
static bool squeeze(struct table *table, size_t scant)
{
	size_t i, least, spare, widest = 0, most = 0;

	for (i = 0; i < table->count; i++) {
		least = scant ? scant : table->columns[i].least;
		if (!table->columns[i].least || table->widths[i] <= least)
			continue;
		spare = table->widths[i] - least;
		if (spare > most) {
			most = spare;
			widest = i;
		}
	}
	if (!most)
		return false;
	table->widths[widest]--;
	return true;
}

static bool leave_out(struct table *table)
{
	size_t i, victim = 0;
	unsigned int rank = 0;

	for (i = 0; i < table->count; i++) {
		if (table->wanted[i] && table->columns[i].rank > rank) {
			rank = table->columns[i].rank;
			victim = i;
		}
	}
	if (!rank)
		return false;
	table->wanted[victim] = 0;
	return true;
}

/* Give every column its width, and cut to the terminal as far as possible. */
static bool try_fit(struct table *table, size_t room, size_t scant)
{
	memcpy(table->widths, table->wanted,
	       table->count * sizeof(*table->widths));
	while (total_width(table) > room)
		if (!squeeze(table, scant))
			return false;
	return true;
}

/* How much wider a cell with that much text too many becomes. */
static size_t take_spare(size_t *spare, size_t excess)
{
	size_t taken = excess < *spare ? excess : *spare;

	*spare -= taken;
	return taken;
}

/* What may be cut has room for what it need not be cut to, if there is any. */
static void give_least(struct table *table)
{
	size_t i, least;

	for (i = 0; i < table->count; i++) {
		least = table->columns[i].least;
		if (table->widths[i] && table->widths[i] < least)
			table->widths[i] += take_spare(&table->spare,
						       least - table->widths[i]);
	}
}

static void fit(struct table *table)
{
	size_t room = table->term->terminal ? table->term->width : SIZE_MAX;

	while (!try_fit(table, room, 0))
		if (!leave_out(table))
			break;
	if (total_width(table) > room)
		try_fit(table, room, SCANT);
	if (total_width(table) < room)
		table->spare = room - total_width(table);
	if (table->held_rows == HELD_ROWS)
		give_least(table);
}

/* The text within @width; one column of it marks a cut. */
static size_t write_cut(const struct table *table, size_t i, const char *text,
			size_t width, struct writer *line)
{
	const char *mark = table->term->utf8 ? "\u2026" : "+";
	size_t room = width - 1, bytes, taken;

	if (table->columns[i].cut_front) {
		text = text_tail(text, room);
		write_text(line, mark);
		write_text(line, text);
		taken = text_width(text);
	} else {
		bytes = text_beginning(text, room, &taken);
		write_bytes(line, text, bytes);
		write_text(line, mark);
	}
	return taken + 1;
}

/*
 * What a cell takes of what there is beyond the row; @cuttable: of one that may
 * be cut, or that may not
 */
static size_t widen(const struct table *table, size_t i,
		    const struct cell *cell, bool cuttable, size_t *spare)
{
	size_t width = table->widths[i];

	if (!width || cell->width <= width ||
	    cuttable != !!table->columns[i].least)
		return 0;
	return take_spare(spare, cell->width - width);
}

static void write_cell(const struct table *table, size_t i,
		       const struct cell *cell, bool last, size_t width,
		       struct writer *line)
{
	const struct term *term = table->term;
	size_t taken = cell->width;

	if (table->columns[i].right && taken < width)
		write_spaces(line, width - taken);
	if (term->colour)
		write_text(line, term_tint(term, cell->tint));
	if (term->terminal && taken > width && table->columns[i].least)
		taken = write_cut(table, i, cell->text, width, line);
	else
		write_text(line, cell->text);
	if (term->colour)
		write_text(line, term_reset(term, cell->tint));
	if (!table->columns[i].right && taken < width && !last)
		write_spaces(line, width - taken);
}

static void print_row(const struct table *table, const struct cell *cells)
{
	char text[table->count * COLUMN_SIZE + 1];
	struct writer line = writer_begin(text, sizeof(text));
	size_t i, last = 0, width, spare = table->spare;
	bool first = true;

	for (i = 0; i < table->count; i++)
		if (table->widths[i])
			last = i;
	/* What is never cut goes before. */
	for (i = 0; i <= last; i++)
		widen(table, i, &cells[i], false, &spare);
	for (i = 0; i <= last; i++) {
		if (!table->widths[i])
			continue;
		if (!first)
			write_spaces(&line, GAP);
		width = table->widths[i];
		width += widen(table, i, &cells[i], true, &spare);
		write_cell(table, i, &cells[i], i == last, width, &line);
		first = false;
	}
	write_text(&line, "\n");
	/* In one piece: every piece has its price. */
	fwrite_unlocked(text, 1, line.at - text, table->term->out);
}

static void print_header(const struct table *table)
{
	struct cell cells[table->count];
	size_t i;

	memset(cells, 0, sizeof(cells));
	for (i = 0; i < table->count; i++) {
		strcpy(cells[i].text, table->columns[i].header);
		cells[i].width = strlen(table->columns[i].header);
		cells[i].tint = TINT_HEAD;
	}
	print_row(table, cells);
}

static void settle(struct table *table)
{
	size_t i;

	fit(table);
	print_header(table);
	for (i = 0; i < table->held_rows; i++)
		print_row(table, table->held + i * table->count);
	table->settled = true;
}

static void format_row(const struct table *table, const void *item,
		       struct cell *cells)
{
	size_t i;

	memset(cells, 0, table->count * sizeof(*cells));
	for (i = 0; i < table->count; i++) {
		table->columns[i].format(item, table->view, &cells[i]);
		cells[i].width = text_width(cells[i].text);
	}
}

static void expect_more(struct table *table)
{
	size_t i;

	for (i = 0; i < table->count; i++)
		if (table->wanted[i] < table->columns[i].later)
			table->wanted[i] = table->columns[i].later;
}

void table_add(struct table *table, const void *item)
{
	struct cell *cells;
	size_t i;

	/* Once settled, the first held row serves as scratch. */
	cells = table->held;
	if (!table->settled)
		cells += table->held_rows * table->count;
	format_row(table, item, cells);
	if (table->settled) {
		print_row(table, cells);
		return;
	}
	for (i = 0; i < table->count; i++)
		if (cells[i].width > table->wanted[i])
			table->wanted[i] = cells[i].width;
	if (++table->held_rows == HELD_ROWS) {
		expect_more(table);
		settle(table);
	}
}

void table_close(struct table *table)
{
	if (!table->settled)
		settle(table);
	free(table->wanted);
	free(table->widths);
	free(table->held);
	free(table);
}
