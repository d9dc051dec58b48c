// SPDX-License-Identifier: GPL-2.0
#include "command.h"
#include "counters.h"
#include "histogram.h"
#include "json_out.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define GAP	2

static void print_json(const struct counters *counters)
{
	struct json_out out = { .indented = true };
	size_t i;

	json_open_object(&out, NULL);
	for (i = 0; i < counters->count; i++)
		json_number(&out, counters->list[i].name,
			    counters->list[i].value);
	json_close_object(&out);
}

static void print_plain(const struct counters *counters)
{
	struct histogram histogram;
	size_t i, length, width = 0;

	for (i = 0; i < counters->count; i += length ? length : 1) {
		length = histogram_at(counters, i, &histogram);
		if (!length && strlen(counters->list[i].name) > width)
			width = strlen(counters->list[i].name);
	}
	for (i = 0; i < counters->count; i += length ? length : 1) {
		length = histogram_at(counters, i, &histogram);
		if (!length)
			printf("%-*s%*s%" PRIu64 "\n", (int)width,
			       counters->list[i].name, GAP, "",
			       counters->list[i].value);
	}
}

static void print_histograms(const struct counters *counters,
			     const struct term *term)
{
	struct histogram histogram;
	size_t i, length;

	for (i = 0; i < counters->count; i += length ? length : 1) {
		length = histogram_at(counters, i, &histogram);
		if (length)
			histogram_print(term, &histogram);
	}
}

enum status stats_run(const struct options *options, char **args)
{
	struct counters counters;
	enum status status;

	(void)args;
	status = counters_read(&counters);
	if (status != STATUS_FOUND)
		return status;
	if (options->json) {
		print_json(&counters);
	} else {
		print_plain(&counters);
		print_histograms(&counters, &options->term);
	}
	if (!counters.count)
		status = STATUS_NOTHING;
	counters_release(&counters);
	return status;
}
