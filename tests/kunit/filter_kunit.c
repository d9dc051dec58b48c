// SPDX-License-Identifier: GPL-2.0
/*
 * The filter of a dump: each condition at its borders, alone and together, put
 * to a connection over IPv4, one over IPv6, and what has next to nothing.
 */
#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/in.h>
#include <linux/socket.h>

#include "pure/filter.h"
#include "uapi/sockledger.h"

#define V4(a, b, c, d) { .s6_addr = { [10] = 0xff, 0xff, a, b, c, d } }
#define V6(last) { .s6_addr = { 0xfd, [8] = 0x80, [15] = last } }

/* 10.0.1.2:4000 > 10.0.2.2:80 */
static const struct sl_subject over4 = {
	.local = V4(10, 0, 1, 2),
	.remote = V4(10, 0, 2, 2),
	.lport = 4000,
	.rport = 80,
	.family = AF_INET,
	.proto = IPPROTO_TCP,
	.role = SOCKLEDGER_ROLE_ACTIVE,
	.state = TCP_ESTABLISHED,
	.handshake = true,
	.outcome = SOCKLEDGER_OUTCOME_ESTABLISHED,
	.pids = { 7, 9 },
	.live = true,
};

/* [fd00:0:0:0:8000::1]:80 < [...::2]:65535, over and refused */
static const struct sl_subject over6 = {
	.local = V6(1),
	.remote = V6(2),
	.lport = 80,
	.rport = 65535,
	.scope = 3,
	.listener_id = 5,
	.family = AF_INET6,
	.proto = IPPROTO_TCP,
	.role = SOCKLEDGER_ROLE_PASSIVE,
	.state = TCP_CLOSE,
	.handshake = true,
	.outcome = SOCKLEDGER_OUTCOME_REFUSED,
	.reason = SOCKLEDGER_REASON_PEER_RST,
};

/* A socket that did nothing yet */
static const struct sl_subject idle = {
	.family = AF_INET6,
	.proto = IPPROTO_UDP,
	.role = SOCKLEDGER_ROLE_DATAGRAM,
	.live = true,
};

struct filter_row {
	const char *name;
	struct sl_filter filter;
	bool over4, over6, idle;	/* which of the three it takes */
};

