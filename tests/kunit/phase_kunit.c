// SPDX-License-Identifier: GPL-2.0
/*
 * The table of handshake phases, asked in three ways: every cell against the
 * rules it was written from, whole handshakes as they happen, and what must
 * hold for any sequence of steps.
 */
#include <kunit/test.h>

#include "pure/names.h"
#include "pure/phase.h"
#include "range.h"

static const char * const view_names[__SL_VIEWS] = {
	[SL_VIEW_SOCKET]	= "socket",
	[SL_VIEW_HALF_OPEN]	= "half-open",
	[SL_VIEW_FORWARD]	= "forward",
};

static const char * const step_names[__SL_STEPS] = {
	[SL_STEP_SYN]		= "SYN",
	[SL_STEP_SYNACK]	= "SYN+ACK",
	[SL_STEP_ACK]		= "ACK",
	[SL_STEP_RST_INITIATOR]	= "initiator's RST",
	[SL_STEP_RST_RESPONDER]	= "responder's RST",
	[SL_STEP_ESTABLISHED]	= "established",
	[SL_STEP_REFUSED]	= "refused",
	[SL_STEP_RESET]		= "reset",
	[SL_STEP_TIMED_OUT]	= "timed out",
	[SL_STEP_ABANDONED]	= "abandoned",
	[SL_STEP_UNREACHABLE]	= "unreachable",
	[SL_STEP_ABORTED]	= "aborted",
	[SL_STEP_CLOSED]	= "closed",
	[SL_STEP_ERROR]		= "error",
	[SL_STEP_NO_ROUTE]	= "no route",
	[SL_STEP_NO_ADDRESS]	= "no address",
	[SL_STEP_NO_PORT]	= "no port",
	[SL_STEP_GONE]		= "gone",
	[SL_STEP_GONE_ACKED]	= "gone after the ACK",
};

static struct sl_progress progress(u8 phase, u8 outcome, u8 reason)
{
	return (struct sl_progress){
		.phase = phase, .outcome = outcome, .reason = reason,
	};
}

/* A handshake in one of its phases, ended in a way that no step leads to. */
static struct sl_progress progress_in(u8 phase)
{
	if (phase == SOCKLEDGER_PHASE_DONE)
		return progress(phase, SOCKLEDGER_OUTCOME_ESTABLISHED,
				SOCKLEDGER_REASON_NONE);
	if (phase == SOCKLEDGER_PHASE_FAILED)
		return progress(phase, SOCKLEDGER_OUTCOME_QUEUE_FULL,
				SOCKLEDGER_REASON_LISTENER_CLOSED);

	return progress(phase, SOCKLEDGER_OUTCOME_IN_PROGRESS,
			SOCKLEDGER_REASON_NONE);
}

#define FAILED(outcome, reason) \
	progress(SOCKLEDGER_PHASE_FAILED, SOCKLEDGER_OUTCOME_##outcome, \
		 SOCKLEDGER_REASON_##reason)
#define DONE progress_in(SOCKLEDGER_PHASE_DONE)

static void expect_progress(struct kunit *test, struct sl_progress got,
			    struct sl_progress expected)
{
	KUNIT_EXPECT_STREQ(test, sl_phase_name(got.phase),
			   sl_phase_name(expected.phase));
	KUNIT_EXPECT_STREQ(test, sl_outcome_name(got.outcome),
			   sl_outcome_name(expected.outcome));
	KUNIT_EXPECT_STREQ(test, sl_reason_name(got.reason),
			   sl_reason_name(expected.reason));
}

/* Every cell */

#define CELLS (__SL_VIEWS * __SL_STEPS * __SOCKLEDGER_PHASE_MAX)

struct cell {
	enum sl_view view;
	enum sl_step step;
	u8 phase;
};

static struct cell cell_at(unsigned int i)
{
	return (struct cell){
		.phase = i % __SOCKLEDGER_PHASE_MAX,
		.step = i / __SOCKLEDGER_PHASE_MAX % __SL_STEPS,
		.view = i / __SOCKLEDGER_PHASE_MAX / __SL_STEPS,
	};
}

static const void *cells_gen_params(const void *prev, char *desc)
{
	const void *next = range_next(prev, CELLS);
	struct cell cell;

	if (next) {
		cell = cell_at(range_at(next));
		snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s: %s in phase %s",
			 view_names[cell.view], step_names[cell.step],
			 sl_phase_name(cell.phase));
	}
	return next;
}

