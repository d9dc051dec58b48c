// SPDX-License-Identifier: GPL-2.0
#include "lines.h"
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NAME_WIDTH	13	/* a longer one stands out */

void line(const struct term *term, const char *name, const char *format, ...)
{
	va_list args;

	fprintf(term->out, "%s%-*s%s ", term_tint(term, TINT_HEAD), NAME_WIDTH,
		name, term_reset(term, TINT_HEAD));
	va_start(args, format);
	vfprintf(term->out, format, args);
	va_end(args);
	putc('\n', term->out);
}

void line_part(char *dst, size_t size, bool known, const char *format, ...)
{
	size_t used = strlen(dst);
	va_list args;

	if (!known)
		return;
	if (used) {
		snprintf(dst + used, size - used, ", ");
		used = strlen(dst);
	}
	va_start(args, format);
	vsnprintf(dst + used, size - used, format, args);
	va_end(args);
}

void line_count(char *dst, size_t size, bool known, uint64_t count,
		const char *noun, const char *rest)
{
	char text[64];

	text_count(text, sizeof(text), count, noun);
	line_part(dst, size, known, "%s%s", text, rest);
}

void line_duration(char *dst, size_t size, bool known, uint64_t ns,
		   const char *name)
{
	char text[32];

	text_duration_fine(text, sizeof(text), ns);
	line_part(dst, size, known, "%s %s", name, text);
}
