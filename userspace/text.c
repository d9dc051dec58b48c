// SPDX-License-Identifier: GPL-2.0
#include "text.h"
#include "writer.h"

#include <inttypes.h>
#include <langinfo.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

#define NS_PER_US	UINT64_C(1000)
#define NS_PER_MS	UINT64_C(1000000)
#define NS_PER_S	UINT64_C(1000000000)

bool text_is_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

/* Nearly all of what is shown: one byte, one column, in every locale. */
static bool is_plain(char c)
{
	return c >= ' ' && c <= '~';
}

/* Bytes of the printable character at @src, 0 where there is none. */
static size_t printable(const char *src, size_t *columns)
{
	mbstate_t state = { 0 };
	wchar_t wide;
	size_t bytes;
	int width;

	if (is_plain(*src)) {
		*columns = 1;
		return 1;
	}
	bytes = mbrtowc(&wide, src, strlen(src), &state);
	if (bytes == 0 || bytes == (size_t)-1 || bytes == (size_t)-2)
		return 0;
	/* Width 0: combining and direction characters, which spread. */
	width = wcwidth(wide);
	if (width <= 0)
		return 0;
	*columns = width;
	return bytes;
}

void text_escape(char *dst, size_t size, const char *src)
{
	size_t bytes, columns, used = 0;
	char piece[8];

	while (*src) {
		if (is_plain(*src) && *src != '\\') {
			if (used + 1 >= size)
				break;
			dst[used++] = *src++;
			continue;
		}
		bytes = printable(src, &columns);
		if (!bytes) {
			snprintf(piece, sizeof(piece), "\\x%02x",
				 (unsigned char)*src);
			bytes = 1;
		} else if (*src == '\\') {
			strcpy(piece, "\\\\");
		} else {
			memcpy(piece, src, bytes);
			piece[bytes] = '\0';
		}
		if (used + strlen(piece) >= size)
			break;
		strcpy(dst + used, piece);
		used += strlen(piece);
		src += bytes;
	}
	dst[used] = '\0';
}

/*
 * Bytes of the well-formed character at @s (RFC 3629, 4), 0 for none and for
 * those that a terminal might obey, but not for those of the C0 set.
 */
