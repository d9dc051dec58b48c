// SPDX-License-Identifier: GPL-2.0
#include "ladder.h"
#include "canvas.h"
#include "heads.h"
#include "labels.h"
#include "text.h"

#include "pure/names.h"

#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>

/*
 * Columns: the time, room for half a state's name, the left lifeline, the
 * arrows, the right lifeline, room for half a name or a segment's travel time.
 */
#define TIME_WIDTH	11
#define LEFT_COLUMN	19
#define RIGHT_MARGIN	13
#define LEAST_WIDTH	80
#define USUAL_WIDTH	88
#define MOST_WIDTH	100

struct ladder {
	const struct story *story;
	const struct term *term;
	const struct strokes *strokes;
	struct canvas *canvas;
	size_t column[SIDES];
};

static const struct strokes utf8_strokes = {
	.line = "\u2502", .unseen = "\u250a", .pause = "\u22ee",
	.shaft = "\u2500", .shaft_again = "\u254c", .lost = "\u2717",
	.from = { "\u251c", "\u2524" }, .tip = { "\u25b6", "\u25c0" },
	.corner = { "\u250c", "\u2510", "\u2514", "\u2518" },
	.branch = "\u252c", .cut = "\u2026",
};

static const struct strokes ascii_strokes = {
	.line = "|", .unseen = ":", .pause = ":",
	.shaft = "-", .shaft_again = ".", .lost = "x",
	.from = { "|", "|" }, .tip = { ">", "<" },
	.corner = { "+", "+", "+", "+" },
	.branch = "+", .cut = "+",
};

static size_t ladder_width(const struct term *term)
{
	if (!term->width)
		return USUAL_WIDTH;
	if (term->width > MOST_WIDTH)
		return MOST_WIDTH;
	return term->width < LEAST_WIDTH ? LEAST_WIDTH : term->width;
}

static void draw_lifelines(struct ladder *ladder, const char *line)
{
	enum side side;

	for (side = SIDE_LEFT; side < SIDES; side++) {
		if (side == SIDE_RIGHT && ladder->story->alone)
			break;
		if (ladder->story->ends[side])
			canvas_put(ladder->canvas, ladder->column[side],
				   line ? line : ladder->strokes->line,
				   TINT_NONE);
		else
			canvas_put(ladder->canvas, ladder->column[side],
				   line ? line : ladder->strokes->unseen,
				   TINT_DIM);
	}
}

static void draw_moment(struct ladder *ladder, const struct step *step)
{
	char text[LABEL_SIZE];
	size_t width;

	label_moment(ladder->story, step, text, sizeof(text));
	width = text_width(text);
	canvas_put(ladder->canvas, width < TIME_WIDTH ? TIME_WIDTH - width : 0,
		   text, TINT_DIM);
}

static enum tint state_tint(uint8_t state)
{
	switch (state) {
	case TCP_ESTABLISHED:
		return TINT_GOOD;
	case TCP_CLOSE:
		return TINT_DIM;
	default:
		return TINT_STATE;
	}
}

static void draw_state(struct ladder *ladder, const struct step *step)
{
	const char *name = sl_state_name(step->state);

	canvas_put(ladder->canvas,
		   ladder->column[step->side] - strlen(name) / 2, name,
		   state_tint(step->state));
}

struct shaft {
	size_t from;
	size_t to;		/* the last column */
};

/*
 * Where the arrow runs: all the way, or if the segment was lost, three
 * quarters of it; its label must fit, and the tip and a bit of shaft beside.
 */
static struct shaft shaft_of(const struct ladder *ladder,
			     const struct step *step, size_t label)
{
	struct shaft shaft = {
		.from = ladder->column[SIDE_LEFT] + 1,
		.to = ladder->column[SIDE_RIGHT] - 1,
	};
	size_t room = shaft.to - shaft.from + 1;
	size_t missing = room / 4;

	if (!step->segment.lost)
		return shaft;
	if (label + 2 > room)
		missing = 0;
	else if (missing > room - label - 2)
		missing = room - label - 2;
	if (step->side == SIDE_LEFT)
		shaft.to -= missing;
	else
		shaft.from += missing;
	return shaft;
}

