/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What was counted, in lines of a name and a fact each. What is unknown is
 * left out.
 */
#ifndef _SOCKLEDGER_ACCOUNTS_H
#define _SOCKLEDGER_ACCOUNTS_H

#include "entry.h"
#include "term.h"

/** accounts_totals() - print what a socket sent and received */
void accounts_totals(const struct entry *entry, const struct term *term);

/** accounts_datagrams() - what came and went over a UDP socket */
void accounts_datagrams(const struct entry *entry, const struct term *term);

/** accounts_ledger() - print what came to a listener's queues */
void accounts_ledger(const struct ledger *l, const struct term *term);

#endif /* _SOCKLEDGER_ACCOUNTS_H */
