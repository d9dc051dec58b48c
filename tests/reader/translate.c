// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the reader asks the kernel for: each line of standard input is a filter,
 * and each line of the output says what the request for it would hold.
 */
#include "filter_kernel.h"
#include "filter_parse.h"

#include "uapi/sockledger.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <libmnl/libmnl.h>
#include <stdio.h>
#include <string.h>

static const char * const names[] = {
	[SOCKLEDGER_A_FILTER_FAMILY] = "family",
	[SOCKLEDGER_A_FILTER_PROTO] = "proto",
	[SOCKLEDGER_A_FILTER_LIVE] = "live",
	[SOCKLEDGER_A_FILTER_ROLES] = "roles",
	[SOCKLEDGER_A_FILTER_STATES] = "states",
	[SOCKLEDGER_A_FILTER_OUTCOMES] = "outcomes",
	[SOCKLEDGER_A_FILTER_REASONS] = "reasons",
	[SOCKLEDGER_A_FILTER_LOCAL_PORT_FROM] = "local-port-from",
	[SOCKLEDGER_A_FILTER_LOCAL_PORT_TO] = "local-port-to",
	[SOCKLEDGER_A_FILTER_REMOTE_PORT_FROM] = "remote-port-from",
	[SOCKLEDGER_A_FILTER_REMOTE_PORT_TO] = "remote-port-to",
	[SOCKLEDGER_A_FILTER_LOCAL_ADDR] = "local-addr",
	[SOCKLEDGER_A_FILTER_LOCAL_BITS] = "local-bits",
	[SOCKLEDGER_A_FILTER_REMOTE_ADDR] = "remote-addr",
	[SOCKLEDGER_A_FILTER_REMOTE_BITS] = "remote-bits",
	[SOCKLEDGER_A_FILTER_PID] = "pid",
	[SOCKLEDGER_A_FILTER_LISTENER_ID] = "listener-id",
};

/* The members of a set, each by its number. */
static void print_set(uint64_t set)
{
	const char *comma = "";
	unsigned int i;

	for (i = 0; i < 64; i++) {
		if (!(set >> i & 1))
			continue;
		printf("%s%u", comma, i);
		comma = ",";
	}
}

static void print_value(const struct nlattr *attr)
{
	char text[INET6_ADDRSTRLEN];

	switch (mnl_attr_get_type(attr)) {
	case SOCKLEDGER_A_FILTER_LOCAL_ADDR:
	case SOCKLEDGER_A_FILTER_REMOTE_ADDR:
		inet_ntop(mnl_attr_get_payload_len(attr) == 4 ? AF_INET :
								AF_INET6,
			  mnl_attr_get_payload(attr), text, sizeof(text));
		fputs(text, stdout);
		break;
	case SOCKLEDGER_A_FILTER_ROLES:
	case SOCKLEDGER_A_FILTER_STATES:
	case SOCKLEDGER_A_FILTER_OUTCOMES:
		print_set(mnl_attr_get_u32(attr));
		break;
	case SOCKLEDGER_A_FILTER_REASONS:
		print_set(mnl_attr_get_u64(attr));
		break;
	default:
		switch (mnl_attr_get_payload_len(attr)) {
		case 1:
			printf("%u", mnl_attr_get_u8(attr));
			break;
		case 2:
			printf("%u", ntohs(mnl_attr_get_u16(attr)));
			break;
		case 4:
			printf("%" PRIu32, mnl_attr_get_u32(attr));
			break;
		default:
			printf("%" PRIu64, mnl_attr_get_u64(attr));
		}
	}
}

static void print_request(const struct nlmsghdr *request)
{
	const struct nlattr *nest, *attr;
	const char *blank = "";

	mnl_attr_for_each(nest, request, 0) {
		mnl_attr_for_each_nested(attr, nest) {
			printf("%s%s=", blank, names[mnl_attr_get_type(attr)]);
			print_value(attr);
			blank = " ";
		}
	}
	puts(*blank ? "" : "everything");
}

static void translate(char *line)
{
	char buffer[4096] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	char *words[2] = { line };
	struct filter *filter = NULL;

	if (filter_parse(words, &filter_entries, &filter) != STATUS_FOUND)
		puts("refused");
	else if (!filter_kernel_put(filter, request))
		puts("nothing");
	else
		print_request(request);
	filter_free(filter);
}

int main(void)
{
	char line[4096];

	while (fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		translate(line);
	}
	return 0;
}
