/* SPDX-License-Identifier: GPL-2.0-only */
/* The far end of a tunnel device, and the checksum of what comes out of it. */
#ifndef TUN_H
#define TUN_H

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static inline uint16_t tun_checksum(const void *data, size_t len, uint32_t sum)
{
	const unsigned char *bytes = data;
	uint16_t word;

	for (; len > 1; len -= 2, bytes += 2) {
		memcpy(&word, bytes, 2);
		sum += word;
	}
	if (len)
		sum += *bytes;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* Both checksums of a segment over IPv4 whose TCP header follows at once */
static inline void tun_sum_up(struct iphdr *ip, struct tcphdr *th)
{
	uint32_t len = ntohs(ip->tot_len) - sizeof(*ip);

	ip->check = tun_checksum(ip, sizeof(*ip), 0);
	/* The pseudo header's sum: both addresses lie side by side. */
	th->check = tun_checksum(th, len, htons(IPPROTO_TCP) + htons(len) +
				 (uint16_t)~tun_checksum(&ip->saddr, 8, 0));
}

/* Until the kernel has noticed that somebody is there, it drops all. */
static inline void tun_await_running(const char *name)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct ifreq request = { 0 };

	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	while (!ioctl(fd, SIOCGIFFLAGS, &request) &&
	       !(request.ifr_flags & IFF_RUNNING))
		usleep(1000);
	close(fd);
}

static inline int tun_open(const char *name)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);

	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request)) {
		perror(name);
		exit(2);
	}
	tun_await_running(name);
	return fd;
}

#endif /* TUN_H */