static bool answered(u8 phase)
{
	return phase == SOCKLEDGER_PHASE_SYNACK;
}

/* SYN and SYN+ACK say how far it got at least; neither takes it back. */
static struct sl_progress at_least(struct sl_progress now, u8 phase)
{
	return now.phase < phase ? progress_in(phase) : now;
}

/*
 * RSTs end a handshake that no socket speaks for; the last ACK does so only
 * where no socket can be born of it.
 */
static struct sl_progress wire_end(struct cell cell, struct sl_progress now)
{
	if (cell.view == SL_VIEW_SOCKET || cell.phase == SOCKLEDGER_PHASE_NONE)
		return now;
	if (cell.step == SL_STEP_ACK)
		return answered(cell.phase) && cell.view == SL_VIEW_FORWARD ?
		       DONE : now;
	if (cell.step == SL_STEP_RST_INITIATOR || answered(cell.phase))
		return FAILED(RESET, HALF_OPEN_RST);
	if (cell.view == SL_VIEW_FORWARD)
		return FAILED(REFUSED, PEER_RST);

	return FAILED(REFUSED, NO_LISTENER);
}

static struct sl_progress socket_end(struct cell cell)
{
	switch (cell.step) {
	case SL_STEP_REFUSED:
		return answered(cell.phase) ? FAILED(REFUSED, HALF_OPEN_RST) :
					      FAILED(REFUSED, PEER_RST);
	case SL_STEP_RESET:
		return FAILED(RESET, HALF_OPEN_RST);
	case SL_STEP_TIMED_OUT:
		return answered(cell.phase) ?
		       FAILED(TIMED_OUT, SYNACK_UNANSWERED) :
		       FAILED(TIMED_OUT, SYN_UNANSWERED);
	case SL_STEP_ABANDONED:
		return FAILED(ABANDONED, SYNACK_UNANSWERED);
	case SL_STEP_UNREACHABLE:
		return FAILED(UNREACHABLE, ICMP_UNREACHABLE);
	case SL_STEP_ABORTED:
		return FAILED(CANCELLED, ABORTED);
	case SL_STEP_CLOSED:
		return FAILED(CANCELLED, CLOSED_BY_PROGRAM);
	default:
		return FAILED(CANCELLED, SOCKET_ERROR);
	}
}

static struct sl_progress gone_end(struct cell cell)
{
	if (cell.view == SL_VIEW_SOCKET)
		return FAILED(CANCELLED, END_UNSEEN);
	if (cell.phase == SOCKLEDGER_PHASE_NONE)
		return FAILED(TIMED_OUT, END_UNSEEN);
	if (answered(cell.phase) && cell.view == SL_VIEW_HALF_OPEN &&
	    cell.step == SL_STEP_GONE_ACKED)
		return FAILED(ABANDONED, NEVER_BORN);
	if (answered(cell.phase))
		return FAILED(ABANDONED, SYNACK_UNANSWERED);
	if (cell.view == SL_VIEW_FORWARD)
		return FAILED(TIMED_OUT, SYN_UNANSWERED);

	return FAILED(TIMED_OUT, SYN_IGNORED);
}

