// SPDX-License-Identifier: GPL-2.0
#include "config.h"
#include "memory.h"
#include "number.h"
#include "suggest.h"

#include "pure/names.h"
#include "uapi/sockledger.h"

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

_Static_assert(SOCKLEDGER_A_CONFIG_MAX <= FIELD_ATTR_MAX,
	       "the bits of \"has\" are used up");
_Static_assert(offsetof(struct config, has) == 0, "\"has\" comes first");

#define CONFIG(member, code, which, ...) \
	FIELD_ROW(struct config, member, CONFIG_##code, which, __VA_ARGS__)
static const struct field config_rows[] = {
	CONFIG(max_live, MAX_LIVE, U32),
	CONFIG(max_history, MAX_HISTORY, U32),
	CONFIG(max_half_open, MAX_HALF_OPEN, U32),
	CONFIG(events, EVENTS, U64, .by_hand = true),
	CONFIG(max_events, MAX_EVENTS, U32),
	CONFIG(max_failed_calls, MAX_FAILED_CALLS, U32),
	{ 0 },
};

const struct field_set config_set = { "config", config_rows };

#define ALL_EVENTS	((UINT64_C(1) << __SOCKLEDGER_WHAT_MAX) - 1)

struct answer {
	struct config config;
	struct field_fault fault;
	bool unreadable;
};

static int take_config(const void *attrs, size_t length, void *data)
{
	struct answer *answer = data;

	answer->unreadable = fields_decode(&config_set, attrs, length,
					   &answer->config, &answer->fault);
	return answer->unreadable;
}

enum status config_get(struct client *client, struct config *ret)
{
	struct answer answer = { 0 };
	int error;

	error = client_do(client,
			  client_request(client, SOCKLEDGER_CMD_CONFIG_GET),
			  take_config, &answer);
	if (answer.unreadable)
		return fields_complain("the settings", &answer.fault);
	if (error < 0)
		return client_complain(client, error);
	*ret = answer.config;
	return STATUS_FOUND;
}

static const struct field *find(const char *name)
{
	const char *names[ARRAY_SIZE(config_rows)];
	const char *nearest;
	size_t i, count = 0;

	for (i = 0; config_rows[i].attr; i++) {
		if (!strcmp(config_rows[i].name, name))
			return &config_rows[i];
		names[count++] = config_rows[i].name;
	}
	nearest = suggest(name, names, count);
	if (nearest)
		complain("there is no setting \"%s\" (did you mean \"%s\"?)",
			 name, nearest);
	else
		complain("there is no setting \"%s\" (\"sockledger set\" lists all)",
			 name);
	return NULL;
}

static enum status event_parse(const char *word, size_t length, uint64_t *ret)
{
	unsigned int what;
	const char *name;

	for (what = 0; what < __SOCKLEDGER_WHAT_MAX; what++) {
		name = sl_what_name(what);
		if (strlen(name) == length && !strncasecmp(name, word, length)) {
			*ret |= UINT64_C(1) << what;
			return STATUS_FOUND;
		}
	}
	return complain("there is no event \"%.*s\" (\"sockledger set\" lists all)",
			(int)length, word);
}

static enum status events_parse(const char *text, uint64_t *ret)
{
	enum status status = STATUS_FOUND;
	size_t length;

	*ret = strcmp(text, "all") ? 0 : ALL_EVENTS;
	if (*ret || !strcmp(text, "none"))
		return STATUS_FOUND;
	for (; status == STATUS_FOUND; text += length + 1) {
		length = strcspn(text, ",");
		status = event_parse(text, length, ret);
		if (!text[length])
			break;
	}
	return status;
}

static int take_nothing(const void *attrs, size_t length, void *data)
{
	(void)attrs;
	(void)length;
	(void)data;
	return 0;
}

enum status config_change(struct client *client, const char *name,
			  const char *value)
{
	const struct field *field = find(name);
	struct nlmsghdr *nlh;
	enum status status;
	uint64_t number;
	int error;

	if (!field)
		return STATUS_ERROR;
	if (field->attr == SOCKLEDGER_A_CONFIG_EVENTS)
		status = events_parse(value, &number);
	else
		status = number_parse(value, "a limit", &number);
	if (status != STATUS_FOUND)
		return status;
	if (field->attr > SOCKLEDGER_A_CONFIG_EVENTS)
		return complain("\"%s\" is set when the module is loaded, and stays",
				name);
	if (field->kind == FIELD_U32 && number > UINT32_MAX)
		return complain("\"%s\" is too big for a limit", value);
	nlh = client_request(client, SOCKLEDGER_CMD_CONFIG_SET);
	if (field->kind == FIELD_U64)
		mnl_attr_put_u64(nlh, field->attr, number);
	else
		mnl_attr_put_u32(nlh, field->attr, number);
	error = client_do(client, nlh, take_nothing, NULL);
	return error < 0 ? client_complain(client, error) : STATUS_FOUND;
}
