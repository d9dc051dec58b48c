// SPDX-License-Identifier: GPL-2.0
#include "phase.h"

/*
 * The cells of the table: where a step leads to. Phase NONE is never reached
 * from another one, so the cell that is all zeros can mean "stay".
 */
#define STAY	{ 0 }
#define SYN	{ .phase = SOCKLEDGER_PHASE_SYN }
#define SYNACK	{ .phase = SOCKLEDGER_PHASE_SYNACK }
#define DONE	{ .phase = SOCKLEDGER_PHASE_DONE, \
		  .outcome = SOCKLEDGER_OUTCOME_ESTABLISHED }
#define FAIL(_outcome, _reason) { .phase = SOCKLEDGER_PHASE_FAILED, \
		  .outcome = SOCKLEDGER_OUTCOME_##_outcome, \
		  .reason = SOCKLEDGER_REASON_##_reason }

/* The phases that a handshake can leave: NONE, SYN and SYNACK. */
#define OPEN_PHASES	SOCKLEDGER_PHASE_DONE

static const struct sl_progress steps[__SL_VIEWS][__SL_STEPS][OPEN_PHASES] = {
/*
 * A socket stands behind it. Packets show how far the handshake got; how it
 * ends the socket says: a segment that passed here may still be forged, be
 * outside the window, or be dropped by a filter on its way to the socket.
 */
[SL_VIEW_SOCKET] = {
	/*			  NONE, SYN, SYNACK */
	/* a SYN after the SYN+ACK was sent again before that arrived */
	[SL_STEP_SYN]		= { SYN, STAY, STAY },
	/* without a SYN: that one passed before anybody watched */
	[SL_STEP_SYNACK]	= { SYNACK, SYNACK, STAY },
	/* tcp_rcv_synsent_state_process() says ESTABLISHED, then ACKs */
	[SL_STEP_ACK]		= { STAY, STAY, STAY },
	/* tcp_validate_incoming() decides whether a RST counts */
	[SL_STEP_RST_INITIATOR]	= { STAY, STAY, STAY },
	[SL_STEP_RST_RESPONDER]	= { STAY, STAY, STAY },
	/* tcp_finish_connect(), tcp_rcv_state_process() in SYN_RECV */
	[SL_STEP_ESTABLISHED]	= { DONE, DONE, DONE },
	/*
	 * tcp_reset() in SYN_SENT (RFC 9293, 3.10.7.3), or a port unreachable.
	 * After a SYN+ACK, which TCP then did not take, the RST is the second
	 * answer.
	 */
	[SL_STEP_REFUSED]	= { FAIL(REFUSED, PEER_RST),
				    FAIL(REFUSED, PEER_RST),
				    FAIL(REFUSED, HALF_OPEN_RST) },
	/* tcp_reset() in SYN_RECV, so a SYN+ACK was sent, seen or not */
	[SL_STEP_RESET]		= { FAIL(RESET, HALF_OPEN_RST),
				    FAIL(RESET, HALF_OPEN_RST),
				    FAIL(RESET, HALF_OPEN_RST) },
	/*
	 * tcp_write_timeout() in SYN_SENT. Where the SYN+ACK did arrive,
	 * something dropped it between here and the socket.
	 */
	[SL_STEP_TIMED_OUT]	= { FAIL(TIMED_OUT, SYN_UNANSWERED),
				    FAIL(TIMED_OUT, SYN_UNANSWERED),
				    FAIL(TIMED_OUT, SYNACK_UNANSWERED) },
	/* tcp_fastopen_synack_timer(), tcp_write_timeout() in SYN_RECV */
	[SL_STEP_ABANDONED]	= { FAIL(ABANDONED, SYNACK_UNANSWERED),
				    FAIL(ABANDONED, SYNACK_UNANSWERED),
				    FAIL(ABANDONED, SYNACK_UNANSWERED) },
	/* tcp_v4_err(), tcp_v6_err(): fatal until the handshake is done */
	[SL_STEP_UNREACHABLE]	= { FAIL(UNREACHABLE, ICMP_UNREACHABLE),
				    FAIL(UNREACHABLE, ICMP_UNREACHABLE),
				    FAIL(UNREACHABLE, ICMP_UNREACHABLE) },
	/* tcp_abort(), as ss -K calls it */
	[SL_STEP_ABORTED]	= { FAIL(CANCELLED, ABORTED),
				    FAIL(CANCELLED, ABORTED),
				    FAIL(CANCELLED, ABORTED) },
	/* CLOSE call in SYN_SENT or SYN_RECV (RFC 9293, 3.10.4) */
	[SL_STEP_CLOSED]	= { FAIL(CANCELLED, CLOSED_BY_PROGRAM),
				    FAIL(CANCELLED, CLOSED_BY_PROGRAM),
				    FAIL(CANCELLED, CLOSED_BY_PROGRAM) },
	/* nothing that a peer or the network can cause */
	[SL_STEP_ERROR]		= { FAIL(CANCELLED, SOCKET_ERROR),
				    FAIL(CANCELLED, SOCKET_ERROR),
				    FAIL(CANCELLED, SOCKET_ERROR) },
	/* tcp_v4_connect(), tcp_v6_connect(): before anything is sent */
	[SL_STEP_NO_ROUTE]	= { FAIL(UNREACHABLE, NO_ROUTE), STAY, STAY },
	[SL_STEP_NO_ADDRESS]	= { FAIL(UNREACHABLE, NO_ADDRESS), STAY, STAY },
	[SL_STEP_NO_PORT]	= { FAIL(UNREACHABLE, NO_PORT), STAY, STAY },
	/* every error is told by a CLOSE, so it can only have been closed */
	[SL_STEP_GONE]		= { FAIL(CANCELLED, END_UNSEEN),
				    FAIL(CANCELLED, END_UNSEEN),
				    FAIL(CANCELLED, END_UNSEEN) },
	[SL_STEP_GONE_ACKED]	= { FAIL(CANCELLED, END_UNSEEN),
				    FAIL(CANCELLED, END_UNSEEN),
				    FAIL(CANCELLED, END_UNSEEN) },
},
/*
 * This machine is the one to answer, and a socket is born at the end only:
 * until then the wire is all there is. No step of a socket belongs here but
 * that birth.
 */
[SL_VIEW_HALF_OPEN] = {
	/*			  NONE, SYN, SYNACK */
	/* sent again: tcp_check_req() answers once more */
	[SL_STEP_SYN]		= { SYN, STAY, STAY },
	/* tcp_conn_request(); without a SYN: joined late */
	[SL_STEP_SYNACK]	= { SYNACK, SYNACK, STAY },
	/*
	 * It may meet a full accept queue, or TCP_DEFER_ACCEPT, and is dropped
	 * then: only the socket that is born of it proves anything.
	 */
	[SL_STEP_ACK]		= { STAY, STAY, STAY },
	/* the initiator took back its SYN, or did not want the SYN+ACK */
	[SL_STEP_RST_INITIATOR]	= { STAY,
				    FAIL(RESET, HALF_OPEN_RST),
				    FAIL(RESET, HALF_OPEN_RST) },
	/*
	 * tcp_v4_send_reset() without a socket; after the SYN+ACK the listener
	 * is gone, or tcp_abort_on_overflow is set
	 */
	[SL_STEP_RST_RESPONDER]	= { STAY,
				    FAIL(REFUSED, NO_LISTENER),
				    FAIL(RESET, HALF_OPEN_RST) },
	/* tcp_check_req(), cookie_v4_check(), tcp_try_fastopen() */
	[SL_STEP_ESTABLISHED]	= { DONE, DONE, DONE },
	/* reqsk_timer_handler() gave up, or nobody ever answered */
	[SL_STEP_GONE]		= { FAIL(TIMED_OUT, END_UNSEEN),
				    FAIL(TIMED_OUT, SYN_IGNORED),
				    FAIL(ABANDONED, SYNACK_UNANSWERED) },
	/* tcp_check_req() dropped the ACK, and the request expired */
	[SL_STEP_GONE_ACKED]	= { FAIL(TIMED_OUT, END_UNSEEN),
				    FAIL(TIMED_OUT, SYN_IGNORED),
				    FAIL(ABANDONED, NEVER_BORN) },
},
/*
 * It passes through. What passed here may be lost behind us, so only what
 * answers it proves anything, or shows that it was answered on another way, and
 * no socket will ever tell.
 */
[SL_VIEW_FORWARD] = {
	/*			  NONE, SYN, SYNACK */
	[SL_STEP_SYN]		= { SYN, STAY, STAY },
	/* without a SYN: joined late, or the SYN took another way */
	[SL_STEP_SYNACK]	= { SYNACK, SYNACK, STAY },
	/* the last that a third machine can see of it (RFC 9293, 3.5) */
	[SL_STEP_ACK]		= { STAY, STAY, DONE },
	/* as on the machine that answers */
	[SL_STEP_RST_INITIATOR]	= { STAY,
				    FAIL(RESET, HALF_OPEN_RST),
				    FAIL(RESET, HALF_OPEN_RST) },
	/* why the responder refused is not to be seen from here */
	[SL_STEP_RST_RESPONDER]	= { STAY,
				    FAIL(REFUSED, PEER_RST),
				    FAIL(RESET, HALF_OPEN_RST) },
	/*
	 * a socket on this machine after all: redirected to it; or the
	 * initiator goes on, and the answers take another way
	 */
	[SL_STEP_ESTABLISHED]	= { DONE, DONE, DONE },
	/* neither the initiator nor the responder sends any more */
	[SL_STEP_GONE]		= { FAIL(TIMED_OUT, END_UNSEEN),
				    FAIL(TIMED_OUT, SYN_UNANSWERED),
				    FAIL(ABANDONED, SYNACK_UNANSWERED) },
	/* an ACK in SYNACK has ended it, so there was none that counts */
	[SL_STEP_GONE_ACKED]	= { FAIL(TIMED_OUT, END_UNSEEN),
				    FAIL(TIMED_OUT, SYN_UNANSWERED),
				    FAIL(ABANDONED, SYNACK_UNANSWERED) },
},
};

