/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The socket witness: tracepoints on every state change of every TCP socket
 * and on its destruction. Both or neither: the ledger may hold a socket only
 * while it is sure to hear of its end.
 */
#ifndef _SOCKLEDGER_SOCKETS_H
#define _SOCKLEDGER_SOCKETS_H

#include <linux/types.h>

struct sock;

/**
 * sl_sockets_init() - attach to the tracepoints
 *
 * A kernel without them costs this witness only: it says so once.
 *
 * Return: 0, also without them; negative errno if attaching failed.
 */
int sl_sockets_init(void);

/** sl_sockets_uninit() - detach; no probe runs any more on return */
void sl_sockets_uninit(void);

/** sl_sockets_attached() - is this witness at work? */
bool sl_sockets_attached(void);

/**
 * sl_sockets_expect() - a listener is about to bear a child on this CPU
 * @listener: the parent
 * @cookie: the child's ACK answers a SYN cookie
 *
 * Bottom halves are off until the child's birth has been heard, or failed.
 */
void sl_sockets_expect(const struct sock *listener, bool cookie);

#endif /* _SOCKLEDGER_SOCKETS_H */
