// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any filter on any entry, against conditions that are written out one by one,
 * and bit by bit where they are about bits.
 *
 * Input: the members of both, most of them taken from few values, so that they
 * meet.
 */
#include "fuzz.h"

#include "pure/filter.h"

static struct in6_addr any_address(struct input *input)
{
	struct in6_addr addr = { 0 };
	unsigned int i;

	switch (input_below(input, 4)) {
	case 0:
		return addr;
	case 1:
		for (i = 0; i < 16; i++)
			addr.s6_addr[i] = input_number(input, 1);
		return addr;
	case 2:
		addr.s6_addr[0] = 0xfd;
		break;
	default:
		addr.s6_addr[10] = 0xff;
		addr.s6_addr[11] = 0xff;
		addr.s6_addr[12] = 10;
	}
	addr.s6_addr[15] = input_number(input, 1);
	return addr;
}

static u64 any_set(struct input *input)
{
	return input_below(input, 3) ? 0 : input_number(input, 8);
}

static struct sl_prefix any_prefix(struct input *input)
{
	struct sl_prefix ret = { .bits = 0 };

	if (input_below(input, 2)) {
		ret.bits = input_below(input, 129);
		ret.addr = any_address(input);
	}
	return ret;
}

static struct sl_ports any_ports(struct input *input)
{
	struct sl_ports ret = { 0 };

	if (input_below(input, 2)) {
		ret.from = input_number(input, 2);
		ret.to = input_number(input, 2);
	}
	return ret;
}

static u8 any_family(struct input *input)
{
	static const u8 families[] = { AF_UNSPEC, AF_INET, AF_INET6 };

	return families[input_below(input, ARRAY_SIZE(families))];
}

static void make_filter(struct input *input, struct sl_filter *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->local = any_prefix(input);
	ret->remote = any_prefix(input);
	ret->lport = any_ports(input);
	ret->rport = any_ports(input);
	ret->reasons = any_set(input);
	ret->roles = any_set(input);
	ret->states = any_set(input);
	ret->outcomes = any_set(input);
	ret->listener_id = input_below(input, 3);
	ret->pid = input_below(input, 3);
	ret->scope = input_below(input, 3);
	ret->family = any_family(input);
	ret->proto = input_below(input, 3);
	ret->live = input_below(input, 3);
}

static void make_subject(struct input *input, struct sl_subject *ret)
{
	unsigned int i;

	memset(ret, 0, sizeof(*ret));
	ret->local = any_address(input);
	ret->remote = any_address(input);
	ret->lport = input_number(input, 2);
	ret->rport = input_number(input, 2);
	ret->scope = input_below(input, 3);
	ret->listener_id = input_below(input, 3);
	for (i = 0; i < SL_SUBJECT_PIDS; i++)
		ret->pids[i] = input_below(input, 4);
	ret->family = any_family(input);
	ret->proto = input_below(input, 3);
	ret->role = input_number(input, 1);
	ret->state = input_number(input, 1);
	ret->outcome = input_number(input, 1);
	ret->reason = input_number(input, 1);
	ret->handshake = input_below(input, 2);
	ret->live = input_below(input, 2);
}

/* No set is no condition. */
static bool misses(u64 set, unsigned int member)
{
	unsigned int i;

	for (i = 0; i < 64; i++)
		if (i == member && set & (u64)1 << i)
			return false;
	return set;
}

static unsigned int bit_of(const struct in6_addr *addr, unsigned int i)
{
	return addr->s6_addr[i / 8] >> (7 - i % 8) & 1;
}

static bool is_ipv4(const struct in6_addr *addr)
{
	return IN6_IS_ADDR_V4MAPPED(addr);
}

static bool outside(const struct sl_prefix *prefix,
		    const struct in6_addr *addr, u16 port)
{
	unsigned int i;

	if (!prefix->bits)
		return false;
	/* Without a port there is no address. */
	if (!port)
		return true;
	/* Less than the 96 bits before it: that is no prefix of IPv4. */
	if (is_ipv4(addr) && prefix->bits < 96)
		return true;
	for (i = 0; i < prefix->bits; i++)
		if (bit_of(&prefix->addr, i) != bit_of(addr, i))
			return true;
	return false;
}

static bool beyond(const struct sl_ports *ports, u16 port)
{
	if (!ports->from && !ports->to)
		return false;
	return !port || port < ports->from || port > ports->to;
}

static bool other(u64 wanted, u64 value)
{
	return wanted && wanted != value;
}

static bool of_other_family(u8 wanted, const struct sl_subject *s)
{
	if (!s->lport && !s->rport)
		return other(wanted, s->family);
	if (is_ipv4(s->rport ? &s->remote : &s->local))
		return other(wanted, AF_INET);
	return other(wanted, AF_INET6);
}

static bool model(const struct sl_filter *f, const struct sl_subject *s)
{
	bool program = !f->pid;
	unsigned int i;

	for (i = 0; i < SL_SUBJECT_PIDS; i++)
		program |= s->pids[i] == f->pid;
	if (!program || of_other_family(f->family, s) ||
	    other(f->proto, s->proto) || other(f->scope, s->scope) ||
	    other(f->listener_id, s->listener_id))
		return false;
	if ((f->live == SL_FILTER_LIVE && !s->live) ||
	    (f->live == SL_FILTER_ENDED && s->live))
		return false;
	if (misses(f->roles, s->role) || misses(f->states, s->state))
		return false;
	if ((f->outcomes || f->reasons) && !s->handshake)
		return false;
	if (misses(f->outcomes, s->outcome) || misses(f->reasons, s->reason))
		return false;
	return !beyond(&f->lport, s->lport) && !beyond(&f->rport, s->rport) &&
	       !outside(&f->local, &s->local, s->lport) &&
	       !outside(&f->remote, &s->remote, s->rport);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_of(data, size);
	struct sl_subject subject;
	struct sl_filter filter;

	make_filter(&input, &filter);
	make_subject(&input, &subject);
	MUST(sl_filter_takes(&filter, &subject) == model(&filter, &subject));
	return 0;
}
