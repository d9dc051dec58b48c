// SPDX-License-Identifier: GPL-2.0-only
/*
 * Everything but peace: connections to and from a far end that is made up here,
 * behind a tunnel device, and meanwhile segments that are wrong or forged, most
 * of them aimed at those connections:
 *
 *	hostile DEVICE SEED COUNT CONNECTIONS
 *
 * The machine has 10.9.0.1 and fd09::1 on the device, and routes 10.10.0.0/16 and
 * fd10::/16 elsewhere. Half of the connections are spared: nothing that is aimed
 * at them is inside their window, so that TCP has to go on with them.
 *
 * For each connection a line of JSON says what became of it, as its socket knows
 * it. The last ones stay up, and so does the program, after the line "done". On
 * standard error is how often each kind of shot was taken.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/resource.h>

#include "shot.h"

#define PORT		80
#define FIRST_PORT	2000
#define MOST		16000
#define OPEN		32	/* so many at once */
#define FAR		0x40000000u

enum { SYN = 2, RST = 4, ACK = 16 };

struct conn {
	int fd;			/* -1: there is no socket, or none any more */
	bool spared, active, in6;
	uint16_t here, there;	/* ports */
	uint32_t isn_here, isn_there;
	bool heard;		/* @isn_here is known */
	bool up;		/* the socket said so once */
	unsigned int births;	/* of a passive one, see accept_all() */
	bool ended;
	int error;
};

static struct conn conns[MOST];
static unsigned int made;
static int tun, listener, datagrams;
static const uint8_t here4[4] = { 10, 9, 0, 1 };
static const uint8_t here6[16] = { 0xfd, 0x09, [15] = 1 };

static void check(int good, const char *what)
{
	if (good)
		return;
	perror(what);
	exit(2);
}

/* Every connection has a port of its own at the far end, and no address. */
static void far_address(bool in6, uint8_t last, uint8_t *to)
{
	memcpy(to, in6 ? here6 : here4, in6 ? 16 : 4);
	to[in6 ? 15 : 3] = last;
}

static struct shot toward(bool in6)
{
	struct shot shot = { .family = in6 ? AF_INET6 : AF_INET };

	far_address(in6, 2, shot.source);
	memcpy(shot.dest, in6 ? here6 : here4, in6 ? 16 : 4);
	return shot;
}

/* What the far end says, when it is true to the protocol. */
static void say(const struct conn *conn, uint32_t seq, uint8_t flags)
{
	struct shot shot = toward(conn->in6);

	shot_segment(&shot, conn->there, conn->here, conn->isn_there + seq,
		     flags & ACK ? conn->isn_here + 1 : 0, flags);
	shot_send(tun, &shot);
}

/* Which SYN or SYN+ACK of ours is it, if any? */
static void hear(const uint8_t *packet, ssize_t len)
{
	bool in6 = packet[0] >> 4 == 6;
	size_t at = in6 ? 40 : 4 * (packet[0] & 15);
	struct tcphdr th;
	unsigned int i;

	if (len < (ssize_t)(at + sizeof(th)) ||
	    packet[in6 ? 6 : 9] != IPPROTO_TCP)
		return;
	memcpy(&th, packet + at, sizeof(th));
	i = ntohs(th.dest) - FIRST_PORT;
	if (!th.syn || i >= made || conns[i].in6 != in6 || conns[i].heard)
		return;
	conns[i].isn_here = ntohl(th.seq);
	conns[i].heard = true;
}

static void listen_to_all(void)
{
	uint8_t packet[2048];
	ssize_t len;

	while ((len = read(tun, packet, sizeof(packet))) > 0)
		hear(packet, len);
}

/*
 * A cookie is as good a second time, once the connection that it made has been
 * reset.
 */
static void accept_all(void)
{
	struct sockaddr_in6 from;
	socklen_t len = sizeof(from);
	unsigned int i;
	int fd;

	while ((fd = accept4(listener, (void *)&from, &len,
			     SOCK_NONBLOCK)) >= 0) {
		i = ntohs(from.sin6_port) - FIRST_PORT;
		if (i >= made || conns[i].active || conns[i].ended) {
			fprintf(stderr, "hostile: from port %u came a connection that nobody made\n",
				i + FIRST_PORT);
			exit(2);
		}
		if (conns[i].fd >= 0)
			close(conns[i].fd);
		conns[i].fd = fd;
		conns[i].up = true;
		conns[i].births++;
	}
}