static size_t utf8_length(const unsigned char *s)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t length, i;

	if (s[0] < 0x7f)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	length = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

	/*
	 * No control character, no overlong form, no surrogate, nothing beyond
	 * U+10FFFF.
	 */
	if (s[0] == 0xc2 || s[0] == 0xe0)
		low = 0xa0;
	else if (s[0] == 0xed)
		high = 0x9f;
	else if (s[0] == 0xf0)
		low = 0x90;
	else if (s[0] == 0xf4)
		high = 0x8f;
	if (s[1] < low || s[1] > high)
		return 0;
	for (i = 2; i < length; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

void text_utf8(char *dst, size_t size, const char *src)
{
	static const char replacement[] = "\xef\xbf\xbd";
	size_t length, used = 0;
	const char *from;

	while (*src) {
		length = utf8_length((const unsigned char *)src);
		from = length ? src : replacement;
		src += length ? length : 1;
		length = length ? length : strlen(replacement);
		if (used + length >= size)
			break;
		memcpy(dst + used, from, length);
		used += length;
	}
	dst[used] = '\0';
}

void text_next(const char *text, size_t *bytes, size_t *columns)
{
	*columns = 1;
	*bytes = printable(text, columns);
	if (!*bytes)
		*bytes = 1;
}

size_t text_width(const char *text)
{
	size_t bytes, columns, width = 0;

	while (is_plain(text[width]))
		width++;
	for (text += width; *text; text += bytes) {
		text_next(text, &bytes, &columns);
		width += columns;
	}
	return width;
}

size_t text_beginning(const char *text, size_t room, size_t *taken)
{
	size_t bytes, columns, used = 0;

	for (*taken = 0; text[used]; *taken += columns) {
		text_next(text + used, &bytes, &columns);
		if (*taken + columns > room)
			break;
		used += bytes;
	}
	return used;
}

const char *text_tail(const char *text, size_t room)
{
	size_t bytes, columns, width = text_width(text);

	while (width > room) {
		text_next(text, &bytes, &columns);
		text += bytes;
		width -= columns;
	}
	return text;
}

static void write_thousandths(struct writer *writer, uint64_t thousandths)
{
	write_number(writer, thousandths / 1000, 1);
	write_text(writer, ".");
	write_number(writer, thousandths % 1000, 3);
}

static void write_pair(struct writer *writer, uint64_t large,
		       const char *large_unit, const char *gap, uint64_t small,
		       const char *small_unit)
{
	write_number(writer, large, 1);
	write_text(writer, large_unit);
	write_text(writer, gap);
	write_number(writer, small, 2);
	write_text(writer, small_unit);
}

static void write_below_minute(struct writer *writer, uint64_t ns,
			       const char *gap, const char *micro)
{
	const char *unit = "ns";

	if (ns < NS_PER_US) {
		write_number(writer, ns, 1);
	} else if (ns < NS_PER_MS) {
		write_number(writer, ns / NS_PER_US, 1);
		unit = micro;
	} else if (ns < NS_PER_S) {
		write_thousandths(writer, ns / NS_PER_US);
		unit = "ms";
	} else {
		write_thousandths(writer, ns / NS_PER_MS);
		unit = "s";
	}
	write_text(writer, gap);
	write_text(writer, unit);
}

static void duration(char *dst, size_t size, uint64_t ns, const char *gap,
		     const char *micro)
{
	struct writer writer = writer_begin(dst, size);
	uint64_t s = ns / NS_PER_S;

	if (s < 60)
		write_below_minute(&writer, ns, gap, micro);
	else if (s < 60 * 60)
		write_pair(&writer, s / 60, "m", gap, s % 60, "s");
	else if (s < 24 * 60 * 60)
		write_pair(&writer, s / 3600, "h", gap, s / 60 % 60, "m");
	else
		write_pair(&writer, s / 86400, "d", gap, s / 3600 % 24, "h");
}

void text_duration(char *dst, size_t size, uint64_t ns)
{
	duration(dst, size, ns, "", "us");
}

void text_duration_fine(char *dst, size_t size, uint64_t ns)
{
	duration(dst, size, ns, " ", text_is_utf8() ? "\u00b5s" : "us");
}

void text_moment(char *dst, size_t size, uint64_t ns)
{
	if (ns < NS_PER_S || ns >= 100 * NS_PER_S)
		text_duration_fine(dst, size, ns);
	else
		snprintf(dst, size, "%" PRIu64 ".%06" PRIu64 " s",
			 ns / NS_PER_S, ns % NS_PER_S / NS_PER_US);
}

/*
 * Local time. A u64 of nanoseconds ends in 2554, which every calendar has. Of
 * events and entries that come in order, many are of one second.
 */
void write_date(struct writer *writer, uint64_t ns)
{
	static char start[32];
	static time_t of;
	time_t seconds = ns / NS_PER_S;
	struct tm tm;

	if (!*start || seconds != of) {
		localtime_r(&seconds, &tm);
		strftime(start, sizeof(start), "%FT%T.", &tm);
		of = seconds;
	}
	write_text(writer, start);
	write_number(writer, ns % NS_PER_S / NS_PER_US, 6);
}

void text_date(char *dst, size_t size, uint64_t ns)
{
	struct writer writer = writer_begin(dst, size);

	write_date(&writer, ns);
}

void text_date_fine(char *dst, size_t size, uint64_t ns)
{
	time_t seconds = ns / NS_PER_S;
	char start[32], zone[16];
	struct tm tm;

	localtime_r(&seconds, &tm);
	strftime(start, sizeof(start), "%F %T", &tm);
	zone[strftime(zone, sizeof(zone), "%z", &tm)] = '\0';
	snprintf(dst, size, "%s.%06" PRIu64 " %s", start,
		 ns % NS_PER_S / NS_PER_US, zone);
}

void text_count(char *dst, size_t size, uint64_t count, const char *noun)
{
	snprintf(dst, size, "%" PRIu64 " %s%s", count, noun,
		 count == 1 ? "" : "s");
}
