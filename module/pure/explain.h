/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why a handshake failed, beyond what its segments and its socket's errno
 * tell. Whoever drops a segment of it, or hears an ICMP error about it, leaves
 * a hint: the reason that the end would have, if it ends before anything else
 * passes. When it does end, the table here says whether the hint explains
 * that end.
 */
#ifndef _SOCKLEDGER_EXPLAIN_H
#define _SOCKLEDGER_EXPLAIN_H

#include "phase.h"

/**
 * sl_explain() - the end of a handshake in the light of a hint
 * @end: as sl_phase_step() has it
 * @hint: enum sockledger_reason, SOCKLEDGER_REASON_NONE for none
 *
 * Return: @end, with the hint for its reason, and the outcome that follows
 * from it, where the hint explains it; @end itself where it does not, or is
 * no end.
 */
struct sl_progress sl_explain(struct sl_progress end, u8 hint);

/** sl_hint_is_filter() - is it one of the filters of this machine? */
static inline bool sl_hint_is_filter(u8 hint)
{
	return hint >= SOCKLEDGER_REASON_FILTERED_PREROUTING &&
	       hint <= SOCKLEDGER_REASON_FILTERED_POSTROUTING;
}

/**
 * sl_hint_of_icmp() - what an ICMP error hints at
 * @type: of the error (RFC 792)
 * @code: likewise
 *
 * Return: enum sockledger_reason; NONE for one that ends no handshake.
 */
u8 sl_hint_of_icmp(u8 type, u8 code);

/** sl_hint_of_icmp6() - the same of an ICMPv6 error (RFC 4443) */
u8 sl_hint_of_icmp6(u8 type, u8 code);

/**
 * sl_step_of_connect() - what a connect() says that failed at once
 * @error: errno, positive
 *
 * Of a socket that has not left CLOSE, so nothing was sent.
 *
 * Return: SL_STEP_NO_ROUTE or SL_STEP_NO_ADDRESS; __SL_STEPS for an error that
 * says nothing about the network.
 */
enum sl_step sl_step_of_connect(int error);

#endif /* _SOCKLEDGER_EXPLAIN_H */
