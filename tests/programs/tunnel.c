// SPDX-License-Identifier: GPL-2.0-only
/*
 * Network load of which this machine is one end alone; the other end is made up
 * here, behind a tunnel device, and has no stack whose cost would be measured
 * along (see meter.h):
 *
 *	tunnel DEVICE ADDR [-s SETTLE] sent|received|queued|cookies UNITS
 *
 *	sent		segments of one byte on one connection
 *	received	the same, arriving
 *	queued		SYNs of so many clients that say no more
 *	cookies		the same to a listener whose queue is full
 *
 * ADDR is the machine's own on DEVICE, through which every other one is reached.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "meter.h"
#include "tun.h"

#define PORT	7100
/* A queue of this length is never full, one of 8 at once. */
#define LONG	65535

struct segment {
	struct iphdr ip;
	struct tcphdr th;
	unsigned char rest[64];
};

static int device;
static uint32_t here;
/* The connection, as the other end sees it */
static uint32_t peer_seq = 1, peer_ack;
static uint16_t port_here;

static void fail(const char *what)
{
	perror(what);
	exit(2);
}

static void check(int good, const char *what)
{
	if (!good)
		fail(what);
}

static struct segment segment(uint32_t from, int sport, int dport)
{
	struct segment s = {
		.ip = { .version = 4, .ihl = 5, .ttl = 64,
			.protocol = IPPROTO_TCP, .saddr = from, .daddr = here },
		.th = { .source = htons(sport), .dest = htons(dport),
			.doff = 5, .window = htons(65535) },
	};

	return s;
}

static void emit(struct segment *s, size_t payload)
{
	size_t len = sizeof(s->ip) + sizeof(s->th) + payload;

	s->ip.tot_len = htons(len);
	tun_sum_up(&s->ip, &s->th);
	check(write(device, s, len) == (ssize_t)len, "tunnel: write");
}

/* What left the machine next, if anything did */
static int next(struct segment *s)
{
	ssize_t len;

	do {
		len = read(device, s, sizeof(*s));
		if (len < 0)
			return 0;
	} while (s->ip.version != 4 || s->ip.protocol != IPPROTO_TCP);
	return 1;
}

/* The other end of the connection says something. */
static void say(int syn, size_t payload)
{
	struct segment s = segment(htonl(ntohl(here) + 1), PORT, port_here);

	s.th.syn = syn;
	s.th.ack = 1;
	s.th.psh = payload > 0;
	s.th.seq = htonl(peer_seq);
	s.th.ack_seq = htonl(peer_ack);
	peer_seq += syn + payload;
	emit(&s, payload);
}

static int established(void)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
		.sin_addr.s_addr = htonl(ntohl(here) + 1),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
	struct segment s;

	check(connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 &&
	      errno == EINPROGRESS, "tunnel: connect");
	check(next(&s) && s.th.syn, "tunnel: no SYN");
	port_here = ntohs(s.th.source);
	peer_ack = ntohl(s.th.seq) + 1;
	say(1, 0);
	check(next(&s) && s.th.ack, "tunnel: no ACK");
	setsockopt(fd, SOL_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

/* Every eighth is acknowledged, so that it may go on. */
static void send_one(int fd, unsigned long i)
{
	struct segment s;

	check(send(fd, "", 1, 0) == 1, "tunnel: send");
	check(next(&s), "tunnel: nothing was sent");
	peer_ack = ntohl(s.th.seq) + 1;
	if (i % 8 == 7)
		say(0, 0);
}

static void receive_one(int fd, unsigned long i)
{
	struct segment s;
	char byte;

	(void)i;
	say(0, 1);
	check(recv(fd, &byte, 1, 0) == 1, "tunnel: recv");
	next(&s);
}

static void connection(void (*one)(int fd, unsigned long i),
		       unsigned long units, struct meter *meter)
{
	const struct linger at_once = { 1, 0 };
	int fd = established();
	unsigned long i;

	for (i = 0; i < 64; i++)
		one(fd, i);
	meter_start(meter);
	for (i = 0; i < units; i++)
		one(fd, i);
	meter_stop(meter);
	/* Nobody is there to answer a FIN. */
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(fd);
}

static void sent(unsigned long units, struct meter *meter)
{
	connection(send_one, units, meter);
}

static void received(unsigned long units, struct meter *meter)
{
	connection(receive_one, units, meter);
}

static void flood(int backlog, unsigned long units, struct meter *meter)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
		.sin_addr.s_addr = here,
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	struct segment s, answer;
	unsigned long i;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	check(!bind(fd, (struct sockaddr *)&at, sizeof(at)), "tunnel: bind");
	check(!listen(fd, backlog), "tunnel: listen");
	meter_start(meter);
	for (i = 0; i < units; i++) {
		s = segment(htonl(ntohl(here) + 256 + i), 1024 + i % 50000, PORT);
		s.th.syn = 1;
		s.th.seq = htonl(i * 64007);
		emit(&s, 0);
		check(next(&answer) && answer.th.syn, "tunnel: no answer");
	}
	meter_stop(meter);
	close(fd);
}

static void queued(unsigned long units, struct meter *meter)
{
	flood(LONG, units, meter);
}

static void cookies(unsigned long units, struct meter *meter)
{
	flood(8, units, meter);
}

static const struct kind {
	const char *name;
	void (*run)(unsigned long units, struct meter *meter);
} kinds[] = {
	{ "sent", sent },
	{ "received", received },
	{ "queued", queued },
	{ "cookies", cookies },
};

int main(int argc, char **argv)
{
	unsigned int settle = 0, i;
	unsigned long units;
	struct meter meter;

	if (argc == 7 && !strcmp(argv[3], "-s")) {
		settle = atoi(argv[4]);
		argv[3] = argv[5];
		argv[4] = argv[6];
	} else if (argc != 5) {
		fprintf(stderr, "usage: tunnel DEVICE ADDR [-s SETTLE] sent|received|queued|cookies UNITS\n");
		return 2;
	}
	device = tun_open(argv[1]);
	check(inet_pton(AF_INET, argv[2], &here) == 1, argv[2]);
	units = strtoul(argv[4], NULL, 0);
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(kinds[i].name, argv[3]))
			continue;
		kinds[i].run(units, &meter);
		meter_report(&meter, argv[3], units, settle);
		return 0;
	}
	fprintf(stderr, "tunnel: what is \"%s\"?\n", argv[3]);
	return 2;
}
