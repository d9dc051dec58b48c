/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The columns of "list".
 */
#ifndef _SOCKLEDGER_COLUMNS_H
#define _SOCKLEDGER_COLUMNS_H

#include "table.h"

#include <stdint.h>

/* What the columns of an entry need to know beside the entry. */
struct entry_view {
	uint64_t now_ns;	/* CLOCK_REALTIME */
};

/* Their items are struct entry, their view struct entry_view. */
extern const struct column entry_columns[];
extern const size_t entry_column_count;

#endif /* _SOCKLEDGER_COLUMNS_H */
