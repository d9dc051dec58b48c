// SPDX-License-Identifier: GPL-2.0
/*
 * The TCP header parser: flags, every field, every option, and every way in
 * which a header can be too short or contradict itself. Headers stand in
 * allocations of just their size, so that a sanitizer sees each byte read too
 * many.
 */
#include <kunit/test.h>
#include <linux/module.h>

#include "pure/segment.h"
#include "range.h"

#define FIN SL_TCP_FIN
#define SYN SL_TCP_SYN
#define RST SL_TCP_RST
#define PSH SL_TCP_PSH
#define ACK SL_TCP_ACK
#define URG SL_TCP_URG
#define ECE SL_TCP_ECE
#define CWR SL_TCP_CWR

#define ALL_FLAGS	256
#define OPTIONS_MAX	(SL_TCP_HDR_MAX - SL_TCP_HDR_MIN)

/*
 * A SYN with every option the parser knows, 60 bytes; byte by byte different
 * fields, so that no two can be taken for each other.
 */
static const u8 full_syn[SL_TCP_HDR_MAX] = {
	0xc0, 0x01,			/* source port 49153 */
	0x1f, 0x92,			/* destination port 8082 */
	0x12, 0x34, 0x56, 0x78,		/* sequence number */
	0x9a, 0xbc, 0xde, 0xf0,		/* acknowledgment number */
	0xf0, SYN,			/* 15 words */
	0xfa, 0xf1,			/* window 64241 */
	0xbe, 0xef, 0xca, 0xfe,		/* checksum, urgent pointer */
	2, 4, 0x05, 0xb4,		/* MSS 1460 */
	4, 2,				/* SACK permitted */
	8, 10, 1, 2, 3, 4, 0, 0, 0, 0,	/* timestamps */
	1,				/* no operation */
	3, 3, 7,			/* window scale 7 */
	34, 6, 0xa, 0xb, 0xc, 0xd,	/* Fast Open cookie */
	30, 4, 0x01, 0x81,		/* MPTCP capable */
	254, 4, 0xe2, 0xd4,		/* somebody's experiment */
	1, 1, 1, 1,
	0, 0,				/* end of options */
};

#define FULL_SYN_OPTIONS (SL_OPT_MSS | SL_OPT_WSCALE | SL_OPT_SACK | \
			  SL_OPT_TIMESTAMPS | SL_OPT_FASTOPEN | SL_OPT_MPTCP)

/* Room for exactly @len bytes of header, copied from @from. */
static u8 *copy_of(struct kunit *test, const u8 *from, unsigned int len)
{
	u8 *hdr = kunit_kmalloc(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, hdr);
	memcpy(hdr, from, len);
	return hdr;
}

/*
 * A header with the options given, which are filled up with @pad to whole
 * words: the length in bytes is its data offset.
 */
static u8 *header_of(struct kunit *test, u8 flags, const u8 *options,
		     unsigned int len, u8 pad, unsigned int *hdr_len)
{
	unsigned int words = DIV_ROUND_UP(SL_TCP_HDR_MIN + len, 4);
	u8 *hdr;

	KUNIT_ASSERT_LE(test, words * 4, SL_TCP_HDR_MAX);
	hdr = kunit_kmalloc(test, words * 4, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, hdr);

	memset(hdr, pad, words * 4);
	memcpy(hdr, full_syn, SL_TCP_HDR_MIN);
	hdr[12] = words << 4;
	hdr[13] = flags;
	memcpy(hdr + SL_TCP_HDR_MIN, options, len);
	*hdr_len = words * 4;
	return hdr;
}

static void expect_nothing(struct kunit *test, const struct sl_segment *seg)
{
	static const struct sl_segment nothing;

	KUNIT_EXPECT_EQ(test, 0, memcmp(seg, &nothing, sizeof(nothing)));
}

/* Flags */

