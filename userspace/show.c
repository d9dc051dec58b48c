// SPDX-License-Identifier: GPL-2.0
#include "command.h"
#include "entries.h"
#include "json.h"
#include "ladder.h"
#include "number.h"
#include "story.h"
#include "summary.h"

#include <stdio.h>
#include <string.h>

struct search {
	const struct entry *entry;
	struct entry peer;
	bool found;
};

static int is_peer(struct entry *entry, void *data)
{
	struct search *search = data;

	if (!story_same_connection(search->entry, entry))
		return 0;
	search->peer = *entry;
	memset(entry, 0, sizeof(*entry));
	search->found = true;
	return 1;
}

static bool may_have_peer(const struct entry *entry)
{
	return entry->role == SOCKLEDGER_ROLE_ACTIVE ||
	       entry->role == SOCKLEDGER_ROLE_PASSIVE;
}

static void print_story(const struct entry *entry, const struct entry *peer,
			const struct term *term)
{
	struct story story;

	summary_head(entry, peer, term);
	story_build(entry, peer, &story);
	if (story.count) {
		putchar('\n');
		ladder_print(&story, term);
		putchar('\n');
	}
	story_release(&story);
	summary_foot(entry, term);
}

static enum status show_story(struct client *client, const struct entry *entry,
			      const struct term *term)
{
	struct search search = { .entry = entry };
	enum status status = STATUS_FOUND;

	if (may_have_peer(entry))
		status = entries_walk(client, is_peer, &search);
	if (status == STATUS_FOUND)
		print_story(entry, search.found ? &search.peer : NULL, term);
	entry_release(&search.peer);
	return status;
}

enum status show_run(const struct options *options, char **args)
{
	struct client *client;
	struct entry entry;
	enum status status;
	uint64_t id;

	status = number_parse(args[0], "the id of an entry", &id);
	if (status != STATUS_FOUND)
		return status;
	status = client_open(&client);
	if (status != STATUS_FOUND)
		return status;
	status = entries_get(client, id, &entry);
	if (status == STATUS_FOUND) {
		if (options->json) {
			json_print(json_entry(&entry), 2);
			putchar('\n');
		} else {
			status = show_story(client, &entry, &options->term);
		}
		entry_release(&entry);
	}
	client_close(client);
	return status;
}
