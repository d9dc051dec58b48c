// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes network namespaces that end with connections inside:
 *
 *	worlds COUNT AT-ONCE
 *
 * In each a program connects to itself, by IPv6 and by IPv4, sees that the
 * ledger of the namespace tells of both ends, and ends without closing
 * anything. It prints how many were right and how many were not, and succeeds
 * when all were.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CONNECTIONS	5

static void fail(const char *what)
{
	perror(what);
	_exit(2);
}

static void loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	if (ioctl(fd, SIOCSIFFLAGS, &request))
		fail("worlds: lo");
	close(fd);
}

static void connect_to_itself(void)
{
	const struct sockaddr_in6 any = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(80),
	};
	struct sockaddr_in6 to[] = { any, any };
	int listener = socket(AF_INET6, SOCK_STREAM, 0);
	int i;

	inet_pton(AF_INET6, "::1", &to[0].sin6_addr);
	inet_pton(AF_INET6, "::ffff:127.0.0.1", &to[1].sin6_addr);
	if (bind(listener, (const struct sockaddr *)&any, sizeof(any)) ||
	    listen(listener, CONNECTIONS))
		fail("worlds: listen");
	for (i = 0; i < CONNECTIONS; i++) {
		if (connect(socket(AF_INET6, SOCK_STREAM, 0),
			    (const struct sockaddr *)&to[i % 2],
			    sizeof(to[0])) ||
		    accept(listener, NULL, NULL) < 0)
			fail("worlds: connect");
	}
}

/* Lines of the ledger that tell of an established connection */
static int told(void)
{
	FILE *file = fopen("/proc/net/sockledger/handshakes", "r");
	int count = 0;
	char line[1024];

	if (!file)
		fail("worlds: /proc/net/sockledger");
	while (fgets(line, sizeof(line), file))
		count += !!strstr(line, " established ");
	fclose(file);
	return count;
}

static int live_and_end(void)
{
	int count;

	if (unshare(CLONE_NEWNET))
		fail("worlds: unshare");
	loopback_up();
	connect_to_itself();
	count = told();
	if (count != 2 * CONNECTIONS)
		fprintf(stderr, "worlds: %d ends are told of\n", count);
	return count != 2 * CONNECTIONS;
}

int main(int argc, char **argv)
{
	int count, at_once, begun = 0, running = 0, good = 0, status;
	pid_t pid;

	if (argc != 3) {
		fprintf(stderr, "usage: worlds COUNT AT-ONCE\n");
		return 2;
	}
	count = atoi(argv[1]);
	at_once = atoi(argv[2]);
	while (begun < count || running) {
		if (begun < count && running < at_once) {
			pid = fork();
			if (pid < 0)
				fail("worlds: fork");
			if (!pid)
				_exit(live_and_end());
			begun++;
			running++;
			continue;
		}
		if (wait(&status) < 0)
			fail("worlds: wait");
		running--;
		good += !status;
	}
	printf("good %d bad %d\n", good, count - good);
	return good != count;
}
