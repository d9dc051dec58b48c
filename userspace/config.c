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
	CONFIG(datagrams, DATAGRAMS, BOOL),
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
	return complain("there is no event \"%.*s\" (\"man sockledger\" lists them)",
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
		/* As they are shown. */
		text += strspn(text, " ");
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

static enum status switch_parse(const char *text, uint64_t *ret)
{
	*ret = !strcmp(text, "on");
	if (*ret || !strcmp(text, "off"))
		return STATUS_FOUND;
	return complain("\"%s\" is neither \"on\" nor \"off\"", text);
}

static enum status limit_parse(const char *text, uint64_t *ret)
{
	enum status status = number_parse(text, "a limit", ret);

	if (status == STATUS_FOUND && *ret > UINT32_MAX)
		return complain("\"%s\" is too big for a limit", text);
	return status;
}

/* By what it is set to, which the kind of its attribute tells. */
static enum status put_value(struct nlmsghdr *nlh, const struct field *field,
			     const char *text)
{
	enum status status;
	uint64_t value;

	switch (field->kind) {
	case FIELD_BOOL:
		status = switch_parse(text, &value);
		mnl_attr_put_u8(nlh, field->attr, value);
		return status;
	case FIELD_U64:
		status = events_parse(text, &value);
		mnl_attr_put_u64(nlh, field->attr, value);
		return status;
	default:
		status = limit_parse(text, &value);
		mnl_attr_put_u32(nlh, field->attr, value);
		return status;
	}
}

enum status config_change(struct client *client, const char *name,
			  const char *value)
{
	const struct field *field = find(name);
	struct nlmsghdr *nlh;
	enum status status;
	int error;

	if (!field)
		return STATUS_ERROR;
	if (field->attr > SOCKLEDGER_A_CONFIG_DATAGRAMS)
		return complain("\"%s\" is set when the module is loaded, and stays",
				name);
	nlh = client_request(client, SOCKLEDGER_CMD_CONFIG_SET);
	status = put_value(nlh, field, value);
	if (status != STATUS_FOUND)
		return status;
	error = client_do(client, nlh, take_nothing, NULL);
	return error < 0 ? client_complain(client, error) : STATUS_FOUND;
}