static const struct filter_row filter_rows[] = {
	{ "nothing", { }, true, true, true },
	{ "family inet", { .family = AF_INET }, true, false, false },
	{ "family inet6", { .family = AF_INET6 }, false, true, true },
	{ "proto tcp", { .proto = IPPROTO_TCP }, true, true, false },
	{ "proto udp", { .proto = IPPROTO_UDP }, false, false, true },
	{ "live", { .live = SL_FILTER_LIVE }, true, false, true },
	{ "ended", { .live = SL_FILTER_ENDED }, false, true, false },
	{ "scope", { .scope = 3 }, false, true, false },
	{ "listener", { .listener_id = 5 }, false, true, false },
	{ "another listener", { .listener_id = 6 }, false, false, false },
	{ "first pid", { .pid = 7 }, true, false, false },
	{ "second pid", { .pid = 9 }, true, false, false },
	{ "another pid", { .pid = 8 }, false, false, false },
	{ "one role", { .roles = BIT(SOCKLEDGER_ROLE_ACTIVE) },
	  true, false, false },
	{ "two roles", { .roles = BIT(SOCKLEDGER_ROLE_ACTIVE) |
				  BIT(SOCKLEDGER_ROLE_DATAGRAM) },
	  true, false, true },
	{ "one state", { .states = BIT(TCP_ESTABLISHED) }, true, false, false },
	{ "no state", { .states = BIT(0) }, false, false, true },
	{ "some states", { .states = BIT(0) | BIT(TCP_CLOSE) },
	  false, true, true },
	{ "outcome established",
	  { .outcomes = BIT(SOCKLEDGER_OUTCOME_ESTABLISHED) },
	  true, false, false },
	/* What has no handshake is not in progress. */
	{ "outcome in progress",
	  { .outcomes = BIT(SOCKLEDGER_OUTCOME_IN_PROGRESS) },
	  false, false, false },
	{ "two outcomes", { .outcomes = BIT(SOCKLEDGER_OUTCOME_ESTABLISHED) |
					BIT(SOCKLEDGER_OUTCOME_REFUSED) },
	  true, true, false },
	{ "no reason", { .reasons = BIT(SOCKLEDGER_REASON_NONE) },
	  true, false, false },
	{ "a reason", { .reasons = BIT(SOCKLEDGER_REASON_PEER_RST) },
	  false, true, false },
	{ "an outcome for another reason",
	  { .outcomes = BIT(SOCKLEDGER_OUTCOME_REFUSED),
	    .reasons = BIT(SOCKLEDGER_REASON_ABORTED) }, false, false, false },
	{ "local port", { .lport = { 4000, 4000 } }, true, false, false },
	{ "local ports from it", { .lport = { 4000, 4001 } },
	  true, false, false },
	{ "local ports to it", { .lport = { 3999, 4000 } },
	  true, false, false },
	{ "local ports above it", { .lport = { 4001, 65535 } },
	  false, false, false },
	{ "local ports below it", { .lport = { 81, 3999 } },
	  false, false, false },
	{ "all local ports", { .lport = { 1, 65535 } }, true, true, false },
	{ "remote port", { .rport = { 80, 80 } }, true, false, false },
	{ "last remote port", { .rport = { 65535, 65535 } },
	  false, true, false },
	{ "all remote ports", { .rport = { 1, 65535 } }, true, true, false },
	{ "local address", { .local = { V4(10, 0, 1, 2), 128 } },
	  true, false, false },
	{ "its neighbour", { .local = { V4(10, 0, 1, 3), 128 } },
	  false, false, false },
	{ "the two of them", { .local = { V4(10, 0, 1, 3), 127 } },
	  true, false, false },
	{ "remote prefix", { .remote = { V4(10, 0, 2, 0), 96 + 24 } },
	  true, false, false },
	{ "remote prefix, host bits set",
	  { .remote = { V4(10, 0, 2, 77), 96 + 24 } }, true, false, false },
	{ "another remote prefix", { .remote = { V4(10, 0, 1, 0), 96 + 24 } },
	  false, false, false },
	{ "a prefix that ends within a byte",
	  { .remote = { V4(10, 0, 3, 0), 96 + 23 } }, true, false, false },
	{ "all of IPv4", { .local = { V4(0, 0, 0, 0), 96 } },
	  true, false, false },
	{ "remote IPv6 address", { .remote = { V6(2), 128 } },
	  false, true, false },
	{ "local IPv6 prefix", { .local = { V6(0), 65 } }, false, true, false },
	{ "another IPv6 prefix",
	  { .local = { { .s6_addr = { 0xfd } }, 65 } }, false, false, false },
	{ "a shorter one", { .local = { { .s6_addr = { 0xfd } }, 64 } },
	  false, true, false },
	{ "one bit of IPv6", { .local = { { .s6_addr = { 0x80 } }, 1 } },
	  false, true, false },
	/* It is all zeros up to there, as is an IPv4 address. */
	{ "IPv6 prefix of zeros", { .local = { { }, 64 } },
	  false, false, false },
	{ "everything at once",
	  { .family = AF_INET, .proto = IPPROTO_TCP, .live = SL_FILTER_LIVE,
	    .pid = 9, .roles = BIT(SOCKLEDGER_ROLE_ACTIVE),
	    .states = BIT(TCP_ESTABLISHED),
	    .outcomes = BIT(SOCKLEDGER_OUTCOME_ESTABLISHED),
	    .reasons = BIT(SOCKLEDGER_REASON_NONE),
	    .lport = { 4000, 4000 }, .rport = { 80, 80 },
	    .local = { V4(10, 0, 0, 0), 96 + 8 },
	    .remote = { V4(10, 0, 2, 2), 128 } }, true, false, false },
};

static void filter_row_desc(const struct filter_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(filter, filter_rows, filter_row_desc);

static void takes_what_it_says(struct kunit *test)
{
	const struct filter_row *row = test->param_value;

	KUNIT_EXPECT_EQ(test, sl_filter_takes(&row->filter, &over4),
			row->over4);
	KUNIT_EXPECT_EQ(test, sl_filter_takes(&row->filter, &over6),
			row->over6);
	KUNIT_EXPECT_EQ(test, sl_filter_takes(&row->filter, &idle), row->idle);
}

static void family_is_of_the_peer_or_else_its_own(struct kunit *test)
{
	static const struct sl_filter ipv4 = { .family = AF_INET };
	static const struct sl_filter ipv6 = { .family = AF_INET6 };
	/* [::]:4000 > 10.0.2.2:80, over a socket that takes both */
	struct sl_subject both = {
		.remote = V4(10, 0, 2, 2),
		.lport = 4000,
		.rport = 80,
		.family = AF_INET6,
	};

	KUNIT_EXPECT_TRUE(test, sl_filter_takes(&ipv4, &both));
	KUNIT_EXPECT_FALSE(test, sl_filter_takes(&ipv6, &both));
	/* One that never got a port */
	both.lport = 0;
	KUNIT_EXPECT_TRUE(test, sl_filter_takes(&ipv4, &both));
	KUNIT_EXPECT_FALSE(test, sl_filter_takes(&ipv6, &both));
	/* A listener */
	both.lport = 80;
	both.rport = 0;
	KUNIT_EXPECT_FALSE(test, sl_filter_takes(&ipv4, &both));
	KUNIT_EXPECT_TRUE(test, sl_filter_takes(&ipv6, &both));
}

static struct kunit_case filter_cases[] = {
	KUNIT_CASE_PARAM(takes_what_it_says, filter_gen_params),
	KUNIT_CASE(family_is_of_the_peer_or_else_its_own),
	{ }
};

static struct kunit_suite filter_suite = {
	.name = "sockledger_filter",
	.test_cases = filter_cases,
};

kunit_test_suite(filter_suite);
