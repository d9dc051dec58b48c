/* SPDX-License-Identifier: GPL-2.0 */
/* Plain values out of the kernel's sockets. Nothing here knows an entry. */
#ifndef _SOCKLEDGER_FACTS_H
#define _SOCKLEDGER_FACTS_H

#include "../ledger/record.h"

struct inet_timewait_sock;
struct request_sock;
struct sock;

/**
 * sl_facts_is_tcp() - is it a full TCP socket, fit for tcp_sk()?
 * @sk: any socket that an sk_buff carries, or NULL
 *
 * Not so for request and timewait sockets, nor for the raw socket that IPv4
 * sends its RSTs and TIME_WAIT ACKs from, though that says IPPROTO_TCP.
 */
bool sl_facts_is_tcp(const struct sock *sk);

/**
 * sl_facts_tuple() - endpoints of a full socket
 * @sk: a TCP socket
 * @tuple: filled in as SL_KIND_SOCKET; the port is taken from inet_sport,
 *	which outlives inet_num
 */
void sl_facts_tuple(const struct sock *sk, struct sl_tuple *tuple);

/** sl_facts_request_tuple() - endpoints of a request, as SL_KIND_HALF_OPEN */
void sl_facts_request_tuple(const struct request_sock *req,
			    struct sl_tuple *tuple);

/** sl_facts_timewait_tuple() - endpoints of a timewait socket */
void sl_facts_timewait_tuple(const struct inet_timewait_sock *tw,
			     struct sl_tuple *tuple);

/**
 * sl_facts_identity() - inode, cookie, device and a listener's port, as far as
 * the socket has them yet
 * @sk: not destroyed; the caller holds the socket lock
 * @rec: of its entry; what is known already stays
 */
void sl_facts_identity(const struct sock *sk, struct sl_record *rec);

/**
 * sl_facts_live() - what TCP counted so far, or a listener's queues
 * @sk: not destroyed
 * @rec: of its entry
 *
 * Read without the socket lock: each figure is right for some moment of the
 * call, as in tcp_get_info() for a listener.
 */
void sl_facts_live(const struct sock *sk, struct sl_record *rec);

/** sl_facts_scope() - the interface that makes a link-local tuple unique */
u32 sl_facts_scope(const struct sl_tuple *tuple, int ifindex);

/** sl_facts_owner() - the program that runs now. Context: process. */
void sl_facts_owner(struct sl_owner *owner);

#endif /* _SOCKLEDGER_FACTS_H */
