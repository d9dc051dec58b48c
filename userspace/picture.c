// SPDX-License-Identifier: GPL-2.0
#include "picture.h"
#include "labels.h"
#include "memory.h"
#include "svg.h"
#include "text.h"

#include "pure/names.h"

#include <inttypes.h>
#include <math.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

/*
 * From the left: the time, the left lifeline, the arrows, the right lifeline;
 * from the top: the title, the heads, the steps.
 */
#define WIDTH		940.0
#define EDGE		20.0
#define TIME_END	116.0
#define LEFT_COLUMN	220.0
#define RIGHT_COLUMN	720.0
#define TITLE_Y		38.0
#define OUTCOME_Y	62.0
#define HEAD_Y		84.0
#define HEAD_HEIGHT	70.0
#define HEAD_MOST	400.0
#define FOOT_HEIGHT	46.0

/* Heights of steps. */
#define STATE_HEIGHT	32.0
#define SEGMENT_HEIGHT	40.0
#define BESIDE_HEIGHT	24.0
#define PAUSE_HEIGHT	40.0

#define PILL_HEIGHT	22.0
#define SLANT		14.0	/* an arrow's way down */
#define BESIDE_GAP	14.0
#define TITLE_SIZE	18.0
#define TEXT_SIZE	12.5
#define SMALL_SIZE	11.5
#define BASELINE	4.3	/* below the middle of a line of text */
#define CHARACTER	0.602	/* width of one, of its size */

static const char style[] =
	"text { font: 12.5px 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #1b2631 }\n"
	".sans { font-family: 'DejaVu Sans', Verdana, Helvetica, sans-serif }\n"
	".title { font-size: 18px; font-weight: bold }\n"
	".strong { font-weight: bold }\n"
	".small { font-size: 11.5px }\n"
	".mid { text-anchor: middle }\n"
	".end { text-anchor: end }\n"
	".halo { paint-order: stroke; stroke: #fff; stroke-width: 5px; stroke-linejoin: round }\n"
	"text.dim { fill: #607d8b }\n"
	"text.good { fill: #1b7a3d }\n"
	"text.pending { fill: #9a6700 }\n"
	"text.bad { fill: #c62828 }\n"
	".guide { stroke: #e8edf0; stroke-width: 1 }\n"
	".head { fill: #f6f9fb; stroke: #455a64; stroke-width: 1.4 }\n"
	".life { stroke: #90a4ae; stroke-width: 2 }\n"
	".unseen { stroke: #b0bec5; stroke-width: 2; stroke-dasharray: 2 5 }\n"
	".gap { fill: #fff }\n"
	".break { stroke: #607d8b; stroke-width: 1.6 }\n"
	".bar { stroke-width: 6 }\n"
	".pill { stroke-width: 1.3 }\n"
	".bar.idle { stroke: #cfd8dc }\n"
	".bar.listen { stroke: #90caf9 }\n"
	".bar.opening { stroke: #ffd54f }\n"
	".bar.open { stroke: #81c995 }\n"
	".bar.closing { stroke: #c5b3e6 }\n"
	".pill.idle { fill: #eceff1; stroke: #90a4ae }\n"
	".pill.listen { fill: #e1f0fe; stroke: #4a90d9 }\n"
	".pill.opening { fill: #fff4d1; stroke: #d39e00 }\n"
	".pill.open { fill: #dcf3e2; stroke: #2e9a4f }\n"
	".pill.closing { fill: #ece6f8; stroke: #7e57c2 }\n"
	".arrow { stroke: #263238; stroke-width: 1.7 }\n"
	".arrow.pending { stroke: #b26a00; stroke-dasharray: 7 4 }\n"
	".arrow.bad { stroke: #c62828 }\n"
	".tip { fill: #263238 }\n"
	".tip.pending { fill: #b26a00 }\n"
	".tip.bad { fill: #c62828 }\n";

struct picture {
	const struct gathered *gathered;
	const struct story *story;
	FILE *out;
	double *middle;		/* of each step's line */
	double bottom;
};

static const double column[SIDES] = { LEFT_COLUMN, RIGHT_COLUMN };

static double width_of(const char *text, double size)
{
	return text_width(text) * size * CHARACTER;
}

static const char *tint_class(enum tint tint)
{
	static const char * const classes[] = {
		[TINT_DIM]	= "dim",
		[TINT_GOOD]	= "good",
		[TINT_PENDING]	= "pending",
		[TINT_BAD]	= "bad",
		[TINT_STATE]	= "",
	};

	return classes[tint] ? classes[tint] : "";
}

