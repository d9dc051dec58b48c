// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends a datagram to itself, makes a call that fails, and sleeps, again and
 * again, on one processor:
 *
 *	dozer TIMES
 *
 * Behind that call nothing lets softirqs run before the processor idles.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct sockaddr_in self = {
	.sin_family = AF_INET,
};

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static void doze(int fd)
{
	static const struct timespec moment = { .tv_nsec = 2000000 };
	char byte;

	if (sendto(fd, "", 1, 0, (void *)&self, sizeof(self)) != 1)
		die("dozer: sendto");
	if (!bind(fd, (void *)&self, sizeof(self)))
		die("dozer: bind");
	nanosleep(&moment, NULL);
	while (recv(fd, &byte, 1, MSG_DONTWAIT) >= 0)
		;
}

int main(int argc, char **argv)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	cpu_set_t last;
	int times;

	if (argc != 2) {
		fprintf(stderr, "usage: dozer TIMES\n");
		return 2;
	}
	prctl(PR_SET_TIMERSLACK, 1);
	CPU_ZERO(&last);
	CPU_SET(sysconf(_SC_NPROCESSORS_ONLN) - 1, &last);
	if (sched_setaffinity(0, sizeof(last), &last))
		die("dozer: sched_setaffinity");
	self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	self.sin_port = htons(53);
	if (fd < 0 || bind(fd, (void *)&self, sizeof(self)))
		die("dozer: socket");
	for (times = atoi(argv[1]); times > 0; times--)
		doze(fd);
	return 0;
}
