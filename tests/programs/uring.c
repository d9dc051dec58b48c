// SPDX-License-Identifier: GPL-2.0-only
/*
 * A server and a client that leave their calls to io_uring:
 *
 *	uring serve PORT			on both families, until killed
 *	uring connect ADDR PORT CONNECTIONS	one after the other
 *
 * On each connection a byte goes there and back, and the client closes first.
 * Every second request is handed to the kernel's workers at once; of the
 * others the kernel tries whether they wait.
 */
#include <arpa/inet.h>
#include <liburing.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

static struct io_uring ring;

static void fail(const char *what, int err)
{
	fprintf(stderr, "uring: %s: %s\n", what, strerror(err));
	exit(1);
}

static struct io_uring_sqe *request(void)
{
	return io_uring_get_sqe(&ring);
}

/* Have the request done; its result. */
static int finish(struct io_uring_sqe *sqe, const char *what)
{
	static unsigned int turn;
	struct io_uring_cqe *cqe;
	int err, result;

	if (turn++ % 2)
		sqe->flags |= IOSQE_ASYNC;
	err = io_uring_submit_and_wait(&ring, 1);
	if (err < 0)
		fail(what, -err);
	err = io_uring_wait_cqe(&ring, &cqe);
	if (err < 0)
		fail(what, -err);
	result = cqe->res;
	io_uring_cqe_seen(&ring, cqe);
	if (result < 0)
		fail(what, -result);
	return result;
}

static int open_socket(int family)
{
	struct io_uring_sqe *sqe = request();

	io_uring_prep_socket(sqe, family, SOCK_STREAM, 0, 0);
	return finish(sqe, "socket");
}

static int accept_on(int listener)
{
	struct io_uring_sqe *sqe = request();

	io_uring_prep_accept(sqe, listener, NULL, NULL, 0);
	return finish(sqe, "accept");
}

static void connect_to(int fd, const union address *address, socklen_t len)
{
	struct io_uring_sqe *sqe = request();

	io_uring_prep_connect(sqe, fd, &address->any, len);
	finish(sqe, "connect");
}

static void send_byte(int fd)
{
	struct io_uring_sqe *sqe = request();
	char byte = 'u';

	io_uring_prep_send(sqe, fd, &byte, 1, 0);
	finish(sqe, "send");
}

static int recv_byte(int fd)
{
	struct io_uring_sqe *sqe = request();
	char byte;

	io_uring_prep_recv(sqe, fd, &byte, 1, 0);
	return finish(sqe, "recv");
}

static void close_it(int fd)
{
	struct io_uring_sqe *sqe = request();

	io_uring_prep_close(sqe, fd);
	finish(sqe, "close");
}

static void serve(int port)
{
	const struct sockaddr_in6 address = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(port),
	};
	int listener = open_socket(AF_INET6), on = 1, fd;

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(listener, (const struct sockaddr *)&address,
		 sizeof(address)) || listen(listener, 100)) {
		perror("uring: listen");
		exit(1);
	}
	for (;;) {
		fd = accept_on(listener);
		while (recv_byte(fd))
			send_byte(fd);
		close_it(fd);
	}
}

static socklen_t parse(const char *text, int port, union address *to)
{
	memset(to, 0, sizeof(*to));
	to->in.sin_port = htons(port);	/* in the same place in both */
	if (inet_pton(AF_INET, text, &to->in.sin_addr) == 1) {
		to->any.sa_family = AF_INET;
		return sizeof(to->in);
	}
	if (inet_pton(AF_INET6, text, &to->in6.sin6_addr) != 1) {
		fprintf(stderr, "uring: %s is no address\n", text);
		exit(2);
	}
	to->any.sa_family = AF_INET6;
	return sizeof(to->in6);
}

static void connect_all(char **args)
{
	int connections = atoi(args[2]), fd;
	union address to;
	socklen_t len = parse(args[0], atoi(args[1]), &to);

	while (connections--) {
		fd = open_socket(to.any.sa_family);
		connect_to(fd, &to, len);
		send_byte(fd);
		recv_byte(fd);
		close_it(fd);
	}
}

int main(int argc, char **argv)
{
	int err = io_uring_queue_init(4, &ring, 0);

	if (err < 0)
		fail("io_uring_queue_init", -err);
	if (argc == 3 && !strcmp(argv[1], "serve")) {
		serve(atoi(argv[2]));
	} else if (argc == 5 && !strcmp(argv[1], "connect")) {
		connect_all(argv + 2);
	} else {
		fprintf(stderr, "usage: uring serve PORT | uring connect ADDR PORT CONNECTIONS\n");
		return 2;
	}
	return 0;
}
