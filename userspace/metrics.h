/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the module's counters are called in the world of metrics.
 */
#ifndef _SOCKLEDGER_METRICS_H
#define _SOCKLEDGER_METRICS_H

#include "counters.h"

#include <stdbool.h>
#include <stddef.h>

#define METRIC_SOURCES	4

/**
 * struct metric_source - counters that a metric is made of
 * @pattern: their name; a '*' in it stands for anything
 * @labels: the labels that tell them apart, NULL if nothing needs to; a '*' in
 *          it is what the one in @pattern stood for
 * @symbol: what that was is a name of the kernel's, and no word of ours, in
 *          which a '-' is meant by every '_'
 */
struct metric_source {
	const char *pattern;
	const char *labels;
	bool symbol;
};

/**
 * struct metric - a metric
 * @name: without what all have in front
 * @type: as Prometheus calls it
 * @help: one line
 * @sources: where it comes from; the one behind the last has no pattern
 */
struct metric {
	const char *name;
	const char *type;
	const char *help;
	struct metric_source sources[METRIC_SOURCES + 1];
};

extern const struct metric metrics[];
extern const size_t metric_count;

#define METRIC_LABELS_SIZE	256

/**
 * metric_labels() - whether a counter belongs to a metric, and its labels there
 * @metric: the metric
 * @counter: the counter
 * @dst: set to the labels with commas between them, "" if there are none
 * @size: bytes in @dst; METRIC_LABELS_SIZE are enough
 *
 * Return: whether it does.
 */
bool metric_labels(const struct metric *metric, const struct counter *counter,
		   char *dst, size_t size);

/** metric_known() - whether any metric has a counter */
bool metric_known(const struct counter *counter);

/**
 * metric_histogram_help() - what a histogram is about
 * @name: its name among the counters
 */
const char *metric_histogram_help(const char *name);

#endif /* _SOCKLEDGER_METRICS_H */
