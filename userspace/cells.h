/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cells that more than one table has.
 */
#ifndef _SOCKLEDGER_CELLS_H
#define _SOCKLEDGER_CELLS_H

#include "owner.h"
#include "table.h"

#include <stdbool.h>
#include <stdint.h>

/* Wide enough for any IPv4 address and port. */
#define ENDPOINT_LEAST	21

/* Room for the ids of later rows, which are longer. */
#define ID_LATER	6

/** cell_put() - fill a cell with text that is printable */
void cell_put(struct cell *cell, const char *text);

/** cell_number() - fill a cell with a number, or "-" where it is unknown */
void cell_number(struct cell *cell, bool known, uint64_t number);

/** cell_duration() - fill a cell with a duration, or "-" */
void cell_duration(struct cell *cell, bool known, uint64_t ns);

/** cell_pair() - fill a cell with two numbers, "-" for each that is unknown */
void cell_pair(struct cell *cell, bool first_known, uint64_t first,
	       bool second_known, uint64_t second);

/** cell_owner() - fill a cell with a program's pid and name, "-" for NULL */
void cell_owner(struct cell *cell, const struct owner *owner);

/* Formats of columns whose item is a struct entry. */
void cell_entry_id(const void *item, const void *view, struct cell *ret);
void cell_entry_state(const void *item, const void *view, struct cell *ret);
void cell_entry_local(const void *item, const void *view, struct cell *ret);
void cell_entry_owner(const void *item, const void *view, struct cell *ret);

#endif /* _SOCKLEDGER_CELLS_H */
