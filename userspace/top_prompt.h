/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The line of "top" in which a filter is typed.
 */
#ifndef _SOCKLEDGER_TOP_PROMPT_H
#define _SOCKLEDGER_TOP_PROMPT_H

#include "term.h"
#include "top_list.h"

#include <stdbool.h>
#include <stddef.h>

/**
 * struct top_prompt - the line
 * @open: it is on the screen, and keys are for it
 * @text: what is typed
 */
struct top_prompt {
	bool open;
	char text[TOP_WORDS_SIZE];
};

/** top_prompt_open() - begin with some text */
void top_prompt_open(struct top_prompt *prompt, const char *text);

/** top_prompt_key() - take a key that edits; all others do nothing */
void top_prompt_key(struct top_prompt *prompt, int key);

/**
 * top_prompt_draw() - put it on the screen
 * @prompt: the line
 * @term: what the screen can show
 * @y: the line's number
 * @columns: of the screen; of what is longer the end shows
 */
void top_prompt_draw(const struct top_prompt *prompt, const struct term *term,
		     size_t y, size_t columns);

#endif /* _SOCKLEDGER_TOP_PROMPT_H */
