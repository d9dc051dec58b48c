// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens to an entry, in any order and any number: the lists of fixed size
 * are held against ones that are long enough.
 *
 * Input: operations, each a byte and what it needs.
 */
#include "fuzz.h"

#include "pure/phase.h"
#include "pure/story.h"

#define LONG	4096

static struct {
	struct sl_transitions transitions;
	struct sl_calls calls;
	struct sl_events events;
} story;

/* The same without any limit */
static struct {
	struct sl_transition transitions[LONG];
	uint8_t from[LONG];
	unsigned int transition_count;
	uint8_t calls[LONG];
	uint16_t errors[LONG];
	unsigned int call_count, calls_kept;
	uint32_t seqs[LONG], lens[LONG];
	uint8_t whats[LONG];
	unsigned int event_count, times[4];	/* of each reason */
} all;

/* The moves of RFC 9293's figure 5, of Linux's own where it has others. */
static bool tcp_moves(unsigned int from, unsigned int to)
{
	static const uint8_t moves[][2] = {
		{ TCP_CLOSE, TCP_LISTEN }, { TCP_CLOSE, TCP_SYN_SENT },
		{ TCP_LISTEN, TCP_SYN_RECV }, { TCP_LISTEN, TCP_CLOSE },
		{ TCP_SYN_SENT, TCP_SYN_RECV },
		{ TCP_SYN_SENT, TCP_ESTABLISHED }, { TCP_SYN_SENT, TCP_CLOSE },
		{ TCP_SYN_RECV, TCP_ESTABLISHED },
		{ TCP_SYN_RECV, TCP_FIN_WAIT1 },
		{ TCP_SYN_RECV, TCP_CLOSE_WAIT }, { TCP_SYN_RECV, TCP_CLOSE },
		{ TCP_ESTABLISHED, TCP_FIN_WAIT1 },
		{ TCP_ESTABLISHED, TCP_CLOSE_WAIT },
		{ TCP_ESTABLISHED, TCP_CLOSE },
		{ TCP_FIN_WAIT1, TCP_FIN_WAIT2 }, { TCP_FIN_WAIT1, TCP_CLOSING },
		{ TCP_FIN_WAIT1, TCP_TIME_WAIT }, { TCP_FIN_WAIT1, TCP_CLOSE },
		{ TCP_FIN_WAIT2, TCP_TIME_WAIT }, { TCP_FIN_WAIT2, TCP_CLOSE },
		{ TCP_CLOSING, TCP_TIME_WAIT }, { TCP_CLOSING, TCP_CLOSE },
		{ TCP_CLOSE_WAIT, TCP_LAST_ACK }, { TCP_CLOSE_WAIT, TCP_CLOSE },
		{ TCP_LAST_ACK, TCP_CLOSE }, { TCP_TIME_WAIT, TCP_CLOSE },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(moves); i++)
		if (moves[i][0] == from && moves[i][1] == to)
			return true;
	return false;
}

static void add_transition(struct input *input)
{
	unsigned int from = input_number(input, 1);
	unsigned int to = input_number(input, 1);
	int error = input_number(input, 1);
	bool in_call = input_below(input, 2);
	uint64_t t = input_number(input, 8);
	unsigned int cause = sl_transition_cause(from, to, error, in_call);
	enum sl_step step = sl_phase_close_step(from, error);

	MUST(cause < __SOCKLEDGER_CAUSE_MAX);
	MUST(tcp_moves(from, to) || cause == SOCKLEDGER_CAUSE_UNKNOWN);
	MUST(!tcp_moves(from, to) || to == TCP_CLOSE ||
	     cause != SOCKLEDGER_CAUSE_UNKNOWN);
	MUST(step >= SL_STEP_REFUSED && step <= SL_STEP_ERROR);
	MUST((step == SL_STEP_CLOSED) == !error);

	/* The ledger knows no other state. */
	from %= 16;
	to %= 16;
	if (all.transition_count == LONG)
		return;
	all.from[all.transition_count] = from;
	all.transitions[all.transition_count].t = t < SL_T_MAX ? t : SL_T_MAX;
	all.transitions[all.transition_count].to = to;
	all.transitions[all.transition_count++].cause = cause;
	sl_transitions_add(&story.transitions, from, to, cause, t);
}

static void expect_transitions(void)
{
	const struct sl_transitions *list = &story.transitions;
	unsigned int i;

	MUST(list->count + list->dropped == all.transition_count);
	MUST(list->count == SL_TRANSITIONS || !list->dropped);
	for (i = 0; i < list->count; i++) {
		MUST(list->at[i].t == all.transitions[i].t);
		MUST(list->at[i].to == all.transitions[i].to);
		MUST(list->at[i].cause == all.transitions[i].cause);
	}
	MUST(!i || sl_transitions_from(list, 0) == all.from[0]);
}

static bool is_end(unsigned int what)
{
	return what == SOCKLEDGER_WHAT_CLOSE || what == SOCKLEDGER_WHAT_EXIT;
}