/* A connect() that fails at once: its socket has sent nothing. */
static struct sl_progress unsent_end(struct cell cell, struct sl_progress now)
{
	if (cell.view != SL_VIEW_SOCKET || cell.phase != SOCKLEDGER_PHASE_NONE)
		return now;
	if (cell.step == SL_STEP_NO_ROUTE)
		return FAILED(UNREACHABLE, NO_ROUTE);
	if (cell.step == SL_STEP_NO_ADDRESS)
		return FAILED(UNREACHABLE, NO_ADDRESS);
	return FAILED(UNREACHABLE, NO_PORT);
}

static struct sl_progress expected_of(struct cell cell,
				      struct sl_progress now)
{
	if (sl_phase_over(cell.phase))
		return now;

	switch (cell.step) {
	case SL_STEP_SYN:
		return at_least(now, SOCKLEDGER_PHASE_SYN);
	case SL_STEP_SYNACK:
		return at_least(now, SOCKLEDGER_PHASE_SYNACK);
	case SL_STEP_ACK:
	case SL_STEP_RST_INITIATOR:
	case SL_STEP_RST_RESPONDER:
		return wire_end(cell, now);
	case SL_STEP_ESTABLISHED:
		return DONE;
	case SL_STEP_NO_ROUTE:
	case SL_STEP_NO_ADDRESS:
	case SL_STEP_NO_PORT:
		return unsent_end(cell, now);
	case SL_STEP_GONE:
	case SL_STEP_GONE_ACKED:
		return gone_end(cell);
	default:
		/* what only a socket can say is nonsense without one */
		return cell.view == SL_VIEW_SOCKET ? socket_end(cell) : now;
	}
}

static void phase_step_every_cell(struct kunit *test)
{
	struct cell cell = cell_at(range_at(test->param_value));
	struct sl_progress now = progress_in(cell.phase);

	expect_progress(test, sl_phase_step(now, cell.step, cell.view),
			expected_of(cell, now));
}

static void phase_step_out_of_range(struct kunit *test)
{
	struct sl_progress now = progress_in(SOCKLEDGER_PHASE_SYN);

	expect_progress(test, sl_phase_step(now, __SL_STEPS, SL_VIEW_SOCKET),
			now);
	expect_progress(test, sl_phase_step(now, (enum sl_step)-1,
					    SL_VIEW_SOCKET), now);
	expect_progress(test, sl_phase_step(now, SL_STEP_GONE, __SL_VIEWS),
			now);
	expect_progress(test, sl_phase_step(now, SL_STEP_GONE,
					    (enum sl_view)-1), now);

	now.phase = 255;
	expect_progress(test, sl_phase_step(now, SL_STEP_GONE,
					    SL_VIEW_SOCKET), now);
}

/* Whole handshakes */

#define STORY_STEPS 8
#define STEPS(...) .count = ARRAY_SIZE(((const enum sl_step[]){ __VA_ARGS__ })), \
		   .steps = { __VA_ARGS__ }
#define ENDS(_phase, _outcome, _reason) .end = { \
	.phase = SOCKLEDGER_PHASE_##_phase, \
	.outcome = SOCKLEDGER_OUTCOME_##_outcome, \
	.reason = SOCKLEDGER_REASON_##_reason }

