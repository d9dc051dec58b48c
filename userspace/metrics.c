// SPDX-License-Identifier: GPL-2.0
#include "metrics.h"
#include "memory.h"

#include <stdio.h>
#include <string.h>

#define COUNTER	"counter"
#define GAUGE	"gauge"

/* A counter that is all of a metric, one of several, one for each function. */
#define WHOLE(pattern)		{ pattern, NULL, false }
#define PART(pattern, labels)	{ pattern, labels, false }
#define SYMBOL(pattern, labels)	{ pattern, labels, true }

const struct metric metrics[] = {
	{ "entries", GAUGE, "Entries in the ledger.", {
		PART("entries_live", "pool=\"live\""),
		PART("entries_history", "pool=\"history\""),
		PART("entries_half_open", "pool=\"half-open\""),
		PART("entries_half_open_past", "pool=\"half-open-past\"") } },
	{ "entries_limit", GAUGE,
	  "Entries the ledger may have; past half-open ones share theirs.", {
		PART("limit_live", "pool=\"live\""),
		PART("limit_history", "pool=\"history\""),
		PART("limit_half_open", "pool=\"half-open\"") } },
	{ "entry_size_bytes", GAUGE, "Memory that an entry takes.", {
		WHOLE("bytes_per_entry") } },
	{ "entries_bytes", GAUGE, "Memory that all entries take.", {
		WHOLE("bytes_entries") } },
	{ "entries_opened_total", COUNTER, "Entries that began.", {
		WHOLE("entries_opened") } },
	{ "entries_pre_existing_total", COUNTER,
	  "Of these, sockets that were older than their entry.", {
		WHOLE("entries_pre_existing") } },
	{ "entries_evicted_total", COUNTER,
	  "Ended entries that made room for newer ones.", {
		PART("history_evicted", "pool=\"history\""),
		PART("half_open_evicted", "pool=\"half-open\"") } },
	{ "entries_flushed_total", COUNTER,
	  "Ended entries that were forgotten on request.", {
		WHOLE("entries_flushed") } },
	{ "handshakes_total", COUNTER, "Handshakes that came to an end.", {
		PART("active_*", "role=\"active\",outcome=\"*\""),
		PART("passive_*", "role=\"passive\",outcome=\"*\""),
		PART("forwarded_*", "role=\"forwarded\",outcome=\"*\"") } },
	{ "handshakes_awaited", GAUGE,
	  "Handshakes whose final ACK or first data is awaited.", {
		WHOLE("awaited") } },
	{ "segments_total", COUNTER, "TCP segments looked at.", {
		PART("segments_*", "kind=\"*\"") } },
	{ "bad_segments_total", COUNTER, "Segments that no TCP would send.", {
		PART("bad_*", "kind=\"*\"") } },
	{ "fragments_total", COUNTER,
	  "Fragments that came without their TCP header.", {
		WHOLE("fragments") } },
	{ "transitions_total", COUNTER, "Changes of a socket's state.", {
		WHOLE("transitions") } },
	{ "calls_total", COUNTER, "Calls of programs that were heard.", {
		WHOLE("calls") } },
	{ "calls_failed_total", COUNTER, "Of these, calls that failed.", {
		WHOLE("calls_failed") } },
	{ "calls_failed_overwritten_total", COUNTER,
	  "Failed calls that made room for newer ones.", {
		WHOLE("calls_failed_overwritten") } },
	{ "calls_failed_limit", GAUGE, "Failed calls that are kept.", {
		WHOLE("limit_failed_calls") } },
	{ "events_total", COUNTER, "Events written to the journal.", {
		WHOLE("events") } },
	{ "events_overwritten_total", COUNTER,
	  "Events that made room for newer ones.", {
		WHOLE("events_overwritten") } },
	{ "events_limit", GAUGE, "Events that the journal keeps.", {
		WHOLE("limit_events") } },
	{ "notices_total", COUNTER, "Events numbered for who watches.", {
		WHOLE("notices") } },
	{ "lost_total", COUNTER, "What happened and is not recorded, or, of notices, not told.", {
		PART("lost_*", "kind=\"*\"") } },
	{ "source_attached", GAUGE, "Whether a witness is there.", {
		PART("source_*_attached", "source=\"*\"") } },
	{ "probe_attached", GAUGE, "Whether a kernel function is probed.", {
		SYMBOL("probe_*_attached", "function=\"*\"") } },
	{ "probe_hits_total", COUNTER, "How often its probe was hit.", {
		SYMBOL("probe_*_hits", "function=\"*\"") } },
	{ "probe_missed_total", COUNTER, "How often its probe was missed.", {
		SYMBOL("probe_*_missed", "function=\"*\"") } },
	{ "probe_unwatched_total", COUNTER,
	  "Calls whose return could not be watched.", {
		SYMBOL("probe_*_unwatched", "function=\"*\"") } },
};

const size_t metric_count = ARRAY_SIZE(metrics);

static const char * const histogram_helps[][2] = {
	{ "connect",
	  "How long connecting took, from the first SYN on." },
	{ "answer",
	  "How long the final ACK took to come, from the first SYN+ACK on." },
};

/* What the '*' stands for, "" where there is none; NULL: it does not match. */
static const char *match(const char *pattern, const char *name, size_t *length)
{
	size_t head = strcspn(pattern, "*");
	size_t tail = pattern[head] ? strlen(pattern + head + 1) : 0;
	size_t size = strlen(name);

	*length = 0;
	if (!pattern[head])
		return strcmp(pattern, name) ? NULL : name + size;
	if (size <= head + tail || strncmp(pattern, name, head) ||
	    strcmp(pattern + head + 1, name + size - tail))
		return NULL;
	*length = size - head - tail;
	return name + head;
}

/* The value as Prometheus quotes it. */
static size_t put_value(char *dst, size_t room, const char *value,
			size_t length, bool symbol)
{
	size_t i, used = 0;
	char c;

	for (i = 0; i < length && used + 2 < room; i++) {
		c = value[i];
		if (c == '_' && !symbol)
			c = '-';
		if (c == '"' || c == '\\')
			dst[used++] = '\\';
		dst[used++] = c;
	}
	return used;
}

static void put_labels(const struct metric_source *source, const char *value,
		       size_t length, char *dst, size_t size)
{
	const char *from = source->labels ? source->labels : "";
	size_t used = 0;

	for (; *from && used + 1 < size; from++) {
		if (*from == '*')
			used += put_value(dst + used, size - used, value,
					  length, source->symbol);
		else
			dst[used++] = *from;
	}
	dst[used] = '\0';
}

bool metric_labels(const struct metric *metric, const struct counter *counter,
		   char *dst, size_t size)
{
	const struct metric_source *source;
	const char *value;
	size_t length;

	for (source = metric->sources; source->pattern; source++) {
		value = match(source->pattern, counter->name, &length);
		if (!value)
			continue;
		put_labels(source, value, length, dst, size);
		return true;
	}
	return false;
}

bool metric_known(const struct counter *counter)
{
	char labels[METRIC_LABELS_SIZE];
	size_t i;

	for (i = 0; i < metric_count; i++)
		if (metric_labels(&metrics[i], counter, labels,
				  sizeof(labels)))
			return true;
	return false;
}

const char *metric_histogram_help(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(histogram_helps); i++)
		if (!strcmp(histogram_helps[i][0], name))
			return histogram_helps[i][1];
	return "Times the module measured.";
}
