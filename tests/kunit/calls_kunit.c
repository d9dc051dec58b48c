// SPDX-License-Identifier: GPL-2.0
/*
 * An entry's list of calls: empty, full, and beyond; the place that is kept
 * for the end; errors that come later; and every call there is, packed.
 */
#include <kunit/test.h>

#include "pure/names.h"
#include "pure/story.h"
#include "range.h"

#define CALLS (__SOCKLEDGER_WHAT_MAX - SOCKLEDGER_WHAT_SOCKET)

static struct sl_calls *new_calls(struct kunit *test)
{
	struct sl_calls *list = kunit_kzalloc(test, sizeof(*list), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, list);
	return list;
}

static void add(struct sl_calls *list, u8 what, u64 t, u16 error)
{
	sl_calls_add(list, what, (struct sl_call) { .t = t }, error);
}

static void add_sends(struct sl_calls *list, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		sl_calls_add(list, SOCKLEDGER_WHAT_SEND, (struct sl_call) {
			.t = 1000 * i,
			.who = i % 4,
			.how = (i + 1) % 4,
		}, i);
}

static void expect_call(struct kunit *test, const struct sl_calls *list,
			unsigned int i, u8 what, u16 error)
{
	KUNIT_EXPECT_STREQ(test, sl_what_name(SL_CALL_WHAT(&list->at[i])),
			   sl_what_name(what));
	KUNIT_EXPECT_EQ(test, list->error[i], error);
}

static void expect_packed(struct kunit *test, const struct sl_call *call,
			  u64 t, u8 who, u8 how)
{
	/* a bit field has no type to compare with */
	u8 got_who = call->who, got_how = call->how;
	u64 got_t = call->t;

	KUNIT_EXPECT_EQ(test, got_t, t);
	KUNIT_EXPECT_EQ(test, got_who, who);
	KUNIT_EXPECT_EQ(test, got_how, how);
}

/* The first calls are those of add_sends(). */
static void expect_sends(struct kunit *test, const struct sl_calls *list,
			 unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		expect_call(test, list, i, SOCKLEDGER_WHAT_SEND, i);
		expect_packed(test, &list->at[i], 1000 * i, i % 4,
			      (i + 1) % 4);
	}
}

/* How many calls there are */

static const void *count_gen_params(const void *prev, char *desc)
{
	const void *next = range_next(prev, 2 * SL_CALLS);

	if (next)
		snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u calls, room for %u",
			 range_at(next), SL_CALLS);
	return next;
}

static unsigned int kept_of(unsigned int added)
{
	return added < SL_CALLS - 1 ? added : SL_CALLS - 1;
}

static void calls_keep_the_first(struct kunit *test)
{
	unsigned int added = range_at(test->param_value);
	struct sl_calls *list = new_calls(test);

	add_sends(list, added);

	KUNIT_EXPECT_EQ(test, list->count, kept_of(added));
	KUNIT_EXPECT_EQ(test, list->dropped, added - kept_of(added));
	expect_sends(test, list, kept_of(added));
}

/* However many came before it, what ends the socket is told. */
static void calls_keep_the_end(struct kunit *test)
{
	unsigned int added = range_at(test->param_value);
	unsigned int kept = kept_of(added);
	struct sl_calls *list;
	u8 end;

	for (end = SOCKLEDGER_WHAT_CLOSE; end <= SOCKLEDGER_WHAT_EXIT; end++) {
		list = new_calls(test);
		add_sends(list, added);
		add(list, end, SL_T_MAX, EIO);

		KUNIT_EXPECT_EQ(test, list->count, kept + 1);
		KUNIT_EXPECT_EQ(test, list->dropped, added - kept);
		expect_sends(test, list, kept);
		expect_call(test, list, kept, end, EIO);
		expect_packed(test, &list->at[kept], SL_T_MAX, 0, 0);
		KUNIT_EXPECT_TRUE(test, sl_calls_has(list, end));
	}
}

static void calls_empty(struct kunit *test)
{
	struct sl_calls *list = new_calls(test);
	unsigned int what;

	for (what = 0; what <= U8_MAX; what++) {
		KUNIT_EXPECT_FALSE(test, sl_calls_has(list, what));
		sl_calls_fail(list, what, EIO);
	}
	KUNIT_EXPECT_NULL(test, memchr_inv(list, 0, sizeof(*list)));
}

/* A list that is full to the last place takes no end any more. */
static void calls_full(struct kunit *test)
{
	struct sl_calls *list = new_calls(test);

	add_sends(list, SL_CALLS - 1);
	add(list, SOCKLEDGER_WHAT_CLOSE, 1, 0);
	add(list, SOCKLEDGER_WHAT_CLOSE, 2, 0);
	add(list, SOCKLEDGER_WHAT_EXIT, 3, 0);
	add(list, SOCKLEDGER_WHAT_RECV, 4, 0);

	KUNIT_EXPECT_EQ(test, list->count, SL_CALLS);
	KUNIT_EXPECT_EQ(test, list->dropped, 3);
	expect_sends(test, list, SL_CALLS - 1);
	expect_call(test, list, SL_CALLS - 1, SOCKLEDGER_WHAT_CLOSE, 0);
	expect_packed(test, &list->at[SL_CALLS - 1], 1, 0, 0);
	KUNIT_EXPECT_TRUE(test, sl_calls_has(list, SOCKLEDGER_WHAT_CLOSE));
	KUNIT_EXPECT_FALSE(test, sl_calls_has(list, SOCKLEDGER_WHAT_EXIT));
	KUNIT_EXPECT_FALSE(test, sl_calls_has(list, SOCKLEDGER_WHAT_RECV));
}