static void flags_desc(u8 flags, char *desc)
{
	static const char * const names[] = {
		"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR",
	};
	unsigned int i, len;

	len = scnprintf(desc, KUNIT_PARAM_DESC_SIZE, "0x%02x", flags);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (flags & (1 << i))
			len += scnprintf(desc + len,
					 KUNIT_PARAM_DESC_SIZE - len, " %s",
					 names[i]);
}

static const void *flags_gen_params(const void *prev, char *desc)
{
	const void *next = range_next(prev, ALL_FLAGS);

	if (next)
		flags_desc(range_at(next), desc);
	return next;
}

/* The rules of the header file, as a decision instead of as a table. */
static enum sl_segment_kind kind_by_rule(u8 flags)
{
	if (flags & SYN) {
		if (flags & (FIN | RST))
			return SL_SEGMENT_INVALID;
		return flags & ACK ? SL_SEGMENT_SYNACK : SL_SEGMENT_SYN;
	}
	if (flags & RST)
		return SL_SEGMENT_RST;
	if (!(flags & ACK))
		return SL_SEGMENT_INVALID;
	return flags & FIN ? SL_SEGMENT_FIN : SL_SEGMENT_PLAIN;
}

static void segment_kind_of_every_flag_byte(struct kunit *test)
{
	u8 flags = range_at(test->param_value);

	KUNIT_EXPECT_EQ(test, kind_by_rule(flags), sl_segment_kind(flags));
}

static const struct seen_flags {
	const char *name;
	u8 flags;
	enum sl_segment_kind kind;
} seen_flags[] = {
	{ "SYN that offers ECN", SYN | ECE | CWR, SL_SEGMENT_SYN },
	{ "SYN+ACK that accepts ECN", SYN | ACK | ECE, SL_SEGMENT_SYNACK },
	{ "SYN of Fast Open with data", SYN | PSH, SL_SEGMENT_SYN },
	{ "bare ACK", ACK, SL_SEGMENT_PLAIN },
	{ "data", PSH | ACK, SL_SEGMENT_PLAIN },
	{ "urgent data", URG | PSH | ACK, SL_SEGMENT_PLAIN },
	{ "congestion echo", ECE | ACK, SL_SEGMENT_PLAIN },
	{ "window reduced", CWR | ACK | PSH, SL_SEGMENT_PLAIN },
	{ "close", FIN | ACK, SL_SEGMENT_FIN },
	{ "close with the last data", FIN | PSH | ACK, SL_SEGMENT_FIN },
	{ "refusal", RST | ACK, SL_SEGMENT_RST },
	{ "reset of a synchronized connection", RST, SL_SEGMENT_RST },
	{ "reset with data", RST | PSH | ACK, SL_SEGMENT_RST },
	{ "reset that closes, too", RST | FIN | ACK, SL_SEGMENT_RST },
	{ "null scan", 0, SL_SEGMENT_INVALID },
	{ "FIN scan", FIN, SL_SEGMENT_INVALID },
	{ "xmas scan", FIN | PSH | URG, SL_SEGMENT_INVALID },
	{ "SYN+FIN probe", SYN | FIN, SL_SEGMENT_INVALID },
	{ "SYN+RST probe", SYN | RST, SL_SEGMENT_INVALID },
	{ "everything", 0xff, SL_SEGMENT_INVALID },
};

