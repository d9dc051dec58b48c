// SPDX-License-Identifier: GPL-2.0-only
/*
 * Filters and entries made at random: what the reader's filter takes, the
 * module has to take for the request that is made of it. Each line of the
 * output is a filter that lost an entry; the last one counts.
 */
#include "filter_kernel.h"
#include "filter_parse.h"
#include "memory.h"
#include "model.h"

#include "uapi/sockledger.h"

#include <libmnl/libmnl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILTERS	3000
#define ENTRIES	40

/* Few values of each, so that many meet. */
static const char * const conditions[] = {
	"state established", "state close state time-wait", "exclude listening",
	"state syn-recv", "state all exclude close", "state != closed",
	"sport = :80", "sport != :80", "sport >= :80", "sport < :81",
	"sport > :80", "sport <= :0", "sport gt :65534",
	"dport = :443", "dport = :0", "dport le :443", "dport != :443",
	"src 10.0.0.1", "src 10.0.0.0/24", "src 10.0.0.0/31", "src 0.0.0.0/0",
	"dst 10.0.1.1", "dst 10.0.0.0/15", "dst != 10.0.0.1",
	"dst [fd00::1]", "dst fd00::/8", "dst ::/0", "dst 0.0.0.0/1",
	"dst 10.0.0.1:443", "src [fd00::1]:80", "src *:80",
	"proto tcp", "proto udp", "proto != tcp", "family inet",
	"family != inet", "role active", "role != passive", "role datagram",
	"outcome established", "outcome refused", "outcome != refused",
	"reason none", "reason != none", "reason peer-rst", "live", "history",
	"listener 5", "listener != 5", "listener = 0", "pid 7", "pid 8",
	"pid != 7", "id > 0", "autobound",
};

static unsigned int pick(unsigned int count)
{
	return random() % count;
}

static void make_filter(char *dst, size_t size, unsigned int depth)
{
	char left[1024], right[1024];

	if (!depth || !pick(3)) {
		snprintf(dst, size, "%s",
			 conditions[pick(ARRAY_SIZE(conditions))]);
		return;
	}
	make_filter(left, sizeof(left) / (5 - depth), depth - 1);
	make_filter(right, sizeof(right) / (5 - depth), depth - 1);
	if (!pick(3))
		snprintf(dst, size, "not (%.500s)", left);
	else
		snprintf(dst, size, "(%.490s) %s (%.490s)", left,
			 pick(2) ? "and" : "or", right);
}

static void make_address(bool in6, uint8_t *ret)
{
	static const uint8_t last[] = { 0, 1, 2, 200 };

	memset(ret, 0, 16);
	if (!pick(6))
		return;
	ret[0] = in6 ? 0xfd : 10;
	ret[in6 ? 14 : 2] = pick(2);
	ret[in6 ? 15 : 3] = last[pick(ARRAY_SIZE(last))];
}

static void make_model(struct model *ret)
{
	static const uint8_t protos[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDPLITE };
	static const uint16_t lports[] = { 0, 1, 79, 80, 81, 65535 };
	static const uint16_t rports[] = { 0, 0, 443, 444 };
	static const uint32_t pids[] = { 0, 7, 8, 9 };
	unsigned int i;

	memset(ret, 0, sizeof(*ret));
	ret->in6 = pick(2);
	ret->lport = lports[pick(ARRAY_SIZE(lports))];
	ret->rport = rports[pick(ARRAY_SIZE(rports))];
	if (ret->lport)
		make_address(ret->in6, ret->local);
	if (ret->rport)
		make_address(ret->in6, ret->remote);
	ret->proto = protos[pick(ARRAY_SIZE(protos))];
	ret->role = ret->proto == IPPROTO_TCP ?
		    pick(SOCKLEDGER_ROLE_DATAGRAM) : SOCKLEDGER_ROLE_DATAGRAM;
	if (ret->role != SOCKLEDGER_ROLE_DATAGRAM)
		ret->state = pick(12);
	ret->handshake = pick(2);
	if (ret->handshake) {
		ret->outcome = pick(4);
		ret->reason = pick(3);
	}
	ret->listener_id = pick(2) ? 5 : 0;
	for (i = 0; i < MODEL_PROGRAMS; i++)
		ret->pids[i] = pids[pick(ARRAY_SIZE(pids))];
	ret->live = pick(2);
}

static uint64_t bit(bool has, unsigned int attr)
{
	return has ? UINT64_C(1) << attr : 0;
}

static void entry_of(const struct model *model, struct entry *ret)
{
	size_t length = model->in6 ? 16 : 4, i;

	memset(ret, 0, sizeof(*ret));
	ret->has = bit(true, SOCKLEDGER_A_ENTRY_ID) |
		   bit(true, SOCKLEDGER_A_ENTRY_ROLE) |
		   bit(model->live, SOCKLEDGER_A_ENTRY_LIVE) |
		   bit(model->state, SOCKLEDGER_A_ENTRY_STATE) |
		   bit(model->lport, SOCKLEDGER_A_ENTRY_LOCAL_ADDR) |
		   bit(model->rport, SOCKLEDGER_A_ENTRY_REMOTE_ADDR);
	ret->id = 1;
	ret->family = model->in6 ? AF_INET6 : AF_INET;
	ret->proto = model->proto;
	ret->role = model->role;
	ret->state = model->state;
	ret->listener_id = model->listener_id;
	ret->local_port = model->lport;
	ret->remote_port = model->rport;
	address_set(&ret->local_addr, model->local, length);
	address_set(&ret->remote_addr, model->remote, length);
	if (model->handshake)
		ret->handshake.has = bit(true, SOCKLEDGER_A_HANDSHAKE_OUTCOME) |
				     bit(true, SOCKLEDGER_A_HANDSHAKE_REASON);
	ret->handshake.outcome = model->outcome;
	ret->handshake.reason = model->reason;
	ret->holders = memory_array(NULL, MODEL_PROGRAMS,
				    sizeof(*ret->holders));
	memset(ret->holders, 0, MODEL_PROGRAMS * sizeof(*ret->holders));
	for (i = 0; i < MODEL_PROGRAMS; i++) {
		if (!model->pids[i])
			continue;
		ret->holders[ret->holder_count].has =
			bit(true, SOCKLEDGER_A_OWNER_PID);
		ret->holders[ret->holder_count++].pid = model->pids[i];
	}
}

static unsigned int taken, spared;

/* Whether it lost none. */
static bool try_entries(const struct filter *filter, bool something,
			const struct nlmsghdr *request)
{
	bool reader, kernel, good = true;
	struct model model;
	struct entry entry;
	unsigned int i;

	for (i = 0; i < ENTRIES; i++) {
		make_model(&model);
		entry_of(&model, &entry);
		reader = filter_takes_entry(filter, &entry);
		kernel = something && kernel_takes(request, &model);
		taken += reader;
		spared += !kernel;
		if (reader && !kernel)
			good = false;
		entry_release(&entry);
	}
	return good;
}

int main(void)
{
	char buffer[4096] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *request;
	struct filter *filter;
	char text[1024];
	char *words[2] = { text };
	bool something;
	unsigned int i;

	srandom(1);
	for (i = 0; i < FILTERS; i++) {
		make_filter(text, sizeof(text), 4);
		request = mnl_nlmsg_put_header(buffer);
		if (filter_parse(words, &filter_entries, &filter))
			return 1;
		something = filter_kernel_put(filter, request);
		if (!try_entries(filter, something, request))
			puts(text);
		filter_free(filter);
	}
	printf("%u taken, %u spared\n", taken, spared);
	return 0;
}
