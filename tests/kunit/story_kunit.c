// SPDX-License-Identifier: GPL-2.0
/*
 * Stories: the cause of every transition there is, and of every one there is
 * not; the list of transitions and the ring of segments when they are empty,
 * full, and beyond. (The list of calls: calls_kunit.c.)
 */
#include <kunit/test.h>
#include <linux/netdevice.h>

#include "pure/names.h"
#include "pure/story.h"
#include "range.h"

#define STATES 16

/* Every transition */

static void transition_desc(u8 from, u8 to, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s to %s (%u>%u)",
		 sl_state_name(from), sl_state_name(to), from, to);
}

static const void *transitions_gen_params(const void *prev, char *desc)
{
	const void *next = range_next(prev, STATES * STATES);

	if (next)
		transition_desc(range_at(next) / STATES,
				range_at(next) % STATES, desc);
	return next;
}

#define FROM(state) (1U << TCP_##state)

/*
 * By the state that is entered, who leaves for it. Those for CLOSE are the
 * subject of the rows further down.
 */
static unsigned int sources_of(u8 to)
{
	switch (to) {
	case TCP_ESTABLISHED:
		return FROM(SYN_SENT) | FROM(SYN_RECV);
	case TCP_SYN_SENT:
	case TCP_LISTEN:
		return FROM(CLOSE);
	case TCP_SYN_RECV:
		return FROM(LISTEN) | FROM(SYN_SENT);
	case TCP_FIN_WAIT1:
	case TCP_CLOSE_WAIT:
		return FROM(ESTABLISHED) | FROM(SYN_RECV);
	case TCP_FIN_WAIT2:
	case TCP_CLOSING:
		return FROM(FIN_WAIT1);
	case TCP_TIME_WAIT:
		return FROM(FIN_WAIT1) | FROM(FIN_WAIT2) | FROM(CLOSING);
	case TCP_LAST_ACK:
		return FROM(CLOSE_WAIT);
	default:
		return 0;
	}
}

/* A program can only begin, listen, and send its FIN. */
static enum sockledger_cause expected_cause(u8 from, u8 to)
{
	if (!(sources_of(to) & 1U << from))
		return SOCKLEDGER_CAUSE_UNKNOWN;

	switch (to) {
	case TCP_SYN_SENT:
	case TCP_LISTEN:
	case TCP_FIN_WAIT1:
	case TCP_LAST_ACK:
		return SOCKLEDGER_CAUSE_CALL;
	default:
		return SOCKLEDGER_CAUSE_SEGMENT;
	}
}

static bool is_open(u8 state)
{
	return state >= TCP_ESTABLISHED && state <= TCP_CLOSING &&
	       state != TCP_CLOSE;
}

static void expect_cause(struct kunit *test, enum sockledger_cause got,
			 enum sockledger_cause expected)
{
	KUNIT_EXPECT_STREQ(test, sl_cause_name(got), sl_cause_name(expected));
}

/* Neither an error nor a call changes what moves a socket that stays open. */
static void story_cause_of_every_transition(struct kunit *test)
{
	static const int errs[] = { 0, ETIMEDOUT, ECONNRESET, EHOSTUNREACH };
	u8 from = range_at(test->param_value) / STATES;
	u8 to = range_at(test->param_value) % STATES;
	enum sockledger_cause cause;
	unsigned int i;

	for (i = 0; i < 2 * ARRAY_SIZE(errs); i++) {
		cause = sl_transition_cause(from, to, errs[i / 2], i % 2);

		if (to == TCP_CLOSE && is_open(from))
			KUNIT_EXPECT_STRNEQ(test, sl_cause_name(cause),
					    "unknown");
		else
			expect_cause(test, cause, expected_cause(from, to));
	}
}

static void story_cause_out_of_range(struct kunit *test)
{
	expect_cause(test, sl_transition_cause(16, TCP_CLOSE, 0, true),
		     SOCKLEDGER_CAUSE_UNKNOWN);
	expect_cause(test, sl_transition_cause(TCP_CLOSE, 16, 0, true),
		     SOCKLEDGER_CAUSE_UNKNOWN);
	expect_cause(test, sl_transition_cause(255, 255, 0, false),
		     SOCKLEDGER_CAUSE_UNKNOWN);
}