static unsigned int any_call(struct input *input)
{
	return SOCKLEDGER_WHAT_SOCKET +
	       input_below(input, SOCKLEDGER_WHAT_EXIT + 1 -
			   SOCKLEDGER_WHAT_SOCKET);
}

static void add_call(struct input *input)
{
	unsigned int what = any_call(input);
	uint16_t error = input_number(input, 1);
	struct sl_call call = {
		.t = input_number(input, 2), .who = input_below(input, 4),
	};

	if (all.call_count == LONG)
		return;
	sl_calls_add(&story.calls, what, call, error);
	all.call_count++;
	if (all.calls_kept < SL_CALLS - 1 ||
	    (all.calls_kept < SL_CALLS && is_end(what))) {
		all.errors[all.calls_kept] = error;
		all.calls[all.calls_kept++] = what;
	}
}

static void fail_call(struct input *input)
{
	unsigned int what = any_call(input), i, last = LONG;
	uint16_t error = input_number(input, 1);

	sl_calls_fail(&story.calls, what, error);
	for (i = 0; i < all.calls_kept; i++)
		if (all.calls[i] == what)
			last = i;
	if (last < LONG && all.call_count == all.calls_kept)
		all.errors[last] = error;
	MUST(sl_calls_has(&story.calls, what) == (last < LONG));
}

static void expect_calls(void)
{
	const struct sl_calls *list = &story.calls;
	unsigned int i;

	MUST(list->count == all.calls_kept);
	MUST(list->count + list->dropped == all.call_count);
	for (i = 0; i < list->count; i++) {
		MUST(SL_CALL_WHAT(&list->at[i]) == all.calls[i]);
		MUST(list->error[i] == all.errors[i]);
	}
}

static void add_event(struct input *input)
{
	static const uint8_t whats[] = {
		SOCKLEDGER_WHAT_SYN, SOCKLEDGER_WHAT_SYNACK,
		SOCKLEDGER_WHAT_FIN, SOCKLEDGER_WHAT_RST,
	};
	uint8_t what = whats[input_below(input, ARRAY_SIZE(whats))];
	struct sl_event event = {
		.seq = input_number(input, 4),
		.kind = SL_EVENT_OF(what),
	};
	uint32_t len = input_number(input, 4);

	if (all.event_count == LONG)
		return;
	sl_event_set_len(&event, len);
	all.seqs[all.event_count] = event.seq;
	all.lens[all.event_count] = len < 524287 ? len : 524287;
	all.whats[all.event_count++] = what;
	MUST(sl_events_add(&story.events, &event) ==
	     (all.event_count > SL_EVENTS));
}

/* What the last ones say already is said later instead. */
static void add_obstacle(struct input *input)
{
	struct sl_event event = {
		SL_EVENT_HELD_UP,
		.reason = input_below(input, 4),
	};
	unsigned int at = all.event_count, i;
	bool pushed_out;
	u64 before;

	if (all.event_count == LONG)
		return;
	for (i = 0; i < sl_events_kept(&story.events); i++)
		if (all.whats[all.event_count - 1 - i] ==
			    SOCKLEDGER_WHAT_HELD_UP &&
		    all.seqs[all.event_count - 1 - i] == event.reason)
			at = all.event_count - 1 - i;
	pushed_out = at == all.event_count && at >= SL_EVENTS;
	if (at == all.event_count) {
		all.event_count++;
		all.times[event.reason] = 0;
	}
	all.times[event.reason]++;
	for (; at + 1 < all.event_count; at++) {
		all.seqs[at] = all.seqs[at + 1];
		all.lens[at] = all.lens[at + 1];
		all.whats[at] = all.whats[at + 1];
	}
	all.seqs[at] = event.reason;
	all.lens[at] = 0;
	all.whats[at] = SOCKLEDGER_WHAT_HELD_UP;
	MUST(sl_events_hold_up(&story.events, event, &before) == pushed_out);
	MUST((before == SL_T_UNKNOWN) == (all.times[event.reason] == 1));
}

static void expect_events(void)
{
	unsigned int kept = sl_events_kept(&story.events), i;

	MUST(kept == (all.event_count < SL_EVENTS ? all.event_count :
						    SL_EVENTS));
	MUST(story.events.total == all.event_count);
	for (i = 0; i < kept; i++) {
		const struct sl_event *event = sl_events_get(&story.events, i);
		unsigned int at = all.event_count - kept + i;

		MUST(event->seq == all.seqs[at]);
		MUST(sl_event_what(event) == all.whats[at]);
		MUST(sl_event_len(event) == all.lens[at]);
		MUST(!sl_event_held_up(event) ||
		     event->times == all.times[event->reason]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (* const operations[])(struct input *input) = {
		add_transition, add_call, fail_call, add_event, add_obstacle,
	};
	struct input input = input_of(data, size);

	memset(&story, 0, sizeof(story));
	memset(&all, 0, sizeof(all));
	while (input_left(&input)) {
		operations[input_below(&input, ARRAY_SIZE(operations))](&input);
		expect_transitions();
		expect_calls();
		expect_events();
	}
	return 0;
}
