// SPDX-License-Identifier: GPL-2.0
#include "number.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum status number_parse(const char *text, const char *what, uint64_t *ret)
{
	unsigned long long value;

	/* strtoull() would take a sign, blanks, and nothing at all. */
	if (!*text || text[strspn(text, "0123456789")])
		return complain("\"%s\" is not %s, which is a number", text,
				what);
	errno = 0;
	value = strtoull(text, NULL, 10);
	if (errno == ERANGE || value > UINT64_MAX)
		return complain("\"%s\" is too big for %s", text, what);
	*ret = value;
	return STATUS_FOUND;
}
