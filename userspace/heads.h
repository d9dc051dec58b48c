/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The heads of a ladder's lifelines: a box for each end that says who it is.
 */
#ifndef _SOCKLEDGER_HEADS_H
#define _SOCKLEDGER_HEADS_H

#include "canvas.h"
#include "story.h"

#include <stddef.h>

/**
 * struct strokes - what a ladder is drawn with, each one column
 * @line: a lifeline
 * @unseen: a lifeline of an end that no entry tells of
 * @pause: a lifeline where time passes
 * @shaft: of an arrow
 * @shaft_again: of an arrow of a segment sent again
 * @lost: where a lost segment's arrow ends
 * @from: where an arrow leaves the lifeline of each side
 * @tip: of an arrow from each side
 * @corner: of a box: upper left and right, lower left and right
 * @branch: where a lifeline leaves its box
 * @cut: where text was cut
 */
struct strokes {
	const char *line;
	const char *unseen;
	const char *pause;
	const char *shaft;
	const char *shaft_again;
	const char *lost;
	const char *from[SIDES];
	const char *tip[SIDES];
	const char *corner[4];
	const char *branch;
	const char *cut;
};

/**
 * heads_draw() - draw and print the boxes
 * @story: whose ends they are
 * @canvas: an empty line
 * @strokes: what to draw with
 * @column: of each lifeline
 * @width: of the ladder
 */
void heads_draw(const struct story *story, struct canvas *canvas,
		const struct strokes *strokes, const size_t column[SIDES],
		size_t width);

#endif /* _SOCKLEDGER_HEADS_H */