static void seen_flags_desc(const struct seen_flags *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(seen_flags, seen_flags, seen_flags_desc);

static void segment_kind_of_known_segments(struct kunit *test)
{
	const struct seen_flags *row = test->param_value;

	KUNIT_EXPECT_EQ(test, row->kind, sl_segment_kind(row->flags));
}

/* Fields */

static void expect_full_syn(struct kunit *test, const struct sl_segment *seg)
{
	KUNIT_EXPECT_EQ(test, seg->seq, 0x12345678);
	KUNIT_EXPECT_EQ(test, seg->ack_seq, 0x9abcdef0);
	KUNIT_EXPECT_EQ(test, seg->flags, SYN);
	KUNIT_EXPECT_EQ(test, seg->kind, SL_SEGMENT_SYN);
	KUNIT_EXPECT_EQ(test, seg->options, FULL_SYN_OPTIONS);
	KUNIT_EXPECT_EQ(test, seg->mss, 1460);
	KUNIT_EXPECT_EQ(test, seg->wscale, 7);
}

static void segment_parse_fields(struct kunit *test)
{
	struct sl_segment seg;
	enum sl_segment_error err;
	u8 *hdr;

	/* Arrange: what a former segment left must not show through */
	memset(&seg, 0xff, sizeof(seg));
	hdr = copy_of(test, full_syn, sizeof(full_syn));

	/* Act */
	err = sl_segment_parse(&seg, hdr, sizeof(full_syn),
			       sizeof(full_syn) + 11);

	/* Assert */
	KUNIT_ASSERT_EQ(test, err, SL_SEGMENT_OK);
	expect_full_syn(test, &seg);
	KUNIT_EXPECT_EQ(test, seg.payload, 11);
}

static void segment_parse_at_odd_address(struct kunit *test)
{
	struct sl_segment seg;
	enum sl_segment_error err;
	unsigned int shift;
	u8 *room;

	for (shift = 0; shift < 8; shift++) {
		room = kunit_kzalloc(test, sizeof(full_syn) + shift,
				     GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, room);
		memcpy(room + shift, full_syn, sizeof(full_syn));

		err = sl_segment_parse(&seg, room + shift, sizeof(full_syn),
				       sizeof(full_syn));

		KUNIT_ASSERT_EQ(test, err, SL_SEGMENT_OK);
		expect_full_syn(test, &seg);
		KUNIT_EXPECT_EQ(test, seg.payload, 0);
	}
}

static void segment_parse_keeps_every_flag_byte(struct kunit *test)
{
	u8 flags = range_at(test->param_value);
	struct sl_segment seg;
	enum sl_segment_error err;
	u8 *hdr;

	hdr = copy_of(test, full_syn, sizeof(full_syn));
	hdr[13] = flags;

	err = sl_segment_parse(&seg, hdr, sizeof(full_syn), sizeof(full_syn));

	KUNIT_ASSERT_EQ(test, err, SL_SEGMENT_OK);
	KUNIT_EXPECT_EQ(test, seg.flags, flags);
	KUNIT_EXPECT_EQ(test, seg.kind, kind_by_rule(flags));
	KUNIT_EXPECT_EQ(test, seg.options, flags & SYN ? FULL_SYN_OPTIONS : 0);
	KUNIT_EXPECT_EQ(test, seg.mss, flags & SYN ? 1460 : 0);
	KUNIT_EXPECT_EQ(test, seg.wscale, flags & SYN ? 7 : 0);
}

static void segment_parse_bad_options_without_syn(struct kunit *test)
{
	static const u8 bad[] = { 2, 0, 1, 1 };
	struct sl_segment seg;
	enum sl_segment_error err;
	unsigned int len;
	u8 *hdr;

	hdr = header_of(test, ACK, bad, sizeof(bad), 0, &len);

	err = sl_segment_parse(&seg, hdr, len, len);

	KUNIT_EXPECT_EQ(test, err, SL_SEGMENT_OK);
	KUNIT_EXPECT_EQ(test, seg.options, 0);
}

/* A jumbogram or a GSO packet may hold more than 64 KiB. */
static void segment_parse_large_payload(struct kunit *test)
{
	struct sl_segment seg;
	enum sl_segment_error err;
	u8 *hdr;

	hdr = copy_of(test, full_syn, sizeof(full_syn));

	err = sl_segment_parse(&seg, hdr, sizeof(full_syn), U32_MAX);

	KUNIT_ASSERT_EQ(test, err, SL_SEGMENT_OK);
	KUNIT_EXPECT_EQ(test, seg.payload, U32_MAX - 60);
}

/* Lengths */

static const void *length_gen_params(const void *prev, char *desc)
{
	const void *next = range_next(prev, SL_TCP_HDR_MAX + 1);

	if (next)
		snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u of %u bytes",
			 range_at(next), SL_TCP_HDR_MAX);
	return next;
}

