/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The columns of "datagrams".
 */
#ifndef _SOCKLEDGER_DATAGRAM_COLUMNS_H
#define _SOCKLEDGER_DATAGRAM_COLUMNS_H

#include "table.h"

/* Their items are struct entry of UDP sockets; they look at no view. */
extern const struct column datagram_columns[];
extern const size_t datagram_column_count;

#endif /* _SOCKLEDGER_DATAGRAM_COLUMNS_H */
