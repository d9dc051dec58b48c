/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Small pieces of text: names from outside made safe, durations, sizes.
 * All of them write a terminated string and cut it where @size ends.
 */
#ifndef _SOCKLEDGER_TEXT_H
#define _SOCKLEDGER_TEXT_H

#include "writer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * text_is_utf8() - whether the locale's characters are UTF-8
 *
 * Needs setlocale() to have been called.
 */
bool text_is_utf8(void);

/**
 * text_escape() - make text fit to print
 * @dst: room for the result
 * @size: bytes in @dst; four times as many as in @src are always enough
 * @src: terminated, any bytes
 *
 * What the locale can print stays; a backslash is doubled; every byte of
 * anything else (control, combining and direction characters, bytes that are
 * no character) becomes \xNN, so that nothing moves the cursor.
 */
void text_escape(char *dst, size_t size, const char *src);

/**
 * text_utf8() - make text valid UTF-8, whatever the locale
 * @dst: room for the result
 * @size: bytes in @dst; three times as many as in @src are always enough
 * @src: terminated, any bytes
 *
 * A byte that belongs to no character becomes U+FFFD, and so does a control
 * character but those below U+0020, for which JSON and others have escapes.
 */
void text_utf8(char *dst, size_t size, const char *src);

/**
 * text_width() - columns a text takes on a terminal
 * @text: printable, as text_escape() leaves it
 */
size_t text_width(const char *text);

/**
 * text_next() - step over one character
 * @text: printable, not empty
 * @bytes: set to the bytes it has
 * @columns: set to the columns it takes
 */
void text_next(const char *text, size_t *bytes, size_t *columns);

/**
 * text_beginning() - the beginning of a text
 * @text: printable
 * @room: columns it may take
 * @taken: set to the columns it takes
 *
 * Return: the bytes of the longest beginning that fits.
 */
size_t text_beginning(const char *text, size_t room, size_t *taken);

/**
 * text_tail() - the end of a text
 * @text: printable
 * @room: columns it may take
 *
 * Return: where in @text the longest end that fits starts.
 */
const char *text_tail(const char *text, size_t room);

/**
 * text_duration() - a duration in the unit that suits it
 * @dst: room for the result
 * @size: bytes in @dst; 32 are always enough
 * @ns: nanoseconds
 *
 * One word of ASCII ("84us", "1.003s", "2m05s"), to be cut out of a line.
 */
void text_duration(char *dst, size_t size, uint64_t ns);

/**
 * text_duration_fine() - a duration as a person writes it
 * @dst: room for the result
 * @size: bytes in @dst; 32 are always enough
 * @ns: nanoseconds
 */
void text_duration_fine(char *dst, size_t size, uint64_t ns);

/**
 * text_moment() - as text_duration_fine(), with microseconds up to 100 s
 * @dst: room for the result
 * @size: bytes in @dst; 32 are always enough
 * @ns: nanoseconds since whatever the reader of the text knows
 */
void text_moment(char *dst, size_t size, uint64_t ns);

/**
 * text_date() - a date and time of day, local
 * @dst: room for the result
 * @size: bytes in @dst; 64 are always enough
 * @ns: nanoseconds of CLOCK_REALTIME
 *
 * One word of ASCII ("2026-01-31T08:05:09.000123"), to be cut out of a line.
 */
void text_date(char *dst, size_t size, uint64_t ns);

/** write_date() - the same, as a piece of a longer text */
void write_date(struct writer *writer, uint64_t ns);

/**
 * text_date_fine() - as a person writes it, with its zone
 * @dst: room for the result
 * @size: bytes in @dst; 64 are always enough
 * @ns: nanoseconds of CLOCK_REALTIME
 */
void text_date_fine(char *dst, size_t size, uint64_t ns);

/**
 * text_count() - a number and its noun
 * @dst: room for the result
 * @size: bytes in @dst
 * @count: how many
 * @noun: in the singular; the plural adds an s
 */
void text_count(char *dst, size_t size, uint64_t count, const char *noun);

#endif /* _SOCKLEDGER_TEXT_H */
