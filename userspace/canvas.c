// SPDX-License-Identifier: GPL-2.0
#include "canvas.h"
#include "memory.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct glyph {
	char bytes[8];		/* empty behind a character of two columns */
	enum tint tint;
};

struct canvas {
	const struct term *term;
	size_t width;
	struct glyph *line;
};

static void wipe(struct canvas *canvas)
{
	size_t i;

	for (i = 0; i < canvas->width; i++)
		canvas->line[i] = (struct glyph){ .bytes = " " };
}

struct canvas *canvas_open(const struct term *term, size_t width)
{
	struct canvas *canvas = memory_zeroed(sizeof(*canvas));

	canvas->term = term;
	canvas->width = width;
	canvas->line = memory_array(NULL, width, sizeof(*canvas->line));
	wipe(canvas);
	return canvas;
}

static void put_glyph(struct canvas *canvas, size_t column, const char *text,
		      size_t bytes, size_t columns, enum tint tint)
{
	struct glyph *glyph = &canvas->line[column];
	size_t i;

	if (column + columns > canvas->width || bytes >= sizeof(glyph->bytes))
		return;
	for (i = 0; i < columns; i++)
		glyph[i] = (struct glyph){ .tint = tint };
	memcpy(glyph->bytes, text, bytes);
}

void canvas_put(struct canvas *canvas, size_t column, const char *text,
		enum tint tint)
{
	size_t bytes, columns;

	while (*text && column < canvas->width) {
		text_next(text, &bytes, &columns);
		put_glyph(canvas, column, text, bytes, columns, tint);
		text += bytes;
		column += columns;
	}
}

void canvas_fill(struct canvas *canvas, size_t from, size_t to,
		 const char *text, enum tint tint)
{
	size_t i;

	for (i = from; i < to && i < canvas->width; i++)
		put_glyph(canvas, i, text, strlen(text), 1, tint);
}

static size_t used_width(const struct canvas *canvas)
{
	size_t used = canvas->width;

	while (used && !strcmp(canvas->line[used - 1].bytes, " "))
		used--;
	return used;
}

void canvas_print(struct canvas *canvas)
{
	FILE *out = canvas->term->out;
	size_t i, used = used_width(canvas);
	enum tint tint = TINT_NONE;

	for (i = 0; i < used; i++) {
		if (canvas->line[i].tint != tint) {
			fputs(term_reset(canvas->term, tint), out);
			tint = canvas->line[i].tint;
			fputs(term_tint(canvas->term, tint), out);
		}
		fputs(canvas->line[i].bytes, out);
	}
	fprintf(out, "%s\n", term_reset(canvas->term, tint));
	wipe(canvas);
}

void canvas_close(struct canvas *canvas)
{
	free(canvas->line);
	free(canvas);
}
