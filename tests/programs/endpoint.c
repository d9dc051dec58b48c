// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program with sockets that does what its arguments say, one after the other:
 *
 *	name COMM		calls itself COMM
 *	socket FAMILY PROTO	opens one: 4 or 6, tcp, mptcp or udp
 *	option NAME		of that one, or the connection: see options[]
 *	congestion NAME		likewise, its algorithm: one that is not there
 *				the kernel has modprobe load, and waits locked
 *	bind ADDR PORT		that one, or a new TCP socket with reuseaddr
 *	listen BACKLOG		(again: on the socket that listens already)
 *	accept			goes on with the new socket
 *	accepts COUNT		takes as many, and keeps them until the end
 *	connect ADDR PORT	that one, the bound one, or a new TCP socket
 *	connects COUNT ADDR PORT	as many, kept until the end
 *	start ADDR PORT		connect(), which does not wait
 *	verdict			waits for what becomes of that
 *	reconnect ADDR PORT	the same socket once more
 *	disconnect		takes the connection's peer away
 *	send COUNT		bytes
 *	recv COUNT		bytes
 *	eof			reads until the other end has finished
 *	shutdown HOW		rd, wr or rdwr
 *	reset			closes with a RST
 *	close			the connection, or the listener when there is none
 *	unlisten		the listener
 *	full			leaves itself no descriptor for another file
 *	give PATH		hands the same to who takes it there
 *	take PATH		gets the connection or listener that is given there
 *	child STEP... end	a child does this, and ends with it
 *	wait			for the end of every child
 *	thread STEP		a thread does this, while the first one waits
 *	alarm MS		interrupts the call that is under way then
 *	fails ERRNO STEP	does this, which has to fail so: EADDRINUSE
 *	touch FILE		says that it got here
 *	await FILE		waits until FILE exists
 *	pause			waits for its end
 *
 * The first thing that fails ends it with a message and status 1.
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
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "in6.h"

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

static int listener = -1, connection = -1;
static int fresh;		/* the connection is none yet: opened, bound */
static const char *expected;	/* the error that the step has to fail with */
static char **args;

/* Returns when that was the plan. */
static void fail(const char *what)
{
	const char *name = strerrorname_np(errno);

	if (expected && name && !strcmp(name, expected)) {
		expected = NULL;
		return;
	}
	perror(what);
	exit(1);
}

static void wrong(const char *what, const char *word)
{
	fprintf(stderr, "endpoint: %s \"%s\"\n", what, word);
	exit(1);
}

static char *next(void)
{
	if (!*args) {
		fprintf(stderr, "endpoint: an argument is missing\n");
		exit(1);
	}
	return *args++;
}

static int number(void)
{
	return atoi(next());
}

static socklen_t parse(union address *address)
{
	const char *text = next();
	int port = number();

	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, text, &address->in.sin_addr) == 1) {
		address->in.sin_family = AF_INET;
		address->in.sin_port = htons(port);
		return sizeof(address->in);
	}
	if (parse6(text, &address->in6) != 1)
		wrong("this is no address:", text);
	address->in6.sin6_family = AF_INET6;
	address->in6.sin6_port = htons(port);
	return sizeof(address->in6);
}

static int new_socket(int family, int type, int protocol)
{
	int fd = socket(family, type, protocol);

	if (fd < 0)
		fail("socket");
	return fd;
}

/* Times are as short as they can be. */
static const struct {
	const char *name;
	int level, option, value;
} options[] = {
	{ "reuseaddr",	SOL_SOCKET,	SO_REUSEADDR,		1 },
	{ "reuseport",	SOL_SOCKET,	SO_REUSEPORT,		1 },
	{ "v6only",	IPPROTO_IPV6,	IPV6_V6ONLY,		1 },
	{ "transparent", IPPROTO_IP,	IP_TRANSPARENT,		1 },
	{ "keepalive",	SOL_SOCKET,	SO_KEEPALIVE,		1 },
	{ "keepidle",	IPPROTO_TCP,	TCP_KEEPIDLE,		1 },
	{ "keepintvl",	IPPROTO_TCP,	TCP_KEEPINTVL,		1 },
	{ "keepcnt",	IPPROTO_TCP,	TCP_KEEPCNT,		2 },
	{ "patience",	IPPROTO_TCP,	TCP_USER_TIMEOUT,	2000 },
	{ "defer",	IPPROTO_TCP,	TCP_DEFER_ACCEPT,	30 },
	{ "fastopen",	IPPROTO_TCP,	TCP_FASTOPEN,		5 },
	{ "early",	IPPROTO_TCP,	TCP_FASTOPEN_CONNECT,	1 },
	{ 0 }
};

static void set_option(const char *name)
{
	size_t i;

	for (i = 0; options[i].name; i++) {
		if (strcmp(options[i].name, name))
			continue;
		if (setsockopt(connection, options[i].level, options[i].option,
			       &options[i].value, sizeof(options[i].value)))
			fail("setsockopt");
		return;
	}
	wrong("there is no option", name);
}

