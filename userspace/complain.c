// SPDX-License-Identifier: GPL-2.0
#include "complain.h"
#include "text.h"

#include <stdarg.h>
#include <stdio.h>

enum status complain(const char *format, ...)
{
	char sentence[1024], line[4 * sizeof(sentence)];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	text_escape(line, sizeof(line), sentence);
	fprintf(stderr, "sockledger: %s\n", line);
	return STATUS_ERROR;
}
