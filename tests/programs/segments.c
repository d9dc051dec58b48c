// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends one TCP segment as it is told to, right or wrong:
 *
 *	segments SOURCE DESTINATION SPORT DPORT [NAME=VALUE…]
 *
 *	flags=N		of the header (default 0x02, SYN)
 *	seq=N ack=N
 *	options=HEX	after the header; doff follows unless it is given
 *	doff=N		header length, in words of four bytes
 *	cut=N		only so many bytes of the segment are sent
 *	sum=bad		a wrong checksum
 *	payload=N	zeros
 *	fragment=N	the IP packet says it begins N bytes into a larger one
 *	first=N		in two fragments, of which the first has so many bytes
 *	count=N		so often
 *	every=N		with so many milliseconds between them
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct packet {
	int family;
	unsigned char source[16], destination[16];
	unsigned char segment[1400];
	size_t len;
	size_t first;		/* bytes of it in a fragment; 0: it is whole */
	long fragment;		/* -1: is none */
	unsigned long count, every;
	int bad_sum;
};

static void fail(const char *what)
{
	perror(what);
	exit(2);
}

static uint32_t add(uint32_t sum, const unsigned char *data, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		sum += i % 2 ? data[i] : data[i] << 8;
	return sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static size_t address_len(const struct packet *p)
{
	return p->family == AF_INET ? 4 : 16;
}

static void put_checksum(struct packet *p)
{
	struct tcphdr *th = (void *)p->segment;
	uint32_t sum = IPPROTO_TCP + p->len;

	if (p->len < offsetof(struct tcphdr, check) + sizeof(th->check))
		return;
	sum = add(sum, p->source, address_len(p));
	sum = add(sum, p->destination, address_len(p));
	sum = add(sum, p->segment, p->len);
	th->check = htons(fold(sum) ^ (p->bad_sum ? 0x5555 : 0));
}

static void put_options(struct packet *p, const char *hex)
{
	unsigned int byte;

	for (; sscanf(hex, "%2x", &byte) == 1 && p->len < 60;
	     hex += 2)
		p->segment[p->len++] = byte;
	((struct tcphdr *)p->segment)->doff = p->len / 4;
}

/* A length that an option asks for, at most @most */
static size_t at_most(const char *name, unsigned long number, size_t most)
{
	if (number <= most)
		return number;
	fprintf(stderr, "segments: %s=%lu is more than %zu\n", name, number,
		most);
	exit(2);
}

static void set(struct packet *p, const char *name, const char *value)
{
	struct tcphdr *th = (void *)p->segment;
	unsigned long number = strtoul(value, NULL, 0);

	if (!strcmp(name, "flags")) {
		p->segment[13] = number;
	} else if (!strcmp(name, "seq")) {
		th->seq = htonl(number);
	} else if (!strcmp(name, "ack")) {
		th->ack_seq = htonl(number);
	} else if (!strcmp(name, "options")) {
		put_options(p, value);
	} else if (!strcmp(name, "doff")) {
		th->doff = number;
	} else if (!strcmp(name, "cut")) {
		p->len = at_most(name, number, p->len);
	} else if (!strcmp(name, "sum")) {
		p->bad_sum = 1;
	} else if (!strcmp(name, "payload")) {
		p->len += at_most(name, number,
				  sizeof(p->segment) - p->len);
	} else if (!strcmp(name, "first")) {
		p->first = number;
	} else if (!strcmp(name, "count")) {
		p->count = number;
	} else if (!strcmp(name, "every")) {
		p->every = number;
	} else if (!strcmp(name, "fragment")) {
		p->fragment = number;
	} else {
		fprintf(stderr, "segments: what is \"%s\"?\n", name);
		exit(2);
	}
}

static void parse(struct packet *p, char **argv)
{
	struct tcphdr *th = (void *)p->segment;
	char *value;

	p->family = strchr(argv[1], ':') ? AF_INET6 : AF_INET;
	if (inet_pton(p->family, argv[1], p->source) != 1 ||
	    inet_pton(p->family, argv[2], p->destination) != 1) {
		fprintf(stderr, "segments: no addresses\n");
		exit(2);
	}
	th->source = htons(atoi(argv[3]));
	th->dest = htons(atoi(argv[4]));
	th->seq = htonl(1000);
	th->syn = 1;
	th->window = htons(65535);
	th->doff = sizeof(*th) / 4;
	p->len = sizeof(*th);
	p->fragment = -1;
	for (argv += 5; *argv; argv++) {
		value = strchr(*argv, '=');
		if (value)
			*value++ = '\0';
		set(p, *argv, value ? value : "");
	}
	put_checksum(p);
}

static size_t build4(const struct packet *p, unsigned char *to)
{
	struct iphdr *ip = (void *)to;

	ip->version = 4;
	ip->ihl = 5;
	ip->ttl = 64;
	ip->id = htons(4711);
	ip->protocol = IPPROTO_TCP;
	if (p->fragment >= 0)
		ip->frag_off = htons(p->fragment / 8 |
				     (p->first ? IP_MF : 0));
	memcpy(&ip->saddr, p->source, 4);
	memcpy(&ip->daddr, p->destination, 4);
	memcpy(ip + 1, p->segment, p->len);
	return sizeof(*ip) + p->len;
}

static size_t build6(const struct packet *p, unsigned char *to)
{
	struct ip6_hdr *ip = (void *)to;
	unsigned char *at = (void *)(ip + 1);
	struct ip6_frag *frag = (void *)at;

	ip->ip6_vfc = 6 << 4;
	ip->ip6_hlim = 64;
	ip->ip6_nxt = IPPROTO_TCP;
	memcpy(&ip->ip6_src, p->source, 16);
	memcpy(&ip->ip6_dst, p->destination, 16);
	if (p->fragment >= 0) {
		ip->ip6_nxt = IPPROTO_FRAGMENT;
		frag->ip6f_nxt = IPPROTO_TCP;
		frag->ip6f_offlg = htons(p->fragment) |
				   (p->first ? IP6F_MORE_FRAG : 0);
		frag->ip6f_ident = htonl(4711);
		at += sizeof(*frag);
	}
	memcpy(at, p->segment, p->len);
	at += p->len;
	ip->ip6_plen = htons(at - (unsigned char *)(ip + 1));
	return at - to;
}

static void send_packet(const struct packet *p)
{
	unsigned char bytes[1500] = { 0 };
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	int fd = socket(p->family, SOCK_RAW, IPPROTO_RAW);
	ssize_t sent;
	size_t len;

	if (fd < 0)
		fail("segments: socket");
	memcpy(&in.sin_addr, p->destination, sizeof(in.sin_addr));
	memcpy(&in6.sin6_addr, p->destination, sizeof(in6.sin6_addr));
	if (p->family == AF_INET) {
		len = build4(p, bytes);
		sent = sendto(fd, bytes, len, 0, (void *)&in, sizeof(in));
	} else {
		len = build6(p, bytes);
		sent = sendto(fd, bytes, len, 0, (void *)&in6, sizeof(in6));
	}
	if (sent != (ssize_t)len)
		fail("segments: sendto");
	close(fd);
}

/* And leaves what comes behind it. */
static void send_first(struct packet *p)
{
	struct packet rest = *p;

	rest.len -= p->first;
	memmove(rest.segment, p->segment + p->first, rest.len);
	rest.fragment = p->first;
	rest.first = 0;
	p->fragment = 0;
	p->len = p->first;
	send_packet(p);
	*p = rest;
}

int main(int argc, char **argv)
{
	struct packet packet = { .count = 1 };

	if (argc < 5) {
		fprintf(stderr, "usage: segments SOURCE DESTINATION SPORT DPORT [NAME=VALUE...]\n");
		return 2;
	}
	parse(&packet, argv);
	while (packet.count--) {
		struct packet one = packet;

		if (one.first)
			send_first(&one);
		send_packet(&one);
		usleep(1000 * packet.every);
	}
	return 0;
}
