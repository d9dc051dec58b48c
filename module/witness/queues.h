/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SOCKLEDGER_QUEUES_H
#define _SOCKLEDGER_QUEUES_H

struct sock;

/**
 * sl_queues_take_asked() - the listener that is about to answer a SYN on this
 * CPU with a cookie
 *
 * It is the one that answers when a SYN+ACK leaves that has no socket, which
 * is a SYN cookie's over IPv4: it leaves before another SYN can come to this
 * CPU. Only to be compared: it may be gone.
 *
 * Return: the listener, once; else NULL.
 */
const struct sock *sl_queues_take_asked(void);

#endif /* _SOCKLEDGER_QUEUES_H */
