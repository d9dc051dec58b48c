// SPDX-License-Identifier: GPL-2.0
#include "term.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEFAULT_WIDTH	80

static const char * const sequences[] = {
	[TINT_NONE]	= "",
	[TINT_HEAD]	= "\033[1m",
	[TINT_DIM]	= "\033[2m",
	[TINT_GOOD]	= "\033[32m",
	[TINT_PENDING]	= "\033[33m",
	[TINT_BAD]	= "\033[31m",
	[TINT_STATE]	= "\033[36m",
};

#define RESET	"\033[0m"

static bool wants_colour(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *type = getenv("TERM");

	return !(no_color && *no_color) && type && strcmp(type, "dumb");
}

static size_t terminal_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	if (columns && atoi(columns) > 0)
		return atoi(columns);
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		return size.ws_col;
	return DEFAULT_WIDTH;
}

void term_probe(struct term *ret)
{
	ret->out = stdout;
	ret->terminal = isatty(STDOUT_FILENO);
	ret->colour = ret->terminal && wants_colour();
	ret->utf8 = text_is_utf8();
	ret->width = ret->terminal ? terminal_width() : 0;
}

const char *term_tint(const struct term *term, enum tint tint)
{
	return term->colour ? sequences[tint] : "";
}

const char *term_reset(const struct term *term, enum tint tint)
{
	return term->colour && tint != TINT_NONE ? RESET : "";
}

size_t term_take(const char *text, enum tint *ret)
{
	enum tint tint;

	for (tint = TINT_HEAD; tint <= TINT_STATE; tint++) {
		if (strncmp(text, sequences[tint], strlen(sequences[tint])))
			continue;
		*ret = tint;
		return strlen(sequences[tint]);
	}
	if (strncmp(text, RESET, strlen(RESET)))
		return 0;
	*ret = TINT_NONE;
	return strlen(RESET);
}

/* The errno of the first write that failed. */
static int write_error;

bool term_failed(void)
{
	if (ferror(stdout) && !write_error)
		write_error = errno;
	return ferror(stdout);
}

enum status term_finish(enum status status)
{
	if (!term_failed() && fflush(stdout))
		write_error = errno;
	if (!write_error)
		return status;
	/* Nobody reads on, or we have been asked to end. */
	if (write_error == EPIPE || write_error == EINTR)
		return STATUS_ERROR;
	return complain("cannot write the output: %s", strerror(write_error));
}