/* Waits until something is there; one question is cheaper than two in vain. */
static void take_all(int patience_ms)
{
	struct pollfd fds[] = {
		{ .fd = tun, .events = POLLIN },
		{ .fd = listener, .events = POLLIN },
	};

	poll(fds, 2, patience_ms);
	if (fds[0].revents)
		listen_to_all();
	if (fds[1].revents)
		accept_all();
}

static int state_of(const struct conn *conn)
{
	struct tcp_info info = { .tcpi_state = 0 };
	socklen_t len = sizeof(info);

	getsockopt(conn->fd, IPPROTO_TCP, TCP_INFO, &info, &len);
	return info.tcpi_state;
}

/* As long as its handshake is under way: has the socket said how it ended? */
static void look(struct conn *conn)
{
	socklen_t len = sizeof(conn->error);
	int state;

	if (conn->fd < 0 || conn->up || conn->error)
		return;
	state = state_of(conn);
	if (state == TCP_CLOSE)
		getsockopt(conn->fd, SOL_SOCKET, SO_ERROR, &conn->error, &len);
	else if (state != TCP_SYN_SENT && state != TCP_SYN_RECV)
		conn->up = true;
}

/* --- what is done to a segment --- */

static bool may_hit(const struct conn *conn)
{
	return !conn || !conn->spared;
}

static void shoot_flags(struct shot *shot, const struct conn *conn)
{
	shot->l4[13] = any();
	/* A SYN alone would meet the one sent by SYN_SENT, whatever its number. */
	if (!may_hit(conn))
		shot->l4[13] |= ACK;
}

static void shoot_sequence(struct shot *shot, const struct conn *conn)
{
	struct tcphdr *th = shot_tcp(shot);

	if (!may_hit(conn))
		return;
	th->seq = htonl(ntohl(th->seq) + (one_in(2) ? below(3) - 1 :
					  one_in(2) ? below(70000) : any()));
	th->ack_seq = htonl(ntohl(th->ack_seq) +
			    (one_in(2) ? 0 : one_in(2) ? below(3) - 1 : any()));
}

static void shoot_options(struct shot *shot, const struct conn *conn)
{
	struct tcphdr *th = shot_tcp(shot);
	size_t words = below(11), at = sizeof(*th);
	uint8_t *option = shot->l4 + at;
	static const uint8_t kinds[] = {
		2, 3, 4, 5, 8, 19, 29, 30, 34, 253, 254, 0, 1,
	};

	(void)conn;
	any_bytes(option, 4 * words);
	/* Kinds that mean something, of lengths that may fit */
	while (at + 4 < sizeof(*th) + 4 * words && !one_in(8)) {
		option[0] = kinds[below(sizeof(kinds))];
		option[1] = one_in(4) ? any() : 2 + below(9);
		at += option[1] ? option[1] : 1;
		option = shot->l4 + at;
	}
	shot->len = sizeof(*th) + 4 * words;
	th->doff = shot->len / 4;
}

static void shoot_offset(struct shot *shot, const struct conn *conn)
{
	(void)conn;
	shot_tcp(shot)->doff = any();
}

static void shoot_cut(struct shot *shot, const struct conn *conn)
{
	(void)conn;
	shot->len = below(shot->len);
}

static void shoot_checksum(struct shot *shot, const struct conn *conn)
{
	(void)conn;
	shot->bad_sum = true;
}

static void shoot_ports(struct shot *shot, const struct conn *conn)
{
	(void)conn;
	/* Not into the ports of the connections, from where they are. */
	far_address(shot->family == AF_INET6, 3, shot->source);
	shot_tcp(shot)->source = one_in(8) ? 0 : any();
	if (one_in(2))
		shot_tcp(shot)->dest = one_in(8) ? 0 : any();
}

