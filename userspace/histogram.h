/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Histograms among the counters: runs of NAME_us_le_N with N a power of two,
 * ended by NAME_us_le_inf, each counting what the one before did not take.
 */
#ifndef _SOCKLEDGER_HISTOGRAM_H
#define _SOCKLEDGER_HISTOGRAM_H

#include "counters.h"
#include "term.h"

/**
 * histogram_length() - how many counters make up a histogram
 * @counters: counters in the module's order
 * @first: where to look
 *
 * Return: the number of counters from @first on that are buckets of the same
 * histogram, 0 if @first is no bucket.
 */
size_t histogram_length(const struct counters *counters, size_t first);

/**
 * histogram_print() - draw one, a bar for each bucket
 * @term: standard output
 * @buckets: its counters
 * @count: how many, as histogram_length() said
 */
void histogram_print(const struct term *term, const struct counter *buckets,
		     size_t count);

#endif /* _SOCKLEDGER_HISTOGRAM_H */
