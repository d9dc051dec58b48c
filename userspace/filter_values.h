/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The operands of a filter: what each kind of word stands for.
 */
#ifndef _SOCKLEDGER_FILTER_VALUES_H
#define _SOCKLEDGER_FILTER_VALUES_H

#include "filter_words.h"

/* What keywords make of their operands; see struct filter_keyword. */
struct filter *filter_port(struct filter_parser *parser,
			   const struct filter_keyword *keyword,
			   const struct filter_operation *operation);
struct filter *filter_host(struct filter_parser *parser,
			   const struct filter_keyword *keyword,
			   const struct filter_operation *operation);
struct filter *filter_number(struct filter_parser *parser,
			     const struct filter_keyword *keyword,
			     const struct filter_operation *operation);
struct filter *filter_proto(struct filter_parser *parser,
			    const struct filter_keyword *keyword,
			    const struct filter_operation *operation);
struct filter *filter_family(struct filter_parser *parser,
			     const struct filter_keyword *keyword,
			     const struct filter_operation *operation);
struct filter *filter_role(struct filter_parser *parser,
			   const struct filter_keyword *keyword,
			   const struct filter_operation *operation);
struct filter *filter_outcome(struct filter_parser *parser,
			      const struct filter_keyword *keyword,
			      const struct filter_operation *operation);
struct filter *filter_reason(struct filter_parser *parser,
			     const struct filter_keyword *keyword,
			     const struct filter_operation *operation);
struct filter *filter_error(struct filter_parser *parser,
			    const struct filter_keyword *keyword,
			    const struct filter_operation *operation);
struct filter *filter_what(struct filter_parser *parser,
			   const struct filter_keyword *keyword,
			   const struct filter_operation *operation);
struct filter *filter_comm(struct filter_parser *parser,
			   const struct filter_keyword *keyword,
			   const struct filter_operation *operation);
struct filter *filter_cgroup(struct filter_parser *parser,
			     const struct filter_keyword *keyword,
			     const struct filter_operation *operation);

/**
 * filter_state() - the states that a word stands for
 * @parser: the parser
 * @operation: the word
 * @ret: set, each a SUBJECT_BIT()
 *
 * Return: false after a refusal.
 */
bool filter_state(struct filter_parser *parser,
		  const struct filter_operation *operation, uint64_t *ret);

/**
 * filter_port_value() - the port that a word stands for
 * @parser: the parser
 * @word: a number, or a name of /etc/services
 * @span: where it is
 * @ret: set
 *
 * Return: false after a refusal.
 */
bool filter_port_value(struct filter_parser *parser, const char *word,
		       struct span span, uint16_t *ret);

#endif /* _SOCKLEDGER_FILTER_VALUES_H */