static void shoot_addresses(struct shot *shot, const struct conn *conn)
{
	static const uint8_t odd4[][4] = {
		{ 0 }, { 127, 0, 0, 1 }, { 224, 0, 0, 1 }, { 255, 255, 255, 255 },
		{ 10, 9, 0, 1 }, { 10, 9, 255, 255 }, { 240, 0, 0, 1 },
	};
	static const uint8_t odd6[][16] = {
		{ 0 }, { [15] = 1 }, { 0xff, 0x02, [15] = 1 },
		{ 0xfd, 0x09, [15] = 1 }, { [10] = 0xff, 0xff, 10, 9, 0, 1 },
		{ 0xfe, 0x80, [15] = 1 },
	};
	uint8_t *to = one_in(2) ? shot->source : shot->dest;

	(void)conn;
	if (shot->family == AF_INET)
		memcpy(to, odd4[below(7)], 4);
	else
		memcpy(to, odd6[below(6)], 16);
}

static void shoot_lie(struct shot *shot, const struct conn *conn)
{
	(void)conn;
	shot->lie = (int)below(80) - 40;
}

static void shoot_ip(struct shot *shot, const struct conn *conn)
{
	(void)conn;
	shot->bad_ip = true;
}

static void shoot_pieces(struct shot *shot, const struct conn *conn)
{
	(void)conn;
	shot->pieces = 1 + below(5);
	shot->overlap = one_in(2);
}

static void shoot_headers(struct shot *shot, const struct conn *conn)
{
	(void)conn;
	shot->headers = 1 + below(6);
}

static void shoot_data(struct shot *shot, const struct conn *conn)
{
	size_t more = 1 + below(SHOT_MOST - shot->len);

	(void)conn;
	any_bytes(shot->l4 + shot->len, more);
	shot->len += more;
}

/* Nothing but noise, under a protocol that looks into it */
static void shoot_noise(struct shot *shot, const struct conn *conn)
{
	far_address(shot->family == AF_INET6, 4, shot->source);
	(void)conn;
	shot->len = below(100);
	any_bytes(shot->l4, shot->len);
	shot->proto = one_in(8) ? any() : one_in(2) ? IPPROTO_TCP : IPPROTO_UDP;
}

static void shoot_datagram(struct shot *shot, const struct conn *conn)
{
	uint16_t head[4] = {
		any(), htons(one_in(4) ? any() : PORT),
	};

	(void)conn;
	shot->proto = IPPROTO_UDP;
	shot->len = 8 + below(200);
	any_bytes(shot->l4, shot->len);
	head[2] = htons(one_in(4) ? any() : shot->len);
	memcpy(shot->l4, head, sizeof(head));
	shot->bad_sum = one_in(8);
}

/* An error about a segment that this machine sent, or did not */
static void shoot_error(struct shot *shot, const struct conn *conn)
{
	static const uint8_t types4[] = { 3, 4, 11, 12 }, types6[] = { 1, 2, 3, 4 };
	bool in6 = shot->family == AF_INET6;
	struct shot quoted = toward(in6);
	struct tcphdr th = *shot_tcp(shot);
	struct body body;
	size_t len;

	memcpy(quoted.source, shot->dest, 16);
	memcpy(quoted.dest, shot->source, 16);
	shot_segment(&quoted, ntohs(th.dest), ntohs(th.source),
		     ntohl(th.ack_seq) - may_hit(conn), ntohl(th.seq), ACK);
	quoted.lie = one_in(8) ? below(100) : 0;
	body = shot_body(&quoted);
	shot->proto = in6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	memset(shot->l4, 0, 8);
	shot->l4[0] = (in6 ? types6 : types4)[below(4)];
	shot->l4[1] = below(16);
	any_bytes(shot->l4 + 4, 4);
	len = in6 ? shot_wrap6(&quoted, &body, 0, body.len, false, shot->l4 + 8) :
		    shot_wrap4(&quoted, &body, 0, body.len, false, shot->l4 + 8);
	shot->len = 8 + (one_in(4) ? below(len) : len);
}

/* To somebody behind this machine, who may answer */
static void shoot_forwarded(struct shot *shot, const struct conn *conn)
{
	uint8_t *last = &shot->dest[shot->family == AF_INET6 ? 15 : 3];

	if (shot->family == AF_INET)
		shot->dest[1] = 10;
	else
		shot->dest[1] = 0x10;
	*last = 2 + below(2);
	if (one_in(2))
		shot_tcp(shot)->dest = htons(PORT);
	/* Another kind may turn it back to this machine, see shoot_flags(). */
	if (one_in(2))
		shot->l4[13] = may_hit(conn) ? SYN : SYN | ACK;
}

