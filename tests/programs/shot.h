/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A shot: a segment that was right, what was done to it, and how it is wrapped
 * into packets, which may be wrong again. All that is left to chance is drawn
 * from one seed.
 */
#ifndef SHOT_H
#define SHOT_H

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stddef.h>

#include "tun.h"

static uint64_t shot_state;

/* Vigna's splitmix64 */
static inline uint64_t any(void)
{
	uint64_t z = shot_state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static inline uint32_t below(uint32_t end)
{
	return any() % end;
}

static inline bool one_in(uint32_t count)
{
	return !below(count);
}

static inline void any_bytes(uint8_t *to, size_t len)
{
	while (len--)
		*to++ = any();
}

#define SHOT_MOST	1400

struct shot {
	int family;
	uint8_t source[16], dest[16];
	uint8_t proto;
	uint8_t l4[SHOT_MOST];
	size_t len;
	/* What the wrapping gets wrong */
	bool bad_sum;
	bool bad_ip;		/* bytes of its header */
	int lie;		/* how much longer it claims to be */
	unsigned int pieces;	/* fragments; 0: none */
	bool overlap;		/* of them */
	unsigned int headers;	/* of extension, or words of IP options */
};

static inline size_t shot_addr_len(const struct shot *shot)
{
	return shot->family == AF_INET ? 4 : 16;
}

static inline struct tcphdr *shot_tcp(struct shot *shot)
{
	return (struct tcphdr *)shot->l4;
}

static inline void shot_segment(struct shot *shot, uint16_t sport,
				uint16_t dport, uint32_t seq, uint32_t ack,
				uint8_t flags)
{
	struct tcphdr *th = shot_tcp(shot);

	memset(th, 0, sizeof(*th));
	th->source = htons(sport);
	th->dest = htons(dport);
	th->seq = htonl(seq);
	th->ack_seq = htonl(ack);
	th->doff = sizeof(*th) / 4;
	th->window = htons(65535);
	shot->l4[13] = flags;
	shot->proto = IPPROTO_TCP;
	shot->len = sizeof(*th);
}

static inline uint32_t shot_partial(const struct shot *shot)
{
	size_t len = shot_addr_len(shot);

	return (uint16_t)~tun_checksum(shot->source, len, 0) +
	       (uint16_t)~tun_checksum(shot->dest, len, 0) +
	       htons(shot->proto) + htons(shot->len);
}

static inline void shot_put_sum(struct shot *shot)
{
	size_t at = shot->proto == IPPROTO_TCP ? offsetof(struct tcphdr, check) :
		    shot->proto == IPPROTO_UDP ? 6 : 2;
	uint16_t sum = 0;

	if (shot->len < at + sizeof(sum))
		return;
	memcpy(shot->l4 + at, &sum, sizeof(sum));
	sum = tun_checksum(shot->l4, shot->len, shot->proto == IPPROTO_ICMP ? 0 :
			   shot_partial(shot));
	if (shot->bad_sum)
		sum ^= 1 + below(65535);
	memcpy(shot->l4 + at, &sum, sizeof(sum));
}

/* What is between the IP header and the next one that is not IP's */
struct body {
	uint8_t bytes[SHOT_MOST + 400];
	size_t len;
	uint8_t first;		/* protocol of what it begins with */
};

static inline void shot_put_header(struct body *body)
{
	static const uint8_t kinds[] = {
		IPPROTO_HOPOPTS, IPPROTO_ROUTING, IPPROTO_DSTOPTS, IPPROTO_AH,
		IPPROTO_FRAGMENT, IPPROTO_DSTOPTS, IPPROTO_NONE,
	};
	uint8_t kind = kinds[below(sizeof(kinds))];
	size_t len = kind == IPPROTO_FRAGMENT ? 8 : 8 * (1 + below(4));

	memmove(body->bytes + len, body->bytes, body->len);
	memset(body->bytes, 0, len);
	body->bytes[0] = body->first;
	if (kind == IPPROTO_AH)
		body->bytes[1] = len / 4 - 2;
	else if (kind != IPPROTO_FRAGMENT)
		body->bytes[1] = len / 8 - 1;
	/* PadN, or whatever; and once in a while a length that is none */
	if (kind != IPPROTO_FRAGMENT && len > 4) {
		body->bytes[2] = 1;
		body->bytes[3] = len - 4;
	}
	if (one_in(3))
		any_bytes(body->bytes + 2, len - 2);
	if (one_in(6))
		body->bytes[1] = any();
	body->len += len;
	body->first = kind;
}

static inline struct body shot_body(const struct shot *shot)
{
	struct body body = { .len = shot->len, .first = shot->proto };
	unsigned int i;

	memcpy(body.bytes, shot->l4, shot->len);
	for (i = 0; shot->family == AF_INET6 && i < shot->headers; i++)
		shot_put_header(&body);
	return body;
}

static inline size_t shot_wrap4(const struct shot *shot,
				const struct body *body, size_t from,
				size_t len, bool more, uint8_t *to)
{
	size_t options = 4 * (shot->headers % 11), head = 20 + options;
	struct iphdr *ip = (void *)to;

	memset(to, 0, head);
	ip->version = 4;
	ip->ihl = head / 4;
	ip->ttl = 64;
	ip->id = htons(shot_state);
	ip->protocol = body->first;
	ip->frag_off = htons(from / 8 | (more ? IP_MF : 0));
	ip->tot_len = htons(head + len + shot->lie);
	memcpy(&ip->saddr, shot->source, 4);
	memcpy(&ip->daddr, shot->dest, 4);
	any_bytes(to + 20, options);
	if (options && !one_in(3))
		memset(to + 20, 1, options);	/* NOPs */
	if (shot->bad_ip)
		to[below(20)] = any();
	ip->check = tun_checksum(ip, head, 0);
	if (shot->bad_ip && one_in(8))
		ip->check++;
	memcpy(to + head, body->bytes + from, len);
	return head + len;
}

static inline size_t shot_wrap6(const struct shot *shot,
				const struct body *body, size_t from,
				size_t len, bool more, uint8_t *to)
{
	struct ip6_frag frag = {
		.ip6f_nxt = body->first,
		.ip6f_offlg = htons(from) | (more ? IP6F_MORE_FRAG : 0),
		.ip6f_ident = htonl(shot_state),
	};
	struct ip6_hdr *ip = (void *)to;
	size_t head = sizeof(*ip);

	memset(ip, 0, sizeof(*ip));
	ip->ip6_vfc = 6 << 4;
	ip->ip6_hlim = 64;
	ip->ip6_nxt = body->first;
	memcpy(&ip->ip6_src, shot->source, 16);
	memcpy(&ip->ip6_dst, shot->dest, 16);
	if (shot->pieces) {
		ip->ip6_nxt = IPPROTO_FRAGMENT;
		memcpy(to + head, &frag, sizeof(frag));
		head += sizeof(frag);
	}
	memcpy(to + head, body->bytes + from, len);
	ip->ip6_plen = htons(head - sizeof(*ip) + len + shot->lie);
	if (shot->bad_ip)
		to[below(8)] = any();
	return head + len;
}

static inline void shot_emit(int tun, const struct shot *shot,
			     const struct body *body, size_t from, size_t len,
			     bool more)
{
	uint8_t packet[SHOT_MOST + 500];

	len = shot->family == AF_INET ?
	      shot_wrap4(shot, body, from, len, more, packet) :
	      shot_wrap6(shot, body, from, len, more, packet);
	/* A packet that the device refuses at its door is none. */
	if (write(tun, packet, len) < 0 && shot->bad_ip)
		return;
}

/* In pieces whose order, number and limits are right, or not quite. */
static inline void shot_emit_pieces(int tun, const struct shot *shot,
				    const struct body *body)
{
	size_t step = 8 * (1 + below(body->len / 8 + 1)), from, len;
	uint64_t id = shot_state;
	unsigned int i;

	for (i = 0; i < shot->pieces; i++) {
		from = i * step % (body->len + 1) / 8 * 8;
		if (shot->overlap && i)
			from = 8 * below(body->len / 8 + 1);
		len = body->len - from < step ? body->len - from : step;
		/* All have the same number. */
		shot_state = id;
		shot_emit(tun, shot, body, from, len, from + len < body->len);
		shot_state = id + i + 1;
	}
}

static inline void shot_send(int tun, struct shot *shot)
{
	struct body body;

	shot_put_sum(shot);
	body = shot_body(shot);
	if (shot->pieces && body.len)
		shot_emit_pieces(tun, shot, &body);
	else
		shot_emit(tun, shot, &body, 0, body.len, false);
}

#endif /* SHOT_H */
