/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words of the filter language, and what they mean.
 */
#ifndef _SOCKLEDGER_FILTER_WORDS_H
#define _SOCKLEDGER_FILTER_WORDS_H

#include "filter_parse.h"

#include <stdbool.h>
#include <stdint.h>

enum comparison {
	COMPARE_EQ,
	COMPARE_NE,
	COMPARE_LT,
	COMPARE_LE,
	COMPARE_GT,
	COMPARE_GE,
};

/**
 * struct filter_operation - an operand and how it is compared with
 * @comparison: how
 * @comparison_span: where that is
 * @word: the operand
 * @span: where it is
 */
struct filter_operation {
	enum comparison comparison;
	struct span comparison_span;
	const char *word;
	struct span span;
};

/**
 * struct filter_keyword - a word that begins a condition
 * @name: the word
 * @aspect: what it is about
 * @needs: what operand it needs, NULL: it needs none
 * @ordered: its operand has greater and lesser ones
 * @value: of a keyword without operand: of the aspect
 * @other: it is as well about this one; 0: no other
 * @make: the condition: the operand's sign is made of it later; NULL after a
 *        refusal, or where @needs is NULL
 */
struct filter_keyword {
	const char *name;
	enum aspect aspect;
	const char *needs;
	bool ordered;
	uint64_t value;
	enum aspect other;
	struct filter *(*make)(struct filter_parser *parser,
			       const struct filter_keyword *keyword,
			       const struct filter_operation *operation);
};

/** filter_keyword() - the keyword that a word is, NULL if it is none */
const struct filter_keyword *filter_keyword(const char *word);

/** filter_begins() - whether a filter can begin with a word */
bool filter_begins(const char *word);

/** filter_suggest() - the word a mistyped one may have been meant to be */
const char *filter_suggest(const char *word);

/**
 * filter_condition() - the condition that a keyword makes
 * @parser: the parser
 * @keyword: which one
 * @span: where it is
 * @operation: its operand, NULL where it needs none
 *
 * Return: the condition, NULL after a refusal.
 */
struct filter *filter_condition(struct filter_parser *parser,
				const struct filter_keyword *keyword,
				struct span span,
				const struct filter_operation *operation);

/**
 * struct filter_states - the states that one "state" or "exclude" after the
 * other leaves
 * @span: where they are
 * @set: each a SUBJECT_BIT()
 */
struct filter_states {
	struct span span;
	uint64_t set;
};

/**
 * filter_states() - go on with another "state" or "exclude"
 * @parser: the parser
 * @before: what was before it, NULL if it is the first
 * @keyword: which of the two
 * @span: where that is
 * @operation: its operand
 *
 * Return: what it leaves, which means nothing after a refusal.
 */
struct filter_states filter_states(struct filter_parser *parser,
				   const struct filter_states *before,
				   const struct filter_keyword *keyword,
				   struct span span,
				   const struct filter_operation *operation);

/** filter_states_condition() - the condition that states make */
struct filter *filter_states_condition(struct filter_parser *parser,
				       const struct filter_states *states);

#endif /* _SOCKLEDGER_FILTER_WORDS_H */
