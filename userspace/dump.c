// SPDX-License-Identifier: GPL-2.0
#include "dump.h"

#include <errno.h>
#include <libmnl/libmnl.h>

struct progress {
	const struct dump *dump;
	uint64_t last;
	bool unreadable;
	struct field_fault fault;
};

/* 0 where it is missing, which no item's number is. */
static uint64_t number_of(const struct dump *dump, const void *attrs,
			  size_t length)
{
	const struct nlattr *attr;

	mnl_attr_for_each_payload(attrs, length)
		if (mnl_attr_get_type(attr) == dump->number &&
		    mnl_attr_validate(attr, MNL_TYPE_U64) == 0)
			return mnl_attr_get_u64(attr);
	return 0;
}

static int take_item(const void *attrs, size_t length, void *data)
{
	struct progress *progress = data;
	const struct dump *dump = progress->dump;
	uint64_t number = number_of(dump, attrs, length);
	int ret;

	/* They come in order; a dump started again repeats the first. */
	if (number <= progress->last)
		return 0;
	progress->last = number;
	ret = dump->take(attrs, length, dump->data, &progress->fault);
	if (ret < 0)
		progress->unreadable = true;
	return ret ? 1 : 0;
}

enum status dump_run(struct client *client, const struct dump *dump)
{
	struct progress progress = { .dump = dump };
	struct nlmsghdr *request = client_request(client, dump->command);
	int error;

	if (dump->ask && !dump->ask(request, dump->data))
		return STATUS_FOUND;
	error = client_dump(client, request, take_item, &progress);
	if (progress.unreadable)
		return fields_complain(dump->one, &progress.fault);
	if (error == -EINTR)
		complain("the ledger kept changing while it was read: %s may be missing",
			 dump->many);
	else if (error < 0)
		return client_complain(client, error);
	return STATUS_FOUND;
}
