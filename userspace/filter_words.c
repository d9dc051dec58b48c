// SPDX-License-Identifier: GPL-2.0
#include "filter_words.h"
#include "filter_values.h"
#include "memory.h"
#include "suggest.h"

#include "pure/names.h"
#include "uapi/sockledger.h"

#include <string.h>

/* Nobody types more, and each costs a step of a recursion. */
#define CONDITIONS_MOST	1024

static const struct filter_keyword keywords[] = {
	{ "state", ASPECT_STATE, .needs = "a state" },
	{ "exclude", ASPECT_STATE, .needs = "a state" },
	{ "sport", ASPECT_LOCAL_PORT, "a port", true, .make = filter_port },
	{ "dport", ASPECT_REMOTE_PORT, "a port", true, .make = filter_port },
	{ "src", ASPECT_LOCAL, "an address", .make = filter_host },
	{ "dst", ASPECT_REMOTE, "an address", .make = filter_host },
	{ "port", ASPECT_LOCAL_PORT, "a port", true,
	  .other = ASPECT_REMOTE_PORT, .make = filter_port },
	{ "host", ASPECT_LOCAL, "an address", .other = ASPECT_REMOTE,
	  .make = filter_host },
	{ "autobound", ASPECT_CHOSEN, .value = 1 },
	{ "live", ASPECT_LIVE, .value = 1 },
	{ "history", ASPECT_LIVE, .value = 0 },
	{ "proto", ASPECT_PROTO, "a protocol", .make = filter_proto },
	{ "family", ASPECT_FAMILY, "a family", .make = filter_family },
	{ "role", ASPECT_ROLE, "a role", .make = filter_role },
	{ "outcome", ASPECT_OUTCOME, "an outcome", .make = filter_outcome },
	{ "reason", ASPECT_REASON, "a reason", .make = filter_reason },
	{ "error", ASPECT_ERROR, "an error", .make = filter_error },
	{ "what", ASPECT_WHAT, "a kind of event", .make = filter_what },
	{ "id", ASPECT_ID, "the id of an entry", true, .make = filter_number },
	{ "listener", ASPECT_LISTENER, "the id of a listener",
	  .make = filter_number },
	{ "pid", ASPECT_PID, "a pid", .make = filter_number },
	{ "comm", ASPECT_COMM, "the name of a program", .make = filter_comm },
	{ "cgroup", ASPECT_CGROUP, "the path of a cgroup",
	  .make = filter_cgroup },
};

#define KEYWORDS	ARRAY_SIZE(keywords)

const struct filter_keyword *filter_keyword(const char *word)
{
	size_t i;

	for (i = 0; i < KEYWORDS; i++)
		if (!strcmp(keywords[i].name, word))
			return &keywords[i];
	return NULL;
}

bool filter_begins(const char *word)
{
	size_t length = strcspn(word, " \t\n()!&|=<>\"'");
	char first[32];

	if (!length || length >= sizeof(first))
		return *word == '(' || *word == '!';
	memcpy(first, word, length);
	first[length] = '\0';
	return filter_keyword(first) || !strcmp(first, "not");
}

const char *filter_suggest(const char *word)
{
	static const char * const joints[] = { "and", "or", "not" };
	const char *words[KEYWORDS + ARRAY_SIZE(joints)];
	size_t i;

	for (i = 0; i < KEYWORDS; i++)
		words[i] = keywords[i].name;
	memcpy(words + KEYWORDS, joints, sizeof(joints));
	return suggest(word, words, ARRAY_SIZE(words));
}

static bool may_be_asked(struct filter_parser *parser,
			 const struct filter_keyword *keyword,
			 struct span span)
{
	if (!(parser->scope->aspects & 1u << keyword->aspect))
		filter_refuse(parser, span, "%s has nothing that \"%s\" could look at",
			      parser->scope->what, keyword->name);
	else if (parser->conditions++ == CONDITIONS_MOST)
		filter_refuse(parser, span,
			      "a filter has at most %u conditions",
			      CONDITIONS_MOST);
	return !parser->failed;
}

static bool may_be_compared(struct filter_parser *parser,
			    const struct filter_keyword *keyword,
			    const struct filter_operation *operation)
{
	if (operation->comparison != COMPARE_EQ &&
	    operation->comparison != COMPARE_NE && !keyword->ordered)
		filter_refuse(parser, operation->comparison_span,
			      "\"%s\" is compared by \"=\" and \"!=\" only",
			      keyword->name);
	return !parser->failed;
}

/* Either end will do. */
static struct filter *make_either(struct filter_parser *parser,
				  const struct filter_keyword *keyword,
				  const struct filter_operation *operation)
{
	struct filter_keyword other = *keyword;
	struct filter *filter = keyword->make(parser, keyword, operation);

	if (!filter || !keyword->other)
		return filter;
	other.aspect = keyword->other;
	return filter_join(FILTER_OR, filter,
			   other.make(parser, &other, operation));
}

struct filter *filter_condition(struct filter_parser *parser,
				const struct filter_keyword *keyword,
				struct span span,
				const struct filter_operation *operation)
{
	struct filter *filter;

	if (!may_be_asked(parser, keyword, span))
		return NULL;
	if (!operation)
		return filter_range(keyword->aspect, keyword->value,
				    keyword->value);
	if (!may_be_compared(parser, keyword, operation))
		return NULL;
	filter = make_either(parser, keyword, operation);
	if (filter && operation->comparison == COMPARE_NE)
		return filter_not(filter);
	return filter;
}

struct filter_states filter_states(struct filter_parser *parser,
				   const struct filter_states *before,
				   const struct filter_keyword *keyword,
				   struct span span,
				   const struct filter_operation *operation)
{
	bool exclude = !strcmp(keyword->name, "exclude");
	struct filter_states ret = {
		.span = { .from = before ? before->span.from : span.from,
			  .to = operation->span.to },
	};
	uint64_t set;

	if (!may_be_compared(parser, keyword, operation) ||
	    !filter_state(parser, operation, &set))
		return ret;
	if (operation->comparison == COMPARE_NE)
		exclude = !exclude;
	if (exclude)
		ret.set = (before ? before->set : UINT64_MAX) & ~set;
	else
		ret.set = (before ? before->set : 0) | set;
	return ret;
}

struct filter *filter_states_condition(struct filter_parser *parser,
				       const struct filter_states *states)
{
	if (!may_be_asked(parser, &keywords[0], states->span))
		return NULL;
	return filter_test((struct test){
		.aspect = ASPECT_STATE, .set = states->set,
	});
}
