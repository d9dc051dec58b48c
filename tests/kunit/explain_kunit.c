// SPDX-License-Identifier: GPL-2.0
/*
 * Why a handshake failed: every hint held against every end, and what ICMP
 * errors and failed connects hint at.
 */
#include <kunit/test.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>

#include "pure/explain.h"
#include "pure/names.h"
#include "range.h"

/* Reasons below this one are those that steps lead to. */
#define PLAIN SOCKLEDGER_REASON_FILTERED_PREROUTING

#define SET(reason) BIT_ULL(SOCKLEDGER_REASON_##reason)

static bool among(u64 set, u8 reason)
{
	return set & BIT_ULL(reason);
}

static bool is_filter(u8 hint)
{
	return among(SET(FILTERED_PREROUTING) | SET(FILTERED_INPUT) |
		     SET(FILTERED_FORWARD) | SET(FILTERED_OUTPUT) |
		     SET(FILTERED_POSTROUTING), hint);
}

static bool is_icmp(u8 hint)
{
	return among(SET(NET_UNREACHABLE) | SET(HOST_UNREACHABLE) |
		     SET(PORT_UNREACHABLE) | SET(PROHIBITED), hint);
}

/* The outcome that follows; @before where only the reason changes. */
static u8 filter_outcome(u8 reason, u8 before)
{
	return among(SET(SYN_UNANSWERED) | SET(SYNACK_UNANSWERED) |
		     SET(SYN_IGNORED) | SET(NEVER_BORN), reason) ?
	       SOCKLEDGER_OUTCOME_FILTERED : before;
}

static u8 icmp_outcome(u8 hint, u8 reason, u8 before)
{
	if (hint == SOCKLEDGER_REASON_PORT_UNREACHABLE &&
	    reason == SOCKLEDGER_REASON_SYN_UNANSWERED)
		return SOCKLEDGER_OUTCOME_REFUSED;
	return among(SET(SYN_UNANSWERED) | SET(SYNACK_UNANSWERED), reason) ?
	       SOCKLEDGER_OUTCOME_UNREACHABLE : before;
}

/* The ends that a hint explains. */
static u64 explained_by(u8 hint)
{
	if (is_filter(hint))
		return SET(SYN_UNANSWERED) | SET(SYNACK_UNANSWERED) |
		       SET(SYN_IGNORED) | SET(NEVER_BORN) | SET(PEER_RST) |
		       SET(ICMP_UNREACHABLE) | SET(CLOSED_BY_PROGRAM);
	switch (hint) {
	case SOCKLEDGER_REASON_FILTER_RST:
		return SET(NO_LISTENER) | SET(HALF_OPEN_RST);
	case SOCKLEDGER_REASON_ACCEPT_QUEUE_FULL:
		return SET(SYN_IGNORED) | SET(NEVER_BORN) |
		       SET(SYNACK_UNANSWERED) | SET(HALF_OPEN_RST);
	case SOCKLEDGER_REASON_SYN_QUEUE_FULL:
		return SET(SYN_IGNORED);
	case SOCKLEDGER_REASON_ACCEPT_QUEUE_RST:
		return SET(HALF_OPEN_RST);
	case SOCKLEDGER_REASON_LISTENER_CLOSED:
		return SET(HALF_OPEN_RST) | SET(SYNACK_UNANSWERED) |
		       SET(NEVER_BORN);
	case SOCKLEDGER_REASON_PORT_UNREACHABLE:
		return SET(PEER_RST) | SET(SYN_UNANSWERED) |
		       SET(SYNACK_UNANSWERED) | SET(ICMP_UNREACHABLE) |
		       SET(CLOSED_BY_PROGRAM);
	default:
		return is_icmp(hint) ? SET(SYN_UNANSWERED) |
		       SET(SYNACK_UNANSWERED) | SET(ICMP_UNREACHABLE) |
		       SET(CLOSED_BY_PROGRAM) : 0;
	}
}

static u8 expected_outcome(u8 hint, u8 reason, u8 before)
{
	if (is_filter(hint))
		return filter_outcome(reason, before);
	if (is_icmp(hint))
		return icmp_outcome(hint, reason, before);
	if (hint == SOCKLEDGER_REASON_ACCEPT_QUEUE_FULL &&
	    reason == SOCKLEDGER_REASON_HALF_OPEN_RST)
		return before;
	if (among(SET(ACCEPT_QUEUE_FULL) | SET(ACCEPT_QUEUE_RST) |
		  SET(SYN_QUEUE_FULL), hint))
		return SOCKLEDGER_OUTCOME_QUEUE_FULL;
	if (hint == SOCKLEDGER_REASON_LISTENER_CLOSED)
		return SOCKLEDGER_OUTCOME_CANCELLED;
	return before;
}

static const void *hints_gen_params(const void *prev, char *desc)
{
	const void *next = range_next(prev, __SOCKLEDGER_REASON_MAX);

	if (next)
		snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s",
			 sl_reason_name(range_at(next)));
	return next;
}

/* An outcome that no rule makes, so that one that is kept shows. */
#define BEFORE SOCKLEDGER_OUTCOME_TIMED_OUT

static void hint_and_every_end(struct kunit *test)
{
	u8 hint = range_at(test->param_value), reason;

	for (reason = 0; reason < PLAIN; reason++) {
		const struct sl_progress end = {
			.phase = SOCKLEDGER_PHASE_FAILED,
			.outcome = BEFORE,
			.reason = reason,
		};
		bool explained = among(explained_by(hint), reason);
		struct sl_progress got = sl_explain(end, hint);

		KUNIT_EXPECT_EQ(test, got.phase, end.phase);
		KUNIT_EXPECT_STREQ_MSG(test, sl_reason_name(got.reason),
				       sl_reason_name(explained ? hint :
								  reason),
				       "end %s", sl_reason_name(reason));
		KUNIT_EXPECT_STREQ_MSG(test, sl_outcome_name(got.outcome),
				       sl_outcome_name(explained ?
					expected_outcome(hint, reason,
							 BEFORE) : BEFORE),
				       "end %s", sl_reason_name(reason));
	}
}

