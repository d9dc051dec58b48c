// SPDX-License-Identifier: GPL-2.0
#include "json_out.h"
#include "memory.h"
#include "text.h"
#include "writer.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The longest text is the name of a file. */
#define TEXT_SIZE	(3 * NAME_MAX + 1)

/* At first; most of what is listed needs no more. */
#define ROOM		4096

static void make_room(struct json_out *out, size_t length)
{
	while (out->room - out->length < length)
		out->room = out->room ? 2 * out->room : ROOM;
	out->text = memory_array(out->text, out->room, 1);
}

/* Where so many bytes can be written; out->length then is for the caller. */
static char *reserve(struct json_out *out, size_t length)
{
	if (out->room - out->length < length)
		make_room(out, length);
	return out->text + out->length;
}

static void put(struct json_out *out, const char *text, size_t length)
{
	memcpy(reserve(out, length), text, length);
	out->length += length;
}

static void put_char(struct json_out *out, char c)
{
	*reserve(out, 1) = c;
	out->length++;
}

static void put_word(struct json_out *out, const char *word)
{
	size_t length = strlen(word);
	char *at = reserve(out, length + 2);

	*at = '"';
	memcpy(at + 1, word, length);
	at[length + 1] = '"';
	out->length += length + 2;
}

static void put_escaped(void *out, const char *text, size_t length)
{
	put(out, text, length);
}

static void start(struct json_out *out)
{
	out->more = false;
	out->text = NULL;
	out->length = 0;
	out->room = 0;
	out->escape = memory_given(yajl_gen_alloc(NULL));
	yajl_gen_config(out->escape, yajl_gen_print_callback, put_escaped, out);
}

static void finish(struct json_out *out)
{
	if (out->indented)
		put_char(out, '\n');
	fwrite_unlocked(out->text, 1, out->length, stdout);
	free(out->text);
	yajl_gen_free(out->escape);
}

static void indent(struct json_out *out)
{
	unsigned int i;

	if (!out->indented)
		return;
	for (i = 0; i < out->depth; i++)
		put(out, "  ", 2);
}

/* What comes before every value. */
static void put_name(struct json_out *out, const char *name)
{
	if (out->more) {
		put_char(out, ',');
		if (out->indented)
			put_char(out, '\n');
	}
	out->more = true;
	indent(out);
	if (!name)
		return;
	put_word(out, name);
	put_char(out, ':');
	if (out->indented)
		put_char(out, ' ');
}

static void open_value(struct json_out *out, const char *name, char bracket)
{
	if (!out->depth)
		start(out);
	put_name(out, name);
	put_char(out, bracket);
	if (out->indented)
		put_char(out, '\n');
	out->depth++;
	out->more = false;
}

static void close_value(struct json_out *out, char bracket)
{
	out->depth--;
	out->more = true;
	if (out->indented)
		put_char(out, '\n');
	indent(out);
	put_char(out, bracket);
	if (!out->depth)
		finish(out);
}

void json_open_object(struct json_out *out, const char *name)
{
	open_value(out, name, '{');
}

void json_close_object(struct json_out *out)
{
	close_value(out, '}');
}

void json_open_array(struct json_out *out, const char *name)
{
	open_value(out, name, '[');
}

void json_close_array(struct json_out *out)
{
	close_value(out, ']');
}

void json_text(struct json_out *out, const char *name, const char *text)
{
	char valid[TEXT_SIZE];

	put_name(out, name);
	text_utf8(valid, sizeof(valid), text);
	/* To the library, each string is a document. */
	yajl_gen_reset(out->escape, NULL);
	yajl_gen_string(out->escape, (const unsigned char *)valid,
			strlen(valid));
}

void json_word(struct json_out *out, const char *name, const char *word)
{
	put_name(out, name);
	put_word(out, word);
}

void json_number(struct json_out *out, const char *name, uint64_t number)
{
	struct writer writer;

	put_name(out, name);
	writer = writer_begin(reserve(out, WRITER_NUMBER), WRITER_NUMBER);
	write_number(&writer, number, 1);
	out->length = writer.at - out->text;
}

void json_bool(struct json_out *out, const char *name, bool value)
{
	put_name(out, name);
	if (value)
		put(out, "true", 4);
	else
		put(out, "false", 5);
}
