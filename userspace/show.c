// SPDX-License-Identifier: GPL-2.0
#include "command.h"
#include "entries.h"
#include "json.h"
#include "ladder.h"
#include "memory.h"
#include "number.h"
#include "story.h"
#include "summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
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

/* What the other end of a connection looks like. */
static struct filter *mirrored(const struct entry *entry)
{
	bool active = entry->role == SOCKLEDGER_ROLE_ACTIVE;
	struct filter *ports, *hosts;

	ports = filter_join(FILTER_AND,
			    filter_range(ASPECT_LOCAL_PORT, entry->remote_port,
					 entry->remote_port),
			    filter_range(ASPECT_REMOTE_PORT, entry->local_port,
					 entry->local_port));
	hosts = filter_join(FILTER_AND,
			    filter_address(ASPECT_LOCAL, &entry->remote_addr),
			    filter_address(ASPECT_REMOTE, &entry->local_addr));
	return filter_join(FILTER_AND, filter_join(FILTER_AND, ports, hosts),
			   filter_set(ASPECT_ROLE, SUBJECT_BIT(active ?
					SOCKLEDGER_ROLE_PASSIVE :
					SOCKLEDGER_ROLE_ACTIVE)));
}

/* The other end, if this is a connection's and the ledger has it. */
static enum status find_peer(struct search *search)
{
	const struct entry *entry = search->entry;
	struct client *client;
	struct filter *filter;
	enum status status;

	if ((entry->role != SOCKLEDGER_ROLE_ACTIVE &&
	     entry->role != SOCKLEDGER_ROLE_PASSIVE) ||
	    !HAS(entry, ENTRY_LOCAL_ADDR) || !HAS(entry, ENTRY_REMOTE_ADDR))
		return STATUS_FOUND;
	status = client_open(&client);
	if (status != STATUS_FOUND)
		return status;
	filter = mirrored(entry);
	status = entries_walk(client, filter, is_peer, search);
	filter_free(filter);
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

/* Sets the id of the peer that is in it, 0 where there is none. */
static enum status show_story(struct client *client, const struct entry *entry,
			      const struct term *term, uint64_t *peer_id)
{
	struct search search = { .entry = entry };
	const struct entry *peer;
	struct entry listener;
	enum status status;

	status = find_peer(&search);
	if (status != STATUS_FOUND)
		return status;
	peer = search.found ? &search.peer : NULL;
	*peer_id = peer ? peer->id : 0;
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
	uint64_t peer;

	status = entries_get(client, id, &entry);
	if (status == STATUS_NOTHING)
		return show_nothing(client, id);
	if (status == STATUS_ERROR)
		return status;
	if (options->json) {
		json_print(json_entry(&entry), 2);
		putchar('\n');
	} else {
		status = show_story(client, &entry, &options->term, &peer);
	}
	entry_release(&entry);
	return status;
}

/* The entries that a filter takes; each is read again when its turn comes. */
struct chosen {
	uint64_t *ids;		/* 0: told already */
	size_t count, room;
};

static int choose(struct entry *entry, void *data)
{
	struct chosen *chosen = data;

	if (chosen->count == chosen->room) {
		chosen->room = chosen->room ? 2 * chosen->room : 64;
		chosen->ids = memory_array(chosen->ids, chosen->room,
					   sizeof(*chosen->ids));
	}
	chosen->ids[chosen->count++] = entry->id;
	return 0;
}

/* One story has both ends of a connection: it is told once. */
static void forget(struct chosen *chosen, uint64_t id)
{
	size_t i;

	for (i = 0; id && i < chosen->count; i++)
		if (chosen->ids[i] == id)
			chosen->ids[i] = 0;
}

static enum status tell(struct client *client, struct chosen *chosen,
			const struct term *term)
{
	enum status status = STATUS_NOTHING;
	struct entry entry;
	bool told = false;
	uint64_t peer;
	size_t i;

	for (i = 0; i < chosen->count && !term_failed(); i++) {
		if (!chosen->ids[i])
			continue;
		status = entries_get(client, chosen->ids[i], &entry);
		if (status == STATUS_NOTHING)	/* since it was chosen */
			continue;
		if (status == STATUS_ERROR)
			return status;
		if (told)
			putchar('\n');
		status = show_story(client, &entry, term, &peer);
		entry_release(&entry);
		if (status == STATUS_ERROR)
			return status;
		forget(chosen, peer);
		told = true;
	}
	if (told)
		return STATUS_FOUND;
	complain("no entry matches");
	return STATUS_NOTHING;
}

static enum status show_stories(struct client *client,
				const struct filter *filter,
				const struct term *term)
{
	struct chosen chosen = { 0 };
	enum status status;

	status = entries_walk(client, filter, choose, &chosen);
	if (status == STATUS_FOUND)
		status = tell(client, &chosen, term);
	free(chosen.ids);
	return status;
}

static enum status show_filter(const struct options *options, char **words)
{
	struct client *client;
	struct filter *filter;
	enum status status;

	status = options_filter(options, words, &filter_entries, &filter);
	if (status != STATUS_FOUND)
		return status;
	status = client_open(&client);
	if (status == STATUS_FOUND) {
		status = show_stories(client, filter, &options->term);
		client_close(client);
	}
	filter_free(filter);
	return status;
}

static enum status show_id(const struct options *options, const char *word)
{
	struct client *client;
	enum status status;
	uint64_t id;

	status = number_parse(word, "the id of an entry", &id);
	if (status != STATUS_FOUND)
		return status;
	status = client_open(&client);
	if (status != STATUS_FOUND)
		return status;
	status = show_entry(client, id, options);
	client_close(client);
	return status;
}

enum status show_run(const struct options *options, char **args)
{
	if (!args[1] && !args[0][strspn(args[0], "0123456789")])
		return show_id(options, args[0]);
	return options->json ? list_run(options, args) :
			       show_filter(options, args);
}