static struct kind {
	const char *name;
	void (*shoot)(struct shot *shot, const struct conn *conn);
	unsigned long taken;
} kinds[] = {
	{ "flags", shoot_flags, 0 },
	{ "sequence", shoot_sequence, 0 },
	{ "options", shoot_options, 0 },
	{ "offset", shoot_offset, 0 },
	{ "cut", shoot_cut, 0 },
	{ "checksum", shoot_checksum, 0 },
	{ "ports", shoot_ports, 0 },
	{ "addresses", shoot_addresses, 0 },
	{ "lie", shoot_lie, 0 },
	{ "ip", shoot_ip, 0 },
	{ "pieces", shoot_pieces, 0 },
	{ "headers", shoot_headers, 0 },
	{ "data", shoot_data, 0 },
	{ "forwarded", shoot_forwarded, 0 },
	/* These take its place, so nothing comes before them. */
	{ "noise", shoot_noise, 0 },
	{ "datagram", shoot_datagram, 0 },
	{ "error", shoot_error, 0 },
};

#define KINDS	(sizeof(kinds) / sizeof(*kinds))
#define ALONE	3

/* A segment of that connection, or the SYN of one that nobody makes */
static struct shot aim(const struct conn *conn)
{
	static const uint8_t flags[] = { SYN, RST, RST | ACK, SYN | ACK, ACK };
	struct shot shot = toward(conn ? conn->in6 : one_in(2));
	uint32_t off = conn && conn->spared ? FAR + below(FAR) : 0;

	if (!conn) {
		far_address(shot.family == AF_INET6, 5 + below(200), shot.source);
		shot_segment(&shot, any(), PORT, any(), any(),
			     one_in(4) ? ACK : SYN);
		return shot;
	}
	shot_segment(&shot, conn->there, conn->here, conn->isn_there + 1 + off,
		     conn->isn_here + 1 + off, flags[below(5)]);
	if (conn->spared)
		shot.l4[13] |= ACK;
	return shot;
}

static void shoot_one(struct conn *conn)
{
	struct shot shot = aim(conn);
	unsigned int kind = below(KINDS);

	kinds[kind].taken++;
	/* Two at once, which may hide each other or not */
	if (kind < KINDS - ALONE && one_in(4))
		kinds[below(KINDS - ALONE)].shoot(&shot, conn);
	if (kind >= KINDS - ALONE || shot.len >= sizeof(struct tcphdr))
		kinds[kind].shoot(&shot, conn);
	shot_send(tun, &shot);
	take_all(0);
	if (conn)
		look(conn);
}

static void shoot(struct conn *conn, unsigned long count)
{
	struct conn *other;

	while (count--) {
		other = &conns[made - 1 - below(made < OPEN ? made : OPEN)];
		if (!other->heard)
			other = conn;
		shoot_one(one_in(4) ? NULL : one_in(3) ? other : conn);
	}
}

/* --- the connections --- */

static void await(bool (*happened)(const struct conn *conn),
		  struct conn *conn, const char *what)
{
	int i;

	for (i = 0; i < 1200 && !happened(conn); i++) {
		take_all(50);
		look(conn);
	}
	if (happened(conn))
		return;
	fprintf(stderr, "hostile: %s of connection %td\n", what, conn - conns);
	exit(2);
}

static bool was_heard(const struct conn *conn)
{
	return conn->heard;
}

static bool is_up(const struct conn *conn)
{
	return conn->up;
}

