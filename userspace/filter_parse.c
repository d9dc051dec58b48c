// SPDX-License-Identifier: GPL-2.0
#include "filter_parse.h"
#include "filter_words.h"
#include "memory.h"

#include "filter_grammar.h"
#include "filter_tokens.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct filter_scope filter_entries = {
	.what = "an entry", .aspects = ~(1u << ASPECT_WHAT),
};

const struct filter_scope filter_events = {
	.what = "an event", .aspects = UINT32_MAX,
};

const struct filter_scope filter_calls = {
	.what = "a failed call",
	.aspects = 1u << ASPECT_LOCAL_PORT | 1u << ASPECT_REMOTE_PORT |
		   1u << ASPECT_LOCAL | 1u << ASPECT_REMOTE |
		   1u << ASPECT_PROTO | 1u << ASPECT_FAMILY |
		   1u << ASPECT_ID | 1u << ASPECT_ERROR | 1u << ASPECT_WHAT |
		   1u << ASPECT_PID | 1u << ASPECT_COMM | 1u << ASPECT_CGROUP,
};

void filter_refuse(struct filter_parser *parser, struct span span,
		   const char *format, ...)
{
	char sentence[512];
	va_list args;

	if (parser->failed)
		return;
	parser->failed = true;
	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	complain_at(parser->text, span, "%s", sentence);
}

/* As ss does it: where the words end does not matter. */
static char *join_words(char **words)
{
	size_t size = 1;
	char *text, *end;
	char **word;

	for (word = words; *word; word++)
		size += strlen(*word) + 1;
	text = memory_zeroed(size);
	end = text;
	for (word = words; *word; word++) {
		if (word > words)
			*end++ = ' ';
		end = stpcpy(end, *word);
	}
	return text;
}

enum status filter_parse(char **words, const struct filter_scope *scope,
			 struct filter **ret)
{
	struct filter_parser parser = { .scope = scope };
	char *text = join_words(words);
	yyscan_t scanner;

	parser.text = text;
	if (filter_yylex_init_extra(&parser, &scanner))
		return complain("there is not enough memory");
	filter_yy_scan_string(text, scanner);
	filter_yyparse(scanner, &parser);
	filter_yylex_destroy(scanner);
	free(text);
	if (parser.failed) {
		filter_free(parser.filter);
		return STATUS_ERROR;
	}
	*ret = parser.filter;
	return STATUS_FOUND;
}
