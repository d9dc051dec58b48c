/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a user wants to see: conditions, and how they are joined.
 */
#ifndef _SOCKLEDGER_FILTER_H
#define _SOCKLEDGER_FILTER_H

#include "address.h"
#include "subject.h"

#include <stdint.h>

enum filter_kind {
	FILTER_AND,
	FILTER_OR,
	FILTER_NOT,		/* of @left alone */
	FILTER_TEST,
};

/* A number from one to another, both included; none where they cross. */
struct range {
	uint64_t from, to;
};

struct prefix {
	struct address addr;
	unsigned int bits;	/* of it that count */
};

/**
 * struct test - a condition on one aspect
 * @aspect: which one
 * @range: of a number, and of ASPECT_PID and ASPECT_CGROUP: which ones
 * @set: of a code: which ones, each a SUBJECT_BIT()
 * @prefix: of an address: where it is
 * @glob: of ASPECT_COMM: a pattern as fnmatch(3) takes it, owned
 */
struct test {
	enum aspect aspect;
	union {
		struct range range;
		uint64_t set;
		struct prefix prefix;
		char *glob;
	};
};

struct filter {
	enum filter_kind kind;
	struct filter *left, *right;
	struct test test;
};

/** filter_test() - a filter of one condition, which is taken over */
struct filter *filter_test(struct test test);

/** filter_range() - a filter of one condition on a number */
struct filter *filter_range(enum aspect aspect, uint64_t from, uint64_t to);

/** filter_set() - a filter of one condition on a code */
struct filter *filter_set(enum aspect aspect, uint64_t set);

/** filter_address() - a filter for one address */
struct filter *filter_address(enum aspect aspect, const struct address *addr);

/**
 * filter_join() - two filters as one
 * @kind: FILTER_AND or FILTER_OR
 * @left: taken over; NULL is everything
 * @right: likewise
 *
 * Return: the filter, for filter_free(); NULL for everything.
 */
struct filter *filter_join(enum filter_kind kind, struct filter *left,
			   struct filter *right);

/** filter_not() - a filter's opposite; @filter is taken over */
struct filter *filter_not(struct filter *filter);

/** filter_free() - free a filter and all in it, NULL too */
void filter_free(struct filter *filter);

enum verdict {
	VERDICT_NO,
	VERDICT_YES,
	VERDICT_UNKNOWN,	/* the subject does not tell enough */
};

/**
 * filter_judge() - does a filter take something?
 * @filter: the filter, NULL takes everything
 * @subject: what it looks at
 *
 * Return: the verdict, which of an entry is never VERDICT_UNKNOWN.
 */
enum verdict filter_judge(const struct filter *filter,
			  const struct subject *subject);

/** filter_takes_entry() - does a filter take an entry? */
bool filter_takes_entry(const struct filter *filter, const struct entry *entry);

#endif /* _SOCKLEDGER_FILTER_H */
