// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any sequence of steps of a handshake, watched from anywhere. The model below
 * has no table and no phase: it looks at the whole history, for the first step
 * that ends it and for what had passed before that, and is written from what the
 * manual says about outcomes and reasons.
 *
 * Input: the view, a hint, then one byte a step.
 */
#include "fuzz.h"

#include "pure/explain.h"
#include "pure/phase.h"

#define STEPS_MOST	64

struct history {
	enum sl_view view;
	enum sl_step steps[STEPS_MOST];
	unsigned int count;
};

static bool passed(const struct history *history, unsigned int before,
		   enum sl_step step)
{
	unsigned int i;

	for (i = 0; i < before; i++)
		if (history->steps[i] == step)
			return true;
	return false;
}

static const struct sl_progress established = {
	.phase = SOCKLEDGER_PHASE_DONE,
	.outcome = SOCKLEDGER_OUTCOME_ESTABLISHED,
};

static struct sl_progress failed(unsigned int outcome, unsigned int reason)
{
	return (struct sl_progress){
		SOCKLEDGER_PHASE_FAILED, outcome, reason
	};
}

/* What the socket said; the wire only tells what it had seen. */
static bool socket_ends(enum sl_step step, bool syn, bool synack,
			struct sl_progress *ret)
{
	switch (step) {
	case SL_STEP_REFUSED:
		*ret = failed(SOCKLEDGER_OUTCOME_REFUSED, synack ?
			      SOCKLEDGER_REASON_HALF_OPEN_RST :
			      SOCKLEDGER_REASON_PEER_RST);
		return true;
	case SL_STEP_RESET:
		*ret = failed(SOCKLEDGER_OUTCOME_RESET,
			      SOCKLEDGER_REASON_HALF_OPEN_RST);
		return true;
	case SL_STEP_TIMED_OUT:
		*ret = failed(SOCKLEDGER_OUTCOME_TIMED_OUT, synack ?
			      SOCKLEDGER_REASON_SYNACK_UNANSWERED :
			      SOCKLEDGER_REASON_SYN_UNANSWERED);
		return true;
	case SL_STEP_ABANDONED:
		*ret = failed(SOCKLEDGER_OUTCOME_ABANDONED,
			      SOCKLEDGER_REASON_SYNACK_UNANSWERED);
		return true;
	case SL_STEP_UNREACHABLE:
		*ret = failed(SOCKLEDGER_OUTCOME_UNREACHABLE,
			      SOCKLEDGER_REASON_ICMP_UNREACHABLE);
		return true;
	case SL_STEP_ABORTED:
		*ret = failed(SOCKLEDGER_OUTCOME_CANCELLED,
			      SOCKLEDGER_REASON_ABORTED);
		return true;
	case SL_STEP_CLOSED:
		*ret = failed(SOCKLEDGER_OUTCOME_CANCELLED,
			      SOCKLEDGER_REASON_CLOSED_BY_PROGRAM);
		return true;
	case SL_STEP_ERROR:
		*ret = failed(SOCKLEDGER_OUTCOME_CANCELLED,
			      SOCKLEDGER_REASON_SOCKET_ERROR);
		return true;
	case SL_STEP_GONE:
	case SL_STEP_GONE_ACKED:
		*ret = failed(SOCKLEDGER_OUTCOME_CANCELLED,
			      SOCKLEDGER_REASON_END_UNSEEN);
		return true;
	case SL_STEP_NO_ROUTE:
	case SL_STEP_NO_ADDRESS:
	case SL_STEP_NO_PORT:
		/* connect() that failed at once: nothing can have been sent. */
		if (syn || synack)
			return false;
		*ret = failed(SOCKLEDGER_OUTCOME_UNREACHABLE,
			      SOCKLEDGER_REASON_NO_ROUTE + step -
			      SL_STEP_NO_ROUTE);
		return true;
	default:
		return false;
	}
}

/* Silence: the last who was asked and did not answer. */
static struct sl_progress silence(enum sl_view view, bool acked, bool syn,
				  bool synack)
{
	if (synack)
		return failed(SOCKLEDGER_OUTCOME_ABANDONED,
			      acked && view == SL_VIEW_HALF_OPEN ?
			      SOCKLEDGER_REASON_NEVER_BORN :
			      SOCKLEDGER_REASON_SYNACK_UNANSWERED);
	if (!syn)
		return failed(SOCKLEDGER_OUTCOME_TIMED_OUT,
			      SOCKLEDGER_REASON_END_UNSEEN);
	return failed(SOCKLEDGER_OUTCOME_TIMED_OUT, view == SL_VIEW_FORWARD ?
		      SOCKLEDGER_REASON_SYN_UNANSWERED :
		      SOCKLEDGER_REASON_SYN_IGNORED);
}

