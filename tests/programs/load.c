// SPDX-License-Identifier: GPL-2.0-only
/*
 * Network load whose cost is measured (see meter.h):
 *
 *	load [-n NETNS] [-p PROGRAMS] [-s SETTLE] [-N NAME] WHAT ADDR UNITS
 *
 *	connections	connect, accept, a byte each way, both close
 *	segments	a byte to and fro on one connection: a unit is a segment
 *	bulk		segments of 1000 bytes one way
 *	datagrams	of one byte, by UDP, one way
 *	sockets		made, and closed
 *	names		likewise, each under a name like no other
 *
 * Both ends are this one thread, so that nothing but what is measured makes it
 * wait: the server at ADDR here, the client in NETNS. With PROGRAMS each has a
 * CPU and a port of its own, and they do UNITS each. Or
 *
 *	load hold SOCKETS…
 *
 * holds so many established TCP sockets on loopback, both ends counted: says
 * so, and goes on to the next number, which must be larger, with each line that
 * it reads.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "meter.h"

#define PORT		7000
#define BULK		1000
/*
 * Where those that are held are taken: on ports that none of them can be given
 * at its other end. To each of them come as many as need no search for that.
 */
#define HELD_PORT	500
#define HELD_PER_PORT	20000

static int home, away = -1;	/* namespaces of server and client */

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

static struct sockaddr_in endpoint(const char *text, int port)
{
	struct sockaddr_in in = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
	};

	if (inet_pton(AF_INET, text, &in.sin_addr) != 1) {
		fprintf(stderr, "load: %s is no address\n", text);
		exit(2);
	}
	return in;
}

static int listen_on(const struct sockaddr_in *at)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	check(!bind(fd, (const struct sockaddr *)at, sizeof(*at)), "load: bind");
	check(!listen(fd, 4096), "load: listen");
	return fd;
}

/* A socket that the client has in its own namespace */
static int client(int type)
{
	int fd;

	if (away >= 0)
		setns(away, CLONE_NEWNET);
	fd = socket(AF_INET, type, 0);
	if (away >= 0)
		setns(home, CLONE_NEWNET);
	check(fd >= 0, "load: socket");
	return fd;
}

static void join(int listener, const struct sockaddr_in *at, int pair[2])
{
	pair[0] = client(SOCK_STREAM);
	check(!connect(pair[0], (const struct sockaddr *)at, sizeof(*at)),
	      "load: connect");
	pair[1] = accept(listener, NULL, NULL);
	check(pair[1] >= 0, "load: accept");
}

static void pass(int from, int to, size_t size)
{
	static char data[BULK];

	check(send(from, data, size, 0) == (ssize_t)size, "load: send");
	check(recv(to, data, size, MSG_WAITALL) == (ssize_t)size, "load: recv");
}

static void finish(int pair[2])
{
	char byte;

	close(pair[0]);
	check(!read(pair[1], &byte, 1), "load: end");
	close(pair[1]);
}

static void connections(const struct sockaddr_in *at, unsigned long units,
			struct meter *meter)
{
	int listener = listen_on(at), pair[2];

	meter_start(meter);
	while (units--) {
		join(listener, at, pair);
		pass(pair[0], pair[1], 1);
		pass(pair[1], pair[0], 1);
		finish(pair);
	}
	meter_stop(meter);
	close(listener);
}

static void established(const struct sockaddr_in *at, unsigned long units,
			struct meter *meter, size_t size, int to_and_fro)
{
	int listener = listen_on(at), pair[2], on = 1;
	unsigned long i;

	join(listener, at, pair);
	setsockopt(pair[0], SOL_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(pair[1], SOL_TCP, TCP_NODELAY, &on, sizeof(on));
	/* Its first segments are acknowledged otherwise than the rest. */
	for (i = 0; i < 64; i++)
		pass(pair[i & to_and_fro], pair[!(i & to_and_fro)], size);
	meter_start(meter);
	for (i = 0; i < units; i++)
		pass(pair[i & to_and_fro], pair[!(i & to_and_fro)], size);
	meter_stop(meter);
	finish(pair);
	close(listener);
}

static void segments(const struct sockaddr_in *at, unsigned long units,
		     struct meter *meter)
{
	established(at, units, meter, 1, 1);
}

static void bulk(const struct sockaddr_in *at, unsigned long units,
		 struct meter *meter)
{
	established(at, units, meter, BULK, 0);
}

static void datagrams(const struct sockaddr_in *at, unsigned long units,
		      struct meter *meter)
{
	int to = socket(AF_INET, SOCK_DGRAM, 0), from = client(SOCK_DGRAM);