static const struct story {
	const char *name;
	enum sl_view view;
	unsigned int count;
	enum sl_step steps[STORY_STEPS];
	struct sl_progress end;
} stories[] = {
	{ "connect() and its answer", SL_VIEW_SOCKET,
	  STEPS(SL_STEP_SYN, SL_STEP_SYNACK, SL_STEP_ESTABLISHED, SL_STEP_ACK),
	  ENDS(DONE, ESTABLISHED, NONE) },
	{ "a socket says established before the ACK leaves", SL_VIEW_SOCKET,
	  STEPS(SL_STEP_SYN, SL_STEP_SYNACK, SL_STEP_ESTABLISHED),
	  ENDS(DONE, ESTABLISHED, NONE) },
	{ "the wire alone does not establish a socket", SL_VIEW_SOCKET,
	  STEPS(SL_STEP_SYN, SL_STEP_SYNACK, SL_STEP_ACK),
	  ENDS(SYNACK, IN_PROGRESS, NONE) },
	{ "a SYN sent three times", SL_VIEW_SOCKET,
	  STEPS(SL_STEP_SYN, SL_STEP_SYN, SL_STEP_SYN, SL_STEP_SYNACK,
		SL_STEP_ESTABLISHED),
	  ENDS(DONE, ESTABLISHED, NONE) },
	{ "connect() to a closed port", SL_VIEW_SOCKET,
	  STEPS(SL_STEP_SYN, SL_STEP_RST_RESPONDER, SL_STEP_REFUSED),
	  ENDS(FAILED, REFUSED, PEER_RST) },
	{ "a forged RST that TCP ignored", SL_VIEW_SOCKET,
	  STEPS(SL_STEP_SYN, SL_STEP_RST_RESPONDER, SL_STEP_SYNACK,
		SL_STEP_ESTABLISHED),
	  ENDS(DONE, ESTABLISHED, NONE) },
	{ "a forged RST and nothing more", SL_VIEW_SOCKET,
	  STEPS(SL_STEP_SYN, SL_STEP_RST_RESPONDER),
	  ENDS(SYN, IN_PROGRESS, NONE) },
	{ "connect() into a void", SL_VIEW_SOCKET,
	  STEPS(SL_STEP_SYN, SL_STEP_SYN, SL_STEP_SYN, SL_STEP_TIMED_OUT),
	  ENDS(FAILED, TIMED_OUT, SYN_UNANSWERED) },
	{ "a SYN+ACK that a filter took from the socket", SL_VIEW_SOCKET,
	  STEPS(SL_STEP_SYN, SL_STEP_SYNACK, SL_STEP_SYN, SL_STEP_SYNACK,
		SL_STEP_TIMED_OUT),
	  ENDS(FAILED, TIMED_OUT, SYNACK_UNANSWERED) },
	{ "connect() that a router turned down", SL_VIEW_SOCKET,
	  STEPS(SL_STEP_SYN, SL_STEP_UNREACHABLE),
	  ENDS(FAILED, UNREACHABLE, ICMP_UNREACHABLE) },
	{ "connect() that its program gave up", SL_VIEW_SOCKET,
	  STEPS(SL_STEP_SYN, SL_STEP_CLOSED),
	  ENDS(FAILED, CANCELLED, CLOSED_BY_PROGRAM) },
	{ "connect() that found no free port", SL_VIEW_SOCKET,
	  STEPS(SL_STEP_CLOSED),
	  ENDS(FAILED, CANCELLED, CLOSED_BY_PROGRAM) },
	{ "a connecting socket killed with ss -K", SL_VIEW_SOCKET,
	  STEPS(SL_STEP_SYN, SL_STEP_ABORTED),
	  ENDS(FAILED, CANCELLED, ABORTED) },
	{ "established, then closed", SL_VIEW_SOCKET,
	  STEPS(SL_STEP_SYN, SL_STEP_SYNACK, SL_STEP_ESTABLISHED,
		SL_STEP_ACK, SL_STEP_CLOSED),
	  ENDS(DONE, ESTABLISHED, NONE) },
	{ "established, then reset", SL_VIEW_SOCKET,
	  STEPS(SL_STEP_ESTABLISHED, SL_STEP_RST_RESPONDER, SL_STEP_RESET,
		SL_STEP_GONE),
	  ENDS(DONE, ESTABLISHED, NONE) },
	{ "both sides opened at once", SL_VIEW_SOCKET,
	  STEPS(SL_STEP_SYN, SL_STEP_SYN, SL_STEP_SYNACK, SL_STEP_SYNACK,
		SL_STEP_ESTABLISHED),
	  ENDS(DONE, ESTABLISHED, NONE) },
	{ "a Fast Open child whose final ACK never came", SL_VIEW_SOCKET,
	  STEPS(SL_STEP_SYN, SL_STEP_SYNACK, SL_STEP_SYNACK,
		SL_STEP_ABANDONED),
	  ENDS(FAILED, ABANDONED, SYNACK_UNANSWERED) },
	{ "a Fast Open child reset in SYN_RECV", SL_VIEW_SOCKET,
	  STEPS(SL_STEP_SYN, SL_STEP_SYNACK, SL_STEP_RST_INITIATOR,
		SL_STEP_RESET),
	  ENDS(FAILED, RESET, HALF_OPEN_RST) },
	{ "refused first, and then the program closes", SL_VIEW_SOCKET,
	  STEPS(SL_STEP_SYN, SL_STEP_REFUSED, SL_STEP_CLOSED, SL_STEP_GONE),
	  ENDS(FAILED, REFUSED, PEER_RST) },

	{ "accepted on the server", SL_VIEW_HALF_OPEN,
	  STEPS(SL_STEP_SYN, SL_STEP_SYNACK, SL_STEP_ACK, SL_STEP_ESTABLISHED),
	  ENDS(DONE, ESTABLISHED, NONE) },
	{ "a child born of a SYN cookie", SL_VIEW_HALF_OPEN,
	  STEPS(SL_STEP_ESTABLISHED),
	  ENDS(DONE, ESTABLISHED, NONE) },
	{ "the final ACK was lost, twice", SL_VIEW_HALF_OPEN,
	  STEPS(SL_STEP_SYN, SL_STEP_SYNACK, SL_STEP_SYNACK, SL_STEP_SYNACK,
		SL_STEP_ACK, SL_STEP_ESTABLISHED),
	  ENDS(DONE, ESTABLISHED, NONE) },
	{ "the final ACK met a full accept queue", SL_VIEW_HALF_OPEN,
	  STEPS(SL_STEP_SYN, SL_STEP_SYNACK, SL_STEP_ACK, SL_STEP_SYNACK,
		SL_STEP_ACK),
	  ENDS(SYNACK, IN_PROGRESS, NONE) },
	{ "and nobody ever made room in it", SL_VIEW_HALF_OPEN,
	  STEPS(SL_STEP_SYN, SL_STEP_SYNACK, SL_STEP_ACK,
		SL_STEP_GONE_ACKED),
	  ENDS(FAILED, ABANDONED, NEVER_BORN) },
	{ "nobody listens on the port", SL_VIEW_HALF_OPEN,
	  STEPS(SL_STEP_SYN, SL_STEP_RST_RESPONDER),
	  ENDS(FAILED, REFUSED, NO_LISTENER) },
	{ "a SYN met a full accept queue", SL_VIEW_HALF_OPEN,
	  STEPS(SL_STEP_SYN, SL_STEP_SYN, SL_STEP_SYN, SL_STEP_GONE),
	  ENDS(FAILED, TIMED_OUT, SYN_IGNORED) },
	{ "a SYN flood", SL_VIEW_HALF_OPEN,
	  STEPS(SL_STEP_SYN, SL_STEP_SYNACK, SL_STEP_SYNACK, SL_STEP_GONE),
	  ENDS(FAILED, ABANDONED, SYNACK_UNANSWERED) },
	{ "a port scan that resets", SL_VIEW_HALF_OPEN,
	  STEPS(SL_STEP_SYN, SL_STEP_SYNACK, SL_STEP_RST_INITIATOR),
	  ENDS(FAILED, RESET, HALF_OPEN_RST) },
	{ "the listener was closed before the ACK", SL_VIEW_HALF_OPEN,
	  STEPS(SL_STEP_SYN, SL_STEP_SYNACK, SL_STEP_RST_RESPONDER,
		SL_STEP_ACK),
	  ENDS(FAILED, RESET, HALF_OPEN_RST) },
	{ "a stray ACK before any SYN+ACK", SL_VIEW_HALF_OPEN,
	  STEPS(SL_STEP_SYN, SL_STEP_ACK),
	  ENDS(SYN, IN_PROGRESS, NONE) },
	{ "a stray RST of nothing", SL_VIEW_HALF_OPEN,
	  STEPS(SL_STEP_RST_INITIATOR),
	  ENDS(NONE, IN_PROGRESS, NONE) },

	{ "a connection passes through", SL_VIEW_FORWARD,
	  STEPS(SL_STEP_SYN, SL_STEP_SYNACK, SL_STEP_ACK),
	  ENDS(DONE, ESTABLISHED, NONE) },
	{ "the watch began after the SYN", SL_VIEW_FORWARD,
	  STEPS(SL_STEP_SYNACK, SL_STEP_ACK),
	  ENDS(DONE, ESTABLISHED, NONE) },
	{ "only the way back passes here", SL_VIEW_FORWARD,
	  STEPS(SL_STEP_SYNACK, SL_STEP_GONE),
	  ENDS(FAILED, ABANDONED, SYNACK_UNANSWERED) },
	{ "only the way there passes here", SL_VIEW_FORWARD,
	  STEPS(SL_STEP_SYN, SL_STEP_ESTABLISHED),
	  ENDS(DONE, ESTABLISHED, NONE) },
	{ "refused beyond this machine", SL_VIEW_FORWARD,
	  STEPS(SL_STEP_SYN, SL_STEP_RST_RESPONDER),
	  ENDS(FAILED, REFUSED, PEER_RST) },
	{ "a SYN passes and nothing comes back", SL_VIEW_FORWARD,
	  STEPS(SL_STEP_SYN, SL_STEP_SYN, SL_STEP_GONE),
	  ENDS(FAILED, TIMED_OUT, SYN_UNANSWERED) },
	{ "taken back by the initiator", SL_VIEW_FORWARD,
	  STEPS(SL_STEP_SYN, SL_STEP_RST_INITIATOR),
	  ENDS(FAILED, RESET, HALF_OPEN_RST) },
	{ "reset after it was established", SL_VIEW_FORWARD,
	  STEPS(SL_STEP_SYN, SL_STEP_SYNACK, SL_STEP_ACK,
		SL_STEP_RST_RESPONDER, SL_STEP_GONE),
	  ENDS(DONE, ESTABLISHED, NONE) },
};

