// SPDX-License-Identifier: GPL-2.0
#include "command.h"
#include "counters.h"
#include "entries.h"
#include "gather.h"
#include "json.h"
#include "memory.h"
#include "netns.h"
#include "number.h"
#include "picture.h"
#include "prometheus.h"
#include "suggest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The counters of every ledger: one metric is of all of them. */
struct samples {
	struct sample_set *sets;
	size_t count, room;
};

static enum status take_sample(const struct netns *netns, void *data)
{
	struct samples *samples = data;
	struct sample_set *set;
	enum status status;

	if (samples->count == samples->room) {
		samples->room = samples->room ? 2 * samples->room : 1;
		samples->sets = memory_array(samples->sets, samples->room,
					     sizeof(*samples->sets));
	}
	set = &samples->sets[samples->count];
	/* Its own name, where there is no round of all that has them. */
	if (netns && netns->name)
		snprintf(set->netns, sizeof(set->netns), "%s", netns->name);
	else
		netns_name(set->netns, sizeof(set->netns));
	status = counters_read(&set->counters);
	samples->count += status == STATUS_FOUND;
	return status;
}

static enum status export_prometheus(const struct options *options,
				     char **args)
{
	struct samples samples = { 0 };
	enum status status;
	size_t i;

	(void)args;
	if (options->all_netns)
		status = netns_each(take_sample, &samples);
	else
		status = take_sample(NULL, &samples);
	if (status == STATUS_FOUND)
		prometheus_print(samples.sets, samples.count);
	for (i = 0; i < samples.count; i++)
		counters_release(&samples.sets[i].counters);
	free(samples.sets);
	return status;
}

struct json_lines {
	struct filter *filter;
	const struct netns *netns;	/* NULL where there is but one */
	bool printed;
};

static int print_entry(struct entry *entry, void *data)
{
	struct json_lines *lines = data;
	struct json_out out = { 0 };

	json_entry(&out, NULL, entry, lines->netns);
	putchar('\n');
	lines->printed = true;
	return term_failed();
}

static enum status print_entries(const struct netns *netns, void *data)
{
	struct json_lines *lines = data;
	struct client *client;
	enum status status;

	lines->netns = netns;
	status = client_open(&client);
	if (status != STATUS_FOUND)
		return status;
	status = entries_walk(client, lines->filter, SOCKLEDGER_DETAIL_STORY,
			      print_entry, lines);
	client_close(client);
	return status;
}

static enum status export_json(const struct options *options, char **args)
{
	struct json_lines lines = { 0 };
	enum status status;

	status = options_filter(options, args, &filter_entries, &lines.filter);
	if (status != STATUS_FOUND)
		return status;
	if (options->all_netns)
		status = netns_each(print_entries, &lines);
	else
		status = print_entries(NULL, &lines);
	filter_free(lines.filter);
	return status == STATUS_FOUND && !lines.printed ? STATUS_NOTHING :
							  status;
}

static enum status print_picture(uint64_t id, const struct term *term)
{
	struct gathered gathered;
	enum status status;

	status = gather_read(id, &gathered);
	if (status != STATUS_FOUND)
		return status;
	picture_print(&gathered, term->out);
	gathered_release(&gathered);
	return STATUS_FOUND;
}

static enum status export_svg(const struct options *options, char **args)
{
	enum status status;
	uint64_t id;

	if (!args[0])
		return complain("\"export svg\" needs the id of an entry");
	status = number_parse(args[0], "the id of an entry", &id);
	return status == STATUS_FOUND ? print_picture(id, &options->term) :
					status;
}

static const struct format {
	const char *name;
	bool filtered;		/* any number of arguments: a filter */
	unsigned int most;	/* arguments it takes, if not */
	enum status (*run)(const struct options *options, char **args);
	unsigned int knows;	/* KNOWS_* */
} formats[] = {
	{ "prometheus",	false,	0, export_prometheus, KNOWS_ALL_NETNS },
	{ "json",	true,	0, export_json, KNOWS_LISTS },
	{ "svg",	false,	1, export_svg, 0 },
};

#define FORMATS	ARRAY_SIZE(formats)

static enum status unknown_format(const char *word)
{
	const char *names[FORMATS];
	const char *nearest;
	size_t i;

	for (i = 0; i < FORMATS; i++)
		names[i] = formats[i].name;
	nearest = suggest(word, names, FORMATS);
	if (nearest)
		return complain("unknown format \"%s\" (did you mean \"%s\"?)",
				word, nearest);
	return complain("unknown format \"%s\" (prometheus, json or svg)",
			word);
}

enum status export_run(const struct options *options, char **args)
{
	const struct format *format = formats;
	unsigned int count = 0;
	char command[32];

	while (format < formats + FORMATS && strcmp(format->name, args[0]))
		format++;
	if (format == formats + FORMATS)
		return unknown_format(args[0]);
	args++;
	if (options->json)
		return complain("\"export\" takes its format as an argument, not as option \"--json\"");
	snprintf(command, sizeof(command), "export %s", format->name);
	if (options_check(options, format->knows, command) != STATUS_FOUND)
		return STATUS_ERROR;
	while (!format->filtered && args[count])
		if (count++ == format->most)
			return complain("\"%s\" is one argument too many for \"%s\"",
					args[count - 1], command);
	return format->run(options, args);
}