struct sl_progress sl_phase_step(struct sl_progress now, enum sl_step step,
				 enum sl_view view)
{
	struct sl_progress next;

	if (now.phase >= OPEN_PHASES || step >= __SL_STEPS ||
	    view >= __SL_VIEWS)
		return now;

	next = steps[view][step][now.phase];
	return next.phase == SOCKLEDGER_PHASE_NONE ? now : next;
}

/*
 * What a socket's errno says. The unreachable ones are what icmp_err_convert
 * and icmpv6_err_convert() make of an ICMP error, and what a route that was
 * withdrawn meanwhile leaves in sk_err_soft.
 */
static const struct {
	int err;
	enum sl_step step;
} close_steps[] = {
	{ 0,		SL_STEP_CLOSED },
	{ ECONNREFUSED,	SL_STEP_REFUSED },	/* RST, or port unreachable */
	{ ECONNRESET,	SL_STEP_RESET },
	{ EPIPE,	SL_STEP_RESET },	/* RST after the peer's FIN */
	{ ETIMEDOUT,	SL_STEP_TIMED_OUT },
	{ ECONNABORTED,	SL_STEP_ABORTED },	/* tcp_abort() */
	{ ENETUNREACH,	SL_STEP_UNREACHABLE },
	{ EHOSTUNREACH,	SL_STEP_UNREACHABLE },	/* filtered, too */
	{ ENETDOWN,	SL_STEP_UNREACHABLE },
	{ EHOSTDOWN,	SL_STEP_UNREACHABLE },	/* host unknown */
	{ ENONET,	SL_STEP_UNREACHABLE },	/* host isolated */
	{ ENOPROTOOPT,	SL_STEP_UNREACHABLE },	/* protocol unreachable */
	{ EOPNOTSUPP,	SL_STEP_UNREACHABLE },	/* source route failed */
	{ EPROTO,	SL_STEP_UNREACHABLE },	/* parameter problem */
	{ EACCES,	SL_STEP_UNREACHABLE },	/* prohibited, by ICMPv6 */
};

enum sl_step sl_phase_close_step(u8 from, int err)
{
	unsigned int i;

	/* What times out in SYN_RECV is the SYN+ACK, not the SYN. */
	if (err == ETIMEDOUT && from == TCP_SYN_RECV)
		return SL_STEP_ABANDONED;

	for (i = 0; i < ARRAY_SIZE(close_steps); i++)
		if (close_steps[i].err == err)
			return close_steps[i].step;

	return SL_STEP_ERROR;
}
