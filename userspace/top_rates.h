/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ledger as a whole, and how fast it moves.
 */
#ifndef _SOCKLEDGER_TOP_RATES_H
#define _SOCKLEDGER_TOP_RATES_H

#include "complain.h"

#include <stdbool.h>
#include <stdint.h>

/* What the counters said at some moment. */
struct top_sample {
	uint64_t time_ns;	/* CLOCK_MONOTONIC */
	uint64_t live, live_limit;
	uint64_t history, history_limit;
	uint64_t half_open;
	uint64_t opened;	/* entries that ever began */
	uint64_t failed;	/* handshakes that ever failed */
	uint64_t lost;		/* what ever happened and is not recorded */
};

/**
 * struct top_rates - the last one, and what came since an earlier one
 * @now: the last one
 * @base: the one that rates were counted up to
 * @known: whether the rates are: there was one before, of the same module
 * @opened: entries that began, a second
 * @failed: handshakes that failed, a second
 */
struct top_rates {
	struct top_sample now, base;
	bool known;
	double opened, failed;
};

/**
 * top_rates_read() - look at the counters again
 * @rates: zeros at first
 *
 * Return: STATUS_FOUND, or STATUS_ERROR after a complaint.
 */
enum status top_rates_read(struct top_rates *rates);

#endif /* _SOCKLEDGER_TOP_RATES_H */
