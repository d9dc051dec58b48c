// SPDX-License-Identifier: GPL-2.0-only
/*
 * Connections of many kinds, begun and ended in every way that a program has:
 *
 *	mixture serve [calmly]			on both families, until killed
 *	mixture connect COUNT PROCESSES PORT ADDR4 ADDR6 [NOWHERE4 NOWHERE6]
 *
 * The kind of a connection is its server's port less FIRST_PORT. COUNT
 * connections are shared out to PROCESSES that run at once; those whose local
 * port is not the kernel's choice take PORT and those above, each its own.
 * What nobody routes to is at the addresses NOWHERE. A single process leaves
 * out what does not go the same way each time, and is calm, as a server may be,
 * too: neither sends before its peer has read what it sent last. It prints for
 * each kind how many ended how, as their program saw it.
 *
 * Some kinds are made by a firewall, which is not done here: on the ports of
 * LOST_ACK, REJECTED, DROPPED, PROHIBITED, CANCELLED, UNHEARD and UNANSWERED.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_PORT	7000
#define WORKERS		12	/* that accept on each port */
#define BACKLOG		4096
#define LARGEST		40000
#define PATIENCE	20	/* s for an answer: a RST may be lost */
#define TOGETHER	10000	/* us until both ends close */
#define CALM		10000	/* us: shorter than any ACK is delayed */
#define CROWD		3
#define ERRNOS		134

enum kind {
	CLIENT_CLOSES,
	SERVER_CLOSES,
	CLIENT_HALF,		/* closes one way, and hears the answer out */
	SERVER_HALF,
	CLIENT_RESETS,
	SERVER_RESETS,
	BOTH_CLOSE,
	SERVER_HOLDS,		/* and never closes */
	LOST_ACK,		/* the final one of the handshake */
	QUEUE_FULL,
	CLOSED_PORT,
	REJECTED,		/* by a RST */
	DROPPED,
	PROHIBITED,		/* by an ICMP error */
	CANCELLED,		/* while nobody answers; some twice */
	HASTY,			/* closes at once, whether it is up or not */
	SELF,			/* connects to itself */
	TWICE,			/* the same endpoints again, at once */
	NOWHERE,
	FAST_OPEN,
	MULTIPATH,
	OVERFLOWN,		/* several at once, of which few have room */
	UNHEARD,		/* until the user timeout ends it */
	UNANSWERED,		/* until keepalive ends it */
	KINDS
};

static const char * const names[KINDS] = {
	"client-closes", "server-closes", "client-half", "server-half",
	"client-resets", "server-resets", "both-close", "server-holds",
	"lost-ack", "queue-full", "closed-port", "rejected", "dropped",
	"prohibited", "cancelled", "hasty", "self", "twice", "nowhere",
	"fast-open", "multipath", "overflown", "unheard", "unanswered",
};

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/* How many connections of a kind ended with which errno */
static unsigned int (*ended)[ERRNOS];
static char filler[LARGEST];
static int calm;

static void fail(const char *what)
{
	perror(what);
	exit(2);
}

/* How many ACKs there are depends on what was read before more came. */
static void let_read(void)
{
	if (calm)
		usleep(CALM);
}

static void write_all(int fd, unsigned int len)
{
	let_read();
	while (len) {
		ssize_t done = write(fd, filler, len);

		if (done <= 0)
			return;
		len -= done;
	}
}

/* At most @len bytes, or all there are. Returns 0, or what went wrong. */
static int read_all(int fd, unsigned int len)
{
	char buffer[LARGEST];

	while (len) {
		size_t most = len < sizeof(buffer) ? len : sizeof(buffer);
		ssize_t done = read(fd, buffer, most);

		if (done < 0)
			return errno;
		if (!done)
			return 0;
		len -= done;
	}
	return 0;
}

static void reset(int fd)
{
	struct linger now = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}

