// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a TCP header. The fuzzer's buffer ends where the header's does,
 * so reading past it is noticed; what is read is held against the C library's
 * own struct, and the options against a list of them made first.
 *
 * Input: two bytes that are added to the length, then the header.
 */
#include "fuzz.h"

#include "pure/segment.h"

#define OPTIONS_MOST	40

/* An option as the header has it, NOPs left out */
struct option {
	unsigned int kind;
	const uint8_t *value;
	unsigned int len;	/* of the value */
};

struct options {
	struct option list[OPTIONS_MOST];
	unsigned int count;
	bool broken;
};

static struct options list_options(const uint8_t *data, size_t size)
{
	struct options ret = { .count = 0 };
	size_t i = 0;

	while (i < size && data[i]) {
		if (data[i] == TCPOPT_NOP) {
			i++;
			continue;
		}
		if (i + 1 >= size || data[i + 1] < 2 || i + data[i + 1] > size) {
			ret.broken = true;
			break;
		}
		ret.list[ret.count++] = (struct option){
			data[i], data + i + 2, data[i + 1] - 2,
		};
		i += data[i + 1];
	}
	return ret;
}

/* RFC 7413: of 4 to 16 bytes, an even number, or none to ask for one */
static bool is_cookie(unsigned int len)
{
	return len % 2 == 0 && len <= 16 && len != 2;
}

static void expect_options(const struct options *options,
			   const struct sl_segment *seg)
{
	unsigned int offered = 0, mss = 0, wscale = 0, i, value;

	for (i = 0; i < options->count; i++) {
		const struct option *option = &options->list[i];
		const uint8_t *at = option->value;

		if (option->kind == TCPOPT_MAXSEG && option->len == 2) {
			value = at[0] * 256 + at[1];
			mss = value ? value : mss;
			offered |= value ? SL_OPT_MSS : 0;
		} else if (option->kind == TCPOPT_WINDOW && option->len == 1) {
			wscale = at[0] > 14 ? 14 : at[0];
			offered |= SL_OPT_WSCALE;
		} else if (option->kind == TCPOPT_SACK_PERMITTED &&
			   !option->len) {
			offered |= SL_OPT_SACK;
		} else if (option->kind == TCPOPT_TIMESTAMP &&
			   option->len == 8) {
			offered |= SL_OPT_TIMESTAMPS;
		} else if (option->kind == 30 && option->len && at[0] < 32) {
			offered |= at[0] < 16 ? SL_OPT_MPTCP :
						SL_OPT_MPTCP_JOIN;
		} else if (option->kind == 34 && is_cookie(option->len)) {
			offered |= SL_OPT_FASTOPEN;
		} else if (option->kind == 254 && option->len >= 2 &&
			   at[0] == 0xf9 && at[1] == 0x89 &&
			   is_cookie(option->len - 2)) {
			offered |= SL_OPT_FASTOPEN;
		}
	}
	MUST(seg->options == offered);
	MUST(seg->mss == mss);
	MUST(seg->wscale == wscale);
}

static enum sl_segment_kind expected_kind(const struct tcphdr *th)
{
	if (th->syn)
		return th->fin || th->rst ? SL_SEGMENT_INVALID :
		       th->ack ? SL_SEGMENT_SYNACK : SL_SEGMENT_SYN;
	if (th->rst)
		return SL_SEGMENT_RST;
	if (!th->ack)
		return SL_SEGMENT_INVALID;
	return th->fin ? SL_SEGMENT_FIN : SL_SEGMENT_PLAIN;
}

static void expect_fields(const struct tcphdr *th, const struct sl_segment *seg)
{
	MUST(seg->seq == ntohl(th->seq) && seg->ack_seq == ntohl(th->ack_seq));
	MUST(seg->flags == ((const uint8_t *)th)[13]);
	MUST(seg->kind == expected_kind(th));
}

static void expect_nothing(const struct sl_segment *seg)
{
	static const struct sl_segment nothing;

	MUST(!memcmp(seg, &nothing, sizeof(nothing)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_of(data, size);
	struct options options = { .count = 0 };
	struct sl_segment seg;
	struct tcphdr th = { .doff = 0 };
	enum sl_segment_error error;
	unsigned int avail, header;
	uint32_t l4_len;

	l4_len = input_number(&input, 2);
	avail = input_left(&input);
	/* Most often as long as what is there, give or take a few. */
	l4_len = l4_len & 0x8000 ? l4_len : avail + l4_len % 64;
	error = sl_segment_parse(&seg, input.at, avail, l4_len);

	memcpy(&th, input.at, avail < sizeof(th) ? avail : sizeof(th));
	header = th.doff * 4;
	if (avail < sizeof(th) || l4_len < sizeof(th)) {
		MUST(error == SL_SEGMENT_TRUNCATED);
		expect_nothing(&seg);
		return 0;
	}
	if (header < sizeof(th) || header > l4_len) {
		MUST(error == SL_SEGMENT_BAD_OFFSET);
		expect_nothing(&seg);
		return 0;
	}
	if (header > avail) {
		MUST(error == SL_SEGMENT_TRUNCATED);
		expect_nothing(&seg);
		return 0;
	}
	expect_fields(&th, &seg);
	MUST(seg.payload == l4_len - header);
	if (th.syn)
		options = list_options(input.at + sizeof(th),
				       header - sizeof(th));
	MUST(error == (options.broken ? SL_SEGMENT_BAD_OPTIONS :
					SL_SEGMENT_OK));
	expect_options(&options, &seg);
	return 0;
}
