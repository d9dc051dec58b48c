/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The grammar of a filter, which is that of ss: "not" binds closest, then
 * "and", which may be left out, then "or". States that follow each other are
 * one condition, so that "state established state close-wait" is either.
 */
%code requires {
#include "filter_parse.h"
#include "filter_words.h"
}

%define api.pure full
%define api.prefix {filter_yy}
%define api.location.type {struct span}
%define parse.error custom
%locations
%expect 0
%param {void *scanner}
%parse-param {struct filter_parser *parser}

%union {
	char *word;
	const struct filter_keyword *keyword;
	enum comparison comparison;
	struct filter *filter;
	struct filter_states states;
}

%code provides {
/* For the tokens, which know of no prefix. */
#define YYSTYPE	FILTER_YYSTYPE
#define YYLTYPE	FILTER_YYLTYPE
}

%code {
#include "filter_tokens.h"
#include "number.h"

#include <stdlib.h>
#include <string.h>

#define YYLLOC_DEFAULT(current, right, count) \
	((current) = span_of((count), (count) ? &YYRHSLOC(right, 1) : NULL, \
			     &YYRHSLOC(right, (count) ? (count) : 0)))

static struct span span_of(int count, const struct span *first,
			   const struct span *last)
{
	struct span ret = { .from = count ? first->from : last->to };

	ret.to = last->to;
	return ret;
}

static void filter_yyerror(const struct span *span, void *scanner,
			   struct filter_parser *parser, const char *message)
{
	(void)scanner;
	(void)message;
	/* Errors of syntax are reported below. */
	filter_refuse(parser, *span, "the filter is nested too deeply");
}
}

%token <word> WORD
%token <keyword> KEYWORD FLAG STATE
%token <comparison> COMPARE
%token AND OR NOT OPEN CLOSE
%nterm <filter> any all one
%nterm <states> states
%nterm <comparison> comparison
%destructor { free($$); } <word>
%destructor { filter_free($$); } <filter>

/* Another state belongs to those before it. */
%precedence STATES
%precedence STATE

%%

filter: %empty
	| any				{ parser->filter = $any; }
	;

any: all
	| any[left] OR all[right]	{ $$ = filter_join(FILTER_OR, $left, $right); }
	;

all: one
	| all[left] one[right]		{ $$ = filter_join(FILTER_AND, $left, $right); }
	| all[left] AND one[right]	{ $$ = filter_join(FILTER_AND, $left, $right); }
	;

one: OPEN any CLOSE			{ $$ = $any; parser->open--; }
	| NOT one[opposite]		{ $$ = filter_not($opposite); }
	| FLAG				{
		$$ = filter_condition(parser, $FLAG, @FLAG, NULL);
		if (!$$)
			YYABORT;
	}
	| KEYWORD comparison WORD	{
		struct filter_operation operation = {
			$comparison, @comparison, $WORD, @WORD,
		};

		$$ = filter_condition(parser, $KEYWORD, @KEYWORD, &operation);
		free($WORD);
		if (!$$)
			YYABORT;
	}
	| states %prec STATES		{
		$$ = filter_states_condition(parser, &$states);
		if (!$$)
			YYABORT;
	}
	;

states: STATE comparison WORD		{
		struct filter_operation operation = {
			$comparison, @comparison, $WORD, @WORD,
		};

		$$ = filter_states(parser, NULL, $STATE, @STATE, &operation);
		free($WORD);
		if (parser->failed)
			YYABORT;
	}
	| states[before] STATE comparison WORD {
		struct filter_operation operation = {
			$comparison, @comparison, $WORD, @WORD,
		};

		$$ = filter_states(parser, &$before, $STATE, @STATE,
				   &operation);
		free($WORD);
		if (parser->failed)
			YYABORT;
	}
	;

comparison: %empty			{ $$ = COMPARE_EQ; }
	| COMPARE
	;

%%

static void refuse_word(struct filter_parser *parser, const char *word,
			struct span span)
{
	const char *nearest = filter_suggest(word);

	if (nearest)
		filter_refuse(parser, span,
			      "\"%s\" is no word of a filter (did you mean \"%s\"?)",
			      word, nearest);
	else if (number_is(word))
		filter_refuse(parser, span,
			      "\"%s\" is no word of a filter (an entry is \"id %s\", a port \"port %s\")",
			      word, word, word);
	else
		filter_refuse(parser, span, "\"%s\" is no word of a filter",
			      word);
}

/* What there is instead of what should be. */
static void refuse_token(struct filter_parser *parser, yysymbol_kind_t token,
			 struct span span)
{
	char word[128];

	snprintf(word, sizeof(word), "%.*s", (int)(span.to - span.from),
		 parser->text + span.from);
	switch (token) {
	case YYSYMBOL_WORD:
		refuse_word(parser, word, span);
		break;
	case YYSYMBOL_COMPARE:
		filter_refuse(parser, span, "there is nothing to compare here");
		break;
	case YYSYMBOL_CLOSE:
		filter_refuse(parser, span, parser->open ?
			      "something is missing before this parenthesis" :
			      "this parenthesis closes nothing");
		break;
	default:
		filter_refuse(parser, span, "something is missing before \"%s\"",
			      word);
	}
}

static int yyreport_syntax_error(const yypcontext_t *context, void *scanner,
				 struct filter_parser *parser)
{
	yysymbol_kind_t token = yypcontext_token(context);
	struct span span = *yypcontext_location(context);

	(void)scanner;
	if (token == YYSYMBOL_YYEOF)
		span.from = span.to = strlen(parser->text);
	if (parser->awaiting)
		filter_refuse(parser, span, "\"%s\" needs %s",
			      parser->awaiting->name, parser->awaiting->needs);
	else if (token != YYSYMBOL_YYEOF)
		refuse_token(parser, token, span);
	else if (parser->open)
		filter_refuse(parser, parser->outermost,
			      "this parenthesis is never closed");
	else
		filter_refuse(parser, span,
			      "something is missing at the end");
	return 0;
}