/* The server's part. What is asked for is as long as the request says. */
static void answer(int fd, enum kind kind)
{
	unsigned int size = 0;

	if (kind == UNHEARD || kind == UNANSWERED)
		return;
	if (kind == OVERFLOWN) {
		usleep(TOGETHER);
		close(fd);
		return;
	}
	if (read(fd, &size, sizeof(size)) != sizeof(size) || size > LARGEST) {
		close(fd);
		return;
	}
	switch (kind) {
	case SERVER_HOLDS:
		return;
	case SERVER_RESETS:
		let_read();
		reset(fd);
		return;
	case CLIENT_HALF:
		read_all(fd, -1);
		write_all(fd, size);
		break;
	case SERVER_HALF:
		let_read();
		shutdown(fd, SHUT_WR);
		read_all(fd, -1);
		break;
	case SERVER_CLOSES:
	case TWICE:
		write_all(fd, size);
		break;
	case BOTH_CLOSE:
		write_all(fd, 1);
		usleep(TOGETHER);
		break;
	default:
		write_all(fd, size);
		read_all(fd, -1);
		break;
	}
	let_read();
	close(fd);
}

struct service {
	int fd;
	enum kind kind;
};

static void *work(void *arg)
{
	const struct service *service = arg;

	for (;;) {
		int fd = accept(service->fd, NULL, NULL);

		if (fd >= 0)
			answer(fd, service->kind);
	}
	return NULL;
}

static int protocol_of(enum kind kind)
{
	return kind == MULTIPATH ? IPPROTO_MPTCP : 0;
}

static int listen_on(enum kind kind)
{
	union address address = { .in6 = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(FIRST_PORT + kind),
	} };
	int backlog = kind == QUEUE_FULL || kind == OVERFLOWN ? 1 : BACKLOG;
	int fd = socket(AF_INET6, SOCK_STREAM, protocol_of(kind));
	int on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (kind == FAST_OPEN)
		setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN, &backlog,
			   sizeof(backlog));
	if (bind(fd, &address.any, sizeof(address.in6)) || listen(fd, backlog))
		fail("mixture: listen");
	return fd;
}

static void serve(void)
{
	static struct service services[KINDS];
	pthread_attr_t small;
	pthread_t thread;
	int kind, i, workers;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 4 * LARGEST);
	for (kind = 0; kind < KINDS; kind++) {
		struct service *service = &services[kind];

		if (kind == CLOSED_PORT || kind == SELF || kind == NOWHERE)
			continue;
		service->kind = kind;
		service->fd = listen_on(kind);
		workers = kind == QUEUE_FULL ? 0 :
			  kind == OVERFLOWN ? 1 : WORKERS;
		for (i = 0; i < workers; i++)
			if (pthread_create(&thread, &small, work, service))
				fail("mixture: thread");
	}
	puts("serving");
	fflush(stdout);
	for (;;)
		pause();
}

static socklen_t len_of(const union address *address)
{
	return address->any.sa_family == AF_INET ? sizeof(address->in) :
						   sizeof(address->in6);
}

static void set_port(union address *address, int port)
{
	/* Both have it in the same place. */
	address->in.sin_port = htons(port);
}

static void parse(const char *text, union address *address)
{
	memset(address, 0, sizeof(*address));
	address->any.sa_family = strchr(text, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(address->any.sa_family, text,
		      address->any.sa_family == AF_INET ?
		      (void *)&address->in.sin_addr :
		      (void *)&address->in6.sin6_addr) != 1) {
		fprintf(stderr, "mixture: %s is no address\n", text);
		exit(2);
	}
}

/* One connection of the client, and what it needs to know. */
struct plan {
	enum kind kind;
	unsigned int size;		/* of the answer */
	int local_port;			/* 0: the kernel's choice */
	union address to;
};

