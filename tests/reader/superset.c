// SPDX-License-Identifier: GPL-2.0-only
/*
 * Filters and entries made at random: what the reader's filter takes, the
 * module has to take for the request that is made of it. Each line of the
 * output is a filter that lost an entry; the last one counts.
 */
#include "filter_kernel.h"
#include "filter_parse.h"
#include "memory.h"
#include "model.h"

#include <libmnl/libmnl.h>
#include <stdio.h>
#include <stdlib.h>

#define FILTERS	3000
#define ENTRIES	40

/* Few values of each, so that many meet. */
static const char * const conditions[] = {
	"state established", "state close state time-wait", "exclude listening",
	"state syn-recv", "state all exclude close", "state != closed",
	"sport = :80", "sport != :80", "sport >= :80", "sport < :81",
	"sport > :80", "sport <= :0", "sport gt :65534",
	"dport = :443", "dport = :0", "dport le :443", "dport != :443",
	"src 10.0.0.1", "src 10.0.0.0/24", "src 10.0.0.0/31", "src 0.0.0.0/0",
	"dst 10.0.1.1", "dst 10.0.0.0/15", "dst != 10.0.0.1",
	"dst [fd00::1]", "dst fd00::/8", "dst ::/0", "dst 0.0.0.0/1",
	"dst 10.0.0.1:443", "src [fd00::1]:80", "src *:80",
	"proto tcp", "proto udp", "proto != tcp", "family inet",
	"family != inet", "role active", "role != passive", "role datagram",
	"outcome established", "outcome refused", "outcome != refused",
	"reason none", "reason != none", "reason peer-rst", "live", "history",
	"listener 5", "listener != 5", "listener = 0", "pid 7", "pid 8",
	"pid != 7", "id > 0", "autobound",
};

static unsigned int pick(unsigned int count)
{
	return random() % count;
}

static void make_filter(char *dst, size_t size, unsigned int depth)
{
	char left[1024], right[1024];

	if (!depth || !pick(3)) {
		snprintf(dst, size, "%s",
			 conditions[pick(ARRAY_SIZE(conditions))]);
		return;
	}
	make_filter(left, sizeof(left) / (5 - depth), depth - 1);
	make_filter(right, sizeof(right) / (5 - depth), depth - 1);
	if (!pick(3))
		snprintf(dst, size, "not (%.500s)", left);
	else
		snprintf(dst, size, "(%.490s) %s (%.490s)", left,
			 pick(2) ? "and" : "or", right);
}

static unsigned int taken, spared;

/* Whether it lost none. */
static bool try_entries(const struct filter *filter, bool something,
			const struct nlmsghdr *request)
{
	bool reader, kernel, good = true;
	struct model model;
	struct entry entry;
	unsigned int i;

	for (i = 0; i < ENTRIES; i++) {
		model_random(&model);
		model_entry(&model, &entry);
		reader = filter_takes_entry(filter, &entry);
		kernel = something && kernel_takes(request, &model);
		taken += reader;
		spared += !kernel;
		if (reader && !kernel)
			good = false;
		entry_release(&entry);
	}
	return good;
}

int main(void)
{
	char buffer[4096] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *request;
	struct filter *filter;
	char text[1024];
	char *words[2] = { text };
	bool something;
	unsigned int i;

	srandom(1);
	for (i = 0; i < FILTERS; i++) {
		make_filter(text, sizeof(text), 4);
		request = mnl_nlmsg_put_header(buffer);
		if (filter_parse(words, &filter_entries, &filter))
			return 1;
		something = filter_kernel_put(filter, request);
		if (!try_entries(filter, something, request))
			puts(text);
		filter_free(filter);
	}
	printf("%u taken, %u spared\n", taken, spared);
	return 0;
}
