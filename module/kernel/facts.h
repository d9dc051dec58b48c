/* SPDX-License-Identifier: GPL-2.0 */
/* Plain values out of the kernel's sockets. Nothing here knows an entry. */
#ifndef _SOCKLEDGER_FACTS_H
#define _SOCKLEDGER_FACTS_H

#include <linux/net.h>
#include <linux/sched.h>
#include <net/sock.h>

#include "../ledger/record.h"

struct inet_timewait_sock;
struct pid_namespace;
struct request_sock;

/**
 * sl_facts_is_inet() - is it a socket of IPv4 or IPv6?
 *
 * In another family the number of a protocol means something else.
 */
static inline bool sl_facts_is_inet(const struct sock *sk)
{
	return sk->sk_family == AF_INET || sk->sk_family == AF_INET6;
}

/**
 * sl_facts_is_tcp() - is it a full TCP socket, fit for tcp_sk()?
 * @sk: any socket that an sk_buff carries, or NULL
 *
 * Not so for request and timewait sockets, nor for the raw socket that IPv4
 * sends its RSTs and TIME_WAIT ACKs from, though that says IPPROTO_TCP.
 */
static inline bool sl_facts_is_tcp(const struct sock *sk)
{
	return sk && sk_fullsock(sk) && sk->sk_type == SOCK_STREAM &&
	       sk->sk_protocol == IPPROTO_TCP && sl_facts_is_inet(sk);
}

/** sl_facts_is_udp() - is it a UDP or UDP-Lite socket? */
static inline bool sl_facts_is_udp(const struct sock *sk)
{
	return sk && sk_fullsock(sk) && sk->sk_type == SOCK_DGRAM &&
	       sl_facts_is_inet(sk) &&
	       (sk->sk_protocol == IPPROTO_UDP ||
		sk->sk_protocol == IPPROTO_UDPLITE);
}

/**
 * sl_facts_is_mptcp() - is it an MPTCP socket?
 *
 * It has no entry: its subflows have, which are TCP sockets of the kernel's.
 */
static inline bool sl_facts_is_mptcp(const struct sock *sk)
{
	return sk && sk->sk_type == SOCK_STREAM &&
	       sk->sk_protocol == IPPROTO_MPTCP && sl_facts_is_inet(sk);
}

/**
 * sl_facts_mptcp() - the MPTCP socket whose subflow it is, or NULL
 * @sk: a full socket
 *
 * That is known of the first subflow from its beginning to its end
 * (mptcp_sock_graft()), of a further one when it has sent its SYN, and of one
 * that a listener bore when accept() has handed it out.
 *
 * Context: RCU read-side section.
 */
static inline const struct sock *sl_facts_mptcp(const struct sock *sk)
{
	const struct socket *sock = READ_ONCE(sk->sk_socket);
	const struct sock *holder = sock ? READ_ONCE(sock->sk) : NULL;

	return sl_facts_is_mptcp(holder) ? holder : NULL;
}

/**
 * sl_facts_is_programs() - is it a program's socket, and not the kernel's own?
 * @sk: a full socket
 *
 * What the kernel does with its own, such as those of NFS, it does in the time
 * of whoever runs. A subflow of MPTCP is there for a program's MPTCP socket.
 *
 * Context: RCU read-side section.
 */
static inline bool sl_facts_is_programs(const struct sock *sk)
{
	const struct sock *mptcp;

	if (!sk->sk_kern_sock)
		return true;
	mptcp = sl_facts_mptcp(sk);
	return mptcp && !mptcp->sk_kern_sock;
}

/**
 * sl_facts_tuple() - endpoints of a full socket
 * @sk: a TCP or UDP socket
 * @tuple: filled in as SL_KIND_SOCKET; the port is taken from inet_sport,
 *	which outlives inet_num
 */
void sl_facts_tuple(const struct sock *sk, struct sl_tuple *tuple);

/** sl_facts_has_port() - does a TCP or UDP socket hold a local port? */
bool sl_facts_has_port(const struct sock *sk);

/**
 * sl_facts_answered() - did the other end acknowledge its SYN, or SYN+ACK?
 * @sk: a TCP socket that was in SYN_RECV and did not become ESTABLISHED
 * @passive: a listener's child, as only Fast Open bears one that early; asked
 *	so, any TCP socket will do, and any other one was answered
 */
bool sl_facts_answered(const struct sock *sk, bool passive);

/**
 * sl_facts_all_acked() - did the other end acknowledge all that was written,
 * and the FIN?
 * @sk: a TCP socket, locked, that has not cleared its queues yet
 */
bool sl_facts_all_acked(const struct sock *sk);

/** sl_facts_request_tuple() - endpoints of a request, as SL_KIND_HALF_OPEN */
void sl_facts_request_tuple(const struct request_sock *req,
			    struct sl_tuple *tuple);

/** sl_facts_timewait_tuple() - endpoints of a timewait socket */
void sl_facts_timewait_tuple(const struct inet_timewait_sock *tw,
			     struct sl_tuple *tuple);

/**
 * sl_facts_identity() - inode, cookie, device and ports, as far as the socket
 * has them yet
 * @sk: not destroyed
 * @rec: of its entry; what is known already stays
 *
 * Context: RCU read-side section.
 */
void sl_facts_identity(const struct sock *sk, struct sl_record *rec);

/**
 * sl_facts_live() - what TCP counted so far
 * @sk: a TCP socket, not destroyed
 * @rec: of its entry
 *
 * Read without the socket lock: each figure is right for some moment of the
 * call, as in tcp_get_info() for a listener.
 */
void sl_facts_live(const struct sock *sk, struct sl_record *rec);

/** sl_facts_listening() - a listener's queues now; @sk as above */
void sl_facts_listening(const struct sock *sk, struct sl_listening *to);

/**
 * sl_facts_groups() - the multicast groups that a socket is in
 * @sk: not destroyed; the caller is in an RCU read-side section
 * @to: @groups and @group are set
 */
void sl_facts_groups(const struct sock *sk, struct sl_datagrams *to);

/** sl_facts_scope() - the interface that makes a link-local tuple unique */
u32 sl_facts_scope(const struct sl_tuple *tuple, int ifindex);

/** sl_facts_owner() - the program that runs now. Context: process. */
void sl_facts_owner(struct sl_owner *owner);

/**
 * sl_facts_is_program() - does @owner stand for the program that runs now,
 * whatever it called itself then?
 *
 * Context: process.
 */
static inline bool sl_facts_is_program(const struct sl_owner *owner)
{
	return owner->pid == current->tgid &&
	       owner->start == current->group_leader->start_boottime;
}

/**
 * sl_facts_connecting() - who waits in a connect()?
 * @sk: in SYN_SENT, where connect(), and a send() or recv() before it is
 *	through, make a task wait for the socket itself; those who poll have
 *	another wake function. Not destroyed.
 * @owner: set to the first one
 *
 * Return: true when there is one.
 */
bool sl_facts_connecting(const struct sock *sk, struct sl_owner *owner);

/** sl_facts_local_pid() - its number in a pid namespace, 0: not in there */
u32 sl_facts_local_pid(const struct sl_owner *owner,
		       const struct pid_namespace *ns);

/** sl_facts_local_uid() - its user in a user namespace, 65534: not in there */
u32 sl_facts_local_uid(const struct sl_owner *owner,
		       struct user_namespace *ns);

#endif /* _SOCKLEDGER_FACTS_H */
