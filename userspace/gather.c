// SPDX-License-Identifier: GPL-2.0
#include "gather.h"
#include "entries.h"

#include <inttypes.h>
#include <string.h>

static int is_peer(struct entry *entry, void *data)
{
	struct gathered *gathered = data;

	if (!story_same_connection(&gathered->entry, entry))
		return 0;
	gathered->peer = *entry;
	memset(entry, 0, sizeof(*entry));
	gathered->has_peer = true;
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
static enum status find_peer(struct gathered *gathered)
{
	const struct entry *entry = &gathered->entry;
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
	status = entries_walk(client, filter, SOCKLEDGER_DETAIL_STORY, is_peer,
			      gathered);
	filter_free(filter);
	client_close(client);
	return status;
}

/* The one that answered, if the ledger still has it. */
static enum status find_listener(struct client *client,
				 struct gathered *gathered)
{
	const struct entry *server = &gathered->entry;
	enum status status;

	if (server->role != SOCKLEDGER_ROLE_PASSIVE)
		server = gathered_peer(gathered);
	if (!server || !HAS(server, ENTRY_LISTENER_ID))
		return STATUS_NOTHING;
	status = entries_get(client, server->listener_id, &gathered->listener);
	gathered->has_listener = status == STATUS_FOUND;
	return status;
}

enum status gather(struct client *client, uint64_t id, struct gathered *ret)
{
	enum status status;

	memset(ret, 0, sizeof(*ret));
	status = entries_get(client, id, &ret->entry);
	if (status != STATUS_FOUND)
		return status;
	status = find_peer(ret);
	if (status == STATUS_FOUND)
		status = find_listener(client, ret);
	if (status != STATUS_ERROR)
		return STATUS_FOUND;
	gathered_release(ret);
	return status;
}

const struct entry *gathered_peer(const struct gathered *gathered)
{
	return gathered->has_peer ? &gathered->peer : NULL;
}

void gathered_story(const struct gathered *gathered, struct story *ret)
{
	story_build(&gathered->entry, gathered_peer(gathered),
		    gathered->has_listener ? &gathered->listener : NULL, ret);
}

void gathered_release(struct gathered *gathered)
{
	if (gathered->has_listener)
		entry_release(&gathered->listener);
	if (gathered->has_peer)
		entry_release(&gathered->peer);
	entry_release(&gathered->entry);
}

enum status gather_complain(const struct client *client, uint64_t id)
{
	const char *refusal = client_refusal(client);

	complain("there is no entry %" PRIu64 "%s%s%s", id,
		 *refusal ? " (" : "", refusal, *refusal ? ")" : "");
	return STATUS_NOTHING;
}

enum status gather_read(uint64_t id, struct gathered *ret)
{
	struct client *client;
	enum status status;

	status = client_open(&client);
	if (status != STATUS_FOUND)
		return status;
	status = gather(client, id, ret);
	if (status == STATUS_NOTHING)
		status = gather_complain(client, id);
	client_close(client);
	return status;
}