/* Every way to CLOSE */

#define CALL SOCKLEDGER_CAUSE_CALL
#define SEGMENT SOCKLEDGER_CAUSE_SEGMENT
#define TIMER SOCKLEDGER_CAUSE_TIMER
#define UNKNOWN SOCKLEDGER_CAUSE_UNKNOWN

static const struct close_row {
	const char *name;
	u8 from;
	int err;
	bool in_call;
	enum sockledger_cause cause;
} close_rows[] = {
	{ "close()", TCP_LISTEN, 0, true, CALL },
	{ "ss -K", TCP_LISTEN, ECONNABORTED, false, CALL },

	{ "close()", TCP_SYN_SENT, 0, true, CALL },
	{ "its program was killed", TCP_SYN_SENT, 0, false, CALL },
	{ "RST", TCP_SYN_SENT, ECONNREFUSED, false, SEGMENT },
	{ "RST, worked off in connect()", TCP_SYN_SENT, ECONNREFUSED, true,
	  SEGMENT },
	{ "host unreachable", TCP_SYN_SENT, EHOSTUNREACH, false, SEGMENT },
	{ "net unreachable", TCP_SYN_SENT, ENETUNREACH, false, SEGMENT },
	{ "prohibited", TCP_SYN_SENT, EACCES, false, SEGMENT },
	{ "protocol unreachable", TCP_SYN_SENT, ENOPROTOOPT, false, SEGMENT },
	{ "no answer", TCP_SYN_SENT, ETIMEDOUT, false, TIMER },
	{ "ss -K", TCP_SYN_SENT, ECONNABORTED, false, CALL },

	{ "the child found no place", TCP_SYN_RECV, 0, false, SEGMENT },
	{ "close() with data unread", TCP_SYN_RECV, 0, true, CALL },
	{ "RST", TCP_SYN_RECV, ECONNRESET, false, SEGMENT },
	{ "port unreachable", TCP_SYN_RECV, ECONNREFUSED, false, SEGMENT },
	{ "host unreachable", TCP_SYN_RECV, EHOSTUNREACH, false, SEGMENT },
	{ "no final ACK", TCP_SYN_RECV, ETIMEDOUT, false, TIMER },

	{ "close() with data unread", TCP_ESTABLISHED, 0, true, CALL },
	{ "the listener was closed", TCP_ESTABLISHED, 0, false, CALL },
	{ "RST", TCP_ESTABLISHED, ECONNRESET, false, SEGMENT },
	{ "RST, worked off in recv()", TCP_ESTABLISHED, ECONNRESET, true,
	  SEGMENT },
	{ "no ACK", TCP_ESTABLISHED, ETIMEDOUT, false, TIMER },
	{ "no ACK, and an ICMP error before", TCP_ESTABLISHED, EHOSTUNREACH,
	  false, TIMER },
	{ "no ACK, and port unreachable before", TCP_ESTABLISHED, ECONNREFUSED,
	  false, TIMER },
	{ "ss -K", TCP_ESTABLISHED, ECONNABORTED, false, CALL },
	{ "an error of its upper layer", TCP_ESTABLISHED, EBADMSG, true,
	  CALL },
	{ "an error of its upper layer", TCP_ESTABLISHED, EBADMSG, false,
	  UNKNOWN },

	{ "close() with data unread", TCP_FIN_WAIT1, 0, true, CALL },
	{ "too many orphans", TCP_FIN_WAIT1, 0, false, TIMER },
	{ "RST", TCP_FIN_WAIT1, ECONNRESET, false, SEGMENT },
	{ "no ACK", TCP_FIN_WAIT1, ETIMEDOUT, false, TIMER },
	{ "no ACK, and an ICMP error before", TCP_FIN_WAIT1, ENETUNREACH,
	  false, TIMER },

	{ "close() after shutdown()", TCP_FIN_WAIT2, 0, true, CALL },
	{ "the FIN", TCP_FIN_WAIT2, 0, false, SEGMENT },
	{ "RST", TCP_FIN_WAIT2, ECONNRESET, false, SEGMENT },
	{ "keepalive unanswered", TCP_FIN_WAIT2, ETIMEDOUT, false, TIMER },

	{ "the ACK of the FIN", TCP_CLOSING, 0, false, SEGMENT },
	{ "the ACK of the FIN, within close()", TCP_CLOSING, 0, true,
	  SEGMENT },
	{ "no ACK", TCP_CLOSING, ETIMEDOUT, false, TIMER },

	{ "close() with data unread", TCP_CLOSE_WAIT, 0, true, CALL },
	{ "the listener was closed", TCP_CLOSE_WAIT, 0, false, CALL },
	{ "RST", TCP_CLOSE_WAIT, EPIPE, false, SEGMENT },
	{ "no ACK", TCP_CLOSE_WAIT, ETIMEDOUT, false, TIMER },
	{ "ss -K", TCP_CLOSE_WAIT, ECONNABORTED, true, CALL },

	{ "the ACK of the FIN", TCP_LAST_ACK, 0, false, SEGMENT },
	{ "the ACK of the FIN, within close()", TCP_LAST_ACK, 0, true,
	  SEGMENT },
	{ "RST", TCP_LAST_ACK, ECONNRESET, false, SEGMENT },
	{ "no ACK", TCP_LAST_ACK, ETIMEDOUT, false, TIMER },

	{ "2 MSL", TCP_TIME_WAIT, 0, false, TIMER },
	{ "2 MSL, while a call runs", TCP_TIME_WAIT, 0, true, TIMER },

	{ "nothing", TCP_CLOSE, 0, true, UNKNOWN },
	{ "nothing", TCP_CLOSE, ETIMEDOUT, false, UNKNOWN },
};

