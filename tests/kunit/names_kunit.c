// SPDX-License-Identifier: GPL-2.0
/*
 * The words of the ABI: every code has one, no two codes of a kind share it,
 * and it is one word of a line. And the names of errors, where they have one.
 */
#include <kunit/test.h>
#include <linux/err.h>

#include "pure/names.h"
#include "pure/types.h"

#define STATE_MAX 13

static const struct words {
	const char *name;
	const char *(*of)(unsigned int code);
	unsigned int first;
	unsigned int end;
} words[] = {
	{ "roles", sl_role_name, 0, __SOCKLEDGER_ROLE_MAX },
	{ "phases", sl_phase_name, 0, __SOCKLEDGER_PHASE_MAX },
	{ "outcomes", sl_outcome_name, 0, __SOCKLEDGER_OUTCOME_MAX },
	{ "reasons", sl_reason_name, 0, __SOCKLEDGER_REASON_MAX },
	{ "causes", sl_cause_name, 0, __SOCKLEDGER_CAUSE_MAX },
	{ "witnesses", sl_witness_name, 0, __SOCKLEDGER_WITNESS_MAX },
	{ "events", sl_what_name, 0, __SOCKLEDGER_WHAT_MAX },
	{ "directions", sl_dir_name, 0, __SOCKLEDGER_DIR_MAX },
	{ "states", sl_state_name, TCP_ESTABLISHED, STATE_MAX },
};

