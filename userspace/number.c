// SPDX-License-Identifier: GPL-2.0
#include "number.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool number_is(const char *text)
{
	return *text && !text[strspn(text, "0123456789")];
}

enum status number_parse(const char *text, const char *what, uint64_t *ret)
{
	unsigned long long value;

	/* strtoull() would take a sign, blanks, and nothing at all. */
	if (!number_is(text))
		return complain("\"%s\" is not %s, which is a number", text,
				what);
	errno = 0;
	value = strtoull(text, NULL, 10);
	if (errno == ERANGE || value > UINT64_MAX)
		return complain("\"%s\" is too big for %s", text, what);
	*ret = value;
	return STATUS_FOUND;
}

enum status number_seconds(const char *text, const char *what, uint64_t *ret)
{
	size_t whole = strspn(text, "0123456789");
	const char *rest = text + whole + (text[whole] == '.');
	double seconds = strtod(text, NULL);

	if (!whole || rest[strspn(rest, "0123456789")] || seconds < 0.1 ||
	    seconds > 3600)
		return complain("\"%s\" is not %s, which is seconds from 0.1 to 3600",
				text, what);
	*ret = seconds * 1000;
	return STATUS_FOUND;
}
