// SPDX-License-Identifier: GPL-2.0
/*
 * A filter is any expression, and the kernel takes one condition on each
 * aspect. So each part of the expression is turned into the narrowest such
 * conditions that everything it takes meets: of "and" those of both sides, of
 * "or" those wide enough for either.
 */
#include "filter_kernel.h"

#include "uapi/sockledger.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/stat.h>

#define SETS	(ASPECT_CODED - ASPECT_NUMBERS)
#define PREFIXES	(ASPECT_ADDRESSES - ASPECT_CODED)

struct bounds {
	bool nothing;		/* can meet them; the rest means nothing then */
	struct range number[ASPECT_NUMBERS];
	uint64_t set[SETS];
	struct prefix prefix[PREFIXES];	/* no bits: anywhere */
	uint64_t pid;		/* of one of the programs; 0: any */
};

static uint64_t number_most(enum aspect aspect)
{
	switch (aspect) {
	case ASPECT_LOCAL_PORT:
	case ASPECT_REMOTE_PORT:
		return UINT16_MAX;
	case ASPECT_LIVE:
	case ASPECT_CHOSEN:
		return 1;
	default:
		return UINT64_MAX;
	}
}

static void bounds_of_everything(struct bounds *ret)
{
	unsigned int i;

	memset(ret, 0, sizeof(*ret));
	for (i = 0; i < ASPECT_NUMBERS; i++)
		ret->number[i].to = number_most(i);
	for (i = 0; i < SETS; i++)
		ret->set[i] = UINT64_MAX;
}

/* What is left at one end; a hole in the middle is no range. */
static void cut_out(struct range *from, const struct range *range)
{
	if (range->from > range->to)
		return;
	if (range->to >= from->to) {
		if (range->from)
			from->to = range->from - 1;
		else
			*from = (struct range){ .from = 1, .to = 0 };
	} else if (!range->from) {
		from->from = range->to + 1;
	}
}

static void bounds_of_test(const struct test *test, bool negated,
			   struct bounds *ret)
{
	enum aspect aspect = test->aspect;
	uint64_t *set;

	bounds_of_everything(ret);
	if (aspect < ASPECT_NUMBERS) {
		if (negated)
			cut_out(&ret->number[aspect], &test->range);
		else
			ret->number[aspect] = test->range;
		ret->nothing = ret->number[aspect].from >
			       ret->number[aspect].to;
	} else if (aspect < ASPECT_CODED) {
		set = &ret->set[aspect - ASPECT_NUMBERS];
		*set = negated ? ~test->set : test->set;
		ret->nothing = !*set;
	} else if (aspect < ASPECT_ADDRESSES) {
		if (!negated)
			ret->prefix[aspect - ASPECT_CODED] = test->prefix;
	} else if (aspect == ASPECT_PID) {
		if (!negated && test->range.from == test->range.to)
			ret->pid = test->range.from;
	}
}

/* How many leading bits two addresses share, up to @most. */
static unsigned int common_bits(const struct address *a,
				const struct address *b, unsigned int most)
{
	unsigned int i;

	for (i = 0; i < most; i++)
		if ((a->bytes[i / 8] ^ b->bytes[i / 8]) & 0x80 >> i % 8)
			break;
	return i;
}

/* An address is in both: one prefix holds the other. */
static bool narrow_prefix(struct prefix *to, const struct prefix *by)
{
	unsigned int least = to->bits < by->bits ? to->bits : by->bits;

	if (least && (to->addr.family != by->addr.family ||
		      common_bits(&to->addr, &by->addr, least) < least))
		return false;
	if (by->bits > to->bits)
		*to = *by;
	return true;
}

static void widen_prefix(struct prefix *to, const struct prefix *by)
{
	unsigned int least = to->bits < by->bits ? to->bits : by->bits;

	if (to->addr.family != by->addr.family)
		to->bits = 0;
	else
		to->bits = common_bits(&to->addr, &by->addr, least);
}

