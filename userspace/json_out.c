// SPDX-License-Identifier: GPL-2.0
#include "json_out.h"
#include "memory.h"
#include "text.h"
#include "writer.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* The longest text is the name of a file. */
#define TEXT_SIZE	(3 * NAME_MAX + 1)

static void start(struct json_out *out)
{
	out->generator = memory_given(yajl_gen_alloc(NULL));
	if (out->indented) {
		yajl_gen_config(out->generator, yajl_gen_beautify, 1);
		yajl_gen_config(out->generator, yajl_gen_indent_string, "  ");
	}
}

/* In one piece: the library makes very small ones. */
static void finish(struct json_out *out)
{
	const unsigned char *text;
	size_t length;

	yajl_gen_get_buf(out->generator, &text, &length);
	fwrite_unlocked(text, 1, length, stdout);
	yajl_gen_free(out->generator);
	out->generator = NULL;
}

static void put_string(struct json_out *out, const char *text)
{
	yajl_gen_string(out->generator, (const unsigned char *)text,
			strlen(text));
}

static void put_name(struct json_out *out, const char *name)
{
	if (name)
		put_string(out, name);
}

void json_open_object(struct json_out *out, const char *name)
{
	if (!out->depth++)
		start(out);
	put_name(out, name);
	yajl_gen_map_open(out->generator);
}

void json_close_object(struct json_out *out)
{
	yajl_gen_map_close(out->generator);
	if (!--out->depth)
		finish(out);
}

void json_open_array(struct json_out *out, const char *name)
{
	if (!out->depth++)
		start(out);
	put_name(out, name);
	yajl_gen_array_open(out->generator);
}

void json_close_array(struct json_out *out)
{
	yajl_gen_array_close(out->generator);
	if (!--out->depth)
		finish(out);
}

void json_text(struct json_out *out, const char *name, const char *text)
{
	char valid[TEXT_SIZE];

	put_name(out, name);
	text_utf8(valid, sizeof(valid), text);
	put_string(out, valid);
}

void json_word(struct json_out *out, const char *name, const char *word)
{
	put_name(out, name);
	put_string(out, word);
}

void json_number(struct json_out *out, const char *name, uint64_t number)
{
	char text[24];
	struct writer writer = writer_begin(text, sizeof(text));

	/* The library's own numbers are signed. */
	write_number(&writer, number, 1);
	put_name(out, name);
	yajl_gen_number(out->generator, text, writer.at - text);
}

void json_bool(struct json_out *out, const char *name, bool value)
{
	put_name(out, name);
	yajl_gen_bool(out->generator, value);
}
