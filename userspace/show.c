// SPDX-License-Identifier: GPL-2.0
#include "chosen.h"
#include "command.h"
#include "entries.h"
#include "gather.h"
#include "json.h"
#include "number.h"
#include "telling.h"

#include <stdio.h>
#include <string.h>

static enum status show_json(struct client *client, uint64_t id)
{
	struct json_out out = { .indented = true };
	struct entry entry;
	enum status status;

	status = entries_get(client, id, &entry);
	if (status != STATUS_FOUND)
		return status;
	json_entry(&out, NULL, &entry, NULL);
	entry_release(&entry);
	return STATUS_FOUND;
}

static enum status show_story(struct client *client, uint64_t id,
			      const struct term *term)
{
	struct gathered gathered;
	enum status status;

	status = gather(client, id, &gathered);
	if (status != STATUS_FOUND)
		return status;
	telling_print(&gathered, term);
	gathered_release(&gathered);
	return STATUS_FOUND;
}

static enum status tell(struct client *client, struct chosen *chosen,
			const struct term *term)
{
	enum status status = STATUS_NOTHING;
	const struct entry *peer;
	struct gathered gathered;
	bool told = false;
	size_t i;

	for (i = 0; i < chosen->count && !term_failed(); i++) {
		if (!chosen->ids[i])
			continue;
		status = gather(client, chosen->ids[i], &gathered);
		if (status == STATUS_NOTHING)	/* since it was chosen */
			continue;
		if (status == STATUS_ERROR)
			return status;
		if (told)
			putchar('\n');
		telling_print(&gathered, term);
		/* One story has both ends of a connection: told once. */
		peer = gathered_peer(&gathered);
		if (peer)
			chosen_forget(chosen, peer->id);
		gathered_release(&gathered);
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
	struct chosen chosen;
	enum status status;

	status = chosen_read(client, filter, &chosen);
	if (status == STATUS_FOUND)
		status = tell(client, &chosen, term);
	chosen_release(&chosen);
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
	status = options->json ? show_json(client, id) :
				 show_story(client, id, &options->term);
	if (status == STATUS_NOTHING)
		status = gather_complain(client, id);
	client_close(client);
	return status;
}

enum status show_run(const struct options *options, char **args)
{
	enum status status;

	if (!args[1] && (!*args[0] || number_is(args[0]))) {
		status = options_check(options, 0, "show ID");
		return status == STATUS_FOUND ? show_id(options, args[0]) :
						status;
	}
	return options->json ? list_run(options, args) :
			       show_filter(options, args);
}
