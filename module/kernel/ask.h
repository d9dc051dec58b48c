/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Questions to the kernel's own tables of endpoints and ports, for what no
 * probe tells: is there a request, is there a timewait socket, who holds a
 * port, which is the subflow?
 */
#ifndef _SOCKLEDGER_ASK_H
#define _SOCKLEDGER_ASK_H

#include "../ledger/observe.h"

/**
 * sl_ask_timewait() - what stands in TIME_WAIT, or FIN_WAIT2 without a socket
 * @net: namespace
 * @tuple: endpoints, from this machine
 * @ifindex: device the socket was bound to, or 0
 * @now: CLOCK_MONOTONIC ns
 *
 * Return: found is false when there is no timewait socket.
 */
struct sl_timewait sl_ask_timewait(struct net *net,
				   const struct sl_tuple *tuple, int ifindex,
				   u64 now);

/**
 * sl_ask_request() - is a handshake between these endpoints still half-open?
 * @net: namespace
 * @tuple: endpoints, from this machine
 * @ifindex: device that the SYN came from, which a listener may be bound to
 *
 * Return: true while there is a request socket, or one of Fast Open instead.
 */
bool sl_ask_request(struct net *net, const struct sl_tuple *tuple, int ifindex);

/**
 * sl_ask_port_holder() - who holds a local port that was asked for?
 * @net: namespace
 * @sk: the TCP or UDP socket that asked; not itself an answer
 * @asked: for this address, or any, and this port
 *
 * Return: a socket whose address is in the way, a listener if there is one,
 * else another one that is open, else one in TIME_WAIT; with a reference, for
 * sock_gen_put(). NULL when there is none.
 */
struct sock *sl_ask_port_holder(struct net *net, const struct sock *sk,
				const struct sl_endpoint *asked);

/**
 * sl_ask_subflow() - the first subflow of an MPTCP socket
 * @net: namespace
 * @mptcp: its owner, as sl_facts_mptcp() names it
 *
 * Return: a TCP socket with a reference, for sock_put(); NULL when there is
 * none that holds a port.
 */
struct sock *sl_ask_subflow(struct net *net, const struct sock *mptcp);

#endif /* _SOCKLEDGER_ASK_H */