/* Without a socket, the wire is all there is. */
static bool wire_ends(enum sl_view view, enum sl_step step, bool syn,
		      bool synack, struct sl_progress *ret)
{
	switch (step) {
	case SL_STEP_RST_INITIATOR:
		*ret = failed(SOCKLEDGER_OUTCOME_RESET,
			      SOCKLEDGER_REASON_HALF_OPEN_RST);
		return syn || synack;
	case SL_STEP_RST_RESPONDER:
		if (synack)
			*ret = failed(SOCKLEDGER_OUTCOME_RESET,
				      SOCKLEDGER_REASON_HALF_OPEN_RST);
		else
			*ret = failed(SOCKLEDGER_OUTCOME_REFUSED,
				      view == SL_VIEW_FORWARD ?
				      SOCKLEDGER_REASON_PEER_RST :
				      SOCKLEDGER_REASON_NO_LISTENER);
		return syn || synack;
	case SL_STEP_ACK:
		*ret = established;
		return view == SL_VIEW_FORWARD && synack;
	case SL_STEP_GONE:
	case SL_STEP_GONE_ACKED:
		*ret = silence(view, step == SL_STEP_GONE_ACKED, syn, synack);
		return true;
	default:
		return false;
	}
}

static struct sl_progress model(const struct history *history)
{
	struct sl_progress ret = { 0 };
	bool syn = false, synack = false;
	unsigned int i;

	for (i = 0; i < history->count; i++) {
		enum sl_step step = history->steps[i];

		syn = passed(history, i, SL_STEP_SYN);
		synack = passed(history, i, SL_STEP_SYNACK);
		if (step == SL_STEP_ESTABLISHED)
			return established;
		if (history->view == SL_VIEW_SOCKET ?
		    socket_ends(step, syn, synack, &ret) :
		    wire_ends(history->view, step, syn, synack, &ret))
			return ret;
	}
	ret = (struct sl_progress){ 0 };
	if (passed(history, i, SL_STEP_SYNACK))
		ret.phase = SOCKLEDGER_PHASE_SYNACK;
	else if (passed(history, i, SL_STEP_SYN))
		ret.phase = SOCKLEDGER_PHASE_SYN;
	return ret;
}

static bool same(struct sl_progress a, struct sl_progress b)
{
	return a.phase == b.phase && a.outcome == b.outcome &&
	       a.reason == b.reason;
}

/* A hint gives a failure another reason, and nothing else ever. */
static void try_hint(struct sl_progress end, uint8_t hint)
{
	struct sl_progress told = sl_explain(end, hint);

	if (same(told, end))
		return;
	MUST(end.phase == SOCKLEDGER_PHASE_FAILED);
	MUST(told.phase == end.phase && told.reason == hint);
	MUST(hint != SOCKLEDGER_REASON_NONE && hint < __SOCKLEDGER_REASON_MAX);
	MUST(told.outcome != SOCKLEDGER_OUTCOME_ESTABLISHED);
	MUST(told.outcome != SOCKLEDGER_OUTCOME_IN_PROGRESS);
	MUST((told.outcome == SOCKLEDGER_OUTCOME_FILTERED) <=
	     sl_hint_is_filter(hint));
	MUST((told.outcome == SOCKLEDGER_OUTCOME_QUEUE_FULL) <=
	     (hint >= SOCKLEDGER_REASON_ACCEPT_QUEUE_FULL &&
	      hint <= SOCKLEDGER_REASON_SYN_QUEUE_FULL));
	/* The same hint twice says no more than once. */
	MUST(same(sl_explain(told, hint), told));
}

static void try_icmp(uint8_t type, uint8_t code)
{
	uint8_t hint = sl_hint_of_icmp(type, code);

	MUST(hint < __SOCKLEDGER_REASON_MAX);
	MUST((type == 3) >= (hint != SOCKLEDGER_REASON_NONE));
	hint = sl_hint_of_icmp6(type, code);
	MUST(hint < __SOCKLEDGER_REASON_MAX);
	MUST((type == 1) >= (hint != SOCKLEDGER_REASON_NONE));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_of(data, size);
	struct history history = { 0 };
	struct sl_progress now = { 0 }, next;
	uint8_t hint;

	/* One past the last of each, too: outside its enum, it says nothing. */
	history.view = input_below(&input, __SL_VIEWS);
	hint = input_number(&input, 1);
	try_icmp(hint, input_left(&input) ? *input.at : 0);
	while (input_left(&input) && history.count < STEPS_MOST) {
		history.steps[history.count] = input_below(&input,
							   __SL_STEPS + 1);
		next = sl_phase_step(now, history.steps[history.count++],
				     history.view);
		MUST(!sl_phase_over(now.phase) || same(next, now));
		MUST(next.phase >= now.phase);
		now = next;
		MUST(same(now, model(&history)));
	}
	MUST(same(sl_phase_step(now, SL_STEP_SYN, __SL_VIEWS), now));
	try_hint(now, hint);
	return 0;
}
