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
#include <string.h>

struct writer {
	char *at;
	char *last;		/* where the terminator goes at the latest */
};

/* Digits of the largest number, and a terminator. */
#define WRITER_NUMBER	21

/** writer_begin() - nothing is written yet into @size bytes at @dst */
struct writer writer_begin(char *dst, size_t size);

/** write_beginning() - of a piece that is too long, what there is room for */
void write_beginning(struct writer *writer, const char *text);

/*
 * In line, so that of a piece whose length the compiler knows only a store or
 * two is left.
 */

/** write_bytes() - @length bytes, none of them a terminator */
static inline void write_bytes(struct writer *writer, const char *text,
			       size_t length)
{
	if (length > (size_t)(writer->last - writer->at)) {
		write_beginning(writer, text);
		return;
	}
	memcpy(writer->at, text, length);
	writer->at += length;
	*writer->at = '\0';
}

/** write_text() - a piece of text */
static inline void write_text(struct writer *writer, const char *text)
{
	write_bytes(writer, text, strlen(text));
}

/** write_spaces() - so many blanks */
void write_spaces(struct writer *writer, size_t count);

/** write_number() - a number, and zeros before it up to @digits digits */
void write_number(struct writer *writer, uint64_t number, unsigned int digits);

#endif /* _SOCKLEDGER_WRITER_H */
