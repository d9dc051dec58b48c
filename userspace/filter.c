// SPDX-License-Identifier: GPL-2.0
#include "filter.h"
#include "memory.h"

#include <fnmatch.h>
#include <stdlib.h>

static struct filter *filter_new(enum filter_kind kind, struct filter *left,
				 struct filter *right)
{
	struct filter *filter = memory_zeroed(sizeof(*filter));

	filter->kind = kind;
	filter->left = left;
	filter->right = right;
	return filter;
}

struct filter *filter_test(struct test test)
{
	struct filter *filter = filter_new(FILTER_TEST, NULL, NULL);

	filter->test = test;
	return filter;
}

struct filter *filter_range(enum aspect aspect, uint64_t from, uint64_t to)
{
	return filter_test((struct test){
		.aspect = aspect, .range = { .from = from, .to = to },
	});
}

struct filter *filter_set(enum aspect aspect, uint64_t set)
{
	return filter_test((struct test){ .aspect = aspect, .set = set });
}

struct filter *filter_address(enum aspect aspect, const struct address *addr)
{
	return filter_test((struct test){
		.aspect = aspect,
		.prefix = { .addr = *addr, .bits = address_bits(addr) },
	});
}

struct filter *filter_join(enum filter_kind kind, struct filter *left,
			   struct filter *right)
{
	if (left && right)
		return filter_new(kind, left, right);
	if (kind == FILTER_AND)
		return left ? left : right;
	filter_free(left);
	filter_free(right);
	return NULL;
}

struct filter *filter_not(struct filter *filter)
{
	return filter_new(FILTER_NOT, filter, NULL);
}

void filter_free(struct filter *filter)
{
	if (!filter)
		return;
	filter_free(filter->left);
	filter_free(filter->right);
	if (filter->kind == FILTER_TEST && filter->test.aspect == ASPECT_COMM)
		free(filter->test.glob);
	free(filter);
}

static bool in_range(const struct range *range, uint64_t number)
{
	return range->from <= number && number <= range->to;
}

static bool in_prefix(const struct prefix *prefix, const struct address *addr)
{
	unsigned int bytes = prefix->bits / 8, rest = prefix->bits % 8;
	unsigned int i;

	if (addr->family != prefix->addr.family)
		return false;
	for (i = 0; i < bytes; i++)
		if (addr->bytes[i] != prefix->addr.bytes[i])
			return false;
	return !rest || !((addr->bytes[bytes] ^ prefix->addr.bytes[bytes]) >>
			  (8 - rest));
}

static bool takes_program(const struct test *test, const struct owner *program)
{
	if (!program)
		return false;
	switch (test->aspect) {
	case ASPECT_PID:
		return HAS(program, OWNER_PID) &&
		       in_range(&test->range, owner_pid(program));
	case ASPECT_CGROUP:
		return HAS(program, OWNER_CGROUP) &&
		       in_range(&test->range, program->cgroup);
	default:
		return HAS(program, OWNER_COMM) &&
		       !fnmatch(test->glob, program->comm, 0);
	}
}

static bool takes_programs(const struct test *test,
			   const struct subject *subject)
{
	size_t i;

	for (i = 0; i < SUBJECT_PROGRAMS; i++)
		if (takes_program(test, subject->program[i]))
			return true;
	for (i = 0; i < subject->holder_count; i++)
		if (takes_program(test, &subject->holders[i]))
			return true;
	return false;
}

static bool test_takes(const struct test *test, const struct subject *subject)
{
	enum aspect aspect = test->aspect;

	if (aspect < ASPECT_NUMBERS)
		return in_range(&test->range, subject->number[aspect]);
	if (aspect < ASPECT_CODED)
		return test->set >> subject->code[aspect - ASPECT_NUMBERS] & 1;
	if (aspect < ASPECT_ADDRESSES)
		return in_prefix(&test->prefix,
				 &subject->address[aspect - ASPECT_CODED]);
	return takes_programs(test, subject);
}

/* What both say; where they do not, what decides for this kind. */
static enum verdict join_verdicts(enum verdict decides, enum verdict left,
				  enum verdict right)
{
	if (left == decides || right == decides)
		return decides;
	return left == VERDICT_UNKNOWN ? left : right;
}

enum verdict filter_judge(const struct filter *filter,
			  const struct subject *subject)
{
	enum verdict left;

	if (!filter)
		return VERDICT_YES;
	if (filter->kind == FILTER_TEST) {
		if (!(subject->known & 1u << filter->test.aspect))
			return VERDICT_UNKNOWN;
		return test_takes(&filter->test, subject) ? VERDICT_YES :
							    VERDICT_NO;
	}
	left = filter_judge(filter->left, subject);
	switch (filter->kind) {
	case FILTER_NOT:
		if (left == VERDICT_UNKNOWN)
			return left;
		return left == VERDICT_NO ? VERDICT_YES : VERDICT_NO;
	case FILTER_AND:
		return join_verdicts(VERDICT_NO, left,
				     filter_judge(filter->right, subject));
	default:
		return join_verdicts(VERDICT_YES, left,
				     filter_judge(filter->right, subject));
	}
}

bool filter_takes_entry(const struct filter *filter, const struct entry *entry)
{
	struct subject subject;

	if (!filter)
		return true;
	subject_of_entry(entry, &subject);
	return filter_judge(filter, &subject) == VERDICT_YES;
}