static void story_desc(const struct story *row, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s: %s", view_names[row->view],
		 row->name);
}

KUNIT_ARRAY_PARAM(stories, stories, story_desc);

static void phase_step_stories(struct kunit *test)
{
	const struct story *row = test->param_value;
	struct sl_progress now = progress_in(SOCKLEDGER_PHASE_NONE);
	unsigned int i;

	for (i = 0; i < row->count; i++)
		now = sl_phase_step(now, row->steps[i], row->view);

	expect_progress(test, now, row->end);
}

/* Any sequence */

static const void *views_gen_params(const void *prev, char *desc)
{
	const void *next = range_next(prev, __SL_VIEWS);

	if (next)
		strscpy(desc, view_names[range_at(next)],
			KUNIT_PARAM_DESC_SIZE);
	return next;
}

/* What a handshake says of itself must fit together, wherever it stands. */
static bool is_coherent(struct sl_progress now)
{
	bool in_progress = now.outcome == SOCKLEDGER_OUTCOME_IN_PROGRESS;
	bool established = now.outcome == SOCKLEDGER_OUTCOME_ESTABLISHED;
	bool has_reason = now.reason != SOCKLEDGER_REASON_NONE;

	switch (now.phase) {
	case SOCKLEDGER_PHASE_NONE:
	case SOCKLEDGER_PHASE_SYN:
	case SOCKLEDGER_PHASE_SYNACK:
		return in_progress && !has_reason;
	case SOCKLEDGER_PHASE_DONE:
		return established && !has_reason;
	default:
		return !in_progress && !established && has_reason;
	}
}