/* As soon as can be */
static void set_limits(int fd, enum kind kind)
{
	static const struct {
		enum kind kind;
		int level, name, value;
	} limits[] = {
		{ FAST_OPEN, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1 },
		{ UNHEARD, IPPROTO_TCP, TCP_USER_TIMEOUT, 1500 },
		{ UNANSWERED, SOL_SOCKET, SO_KEEPALIVE, 1 },
		{ UNANSWERED, IPPROTO_TCP, TCP_KEEPIDLE, 1 },
		{ UNANSWERED, IPPROTO_TCP, TCP_KEEPINTVL, 1 },
		{ UNANSWERED, IPPROTO_TCP, TCP_KEEPCNT, 2 },
	};
	size_t i;

	for (i = 0; i < sizeof(limits) / sizeof(*limits); i++)
		if (limits[i].kind == kind &&
		    setsockopt(fd, limits[i].level, limits[i].name,
			       &limits[i].value, sizeof(limits[i].value)))
			fail("mixture: setsockopt");
}

static int open_one(const struct plan *plan, int flags)
{
	union address from = { .any.sa_family = plan->to.any.sa_family };
	int fd = socket(plan->to.any.sa_family, SOCK_STREAM | flags,
			protocol_of(plan->kind));
	struct timeval patience = { .tv_sec = PATIENCE };
	int on = 1;

	if (fd < 0)
		fail("mixture: socket");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	set_limits(fd, plan->kind);
	if (!plan->local_port)
		return fd;
	if (plan->kind == SELF)
		from = plan->to;
	set_port(&from, plan->local_port);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, &from.any, len_of(&from)))
		fail("mixture: bind");
	return fd;
}

static int connect_to(int fd, const struct plan *plan)
{
	return connect(fd, &plan->to.any, len_of(&plan->to)) ? errno : 0;
}

/* What the client does with a connection that is up; it is closed then. */
static int talk(int fd, const struct plan *plan)
{
	int err = 0;

	if (plan->kind == LOST_ACK) {
		/* until the server has given up */
		usleep(4500000);
		return 0;
	}
	/* The server hears nothing of it, or the answers of TCP are lost. */
	if (plan->kind == UNANSWERED)
		return read_all(fd, 1);
	if (write(fd, &plan->size, sizeof(plan->size)) < 0)
		return errno;
	switch (plan->kind) {
	case SERVER_HOLDS:
	case QUEUE_FULL:
		break;
	case CLIENT_HALF:
		write_all(fd, plan->size);
		let_read();
		shutdown(fd, SHUT_WR);
		err = read_all(fd, -1);
		break;
	case SERVER_HALF:
		err = read_all(fd, -1);
		write_all(fd, plan->size);
		break;
	case UNHEARD:
	case OVERFLOWN:
		err = read_all(fd, 1);
		break;
	case BOTH_CLOSE:
		err = read_all(fd, 1);
		usleep(TOGETHER - 2000);
		break;
	case SERVER_CLOSES:
	case SERVER_RESETS:
	case TWICE:
		err = read_all(fd, -1);
		break;
	case SELF:
		err = read_all(fd, sizeof(plan->size));
		break;
	default:
		err = read_all(fd, plan->size);
		break;
	}
	return err;
}

static int run(const struct plan *plan)
{
	int hurry = plan->kind == CANCELLED || plan->kind == HASTY;
	int fd = open_one(plan, hurry ? SOCK_NONBLOCK : 0);
	int err = connect_to(fd, plan);

	if (plan->kind == CANCELLED)
		usleep(200000);
	if (!hurry && !err) {
		err = talk(fd, plan);
		let_read();
	}
	if (plan->kind == CLIENT_RESETS)
		reset(fd);
	else
		close(fd);
	return err;
}

/* More than there is room for: those behind it are under way before it is. */
static int run_crowded(const struct plan *plan)
{
	struct pollfd others[CROWD];
	int err, i;

	for (i = 0; i < CROWD; i++) {
		others[i].fd = open_one(plan, SOCK_NONBLOCK);
		others[i].events = POLLIN;
		connect_to(others[i].fd, plan);
	}
	err = run(plan);
	for (i = 0; i < CROWD; i++) {
		poll(&others[i], 1, PATIENCE * 1000);
		close(others[i].fd);
	}
	return err;
}

