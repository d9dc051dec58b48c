/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module's counters in the text format that Prometheus reads.
 */
#ifndef _SOCKLEDGER_PROMETHEUS_H
#define _SOCKLEDGER_PROMETHEUS_H

#include "counters.h"
#include "netns.h"

#include <stddef.h>

/**
 * struct sample_set - the counters of one ledger
 * @netns: what its network namespace goes by, any bytes
 * @counters: its counters, in the module's order
 */
struct sample_set {
	char netns[NETNS_NAME_SIZE];
	struct counters counters;
};

/**
 * prometheus_print() - print the counters of all ledgers
 * @sets: the ledgers
 * @count: how many
 *
 * The format wants all that has one name to stand together, so all ledgers are
 * printed at once. Every counter is: one that has no words here goes under its
 * own name.
 */
void prometheus_print(const struct sample_set *sets, size_t count);

#endif /* _SOCKLEDGER_PROMETHEUS_H */