static void close_row_desc(const struct close_row *row, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s: %s%s (error %d)",
		 sl_state_name(row->from), row->name,
		 row->in_call ? ", in a call" : "", row->err);
}

KUNIT_ARRAY_PARAM(close, close_rows, close_row_desc);

static void story_cause_of_close(struct kunit *test)
{
	const struct close_row *row = test->param_value;

	expect_cause(test,
		     sl_transition_cause(row->from, TCP_CLOSE, row->err,
					 row->in_call),
		     row->cause);
}

/* The list of transitions */

/* The most transitions from a state until the socket is back in CLOSE */
static unsigned int longest_way(u8 from)
{
	unsigned int longest = 0, way;
	u8 to;

	for (to = TCP_ESTABLISHED; to < STATES; to++) {
		if (sl_transition_cause(from, to, 0, true) == UNKNOWN)
			continue;
		way = 1 + (to == TCP_CLOSE ? 0 : longest_way(to));
		longest = max(longest, way);
	}
	return longest;
}

static void story_list_has_room_for_every_way(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, longest_way(TCP_CLOSE), SL_TRANSITIONS);
}

static u8 state_at(unsigned int i)
{
	return 1 + i % 12;
}

static const void *list_gen_params(const void *prev, char *desc)
{
	const void *next = range_next(prev, 2 * SL_TRANSITIONS);

	if (next)
		snprintf(desc, KUNIT_PARAM_DESC_SIZE,
			 "%u transitions, room for %u", range_at(next),
			 SL_TRANSITIONS);
	return next;
}

static void story_list_keeps_the_first(struct kunit *test)
{
	unsigned int added = range_at(test->param_value), kept, i;
	struct sl_transitions *list;

	list = kunit_kzalloc(test, sizeof(*list), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, list);
	kept = added < SL_TRANSITIONS ? added : SL_TRANSITIONS;

	for (i = 0; i < added; i++)
		sl_transitions_add(list, state_at(i), state_at(i + 1),
				   i % __SOCKLEDGER_CAUSE_MAX, 1000 * i);

	KUNIT_EXPECT_EQ(test, list->count, kept);
	KUNIT_EXPECT_EQ(test, list->dropped, added - kept);
	KUNIT_EXPECT_EQ(test, sl_transitions_since(list),
			kept ? 1000 * (kept - 1) : 0);
	for (i = 0; i < kept; i++) {
		/* a bit field has no type to compare with */
		u64 t = list->at[i].t;
		u8 to = list->at[i].to, cause = list->at[i].cause;

		KUNIT_EXPECT_EQ(test, sl_transitions_from(list, i),
				state_at(i));
		KUNIT_EXPECT_EQ(test, to, state_at(i + 1));
		KUNIT_EXPECT_EQ(test, cause, i % __SOCKLEDGER_CAUSE_MAX);
		KUNIT_EXPECT_EQ(test, t, 1000 * i);
	}
}

