// SPDX-License-Identifier: GPL-2.0
#include "json_out.h"
#include "memory.h"
#include "text.h"
#include "writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_bytes(struct json_out *out, const char *text, size_t length)
{
	if (length > sizeof(out->buffer) - out->used) {
		fwrite_unlocked(out->buffer, 1, out->used, stdout);
		out->used = 0;
	}
	if (length > sizeof(out->buffer)) {
		fwrite_unlocked(text, 1, length, stdout);
		return;
	}
	memcpy(out->buffer + out->used, text, length);
	out->used += length;
}

static inline void put(struct json_out *out, const char *text)
{
	put_bytes(out, text, strlen(text));
}

static void break_line(struct json_out *out)
{
	unsigned int i;

	if (!out->indent)
		return;
	put(out, "\n");
	for (i = 0; i < out->indent * out->depth; i++)
		put(out, " ");
}

/* The outermost value is complete. */
static void finish(struct json_out *out)
{
	fwrite_unlocked(out->buffer, 1, out->used, stdout);
	out->used = 0;
}

/* What stands before a value. */
static void begin(struct json_out *out, const char *name)
{
	if (out->more)
		put(out, ",");
	if (out->depth)
		break_line(out);
	out->more = true;
	if (!name)
		return;
	/* Names are our own: letters and underscores. */
	put(out, "\"");
	put(out, name);
	put(out, out->indent ? "\": " : "\":");
}

static void open_one(struct json_out *out, const char *name,
		     const char *bracket)
{
	begin(out, name);
	put(out, bracket);
	out->depth++;
	out->more = false;
}

static void close_one(struct json_out *out, const char *bracket)
{
	out->depth--;
	if (out->more)
		break_line(out);
	put(out, bracket);
	out->more = true;
	if (!out->depth)
		finish(out);
}

void json_open_object(struct json_out *out, const char *name)
{
	open_one(out, name, "{");
}

void json_close_object(struct json_out *out)
{
	close_one(out, "}");
}

void json_open_array(struct json_out *out, const char *name)
{
	open_one(out, name, "[");
}

void json_close_array(struct json_out *out)
{
	close_one(out, "]");
}

/* Of the well-formed character at @s; @length is set to its bytes. */
static uint32_t code_point(const unsigned char *s, size_t *length)
{
	uint32_t point = *s;
	size_t i;

	*length = *s < 0x80 ? 1 : *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : 4;
	if (*length > 1)
		point &= 0x7f >> *length;
	for (i = 1; i < *length; i++)
		point = point << 6 | (s[i] & 0x3f);
	return point;
}

static void put_escaped(struct json_out *out, uint32_t point)
{
	char text[16];

	if (point == '"' || point == '\\')
		snprintf(text, sizeof(text), "\\%c", (int)point);
	else if (point < 0x10000)
		snprintf(text, sizeof(text), "\\u%04x", (unsigned int)point);
	else
		snprintf(text, sizeof(text), "\\u%04x\\u%04x",
			 0xd7c0 + (unsigned int)(point >> 10),
			 0xdc00 + (unsigned int)(point & 0x3ff));
	put(out, text);
}

/* Names of programs reach a terminal this way, too: ASCII is safe. */
static bool is_safe(char c)
{
	return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

static void put_unsafe(struct json_out *out, const char *text)
{
	size_t length, size = 3 * strlen(text) + 1;
	char *valid = memory_array(NULL, size, 1);
	const char *at;

	text_utf8(valid, size, text);
	for (at = valid; *at; at += length) {
		length = 1;
		if (is_safe(*at))
			put_bytes(out, at, 1);
		else
			put_escaped(out, code_point((const void *)at, &length));
	}
	free(valid);
}

void json_text(struct json_out *out, const char *name, const char *text)
{
	const char *at = text;

	begin(out, name);
	put(out, "\"");
	while (is_safe(*at))
		at++;
	if (*at)
		put_unsafe(out, text);
	else
		put_bytes(out, text, at - text);
	put(out, "\"");
}

void json_number(struct json_out *out, const char *name, uint64_t number)
{
	char text[24];
	struct writer writer = writer_begin(text, sizeof(text));

	write_number(&writer, number, 1);
	begin(out, name);
	put_bytes(out, text, writer.at - text);
}

void json_bool(struct json_out *out, const char *name, bool value)
{
	begin(out, name);
	put(out, value ? "true" : "false");
}
