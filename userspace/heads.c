// SPDX-License-Identifier: GPL-2.0
#include "heads.h"
#include "labels.h"
#include "text.h"

#include <stdbool.h>

struct head {
	char line[LABEL_LINES][LABEL_SIZE];	/* printable */
	size_t left;		/* columns of the box's sides */
	size_t right;
};

/* Around its lifeline, as wide as its text, but within its half. */
static void place(struct head *head, enum side side, size_t column,
		  size_t width)
{
	size_t low = side == SIDE_LEFT ? 0 : width / 2 + 1;
	size_t high = side == SIDE_LEFT ? width / 2 - 1 : width - 1;
	size_t i, box = 0;

	for (i = 0; i < LABEL_LINES; i++)
		if (text_width(head->line[i]) > box)
			box = text_width(head->line[i]);
	box += 4;
	if (box > high - low + 1)
		box = high - low + 1;
	head->left = column > box / 2 ? column - box / 2 : 0;
	if (head->left < low)
		head->left = low;
	head->right = head->left + box - 1;
	if (head->right > high) {
		head->left -= head->right - high;
		head->right = high;
	}
}

static void draw_edge(struct canvas *canvas, const struct strokes *strokes,
		      const struct head *head, bool upper)
{
	canvas_fill(canvas, head->left, head->right, strokes->shaft, TINT_NONE);
	canvas_put(canvas, head->left, strokes->corner[upper ? 0 : 2],
		   TINT_NONE);
	canvas_put(canvas, head->right, strokes->corner[upper ? 1 : 3],
		   TINT_NONE);
}

static void draw_line(struct canvas *canvas, const struct strokes *strokes,
		      const struct head *head, const char *text,
		      enum tint tint)
{
	size_t room = head->right - head->left - 3;
	size_t width = text_width(text);
	size_t start = head->left + 2;

	if (width > room) {	/* a port is at the end of its address */
		canvas_put(canvas, start, strokes->cut, tint);
		canvas_put(canvas, start + 1, text_tail(text, room - 1), tint);
	} else {
		canvas_put(canvas, start + (room - width) / 2, text, tint);
	}
	canvas_put(canvas, head->left, strokes->line, TINT_NONE);
	canvas_put(canvas, head->right, strokes->line, TINT_NONE);
}

void heads_draw(const struct story *story, struct canvas *canvas,
		const struct strokes *strokes, const size_t column[SIDES],
		size_t width)
{
	static const enum tint tints[LABEL_LINES] = { TINT_DIM, TINT_HEAD, TINT_NONE };
	size_t sides = story->alone ? 1 : SIDES;
	struct head heads[SIDES] = { 0 };
	size_t side, line;

	for (side = 0; side < sides; side++) {
		for (line = 0; line < LABEL_LINES; line++)
			label_end(story, side, line, heads[side].line[line],
				  LABEL_SIZE);
		place(&heads[side], side, column[side], width);
		draw_edge(canvas, strokes, &heads[side], true);
	}
	canvas_print(canvas);
	for (line = 0; line < LABEL_LINES; line++) {
		if (!*heads[SIDE_LEFT].line[line] &&
		    !*heads[SIDE_RIGHT].line[line])
			continue;
		for (side = 0; side < sides; side++)
			draw_line(canvas, strokes, &heads[side],
				  heads[side].line[line], tints[line]);
		canvas_print(canvas);
	}
	for (side = 0; side < sides; side++) {
		draw_edge(canvas, strokes, &heads[side], false);
		canvas_put(canvas, column[side], strokes->branch, TINT_NONE);
	}
	canvas_print(canvas);
}