static void draw_shaft(struct ladder *ladder, const struct step *step,
		       const struct shaft *shaft, enum tint tint)
{
	const struct segment *segment = &step->segment;
	const struct strokes *strokes = ladder->strokes;

	canvas_fill(ladder->canvas, shaft->from, shaft->to + 1,
		    segment->again ? strokes->shaft_again : strokes->shaft,
		    tint);
	canvas_put(ladder->canvas,
		   step->side == SIDE_LEFT ? shaft->to : shaft->from,
		   segment->lost ? strokes->lost : strokes->tip[step->side],
		   tint);
	canvas_put(ladder->canvas, ladder->column[step->side],
		   strokes->from[step->side], TINT_NONE);
}

static void draw_travel(struct ladder *ladder, const struct segment *segment)
{
	size_t column = ladder->column[SIDE_RIGHT] + 2;
	char travel[LABEL_SIZE];
	enum tint tint = label_travel(segment, travel, sizeof(travel));

	canvas_put(ladder->canvas, column, travel, tint);
}

static void draw_segment(struct ladder *ladder, const struct step *step)
{
	enum tint tint = label_tint(step);
	struct shaft shaft;
	char label[LABEL_SIZE];
	size_t width;

	label_segment(ladder->story, step, label, sizeof(label));
	width = strlen(label);
	shaft = shaft_of(ladder, step, width);
	draw_shaft(ladder, step, &shaft, tint);
	canvas_put(ladder->canvas, (shaft.from + shaft.to + 1 - width) / 2,
		   label, tint);
	draw_travel(ladder, &step->segment);
}

/* Beside its lifeline, on the inside. */
static void draw_beside(struct ladder *ladder, const struct step *step,
			const char *text, enum tint tint)
{
	size_t left = ladder->column[SIDE_LEFT] + 2;
	size_t room = ladder->column[SIDE_RIGHT] - 1 - left;
	size_t width = text_width(text), column = left, taken;
	char cut[LABEL_SIZE];

	if (width > room) {
		snprintf(cut, sizeof(cut), "%.*s%s",
			 (int)text_beginning(text, room - 1, &taken), text,
			 ladder->strokes->cut);
		text = cut;
		width = taken + 1;
	}
	if (step->side == SIDE_RIGHT)
		column = left + room - width;
	canvas_put(ladder->canvas, column, text, tint);
}

static void draw_step(struct ladder *ladder, const struct step *step)
{
	char text[LABEL_SIZE];

	switch (step->kind) {
	case STEP_STATE:
		draw_state(ladder, step);
		break;
	case STEP_SEGMENT:
		draw_segment(ladder, step);
		break;
	default:
		label_beside(ladder->story, step, text, sizeof(text));
		draw_beside(ladder, step, text, label_tint(step));
	}
}

static void draw_steps(struct ladder *ladder)
{
	const struct story *story = ladder->story;
	const struct step *step;
	size_t i;

	for (i = 0; i < story->count; i++) {
		step = &story->steps[i];
		if (story_pause_ns(story, i)) {
			draw_lifelines(ladder, ladder->strokes->pause);
			canvas_print(ladder->canvas);
		}
		draw_moment(ladder, step);
		draw_lifelines(ladder, NULL);
		draw_step(ladder, step);
		if (story_shares_line(story, i + 1))
			draw_step(ladder, &story->steps[++i]);
		canvas_print(ladder->canvas);
	}
}

void ladder_print(const struct story *story, const struct term *term)
{
	size_t width = ladder_width(term);
	struct ladder ladder = {
		.story = story,
		.term = term,
		.strokes = term->utf8 ? &utf8_strokes : &ascii_strokes,
		.canvas = canvas_open(term, width),
		.column = { LEFT_COLUMN, width - RIGHT_MARGIN },
	};

	heads_draw(story, ladder.canvas, ladder.strokes, ladder.column, width);
	draw_steps(&ladder);
	/* What still lives goes on below. */
	if (HAS(story->teller, ENTRY_LIVE)) {
		draw_lifelines(&ladder, NULL);
		canvas_print(ladder.canvas);
	}
	canvas_close(ladder.canvas);
}