static void narrow(struct bounds *to, const struct bounds *by)
{
	unsigned int i;

	if (by->nothing)
		to->nothing = true;
	for (i = 0; i < ASPECT_NUMBERS; i++) {
		if (by->number[i].from > to->number[i].from)
			to->number[i].from = by->number[i].from;
		if (by->number[i].to < to->number[i].to)
			to->number[i].to = by->number[i].to;
		if (to->number[i].from > to->number[i].to)
			to->nothing = true;
	}
	for (i = 0; i < SETS; i++) {
		to->set[i] &= by->set[i];
		if (!to->set[i])
			to->nothing = true;
	}
	for (i = 0; i < PREFIXES; i++)
		if (!narrow_prefix(&to->prefix[i], &by->prefix[i]))
			to->nothing = true;
	/* Two programs may share a socket: either tells. */
	if (!to->pid)
		to->pid = by->pid;
}

static void widen(struct bounds *to, const struct bounds *by)
{
	unsigned int i;

	if (by->nothing)
		return;
	if (to->nothing) {
		*to = *by;
		return;
	}
	for (i = 0; i < ASPECT_NUMBERS; i++) {
		if (by->number[i].from < to->number[i].from)
			to->number[i].from = by->number[i].from;
		if (by->number[i].to > to->number[i].to)
			to->number[i].to = by->number[i].to;
	}
	for (i = 0; i < SETS; i++)
		to->set[i] |= by->set[i];
	for (i = 0; i < PREFIXES; i++)
		widen_prefix(&to->prefix[i], &by->prefix[i]);
	if (to->pid != by->pid)
		to->pid = 0;
}

static void bounds_of(const struct filter *filter, bool negated,
		      struct bounds *ret)
{
	bool both = filter->kind == FILTER_AND;
	struct bounds right;

	switch (filter->kind) {
	case FILTER_TEST:
		bounds_of_test(&filter->test, negated, ret);
		return;
	case FILTER_NOT:
		bounds_of(filter->left, !negated, ret);
		return;
	default:
		bounds_of(filter->left, negated, ret);
		bounds_of(filter->right, negated, &right);
		/* "not (a and b)" is "not a or not b". */
		if (both != negated)
			narrow(ret, &right);
		else
			widen(ret, &right);
	}
}

/* No port counts as port 0 here, and as none of a range in the kernel. */
static void put_ports(struct nlmsghdr *request, uint16_t from, uint16_t to,
		      const struct range *ports)
{
	if (!ports->from)
		return;
	mnl_attr_put_u16(request, from, htons(ports->from));
	if (ports->to < UINT16_MAX)
		mnl_attr_put_u16(request, to, htons(ports->to));
}

/* Likewise: an end without an address has that of all zeros. */
static void put_prefix(struct nlmsghdr *request, uint16_t addr, uint16_t bits,
		       const struct prefix *prefix)
{
	static const struct address zeros;
	unsigned int all = address_bits(&prefix->addr);

	if (common_bits(&prefix->addr, &zeros, prefix->bits) == prefix->bits)
		return;
	mnl_attr_put(request, addr, all / 8, prefix->addr.bytes);
	if (prefix->bits < all)
		mnl_attr_put_u8(request, bits, prefix->bits);
}

static bool one_number(const struct range *range)
{
	return range->from == range->to && range->from;
}

static void put_numbers(struct nlmsghdr *request, const struct bounds *bounds)
{
	const struct range *number = bounds->number;

	if (one_number(&number[ASPECT_FAMILY]))
		mnl_attr_put_u8(request, SOCKLEDGER_A_FILTER_FAMILY,
				number[ASPECT_FAMILY].from);
	if (one_number(&number[ASPECT_PROTO]))
		mnl_attr_put_u8(request, SOCKLEDGER_A_FILTER_PROTO,
				number[ASPECT_PROTO].from);
	if (number[ASPECT_LIVE].from == number[ASPECT_LIVE].to)
		mnl_attr_put_u8(request, SOCKLEDGER_A_FILTER_LIVE,
				number[ASPECT_LIVE].from);
	if (one_number(&number[ASPECT_LISTENER]))
		mnl_attr_put_u64(request, SOCKLEDGER_A_FILTER_LISTENER_ID,
				 number[ASPECT_LISTENER].from);
}

/* The codes below @count that are in a set, 0 where all of them are. */
static uint64_t some_of(uint64_t set, unsigned int count)
{
	uint64_t all = SUBJECT_BIT(count) - 1;

	return (set & all) == all ? 0 : set & all;
}

/* Those that subject.c makes up are none to the kernel. */
#define WITHOUT_STATE	(SUBJECT_BIT(SUBJECT_NONE) | \
			 SUBJECT_BIT(TCP_ESTABLISHED) | \
			 SUBJECT_BIT(TCP_SYN_RECV) | SUBJECT_BIT(TCP_CLOSE))

