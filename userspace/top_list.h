/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The entries that "top" shows: the first ones by a column, one of which is
 * chosen.
 */
#ifndef _SOCKLEDGER_TOP_LIST_H
#define _SOCKLEDGER_TOP_LIST_H

#include "complain.h"
#include "entry.h"
#include "filter.h"
#include "page.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options;

/* Enough for any filter that fits on a screen. */
#define TOP_WORDS_SIZE	512

/**
 * struct top_list - the list
 * @options: those that say which entries are wanted
 * @live: only those that have not ended
 * @words: only those that meet this filter, as it was typed; "" is every one
 * @filter: all of that together
 * @column: number of the column it is sorted by
 * @reverse: what comes first by it comes last
 * @entries: the first ones, in order
 * @count: how many they are
 * @room: for how many there is room
 * @matched: how many there are in the ledger
 * @chosen: place of the one that is chosen
 * @chosen_id: its id, 0: always the first
 * @top: place of the first one on the screen
 */
struct top_list {
	const struct options *options;
	bool live;
	char words[TOP_WORDS_SIZE];
	struct filter *filter;
	size_t column;
	bool reverse;
	struct entry *entries;
	size_t count, room, matched;
	size_t chosen;
	uint64_t chosen_id;
	size_t top;
};

/** top_list_init() - an empty list of what changed last, for release */
void top_list_init(struct top_list *list, const struct options *options);

/**
 * top_list_filter() - show only some entries from the next look on
 * @list: the list; unless the filter can be understood it stays as it is
 * @live: only those that have not ended
 * @words: only those that meet this filter
 *
 * Return: STATUS_FOUND, or STATUS_ERROR after a complaint.
 */
enum status top_list_filter(struct top_list *list, bool live,
			    const char *words);

/** top_list_release() - free what it holds */
void top_list_release(struct top_list *list);

/**
 * top_list_read() - get the entries as they are now
 * @list: the list; after an error it has what it had before
 *
 * Return: STATUS_FOUND, or STATUS_ERROR after a complaint.
 */
enum status top_list_read(struct top_list *list);

/** top_list_move() - choose the entry that is some places further down */
void top_list_move(struct top_list *list, long places);

/** top_list_sort() - sort by the column that is some columns further right */
void top_list_sort(struct top_list *list, int columns);

/** top_list_reverse() - turn the order round */
void top_list_reverse(struct top_list *list);

/** top_list_column() - the header of the column it is sorted by */
const char *top_list_column(const struct top_list *list);

/**
 * top_list_print() - print it as a table
 * @list: the list
 * @page: where to
 * @height: lines there are for it, the header included
 *
 * Return: the line of the page that the chosen entry is on; 0, which is the
 * header's, where there is none.
 */
size_t top_list_print(struct top_list *list, struct page *page, size_t height);

#endif /* _SOCKLEDGER_TOP_LIST_H */
