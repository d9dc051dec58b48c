/* SPDX-License-Identifier: GPL-2.0 */
/* What one TCP segment says, read from its header (RFC 9293, 3.1). */
#ifndef _SOCKLEDGER_SEGMENT_H
#define _SOCKLEDGER_SEGMENT_H

#include "types.h"

/* The low byte of the flags, as it stands in byte 13 of the header. */
#define SL_TCP_FIN	0x01
#define SL_TCP_SYN	0x02
#define SL_TCP_RST	0x04
#define SL_TCP_PSH	0x08
#define SL_TCP_ACK	0x10
#define SL_TCP_URG	0x20
#define SL_TCP_ECE	0x40
#define SL_TCP_CWR	0x80

#define SL_TCP_HDR_MIN	20
#define SL_TCP_HDR_MAX	60

/* What a segment is to a connection's life. */
enum sl_segment_kind {
	SL_SEGMENT_PLAIN,	/* an ACK, with data or without */
	SL_SEGMENT_SYN,
	SL_SEGMENT_SYNACK,
	SL_SEGMENT_FIN,
	SL_SEGMENT_RST,
	SL_SEGMENT_INVALID,	/* flags that no TCP sends together */

	__SL_SEGMENT_KINDS,
};

/* Why a header could not be read. */
enum sl_segment_error {
	SL_SEGMENT_OK,
	SL_SEGMENT_TRUNCATED,	/* shorter than its header says, or than any */
	SL_SEGMENT_BAD_OFFSET,	/* data offset below 5 words or past the end */
	SL_SEGMENT_BAD_OPTIONS,	/* an option's length is impossible */
};

/* Options of a SYN or SYN+ACK. */
#define SL_OPT_MSS		0x01
#define SL_OPT_WSCALE		0x02
#define SL_OPT_SACK		0x04
#define SL_OPT_TIMESTAMPS	0x08
#define SL_OPT_FASTOPEN		0x10	/* RFC 7413, cookie or request */
#define SL_OPT_MPTCP		0x20	/* RFC 8684, MP_CAPABLE */
#define SL_OPT_MPTCP_JOIN	0x40	/* MP_JOIN */

struct sl_segment {
	u32 seq;
	u32 ack_seq;
	u32 payload;		/* bytes */
	u16 mss;		/* where SL_OPT_MSS */
	u8 flags;		/* SL_TCP_* */
	u8 kind;		/* enum sl_segment_kind */
	u8 options;		/* SL_OPT_*; 0 unless SYN is set */
	u8 wscale;		/* where SL_OPT_WSCALE; at most 14 */
};

/**
 * sl_segment_kind() - classify a segment by its flags
 * @flags: byte 13 of the header; PSH, URG, ECE and CWR do not matter
 *
 * SL_SEGMENT_INVALID are SYN with FIN or RST, FIN alone, and none of SYN, RST
 * and ACK. Any other segment with RST is SL_SEGMENT_RST.
 */
enum sl_segment_kind sl_segment_kind(u8 flags);

/**
 * sl_segment_parse() - read a TCP header
 * @seg: filled in; on SL_SEGMENT_BAD_OPTIONS all but the options from the
 *	bad one on are valid, on the other errors nothing is and all is zero
 * @hdr: start of the TCP header
 * @avail: bytes readable at @hdr; bytes past SL_TCP_HDR_MAX are not looked at
 * @l4_len: bytes of TCP header and payload that the IP header announced
 *
 * Reads nothing past @avail. Options are read on segments with SYN only:
 * nothing later in a connection's life is told by them. As TCP does, it passes
 * over an option of an unknown kind, or of a length that its kind cannot have.
 *
 * Return: SL_SEGMENT_OK, or what is wrong with the header.
 */
enum sl_segment_error sl_segment_parse(struct sl_segment *seg, const u8 *hdr,
				       unsigned int avail, u32 l4_len);

#endif /* _SOCKLEDGER_SEGMENT_H */
