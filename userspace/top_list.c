// SPDX-License-Identifier: GPL-2.0
#include "top_list.h"
#include "columns.h"
#include "entries.h"
#include "memory.h"
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/*
 * Entries that are kept: more than anybody scrolls through, and no more memory
 * than that takes, however large the ledger.
 */
#define MOST	1000

void top_list_init(struct top_list *list, const struct options *options)
{
	*list = (struct top_list){ .options = options };
	while (strcmp(entry_columns[list->column].header, "AGE"))
		list->column++;
}

enum status top_list_filter(struct top_list *list, bool live,
			    const char *words)
{
	char text[TOP_WORDS_SIZE], *word[] = { text, NULL };
	struct filter *filter;
	enum status status;

	snprintf(text, sizeof(text), "%s", words);
	if (!text[strspn(text, " ")])
		word[0] = NULL;
	status = options_filter(list->options, word, &filter_entries, &filter);
	if (status != STATUS_FOUND)
		return status;
	filter_free(list->filter);
	if (live)
		filter = filter_join(FILTER_AND,
				     filter_range(ASPECT_LIVE, 1, 1), filter);
	list->filter = filter;
	list->live = live;
	snprintf(list->words, sizeof(list->words), "%s", word[0] ? text : "");
	return STATUS_FOUND;
}

static void drop(struct top_list *list, size_t from)
{
	while (list->count > from)
		entry_release(&list->entries[--list->count]);
}

static void drop_all(struct top_list *list)
{
	drop(list, 0);
	free(list->entries);
	list->entries = NULL;
}

void top_list_release(struct top_list *list)
{
	drop_all(list);
	filter_free(list->filter);
	list->filter = NULL;
}

/* What the column does not tell apart is in the order of ids. */
static int compare(const void *a, const void *b, void *data)
{
	const struct entry *x = a, *y = b;
	const struct top_list *list = data;
	int ret = entry_columns[list->column].order(a, b);

	if (list->reverse)
		ret = -ret;
	return ret ? ret : (x->id > y->id) - (x->id < y->id);
}

static void sort(struct top_list *list)
{
	if (list->count)
		qsort_r(list->entries, list->count, sizeof(*list->entries),
			compare, list);
}

static int take(struct entry *entry, void *data)
{
	struct top_list *list = data;

	list->matched++;
	if (list->count == list->room) {
		list->room = list->room ? 2 * list->room : 64;
		list->entries = memory_array(list->entries, list->room,
					     sizeof(*list->entries));
	}
	list->entries[list->count++] = *entry;
	memset(entry, 0, sizeof(*entry));
	if (list->count == 2 * MOST) {
		sort(list);
		drop(list, MOST);
	}
	return 0;
}

/* Where the entry is now that was chosen; if it is gone, what took its place. */
static void choose_again(struct top_list *list)
{
	size_t i;

	if (!list->chosen_id)
		list->chosen = 0;
	for (i = 0; list->chosen_id && i < list->count; i++)
		if (list->entries[i].id == list->chosen_id)
			list->chosen = i;
	if (list->chosen >= list->count)
		list->chosen = list->count ? list->count - 1 : 0;
}

enum status top_list_read(struct top_list *list)
{
	struct top_list fresh = *list;
	struct client *client;
	enum status status;

	fresh.entries = NULL;
	fresh.count = 0;
	fresh.room = 0;
	fresh.matched = 0;
	status = client_open(&client);
	if (status != STATUS_FOUND)
		return status;
	status = entries_walk(client, fresh.filter, SOCKLEDGER_DETAIL_ROW, take,
			      &fresh);
	client_close(client);
	if (status != STATUS_FOUND) {
		drop_all(&fresh);
		return status;
	}
	drop_all(list);
	*list = fresh;
	sort(list);
	drop(list, MOST);
	choose_again(list);
	return STATUS_FOUND;
}

void top_list_move(struct top_list *list, long places)
{
	long place = (long)list->chosen + places;

	if (place >= (long)list->count)
		place = (long)list->count - 1;
	if (place < 0)
		place = 0;
	list->chosen = place;
	/* Whoever is at the top wants to see what comes there. */
	list->chosen_id = place ? list->entries[place].id : 0;
}

void top_list_sort(struct top_list *list, int columns)
{
	list->column = (list->column + entry_column_count + columns) %
		       entry_column_count;
	sort(list);
	choose_again(list);
}

void top_list_reverse(struct top_list *list)
{
	list->reverse = !list->reverse;
	sort(list);
	choose_again(list);
}

const char *top_list_column(const struct top_list *list)
{
	return entry_columns[list->column].header;
}

/* Keep the chosen one on the screen, and the screen full. */
static void scroll(struct top_list *list, size_t rows)
{
	if (list->chosen < list->top)
		list->top = list->chosen;
	if (list->chosen >= list->top + rows)
		list->top = list->chosen - rows + 1;
	if (list->top + rows > list->count)
		list->top = list->count > rows ? list->count - rows : 0;
}

/*
 * What the list is sorted by makes room last of all.
 */
static void set_columns(const struct top_list *list, struct column *columns,
			char *header, size_t size)
{
	const char *mark = list->reverse ? "v" : "^";
	size_t i;

	if (list->options->term.utf8)
		mark = list->reverse ? "\u25bc" : "\u25b2";
	memcpy(columns, entry_columns, entry_column_count * sizeof(*columns));
	for (i = 0; i < entry_column_count; i++) {
		if (i == list->column)
			columns[i].rank = !!columns[i].rank;
		else if (columns[i].rank)
			columns[i].rank++;
	}
	snprintf(header, size, "%s%s", columns[list->column].header, mark);
	columns[list->column].header = header;
}

size_t top_list_print(struct top_list *list, struct page *page, size_t height)
{
	size_t i, rows = height > 1 ? height - 1 : 1;
	struct column columns[entry_column_count];
	struct entry_view view;
	struct timespec now;
	struct table *table;
	char header[32];

	clock_gettime(CLOCK_REALTIME, &now);
	view.now_ns = now.tv_sec * UINT64_C(1000000000) + now.tv_nsec;
	scroll(list, rows);
	set_columns(list, columns, header, sizeof(header));
	table = table_open(&page->term, columns, entry_column_count, &view);
	for (i = list->top; i < list->count && i < list->top + rows; i++)
		table_add(table, &list->entries[i]);
	table_close(table);
	return list->count ? 1 + list->chosen - list->top : 0;
}
