// SPDX-License-Identifier: GPL-2.0
#include "counters.h"
#include "fields.h"

#include "uapi/sockledger.h"

#include <stdbool.h>
#include <stdlib.h>

static const struct field counter_rows[] = {
	FIELD_ROW(struct counter, name, COUNTER_NAME, STRING,
		  .size = sizeof(((struct counter *)0)->name)),
	FIELD_ROW(struct counter, value, COUNTER_VALUE, U64),
	{ 0 },
};

static const struct field_set counter_set = { "counter", counter_rows };

struct answer {
	struct counters counters;
	struct field_fault fault;
	bool unreadable;
};

static int take_counters(const void *attrs, size_t length, void *data)
{
	struct answer *answer = data;
	struct field_list list = {
		.set = &counter_set,
		.attr = SOCKLEDGER_A_STATS_COUNTER,
		.size = sizeof(struct counter),
	};

	counters_release(&answer->counters);
	answer->unreadable = fields_decode_lists(&list, 1, attrs, length,
						 &answer->fault);
	answer->counters.list = list.items;
	answer->counters.count = list.count;
	return answer->unreadable;
}

enum status counters_get(struct client *client, struct counters *ret)
{
	struct answer answer = { 0 };
	int error;

	error = client_do(client,
			  client_request(client, SOCKLEDGER_CMD_STATS_GET),
			  take_counters, &answer);
	if (answer.unreadable)
		return fields_complain("a counter", &answer.fault);
	if (error < 0) {
		counters_release(&answer.counters);
		return client_complain(client, error);
	}
	*ret = answer.counters;
	return STATUS_FOUND;
}

enum status counters_read(struct counters *ret)
{
	struct client *client;
	enum status status;

	status = client_open(&client);
	if (status != STATUS_FOUND)
		return status;
	status = counters_get(client, ret);
	client_close(client);
	return status;
}

void counters_release(struct counters *counters)
{
	free(counters->list);
	counters->list = NULL;
	counters->count = 0;
}