static void segment_parse_truncated(struct kunit *test)
{
	unsigned int avail = range_at(test->param_value);
	struct sl_segment seg;
	enum sl_segment_error err;
	u8 *hdr;

	memset(&seg, 0xff, sizeof(seg));
	hdr = copy_of(test, full_syn, avail);

	err = sl_segment_parse(&seg, hdr, avail, sizeof(full_syn));

	if (avail == sizeof(full_syn)) {
		KUNIT_EXPECT_EQ(test, err, SL_SEGMENT_OK);
		return;
	}
	KUNIT_EXPECT_EQ(test, err, SL_SEGMENT_TRUNCATED);
	expect_nothing(test, &seg);
}

/* The IP header announces less than the packet holds: padding follows. */
static void segment_parse_announced_short(struct kunit *test)
{
	unsigned int l4_len = range_at(test->param_value);
	struct sl_segment seg;
	enum sl_segment_error err, expected;
	u8 *hdr;

	memset(&seg, 0xff, sizeof(seg));
	hdr = copy_of(test, full_syn, sizeof(full_syn));
	if (l4_len < SL_TCP_HDR_MIN)
		expected = SL_SEGMENT_TRUNCATED;
	else if (l4_len < sizeof(full_syn))
		expected = SL_SEGMENT_BAD_OFFSET;
	else
		expected = SL_SEGMENT_OK;

	err = sl_segment_parse(&seg, hdr, sizeof(full_syn), l4_len);

	KUNIT_EXPECT_EQ(test, err, expected);
	if (expected != SL_SEGMENT_OK)
		expect_nothing(test, &seg);
}

static const void *offset_gen_params(const void *prev, char *desc)
{
	const void *next = range_next(prev, 16);

	if (next)
		snprintf(desc, KUNIT_PARAM_DESC_SIZE, "offset of %u words",
			 range_at(next));
	return next;
}

/* A segment of 40 bytes: offsets below 5 and above 10 are impossible. */
static void segment_parse_offset(struct kunit *test)
{
	unsigned int words = range_at(test->param_value);
	const unsigned int len = 40;
	struct sl_segment seg;
	enum sl_segment_error err;
	u8 *hdr;

	memset(&seg, 0xff, sizeof(seg));
	hdr = copy_of(test, full_syn, len);
	hdr[12] = words << 4;
	hdr[13] = ACK;

	err = sl_segment_parse(&seg, hdr, len, len);

	if (words < 5 || words > 10) {
		KUNIT_EXPECT_EQ(test, err, SL_SEGMENT_BAD_OFFSET);
		expect_nothing(test, &seg);
	} else {
		KUNIT_EXPECT_EQ(test, err, SL_SEGMENT_OK);
		KUNIT_EXPECT_EQ(test, seg.payload, len - 4 * words);
	}
}

/* The low half of byte 12 is reserved, and once held the NS flag. */
static void segment_parse_reserved_bits(struct kunit *test)
{
	struct sl_segment seg;
	enum sl_segment_error err;
	u8 *hdr;

	hdr = copy_of(test, full_syn, sizeof(full_syn));
	hdr[12] |= 0x0f;

	err = sl_segment_parse(&seg, hdr, sizeof(full_syn), sizeof(full_syn));

	KUNIT_ASSERT_EQ(test, err, SL_SEGMENT_OK);
	expect_full_syn(test, &seg);
}

/* What looks like an option behind the data offset is payload. */
static void segment_parse_payload_is_no_option(struct kunit *test)
{
	struct sl_segment seg;
	enum sl_segment_error err;
	u8 *hdr;

	hdr = copy_of(test, full_syn, sizeof(full_syn));
	hdr[12] = 6 << 4;

	err = sl_segment_parse(&seg, hdr, sizeof(full_syn), sizeof(full_syn));

	KUNIT_ASSERT_EQ(test, err, SL_SEGMENT_OK);
	KUNIT_EXPECT_EQ(test, seg.options, SL_OPT_MSS);
	KUNIT_EXPECT_EQ(test, seg.payload, 36);
}

