/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The calls witness: what programs ask of their TCP and UDP sockets. Its
 * probes are a table of probes.h, in call_probes.c; that somebody read is told
 * by a tracepoint, and that somebody wrote by the wire witness, which sees the
 * segment leave in the call that made it.
 */
#ifndef _SOCKLEDGER_CALLS_H
#define _SOCKLEDGER_CALLS_H

#include <linux/types.h>

struct sl_called;
struct sl_endpoint;
struct sl_ledger;
struct sock;
struct sockaddr;

/* ---- for the sockets witness ---- */

/**
 * sl_calls_begun() - a subflow begins to listen or to connect
 * @l: of its namespace
 * @sk: it is in CLOSE; sl_facts_mptcp() knows whose it is
 * @to: TCP_LISTEN or TCP_SYN_SENT
 * @now: CLOCK_MONOTONIC ns
 *
 * A program made that call on its MPTCP socket, in which it still is; where
 * the kernel made it of itself, or where it was heard as a call on the
 * subflow, nothing is told.
 */
void sl_calls_begun(struct sl_ledger *l, const struct sock *sk, u8 to, u64 now);

/* ---- for the probes of calls ---- */

/**
 * sl_calls_new() - a call on @sk at @now, by the program that runs, if it is
 * one's
 */
struct sl_called sl_calls_new(const struct sock *sk, u8 what, u64 now);

/**
 * sl_calls_ledger_of_stream() - as sl_calls_ledger(), and for an MPTCP socket,
 * too: that which has entries of its subflows
 */
struct sl_ledger *sl_calls_ledger_of_stream(const struct sock *sk);

/* ---- for them and the datagrams witness ---- */

/**
 * sl_calls_follow() - may a socket become an entry?
 *
 * Only where its end is heard of: else UDP entries would fill the ledger, and
 * it would read through TCP sockets that are gone.
 */
bool sl_calls_follow(const struct sock *sk);

/**
 * sl_calls_ledger() - the ledger that keeps a socket which may be an entry
 *
 * Context: RCU read-side section. Return: NULL when none does.
 */
struct sl_ledger *sl_calls_ledger(const struct sock *sk);

/** sl_calls_tell() - the program that runs made a call on @sk at @now */
void sl_calls_tell(const struct sock *sk, u8 what, u64 now);

/** sl_calls_tell_failed() - likewise, in @l; it got @error for @asked */
void sl_calls_tell_failed(struct sl_ledger *l, const struct sock *sk, u8 what,
			  const struct sl_endpoint *asked, u16 error);

/**
 * sl_calls_address() - the address in a call
 * @addr: in kernel memory already
 * @len: its bytes, as the program said
 * @to: all zero; filled in
 *
 * Return: false when there is none that fits.
 */
bool sl_calls_address(const struct sockaddr *addr, int len,
		      struct sl_endpoint *to);

/** sl_calls_error() - the errno that a program gets for @result, or 0 */
u16 sl_calls_error(int result);

/**
 * sl_calls_init() - attach to the tracepoint
 *
 * Return: 0, also on a kernel without it; negative errno if attaching failed.
 */
int sl_calls_init(void);

/** sl_calls_uninit() - detach; the probe does not run any more on return */
void sl_calls_uninit(void);

#endif /* _SOCKLEDGER_CALLS_H */
