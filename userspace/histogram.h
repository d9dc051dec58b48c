/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Histograms among the counters: runs of NAME_us_le_N with N a power of two,
 * ended by NAME_us_le_inf, each counting what the one before did not take, and
 * NAME_ns_sum, all times together.
 */
#ifndef _SOCKLEDGER_HISTOGRAM_H
#define _SOCKLEDGER_HISTOGRAM_H

#include "counters.h"
#include "term.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct histogram - one of them
 * @name: what it counts times of
 * @buckets: its counters, in order
 * @count: how many
 * @has_sum: whether the sum is known
 * @sum_ns: the sum of all times
 */
struct histogram {
	char name[sizeof(((struct counter *)0)->name)];
	const struct counter *buckets;
	size_t count;
	bool has_sum;
	uint64_t sum_ns;
};

/**
 * histogram_at() - whether a histogram begins at a counter
 * @counters: counters in the module's order
 * @first: where to look
 * @ret: filled if one does
 *
 * Return: the number of counters from @first on that make it up, 0 if @first is
 * no bucket.
 */
size_t histogram_at(const struct counters *counters, size_t first,
		    struct histogram *ret);

/**
 * histogram_limit_us() - the longest time that a bucket takes
 * @bucket: the bucket
 * @ret: set, in microseconds
 *
 * Return: whether there is one: the last bucket takes all that are left.
 */
bool histogram_limit_us(const struct counter *bucket, uint64_t *ret);

/** histogram_total() - how many times a histogram counts */
uint64_t histogram_total(const struct histogram *histogram);

/**
 * histogram_print() - draw one, a bar for each bucket
 * @term: standard output
 * @histogram: what to draw
 */
void histogram_print(const struct term *term,
		     const struct histogram *histogram);

#endif /* _SOCKLEDGER_HISTOGRAM_H */