/* Options */

#define GOOD SL_SEGMENT_OK
#define BAD SL_SEGMENT_BAD_OPTIONS
#define OPTIONS(...) .len = sizeof((const u8[]){ __VA_ARGS__ }), \
		     .bytes = { __VA_ARGS__ }

static const struct options_row {
	const char *name;
	enum sl_segment_error err;
	u8 options;
	u16 mss;
	u8 wscale;
	unsigned int len;
	u8 bytes[OPTIONS_MAX];
} options_rows[] = {
	{ "none", GOOD, 0 },
	{ "MSS", GOOD, SL_OPT_MSS, 1460, OPTIONS(2, 4, 0x05, 0xb4) },
	{ "MSS 1", GOOD, SL_OPT_MSS, 1, OPTIONS(2, 4, 0, 1) },
	{ "MSS 65535", GOOD, SL_OPT_MSS, 65535, OPTIONS(2, 4, 0xff, 0xff) },
	{ "MSS 0 is none", GOOD, 0, OPTIONS(2, 4, 0, 0) },
	{ "MSS of length 3 is passed over", GOOD, 0, OPTIONS(2, 3, 5) },
	{ "MSS of length 5 is passed over", GOOD, 0, OPTIONS(2, 5, 5, 180, 0) },
	{ "the last of two MSS holds", GOOD, SL_OPT_MSS, 536,
	  OPTIONS(2, 4, 0x05, 0xb4, 2, 4, 0x02, 0x18) },

	{ "window scale 0", GOOD, SL_OPT_WSCALE, 0, 0, OPTIONS(3, 3, 0) },
	{ "window scale 13", GOOD, SL_OPT_WSCALE, 0, 13, OPTIONS(3, 3, 13) },
	{ "window scale 14", GOOD, SL_OPT_WSCALE, 0, 14, OPTIONS(3, 3, 14) },
	{ "window scale 15 means 14", GOOD, SL_OPT_WSCALE, 0, 14,
	  OPTIONS(3, 3, 15) },
	{ "window scale 255 means 14", GOOD, SL_OPT_WSCALE, 0, 14,
	  OPTIONS(3, 3, 255) },
	{ "window scale of length 2 is passed over", GOOD, 0, OPTIONS(3, 2) },
	{ "window scale of length 4 is passed over", GOOD, 0,
	  OPTIONS(3, 4, 7, 7) },

	{ "SACK permitted", GOOD, SL_OPT_SACK, OPTIONS(4, 2) },
	{ "SACK permitted of length 3 is passed over", GOOD, 0,
	  OPTIONS(4, 3, 0) },
	{ "SACK blocks are no permission", GOOD, 0,
	  OPTIONS(5, 10, 0, 0, 0, 1, 0, 0, 0, 2) },

	{ "timestamps", GOOD, SL_OPT_TIMESTAMPS,
	  OPTIONS(8, 10, 0, 0, 0, 1, 0, 0, 0, 0) },
	{ "timestamps of length 9 are passed over", GOOD, 0,
	  OPTIONS(8, 9, 0, 0, 0, 1, 0, 0, 0) },
	{ "timestamps of length 11 are passed over", GOOD, 0,
	  OPTIONS(8, 11, 0, 0, 0, 1, 0, 0, 0, 0, 0) },

	{ "Fast Open request", GOOD, SL_OPT_FASTOPEN, OPTIONS(34, 2) },
	{ "Fast Open cookie of 8 bytes", GOOD, SL_OPT_FASTOPEN,
	  OPTIONS(34, 10, 1, 2, 3, 4, 5, 6, 7, 8) },
	{ "Fast Open cookie of 4 bytes", GOOD, SL_OPT_FASTOPEN,
	  OPTIONS(34, 6, 1, 2, 3, 4) },
	{ "Fast Open cookie of 16 bytes", GOOD, SL_OPT_FASTOPEN,
	  OPTIONS(34, 18, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8) },
	{ "Fast Open cookie of 2 bytes is passed over", GOOD, 0,
	  OPTIONS(34, 4, 1, 2) },
	{ "Fast Open cookie of 5 bytes is passed over", GOOD, 0,
	  OPTIONS(34, 7, 1, 2, 3, 4, 5) },
	{ "Fast Open cookie of 18 bytes is passed over", GOOD, 0,
	  OPTIONS(34, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8,
		  9) },
	{ "Fast Open request, experimental", GOOD, SL_OPT_FASTOPEN,
	  OPTIONS(254, 4, 0xf9, 0x89) },
	{ "Fast Open cookie, experimental", GOOD, SL_OPT_FASTOPEN,
	  OPTIONS(254, 12, 0xf9, 0x89, 1, 2, 3, 4, 5, 6, 7, 8) },
	{ "Fast Open cookie of 16 bytes, experimental", GOOD, SL_OPT_FASTOPEN,
	  OPTIONS(254, 20, 0xf9, 0x89, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5,
		  6, 7, 8) },
	{ "Fast Open cookie of 2 bytes, experimental, is passed over", GOOD, 0,
	  OPTIONS(254, 6, 0xf9, 0x89, 1, 2) },
	{ "Fast Open cookie of 3 bytes, experimental, is passed over", GOOD, 0,
	  OPTIONS(254, 7, 0xf9, 0x89, 1, 2, 3) },
	{ "another experiment", GOOD, 0, OPTIONS(254, 4, 0x89, 0xf9) },
	{ "an experiment without room for its magic", GOOD, 0,
	  OPTIONS(254, 2) },
	{ "an experiment with half of its magic", GOOD, 0,
	  OPTIONS(254, 3, 0xf9) },

	{ "MPTCP capable, SYN of version 1", GOOD, SL_OPT_MPTCP,
	  OPTIONS(30, 4, 0x01, 0x81) },
	{ "MPTCP join", GOOD, SL_OPT_MPTCP_JOIN,
	  OPTIONS(30, 12, 0x10, 1, 2, 3, 4, 5, 6, 7, 8, 9) },
	{ "MPTCP up to the subtype", GOOD, SL_OPT_MPTCP, OPTIONS(30, 3, 0x00) },
	{ "MPTCP without a subtype is passed over", GOOD, 0, OPTIONS(30, 2) },
	{ "MPTCP's other subtypes are passed over", GOOD, 0,
	  OPTIONS(30, 3, 0x20, 30, 3, 0xf1) },

	{ "end of options hides what follows", GOOD, SL_OPT_SACK,
	  OPTIONS(4, 2, 0, 2, 4, 0x05, 0xb4) },
	{ "end of options hides nonsense, too", GOOD, 0, OPTIONS(0, 2, 0, 9) },
	{ "40 times no operation", GOOD, 0,
	  OPTIONS(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
		  1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1) },
	{ "20 times SACK permitted", GOOD, SL_OPT_SACK,
	  OPTIONS(4, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 2,
		  4, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 2) },
	{ "one unknown option of 40 bytes", GOOD, 0,
	  OPTIONS(77, 40, 2, 4, 5, 180, 2, 4, 5, 180, 2, 4, 5, 180, 2, 4, 5,
		  180, 2, 4, 5, 180, 2, 4, 5, 180, 2, 4, 5, 180, 2, 4, 5, 180,
		  2, 4, 5, 180, 2, 4) },
	{ "unknown options are passed over by their length", GOOD,
	  SL_OPT_MSS | SL_OPT_WSCALE, 1460, 2,
	  OPTIONS(77, 6, 2, 4, 9, 9, 2, 4, 0x05, 0xb4, 19, 3, 3, 3, 3, 2) },
	{ "as Linux sends them", GOOD,
	  SL_OPT_MSS | SL_OPT_SACK | SL_OPT_TIMESTAMPS | SL_OPT_WSCALE,
	  65495, 7,
	  OPTIONS(2, 4, 0xff, 0xd7, 4, 2, 8, 10, 1, 2, 3, 4, 0, 0, 0, 0,
		  1, 3, 3, 7) },

	{ "length 0", BAD, 0, OPTIONS(2, 0, 5, 180) },
	{ "length 1", BAD, 0, OPTIONS(2, 1, 5, 180) },
	{ "unknown of length 0", BAD, 0, OPTIONS(77, 0, 1, 1) },
	{ "a kind and nothing after it", BAD, 0, OPTIONS(1, 1, 1, 2) },
	{ "length byte is the last, and too much", BAD, 0, OPTIONS(1, 1, 2, 4) },
	{ "length one past the end", BAD, 0, OPTIONS(2, 5, 5, 180) },
	{ "length 255", BAD, 0, OPTIONS(8, 255, 0, 0) },
	{ "what stood before the bad one stays", BAD,
	  SL_OPT_MSS | SL_OPT_SACK, 1460, 0,
	  OPTIONS(2, 4, 0x05, 0xb4, 4, 2, 3, 0, 7, 1, 3, 3, 7) },
	{ "timestamps that the offset cuts off", BAD, SL_OPT_MSS, 1460, 0,
	  OPTIONS(2, 4, 0x05, 0xb4, 8, 10, 0, 0, 0, 1, 0, 0) },
};

