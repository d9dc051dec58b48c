/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The columns of "list".
 */
#ifndef _SOCKLEDGER_COLUMNS_H
#define _SOCKLEDGER_COLUMNS_H

#include "table.h"

#include <stdint.h>

/**
 * struct entry_view - what columns need to know beside the item
 * @now_ns: CLOCK_REALTIME
 * @netns: what its network namespace is called, fit to print; NULL where that
 *         is no column
 */
struct entry_view {
	uint64_t now_ns;
	const char *netns;
};

/*
 * Their items are struct entry, their view struct entry_view. What is unknown
 * is ordered behind all that is known.
 */
extern const struct column entry_columns[];
extern const size_t entry_column_count;

#endif /* _SOCKLEDGER_COLUMNS_H */
