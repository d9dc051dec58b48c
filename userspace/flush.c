// SPDX-License-Identifier: GPL-2.0
#include "chosen.h"
#include "client.h"
#include "command.h"
#include "fields.h"
#include "json_out.h"
#include "text.h"

#include "uapi/sockledger.h"

#include <inttypes.h>
#include <libmnl/libmnl.h>
#include <stdio.h>

struct flush {
	uint64_t has;
	uint64_t entries;
};

static const struct field flush_rows[] = {
	FIELD_ROW(struct flush, entries, FLUSH_ENTRIES, U64),
	{ 0 },
};

static const struct field_set flush_set = { "flush", flush_rows };

struct answer {
	struct flush flush;
	struct field_fault fault;
	bool unreadable;
};

static int take_flush(const void *attrs, size_t length, void *data)
{
	struct answer *answer = data;

	answer->unreadable = fields_decode(&flush_set, attrs, length,
					   &answer->flush, &answer->fault);
	return answer->unreadable;
}

/* @id: of the only one to forget, 0: all that have ended */
static enum status forget(struct client *client, uint64_t id, uint64_t *sum)
{
	struct nlmsghdr *request = client_request(client, SOCKLEDGER_CMD_FLUSH);
	struct answer answer = { 0 };
	int error;

	if (id)
		mnl_attr_put_u64(request, SOCKLEDGER_A_FLUSH_ID, id);
	error = client_do(client, request, take_flush, &answer);
	if (answer.unreadable)
		return fields_complain("what was flushed", &answer.fault);
	if (error < 0)
		return client_complain(client, error);
	*sum += answer.flush.entries;
	return STATUS_FOUND;
}

/*
 * One by one, as the kernel does not know all that a filter may say. One that
 * is gone before its turn is forgotten already, and not counted.
 */
static enum status forget_chosen(struct client *client,
				 const struct filter *filter, uint64_t *sum)
{
	enum status status;
	struct chosen chosen;
	size_t i;

	status = chosen_read(client, filter, &chosen);
	for (i = 0; status == STATUS_FOUND && i < chosen.count; i++)
		status = forget(client, chosen.ids[i], sum);
	chosen_release(&chosen);
	if (status == STATUS_FOUND && !*sum)
		return STATUS_NOTHING;
	return status;
}

static void print(uint64_t entries, const struct options *options)
{
	struct json_out out = { 0 };
	char count[64];

	if (options->json) {
		json_open_object(&out, NULL);
		json_number(&out, "entries", entries);
		json_close_object(&out);
		putchar('\n');
		return;
	}
	if (entries == 1)
		text_count(count, sizeof(count), 1, "entry");
	else
		snprintf(count, sizeof(count), "%" PRIu64 " entries", entries);
	printf("%s forgotten\n", count);
}

static enum status run(const struct options *options,
		       const struct filter *filter)
{
	struct client *client;
	enum status status;
	uint64_t sum = 0;

	status = client_open(&client);
	if (status != STATUS_FOUND)
		return status;
	status = filter ? forget_chosen(client, filter, &sum) :
			  forget(client, 0, &sum);
	client_close(client);
	if (status != STATUS_ERROR)
		print(sum, options);
	return status;
}

enum status flush_run(const struct options *options, char **args)
{
	struct filter *filter;
	enum status status;

	status = options_filter(options, args, &filter_entries, &filter);
	if (status != STATUS_FOUND)
		return status;
	if (filter)
		filter = filter_join(FILTER_AND, filter,
				     filter_range(ASPECT_LIVE, 0, 0));
	status = run(options, filter);
	filter_free(filter);
	return status;
}