static void options_row_desc(const struct options_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(options, options_rows, options_row_desc);

static void segment_parse_options(struct kunit *test)
{
	const struct options_row *row = test->param_value;
	struct sl_segment seg;
	enum sl_segment_error err;
	unsigned int len;
	u8 *hdr;

	memset(&seg, 0xff, sizeof(seg));
	hdr = header_of(test, SYN | ACK, row->bytes, row->len, 1, &len);

	err = sl_segment_parse(&seg, hdr, len, len);

	KUNIT_EXPECT_EQ(test, err, row->err);
	KUNIT_EXPECT_EQ(test, seg.options, row->options);
	KUNIT_EXPECT_EQ(test, seg.mss, row->mss);
	KUNIT_EXPECT_EQ(test, seg.wscale, row->wscale);
	KUNIT_EXPECT_EQ(test, seg.kind, SL_SEGMENT_SYNACK);
	KUNIT_EXPECT_EQ(test, seg.seq, 0x12345678);
}

static const void *option_len_gen_params(const void *prev, char *desc)
{
	const void *next = range_next(prev, 256);

	if (next)
		snprintf(desc, KUNIT_PARAM_DESC_SIZE, "option of length %u",
			 range_at(next));
	return next;
}

/* Every kind with every length, in a header that ends 40 bytes later. */
static void segment_parse_every_option_length(struct kunit *test)
{
	unsigned int len = range_at(test->param_value);
	enum sl_segment_error expected, err;
	struct sl_segment seg;
	unsigned int kind;
	u8 *hdr;

	hdr = copy_of(test, full_syn, sizeof(full_syn));
	memset(hdr + SL_TCP_HDR_MIN, 1, OPTIONS_MAX);
	expected = len < 2 || len > OPTIONS_MAX ? BAD : GOOD;

	for (kind = 2; kind < 256; kind++) {
		hdr[SL_TCP_HDR_MIN] = kind;
		hdr[SL_TCP_HDR_MIN + 1] = len;

		err = sl_segment_parse(&seg, hdr, SL_TCP_HDR_MAX,
				       SL_TCP_HDR_MAX);

		KUNIT_EXPECT_EQ_MSG(test, err, expected, "kind %u", kind);
	}
}

/* Noise: the same each time, so that what it finds can be found again. */

#define NOISES 20000

static u32 noise(u32 *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

static void expect_coherent(struct kunit *test, const struct sl_segment *seg,
			    enum sl_segment_error err, const u8 *hdr,
			    unsigned int avail, u32 l4_len)
{
	unsigned int hdr_len;

	if (err == SL_SEGMENT_TRUNCATED || err == SL_SEGMENT_BAD_OFFSET) {
		expect_nothing(test, seg);
		return;
	}

	hdr_len = hdr[12] / 16 * 4;
	KUNIT_EXPECT_GE(test, hdr_len, SL_TCP_HDR_MIN);
	KUNIT_EXPECT_LE(test, hdr_len, avail);
	KUNIT_EXPECT_EQ(test, seg->payload, l4_len - hdr_len);
	KUNIT_EXPECT_EQ(test, seg->flags, hdr[13]);
	KUNIT_EXPECT_EQ(test, seg->kind, kind_by_rule(hdr[13]));
	KUNIT_EXPECT_LE(test, seg->wscale, 14);
	KUNIT_EXPECT_EQ(test, !!seg->mss, !!(seg->options & SL_OPT_MSS));
	if (!(hdr[13] & SYN)) {
		KUNIT_EXPECT_EQ(test, err, SL_SEGMENT_OK);
		KUNIT_EXPECT_EQ(test, seg->options, 0);
	}
}

/* Random bytes, the offset made plausible more often than chance would. */
static void fill_with_noise(u8 *hdr, unsigned int len, u32 *state)
{
	unsigned int i;

	for (i = 0; i < len; i++)
		hdr[i] = noise(state) % 4 ? noise(state) % 12 : noise(state);
	if (len >= SL_TCP_HDR_MIN && noise(state) % 8)
		hdr[12] = noise(state) % (len / 4 + 1) * 16;
}

static void segment_parse_noise(struct kunit *test)
{
	u32 state = 1, i, l4_len;
	enum sl_segment_error err;
	struct sl_segment seg;
	unsigned int avail;
	u8 *hdr;

	for (i = 0; i < NOISES; i++) {
		avail = noise(&state) % (SL_TCP_HDR_MAX + 1);
		l4_len = avail + noise(&state) % 4;
		hdr = kunit_kmalloc(test, avail, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, hdr);
		fill_with_noise(hdr, avail, &state);

		err = sl_segment_parse(&seg, hdr, avail, l4_len);

		expect_coherent(test, &seg, err, hdr, avail, l4_len);
		kunit_kfree(test, hdr);
	}
}

static struct kunit_case segment_cases[] = {
	KUNIT_CASE_PARAM(segment_kind_of_every_flag_byte, flags_gen_params),
	KUNIT_CASE_PARAM(segment_kind_of_known_segments,
			 seen_flags_gen_params),
	KUNIT_CASE(segment_parse_fields),
	KUNIT_CASE(segment_parse_at_odd_address),
	KUNIT_CASE_PARAM(segment_parse_keeps_every_flag_byte,
			 flags_gen_params),
	KUNIT_CASE(segment_parse_bad_options_without_syn),
	KUNIT_CASE(segment_parse_large_payload),
	KUNIT_CASE_PARAM(segment_parse_truncated, length_gen_params),
	KUNIT_CASE_PARAM(segment_parse_announced_short, length_gen_params),
	KUNIT_CASE_PARAM(segment_parse_offset, offset_gen_params),
	KUNIT_CASE(segment_parse_reserved_bits),
	KUNIT_CASE(segment_parse_payload_is_no_option),
	KUNIT_CASE_PARAM(segment_parse_options, options_gen_params),
	KUNIT_CASE_PARAM(segment_parse_every_option_length,
			 option_len_gen_params),
	KUNIT_CASE(segment_parse_noise),
	{}
};

static struct kunit_suite segment_suite = {
	.name = "sockledger_segment",
	.test_cases = segment_cases,
};

kunit_test_suite(segment_suite);

MODULE_DESCRIPTION("Unit tests of the pure code of sockledger");
MODULE_LICENSE("GPL");