	check(!bind(to, (const struct sockaddr *)at, sizeof(*at)), "load: bind");
	check(!connect(from, (const struct sockaddr *)at, sizeof(*at)),
	      "load: connect");
	pass(from, to, 1);
	meter_start(meter);
	while (units--)
		pass(from, to, 1);
	meter_stop(meter);
	close(from);
	close(to);
}

/* Names that differ in the middle, where a careless hash may not look */
static void rename_to(unsigned long number)
{
	char name[16];

	snprintf(name, sizeof(name), "load%04lx", number & 0xffff);
	prctl(PR_SET_NAME, name);
}

static void opened(unsigned long units, struct meter *meter, int renamed)
{
	meter_start(meter);
	while (units--) {
		if (renamed)
			rename_to(units);
		close(client(SOCK_STREAM));
	}
	meter_stop(meter);
}

static void sockets(const struct sockaddr_in *at, unsigned long units,
		    struct meter *meter)
{
	(void)at;
	opened(units, meter, 0);
}

static void names(const struct sockaddr_in *at, unsigned long units,
		  struct meter *meter)
{
	(void)at;
	opened(units, meter, 1);
}

static const struct kind {
	const char *name;
	void (*run)(const struct sockaddr_in *at, unsigned long units,
		    struct meter *meter);
} kinds[] = {
	{ "connections", connections },
	{ "segments", segments },
	{ "bulk", bulk },
	{ "datagrams", datagrams },
	{ "sockets", sockets },
	{ "names", names },
};

static void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	check(!sched_setaffinity(0, sizeof(set), &set), "load: affinity");
}

/* All begin when the pipe that they read from has no writer left. */
static void together(const struct kind *kind, const char *at, int programs,
		     unsigned long units, struct meter *meter)
{
	struct sockaddr_in to;
	struct meter own;
	int start[2], i, status;
	char byte;

	check(!pipe(start), "load: pipe");
	for (i = 0; i < programs; i++) {
		if (fork())
			continue;
		close(start[1]);
		pin(i);
		to = endpoint(at, PORT + i);
		check(!read(start[0], &byte, 1), "load: start");
		kind->run(&to, units, &own);
		_exit(0);
	}
	meter_start(meter);
	close(start[1]);
	for (i = 0; i < programs; i++)
		check(wait(&status) > 0 && !status, "load: a program failed");
	meter_stop(meter);
}

static void hold(char **steps)
{
	struct rlimit many = { 1 << 21, 1 << 21 };
	int listener = -1, pair[2];
	struct sockaddr_in to;
	long held = 0, pairs;

	check(!setrlimit(RLIMIT_NOFILE, &many), "load: limit");
	for (; *steps; steps++) {
		for (pairs = atol(*steps) / 2; held < pairs; held++) {
			if (held % HELD_PER_PORT == 0) {
				to = endpoint("127.0.0.1", HELD_PORT + held / HELD_PER_PORT);
				listener = listen_on(&to);
			}
			join(listener, &to, pair);
		}
		printf("held %ld\n", held * 2);
		fflush(stdout);
		if (getchar() == EOF)
			return;
	}
}

static int run(const char *what, const char *at, unsigned long units,
	       const char *name, int programs, unsigned int settle)
{
	const struct kind *kind;
	struct sockaddr_in to;
	struct meter meter;

	for (kind = kinds; strcmp(kind->name, what); kind++) {
		if (kind == kinds + sizeof(kinds) / sizeof(*kinds) - 1) {
			fprintf(stderr, "load: what is \"%s\"?\n", what);
			return 2;
		}
	}
	if (programs) {
		together(kind, at, programs, units, &meter);
		units *= programs;
	} else {
		to = endpoint(at, PORT);
		kind->run(&to, units, &meter);
	}
	meter_report(&meter, name ?: what, units, settle);
	return 0;
}

static void enter(const char *netns)
{
	char path[256];

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	home = open("/proc/self/ns/net", O_RDONLY);
	away = open(path, O_RDONLY);
	check(home >= 0 && away >= 0, path);
}

int main(int argc, char **argv)
{
	const char *name = NULL;
	unsigned int settle = 0;
	int programs = 0, option;

	while ((option = getopt(argc, argv, "n:p:s:N:")) >= 0) {
		if (option == 'n')
			enter(optarg);
		else if (option == 'p')
			programs = atoi(optarg);
		else if (option == 's')
			settle = atoi(optarg);
		else if (option == 'N')
			name = optarg;
		else
			return 2;
	}
	argv += optind;
	if (argc - optind >= 2 && !strcmp(argv[0], "hold")) {
		hold(argv + 1);
		return 0;
	}
	if (argc - optind == 3)
		return run(argv[0], argv[1], strtoul(argv[2], NULL, 0), name,
			   programs, settle);
	fprintf(stderr, "usage: load [-n NETNS] [-p PROGRAMS] [-s SETTLE] [-N NAME] WHAT ADDR UNITS | load hold SOCKETS...\n");
	return 2;
}