/* The last of them, NEW_SYN_RECV, is not in the C library's header. */
#define STATES	(TCP_CLOSING + 2)

static uint64_t states_of(uint64_t set)
{
	bool none = set & WITHOUT_STATE;

	set = some_of(set | SUBJECT_BIT(0), STATES);
	return none ? set : set & ~SUBJECT_BIT(0);
}

/* To the kernel, what has no handshake is in no set of outcomes or reasons. */
static uint64_t if_any(uint64_t set, unsigned int count)
{
	return set & SUBJECT_BIT(SUBJECT_NONE) ? 0 : some_of(set, count);
}

static void put_set(struct nlmsghdr *request, uint16_t attr, uint64_t set)
{
	if (set)
		mnl_attr_put_u32(request, attr, set);
}

static void put_sets(struct nlmsghdr *request, const struct bounds *bounds)
{
	const uint64_t *set = bounds->set;
	uint64_t reasons;

	put_set(request, SOCKLEDGER_A_FILTER_ROLES,
		some_of(set[ASPECT_ROLE - ASPECT_NUMBERS],
			__SOCKLEDGER_ROLE_MAX));
	put_set(request, SOCKLEDGER_A_FILTER_STATES,
		states_of(set[ASPECT_STATE - ASPECT_NUMBERS]));
	put_set(request, SOCKLEDGER_A_FILTER_OUTCOMES,
		if_any(set[ASPECT_OUTCOME - ASPECT_NUMBERS],
		       __SOCKLEDGER_OUTCOME_MAX));
	reasons = if_any(set[ASPECT_REASON - ASPECT_NUMBERS],
			 __SOCKLEDGER_REASON_MAX);
	if (reasons)
		mnl_attr_put_u64(request, SOCKLEDGER_A_FILTER_REASONS, reasons);
}

/* The inode that the initial pid namespace always has (PROC_PID_INIT_INO). */
#define INITIAL_PID_NAMESPACE	0xeffffffcU

/* The kernel's filter knows programs by their pids in that one alone. */
static bool pids_are_initial(void)
{
	struct stat stat_buf;

	return !stat("/proc/self/ns/pid", &stat_buf) &&
	       stat_buf.st_ino == INITIAL_PID_NAMESPACE;
}

static void put_ends(struct nlmsghdr *request, const struct bounds *bounds)
{
	put_ports(request, SOCKLEDGER_A_FILTER_LOCAL_PORT_FROM,
		  SOCKLEDGER_A_FILTER_LOCAL_PORT_TO,
		  &bounds->number[ASPECT_LOCAL_PORT]);
	put_ports(request, SOCKLEDGER_A_FILTER_REMOTE_PORT_FROM,
		  SOCKLEDGER_A_FILTER_REMOTE_PORT_TO,
		  &bounds->number[ASPECT_REMOTE_PORT]);
	put_prefix(request, SOCKLEDGER_A_FILTER_LOCAL_ADDR,
		   SOCKLEDGER_A_FILTER_LOCAL_BITS,
		   &bounds->prefix[ASPECT_LOCAL - ASPECT_CODED]);
	put_prefix(request, SOCKLEDGER_A_FILTER_REMOTE_ADDR,
		   SOCKLEDGER_A_FILTER_REMOTE_BITS,
		   &bounds->prefix[ASPECT_REMOTE - ASPECT_CODED]);
}

bool filter_kernel_put(const struct filter *filter, struct nlmsghdr *request)
{
	struct bounds bounds;
	struct nlattr *nest;
	uint32_t empty;

	if (!filter)
		return true;
	bounds_of(filter, false, &bounds);
	if (bounds.nothing)
		return false;
	nest = mnl_attr_nest_start(request, SOCKLEDGER_A_ENTRY_FILTER);
	empty = request->nlmsg_len;
	put_numbers(request, &bounds);
	put_sets(request, &bounds);
	put_ends(request, &bounds);
	if (bounds.pid && bounds.pid <= UINT32_MAX && pids_are_initial())
		mnl_attr_put_u32(request, SOCKLEDGER_A_FILTER_PID, bounds.pid);
	if (request->nlmsg_len > empty)
		mnl_attr_nest_end(request, nest);
	else
		mnl_attr_nest_cancel(request, nest);
	return true;
}