struct target {
	union address to[2], nowhere[2];
	int has_nowhere, is_loopback;
	int first_port;
};

/* Does what its counters say depend on who runs first? */
static int depends_on_when(enum kind kind)
{
	return kind == MULTIPATH || kind == OVERFLOWN;
}

/* The kind, the family, the size and the port all follow from the number. */
static void make_plan(struct plan *plan, const struct target *target,
		      unsigned int n)
{
	static const unsigned int sizes[] = { 1, 700, 5000, LARGEST };
	unsigned int round = n / KINDS, family = round % 2;

	plan->kind = n % KINDS;
	if ((plan->kind == SELF && !target->is_loopback) ||
	    (plan->kind == NOWHERE && !target->has_nowhere) ||
	    (depends_on_when(plan->kind) && calm))
		plan->kind = CLIENT_CLOSES;
	plan->to = plan->kind == NOWHERE ? target->nowhere[family] :
					   target->to[family];
	plan->size = sizes[round / 2 % 4];
	plan->local_port = 0;
	if ((round / 8 % 2 && plan->kind != OVERFLOWN) ||
	    plan->kind == SELF || plan->kind == TWICE)
		plan->local_port = target->first_port + n;
	set_port(&plan->to, plan->kind == SELF ? plan->local_port :
						 FIRST_PORT + (int)plan->kind);
}

static void run_number(const struct target *target, unsigned int n)
{
	struct plan plan;
	int times, err;

	make_plan(&plan, target, n);
	times = plan.kind == TWICE ||
		(plan.kind == CANCELLED && plan.local_port) ? 2 : 1;
	for (; times; times--) {
		err = plan.kind == OVERFLOWN ? run_crowded(&plan) : run(&plan);
		/* The last ACK frees the endpoints. */
		if (plan.kind == TWICE)
			usleep(TOGETHER);
		__atomic_add_fetch(&ended[plan.kind][err], 1, __ATOMIC_RELAXED);
	}
}

static void report(void)
{
	int kind, err;

	for (kind = 0; kind < KINDS; kind++)
		for (err = 0; err < ERRNOS; err++)
			if (ended[kind][err])
				printf("%s %s %u\n", names[kind], err ?
				       strerrorname_np(err) : "done",
				       ended[kind][err]);
}

static void connect_all(char **args, int has_nowhere)
{
	unsigned int count = atoi(args[0]), processes = atoi(args[1]), i, n;
	struct target target = {
		.has_nowhere = has_nowhere,
		.first_port = atoi(args[2]),
	};

	calm = processes == 1;
	parse(args[3], &target.to[0]);
	parse(args[4], &target.to[1]);
	target.is_loopback = target.to[0].in.sin_addr.s_addr ==
			     htonl(INADDR_LOOPBACK);
	if (has_nowhere) {
		parse(args[5], &target.nowhere[0]);
		parse(args[6], &target.nowhere[1]);
	}
	ended = mmap(NULL, sizeof(*ended) * KINDS, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (i = 0; i < processes; i++) {
		if (fork())
			continue;
		for (n = i; n < count; n += processes)
			run_number(&target, n);
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
	report();
}

int main(int argc, char **argv)
{
	struct rlimit many = { 65536, 65536 };

	setrlimit(RLIMIT_NOFILE, &many);
	signal(SIGPIPE, SIG_IGN);
	if (argc >= 2 && argc <= 3 && !strcmp(argv[1], "serve")) {
		calm = argc == 3 && !strcmp(argv[2], "calmly");
		serve();
	} else if ((argc == 7 || argc == 9) && !strcmp(argv[1], "connect")) {
		connect_all(argv + 2, argc == 9);
	} else {
		fprintf(stderr, "usage: mixture serve [calmly] | mixture connect COUNT PROCESSES PORT ADDR4 ADDR6 [NOWHERE4 NOWHERE6]\n");
		return 2;
	}
	return 0;
}
