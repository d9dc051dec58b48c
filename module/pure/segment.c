// SPDX-License-Identifier: GPL-2.0
#include "segment.h"

#define DECIDING	(SL_TCP_FIN | SL_TCP_SYN | SL_TCP_RST | SL_TCP_ACK)

/* By the flags that decide. PSH is none of them, so a third is never read. */
static const u8 kinds[DECIDING + 1] = {
	/* every segment has one of them (RFC 9293, 3.10.7.4) */
	[0]				= SL_SEGMENT_INVALID,
	[SL_TCP_ACK]			= SL_SEGMENT_PLAIN,

	[SL_TCP_SYN]			= SL_SEGMENT_SYN,
	[SL_TCP_SYN | SL_TCP_ACK]	= SL_SEGMENT_SYNACK,

	/* whoever sends a FIN is synchronized, so it has something to ACK */
	[SL_TCP_FIN]			= SL_SEGMENT_INVALID,
	[SL_TCP_FIN | SL_TCP_ACK]	= SL_SEGMENT_FIN,

	/* a receiver looks at RST first, and then at nothing else */
	[SL_TCP_RST]				= SL_SEGMENT_RST,
	[SL_TCP_RST | SL_TCP_ACK]		= SL_SEGMENT_RST,
	[SL_TCP_RST | SL_TCP_FIN]		= SL_SEGMENT_RST,
	[SL_TCP_RST | SL_TCP_FIN | SL_TCP_ACK]	= SL_SEGMENT_RST,

	/* to open and to end in one segment is what scanners do */
	[SL_TCP_SYN | SL_TCP_FIN]		= SL_SEGMENT_INVALID,
	[SL_TCP_SYN | SL_TCP_FIN | SL_TCP_ACK]	= SL_SEGMENT_INVALID,
	[SL_TCP_SYN | SL_TCP_RST]		= SL_SEGMENT_INVALID,
	[SL_TCP_SYN | SL_TCP_RST | SL_TCP_ACK]	= SL_SEGMENT_INVALID,
	[SL_TCP_SYN | SL_TCP_RST | SL_TCP_FIN]	= SL_SEGMENT_INVALID,
	[DECIDING]				= SL_SEGMENT_INVALID,
};

enum sl_segment_kind sl_segment_kind(u8 flags)
{
	return kinds[flags & DECIDING];
}

/* Where the fields of a header stand (RFC 9293, 3.1). */
enum {
	AT_SEQ		= 4,
	AT_ACK_SEQ	= 8,
	AT_OFFSET	= 12,
	AT_FLAGS	= 13,
};

/* A header may start at an odd address, so what is read is copied first. */
static inline u16 read16(const u8 *at)
{
	__be16 value;

	memcpy(&value, at, sizeof(value));
	return ntohs(value);
}

static inline u32 read32(const u8 *at)
{
	__be32 value;

	memcpy(&value, at, sizeof(value));
	return ntohl(value);
}

/* Option kinds, as IANA numbers them. */
enum {
	KIND_EOL	= 0,
	KIND_NOP	= 1,
	KIND_MSS	= 2,
	KIND_WSCALE	= 3,
	KIND_SACK	= 4,
	KIND_TIMESTAMPS	= 8,
	KIND_MPTCP	= 30,
	KIND_FASTOPEN	= 34,
	KIND_EXPERIMENT	= 254,
};

/* Their lengths, kind and length byte included. */
enum {
	LEN_HEAD	= 2,
	LEN_MSS		= 4,
	LEN_WSCALE	= 3,
	LEN_SACK	= 2,
	LEN_TIMESTAMPS	= 10,
	LEN_MPTCP_MIN	= 3,	/* up to the byte that begins with the subtype */
	LEN_FASTOPEN	= 2,	/* without its cookie */
	LEN_EXPERIMENT	= 4,	/* up to the magic that says whose it is */
};

/* Of MPTCP's subtypes those that a SYN or SYN+ACK has (RFC 8684, 3.1, 3.2). */
enum {
	MPTCP_CAPABLE	= 0,
	MPTCP_JOIN	= 1,
};

#define FASTOPEN_MAGIC		0xf989
#define FASTOPEN_COOKIE_MIN	4
#define FASTOPEN_COOKIE_MAX	16
#define WSCALE_MAX		14	/* RFC 7323, 2.3: larger ones mean 14 */

static void read_mss(struct sl_segment *seg, const u8 *opt, unsigned int len)
{
	u16 mss;

	if (len != LEN_MSS)
		return;

	/* Linux takes an MSS of 0 for none, too. */
	mss = read16(opt + LEN_HEAD);
	if (!mss)
		return;

	seg->mss = mss;
	seg->options |= SL_OPT_MSS;
}

