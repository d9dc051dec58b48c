// SPDX-License-Identifier: GPL-2.0
#include "writer.h"

#include <string.h>

struct writer writer_begin(char *dst, size_t size)
{
	*dst = '\0';
	return (struct writer){ .at = dst, .last = dst + size - 1 };
}

/* As much of it as there is room for. */
static size_t room_for(const struct writer *writer, size_t length)
{
	size_t room = writer->last - writer->at;

	return length < room ? length : room;
}

void write_bytes(struct writer *writer, const char *text, size_t length)
{
	length = room_for(writer, length);
	memcpy(writer->at, text, length);
	writer->at += length;
	*writer->at = '\0';
}

void write_text(struct writer *writer, const char *text)
{
	write_bytes(writer, text, strlen(text));
}

void write_spaces(struct writer *writer, size_t count)
{
	count = room_for(writer, count);
	memset(writer->at, ' ', count);
	writer->at += count;
	*writer->at = '\0';
}

void write_number(struct writer *writer, uint64_t number, unsigned int digits)
{
	char text[WRITER_NUMBER], *end = text + sizeof(text), *at = end;
	unsigned int pair;

	/* Two at a time: most of what is written is numbers. */
	for (; number >= 10; number /= 100) {
		pair = number % 100;
		*--at = '0' + pair % 10;
		*--at = '0' + pair / 10;
	}
	if (number || at == end)
		*--at = '0' + number;
	while (at > text && end - at < (ptrdiff_t)digits)
		*--at = '0';
	write_bytes(writer, at, end - at);
}
