// SPDX-License-Identifier: GPL-2.0
#include "filter_values.h"
#include "memory.h"
#include "number.h"
#include "suggest.h"
#include "writer.h"

#include "pure/names.h"
#include "uapi/sockledger.h"

#include <ctype.h>
#include <errno.h>
#include <linux/magic.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/statfs.h>

/* The last known state is 12, NEW_SYN_RECV, which ss has no name for. */
#define STATE_MOST	TCP_CLOSING

/* More than any of the tables has. */
#define WORDS_MOST	64

/* As many as one can take in at a glance. */
#define LISTED_MOST	12

static void refuse_listing(struct filter_parser *parser, struct span span,
			   const char *word, const char *what,
			   const char * const *words, size_t count)
{
	char list[256];
	struct writer writer = writer_begin(list, sizeof(list));
	size_t i;

	for (i = 0; i < count; i++) {
		write_text(&writer, i ? ", " : "");
		write_text(&writer, words[i]);
	}
	filter_refuse(parser, span, "\"%s\" is not %s: %s", word, what, list);
}

/* @page: of the manual, with the words that are too many to list */
static void refuse_word(struct filter_parser *parser, struct span span,
			const char *word, const char *what,
			const char * const *words, size_t count,
			const char *page)
{
	const char *nearest = suggest(word, words, count);

	if (nearest)
		filter_refuse(parser, span,
			      "\"%s\" is not %s (did you mean \"%s\"?)", word,
			      what, nearest);
	else if (count <= LISTED_MOST)
		refuse_listing(parser, span, word, what, words, count);
	else
		filter_refuse(parser, span,
			      "\"%s\" is not %s (\"man %s\" lists them)",
			      word, what, page);
}

static bool parse_number(const char *text, uint64_t *ret)
{
	if (!number_is(text))
		return false;
	errno = 0;
	*ret = strtoull(text, NULL, 10);
	return !errno;
}

/* The numbers up to @most that compare so; "!=" is turned round later. */
static struct filter *compare_number(enum aspect aspect,
				     enum comparison comparison,
				     uint64_t number, uint64_t most)
{
	switch (comparison) {
	case COMPARE_LT:
		return number ? filter_range(aspect, 0, number - 1) :
				filter_range(aspect, 1, 0);
	case COMPARE_LE:
		return filter_range(aspect, 0, number);
	case COMPARE_GT:
		return number < most ? filter_range(aspect, number + 1, most) :
				       filter_range(aspect, 1, 0);
	case COMPARE_GE:
		return filter_range(aspect, number, most);
	default:
		return filter_range(aspect, number, number);
	}
}

bool filter_port_value(struct filter_parser *parser, const char *word,
		       struct span span, uint16_t *ret)
{
	const struct servent *service;
	uint64_t number;

	if (parse_number(word, &number) && number <= UINT16_MAX) {
		*ret = number;
		return true;
	}
	if (!*word) {
		filter_refuse(parser, span, "a port is missing here");
		return false;
	}
	if (number_is(word)) {
		filter_refuse(parser, span, "ports end at %u", UINT16_MAX);
		return false;
	}
	service = getservbyname(word, NULL);
	if (!service) {
		filter_refuse(parser, span,
			      "\"%s\" is neither the number of a port nor a name in /etc/services",
			      word);
		return false;
	}
	*ret = ntohs(service->s_port);
	return true;
}

/* The colon that ss wants before a port says nothing here. */
struct filter *filter_port(struct filter_parser *parser,
			   const struct filter_keyword *keyword,
			   const struct filter_operation *operation)
{
	const char *word = operation->word + (*operation->word == ':');
	struct filter *filter;
	uint16_t port;

	if (!strcmp(word, "*"))
		return filter_range(keyword->aspect, 0, UINT16_MAX);
	if (!filter_port_value(parser, word, operation->span, &port))
		return NULL;
	filter = compare_number(keyword->aspect, operation->comparison, port,
				UINT16_MAX);
	/* Of two ends, one that has no port is not meant. */
	if (keyword->other && port && !filter->test.range.from)
		filter->test.range.from = 1;
	return filter;
}

struct filter *filter_number(struct filter_parser *parser,
			     const struct filter_keyword *keyword,
			     const struct filter_operation *operation)
{
	uint64_t number;

	if (!parse_number(operation->word, &number)) {
		filter_refuse(parser, operation->span,
			      "\"%s\" is not %s, which is a number",
			      operation->word, keyword->needs);
		return NULL;
	}
	return compare_number(keyword->aspect, operation->comparison, number,
			      UINT64_MAX);
}

