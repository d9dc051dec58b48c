// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many threads, each blocked in a call of its own:
 *
 *	crowd accept PORT LISTENERS THREADS
 *	crowd connect ADDR PORT PORTS THREADS
 *
 * Listeners are on IPv6 (and so IPv4) on ports from PORT on; thread N accepts
 * one connection on listener N mod LISTENERS. Thread N connects to port PORT +
 * N mod PORTS. What came about is kept. When every thread is through, it says
 * how many were, in one line, and waits for its end.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define STACK	65536

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

static union address to;
static int *listeners;
static int first_port, spread;
static int done, failed;

static void fail(const char *what)
{
	perror(what);
	exit(2);
}

static void count(int good)
{
	__atomic_add_fetch(good ? &done : &failed, 1, __ATOMIC_RELAXED);
}

static void *accept_one(void *number)
{
	int listener = listeners[(long)number % spread];

	count(accept(listener, NULL, NULL) >= 0);
	return NULL;
}

static void *connect_one(void *number)
{
	union address address = to;
	int fd = socket(to.any.sa_family, SOCK_STREAM, 0);

	/* The port is in the same place in both families. */
	address.in.sin_port = htons(first_port + (long)number % spread);
	count(fd >= 0 && !connect(fd, &address.any, sizeof(address)));
	return NULL;
}

static int listen_on(int port)
{
	const struct sockaddr_in6 address = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(port),
	};
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	int on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) ||
	    listen(fd, 4096))
		fail("crowd: listen");
	return fd;
}

static void parse(const char *text)
{
	if (inet_pton(AF_INET, text, &to.in.sin_addr) == 1) {
		to.any.sa_family = AF_INET;
	} else if (inet_pton(AF_INET6, text, &to.in6.sin6_addr) == 1) {
		to.any.sa_family = AF_INET6;
	} else {
		fprintf(stderr, "crowd: %s is no address\n", text);
		exit(2);
	}
}

static void run(void *(*one)(void *), int threads)
{
	pthread_t *thread = calloc(threads, sizeof(*thread));
	pthread_attr_t attr;
	long i;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	for (i = 0; i < threads; i++) {
		errno = pthread_create(&thread[i], &attr, one, (void *)i);
		if (errno)
			fail("crowd: thread");
	}
	for (i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	printf("done %d failed %d\n", done, failed);
	fflush(stdout);
	pause();
}

int main(int argc, char **argv)
{
	struct rlimit many = { 65536, 65536 };
	int i;

	setrlimit(RLIMIT_NOFILE, &many);
	if (argc == 5 && !strcmp(argv[1], "accept")) {
		first_port = atoi(argv[2]);
		spread = atoi(argv[3]);
		listeners = calloc(spread, sizeof(*listeners));
		for (i = 0; i < spread; i++)
			listeners[i] = listen_on(first_port + i);
		run(accept_one, atoi(argv[4]));
	}
	if (argc == 6 && !strcmp(argv[1], "connect")) {
		parse(argv[2]);
		first_port = atoi(argv[3]);
		spread = atoi(argv[4]);
		run(connect_one, atoi(argv[5]));
	}
	fprintf(stderr, "usage: crowd accept PORT LISTENERS THREADS | crowd connect ADDR PORT PORTS THREADS\n");
	return 2;
}