static void calls_dropped_saturates(struct kunit *test)
{
	struct sl_calls *list = new_calls(test);

	add_sends(list, SL_CALLS - 1 + U16_MAX);
	KUNIT_EXPECT_EQ(test, list->dropped, U16_MAX);

	add(list, SOCKLEDGER_WHAT_SEND, 0, 0);
	KUNIT_EXPECT_EQ(test, list->dropped, U16_MAX);
	KUNIT_EXPECT_EQ(test, list->count, SL_CALLS - 1);
}

/* Every call there is */

static const void *call_gen_params(const void *prev, char *desc)
{
	const void *next = range_next(prev, CALLS);

	if (next)
		strscpy(desc,
			sl_what_name(SOCKLEDGER_WHAT_SOCKET + range_at(next)),
			KUNIT_PARAM_DESC_SIZE);
	return next;
}

/* It comes back as what it was, and is found as that alone. */
static void calls_packed(struct kunit *test)
{
	u8 what = SOCKLEDGER_WHAT_SOCKET + range_at(test->param_value);
	struct sl_calls *list = new_calls(test);
	unsigned int other;

	sl_calls_add(list, what, (struct sl_call) { .t = SL_T_MAX },
		     U16_MAX);
	sl_calls_add(list, what, (struct sl_call) { .who = SL_WHO_UNKNOWN },
		     0);
	sl_calls_add(list, what, (struct sl_call) { .how = 3 }, EIO);
	/* Its code is set from @what, whatever stood there. */
	sl_calls_add(list, what, (struct sl_call) { .call = 15 }, 0);

	expect_call(test, list, 0, what, U16_MAX);
	expect_packed(test, &list->at[0], SL_T_MAX, 0, 0);
	expect_call(test, list, 1, what, 0);
	expect_packed(test, &list->at[1], 0, SL_WHO_UNKNOWN, 0);
	expect_call(test, list, 2, what, EIO);
	expect_packed(test, &list->at[2], 0, 0, 3);
	expect_call(test, list, 3, what, 0);
	expect_packed(test, &list->at[3], 0, 0, 0);
	for (other = 0; other <= U8_MAX; other++)
		KUNIT_EXPECT_EQ_MSG(test, sl_calls_has(list, other),
				    other == what, "code %u", other);
}

/* An error is that of the last call of its kind, and of no other. */
static void calls_fail(struct kunit *test)
{
	struct sl_calls *list = new_calls(test);

	add(list, SOCKLEDGER_WHAT_SOCKET, 0, 0);
	add(list, SOCKLEDGER_WHAT_BIND, 1, EACCES);
	add(list, SOCKLEDGER_WHAT_BIND, 2, 0);
	add(list, SOCKLEDGER_WHAT_LISTEN, 3, 0);

	sl_calls_fail(list, SOCKLEDGER_WHAT_BIND, EADDRINUSE);
	sl_calls_fail(list, SOCKLEDGER_WHAT_CONNECT, ETIMEDOUT);

	KUNIT_EXPECT_EQ(test, list->count, 4);
	expect_call(test, list, 0, SOCKLEDGER_WHAT_SOCKET, 0);
	expect_call(test, list, 1, SOCKLEDGER_WHAT_BIND, EACCES);
	expect_call(test, list, 2, SOCKLEDGER_WHAT_BIND, EADDRINUSE);
	expect_call(test, list, 3, SOCKLEDGER_WHAT_LISTEN, 0);
}

/* Where the last call may be one that found no place, none is said to have failed. */
static void calls_fail_dropped(struct kunit *test)
{
	struct sl_calls *list = new_calls(test);

	add(list, SOCKLEDGER_WHAT_BIND, 0, 0);
	add_sends(list, SL_CALLS);
	add(list, SOCKLEDGER_WHAT_BIND, SL_CALLS + 1, 0);
	KUNIT_ASSERT_GT(test, list->dropped, 0);

	sl_calls_fail(list, SOCKLEDGER_WHAT_BIND, EINVAL);

	expect_call(test, list, 0, SOCKLEDGER_WHAT_BIND, 0);
}

static struct kunit_case calls_cases[] = {
	KUNIT_CASE_PARAM(calls_keep_the_first, count_gen_params),
	KUNIT_CASE_PARAM(calls_keep_the_end, count_gen_params),
	KUNIT_CASE(calls_empty),
	KUNIT_CASE(calls_full),
	KUNIT_CASE(calls_dropped_saturates),
	KUNIT_CASE_PARAM(calls_packed, call_gen_params),
	KUNIT_CASE(calls_fail),
	KUNIT_CASE(calls_fail_dropped),
	{}
};

static struct kunit_suite calls_suite = {
	.name = "sockledger_calls",
	.test_cases = calls_cases,
};

kunit_test_suite(calls_suite);
