// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program with one UDP socket that does what its arguments say, one after the
 * other:
 *
 *	socket FAMILY PROTO	opens it: 4 or 6, udp or udplite
 *	rcvbuf BYTES		its receive buffer (the kernel doubles that)
 *	device NAME		it sends and gets by that one alone
 *	broadcast		it may send to everybody
 *	recverr			errors are queued
 *	gso BYTES		what is sent is cut into datagrams of that size
 *	gro			what arrives together may be read together
 *	bind ADDR PORT		here and elsewhere, as in fe80::1%eth0
 *	connect ADDR PORT
 *	disconnect
 *	join GROUP		on the loopback device
 *	leave GROUP
 *	shun GROUP		takes it from nobody, which leaves it
 *	to ADDR PORT		where the next ones go; connected: need not be said
 *	send COUNT BYTES	as many datagrams of that size
 *	spoil ADDR PORT BYTES	sends one with a wrong checksum, past the socket
 *	recv COUNT		waits for as many
 *	answer COUNT		waits for as many, and sends each back
 *	peek			looks at one and leaves it where it is
 *	drain			takes what is there, and says how much it was
 *	until FILE		the same for as long as FILE does not exist
 *	trouble			waits for an error, and leaves it where it is
 *	errors COUNT		takes as many from the queue of errors
 *	close
 *	again COUNT		all the steps so far once more, COUNT times in all
 *	fails ERRNO STEP	does this, which has to fail so: EMSGSIZE
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
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "in6.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT	103
#define UDP_GRO		104
#endif

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

static int fd = -1;
static union address to;
static socklen_t to_len;
static const char *expected;	/* the error that the step has to fail with */
static char **args, **first;
static int rounds;
static char data[1 << 17];

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

static char *next(void)
{
	if (!*args) {
		fprintf(stderr, "datagram: an argument is missing\n");
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
	if (parse6(text, &address->in6) != 1) {
		fprintf(stderr, "datagram: this is no address: %s\n", text);
		exit(1);
	}
	address->in6.sin6_family = AF_INET6;
	address->in6.sin6_port = htons(port);
	return sizeof(address->in6);
}

static void set_option(int level, int option, int value)
{
	if (setsockopt(fd, level, option, &value, sizeof(value)))
		fail("setsockopt");
}

static void do_socket(void)
{
	int family = number() == 6 ? AF_INET6 : AF_INET;
	int proto = strcmp(next(), "udplite") ? IPPROTO_UDP : IPPROTO_UDPLITE;

	fd = socket(family, SOCK_DGRAM, proto);
	if (fd < 0)
		fail("socket");
	to_len = 0;
}

static void do_device(void)
{
	const char *name = next();

	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, strlen(name)))
		fail("device");
}

static void do_bind(void)
{
	union address address;
	socklen_t len = parse(&address);

	if (bind(fd, &address.any, len))
		fail("bind");
}

static void do_connect(void)
{
	union address address;
	socklen_t len = parse(&address);

	if (connect(fd, &address.any, len))
		fail("connect");
}

static void do_disconnect(void)
{
	const struct sockaddr nobody = { .sa_family = AF_UNSPEC };

	if (connect(fd, &nobody, sizeof(nobody)))
		fail("connect to nobody");
}

static void change_membership(bool join)
{
	const char *group = next();
	struct ipv6_mreq mreq6 = { .ipv6mr_interface = if_nametoindex("lo") };
	struct ip_mreqn mreq = { .imr_ifindex = if_nametoindex("lo") };
	int err;

	if (inet_pton(AF_INET, group, &mreq.imr_multiaddr) == 1)
		err = setsockopt(fd, IPPROTO_IP, join ? IP_ADD_MEMBERSHIP :
				 IP_DROP_MEMBERSHIP, &mreq, sizeof(mreq));
	else if (inet_pton(AF_INET6, group, &mreq6.ipv6mr_multiaddr) == 1)
		err = setsockopt(fd, IPPROTO_IPV6, join ? IPV6_JOIN_GROUP :
				 IPV6_LEAVE_GROUP, &mreq6, sizeof(mreq6));
	else
		exit(1);
	if (err)
		fail("membership");
}

static void do_shun(void)
{
	struct group_filter filter6 = {
		.gf_interface = if_nametoindex("lo"), .gf_fmode = MCAST_INCLUDE,
	};
	struct sockaddr_in6 *group6 = (struct sockaddr_in6 *)&filter6.gf_group;
	struct ip_msfilter filter = {
		.imsf_interface.s_addr = htonl(INADDR_LOOPBACK),
		.imsf_fmode = MCAST_INCLUDE,
	};
	const char *group = next();
	int err;

	if (inet_pton(AF_INET, group, &filter.imsf_multiaddr) == 1) {
		err = setsockopt(fd, IPPROTO_IP, IP_MSFILTER, &filter,
				 IP_MSFILTER_SIZE(0));
	} else {
		group6->sin6_family = AF_INET6;
		parse6(group, group6);
		err = setsockopt(fd, IPPROTO_IPV6, MCAST_MSFILTER, &filter6,
				 GROUP_FILTER_SIZE(0));
	}
	if (err)
		fail("filter");
}

static void do_send(void)
{
	int count = number(), bytes = number();

	while (count--)
		if (sendto(fd, data, bytes, 0, to_len ? &to.any : NULL,
			   to_len) < 0)
			fail("send");
}

