// SPDX-License-Identifier: GPL-2.0
#include "complain.h"
#include "memory.h"
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *elsewhere;

void complain_to(FILE *file)
{
	elsewhere = file;
}

static FILE *out(void)
{
	return elsewhere ? elsewhere : stderr;
}

static void __attribute__((format(printf, 1, 0)))
print_sentence(const char *format, va_list args)
{
	char sentence[1024], line[4 * sizeof(sentence)];

	vsnprintf(sentence, sizeof(sentence), format, args);
	text_escape(line, sizeof(line), sentence);
	fprintf(out(), "sockledger: %s\n", line);
}

enum status complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_sentence(format, args);
	va_end(args);
	return STATUS_ERROR;
}

/* Part of a text as it is printed; returns the columns that takes. */
static size_t escape_part(char *dst, size_t size, const char *part,
			  size_t length)
{
	char *copy = memory_text(part, length);

	text_escape(dst, size, copy);
	free(copy);
	return text_width(dst);
}

enum status complain_at(const char *text, struct span span,
			const char *format, ...)
{
	size_t size = 4 * strlen(text) + 1, column, width;
	char *shown = memory_array(NULL, size, 1);
	va_list args;

	va_start(args, format);
	print_sentence(format, args);
	va_end(args);
	column = escape_part(shown, size, text, span.from);
	width = escape_part(shown, size, text + span.from,
			    span.to - span.from);
	text_escape(shown, size, text);
	fprintf(out(), "  %s\n  %*s^", shown, (int)column, "");
	while (width-- > 1)
		fputc('~', out());
	fputc('\n', out());
	free(shown);
	return STATUS_ERROR;
}
