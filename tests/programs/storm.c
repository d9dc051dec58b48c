// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many short connections:
 *
 *	storm serve PORT			on both families, until killed
 *	storm connect ADDR PORT PROCESSES CONNECTIONS [RATE]
 *	storm mortal ADDR PORT PROCESSES CONNECTIONS PAUSE
 *
 * CONNECTIONS are shared out to PROCESSES that run at once, and are made as fast
 * as can be, or together so many a second as RATE says. On each connection
 * a byte goes there and back, and the client closes first. It prints how many
 * went through and how many failed, and succeeds when none did; why each that
 * failed did goes to standard error.
 *
 * Those that are mortal keep some connections each, and every PAUSE milliseconds
 * at most one of them is killed, and another takes its place, until so many
 * connections were begun; then all are killed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECOND	1000000000ULL
#define KEPT	8	/* by a mortal program */

struct score {
	unsigned int done, failed;
};

static void fail(const char *what)
{
	perror(what);
	exit(2);
}

static int listen_on(int port)
{
	struct sockaddr_in6 address = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(port),
	};
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	int on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(fd, 4096))
		fail("storm: listen");
	return fd;
}

/* Every byte goes back; what ends is closed. */
static void answer(int fd)
{
	char byte;

	if (read(fd, &byte, 1) != 1 || write(fd, &byte, 1) != 1)
		close(fd);
}

static void serve(int port)
{
	struct rlimit many = { 65536, 65536 };
	struct epoll_event event = { .events = EPOLLIN }, ready[64];
	int listener, poll, i, count;

	setrlimit(RLIMIT_NOFILE, &many);
	listener = listen_on(port);
	poll = epoll_create1(0);
	event.data.fd = listener;
	epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
	for (;;) {
		count = epoll_wait(poll, ready, 64, -1);
		for (i = 0; i < count; i++) {
			if (ready[i].data.fd != listener) {
				answer(ready[i].data.fd);
				continue;
			}
			event.data.fd = accept(listener, NULL, NULL);
			if (event.data.fd >= 0)
				epoll_ctl(poll, EPOLL_CTL_ADD, event.data.fd,
					  &event);
		}
	}
}

static socklen_t parse(const char *text, int port,
		       struct sockaddr_storage *to)
{
	struct sockaddr_in *in = (void *)to;
	struct sockaddr_in6 *in6 = (void *)to;

	memset(to, 0, sizeof(*to));
	if (inet_pton(AF_INET, text, &in->sin_addr) == 1) {
		in->sin_family = AF_INET;
		in->sin_port = htons(port);
		return sizeof(*in);
	}
	if (inet_pton(AF_INET6, text, &in6->sin6_addr) != 1) {
		fprintf(stderr, "storm: %s is no address\n", text);
		exit(2);
	}
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(port);
	return sizeof(*in6);
}

/* For what is counted together. */
static void *shared(size_t size)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

/*
 * Opens a connection, on which a byte goes there and back. Returns what failed
 * of that, or NULL; the descriptor is to be closed either way.
 */
static const char *open_one(const struct sockaddr_storage *to, socklen_t len,
			    int *fd)
{
	char byte = 's';

	*fd = socket(to->ss_family, SOCK_STREAM, 0);
	if (*fd < 0)
		return "socket";
	if (connect(*fd, (const struct sockaddr *)to, len))
		return "connect";
	if (write(*fd, &byte, 1) != 1)
		return "write";
	/* For an end without an error */
	errno = 0;
	return read(*fd, &byte, 1) == 1 ? NULL : "read";
}

static int once(const struct sockaddr_storage *to, socklen_t len)
{
	int fd;
	const char *failed = open_one(to, len, &fd);

	if (failed)
		fprintf(stderr, "storm: %s: %s\n", failed, strerror(errno));
	close(fd);
	return !failed;
}

/* Waits until connection N is due; what came late makes none later. */
static void await_turn(const struct timespec *start, unsigned int n,
		       unsigned int rate)
{
	unsigned long long due = start->tv_nsec + n * SECOND / rate;
	const struct timespec at = {
		.tv_sec = start->tv_sec + due / SECOND,
		.tv_nsec = due % SECOND,
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL))
		;
}

static int connect_all(char **args)
{
	unsigned int processes = atoi(args[2]), connections = atoi(args[3]);
	unsigned int rate = args[4] ? atoi(args[4]) : 0;
	struct sockaddr_storage to;
	struct timespec start;
	socklen_t len = parse(args[0], atoi(args[1]), &to);
	struct score *scores, sum = { 0, 0 };
	unsigned int i, n;

	scores = shared(processes * sizeof(*scores));
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (i = 0; i < processes; i++) {
		if (fork())
			continue;
		for (n = i; n < connections; n += processes) {
			if (rate)
				await_turn(&start, n, rate);
			if (once(&to, len))
				scores[i].done++;
			else
				scores[i].failed++;
		}
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
	for (i = 0; i < processes; i++) {
		sum.done += scores[i].done;
		sum.failed += scores[i].failed;
	}
	printf("done %u failed %u\n", sum.done, sum.failed);
	return sum.failed || sum.done != connections;
}

/* Opens connections, of which it keeps some, until it is killed. */
static pid_t be_mortal(const struct sockaddr_storage *to, socklen_t len,
		       unsigned int *begun)
{
	int kept[KEPT];
	unsigned int i;
	pid_t pid = fork();

	if (pid < 0) {
		perror("storm: fork");
		kill(0, SIGKILL);
	}
	if (pid)
		return pid;
	for (i = 0; ; i++) {
		if (i >= KEPT)
			close(kept[i % KEPT]);
		__atomic_add_fetch(begun, 1, __ATOMIC_RELAXED);
		open_one(to, len, &kept[i % KEPT]);
	}
}

static int connect_mortally(char **args)
{
	unsigned int processes = atoi(args[2]), connections = atoi(args[3]);
	pid_t *pids = calloc(processes, sizeof(*pids));
	unsigned int *begun = shared(sizeof(*begun));
	unsigned int i, killed = 0, pause = atoi(args[4]) * 1000;
	struct sockaddr_storage to;
	socklen_t len = parse(args[0], atoi(args[1]), &to);

	/* A group of its own, to be ended whole. */
	setpgid(0, 0);
	for (i = 0; i < processes; i++)
		pids[i] = be_mortal(&to, len, begun);
	while (__atomic_load_n(begun, __ATOMIC_RELAXED) < connections) {
		usleep(random() % pause);
		i = random() % processes;
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
		killed++;
		pids[i] = be_mortal(&to, len, begun);
	}
	for (i = 0; i < processes; i++)
		kill(pids[i], SIGKILL);
	while (wait(NULL) > 0)
		;
	printf("begun %u killed %u\n", *begun, killed + processes);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "serve"))
		serve(atoi(argv[2]));
	if ((argc == 6 || argc == 7) && !strcmp(argv[1], "connect"))
		return connect_all(argv + 2);
	if (argc == 7 && !strcmp(argv[1], "mortal") && atoi(argv[6]) > 0)
		return connect_mortally(argv + 2);
	fprintf(stderr, "usage: storm serve PORT | storm connect ADDR PORT PROCESSES CONNECTIONS [RATE]\n"
		"       storm mortal ADDR PORT PROCESSES CONNECTIONS PAUSE\n");
	return 2;
}
