// SPDX-License-Identifier: GPL-2.0
#include "columns.h"
#include "command.h"
#include "entries.h"
#include "json.h"
#include "table.h"

#include <stdio.h>
#include <sys/socket.h>
#include <time.h>

struct list {
	const struct options *options;
	struct entry_view view;
	struct table *table;	/* opened once there is something to print */
	size_t shown;
};

/* An entry without an address goes by the family of its socket. */
static bool wanted(const struct options *options, const struct entry *entry)
{
	int family = entry->family;

	if (options->inet == options->inet6)
		return true;
	if (HAS(entry, ENTRY_REMOTE_ADDR))
		family = entry->remote_addr.family;
	else if (HAS(entry, ENTRY_LOCAL_ADDR))
		family = entry->local_addr.family;
	return family == (options->inet ? AF_INET : AF_INET6);
}

static struct table *table_of(struct list *list)
{
	if (!list->table)
		list->table = table_open(&list->options->term, entry_columns,
					 entry_column_count, &list->view);
	return list->table;
}

static int show_row(struct entry *entry, void *data)
{
	struct list *list = data;

	if (!wanted(list->options, entry))
		return 0;
	table_add(table_of(list), entry);
	list->shown++;
	return term_failed();
}

static enum status list_table(struct list *list, struct client *client)
{
	enum status status;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	list->view.now_ns = now.tv_sec * UINT64_C(1000000000) + now.tv_nsec;
	status = entries_walk(client, show_row, list);
	if (status == STATUS_FOUND || list->shown)
		table_close(table_of(list));
	return status;
}

static int show_element(struct entry *entry, void *data)
{
	struct list *list = data;

	if (!wanted(list->options, entry))
		return 0;
	fputs(list->shown ? ",\n" : "[\n", stdout);
	json_print(json_entry(entry), 0);
	list->shown++;
	return term_failed();
}

static enum status list_json(struct list *list, struct client *client)
{
	enum status status;

	status = entries_walk(client, show_element, list);
	if (list->shown)
		puts("\n]");
	else if (status == STATUS_FOUND)
		puts("[]");
	return status;
}

enum status list_run(const struct options *options, char **args)
{
	struct list list = { .options = options };
	struct client *client;
	enum status status;

	(void)args;
	status = client_open(&client);
	if (status != STATUS_FOUND)
		return status;
	if (options->json)
		status = list_json(&list, client);
	else
		status = list_table(&list, client);
	client_close(client);
	if (status == STATUS_FOUND && !list.shown)
		status = STATUS_NOTHING;
	return status;
}