static struct filter *choose_number(struct filter_parser *parser,
				    const struct filter_keyword *keyword,
				    const struct filter_operation *operation,
				    const char * const *words,
				    const uint64_t *numbers, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (!strcmp(words[i], operation->word))
			return filter_range(keyword->aspect, numbers[i],
					    numbers[i]);
	refuse_word(parser, operation->span, operation->word, keyword->needs,
		    words, count, "sockledger");
	return NULL;
}

struct filter *filter_proto(struct filter_parser *parser,
			    const struct filter_keyword *keyword,
			    const struct filter_operation *operation)
{
	static const char * const words[] = { "tcp", "udp", "udplite" };
	static const uint64_t numbers[] = {
		IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDPLITE,
	};

	return choose_number(parser, keyword, operation, words, numbers,
			     ARRAY_SIZE(words));
}

struct filter *filter_family(struct filter_parser *parser,
			     const struct filter_keyword *keyword,
			     const struct filter_operation *operation)
{
	static const char * const words[] = { "inet", "inet6" };
	static const uint64_t numbers[] = { AF_INET, AF_INET6 };

	return choose_number(parser, keyword, operation, words, numbers,
			     ARRAY_SIZE(words));
}

/* A word of one of the tables of names.h; @more: another that there is. */
static struct filter *choose_code(struct filter_parser *parser,
				  const struct filter_keyword *keyword,
				  const struct filter_operation *operation,
				  const char *(*name)(unsigned int code),
				  unsigned int count, const char *more)
{
	const char *words[WORDS_MOST];
	unsigned int i;

	for (i = 0; i < count; i++) {
		words[i] = name(i);
		if (!strcasecmp(words[i], operation->word))
			return filter_test((struct test){
				.aspect = keyword->aspect,
				.set = SUBJECT_BIT(i),
			});
	}
	words[count] = more;
	refuse_word(parser, operation->span, operation->word, keyword->needs,
		    words, count + !!more, "sockledger");
	return NULL;
}

_Static_assert(__SOCKLEDGER_ROLE_MAX < WORDS_MOST &&
	       __SOCKLEDGER_OUTCOME_MAX < WORDS_MOST &&
	       __SOCKLEDGER_WHAT_MAX <= SUBJECT_NONE &&
	       __SOCKLEDGER_REASON_MAX <= SUBJECT_NONE,
	       "a set has room for every code, and for none");

struct filter *filter_role(struct filter_parser *parser,
			   const struct filter_keyword *keyword,
			   const struct filter_operation *operation)
{
	return choose_code(parser, keyword, operation, sl_role_name,
			   __SOCKLEDGER_ROLE_MAX, NULL);
}

/* All that a handshake may end with, but that it was established. */
#define OUTCOMES_FAILED	(SUBJECT_BIT(__SOCKLEDGER_OUTCOME_MAX) - 1 - \
			 SUBJECT_BIT(SOCKLEDGER_OUTCOME_IN_PROGRESS) - \
			 SUBJECT_BIT(SOCKLEDGER_OUTCOME_ESTABLISHED))

struct filter *filter_outcome(struct filter_parser *parser,
			      const struct filter_keyword *keyword,
			      const struct filter_operation *operation)
{
	static const char failed[] = "failed";

	if (!strcmp(operation->word, failed))
		return filter_set(keyword->aspect, OUTCOMES_FAILED);
	return choose_code(parser, keyword, operation, sl_outcome_name,
			   __SOCKLEDGER_OUTCOME_MAX, failed);
}

struct filter *filter_reason(struct filter_parser *parser,
			     const struct filter_keyword *keyword,
			     const struct filter_operation *operation)
{
	return choose_code(parser, keyword, operation, sl_reason_name,
			   __SOCKLEDGER_REASON_MAX, NULL);
}

/* No errno of a socket is larger. */
#define ERRNO_MOST	EHWPOISON

struct filter *filter_error(struct filter_parser *parser,
			    const struct filter_keyword *keyword,
			    const struct filter_operation *operation)
{
	const char *words[ERRNO_MOST + 1] = { "none" };
	size_t count = 1;
	int error;

	if (!strcmp(operation->word, words[0]))
		return filter_range(keyword->aspect, 0, 0);
	for (error = 1; error <= ERRNO_MOST; error++) {
		const char *name = strerrorname_np(error);

		if (!name)
			continue;
		if (!strcasecmp(name, operation->word))
			return filter_range(keyword->aspect, error, error);
		words[count++] = name;
	}
	refuse_word(parser, operation->span, operation->word, keyword->needs,
		    words, count, "errno");
	return NULL;
}

/* Whether it fails at once or later, the call that was made is connect(). */
#define WHATS_CONNECT	(SUBJECT_BIT(SOCKLEDGER_WHAT_CONNECT) | \
			 SUBJECT_BIT(SOCKLEDGER_WHAT_CONNECT_RETURN) | \
			 SUBJECT_BIT(SOCKLEDGER_WHAT_CONNECT_VERDICT))

