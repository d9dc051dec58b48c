// SPDX-License-Identifier: GPL-2.0-only
/*
 * The far end of every connection through a tunnel device, which has no room
 * for what it is sent until a moment later:
 *
 *	stingy DEVICE
 *
 * So what a program sends at once leaves when we say that there is room now,
 * while we write that to the device.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tun.h"

struct segment {
	struct iphdr ip;
	struct tcphdr th;
	unsigned char rest[1480];
};

static int device;

/* Answers with a header only: @syn, and room for @window bytes. */
static void answer(const struct segment *to, int syn, uint16_t window)
{
	struct segment s = {
		.ip = { .version = 4, .ihl = 5, .ttl = 64,
			.protocol = IPPROTO_TCP,
			.tot_len = htons(sizeof(s.ip) + sizeof(s.th)),
			.saddr = to->ip.daddr, .daddr = to->ip.saddr },
		.th = { .source = to->th.dest, .dest = to->th.source,
			.doff = 5, .ack = 1, .syn = syn,
			.seq = htonl(!syn), .window = htons(window),
			.ack_seq = htonl(ntohl(to->th.seq) + to->th.syn) },
	};
	size_t len = sizeof(s.ip) + sizeof(s.th);

	tun_sum_up(&s.ip, &s.th);
	if (write(device, &s, len) != (ssize_t)len) {
		perror("stingy: write");
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct pollfd ready = { .events = POLLIN };
	struct segment s;

	if (argc != 2) {
		fprintf(stderr, "usage: stingy DEVICE\n");
		return 2;
	}
	device = tun_open(argv[1]);
	ready.fd = device;
	for (;;) {
		poll(&ready, 1, -1);
		if (read(device, &s, sizeof(s)) <= 0 || s.ip.version != 4 ||
		    s.ip.protocol != IPPROTO_TCP)
			continue;
		if (s.th.syn) {
			answer(&s, 1, 0);
		} else if (ntohs(s.ip.tot_len) == sizeof(s.ip) + sizeof(s.th)) {
			usleep(300000);
			answer(&s, 0, 65535);
		}
	}
}