static const char *state_class(uint8_t state)
{
	switch (state) {
	case TCP_ESTABLISHED:
		return "open";
	case TCP_LISTEN:
		return "listen";
	case TCP_SYN_SENT:
	case TCP_SYN_RECV:
		return "opening";
	case TCP_CLOSE:
		return "idle";
	default:
		return "closing";
	}
}

static void put(const struct picture *picture, double x, double y,
		const char *look, enum tint tint, const char *text)
{
	char classes[64];

	snprintf(classes, sizeof(classes), "%s %s", look, tint_class(tint));
	svg_text(picture->out, (struct point){ x, y + BASELINE }, 0, classes,
		 text);
}

static double step_height(const struct step *step)
{
	switch (step->kind) {
	case STEP_STATE:
		return STATE_HEIGHT;
	case STEP_SEGMENT:
		return SEGMENT_HEIGHT;
	default:
		return BESIDE_HEIGHT;
	}
}

/* Of a segment, the middle is where its sender's end of the arrow is. */
static void place_steps(struct picture *picture)
{
	const struct story *story = picture->story;
	double y = HEAD_Y + HEAD_HEIGHT + 12, height;
	size_t i;

	picture->middle = memory_array(NULL, story->count + 1,
				       sizeof(*picture->middle));
	for (i = 0; i < story->count; i++) {
		if (story_shares_line(story, i)) {
			picture->middle[i] = picture->middle[i - 1];
			continue;
		}
		if (story_pause_ns(story, i))
			y += PAUSE_HEIGHT;
		height = step_height(&story->steps[i]);
		picture->middle[i] = y + height / 2;
		if (story->steps[i].kind == STEP_SEGMENT)
			picture->middle[i] -= SLANT / 2 - 3;
		y += height;
	}
	picture->bottom = y + 12;
}

static void draw_title(const struct picture *picture, const char *title)
{
	const struct entry *entry = &picture->gathered->entry;
	const struct handshake *hs = &entry->handshake;
	char text[LABEL_SIZE], date[64];
	double room = WIDTH - 2 * EDGE;

	if (HAS(entry, ENTRY_START_NS)) {
		text_date_fine(date, sizeof(date), picture->story->began_ns);
		put(picture, WIDTH - EDGE, TITLE_Y, "sans small end", TINT_DIM,
		    date);
		room -= width_of(date, SMALL_SIZE) + EDGE;
	}
	/* Two full IPv6 addresses are too long for it in large letters. */
	put(picture, EDGE, TITLE_Y,
	    width_of(title, TITLE_SIZE) > room ? "sans strong" : "sans title",
	    TINT_NONE, title);
	if (HAS(hs, HANDSHAKE_OUTCOME)) {
		label_outcome(entry, text, sizeof(text));
		put(picture, EDGE, OUTCOME_Y, "sans strong",
		    label_outcome_tint(hs->outcome), text);
	}
}

static void draw_head(const struct picture *picture, enum side side)
{
	static const char * const looks[LABEL_LINES] = {
		"sans small mid", "strong mid", "mid",
	};
	static const enum tint tints[LABEL_LINES] = { TINT_DIM };
	char text[LABEL_LINES][LABEL_SIZE];
	size_t line, lines = 0;
	double width = 0, y;

	for (line = 0; line < LABEL_LINES; line++) {
		label_end(picture->story, side, line, text[line], LABEL_SIZE);
		width = fmax(width, width_of(text[line], TEXT_SIZE));
		lines += !!*text[line];
	}
	width = fmin(width + 32, HEAD_MOST);
	svg_box(picture->out, (struct point){ column[side] - width / 2, HEAD_Y },
		width, HEAD_HEIGHT, 8, "head");
	y = HEAD_Y + HEAD_HEIGHT / 2 - 10.0 * (lines - 1);
	for (line = 0; line < LABEL_LINES; line++) {
		if (!*text[line])
			continue;
		put(picture, column[side], y, looks[line], tints[line],
		    text[line]);
		y += 20;
	}
}

static void draw_vertical(const struct picture *picture, enum side side,
			  double from, double to, const char *classes)
{
	svg_line(picture->out, (struct point){ column[side], from },
		 (struct point){ column[side], to }, classes);
}

