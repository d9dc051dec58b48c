// SPDX-License-Identifier: GPL-2.0
#include "ladder.h"
#include "canvas.h"
#include "heads.h"
#include "text.h"

#include "pure/names.h"

#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdarg.h>
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

/* Steps further apart are shown to be. */
#define PAUSE_NS	UINT64_C(200000000)

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

static void draw_time(struct ladder *ladder, const char *text)
{
	size_t width = text_width(text);

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

static void __attribute__((format(printf, 3, 4)))
append(char *dst, size_t size, const char *format, ...)
{
	size_t used = strlen(dst);
	va_list args;

	va_start(args, format);
	vsnprintf(dst + used, size - used, format, args);
	va_end(args);
}

/* The initial sequence number of a side, if any entry knows it. */
static bool initial_number(const struct story *story, enum side side,
			   uint32_t *ret)
{
	const struct handshake *hs = &story->teller->handshake;

	*ret = side == SIDE_LEFT ? hs->client_isn : hs->server_isn;
	return side == SIDE_LEFT ? HAS(hs, HANDSHAKE_CLIENT_ISN) :
				   HAS(hs, HANDSHAKE_SERVER_ISN);
}

/* SYN and SYN+ACK show the numbers themselves, the others count from them. */
static void append_number(const struct story *story, char *label, size_t size,
			  const char *name, enum side whose, uint8_t what,
			  uint32_t number)
{
	uint32_t initial;

	if (what > SOCKLEDGER_WHAT_SYNACK &&
	    initial_number(story, whose, &initial))
		number -= initial;
	append(label, size, " %s=%" PRIu32, name, number);
}

static void segment_label(const struct story *story, const struct step *step,
			  char *label, size_t size)
{
	const struct segment *s = &step->segment;
	bool closing = s->what == SOCKLEDGER_WHAT_FIN ||
		       s->what == SOCKLEDGER_WHAT_RST;

	snprintf(label, size, " %s%s", sl_what_name(s->what),
		 closing && s->has_ack ? "+ACK" : "");
	if (s->has_seq)
		append_number(story, label, size, "seq", step->side, s->what,
			      s->seq);
	if (s->has_ack)
		append_number(story, label, size, "ack",
			      step->side == SIDE_LEFT ? SIDE_RIGHT : SIDE_LEFT,
			      s->what, s->ack);
	if (s->has_len && s->len)
		append(label, size, " len=%" PRIu32, s->len);
	append(label, size, "%s ", s->again ? " again" : "");
}

static enum tint segment_tint(const struct segment *segment)
{
	if (segment->lost || segment->what == SOCKLEDGER_WHAT_RST)
		return TINT_BAD;
	return segment->again ? TINT_PENDING : TINT_NONE;
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
	char travel[40] = "+";

	if (segment->lost)
		canvas_put(ladder->canvas, column, "lost", TINT_BAD);
	if (!segment->was_sent || !segment->was_received)
		return;
	text_duration_fine(travel + 1, sizeof(travel) - 1,
			   segment->received_ns - segment->sent_ns);
	canvas_put(ladder->canvas, column, travel, TINT_DIM);
}

static void draw_segment(struct ladder *ladder, const struct step *step)
{
	enum tint tint = segment_tint(&step->segment);
	struct shaft shaft;
	char label[128];
	size_t width;

	segment_label(ladder->story, step, label, sizeof(label));
	width = strlen(label);
	shaft = shaft_of(ladder, step, width);
	draw_shaft(ladder, step, &shaft, tint);
	canvas_put(ladder->canvas, (shaft.from + shaft.to + 1 - width) / 2,
		   label, tint);
	draw_travel(ladder, &step->segment);
}

static void note_text(const struct story *story, const struct step *step,
		      char *dst, size_t size)
{
	const struct entry *entry = story->ends[step->side];
	char comm[4 * COMM_SIZE] = "";

	switch (step->note) {
	case NOTE_ACCEPT_QUEUED:
		snprintf(dst, size, "into the accept queue");
		break;
	case NOTE_ACCEPTED:
		if (HAS(entry, ENTRY_ACCEPTOR))
			text_escape(comm, sizeof(comm), entry->acceptor.comm);
		snprintf(dst, size, "accept()%s%s", *comm ? " by " : "", comm);
		break;
	case NOTE_ADOPTED:
		snprintf(dst, size, "found when the module was loaded");
		break;
	case NOTE_DESTROYED:
		snprintf(dst, size, "socket freed");
		break;
	}
}

/* Beside its lifeline, on the inside. */
static void draw_note(struct ladder *ladder, const struct step *step)
{
	size_t column = ladder->column[step->side] + 2;
	char text[256];

	note_text(ladder->story, step, text, sizeof(text));
	if (step->side == SIDE_RIGHT)
		column = ladder->column[SIDE_RIGHT] - 1 - text_width(text);
	canvas_put(ladder->canvas, column, text, TINT_DIM);
}

static void draw_step(struct ladder *ladder, const struct step *step)
{
	switch (step->kind) {
	case STEP_STATE:
		draw_state(ladder, step);
		break;
	case STEP_SEGMENT:
		draw_segment(ladder, step);
		break;
	case STEP_NOTE:
		draw_note(ladder, step);
		break;
	}
}

/* Both ends in a state from the same moment on share a line. */
static bool shares_line(const struct step *step, const struct step *next)
{
	return step->kind == STEP_STATE && next->kind == STEP_STATE &&
	       step->side != next->side && step->t_ns == next->t_ns;
}

static void draw_steps(struct ladder *ladder)
{
	const struct story *story = ladder->story;
	const struct step *step;
	char time[32];
	size_t i;

	for (i = 0; i < story->count; i++) {
		step = &story->steps[i];
		if (i && step->t_ns - step[-1].t_ns >= PAUSE_NS) {
			draw_lifelines(ladder, ladder->strokes->pause);
			canvas_print(ladder->canvas);
		}
		text_moment(time, sizeof(time), step->t_ns - story->began_ns);
		draw_time(ladder, time);
		draw_lifelines(ladder, NULL);
		draw_step(ladder, step);
		if (i + 1 < story->count && shares_line(step, step + 1))
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
