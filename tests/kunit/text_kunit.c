// SPDX-License-Identifier: GPL-2.0
/*
 * The pieces of text: durations at every border between units, and names of
 * programs that try to break out of their column. Texts stand in allocations
 * of just the size that the header promises to be enough.
 */
#include <kunit/test.h>

#include "pure/text.h"
#include "range.h"

#define US 1000ULL
#define MS (1000 * US)
#define S (1000 * MS)

static char *room_for(struct kunit *test, unsigned int len)
{
	char *buf = kunit_kmalloc(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	memset(buf, '#', len);
	return buf;
}

/* Durations */

static const struct duration_row {
	u64 ns;
	const char *text;
} duration_rows[] = {
	{ 0, "0ns" },
	{ 1, "1ns" },
	{ 9, "9ns" },
	{ 10, "10ns" },
	{ 999, "999ns" },
	{ US, "1us" },
	{ US + 1, "1us" },
	{ 2 * US - 1, "1us" },
	{ 2 * US, "2us" },
	{ 84 * US + 999, "84us" },
	{ MS - 1, "999us" },
	{ MS, "1.000ms" },
	{ MS + US - 1, "1.000ms" },
	{ MS + US, "1.001ms" },
	{ 12 * MS + 34 * US, "12.034ms" },
	{ 100 * MS + 50 * US, "100.050ms" },
	{ S - 1, "999.999ms" },
	{ S, "1.000s" },
	{ S + MS - 1, "1.000s" },
	{ S + MS, "1.001s" },
	{ 59 * S + 999 * MS, "59.999s" },
	{ 60 * S, "60.000s" },
	{ 3600 * S + 7 * MS, "3600.007s" },
	{ U32_MAX, "4.294s" },
	{ U32_MAX + 1ULL, "4.294s" },
	{ 86400 * S - 1, "86399.999s" },
	{ (1ULL << 56) - 1, "72057594.037s" },
	{ U64_MAX, "18446744073.709s" },
};

static void duration_row_desc(const struct duration_row *row, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%llu ns is %s",
		 (unsigned long long)row->ns, row->text);
}

KUNIT_ARRAY_PARAM(duration, duration_rows, duration_row_desc);

static void text_duration_at_borders(struct kunit *test)
{
	const struct duration_row *row = test->param_value;
	char *buf = room_for(test, SL_DURATION_LEN);
	unsigned int len;

	len = sl_text_duration(buf, row->ns);

	KUNIT_EXPECT_STREQ(test, buf, row->text);
	KUNIT_EXPECT_EQ(test, len, strlen(row->text));
}

/* Reads "12.034ms" back; @grain is what its last digit is worth. */
static u64 read_duration(const char *text, u64 *grain)
{
	unsigned int decimals = 0;
	bool point = false;
	u64 value = 0, unit;

	for (; (*text >= '0' && *text <= '9') || *text == '.'; text++) {
		if (*text == '.') {
			point = true;
			continue;
		}
		value = value * 10 + *text - '0';
		decimals += point;
	}

	unit = !strcmp(text, "ns") ? 1 : !strcmp(text, "us") ? US :
	       !strcmp(text, "ms") ? MS : !strcmp(text, "s") ? S : 0;
	*grain = decimals == 3 ? unit / 1000 : unit;
	return value * *grain;
}

static const void *bits_gen_params(const void *prev, char *desc)
{
	const void *next = range_next(prev, 64);

	if (next)
		snprintf(desc, KUNIT_PARAM_DESC_SIZE, "around 2^%u ns",
			 range_at(next));
	return next;
}

/* Cut and not rounded: what is read back is no later, and not far off. */
static void text_duration_is_never_later(struct kunit *test)
{
	u64 around = 1ULL << range_at(test->param_value);
	char *buf = room_for(test, SL_DURATION_LEN);
	u64 ns, read, grain;
	unsigned int len;
	int i;

	for (i = -50; i <= 50; i++) {
		ns = around + i;

		len = sl_text_duration(buf, ns);

		KUNIT_ASSERT_LT(test, len, SL_DURATION_LEN);
		KUNIT_EXPECT_EQ(test, len, strlen(buf));
		read = read_duration(buf, &grain);
		KUNIT_ASSERT_GT(test, grain, 0);
		KUNIT_EXPECT_LE(test, read, ns);
		KUNIT_EXPECT_LT(test, ns - read, grain);
	}
}

/* Names */