static void words_desc(const struct words *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(words, words, words_desc);

static bool is_one_word(const char *name)
{
	if (!*name)
		return false;
	for (; *name; name++)
		if (*name <= ' ' || *name > '~')
			return false;
	return true;
}

static void names_of_every_code(struct kunit *test)
{
	const struct words *row = test->param_value;
	unsigned int code, other;

	for (code = row->first; code < row->end; code++) {
		KUNIT_ASSERT_NOT_NULL(test, row->of(code));
		KUNIT_EXPECT_STRNEQ_MSG(test, row->of(code), "?", "code %u",
					code);
		KUNIT_EXPECT_TRUE_MSG(test, is_one_word(row->of(code)),
				      "code %u", code);
		for (other = row->first; other < code; other++)
			KUNIT_EXPECT_STRNEQ_MSG(test, row->of(code),
						row->of(other), "code %u",
						code);
	}
}

static void names_of_no_code(struct kunit *test)
{
	const struct words *row = test->param_value;

	KUNIT_EXPECT_STREQ(test, row->of(row->end), "?");
	KUNIT_EXPECT_STREQ(test, row->of(255), "?");
	KUNIT_EXPECT_STREQ(test, row->of(-1), "?");
}

static void names_sentences(struct kunit *test)
{
	unsigned int code;

	for (code = 0; code < __SOCKLEDGER_REASON_MAX; code++) {
		KUNIT_ASSERT_NOT_NULL(test, sl_reason_sentence(code));
		KUNIT_EXPECT_GT_MSG(test, strlen(sl_reason_sentence(code)), 10,
				    "code %u", code);
	}
	KUNIT_EXPECT_STREQ(test, sl_reason_sentence(__SOCKLEDGER_REASON_MAX),
			   "?");
}

/* One name per state, by the numbers that the kernel gives them. */
static void names_states(struct kunit *test)
{
	KUNIT_EXPECT_STREQ(test, sl_state_name(TCP_ESTABLISHED), "ESTABLISHED");
	KUNIT_EXPECT_STREQ(test, sl_state_name(TCP_SYN_SENT), "SYN_SENT");
	KUNIT_EXPECT_STREQ(test, sl_state_name(TCP_SYN_RECV), "SYN_RECV");
	KUNIT_EXPECT_STREQ(test, sl_state_name(TCP_FIN_WAIT1), "FIN_WAIT1");
	KUNIT_EXPECT_STREQ(test, sl_state_name(TCP_FIN_WAIT2), "FIN_WAIT2");
	KUNIT_EXPECT_STREQ(test, sl_state_name(TCP_TIME_WAIT), "TIME_WAIT");
	KUNIT_EXPECT_STREQ(test, sl_state_name(TCP_CLOSE), "CLOSE");
	KUNIT_EXPECT_STREQ(test, sl_state_name(TCP_CLOSE_WAIT), "CLOSE_WAIT");
	KUNIT_EXPECT_STREQ(test, sl_state_name(TCP_LAST_ACK), "LAST_ACK");
	KUNIT_EXPECT_STREQ(test, sl_state_name(TCP_LISTEN), "LISTEN");
	KUNIT_EXPECT_STREQ(test, sl_state_name(TCP_CLOSING), "CLOSING");
}

/* What the calls that are witnessed may come to. */
static const struct error_row {
	unsigned int error;
	const char *name;
} error_rows[] = {
	{ EPERM, "EPERM" },
	{ EINTR, "EINTR" },
	{ EAGAIN, "EAGAIN" },
	{ ENOMEM, "ENOMEM" },
	{ EACCES, "EACCES" },
	{ EFAULT, "EFAULT" },
	{ ENODEV, "ENODEV" },
	{ EINVAL, "EINVAL" },
	{ ENFILE, "ENFILE" },
	{ EMFILE, "EMFILE" },
	{ EPIPE, "EPIPE" },
	{ EPROTO, "EPROTO" },
	{ EDESTADDRREQ, "EDESTADDRREQ" },
	{ ENOPROTOOPT, "ENOPROTOOPT" },
	{ EOPNOTSUPP, "EOPNOTSUPP" },
	{ EAFNOSUPPORT, "EAFNOSUPPORT" },
	{ EADDRINUSE, "EADDRINUSE" },
	{ EADDRNOTAVAIL, "EADDRNOTAVAIL" },
	{ ENETDOWN, "ENETDOWN" },
	{ ENETUNREACH, "ENETUNREACH" },
	{ ECONNABORTED, "ECONNABORTED" },
	{ ECONNRESET, "ECONNRESET" },
	{ ENOBUFS, "ENOBUFS" },
	{ EISCONN, "EISCONN" },
	{ ENOTCONN, "ENOTCONN" },
	{ ETIMEDOUT, "ETIMEDOUT" },
	{ ECONNREFUSED, "ECONNREFUSED" },
	{ EHOSTDOWN, "EHOSTDOWN" },
	{ EHOSTUNREACH, "EHOSTUNREACH" },
	{ EALREADY, "EALREADY" },
	{ EINPROGRESS, "EINPROGRESS" },
};

static void error_row_desc(const struct error_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(error, error_rows, error_row_desc);

static void names_errors(struct kunit *test)
{
	const struct error_row *row = test->param_value;

	KUNIT_EXPECT_STREQ(test, sl_error_name(row->error), row->name);
}

/* Any number may be asked for; no two share a name. */
static void names_errors_apart(struct kunit *test)
{
	unsigned int error, other;
	const char *name;

	for (error = 0; error <= MAX_ERRNO; error++) {
		name = sl_error_name(error);
		if (!name)
			continue;
		KUNIT_EXPECT_TRUE_MSG(test, is_one_word(name), "error %u",
				      error);
		for (other = 0; other < error; other++)
			if (sl_error_name(other))
				KUNIT_EXPECT_STRNEQ(test, name,
						    sl_error_name(other));
	}
}

static void names_no_error(struct kunit *test)
{
	KUNIT_EXPECT_NULL(test, sl_error_name(0));
	KUNIT_EXPECT_NULL(test, sl_error_name(ENOTDIR));
	KUNIT_EXPECT_NULL(test, sl_error_name(MAX_ERRNO));
	KUNIT_EXPECT_NULL(test, sl_error_name(U16_MAX));
	KUNIT_EXPECT_NULL(test, sl_error_name(-ECONNREFUSED));
}

static struct kunit_case names_cases[] = {
	KUNIT_CASE_PARAM(names_of_every_code, words_gen_params),
	KUNIT_CASE_PARAM(names_of_no_code, words_gen_params),
	KUNIT_CASE(names_sentences),
	KUNIT_CASE(names_states),
	KUNIT_CASE_PARAM(names_errors, error_gen_params),
	KUNIT_CASE(names_errors_apart),
	KUNIT_CASE(names_no_error),
	{}
};

static struct kunit_suite names_suite = {
	.name = "sockledger_names",
	.test_cases = names_cases,
};

kunit_test_suite(names_suite);