struct filter *filter_what(struct filter_parser *parser,
			   const struct filter_keyword *keyword,
			   const struct filter_operation *operation)
{
	const char *connect = sl_what_name(SOCKLEDGER_WHAT_CONNECT);

	if (parser->scope == &filter_calls &&
	    !strcasecmp(operation->word, connect))
		return filter_set(keyword->aspect, WHATS_CONNECT);
	return choose_code(parser, keyword, operation, sl_what_name,
			   __SOCKLEDGER_WHAT_MAX, NULL);
}

struct filter *filter_comm(struct filter_parser *parser,
			   const struct filter_keyword *keyword,
			   const struct filter_operation *operation)
{
	const char *word = operation->word;

	(void)parser;
	return filter_test((struct test){
		.aspect = keyword->aspect,
		.glob = memory_text(word, strlen(word)),
	});
}

/* The id of a cgroup is the inode of its directory. */
struct filter *filter_cgroup(struct filter_parser *parser,
			     const struct filter_keyword *keyword,
			     const struct filter_operation *operation)
{
	struct statfs fs;
	struct stat dir;

	if (statfs(operation->word, &fs) || stat(operation->word, &dir)) {
		filter_refuse(parser, operation->span, "cannot look at \"%s\": %s",
			      operation->word, strerror(errno));
		return NULL;
	}
	if (fs.f_type != CGROUP2_SUPER_MAGIC || !S_ISDIR(dir.st_mode)) {
		filter_refuse(parser, operation->span,
			      "\"%s\" is not a cgroup of version 2",
			      operation->word);
		return NULL;
	}
	return filter_range(keyword->aspect, dir.st_ino, dir.st_ino);
}

#define STATE_ALL	UINT64_MAX
#define STATE_CONNECTED	(SUBJECT_BIT(STATE_MOST + 2) - 2 - \
			 SUBJECT_BIT(TCP_LISTEN) - SUBJECT_BIT(TCP_CLOSE))
#define STATE_BUCKET	(SUBJECT_BIT(TCP_SYN_RECV) | \
			 SUBJECT_BIT(TCP_TIME_WAIT))

/* What ss has words for, beside the states that TCP has. */
static const struct state_word {
	const char *word;
	uint64_t set;
} state_words[] = {
	{ "all", STATE_ALL },
	{ "connected", STATE_CONNECTED },
	{ "synchronized", STATE_CONNECTED & ~SUBJECT_BIT(TCP_SYN_SENT) },
	{ "bucket", STATE_BUCKET },
	{ "big", STATE_ALL & ~STATE_BUCKET },
	{ "listening", SUBJECT_BIT(TCP_LISTEN) },
	{ "closed", SUBJECT_BIT(TCP_CLOSE) },
	{ "unconnected", SUBJECT_BIT(TCP_CLOSE) },
	{ "established", SUBJECT_BIT(TCP_ESTABLISHED) },
	{ "estab", SUBJECT_BIT(TCP_ESTABLISHED) },
	{ "syn-sent", SUBJECT_BIT(TCP_SYN_SENT) },
	{ "syn-recv", SUBJECT_BIT(TCP_SYN_RECV) },
	{ "fin-wait-1", SUBJECT_BIT(TCP_FIN_WAIT1) },
	{ "fin-wait-2", SUBJECT_BIT(TCP_FIN_WAIT2) },
	{ "time-wait", SUBJECT_BIT(TCP_TIME_WAIT) },
	{ "close-wait", SUBJECT_BIT(TCP_CLOSE_WAIT) },
	{ "last-ack", SUBJECT_BIT(TCP_LAST_ACK) },
	{ "closing", SUBJECT_BIT(TCP_CLOSING) },
};

/* FIN_WAIT1 is fin-wait-1 to ss. */
static bool same_state(const char *a, const char *b)
{
	do {
		a += strspn(a, "-_");
		b += strspn(b, "-_");
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b++))
			return false;
	} while (*a++);
	return true;
}

bool filter_state(struct filter_parser *parser,
		  const struct filter_operation *operation, uint64_t *ret)
{
	const char *words[ARRAY_SIZE(state_words)];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(state_words); i++) {
		words[i] = state_words[i].word;
		*ret = state_words[i].set;
		if (same_state(words[i], operation->word))
			return true;
	}
	for (i = 1; i <= STATE_MOST; i++) {
		*ret = SUBJECT_BIT(i);
		if (same_state(sl_state_name(i), operation->word))
			return true;
	}
	refuse_word(parser, operation->span, operation->word, "a state", words,
		    ARRAY_SIZE(words), "sockledger");
	return false;
}
