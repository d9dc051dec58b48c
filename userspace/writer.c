// SPDX-License-Identifier: GPL-2.0
#include "writer.h"

struct writer writer_begin(char *dst, size_t size)
{
	*dst = '\0';
	return (struct writer){ .at = dst, .last = dst + size - 1 };
}

void write_beginning(struct writer *writer, const char *text)
{
	size_t room = writer->last - writer->at;

	memcpy(writer->at, text, room);
	writer->at = writer->last;
	*writer->at = '\0';
}

void write_spaces(struct writer *writer, size_t count)
{
	size_t room = writer->last - writer->at;

	if (count > room)
		count = room;
	memset(writer->at, ' ', count);
	writer->at += count;
	*writer->at = '\0';
}

void write_number(struct writer *writer, uint64_t number, unsigned int digits)
{
	char text[WRITER_NUMBER], *end = text + sizeof(text), *at = end;
	unsigned int pair;

	if (number < 10 && digits < 2) {
		*--at = '0' + number;
		write_bytes(writer, at, 1);
		return;
	}
	/* Two at a time: most of what is written is numbers. */
	for (; number >= 10; number /= 100) {
		pair = number % 100;
		*--at = '0' + pair % 10;
		*--at = '0' + pair / 10;
	}
	if (number)
		*--at = '0' + number;
	while (at > text && end - at < (ptrdiff_t)digits)
		*--at = '0';
	write_bytes(writer, at, end - at);
}