static void read_wscale(struct sl_segment *seg, const u8 *opt,
			unsigned int len)
{
	u8 wscale;

	if (len != LEN_WSCALE)
		return;

	wscale = opt[LEN_HEAD];
	seg->wscale = min_t(u8, wscale, WSCALE_MAX);
	seg->options |= SL_OPT_WSCALE;
}

/* No cookie at all asks for one (RFC 7413, 2 and 4.1.1). */
static void read_fastopen(struct sl_segment *seg, unsigned int cookie_len)
{
	if (cookie_len % 2)
		return;
	if (cookie_len && (cookie_len < FASTOPEN_COOKIE_MIN ||
			   cookie_len > FASTOPEN_COOKIE_MAX))
		return;

	seg->options |= SL_OPT_FASTOPEN;
}

static void read_mptcp(struct sl_segment *seg, const u8 *opt, unsigned int len)
{
	if (len < LEN_MPTCP_MIN)
		return;

	switch (opt[LEN_HEAD] >> 4) {
	case MPTCP_CAPABLE:
		seg->options |= SL_OPT_MPTCP;
		break;
	case MPTCP_JOIN:
		seg->options |= SL_OPT_MPTCP_JOIN;
		break;
	}
}

/*
 * One option that lies wholly in the header. A length that its kind does not
 * have makes TCP pass over the option, so it was not offered.
 */
static void read_option(struct sl_segment *seg, const u8 *opt,
			unsigned int len)
{
	switch (opt[0]) {
	case KIND_MSS:
		read_mss(seg, opt, len);
		break;
	case KIND_WSCALE:
		read_wscale(seg, opt, len);
		break;
	case KIND_SACK:
		if (len == LEN_SACK)
			seg->options |= SL_OPT_SACK;
		break;
	case KIND_TIMESTAMPS:
		if (len == LEN_TIMESTAMPS)
			seg->options |= SL_OPT_TIMESTAMPS;
		break;
	case KIND_MPTCP:
		read_mptcp(seg, opt, len);
		break;
	case KIND_FASTOPEN:
		read_fastopen(seg, len - LEN_FASTOPEN);
		break;
	case KIND_EXPERIMENT:
		if (len >= LEN_EXPERIMENT &&
		    read16(opt + LEN_HEAD) == FASTOPEN_MAGIC)
			read_fastopen(seg, len - LEN_EXPERIMENT);
		break;
	}
}

/* Out of line: most segments have no SYN. */
static noinline enum sl_segment_error
read_options(struct sl_segment *seg, const u8 *opt, const u8 *end)
{
	unsigned int len;

	while (opt < end && *opt != KIND_EOL) {
		if (*opt == KIND_NOP) {
			opt++;
			continue;
		}

		if (end - opt < LEN_HEAD)
			return SL_SEGMENT_BAD_OPTIONS;
		len = opt[1];
		if (len < LEN_HEAD || len > end - opt)
			return SL_SEGMENT_BAD_OPTIONS;

		read_option(seg, opt, len);
		opt += len;
	}

	return SL_SEGMENT_OK;
}

static void read_fields(struct sl_segment *seg, const u8 *hdr)
{
	seg->seq = read32(hdr + AT_SEQ);
	seg->ack_seq = read32(hdr + AT_ACK_SEQ);
	seg->flags = hdr[AT_FLAGS];
	seg->kind = sl_segment_kind(seg->flags);
}

enum sl_segment_error sl_segment_parse(struct sl_segment *seg, const u8 *hdr,
				       unsigned int avail, u32 l4_len)
{
	unsigned int hdr_len;

	memset(seg, 0, sizeof(*seg));

	if (avail < SL_TCP_HDR_MIN || l4_len < SL_TCP_HDR_MIN)
		return SL_SEGMENT_TRUNCATED;

	hdr_len = (hdr[AT_OFFSET] >> 4) * 4;
	if (hdr_len < SL_TCP_HDR_MIN || hdr_len > l4_len)
		return SL_SEGMENT_BAD_OFFSET;
	if (hdr_len > avail)
		return SL_SEGMENT_TRUNCATED;

	read_fields(seg, hdr);
	seg->payload = l4_len - hdr_len;

	if (!(seg->flags & SL_TCP_SYN))
		return SL_SEGMENT_OK;
	return read_options(seg, hdr + SL_TCP_HDR_MIN, hdr + hdr_len);
}
