/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From the words of the command line to a filter. The grammar is in filter.y,
 * its tokens are in filter.l, and filter_words.c knows what the words mean.
 */
#ifndef _SOCKLEDGER_FILTER_PARSE_H
#define _SOCKLEDGER_FILTER_PARSE_H

#include "complain.h"
#include "filter.h"

#include <stdbool.h>

/**
 * struct filter_scope - what is filtered
 * @what: it, for complaints: "a failed call"
 * @aspects: set of enum aspect that it has
 */
struct filter_scope {
	const char *what;
	uint32_t aspects;
};

extern const struct filter_scope filter_entries;
extern const struct filter_scope filter_events;
extern const struct filter_scope filter_calls;

/**
 * filter_parse() - read a filter
 * @words: of the command line, the last one NULL; none at all is everything
 * @scope: what is filtered
 * @ret: set on success, for filter_free(); NULL for everything
 *
 * Return: STATUS_FOUND, or STATUS_ERROR after a complaint.
 */
enum status filter_parse(char **words, const struct filter_scope *scope,
			 struct filter **ret);

/* The rest is for grammar, tokens and words among themselves. */

struct filter_keyword;

/**
 * struct filter_parser - a filter that is being read
 * @text: all of it
 * @scope: what is filtered
 * @at: bytes of @text before the next token
 * @open: parentheses that are
 * @outermost: of these, the first
 * @awaiting: the keyword whose operand is to come
 * @conditions: so far
 * @failed: a complaint was made; there is but one
 * @filter: what became of it
 */
struct filter_parser {
	const char *text;
	const struct filter_scope *scope;
	size_t at;
	unsigned int open;
	struct span outermost;
	const struct filter_keyword *awaiting;
	unsigned int conditions;
	bool failed;
	struct filter *filter;
};

/** filter_refuse() - complain of a part of the filter, unless that was done */
void __attribute__((format(printf, 3, 4)))
filter_refuse(struct filter_parser *parser, struct span span,
	      const char *format, ...);

#endif /* _SOCKLEDGER_FILTER_PARSE_H */