/* A lifeline, and on it a bar in the colour of each state while it lasts. */
static void draw_lifeline(const struct picture *picture, enum side side)
{
	const struct story *story = picture->story;
	const struct step *step, *state = NULL;
	double since = 0;
	char classes[32];
	size_t i;

	draw_vertical(picture, side, HEAD_Y + HEAD_HEIGHT, picture->bottom,
		      story->ends[side] ? "life" : "unseen");
	for (i = 0; i <= story->count; i++) {
		step = &story->steps[i];
		if (i < story->count &&
		    (step->kind != STEP_STATE || step->side != side))
			continue;
		if (state) {
			snprintf(classes, sizeof(classes), "bar %s",
				 state_class(state->state));
			draw_vertical(picture, side, since,
				      i < story->count ? picture->middle[i] :
							 picture->bottom,
				      classes);
		}
		state = step;
		since = picture->middle[i];
	}
}

static void draw_break(const struct picture *picture, enum side side, double y)
{
	double x = column[side], offset;

	svg_box(picture->out, (struct point){ x - 8, y - 5 }, 16, 10, 0, "gap");
	for (offset = -5; offset <= 5; offset += 10)
		svg_line(picture->out, (struct point){ x - 8, y + offset + 3 },
			 (struct point){ x + 8, y + offset - 3 }, "break");
}

static void draw_pause(const struct picture *picture, size_t i)
{
	uint64_t pause = story_pause_ns(picture->story, i);
	const struct step *step = &picture->story->steps[i];
	double y = picture->middle[i] - PAUSE_HEIGHT / 2;
	char text[48];

	if (!pause)
		return;
	y -= step_height(step) / 2;
	draw_break(picture, SIDE_LEFT, y);
	text_duration_fine(text, sizeof(text) - 8, pause);
	strcat(text, " later");
	if (picture->story->alone) {
		put(picture, LEFT_COLUMN + BESIDE_GAP, y, "sans small",
		    TINT_DIM, text);
	} else {
		draw_break(picture, SIDE_RIGHT, y);
		put(picture, (LEFT_COLUMN + RIGHT_COLUMN) / 2, y,
		    "sans small mid", TINT_DIM, text);
	}
}

static void draw_moments(const struct picture *picture)
{
	const struct story *story = picture->story;
	char text[LABEL_SIZE];
	size_t i;

	for (i = 0; i < story->count; i++) {
		if (story_shares_line(story, i))
			continue;
		label_moment(story, &story->steps[i], text, sizeof(text));
		put(picture, TIME_END, picture->middle[i], "small end",
		    TINT_DIM, text);
	}
}

/* Faint lines from the times to what happened then. */
static void draw_guides(const struct picture *picture)
{
	const struct story *story = picture->story;
	double y;
	size_t i;

	for (i = 0; i < story->count; i++) {
		y = picture->middle[i];
		svg_line(picture->out, (struct point){ TIME_END + 8, y },
			 (struct point){ column[story->steps[i].side], y },
			 "guide");
	}
}

static void draw_state(const struct picture *picture, const struct step *step,
		       double y)
{
	const char *name = sl_state_name(step->state);
	double width = width_of(name, TEXT_SIZE) + 22;
	struct point corner = {
		column[step->side] - width / 2, y - PILL_HEIGHT / 2,
	};
	char classes[32];

	snprintf(classes, sizeof(classes), "pill %s",
		 state_class(step->state));
	svg_box(picture->out, corner, width, PILL_HEIGHT, PILL_HEIGHT / 2,
		classes);
	put(picture, column[step->side], y, "mid", TINT_NONE, name);
}

static void draw_beside(const struct picture *picture, const struct step *step,
			double y)
{
	const char *look = step->side == SIDE_LEFT ? "halo" : "halo end";
	double gap = step->side == SIDE_LEFT ? BESIDE_GAP : -BESIDE_GAP;
	double room = RIGHT_COLUMN - LEFT_COLUMN - 2 * BESIDE_GAP;
	char text[LABEL_SIZE + 4], classes[32];
	size_t taken;

	label_beside(picture->story, step, text, LABEL_SIZE);
	if (width_of(text, TEXT_SIZE) > room)
		strcpy(text + text_beginning(text, room / TEXT_SIZE /
					     CHARACTER - 1, &taken),
		       "\u2026");
	snprintf(classes, sizeof(classes), "tip %s",
		 tint_class(label_tint(step)));
	svg_disc(picture->out, (struct point){ column[step->side], y }, 3.5,
		 classes);
	put(picture, column[step->side] + gap, y, look, label_tint(step), text);
}

/* From the sender down to the receiver, or what was lost, not that far. */
static void draw_arrow(const struct picture *picture, const struct step *step,
		       struct point from, struct point to, const char *tint)
{
	char classes[32];

