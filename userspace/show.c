// SPDX-License-Identifier: GPL-2.0
#include "command.h"
#include "entries.h"
#include "json.h"
#include "ladder.h"
#include "number.h"
#include "story.h"
#include "summary.h"

#include <inttypes.h>
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

/* The other end, if this is a connection's and the ledger has it. */
static enum status find_peer(struct search *search)
{
	struct client *client;
	enum status status;

	if (search->entry->role != SOCKLEDGER_ROLE_ACTIVE &&
	    search->entry->role != SOCKLEDGER_ROLE_PASSIVE)
		return STATUS_FOUND;
	status = client_open(&client);
	if (status != STATUS_FOUND)
		return status;
	status = entries_walk(client, is_peer, search);
	client_close(client);
	return status;
}

/* The one that answered, if the ledger still has it. */
static enum status find_listener(struct client *client,
				 const struct entry *entry,
				 const struct entry *peer, struct entry *ret)
{
	const struct entry *server = entry;

	if (entry->role != SOCKLEDGER_ROLE_PASSIVE)
		server = peer;
	if (!server || !HAS(server, ENTRY_LISTENER_ID))
		return STATUS_NOTHING;
	return entries_get(client, server->listener_id, ret);
}

static void print_story(const struct entry *entry, const struct entry *peer,
			const struct entry *listener, const struct term *term)
{
	struct story story;

	summary_head(entry, peer, term);
	story_build(entry, peer, listener, &story);
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
	const struct entry *peer;
	struct entry listener;
	enum status status;

	status = find_peer(&search);
	if (status != STATUS_FOUND)
		return status;
	peer = search.found ? &search.peer : NULL;
	status = find_listener(client, entry, peer, &listener);
	if (status != STATUS_ERROR)
		print_story(entry, peer,
			    status == STATUS_FOUND ? &listener : NULL, term);
	if (status == STATUS_FOUND)
		entry_release(&listener);
	entry_release(&search.peer);
	return status == STATUS_ERROR ? status : STATUS_FOUND;
}

static enum status show_nothing(const struct client *client, uint64_t id)
{
	const char *refusal = client_refusal(client);

	complain("there is no entry %" PRIu64 "%s%s%s", id,
		 *refusal ? " (" : "", refusal, *refusal ? ")" : "");
	return STATUS_NOTHING;
}

static enum status show_entry(struct client *client, uint64_t id,
			      const struct options *options)
{
	struct entry entry;
	enum status status;

	status = entries_get(client, id, &entry);
	if (status == STATUS_NOTHING)
		return show_nothing(client, id);
	if (status == STATUS_ERROR)
		return status;
	if (options->json) {
		json_print(json_entry(&entry), 2);
		putchar('\n');
	} else {
		status = show_story(client, &entry, &options->term);
	}
	entry_release(&entry);
	return status;
}

enum status show_run(const struct options *options, char **args)
{
	struct client *client;
	enum status status;
	uint64_t id;

	status = number_parse(args[0], "the id of an entry", &id);
	if (status != STATUS_FOUND)
		return status;
	status = client_open(&client);
	if (status != STATUS_FOUND)
		return status;
	status = show_entry(client, id, options);
	client_close(client);
	return status;
}
