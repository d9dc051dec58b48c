// SPDX-License-Identifier: GPL-2.0-only
/*
 * A TCP endpoint that does what its arguments say, one after the other:
 *
 *	name COMM		calls itself COMM
 *	bind ADDR PORT		opens a socket and binds it
 *	listen BACKLOG		(again: on the socket that listens already)
 *	accept			goes on with the new socket
 *	accepts COUNT		takes as many, and keeps them until the end
 *	connect ADDR PORT	opens a socket, or uses the bound one
 *	connects COUNT ADDR PORT	as many, kept until the end
 *	start ADDR PORT		connect(), which does not wait
 *	send COUNT		bytes
 *	recv COUNT		bytes
 *	eof			reads until the other end has finished
 *	finish			shutdown() of its own direction
 *	reset			closes with a RST
 *	close			the connection, or the listener when there is none
 *	touch FILE		says that it got here
 *	await FILE		waits until FILE exists
 *	pause			waits for its end
 *
 * The first thing that fails ends it with a message and status 1.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

static int listener = -1, connection = -1;
static int bound;		/* the connection is still a socket that was bound */
static char **args;

static void fail(const char *what)
{
	perror(what);
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
	if (inet_pton(AF_INET6, text, &address->in6.sin6_addr) != 1) {
		fprintf(stderr, "endpoint: %s is no address\n", text);
		exit(1);
	}
	address->in6.sin6_family = AF_INET6;
	address->in6.sin6_port = htons(port);
	return sizeof(address->in6);
}

static int new_socket(int family)
{
	int fd = socket(family, SOCK_STREAM, 0);

	if (fd < 0)
		fail("socket");
	return fd;
}

static void do_name(void)
{
	prctl(PR_SET_NAME, next());
}

static void do_bind(void)
{
	union address address;
	socklen_t len = parse(&address);
	int on = 1;

	connection = new_socket(address.any.sa_family);
	setsockopt(connection, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(connection, &address.any, len))
		fail("bind");
	bound = 1;
}

static void do_listen(void)
{
	if (listener < 0) {
		listener = bound ? connection : new_socket(AF_INET6);
		connection = -1;
		bound = 0;
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
	if (!bound)
		connection = new_socket(address->any.sa_family);
	bound = 0;
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

	while (left > 0)
		left -= receive(left);
}

static void do_eof(void)
{
	while (receive(65536) > 0)
		;
}

static void do_finish(void)
{
	if (shutdown(connection, SHUT_WR))
		fail("shutdown");
}

static void do_close(void)
{
	int *fd = connection < 0 ? &listener : &connection;

	if (close(*fd))
		fail("close");
	*fd = -1;
}

static void do_reset(void)
{
	struct linger linger = { .l_onoff = 1 };

	setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
	do_close();
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
	{ "name", do_name },		{ "bind", do_bind },
	{ "listen", do_listen },	{ "accept", do_accept },
	{ "accepts", do_accepts },	{ "connect", do_connect },
	{ "connects", do_connects },	{ "start", do_start },
	{ "send", do_send },		{ "recv", do_recv },
	{ "eof", do_eof },		{ "finish", do_finish },
	{ "reset", do_reset },		{ "close", do_close },
	{ "touch", do_touch },		{ "await", do_await },
	{ "pause", do_pause },		{ NULL, NULL },
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
	fprintf(stderr, "endpoint: what is \"%s\"?\n", word);
	exit(1);
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
