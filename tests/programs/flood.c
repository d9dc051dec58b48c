// SPDX-License-Identifier: GPL-2.0-only
/*
 * SYNs of clients that do not exist, each another one, through a tunnel device:
 *
 *	flood DEVICE DESTINATION PORT COUNT
 *
 * They come from 10.128.0.0/9, which has to be routed to the device; what is
 * answered is thrown away.
 */
#include <arpa/inet.h>

#include "shot.h"

static void throw_away(int tun)
{
	uint8_t packet[2048];

	while (read(tun, packet, sizeof(packet)) > 0)
		;
}

static void send_syn(int tun, const uint8_t *dest, int port, uint32_t i)
{
	/* 2^20 clients, then the same from another port */
	uint32_t source = htonl(0x0a800000 + i % (1 << 20));
	struct shot shot = { .family = AF_INET };

	memcpy(shot.source, &source, 4);
	memcpy(shot.dest, dest, 4);
	shot_segment(&shot, 1024 + (i >> 20), port, any(), 0, 2);
	shot_send(tun, &shot);
}

int main(int argc, char **argv)
{
	uint32_t i, count;
	uint8_t dest[4];
	int tun;

	if (argc != 5 || inet_pton(AF_INET, argv[2], dest) != 1) {
		fprintf(stderr, "usage: flood DEVICE DESTINATION PORT COUNT\n");
		return 2;
	}
	tun = tun_open(argv[1]);
	count = strtoul(argv[4], NULL, 0);
	for (i = 0; i < count; i++) {
		send_syn(tun, dest, atoi(argv[3]), i);
		throw_away(tun);
	}
	return 0;
}