static void nothing_but_a_failure_is_explained(struct kunit *test)
{
	u8 phase;

	for (phase = 0; phase < SOCKLEDGER_PHASE_FAILED; phase++) {
		const struct sl_progress now = {
			.phase = phase,
			.reason = SOCKLEDGER_REASON_SYN_UNANSWERED,
		};
		struct sl_progress got =
			sl_explain(now, SOCKLEDGER_REASON_FILTERED_INPUT);

		KUNIT_EXPECT_EQ(test, got.reason, now.reason);
		KUNIT_EXPECT_EQ(test, got.outcome, now.outcome);
	}
}

static void a_hint_outside_its_enum_explains_nothing(struct kunit *test)
{
	const struct sl_progress end = {
		.phase = SOCKLEDGER_PHASE_FAILED,
		.outcome = SOCKLEDGER_OUTCOME_TIMED_OUT,
		.reason = SOCKLEDGER_REASON_SYN_UNANSWERED,
	};
	unsigned int hint;

	for (hint = __SOCKLEDGER_REASON_MAX; hint <= U8_MAX; hint++)
		KUNIT_EXPECT_EQ(test, sl_explain(end, hint).reason,
				end.reason);
}

static void expect_hint(struct kunit *test, u8 got, u8 expected)
{
	KUNIT_EXPECT_STREQ(test, sl_reason_name(got),
			   sl_reason_name(expected));
}

/* RFC 792 and RFC 1812, 5.2.7.1, by their numbers */
static void icmp_errors(struct kunit *test)
{
	static const u8 codes[] = {
		[0] = SOCKLEDGER_REASON_NET_UNREACHABLE,
		[1] = SOCKLEDGER_REASON_HOST_UNREACHABLE,
		[3] = SOCKLEDGER_REASON_PORT_UNREACHABLE,
		[6] = SOCKLEDGER_REASON_NET_UNREACHABLE,
		[7] = SOCKLEDGER_REASON_HOST_UNREACHABLE,
		[8] = SOCKLEDGER_REASON_HOST_UNREACHABLE,
		[9] = SOCKLEDGER_REASON_PROHIBITED,
		[10] = SOCKLEDGER_REASON_PROHIBITED,
		[11] = SOCKLEDGER_REASON_NET_UNREACHABLE,
		[12] = SOCKLEDGER_REASON_HOST_UNREACHABLE,
		[13] = SOCKLEDGER_REASON_PROHIBITED,
		[15] = SOCKLEDGER_REASON_NONE,
	};
	unsigned int i;

	for (i = 0; i <= U8_MAX; i++)
		expect_hint(test, sl_hint_of_icmp(3, i),
			    i < ARRAY_SIZE(codes) ? codes[i] : 0);
	for (i = 0; i <= U8_MAX; i++)
		if (i != 3)
			expect_hint(test, sl_hint_of_icmp(i, 1), 0);
}

/* RFC 4443, 3.1, by its numbers */
static void icmpv6_errors(struct kunit *test)
{
	static const u8 codes[] = {
		[0] = SOCKLEDGER_REASON_NET_UNREACHABLE,
		[1] = SOCKLEDGER_REASON_PROHIBITED,
		[2] = SOCKLEDGER_REASON_HOST_UNREACHABLE,
		[3] = SOCKLEDGER_REASON_HOST_UNREACHABLE,
		[4] = SOCKLEDGER_REASON_PORT_UNREACHABLE,
		[5] = SOCKLEDGER_REASON_PROHIBITED,
		[6] = SOCKLEDGER_REASON_PROHIBITED,
	};
	unsigned int i;

	for (i = 0; i <= U8_MAX; i++)
		expect_hint(test, sl_hint_of_icmp6(1, i),
			    i < ARRAY_SIZE(codes) ? codes[i] : 0);
	for (i = 0; i <= U8_MAX; i++)
		if (i != 1)
			expect_hint(test, sl_hint_of_icmp6(i, 1), 0);
}

static void connects_that_failed_at_once(struct kunit *test)
{
	int error;

	for (error = 0; error < 200; error++) {
		enum sl_step expected = __SL_STEPS;

		if (error == ENETUNREACH || error == EHOSTUNREACH ||
		    error == EACCES || error == ENETDOWN)
			expected = SL_STEP_NO_ROUTE;
		else if (error == EADDRNOTAVAIL)
			expected = SL_STEP_NO_ADDRESS;
		KUNIT_EXPECT_EQ_MSG(test, sl_step_of_connect(error), expected,
				    "error %d", error);
	}
}

static struct kunit_case explain_cases[] = {
	KUNIT_CASE_PARAM(hint_and_every_end, hints_gen_params),
	KUNIT_CASE(nothing_but_a_failure_is_explained),
	KUNIT_CASE(a_hint_outside_its_enum_explains_nothing),
	KUNIT_CASE(icmp_errors),
	KUNIT_CASE(icmpv6_errors),
	KUNIT_CASE(connects_that_failed_at_once),
	{}
};

static struct kunit_suite explain_suite = {
	.name = "sockledger_explain",
	.test_cases = explain_cases,
};

kunit_test_suite(explain_suite);
