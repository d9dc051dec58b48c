/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One line of a drawing, column by column, printed and wiped again and again.
 */
#ifndef _SOCKLEDGER_CANVAS_H
#define _SOCKLEDGER_CANVAS_H

#include "term.h"

#include <stddef.h>

struct canvas;

/**
 * canvas_open() - make an empty line
 * @term: where to; must outlive the canvas
 * @width: its columns; what is put beyond them is not drawn
 *
 * Return: the canvas, for canvas_close().
 */
struct canvas *canvas_open(const struct term *term, size_t width);

/**
 * canvas_put() - write over what is there
 * @canvas: the canvas
 * @column: where the text starts
 * @text: printable
 * @tint: its colour
 */
void canvas_put(struct canvas *canvas, size_t column, const char *text,
		enum tint tint);

/**
 * canvas_fill() - repeat a character
 * @canvas: the canvas
 * @from: first column
 * @to: column behind the last
 * @text: one character of one column
 * @tint: its colour
 */
void canvas_fill(struct canvas *canvas, size_t from, size_t to,
		 const char *text, enum tint tint);

/** canvas_print() - print the line without trailing blanks, and wipe it */
void canvas_print(struct canvas *canvas);

/** canvas_close() - free it */
void canvas_close(struct canvas *canvas);

#endif /* _SOCKLEDGER_CANVAS_H */
