/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The columns of "listeners".
 */
#ifndef _SOCKLEDGER_LEDGER_COLUMNS_H
#define _SOCKLEDGER_LEDGER_COLUMNS_H

#include "table.h"

/* Their items are struct entry of listeners; they look at no view. */
extern const struct column ledger_columns[];
extern const size_t ledger_column_count;

#endif /* _SOCKLEDGER_LEDGER_COLUMNS_H */