static void do_name(void)
{
	prctl(PR_SET_NAME, next());
}

static void do_socket(void)
{
	int family = number() == 6 ? AF_INET6 : AF_INET;
	const char *proto = next();

	connection = new_socket(family, strcmp(proto, "udp") ? SOCK_STREAM :
							       SOCK_DGRAM,
				strcmp(proto, "mptcp") ? 0 : IPPROTO_MPTCP);
	fresh = 1;
}

static void do_option(void)
{
	set_option(next());
}

static void do_congestion(void)
{
	const char *name = next();

	if (setsockopt(connection, IPPROTO_TCP, TCP_CONGESTION, name,
		       strlen(name)))
		fail("setsockopt");
}

static void do_bind(void)
{
	union address address;
	socklen_t len = parse(&address);

	if (!fresh) {
		connection = new_socket(address.any.sa_family, SOCK_STREAM, 0);
		set_option("reuseaddr");
		fresh = 1;
	}
	if (bind(connection, &address.any, len))
		fail("bind");
}

static void do_listen(void)
{
	if (listener < 0) {
		listener = fresh ? connection :
				   new_socket(AF_INET6, SOCK_STREAM, 0);
		connection = -1;
		fresh = 0;
	}
	if (listen(listener, number()))
		fail("listen");
}

static void do_accept(void)
{
	connection = accept(listener, NULL, NULL);
	if (connection < 0)
		fail("accept");
}

static void do_accepts(void)
{
	int count = number();

	while (count--)
		do_accept();
}

static void connect_to(const union address *address, socklen_t len, int flags)
{
	if (!fresh)
		connection = new_socket(address->any.sa_family, SOCK_STREAM, 0);
	fresh = 0;
	fcntl(connection, F_SETFL, flags);
	if (connect(connection, &address->any, len) && errno != EINPROGRESS)
		fail("connect");
}

static void do_connect(void)
{
	union address address;
	socklen_t len = parse(&address);

	connect_to(&address, len, 0);
}

static void do_connects(void)
{
	int count = number();
	union address address;
	socklen_t len = parse(&address);

	while (count--)
		connect_to(&address, len, 0);
}

static void do_start(void)
{
	union address address;
	socklen_t len = parse(&address);

	connect_to(&address, len, O_NONBLOCK);
}

static void do_verdict(void)
{
	struct pollfd fd = { .fd = connection, .events = POLLOUT };
	socklen_t len = sizeof(errno);

	if (poll(&fd, 1, -1) != 1)
		fail("poll");
	getsockopt(connection, SOL_SOCKET, SO_ERROR, &errno, &len);
	if (errno)
		fail("connect, in the end");
}

static void do_reconnect(void)
{
	union address address;
	socklen_t len = parse(&address);

	if (connect(connection, &address.any, len))
		fail("connect, once more");
}

static void do_disconnect(void)
{
	const struct sockaddr nobody = { .sa_family = AF_UNSPEC };

	if (connect(connection, &nobody, sizeof(nobody)))
		fail("connect to nobody");
}

static void do_send(void)
{
	static const char data[65536];
	int left = number();
	ssize_t sent;

	for (; left > 0; left -= sent) {
		sent = send(connection, data, left < (int)sizeof(data) ?
			    left : (int)sizeof(data), 0);
		if (sent < 0)
			fail("send");
	}
}

static ssize_t receive(int count)
{
	static char data[65536];
	ssize_t got = recv(connection, data, count < (int)sizeof(data) ?
			   count : (int)sizeof(data), 0);

	if (got < 0)
		fail("recv");
	return got;
}

static void do_recv(void)
{
	int left = number();
	ssize_t got;

	for (; left > 0; left -= got) {
		got = receive(left);
		if (got < 0)
			return;
		if (!got) {
			errno = ENODATA;
			fail("recv");
			return;
		}
	}
}

static void do_eof(void)
{
	while (receive(65536) > 0)
		;
}

static void do_shutdown(void)
{
	const char *how = next();

	if (shutdown(connection, !strcmp(how, "rd") ? SHUT_RD :
				 !strcmp(how, "wr") ? SHUT_WR : SHUT_RDWR))
		fail("shutdown");
}

static void do_close(void)
{
	int *fd = connection < 0 ? &listener : &connection;

	if (close(*fd))
		fail("close");
	*fd = -1;
	fresh = 0;
}

static void do_unlisten(void)
{
	if (close(listener))
		fail("close");
	listener = -1;
}

static void do_reset(void)
{
	struct linger linger = { .l_onoff = 1 };

	setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	do_close();
}

static void do_full(void)
{
	struct rlimit limit;
	int next_fd = dup(0);

	close(next_fd);
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = next_fd;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		fail("setrlimit");
}

static int unix_socket(struct sockaddr_un *at)
{
	*at = (struct sockaddr_un) { .sun_family = AF_UNIX };
	snprintf(at->sun_path, sizeof(at->sun_path), "%s", next());
	return new_socket(AF_UNIX, SOCK_STREAM, 0);
}

