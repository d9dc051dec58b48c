/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a three-way handshake moves on and how it ends, as one table.
 *
 * Whoever watches turns what it saw into a step. A step of the wire is named
 * by who sent it, the initiator (who sent the SYN) or the responder, so one
 * table serves the active end, the passive end and a machine in the middle.
 * Where there is a socket it is the truth: then no packet ends a handshake,
 * only the socket does.
 */
#ifndef _SOCKLEDGER_PHASE_H
#define _SOCKLEDGER_PHASE_H

#include "../uapi/sockledger.h"
#include "types.h"

enum sl_step {
	/* the wire */
	SL_STEP_SYN,		/* initiator's SYN */
	SL_STEP_SYNACK,		/* responder's SYN+ACK */
	SL_STEP_ACK,		/* initiator's final ACK */
	SL_STEP_RST_INITIATOR,	/* a RST from the initiator that fits */
	SL_STEP_RST_RESPONDER,	/* a RST from the responder that fits */
	/* the socket */
	SL_STEP_ESTABLISHED,	/* it says ESTABLISHED */
	SL_STEP_REFUSED,	/* CLOSE with ECONNREFUSED */
	SL_STEP_RESET,		/* CLOSE with ECONNRESET or EPIPE */
	SL_STEP_TIMED_OUT,	/* CLOSE with ETIMEDOUT */
	SL_STEP_ABANDONED,	/* the same from SYN_RECV: it had answered */
	SL_STEP_UNREACHABLE,	/* CLOSE with an errno that ICMP caused */
	SL_STEP_ABORTED,	/* CLOSE with ECONNABORTED */
	SL_STEP_CLOSED,		/* CLOSE without error: its program closed it */
	SL_STEP_ERROR,		/* CLOSE with any other errno */
	SL_STEP_NO_ROUTE,	/* connect() failed for want of a route, */
	SL_STEP_NO_ADDRESS,	/* ... of a source address, */
	SL_STEP_NO_PORT,	/* ... of a local port */
	/* the ledger */
	SL_STEP_GONE,		/* nothing is left of it in the kernel, or no
				 * segment came for longer than any TCP waits
				 */
	SL_STEP_GONE_ACKED,	/* the same, though the final ACK had come */
	__SL_STEPS,
};

/* From where a handshake is watched: the same step means different things. */
enum sl_view {
	SL_VIEW_SOCKET,		/* a socket stands behind it and tells how it
				 * ends
				 */
	SL_VIEW_HALF_OPEN,	/* this machine answers, or should have
				 * answered, and has no socket for it yet
				 */
	SL_VIEW_FORWARD,	/* it passes through this machine */

	__SL_VIEWS,
};

struct sl_progress {
	u8 phase;	/* enum sockledger_phase */
	u8 outcome;	/* enum sockledger_outcome */
	u8 reason;	/* enum sockledger_reason */
};

/**
 * sl_phase_step() - take one step of a handshake
 * @now: where the handshake is
 * @step: what was seen
 * @view: from where it was seen
 *
 * Return: where the handshake is afterwards; equal to @now where the step
 * says nothing new, and where an argument is outside its enum. A handshake
 * that is done or has failed never changes.
 */
struct sl_progress sl_phase_step(struct sl_progress now, enum sl_step step,
				 enum sl_view view);

/**
 * sl_phase_close_step() - the step that a socket's CLOSE is
 * @from: TCP_* it leaves
 * @err: errno of the socket, positive, 0 for none
 *
 * Return: one of SL_STEP_REFUSED to SL_STEP_ERROR.
 */
enum sl_step sl_phase_close_step(u8 from, int err);

/**
 * sl_phase_over() - has the handshake ended?
 * @phase: enum sockledger_phase
 */
static inline bool sl_phase_over(u8 phase)
{
	return phase >= SOCKLEDGER_PHASE_DONE;
}

#endif /* _SOCKLEDGER_PHASE_H */
