// SPDX-License-Identifier: GPL-2.0
#include "command.h"
#include "config.h"
#include "json.h"
#include "lines.h"

#include "pure/names.h"
#include "uapi/sockledger.h"

#include <inttypes.h>
#include <stdio.h>

static void print_events(const struct config *config, const struct term *term)
{
	char list[1024] = "";
	unsigned int what;

	for (what = 0; what < __SOCKLEDGER_WHAT_MAX; what++)
		line_part(list, sizeof(list), config->events >> what & 1, "%s",
			  sl_what_name(what));
	line(term, "events", "%s", *list ? list : "none");
}

static void print_config(const struct config *config, const struct term *term)
{
	const struct field *field;
	const char *member;

	for (field = config_set.fields; field->attr; field++) {
		member = (const char *)config + field->offset;
		switch (field->kind) {
		case FIELD_BOOL:
			line(term, field->name, "%s",
			     *(const bool *)member ? "on" : "off");
			break;
		case FIELD_U64:
			print_events(config, term);
			break;
		default:
			line(term, field->name, "%" PRIu32,
			     *(const uint32_t *)member);
		}
	}
}

static enum status show_config(struct client *client,
			       const struct options *options)
{
	struct json_out out = { .indented = true };
	struct config config;
	enum status status = config_get(client, &config);

	if (status != STATUS_FOUND)
		return status;
	if (options->json)
		json_config(&out, &config);
	else
		print_config(&config, &options->term);
	return STATUS_FOUND;
}

enum status set_run(const struct options *options, char **args)
{
	struct client *client;
	enum status status;

	if (args[0] && !args[1])
		return complain("\"set\" needs a value for \"%s\"", args[0]);
	status = client_open(&client);
	if (status != STATUS_FOUND)
		return status;
	if (args[0])
		status = config_change(client, args[0], args[1]);
	else
		status = show_config(client, options);
	client_close(client);
	return status;
}