static bool is_of_the_wire(enum sl_step step)
{
	return step <= SL_STEP_RST_RESPONDER;
}

static bool is_same(struct sl_progress a, struct sl_progress b)
{
	return a.phase == b.phase && a.outcome == b.outcome &&
	       a.reason == b.reason;
}

/* One step further, and one more, as long as @depth allows. */
static void walk(struct kunit *test, struct sl_progress now,
		 enum sl_view view, unsigned int depth)
{
	struct sl_progress next;
	unsigned int step;

	for (step = 0; step < __SL_STEPS; step++) {
		const char *name = step_names[step];

		next = sl_phase_step(now, step, view);

		KUNIT_EXPECT_TRUE_MSG(test, is_coherent(next), "%s", name);
		KUNIT_EXPECT_TRUE_MSG(test, next.phase >= now.phase,
				      "%s leads back", name);
		if (sl_phase_over(now.phase))
			KUNIT_EXPECT_TRUE_MSG(test, is_same(now, next),
					      "%s after the end", name);
		if (view == SL_VIEW_SOCKET && is_of_the_wire(step))
			KUNIT_EXPECT_TRUE_MSG(test, is_same(now, next) ||
					      !sl_phase_over(next.phase),
					      "%s ends a socket", name);
		if (step == SL_STEP_GONE)
			KUNIT_EXPECT_TRUE_MSG(test, sl_phase_over(next.phase),
					      "nothing is left, yet open");
		if (depth)
			walk(test, next, view, depth - 1);
	}
}

