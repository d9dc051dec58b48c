// SPDX-License-Identifier: GPL-2.0
#include "entries.h"

#include <errno.h>
#include <inttypes.h>
#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <string.h>

struct walk {
	entries_fn take;
	void *data;
	uint64_t last;		/* ids start at 1 */
	bool unreadable;
	struct field_fault fault;
};

static int take_one(const void *attrs, size_t length, void *data)
{
	struct walk *walk = data;
	struct entry entry;
	int ret = 0;

	if (entry_decode(&entry, attrs, length, &walk->fault)) {
		walk->unreadable = true;
		return 1;
	}
	/* Entries come in order; a dump started again repeats the first. */
	if (entry.id > walk->last) {
		walk->last = entry.id;
		ret = walk->take(&entry, walk->data);
	}
	entry_release(&entry);
	return ret;
}

static int take_move(struct entry *entry, void *data)
{
	struct entry *ret = data;

	*ret = *entry;
	memset(entry, 0, sizeof(*entry));
	return 0;
}

enum status entries_get(struct client *client, uint64_t id, struct entry *ret)
{
	struct walk walk = { .take = take_move, .data = ret };
	struct nlmsghdr *nlh;
	int error;

	nlh = client_request(client, SOCKLEDGER_CMD_ENTRY_GET);
	mnl_attr_put_u64(nlh, SOCKLEDGER_A_ENTRY_ID, id);
	error = client_do(client, nlh, take_one, &walk);
	if (error == -ENOENT) {
		complain("there is no entry %" PRIu64 " (%s)", id,
			 *client_refusal(client) ? client_refusal(client) :
			 strerror(ENOENT));
		return STATUS_NOTHING;
	}
	if (error < 0)
		return client_complain(client, error);
	if (walk.unreadable)
		return fields_complain("an entry", &walk.fault);
	if (!walk.last)
		return client_complain(client, -EBADMSG);
	return STATUS_FOUND;
}

enum status entries_walk(struct client *client, entries_fn take, void *data)
{
	struct walk walk = { .take = take, .data = data };
	struct nlmsghdr *nlh;
	int error;

	nlh = client_request(client, SOCKLEDGER_CMD_ENTRY_GET);
	error = client_dump(client, nlh, take_one, &walk);
	if (walk.unreadable)
		return fields_complain("an entry", &walk.fault);
	if (error == -EINTR)
		complain("the ledger kept changing while it was read: entries may be missing");
	else if (error < 0)
		return client_complain(client, error);
	return STATUS_FOUND;
}
