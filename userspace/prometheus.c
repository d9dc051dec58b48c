// SPDX-License-Identifier: GPL-2.0
#include "prometheus.h"
#include "histogram.h"
#include "metrics.h"
#include "text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* What the names of all have in front. */
#define PREFIX	"sockledger_"

#define US_PER_S	UINT64_C(1000000)
#define NS_PER_S	UINT64_C(1000000000)

struct printing {
	const struct sample_set *sets;
	size_t count;
};

static void put_head(const char *name, const char *unit, const char *type,
		     const char *help)
{
	printf("# HELP " PREFIX "%s%s %s\n", name, unit, help);
	printf("# TYPE " PREFIX "%s%s %s\n", name, unit, type);
}

static void put_quoted(const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putchar('\\');
		if (*text == '\n')
			fputs("\\n", stdout);
		else
			putchar(*text);
	}
}

/* The namespace is the first label of everything. */
static void put_labels(const struct sample_set *set, const char *more)
{
	char netns[3 * 256];

	text_utf8(netns, sizeof(netns), set->netns);
	fputs("{netns=\"", stdout);
	put_quoted(netns);
	printf("\"%s%s} ", *more ? "," : "", more);
}

static void put_metric(const struct printing *printing,
		       const struct metric *metric)
{
	char labels[METRIC_LABELS_SIZE];
	const struct counter *counter;
	bool begun = false;
	size_t i, j;

	for (i = 0; i < printing->count; i++) {
		const struct counters *c = &printing->sets[i].counters;

		for (j = 0; j < c->count; j++) {
			counter = &c->list[j];
			if (!metric_labels(metric, counter, labels,
					   sizeof(labels)))
				continue;
			if (!begun)
				put_head(metric->name, "", metric->type,
					 metric->help);
			begun = true;
			printf(PREFIX "%s", metric->name);
			put_labels(&printing->sets[i], labels);
			printf("%" PRIu64 "\n", counter->value);
		}
	}
}

static const struct counter *find(const struct counters *counters,
				  const char *name)
{
	size_t i;

	for (i = 0; i < counters->count; i++)
		if (!strcmp(counters->list[i].name, name))
			return &counters->list[i];
	return NULL;
}

/* A counter that is newer than this reader. */
static void put_unknown(const struct printing *printing, const char *name)
{
	const struct counter *counter;
	size_t i;

	/* It goes into the name of a metric, where little is allowed. */
	if (name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")])
		return;
	put_head(name, "", "untyped", "A counter that this reader knows nothing of.");
	for (i = 0; i < printing->count; i++) {
		counter = find(&printing->sets[i].counters, name);
		if (!counter)
			continue;
		printf(PREFIX "%s", name);
		put_labels(&printing->sets[i], "");
		printf("%" PRIu64 "\n", counter->value);
	}
}

static void put_buckets(const struct sample_set *set,
			const struct histogram *histogram)
{
	uint64_t sum = 0, us;
	char limit[48];
	size_t i;

	for (i = 0; i < histogram->count; i++) {
		sum += histogram->buckets[i].value;
		if (histogram_limit_us(&histogram->buckets[i], &us))
			snprintf(limit, sizeof(limit),
				 "le=\"%" PRIu64 ".%06" PRIu64 "\"",
				 us / US_PER_S, us % US_PER_S);
		else
			strcpy(limit, "le=\"+Inf\"");
		printf(PREFIX "%s_seconds_bucket", histogram->name);
		put_labels(set, limit);
		printf("%" PRIu64 "\n", sum);
	}
}

static void put_histogram(const struct sample_set *set,
			  const struct histogram *histogram)
{
	put_buckets(set, histogram);
	if (histogram->has_sum) {
		printf(PREFIX "%s_seconds_sum", histogram->name);
		put_labels(set, "");
		printf("%" PRIu64 ".%09" PRIu64 "\n",
		       histogram->sum_ns / NS_PER_S,
		       histogram->sum_ns % NS_PER_S);
	}
	printf(PREFIX "%s_seconds_count", histogram->name);
	put_labels(set, "");
	printf("%" PRIu64 "\n", histogram_total(histogram));
}

static void put_histograms(const struct printing *printing, const char *name)
{
	struct histogram histogram;
	size_t i, j, length;

	put_head(name, "_seconds", "histogram", metric_histogram_help(name));
	for (i = 0; i < printing->count; i++) {
		const struct counters *c = &printing->sets[i].counters;

		for (j = 0; j < c->count; j += length ? length : 1) {
			length = histogram_at(c, j, &histogram);
			if (length && !strcmp(histogram.name, name))
				put_histogram(&printing->sets[i], &histogram);
		}
	}
}

/*
 * One module counts for all namespaces, so the first set has the names of what
 * is in any.
 */
void prometheus_print(const struct sample_set *sets, size_t count)
{
	const struct printing printing = { sets, count };
	const struct counters *first = &sets->counters;
	struct histogram histogram;
	size_t i, length;

	for (i = 0; i < metric_count; i++)
		put_metric(&printing, &metrics[i]);
	for (i = 0; i < first->count; i += length ? length : 1) {
		length = histogram_at(first, i, &histogram);
		if (length)
			put_histograms(&printing, histogram.name);
		else if (!metric_known(&first->list[i]))
			put_unknown(&printing, first->list[i].name);
	}
}
