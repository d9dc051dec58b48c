// SPDX-License-Identifier: GPL-2.0
#include "text.h"

unsigned int sl_text_duration(char *buf, u64 ns)
{
	unsigned long long us = ns / 1000, ms = us / 1000, s = ms / 1000;

	if (s)
		return snprintf(buf, SL_DURATION_LEN, "%llu.%03llus", s,
				ms % 1000);
	if (ms)
		return snprintf(buf, SL_DURATION_LEN, "%llu.%03llums", ms,
				us % 1000);
	if (us)
		return snprintf(buf, SL_DURATION_LEN, "%lluus", us);

	return snprintf(buf, SL_DURATION_LEN, "%lluns",
			(unsigned long long)ns);
}

static bool stands_for_itself(u8 byte)
{
	return byte > ' ' && byte <= '~' && byte != '\\';
}

static char *put_escaped(char *at, u8 byte)
{
	static const char digits[] = "0123456789abcdef";

	*at++ = '\\';
	*at++ = 'x';
	*at++ = digits[byte >> 4];
	*at++ = digits[byte & 0xf];
	return at;
}

unsigned int sl_text_comm(char *buf, const char *comm)
{
	char *at = buf;
	unsigned int i;

	for (i = 0; i < SL_COMM_LEN && comm[i]; i++) {
		if (stands_for_itself(comm[i]))
			*at++ = comm[i];
		else
			at = put_escaped(at, comm[i]);
	}

	/* Something must stand there, or the columns after it move. */
	if (at == buf)
		*at++ = '-';

	*at = '\0';
	return at - buf;
}
