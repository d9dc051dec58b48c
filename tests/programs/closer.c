// SPDX-License-Identifier: GPL-2.0-only
/*
 * Closes a socket while another thread calls listen() on it, again and again,
 * and wants its port back as soon as that thread is through:
 *
 *	closer PORT TIMES
 *
 * Says how often the port was taken still, which it never is.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct sockaddr_in address = {
	.sin_family = AF_INET,
};

static atomic_int listens_made;
static atomic_bool through;

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static void *listens(void *socket)
{
	while (!through) {
		listen(*(int *)socket, 1);
		listens_made++;
	}
	return NULL;
}

static int bound(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		die("closer: socket");
	while (bind(fd, (void *)&address, sizeof(address)))
		if (errno != EADDRINUSE)
			die("closer: bind");
	return fd;
}

/* Returns whether the port was taken. */
static int close_under_it(void)
{
	static const struct timespec moment = { .tv_nsec = 3000000 };
	int fd = bound(), again, taken;
	pthread_t thread;

	listens_made = 0;
	through = false;
	if (pthread_create(&thread, NULL, listens, &fd))
		die("closer: pthread_create");
	while (!listens_made)
		nanosleep(&moment, NULL);
	close(fd);
	through = true;
	pthread_join(thread, NULL);
	again = socket(AF_INET, SOCK_STREAM, 0);
	if (again < 0)
		die("closer: socket");
	taken = bind(again, (void *)&address, sizeof(address)) &&
		errno == EADDRINUSE;
	close(again);
	return taken;
}

int main(int argc, char **argv)
{
	int times, taken = 0;

	if (argc != 3) {
		fprintf(stderr, "usage: closer PORT TIMES\n");
		return 2;
	}
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons(atoi(argv[1]));
	for (times = atoi(argv[2]); times > 0; times--)
		taken += close_under_it();
	printf("%d\n", taken);
	return 0;
}
