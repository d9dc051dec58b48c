/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What there is to say of an entry beside its story: lines of a name and a
 * fact each.
 */
#ifndef _SOCKLEDGER_SUMMARY_H
#define _SOCKLEDGER_SUMMARY_H

#include "entry.h"
#include "term.h"

/**
 * summary_head() - who it is, how it ended, what was agreed
 * @entry: the entry
 * @peer: the other end's entry, or NULL
 * @term: where to
 */
void summary_head(const struct entry *entry, const struct entry *peer,
		  const struct term *term);

/**
 * summary_foot() - totals, a listener's ledger, what is missing
 * @entry: the entry
 * @term: where to
 *
 * Prints nothing where there is nothing to say.
 */
void summary_foot(const struct entry *entry, const struct term *term);

#endif /* _SOCKLEDGER_SUMMARY_H */
