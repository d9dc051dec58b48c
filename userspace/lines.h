/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines of a name and a fact, or of a name and parts between commas.
 */
#ifndef _SOCKLEDGER_LINES_H
#define _SOCKLEDGER_LINES_H

#include "term.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * line() - print one
 * @term: where to
 * @name: what the fact is about
 * @format: the fact
 */
void __attribute__((format(printf, 3, 4)))
line(const struct term *term, const char *name, const char *format, ...);

/**
 * line_part() - add a part to a fact
 * @dst: the parts so far, "" at first
 * @size: bytes in @dst
 * @known: whether there is anything to add
 * @format: the part
 */
void __attribute__((format(printf, 4, 5)))
line_part(char *dst, size_t size, bool known, const char *format, ...);

/**
 * line_count() - add a number of things to a fact
 * @dst: the parts so far, "" at first
 * @size: bytes in @dst
 * @known: whether there is anything to add
 * @count: how many
 * @noun: of what, in the singular
 * @rest: what there is to say of them, or ""
 */
void line_count(char *dst, size_t size, bool known, uint64_t count,
		const char *noun, const char *rest);

/**
 * line_duration() - add a duration to a fact
 * @dst: the parts so far, "" at first
 * @size: bytes in @dst
 * @known: whether there is anything to add
 * @ns: how long
 * @name: what took so long
 */
void line_duration(char *dst, size_t size, bool known, uint64_t ns,
		   const char *name);

#endif /* _SOCKLEDGER_LINES_H */
