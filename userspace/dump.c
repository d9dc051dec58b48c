// SPDX-License-Identifier: GPL-2.0
#include "dump.h"

struct progress {
	const struct dump *dump;
	bool unreadable;
	struct field_fault fault;
};

static int take_item(const void *attrs, size_t length, void *data)
{
	struct progress *progress = data;
	const struct dump *dump = progress->dump;
	int ret = dump->take(attrs, length, dump->data, &progress->fault);

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
	return error < 0 ? client_complain(client, error) : STATUS_FOUND;
}
