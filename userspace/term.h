/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where text goes, which is standard output but for a screen, and what that can
 * show.
 */
#ifndef _SOCKLEDGER_TERM_H
#define _SOCKLEDGER_TERM_H

#include "complain.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What a colour says, not which it is. */
enum tint {
	TINT_NONE,
	TINT_HEAD,		/* headers and names */
	TINT_DIM,		/* what matters less */
	TINT_GOOD,
	TINT_PENDING,
	TINT_BAD,
	TINT_STATE,
};

struct term {
	FILE *out;
	bool terminal;
	bool colour;
	bool utf8;
	size_t width;		/* columns; 0 where there is no terminal */
};

/** term_probe() - look at standard output, the locale and NO_COLOR */
void term_probe(struct term *ret);

/** term_tint() - the sequence that starts a colour, "" without colours */
const char *term_tint(const struct term *term, enum tint tint);

/** term_reset() - the sequence that ends it */
const char *term_reset(const struct term *term, enum tint tint);

/**
 * term_take() - read a sequence that one of these two gave
 * @text: where it may begin
 * @ret: set to the colour that it starts, TINT_NONE where it ends one
 *
 * Return: its bytes, 0 if none begins there.
 */
size_t term_take(const char *text, enum tint *ret);

/**
 * term_failed() - whether writing to standard output has failed
 *
 * To be asked while much is written, so as to stop, and so that
 * term_finish() knows why.
 */
bool term_failed(void);

/**
 * term_finish() - flush standard output and see whether all of it was written
 * @status: what to exit with if it was
 *
 * A reader that went away is no news to anybody and is not complained about.
 *
 * Return: @status, or STATUS_ERROR.
 */
enum status term_finish(enum status status);

#endif /* _SOCKLEDGER_TERM_H */