	snprintf(classes, sizeof(classes), "arrow %s", tint);
	svg_line(picture->out, from, to, classes);
	if (step->segment.lost) {
		svg_line(picture->out, (struct point){ to.x - 6, to.y - 6 },
			 (struct point){ to.x + 6, to.y + 6 }, "arrow bad");
		svg_line(picture->out, (struct point){ to.x - 6, to.y + 6 },
			 (struct point){ to.x + 6, to.y - 6 }, "arrow bad");
		return;
	}
	snprintf(classes, sizeof(classes), "tip %s", tint);
	svg_tip(picture->out, from, to, classes);
}

/* How long it took, or that it never came, where it should have come to. */
static void draw_travel(const struct picture *picture, const struct step *step,
			double y)
{
	enum side to = story_other(step->side);
	double x = column[to] + (to == SIDE_RIGHT ? BESIDE_GAP : -BESIDE_GAP);
	const char *look = to == SIDE_RIGHT ? "small" : "small end";
	char travel[LABEL_SIZE];
	enum tint tint = label_travel(&step->segment, travel, sizeof(travel));

	if (*travel)
		put(picture, x, y, look, tint, travel);
}

static void draw_segment(const struct picture *picture, const struct step *step,
			 double y)
{
	double sign = step->side == SIDE_LEFT ? 1 : -1;
	double end = column[story_other(step->side)] - 4 * sign;
	struct point from = { column[step->side] + 4 * sign, y };
	struct point to = { end, y + SLANT }, middle;
	double angle = atan2(SLANT, fabs(end - from.x)) * 180 / M_PI * sign;
	enum tint tint = label_tint(step);
	char label[LABEL_SIZE];

	if (step->segment.lost) {
		to.x -= sign * fabs(end - from.x) / 5;
		to.y -= SLANT / 5;
	}
	draw_arrow(picture, step, from, to, tint_class(tint));
	label_segment(picture->story, step, label, sizeof(label));
	middle = (struct point){ (from.x + end) / 2, y + SLANT / 2 - 6 };
	svg_text(picture->out, middle, angle,
		 tint == TINT_BAD ? "halo mid bad" :
		 tint == TINT_PENDING ? "halo mid pending" : "halo mid", label);
	draw_travel(picture, step, y + SLANT);
}

static void draw_step(const struct picture *picture, size_t i)
{
	const struct step *step = &picture->story->steps[i];
	double y = picture->middle[i];

	switch (step->kind) {
	case STEP_STATE:
		draw_state(picture, step, y);
		break;
	case STEP_SEGMENT:
		draw_segment(picture, step, y);
		break;
	default:
		draw_beside(picture, step, y);
	}
}

/* Which entries it was drawn from. */
static void draw_foot(const struct picture *picture)
{
	const struct entry *peer = gathered_peer(picture->gathered);
	uint64_t id = picture->gathered->entry.id;
	char text[96];

	if (peer)
		snprintf(text, sizeof(text),
			 "sockledger, entries %" PRIu64 " and %" PRIu64,
			 id < peer->id ? id : peer->id,
			 id < peer->id ? peer->id : id);
	else
		snprintf(text, sizeof(text), "sockledger, entry %" PRIu64, id);
	put(picture, WIDTH - EDGE, picture->bottom + FOOT_HEIGHT / 2,
	    "sans small end", TINT_DIM, text);
}

static void draw(const struct picture *picture)
{
	size_t sides = picture->story->alone ? 1 : SIDES;
	char title[LABEL_SIZE];
	size_t side, i;

	label_title(picture->story, title, sizeof(title));
	svg_open(picture->out, WIDTH, picture->bottom + FOOT_HEIGHT, title);
	svg_style(picture->out, style);
	draw_title(picture, title);
	draw_guides(picture);
	for (side = 0; side < sides; side++) {
		draw_lifeline(picture, side);
		draw_head(picture, side);
	}
	draw_moments(picture);
	for (i = 0; i < picture->story->count; i++) {
		draw_pause(picture, i);
		draw_step(picture, i);
	}
	draw_foot(picture);
	svg_close(picture->out);
}

void picture_print(const struct gathered *gathered, FILE *out)
{
	struct picture picture = { .gathered = gathered, .out = out };
	struct story story;

	gathered_story(gathered, &story);
	picture.story = &story;
	place_steps(&picture);
	draw(&picture);
	free(picture.middle);
	story_release(&story);
}
