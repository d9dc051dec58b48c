/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A whole terminal as a screen. What is put on it is seen at the next
 * screen_show(), which writes only what has changed.
 */
#ifndef _SOCKLEDGER_SCREEN_H
#define _SOCKLEDGER_SCREEN_H

#include "complain.h"
#include "term.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * screen_start() - take the terminal
 * @term: what it can show; @term->colour is cleared where it has no colours
 *
 * Return: STATUS_FOUND, or STATUS_ERROR after a complaint.
 */
enum status screen_start(struct term *term);

/** screen_stop() - give the terminal back as it was */
void screen_stop(void);

/** screen_size() - its lines and columns as they are now */
void screen_size(size_t *lines, size_t *columns);

/** screen_wipe() - start over with nothing on it */
void screen_wipe(void);

/**
 * screen_put() - put a line on it
 * @y: the line's number
 * @text: printable, and sequences of term_tint() and term_reset()
 * @skip: columns of it that are left of the screen
 * @bar: whether it is shown as a bar from edge to edge
 *
 * What does not fit is cut.
 */
void screen_put(size_t y, const char *text, size_t skip, bool bar);

/** screen_cursor() - show the cursor in a place */
void screen_cursor(size_t y, size_t x);

/** screen_show() - make it seen */
void screen_show(void);

/* What screen_key() returns beside characters. */
enum screen_key {
	SCREEN_KEY_NONE = -1,	/* time is up */
	SCREEN_KEY_UP = 0x110000,	/* behind all characters */
	SCREEN_KEY_DOWN,
	SCREEN_KEY_LEFT,
	SCREEN_KEY_RIGHT,
	SCREEN_KEY_PAGE_UP,
	SCREEN_KEY_PAGE_DOWN,
	SCREEN_KEY_HOME,
	SCREEN_KEY_END,
	SCREEN_KEY_ENTER,
	SCREEN_KEY_ESCAPE,
	SCREEN_KEY_RUBOUT,
	SCREEN_KEY_RESIZE,	/* the terminal has another size */
	SCREEN_KEY_INTERRUPT,	/* a signal asks the program to end */
	SCREEN_KEY_OTHER,
};

/**
 * screen_key() - wait for a key
 * @ms: how long
 *
 * Return: a character of the locale as a wide one, or an enum screen_key.
 */
int screen_key(int ms);

#endif /* _SOCKLEDGER_SCREEN_H */
