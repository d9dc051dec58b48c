// SPDX-License-Identifier: GPL-2.0
#include "top_prompt.h"
#include "screen.h"
#include "text.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#define NAME		"filter: "
#define CONTROL_U	('U' & 31)

void top_prompt_open(struct top_prompt *prompt, const char *text)
{
	prompt->open = true;
	snprintf(prompt->text, sizeof(prompt->text), "%s", text);
}

static void append(struct top_prompt *prompt, wchar_t character)
{
	size_t used = strlen(prompt->text);
	mbstate_t state = { 0 };
	char bytes[MB_LEN_MAX];
	size_t length = wcrtomb(bytes, character, &state);

	if (length == (size_t)-1 || used + length >= sizeof(prompt->text))
		return;
	memcpy(prompt->text + used, bytes, length);
	prompt->text[used + length] = '\0';
}

static void take_back(struct top_prompt *prompt)
{
	char *last = prompt->text, *c;
	size_t bytes, columns;

	for (c = prompt->text; *c; c += bytes) {
		text_next(c, &bytes, &columns);
		last = c;
	}
	*last = '\0';
}

void top_prompt_key(struct top_prompt *prompt, int key)
{
	if (key == SCREEN_KEY_RUBOUT)
		take_back(prompt);
	else if (key == CONTROL_U)
		*prompt->text = '\0';
	else if (key >= 0 && key < SCREEN_KEY_UP && iswprint(key))
		append(prompt, key);
}

void top_prompt_draw(const struct top_prompt *prompt, const struct term *term,
		     size_t y, size_t columns)
{
	size_t room = columns > sizeof(NAME) ? columns - sizeof(NAME) : 0;
	const char *end = text_tail(prompt->text, room);
	char line[sizeof(prompt->text) + 64];

	snprintf(line, sizeof(line), "%s" NAME "%s%s",
		 term_tint(term, TINT_HEAD), term_reset(term, TINT_HEAD), end);
	screen_put(y, line, 0, false);
	screen_cursor(y, strlen(NAME) + text_width(end));
}