static void phase_step_any_sequence(struct kunit *test)
{
	walk(test, progress_in(SOCKLEDGER_PHASE_NONE),
	     range_at(test->param_value), 2);
}

/* Errors of a socket */

static const struct close_row {
	const char *name;
	u8 from;
	int err;
	enum sl_step step;
} close_rows[] = {
	{ "no error", TCP_SYN_SENT, 0, SL_STEP_CLOSED },
	{ "no error", TCP_SYN_RECV, 0, SL_STEP_CLOSED },
	{ "no error", TCP_ESTABLISHED, 0, SL_STEP_CLOSED },
	{ "ECONNREFUSED", TCP_SYN_SENT, ECONNREFUSED, SL_STEP_REFUSED },
	{ "ECONNRESET", TCP_SYN_RECV, ECONNRESET, SL_STEP_RESET },
	{ "ECONNRESET", TCP_ESTABLISHED, ECONNRESET, SL_STEP_RESET },
	{ "EPIPE", TCP_CLOSE_WAIT, EPIPE, SL_STEP_RESET },
	{ "ETIMEDOUT", TCP_SYN_SENT, ETIMEDOUT, SL_STEP_TIMED_OUT },
	{ "ETIMEDOUT", TCP_SYN_RECV, ETIMEDOUT, SL_STEP_ABANDONED },
	{ "ETIMEDOUT", TCP_ESTABLISHED, ETIMEDOUT, SL_STEP_TIMED_OUT },
	{ "ECONNABORTED", TCP_SYN_SENT, ECONNABORTED, SL_STEP_ABORTED },
	{ "ECONNABORTED", TCP_SYN_RECV, ECONNABORTED, SL_STEP_ABORTED },
	{ "ENETUNREACH", TCP_SYN_SENT, ENETUNREACH, SL_STEP_UNREACHABLE },
	{ "EHOSTUNREACH", TCP_SYN_SENT, EHOSTUNREACH, SL_STEP_UNREACHABLE },
	{ "EHOSTUNREACH", TCP_SYN_RECV, EHOSTUNREACH, SL_STEP_UNREACHABLE },
	{ "ENETDOWN", TCP_SYN_SENT, ENETDOWN, SL_STEP_UNREACHABLE },
	{ "EHOSTDOWN", TCP_SYN_SENT, EHOSTDOWN, SL_STEP_UNREACHABLE },
	{ "ENONET", TCP_SYN_SENT, ENONET, SL_STEP_UNREACHABLE },
	{ "ENOPROTOOPT", TCP_SYN_SENT, ENOPROTOOPT, SL_STEP_UNREACHABLE },
	{ "EOPNOTSUPP", TCP_SYN_SENT, EOPNOTSUPP, SL_STEP_UNREACHABLE },
	{ "EPROTO", TCP_SYN_SENT, EPROTO, SL_STEP_UNREACHABLE },
	{ "EACCES", TCP_SYN_SENT, EACCES, SL_STEP_UNREACHABLE },
	{ "ENOBUFS", TCP_SYN_SENT, ENOBUFS, SL_STEP_ERROR },
	{ "EINVAL", TCP_SYN_SENT, EINVAL, SL_STEP_ERROR },
	{ "EBADMSG", TCP_SYN_SENT, EBADMSG, SL_STEP_ERROR },
	{ "a negative errno", TCP_SYN_SENT, -ECONNREFUSED, SL_STEP_ERROR },
	{ "an errno that does not exist", TCP_SYN_SENT, 100000, SL_STEP_ERROR },
};

