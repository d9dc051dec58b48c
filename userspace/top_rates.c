// SPDX-License-Identifier: GPL-2.0
#include "top_rates.h"
#include "counters.h"
#include "memory.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

/* Rates of less time than that say nothing. */
#define LEAST_NS	UINT64_C(90000000)

/*
 * Which counters make up which member. A handshake that succeeded is in none,
 * nor is what watchers were not told, which is recorded.
 */
static const struct {
	const char *beginning;
	const char *but;	/* not with this end; NULL: it is the whole name */
	size_t member;
} parts[] = {
	{ "entries_live", NULL, offsetof(struct top_sample, live) },
	{ "limit_live", NULL, offsetof(struct top_sample, live_limit) },
	{ "entries_history", NULL, offsetof(struct top_sample, history) },
	{ "limit_history", NULL, offsetof(struct top_sample, history_limit) },
	{ "entries_half_open", NULL, offsetof(struct top_sample, half_open) },
	{ "entries_opened", NULL, offsetof(struct top_sample, opened) },
	{ "active_", "established", offsetof(struct top_sample, failed) },
	{ "passive_", "established", offsetof(struct top_sample, failed) },
	{ "forwarded_", "established", offsetof(struct top_sample, failed) },
	{ "lost_", "notices", offsetof(struct top_sample, lost) },
};

static void add(const struct counter *counter, struct top_sample *sample)
{
	size_t i, length;
	const char *rest;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		length = strlen(parts[i].beginning);
		if (strncmp(counter->name, parts[i].beginning, length))
			continue;
		rest = counter->name + length;
		if (parts[i].but ? !strcmp(rest, parts[i].but) : *rest)
			continue;
		*(uint64_t *)((char *)sample + parts[i].member) +=
			counter->value;
	}
}

static enum status sample(struct top_sample *ret)
{
	struct counters counters;
	struct timespec now;
	enum status status;
	size_t i;

	status = counters_read(&counters);
	if (status != STATUS_FOUND)
		return status;
	clock_gettime(CLOCK_MONOTONIC, &now);
	*ret = (struct top_sample){
		.time_ns = now.tv_sec * UINT64_C(1000000000) + now.tv_nsec,
	};
	for (i = 0; i < counters.count; i++)
		add(&counters.list[i], ret);
	counters_release(&counters);
	return STATUS_FOUND;
}

static void count_rates(struct top_rates *rates)
{
	const struct top_sample *now = &rates->now, *base = &rates->base;
	double seconds = (now->time_ns - base->time_ns) / 1e9;

	/* A module that was loaded anew counts from nought. */
	rates->known = base->time_ns && now->opened >= base->opened &&
		       now->failed >= base->failed;
	if (rates->known) {
		rates->opened = (now->opened - base->opened) / seconds;
		rates->failed = (now->failed - base->failed) / seconds;
	}
	rates->base = *now;
}

enum status top_rates_read(struct top_rates *rates)
{
	enum status status = sample(&rates->now);

	if (status == STATUS_FOUND &&
	    rates->now.time_ns - rates->base.time_ns >= LEAST_NS)
		count_rates(rates);
	return status;
}
