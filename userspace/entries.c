// SPDX-License-Identifier: GPL-2.0
#include "entries.h"
#include "dump.h"
#include "filter_kernel.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <stdbool.h>

struct answer {
	struct entry *entry;
	bool found;
	bool unreadable;
	struct field_fault fault;
};

static int take_answer(const void *attrs, size_t length, void *data)
{
	struct answer *answer = data;

	if (answer->found)
		entry_release(answer->entry);
	answer->found = !entry_decode(answer->entry, attrs, length,
				      &answer->fault);
	answer->unreadable = !answer->found;
	return answer->unreadable;
}

enum status entries_get(struct client *client, uint64_t id, struct entry *ret)
{
	struct answer answer = { .entry = ret };
	struct nlmsghdr *nlh;
	int error;

	nlh = client_request(client, SOCKLEDGER_CMD_ENTRY_GET);
	mnl_attr_put_u64(nlh, SOCKLEDGER_A_ENTRY_ID, id);
	error = client_do(client, nlh, take_answer, &answer);
	if (answer.unreadable)
		return fields_complain("an entry", &answer.fault);
	if (!error && answer.found)
		return STATUS_FOUND;
	if (answer.found)
		entry_release(ret);
	if (error == -ENOENT)
		return STATUS_NOTHING;
	return client_complain(client, error ? error : -EBADMSG);
}

struct walk {
	const struct filter *filter;
	enum sockledger_detail detail;
	entries_fn take;
	void *data;
};

static bool ask_filter(struct nlmsghdr *request, void *data)
{
	const struct walk *walk = data;

	mnl_attr_put_u8(request, SOCKLEDGER_A_ENTRY_DETAIL, walk->detail);
	return filter_kernel_put(walk->filter, request);
}

static int take_entry(const void *attrs, size_t length, void *data,
		      struct field_fault *fault)
{
	struct walk *walk = data;
	struct entry entry;
	int ret = 0;

	if (entry_decode(&entry, attrs, length, fault))
		return -1;
	if (filter_takes_entry(walk->filter, &entry))
		ret = walk->take(&entry, walk->data);
	entry_release(&entry);
	return ret;
}

enum status entries_walk(struct client *client, const struct filter *filter,
			 enum sockledger_detail detail, entries_fn take,
			 void *data)
{
	struct walk walk = {
		.filter = filter, .detail = detail, .take = take, .data = data,
	};
	const struct dump dump = {
		.command = SOCKLEDGER_CMD_ENTRY_GET,
		.one = "an entry",
		.ask = ask_filter,
		.take = take_entry,
		.data = &walk,
	};

	return dump_run(client, &dump);
}