static void close_row_desc(const struct close_row *row, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s in %s", row->name,
		 sl_state_name(row->from));
}

KUNIT_ARRAY_PARAM(close, close_rows, close_row_desc);

static void phase_close_step_of_known_errors(struct kunit *test)
{
	const struct close_row *row = test->param_value;

	KUNIT_EXPECT_STREQ(test,
			   step_names[sl_phase_close_step(row->from, row->err)],
			   step_names[row->step]);
}

/* Whatever the error is, a handshake in SYN_SENT or SYN_RECV ends by it. */
static void phase_close_step_always_ends(struct kunit *test)
{
	static const u8 states[] = { TCP_SYN_SENT, TCP_SYN_RECV };
	struct sl_progress now = progress_in(SOCKLEDGER_PHASE_SYN);
	enum sl_step step;
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(states); i++) {
		for (err = 0; err < 4096; err++) {
			step = sl_phase_close_step(states[i], err);

			KUNIT_EXPECT_EQ_MSG(test,
					    sl_phase_step(now, step,
							  SL_VIEW_SOCKET).phase,
					    SOCKLEDGER_PHASE_FAILED,
					    "error %d", err);
		}
	}
}

static void phase_over_when_done_or_failed(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, sl_phase_over(SOCKLEDGER_PHASE_NONE));
	KUNIT_EXPECT_FALSE(test, sl_phase_over(SOCKLEDGER_PHASE_SYN));
	KUNIT_EXPECT_FALSE(test, sl_phase_over(SOCKLEDGER_PHASE_SYNACK));
	KUNIT_EXPECT_TRUE(test, sl_phase_over(SOCKLEDGER_PHASE_DONE));
	KUNIT_EXPECT_TRUE(test, sl_phase_over(SOCKLEDGER_PHASE_FAILED));
}

static struct kunit_case phase_cases[] = {
	KUNIT_CASE_PARAM(phase_step_every_cell, cells_gen_params),
	KUNIT_CASE(phase_step_out_of_range),
	KUNIT_CASE_PARAM(phase_step_stories, stories_gen_params),
	KUNIT_CASE_PARAM(phase_step_any_sequence, views_gen_params),
	KUNIT_CASE_PARAM(phase_close_step_of_known_errors, close_gen_params),
	KUNIT_CASE(phase_close_step_always_ends),
	KUNIT_CASE(phase_over_when_done_or_failed),
	{}
};

static struct kunit_suite phase_suite = {
	.name = "sockledger_phase",
	.test_cases = phase_cases,
};

kunit_test_suite(phase_suite);
