/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Text written piece by piece into a buffer, for what is written many times
 * over: a line of an event, a cell. What does not fit is cut; the text is
 * always terminated.
 */
#ifndef _SOCKLEDGER_WRITER_H
#define _SOCKLEDGER_WRITER_H

#include <stddef.h>
#include <stdint.h>

struct writer {
	char *at;
	char *last;		/* where the terminator goes at the latest */
};

/* Digits of the largest number, and a terminator. */
#define WRITER_NUMBER	21

/** writer_begin() - nothing is written yet into @size bytes at @dst */
struct writer writer_begin(char *dst, size_t size);

/** write_bytes() - @length bytes, none of them a terminator */
void write_bytes(struct writer *writer, const char *text, size_t length);

/** write_text() - a piece of text */
void write_text(struct writer *writer, const char *text);

/** write_spaces() - so many blanks */
void write_spaces(struct writer *writer, size_t count);

/** write_number() - a number, and zeros before it up to @digits digits */
void write_number(struct writer *writer, uint64_t number, unsigned int digits);

#endif /* _SOCKLEDGER_WRITER_H */
