// SPDX-License-Identifier: GPL-2.0
#include "client.h"
#include "command.h"
#include "fields.h"
#include "json.h"
#include "text.h"

#include "uapi/sockledger.h"

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

static void print(const struct flush *flush, const struct options *options)
{
	char count[64];

	if (options->json) {
		json_print(json_pack("{s:o}", "entries",
				     json_number(flush->entries)), 0);
		putchar('\n');
		return;
	}
	if (flush->entries == 1)
		text_count(count, sizeof(count), 1, "entry");
	else
		snprintf(count, sizeof(count), "%llu entries",
			 (unsigned long long)flush->entries);
	printf("%s forgotten\n", count);
}

enum status flush_run(const struct options *options, char **args)
{
	struct answer answer = { 0 };
	struct client *client;
	enum status status;
	int error;

	(void)args;
	status = client_open(&client);
	if (status != STATUS_FOUND)
		return status;
	error = client_do(client, client_request(client, SOCKLEDGER_CMD_FLUSH),
			  take_flush, &answer);
	if (answer.unreadable)
		status = fields_complain("what was flushed", &answer.fault);
	else if (error < 0)
		status = client_complain(client, error);
	else
		print(&answer.flush, options);
	client_close(client);
	return status;
}