static const struct comm_row {
	const char *name;
	char comm[SL_COMM_LEN];
	const char *text;
} comm_rows[] = {
	{ "a plain one", "nginx", "nginx" },
	{ "of one letter", "w", "w" },
	{ "of 15 letters", "systemd-resolve", "systemd-resolve" },
	{ "of 16 letters and no NUL", "0123456789abcdef", "0123456789abcdef" },
	{ "a kernel thread's", "kworker/0:1-ev", "kworker/0:1-ev" },
	{ "none", "", "-" },
	{ "nothing after the first NUL", "ab\0cd", "ab" },
	{ "a space", "Web Content", "Web\\x20Content" },
	{ "only a space", " ", "\\x20" },
	{ "a newline", "a\nb", "a\\x0ab" },
	{ "a carriage return and a tab", "a\r\tb", "a\\x0d\\x09b" },
	{ "a terminal's escape", "\033[2J", "\\x1b[2J" },
	{ "a backslash", "a\\nb", "a\\x5cnb" },
	{ "what an escape looks like", "\\x41", "\\x5cx41" },
	{ "UTF-8", "caf\xc3\xa9", "caf\\xc3\\xa9" },
	{ "delete", "\x7f", "\\x7f" },
	{ "the highest byte", "\xff", "\\xff" },
	{ "the lowest byte", "\x01", "\\x01" },
	{ "quotes and brackets", "(\"'<>&%s)", "(\"'<>&%s)" },
	{ "first and last that need no escape", "!~", "!~" },
	{ "16 bytes that all need one",
	  "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
	  "\\x0a\\x0a\\x0a\\x0a\\x0a\\x0a\\x0a\\x0a\\x0a\\x0a\\x0a\\x0a"
	  "\\x0a\\x0a\\x0a\\x0a" },
};

static void comm_row_desc(const struct comm_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(comm, comm_rows, comm_row_desc);

static void text_comm_escapes(struct kunit *test)
{
	const struct comm_row *row = test->param_value;
	char *comm = room_for(test, SL_COMM_LEN);
	char *buf = room_for(test, SL_COMM_TEXT_LEN);
	unsigned int len;

	memcpy(comm, row->comm, SL_COMM_LEN);

	len = sl_text_comm(buf, comm);

	KUNIT_EXPECT_STREQ(test, buf, row->text);
	KUNIT_EXPECT_EQ(test, len, strlen(row->text));
}

/* A short name may stand in less than SL_COMM_LEN bytes. */
static void text_comm_stops_at_nul(struct kunit *test)
{
	char *comm = room_for(test, 3);
	char *buf = room_for(test, SL_COMM_TEXT_LEN);

	memcpy(comm, "sh", 3);

	KUNIT_EXPECT_EQ(test, sl_text_comm(buf, comm), 2);
	KUNIT_EXPECT_STREQ(test, buf, "sh");
}

/* Whatever stands behind a name of full length is none of its letters. */
static void text_comm_stops_at_its_length(struct kunit *test)
{
	static const char comm[SL_COMM_LEN + 2] = "0123456789abcdef#";
	char *buf = room_for(test, SL_COMM_TEXT_LEN);

	KUNIT_EXPECT_EQ(test, sl_text_comm(buf, comm), SL_COMM_LEN);
	KUNIT_EXPECT_STREQ(test, buf, "0123456789abcdef");
}

static const void *bytes_gen_params(const void *prev, char *desc)
{
	const void *next = range_next(prev, 255);

	if (next)
		snprintf(desc, KUNIT_PARAM_DESC_SIZE, "byte 0x%02x",
			 range_at(next) + 1);
	return next;
}

/* Printable ASCII, but for what separates columns and what escapes. */
static void text_comm_every_byte(struct kunit *test)
{
	unsigned int byte = range_at(test->param_value) + 1;
	char *buf = room_for(test, SL_COMM_TEXT_LEN);
	char comm[SL_COMM_LEN] = { 'a', byte, 'z' };
	char expected[8];
	unsigned int len;

	if (byte >= 0x21 && byte <= 0x7e && byte != '\\')
		snprintf(expected, sizeof(expected), "a%cz", byte);
	else
		snprintf(expected, sizeof(expected), "a\\x%02xz", byte);

	len = sl_text_comm(buf, comm);

	KUNIT_EXPECT_STREQ(test, buf, expected);
	KUNIT_EXPECT_EQ(test, len, strlen(expected));
}

static struct kunit_case text_cases[] = {
	KUNIT_CASE_PARAM(text_duration_at_borders, duration_gen_params),
	KUNIT_CASE_PARAM(text_duration_is_never_later, bits_gen_params),
	KUNIT_CASE_PARAM(text_comm_escapes, comm_gen_params),
	KUNIT_CASE(text_comm_stops_at_nul),
	KUNIT_CASE(text_comm_stops_at_its_length),
	KUNIT_CASE_PARAM(text_comm_every_byte, bytes_gen_params),
	{}
};

static struct kunit_suite text_suite = {
	.name = "sockledger_text",
	.test_cases = text_cases,
};

kunit_test_suite(text_suite);