/* A message of one byte, with room for a descriptor */
struct parcel {
	struct msghdr msg;
	struct iovec iov;
	char byte;
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
};

static void pack(struct parcel *parcel)
{
	*parcel = (struct parcel) { .byte = 'x' };
	parcel->iov.iov_base = &parcel->byte;
	parcel->iov.iov_len = 1;
	parcel->msg.msg_iov = &parcel->iov;
	parcel->msg.msg_iovlen = 1;
	parcel->msg.msg_control = &parcel->control;
	parcel->msg.msg_controllen = sizeof(parcel->control);
	parcel->control.head.cmsg_level = SOL_SOCKET;
	parcel->control.head.cmsg_type = SCM_RIGHTS;
	parcel->control.head.cmsg_len = CMSG_LEN(sizeof(int));
}

/* Tries again until somebody takes. */
static void do_give(void)
{
	struct parcel parcel;
	struct sockaddr_un at;
	int to = unix_socket(&at);

	while (connect(to, (struct sockaddr *)&at, sizeof(at)))
		usleep(10000);
	pack(&parcel);
	memcpy(CMSG_DATA(&parcel.control.head),
	       connection < 0 ? &listener : &connection, sizeof(int));
	if (sendmsg(to, &parcel.msg, 0) != 1)
		fail("sendmsg");
	close(to);
}

static void do_take(void)
{
	struct parcel parcel;
	struct sockaddr_un at;
	int on = unix_socket(&at), from, fd, listens;
	socklen_t len = sizeof(listens);

	if (bind(on, (struct sockaddr *)&at, sizeof(at)) || listen(on, 1))
		fail("take");
	from = accept(on, NULL, NULL);
	pack(&parcel);
	if (recvmsg(from, &parcel.msg, 0) != 1)
		fail("recvmsg");
	memcpy(&fd, CMSG_DATA(&parcel.control.head), sizeof(fd));
	getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len);
	*(listens ? &listener : &connection) = fd;
	close(from);
	close(on);
}

static void step(const char *word);

static void do_child(void)
{
	pid_t child = fork();
	const char *word;

	if (child < 0)
		fail("fork");
	for (word = next(); strcmp(word, "end"); word = next())
		if (!child)
			step(word);
	if (!child)
		_exit(0);
}

static void do_wait(void)
{
	int status;

	while (wait(&status) > 0) {
		if (status) {
			fprintf(stderr, "endpoint: a child failed\n");
			exit(1);
		}
	}
}

static void *in_thread(void *unused)
{
	step(next());
	return unused;
}

static void do_thread(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, in_thread, NULL) ||
	    pthread_join(thread, NULL))
		fail("thread");
}

static void interrupt(int signal)
{
	(void)signal;
}

static void do_alarm(void)
{
	const struct sigaction action = { .sa_handler = interrupt };
	int ms = number();
	const struct itimerval timer = {
		.it_value = { .tv_sec = ms / 1000,
			      .tv_usec = ms % 1000 * 1000 },
	};

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

static void do_fails(void)
{
	const char *error = next();

	expected = error;
	step(next());
	if (expected)
		wrong("this was to fail with", error);
}

static void do_touch(void)
{
	if (open(next(), O_CREAT | O_WRONLY, 0600) < 0)
		fail("touch");
}

static void do_await(void)
{
	const char *file = next();

	while (access(file, F_OK))
		usleep(10000);
}

static void do_pause(void)
{
	pause();
}

static const struct {
	const char *word;
	void (*run)(void);
} steps[] = {
	{ "name", do_name },		{ "socket", do_socket },
	{ "option", do_option },	{ "congestion", do_congestion },
	{ "bind", do_bind },		{ "listen", do_listen },
	{ "accept", do_accept },	{ "accepts", do_accepts },
	{ "connect", do_connect },	{ "connects", do_connects },
	{ "start", do_start },		{ "verdict", do_verdict },
	{ "reconnect", do_reconnect },	{ "disconnect", do_disconnect },
	{ "send", do_send },		{ "recv", do_recv },
	{ "eof", do_eof },		{ "shutdown", do_shutdown },
	{ "reset", do_reset },		{ "close", do_close },
	{ "unlisten", do_unlisten },	{ "full", do_full },
	{ "give", do_give },		{ "take", do_take },
	{ "child", do_child },		{ "wait", do_wait },
	{ "thread", do_thread },	{ "alarm", do_alarm },
	{ "fails", do_fails },		{ "touch", do_touch },
	{ "await", do_await },		{ "pause", do_pause },
	{ NULL, NULL },
};

static void step(const char *word)
{
	size_t i;

	for (i = 0; steps[i].word; i++) {
		if (!strcmp(steps[i].word, word)) {
			steps[i].run();
			return;
		}
	}
	wrong("what is this:", word);
}

int main(int argc, char **argv)
{
	struct rlimit many = { 65536, 65536 };

	(void)argc;
	setrlimit(RLIMIT_NOFILE, &many);
	args = argv + 1;
	while (*args)
		step(*args++);
	return 0;
}