static void begin_active(struct conn *conn)
{
	struct sockaddr_in6 at6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = conn->in6 ? sizeof(at6) : sizeof(at);
	void *address = conn->in6 ? (void *)&at6 : &at;
	int on = 1;

	conn->fd = socket(conn->in6 ? AF_INET6 : AF_INET,
			  SOCK_STREAM | SOCK_NONBLOCK, 0);
	setsockopt(conn->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	at.sin_port = htons(conn->here);
	at6.sin6_port = htons(conn->here);
	memcpy(&at.sin_addr, here4, 4);
	memcpy(&at6.sin6_addr, here6, 16);
	check(!bind(conn->fd, address, len), "hostile: bind");
	at.sin_port = htons(conn->there);
	at6.sin6_port = htons(conn->there);
	far_address(false, 2, (void *)&at.sin_addr);
	far_address(true, 2, (void *)&at6.sin6_addr);
	check(connect(conn->fd, address, len) && errno == EINPROGRESS,
	      "hostile: connect");
}

static struct conn *begin(void)
{
	struct conn *conn = &conns[made];

	conn->spared = one_in(2);
	conn->active = one_in(2);
	conn->in6 = one_in(2);
	conn->there = FIRST_PORT + made;
	conn->here = conn->active ? 20000 + made : PORT;
	conn->isn_there = any();
	conn->fd = -1;
	made++;
	if (conn->active)
		begin_active(conn);
	else
		say(conn, 0, SYN);
	await(was_heard, conn, conn->active ? "no SYN" : "no SYN+ACK");
	return conn;
}

static void finish(struct conn *conn)
{
	if (conn->active)
		say(conn, 0, SYN | ACK);
	else
		say(conn, 1, ACK);
	if (conn->spared)
		await(is_up, conn, "no end");
	take_all(0);
	look(conn);
}

static const char *outcome_of(const struct conn *conn)
{
	if (conn->up)
		return "established";
	if (!conn->active)
		return "none";
	switch (conn->error) {
	case 0:
		return "cancelled";
	case ECONNREFUSED:
		return "refused";
	case ECONNRESET:
		return "reset";
	default:
		return "unreachable";
	}
}

static void report(const struct conn *conn, int state)
{
	static const char * const states[] = {
		"CLOSE", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1",
		"FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK",
		"LISTEN", "CLOSING",
	};

	printf("{\"role\":\"%s\",\"family\":\"%s\",\"here\":%u,\"there\":%u,",
	       conn->active ? "active" : "passive",
	       conn->in6 ? "inet6" : "inet", conn->here, conn->there);
	printf("\"outcome\":\"%s\",\"times\":%u,\"error\":%d,\"state\":\"%s\",\"spared\":%s}\n",
	       outcome_of(conn), conn->active ? conn->up : conn->births,
	       conn->error, states[state], conn->spared ? "true" : "false");
}

/* Without a FIN, which nobody would answer. */
static void end(struct conn *conn)
{
	const struct linger at_once = { 1, 0 };

	if (conn->fd >= 0) {
		setsockopt(conn->fd, SOL_SOCKET, SO_LINGER, &at_once,
			   sizeof(at_once));
		close(conn->fd);
	}
	conn->fd = -1;
	conn->ended = true;
	report(conn, TCP_CLOSE);
}

static int open_socket(int type, int port)
{
	struct sockaddr_in6 at = {
		.sin6_family = AF_INET6, .sin6_port = htons(port),
	};
	int fd = socket(AF_INET6, type | SOCK_NONBLOCK, 0), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	check(!bind(fd, (void *)&at, sizeof(at)), "hostile: bind");
	return fd;
}

static void run(unsigned long count, unsigned int connections)
{
	unsigned long each = count / connections / 3;
	struct conn *conn;
	unsigned int i;

	for (i = 0; i < connections; i++) {
		if (i >= OPEN)
			end(&conns[i - OPEN]);
		conn = begin();
		shoot(conn, each);
		finish(conn);
		shoot(conn, each);
		shoot(NULL, each);
	}
	/* What does not come out even, so that it is as many as were asked for */
	shoot(NULL, count - 3 * each * connections);
	for (i = connections > OPEN ? connections - OPEN : 0; i < made; i++) {
		look(&conns[i]);
		if (conns[i].up)
			report(&conns[i], state_of(&conns[i]));
		else
			end(&conns[i]);
	}
}

int main(int argc, char **argv)
{
	unsigned int connections, i;

	connections = argc == 5 ? strtoul(argv[4], NULL, 0) : 0;
	if (!connections || connections > MOST) {
		fprintf(stderr, "usage: hostile DEVICE SEED COUNT CONNECTIONS\n");
		return 2;
	}
	tun = tun_open(argv[1]);
	shot_state = strtoull(argv[2], NULL, 0);
	listener = open_socket(SOCK_STREAM, PORT);
	check(!listen(listener, 1024), "hostile: listen");
	datagrams = open_socket(SOCK_DGRAM, PORT);
	run(strtoul(argv[3], NULL, 0), connections);
	for (i = 0; i < KINDS; i++)
		fprintf(stderr, "%s %lu\n", kinds[i].name, kinds[i].taken);
	puts("done");
	fflush(stdout);
	pause();
	return 0;
}