static void story_list_dropped_saturates(struct kunit *test)
{
	struct sl_transitions *list;
	unsigned int i;

	list = kunit_kzalloc(test, sizeof(*list), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, list);

	for (i = 0; i < SL_TRANSITIONS + U16_MAX; i++)
		sl_transitions_add(list, TCP_CLOSE, TCP_LISTEN, CALL, i);
	KUNIT_EXPECT_EQ(test, list->dropped, U16_MAX);

	sl_transitions_add(list, TCP_CLOSE, TCP_LISTEN, CALL, i);
	KUNIT_EXPECT_EQ(test, list->dropped, U16_MAX);
	KUNIT_EXPECT_EQ(test, list->count, SL_TRANSITIONS);
}

static const struct time_row {
	const char *name;
	u64 t, kept;
} time_rows[] = {
	{ "0", 0, 0 },
	{ "one below the largest", SL_T_MAX - 1, SL_T_MAX - 1 },
	{ "the largest", SL_T_MAX, SL_T_MAX },
	{ "one above the largest", SL_T_MAX + 1, SL_T_MAX },
	{ "all bits", U64_MAX, SL_T_MAX },
};

static void time_row_desc(const struct time_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(time, time_rows, time_row_desc);

static void story_list_caps_the_time(struct kunit *test)
{
	const struct time_row *row = test->param_value;
	struct sl_transitions list = { .count = 0 };
	u8 to, cause;
	u64 t;

	sl_transitions_add(&list, TCP_TIME_WAIT, TCP_CLOSE, TIMER, row->t);

	/* what does not fit must not spill into the neighbours */
	t = list.at[0].t;
	to = list.at[0].to;
	cause = list.at[0].cause;
	KUNIT_EXPECT_EQ(test, t, row->kept);
	KUNIT_EXPECT_EQ(test, to, TCP_CLOSE);
	KUNIT_EXPECT_EQ(test, cause, TIMER);
}

/* The ring of segments */

static const void *ring_gen_params(const void *prev, char *desc)
{
	const void *next = range_next(prev, 3 * SL_EVENTS + 2);

	if (next)
		snprintf(desc, KUNIT_PARAM_DESC_SIZE,
			 "%u events, room for %u", range_at(next), SL_EVENTS);
	return next;
}

static void add_events(struct sl_events *events, unsigned int from,
		       unsigned int count)
{
	struct sl_event event = {
		.kind = SL_EVENT_OF(SOCKLEDGER_WHAT_FIN),
		.dir = SOCKLEDGER_DIR_IN,
	};
	unsigned int i;

	for (i = from; i < from + count; i++) {
		event.t = i;
		event.seq = i;
		event.ack_seq = ~i;
		sl_event_set_len(&event, i % 1460);
		event.has_ack = i % 2;
		event.again = i % 3 == 0;
		sl_events_add(events, &event);
	}
}

/* The events kept are those numbered @first and following, oldest first. */
static void expect_events(struct kunit *test, const struct sl_events *events,
			  unsigned int first)
{
	unsigned int i, number, again, has_ack;
	const struct sl_event *event;
	u64 t;

	for (i = 0; i < sl_events_kept(events); i++) {
		event = sl_events_get(events, i);
		number = first + i;
		t = event->t;
		again = event->again;
		has_ack = event->has_ack;

		KUNIT_EXPECT_EQ(test, t, number);
		KUNIT_EXPECT_EQ(test, event->seq, number);
		KUNIT_EXPECT_EQ(test, event->ack_seq, ~number);
		KUNIT_EXPECT_EQ(test, sl_event_len(event), number % 1460);
		KUNIT_EXPECT_EQ(test, has_ack, number % 2);
		KUNIT_EXPECT_EQ(test, again, number % 3 == 0);
		KUNIT_EXPECT_EQ(test, sl_event_what(event),
				SOCKLEDGER_WHAT_FIN);
	}
}

static void story_ring_keeps_the_last(struct kunit *test)
{
	unsigned int added = range_at(test->param_value), kept;
	struct sl_events *events;

	events = kunit_kzalloc(test, sizeof(*events), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, events);
	kept = added < SL_EVENTS ? added : SL_EVENTS;

	add_events(events, 0, added);

	KUNIT_EXPECT_EQ(test, sl_events_kept(events), kept);
	KUNIT_EXPECT_EQ(test, events->total, added);
	expect_events(test, events, added - kept);
}

/* Past 2^32 events the ring still turns in order. */
static void story_ring_total_saturates(struct kunit *test)
{
	const unsigned int near_end = U32_MAX - 3 * SL_EVENTS;
	struct sl_events *events;
	unsigned int added;

	events = kunit_kzalloc(test, sizeof(*events), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, events);
	events->total = near_end;
	add_events(events, 0, SL_EVENTS);

	for (added = SL_EVENTS; added < 10 * SL_EVENTS; added++) {
		add_events(events, added, 1);

		KUNIT_EXPECT_EQ(test, sl_events_kept(events), SL_EVENTS);
		KUNIT_EXPECT_GE(test, events->total, near_end);
		expect_events(test, events, added + 1 - SL_EVENTS);
	}
}

static const struct event_row {
	const char *name;
	u64 t;
	u8 what, dir, again, has_ack;
	u32 seq, ack_seq, len;
} event_rows[] = {
	{ "SYN", .what = SOCKLEDGER_WHAT_SYN },
	{ "SYN+ACK", .what = SOCKLEDGER_WHAT_SYNACK },
	{ "FIN", .what = SOCKLEDGER_WHAT_FIN },
	{ "RST", .what = SOCKLEDGER_WHAT_RST },
	{ "t", .what = SOCKLEDGER_WHAT_SYN, .t = SL_T_MAX },
	{ "dir", .what = SOCKLEDGER_WHAT_SYN, .dir = 1 },
	{ "again", .what = SOCKLEDGER_WHAT_SYN, .again = 1 },
	{ "has_ack", .what = SOCKLEDGER_WHAT_SYN, .has_ack = 1 },
	{ "seq", .what = SOCKLEDGER_WHAT_SYN, .seq = U32_MAX },
	{ "ack_seq", .what = SOCKLEDGER_WHAT_SYN, .ack_seq = U32_MAX },
	{ "len", .what = SOCKLEDGER_WHAT_SYN, .len = U16_MAX },
	{ "len, one more", .what = SOCKLEDGER_WHAT_SYN, .len = U16_MAX + 1 },
	{ "len, the largest packet", .what = SOCKLEDGER_WHAT_SYN,
	  .len = GSO_MAX_SIZE },
	{ "everything", SL_T_MAX, SOCKLEDGER_WHAT_FIN, 1, 1, 1, U32_MAX,
	  U32_MAX, SL_EVENT_LEN_MAX },
	{ "what held up", SL_T_MAX, SOCKLEDGER_WHAT_HELD_UP, 1, 1,
	  .seq = U32_MAX },
};

static void event_row_desc(const struct event_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(event, event_rows, event_row_desc);

/* Each field takes its largest value and leaves its neighbours alone. */
static void story_event_packed(struct kunit *test)
{
	const struct event_row *row = test->param_value;
	struct sl_events events = { .total = 0 };
	struct sl_event event = {
		.t = row->t,
		.kind = row->what == SOCKLEDGER_WHAT_HELD_UP ?
			SL_EVENT_OF(SOCKLEDGER_WHAT_RST) :
			SL_EVENT_OF(row->what),
		.dir = row->dir,
		.again = row->again,
		.has_ack = row->has_ack,
		.seq = row->seq,
		.ack_seq = row->ack_seq,
	};
	const struct sl_event *got;
	u8 dir, again, has_ack;
	u64 t;

	sl_event_set_len(&event, row->len);
	sl_events_add(&events, &event);
	got = sl_events_get(&events, 0);
	t = got->t;
	dir = got->dir;
	again = got->again;
	has_ack = got->has_ack;

	KUNIT_EXPECT_EQ(test, t, row->t);
	KUNIT_EXPECT_EQ(test, sl_event_what(got), row->what);
	KUNIT_EXPECT_EQ(test, dir, row->dir);
	KUNIT_EXPECT_EQ(test, again, row->again);
	KUNIT_EXPECT_EQ(test, has_ack, row->has_ack);
	KUNIT_EXPECT_EQ(test, got->seq, row->seq);
	KUNIT_EXPECT_EQ(test, got->ack_seq, row->ack_seq);
	KUNIT_EXPECT_EQ(test, sl_event_len(got), row->len);
}

/* What no packet is must not spill into its neighbours. */
static void story_event_caps_the_len(struct kunit *test)
{
	struct sl_event event = { .kind = 0 };
	u64 t, has_ack;

	sl_event_set_len(&event, U32_MAX);
	t = event.t;
	has_ack = event.has_ack;
	KUNIT_EXPECT_EQ(test, sl_event_len(&event), SL_EVENT_LEN_MAX);
	KUNIT_EXPECT_EQ(test, t, 0);
	KUNIT_EXPECT_EQ(test, has_ack, 0);
	KUNIT_EXPECT_EQ(test, event.seq, 0);
}

/* Returns when the same was told last. */
static u64 hold_up(struct sl_events *events, u32 reason, u8 dir, u64 t)
{
	struct sl_event event = {
		SL_EVENT_HELD_UP,
		.reason = reason,
		.dir = dir,
		.t = t,
	};
	u64 before;

	sl_events_hold_up(events, event, &before);
	return before;
}

/* What is said again is said last, and pushes nothing out. */
static void story_ring_says_once_what_held_up(struct kunit *test)
{
	const u32 why = SOCKLEDGER_REASON_FILTERED_INPUT;
	const struct sl_event *event;
	struct sl_events *events;
	unsigned int round, i;
	u64 t;

	events = kunit_kzalloc(test, sizeof(*events), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, events);
	KUNIT_EXPECT_EQ(test, hold_up(events, why, SOCKLEDGER_DIR_IN, 100),
			SL_T_UNKNOWN);
	add_events(events, 0, SL_EVENTS - 1);
	for (round = 0; round < 3; round++) {
		KUNIT_EXPECT_EQ(test, hold_up(events, why, SOCKLEDGER_DIR_IN,
					      200 + round),
				round ? 199 + round : 100);
		KUNIT_EXPECT_EQ(test, events->total, SL_EVENTS);
		for (i = 0; i < SL_EVENTS - 1; i++)
			KUNIT_EXPECT_EQ(test, sl_events_get(events, i)->seq, i);
		event = sl_events_get(events, i);
		t = event->t;
		KUNIT_EXPECT_EQ(test, event->reason, why);
		KUNIT_EXPECT_EQ(test, event->times, round + 2);
		KUNIT_EXPECT_EQ(test, t, 200 + round);
	}
	hold_up(events, why, SOCKLEDGER_DIR_OUT, 300);
	KUNIT_EXPECT_EQ(test, events->total, SL_EVENTS + 1);
	KUNIT_EXPECT_EQ(test, sl_events_get(events, 0)->seq, 1);
}

static struct kunit_case story_cases[] = {
	KUNIT_CASE_PARAM(story_cause_of_every_transition,
			 transitions_gen_params),
	KUNIT_CASE(story_cause_out_of_range),
	KUNIT_CASE_PARAM(story_cause_of_close, close_gen_params),
	KUNIT_CASE(story_list_has_room_for_every_way),
	KUNIT_CASE_PARAM(story_list_keeps_the_first, list_gen_params),
	KUNIT_CASE(story_list_dropped_saturates),
	KUNIT_CASE_PARAM(story_list_caps_the_time, time_gen_params),
	KUNIT_CASE_PARAM(story_event_packed, event_gen_params),
	KUNIT_CASE(story_event_caps_the_len),
	KUNIT_CASE_PARAM(story_ring_keeps_the_last, ring_gen_params),
	KUNIT_CASE(story_ring_total_saturates),
	KUNIT_CASE(story_ring_says_once_what_held_up),
	{}
};

static struct kunit_suite story_suite = {
	.name = "sockledger_story",
	.test_cases = story_cases,
};

kunit_test_suite(story_suite);
