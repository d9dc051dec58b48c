/* SPDX-License-Identifier: GPL-2.0 */
/* What sockets.c and adopt.c share. */
#ifndef _SOCKLEDGER_MOVES_H
#define _SOCKLEDGER_MOVES_H

#include "../ledger/observe.h"

/**
 * sl_move_of() - a state change of a socket, as far as the socket tells it
 * @move: filled in; parent, waiter, error and timewait are left empty
 * @sk: a full TCP socket
 * @from: TCP_* it leaves
 * @to: TCP_* it enters
 */
void sl_move_of(struct sl_move *move, const struct sock *sk, u8 from, u8 to);

#endif /* _SOCKLEDGER_MOVES_H */
