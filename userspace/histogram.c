// SPDX-License-Identifier: GPL-2.0
#include "histogram.h"
#include "text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK		"_us_le_"
#define SUM		"_ns_sum"
#define LABEL_WIDTH	23
#define COUNT_WIDTH	10
#define BAR_MAX		60
#define NS_PER_US	UINT64_C(1000)

struct bucket {
	int stem;		/* bytes of NAME */
	bool last;		/* le_inf */
	uint64_t limit_us;
};

static bool parse_bucket(const char *name, struct bucket *ret)
{
	const char *mark = strstr(name, MARK);
	const char *limit;
	char *end;

	if (!mark || mark == name)
		return false;
	limit = mark + strlen(MARK);
	ret->stem = mark - name;
	ret->last = !strcmp(limit, "inf");
	ret->limit_us = 0;
	if (ret->last)
		return true;
	if (*limit < '1' || *limit > '9')
		return false;
	ret->limit_us = strtoull(limit, &end, 10);
	return !*end && !(ret->limit_us & (ret->limit_us - 1));
}

static bool is_sum(const struct counter *counter, const char *name, int stem)
{
	return !strncmp(counter->name, name, stem) &&
	       !strcmp(counter->name + stem, SUM);
}

size_t histogram_at(const struct counters *counters, size_t first,
		    struct histogram *ret)
{
	const struct counter *list = counters->list;
	const char *name = list[first].name;
	struct bucket bucket, other;
	size_t i;

	if (!parse_bucket(name, &bucket))
		return 0;
	for (i = first + 1; i < counters->count; i++) {
		if (!parse_bucket(list[i].name, &other) ||
		    other.stem != bucket.stem ||
		    strncmp(list[i].name, name, bucket.stem))
			break;
	}
	*ret = (struct histogram){
		.buckets = list + first,
		.count = i - first,
	};
	memcpy(ret->name, name, bucket.stem);
	if (i < counters->count && is_sum(&list[i], name, bucket.stem)) {
		ret->has_sum = true;
		ret->sum_ns = list[i++].value;
	}
	return i - first;
}

bool histogram_limit_us(const struct counter *bucket, uint64_t *ret)
{
	struct bucket parsed;

	if (!parse_bucket(bucket->name, &parsed) || parsed.last)
		return false;
	*ret = parsed.limit_us;
	return true;
}

uint64_t histogram_total(const struct histogram *histogram)
{
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < histogram->count; i++)
		total += histogram->buckets[i].value;
	return total;
}

static void print_label(const struct counter *bucket,
			const struct counter *before)
{
	uint64_t here = 0, previous = 0;
	char low[32], high[32], label[80];
	bool last = !histogram_limit_us(bucket, &here);

	if (before)
		histogram_limit_us(before, &previous);
	text_duration_fine(low, sizeof(low), previous * NS_PER_US);
	text_duration_fine(high, sizeof(high), here * NS_PER_US);
	if (last)
		snprintf(label, sizeof(label), "over %s", low);
	else if (before)
		snprintf(label, sizeof(label), "%s - %s", low, high);
	else
		snprintf(label, sizeof(label), "up to %s", high);
	printf("  %*s%s", (int)(LABEL_WIDTH - text_width(label)), "", label);
}

/* A bar of @eighths of a column; ASCII has whole columns only. */
static void print_bar(const struct term *term, uint64_t eighths)
{
	static const char * const parts[] = {
		"", "\u258f", "\u258e", "\u258d", "\u258c", "\u258b",
		"\u258a", "\u2589",
	};
	uint64_t i;

	printf("  %s", term_tint(term, TINT_STATE));
	for (i = 0; i < eighths / 8; i++)
		fputs(term->utf8 ? "\u2588" : "#", stdout);
	if (term->utf8)
		fputs(parts[eighths % 8], stdout);
	else if (eighths % 8)
		putchar('#');
	fputs(term_reset(term, TINT_STATE), stdout);
}

static size_t bar_room(const struct term *term)
{
	size_t taken = 2 + LABEL_WIDTH + COUNT_WIDTH + 3;

	if (!term->width || term->width > taken + BAR_MAX)
		return BAR_MAX;
	return term->width > taken + 8 ? term->width - taken : 8;
}

/* Something there is shows: at least an eighth of a column. */
static uint64_t bar_length(uint64_t value, uint64_t most, size_t room)
{
	double eighths = (double)value / most * room * 8;

	return eighths < 1 ? 1 : eighths;
}

static void print_heading(const struct term *term,
			  const struct histogram *histogram)
{
	uint64_t total = histogram_total(histogram);
	char count[48], mean[32];

	text_count(count, sizeof(count), total, "time");
	printf("\n%s%s%s: %s", term_tint(term, TINT_HEAD), histogram->name,
	       term_reset(term, TINT_HEAD), count);
	if (histogram->has_sum && total) {
		text_duration_fine(mean, sizeof(mean),
				   histogram->sum_ns / total);
		printf(", %s on average", mean);
	}
	putchar('\n');
}

void histogram_print(const struct term *term,
		     const struct histogram *histogram)
{
	const struct counter *buckets = histogram->buckets;
	size_t i, count = histogram->count;
	size_t first = count, last = 0, room = bar_room(term);
	uint64_t most = 0;

	for (i = 0; i < count; i++) {
		if (!buckets[i].value)
			continue;
		first = first < i ? first : i;
		last = i;
		if (buckets[i].value > most)
			most = buckets[i].value;
	}
	print_heading(term, histogram);
	for (i = first; i < count && i <= last; i++) {
		print_label(&buckets[i], i ? &buckets[i - 1] : NULL);
		printf("%*" PRIu64, COUNT_WIDTH, buckets[i].value);
		if (buckets[i].value)
			print_bar(term, bar_length(buckets[i].value, most,
						   room));
		putchar('\n');
	}
}