static void do_spoil(void)
{
	struct udphdr *udp = (struct udphdr *)data;
	union address address;
	socklen_t len = parse(&address);
	int bytes = sizeof(*udp) + number();
	int raw = socket(address.any.sa_family, SOCK_RAW, IPPROTO_UDP);

	udp->source = htons(9);
	udp->dest = address.in.sin_port;
	udp->len = htons(bytes);
	udp->check = htons(0xbad);
	/* A raw socket of IPv6 has no port. */
	address.in.sin_port = 0;
	if (raw < 0 || sendto(raw, data, bytes, 0, &address.any, len) < 0)
		fail("spoil");
	close(raw);
}

static ssize_t receive(int flags)
{
	ssize_t got = recv(fd, data, sizeof(data), flags);

	if (got < 0 && errno != EAGAIN)
		fail("recv");
	return got;
}

static void do_recv(void)
{
	int count = number();

	while (count--)
		receive(0);
}

static void do_answer(void)
{
	union address from;
	int count = number();

	while (count--) {
		socklen_t len = sizeof(from);
		ssize_t got = recvfrom(fd, data, sizeof(data), 0, &from.any,
				       &len);

		if (got < 0 || sendto(fd, data, got, 0, &from.any, len) < 0)
			fail("answer");
	}
}

static void do_drain(void)
{
	int count = 0;

	while (receive(MSG_DONTWAIT) >= 0)
		count++;
	printf("%d\n", count);
	fflush(stdout);
}

static void do_until(void)
{
	struct timeval patience = { .tv_usec = 100000 };
	const char *name = next();
	int count = 0, over;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	do {
		over = !access(name, F_OK);
		while (receive(0) >= 0)
			count++;
	} while (!over);
	printf("%d\n", count);
	fflush(stdout);
}

static void do_again(void)
{
	int most = number();

	if (++rounds < most)
		args = first;
}

static void do_touch(void)
{
	int file = creat(next(), 0600);

	if (file < 0)
		fail("touch");
	close(file);
}

static void do_await(void)
{
	const char *name = next();

	while (access(name, F_OK))
		usleep(10000);
}

static void do_rcvbuf(void) { set_option(SOL_SOCKET, SO_RCVBUF, number()); }
static void do_broadcast(void) { set_option(SOL_SOCKET, SO_BROADCAST, 1); }
static void do_recverr(void)
{
	int family = 0;
	socklen_t len = sizeof(family);

	getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &len);
	if (family == AF_INET6)
		set_option(IPPROTO_IPV6, IPV6_RECVERR, 1);
	else
		set_option(IPPROTO_IP, IP_RECVERR, 1);
}

/* Of POLLERR poll() tells without being asked. */
static void do_trouble(void)
{
	struct pollfd about = { .fd = fd };

	if (poll(&about, 1, -1) < 0)
		fail("poll");
}

static void do_errors(void)
{
	int count = number();

	while (count) {
		do_trouble();
		if (receive(MSG_ERRQUEUE | MSG_DONTWAIT) >= 0)
			count--;
	}
}

static void do_gso(void) { set_option(IPPROTO_UDP, UDP_SEGMENT, number()); }
static void do_gro(void) { set_option(IPPROTO_UDP, UDP_GRO, 1); }
static void do_join(void) { change_membership(true); }
static void do_leave(void) { change_membership(false); }
static void do_to(void) { to_len = parse(&to); }
static void do_peek(void) { receive(MSG_PEEK); }
static void do_close(void) { close(fd); }
static void do_pause(void) { pause(); }

static const struct {
	const char *name;
	void (*run)(void);
} steps[] = {
	{ "socket", do_socket },	{ "rcvbuf", do_rcvbuf },
	{ "device", do_device },	{ "broadcast", do_broadcast },
	{ "recverr", do_recverr },	{ "trouble", do_trouble },
	{ "errors", do_errors },
	{ "gso", do_gso },		{ "gro", do_gro },
	{ "bind", do_bind },		{ "connect", do_connect },
	{ "disconnect", do_disconnect }, { "join", do_join },
	{ "leave", do_leave },		{ "shun", do_shun },
	{ "to", do_to },
	{ "send", do_send },		{ "recv", do_recv },
	{ "answer", do_answer },
	{ "spoil", do_spoil },		{ "peek", do_peek },
	{ "drain", do_drain },		{ "until", do_until },
	{ "close", do_close },		{ "again", do_again },
	{ "touch", do_touch },		{ "await", do_await },
	{ "pause", do_pause },		{ NULL, NULL },
};

static void do_step(void)
{
	const char *name = next();
	size_t i;

	for (i = 0; steps[i].name; i++) {
		if (!strcmp(steps[i].name, name)) {
			steps[i].run();
			return;
		}
	}
	fprintf(stderr, "datagram: there is no step %s\n", name);
	exit(1);
}

int main(int argc, char **argv)
{
	(void)argc;
	first = argv + 1;
	args = first;
	while (*args) {
		if (strcmp(*args, "fails")) {
			do_step();
			continue;
		}
		args++;
		expected = next();
		do_step();
		if (expected) {
			fprintf(stderr, "datagram: it did not fail: %s\n",
				expected);
			return 1;
		}
	}
	return 0;
}
