// SPDX-License-Identifier: GPL-2.0
#include "options.h"
#include "number.h"

#include "uapi/sockledger.h"

#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#define USUAL_INTERVAL_MS	2000

enum { OPT_JSON = 256, OPT_PRESENT, OPT_ALL_NETNS };

static const char short_options[] = ":46tulapnN:d:hV";
static const struct option long_options[] = {
	{ "json",	no_argument,		NULL, OPT_JSON },
	{ "present",	no_argument,		NULL, OPT_PRESENT },
	{ "ipv4",	no_argument,		NULL, '4' },
	{ "ipv6",	no_argument,		NULL, '6' },
	{ "tcp",	no_argument,		NULL, 't' },
	{ "udp",	no_argument,		NULL, 'u' },
	{ "listening",	no_argument,		NULL, 'l' },
	{ "all",	no_argument,		NULL, 'a' },
	{ "processes",	no_argument,		NULL, 'p' },
	{ "numeric",	no_argument,		NULL, 'n' },
	{ "netns",	required_argument,	NULL, 'N' },
	{ "all-netns",	no_argument,		NULL, OPT_ALL_NETNS },
	{ "interval",	required_argument,	NULL, 'd' },
	{ "help",	no_argument,		NULL, 'h' },
	{ "version",	no_argument,		NULL, 'V' },
	{ NULL,		0,			NULL, 0 },
};

/*
 * getopt_long() has no words for what it met; optopt tells part of it. Within
 * a word of several letters it stays there, and @word is the one before.
 */
static enum status bad_option(int kind, const char *word, bool within)
{
	if (kind == ':')
		return complain("option \"%s\" needs a value", word);
	if (optopt >= OPT_JSON ||
	    (optopt && !within && !strncmp(word, "--", 2)))
		return complain("option \"%.*s\" takes no value",
				(int)strcspn(word, "="), word);
	if (optopt)
		return complain("unknown option \"-%c\" (\"sockledger help\" lists all)",
				optopt);
	return complain("unknown option \"%s\" (\"sockledger help\" lists all)",
			word);
}

static bool take_condition(int option, struct options *ret)
{
	switch (option) {
	case '4':
		ret->inet = true;
		ret->condition = "--ipv4";
		return true;
	case '6':
		ret->inet6 = true;
		ret->condition = "--ipv6";
		return true;
	case 't':
		ret->tcp = true;
		ret->condition = "--tcp";
		return true;
	case 'u':
		ret->udp = true;
		ret->condition = "--udp";
		return true;
	case 'l':
		ret->listening = true;
		ret->condition = "--listening";
		return true;
	default:
		return false;
	}
}

static bool take_option(int option, struct options *ret)
{
	switch (option) {
	case OPT_JSON:
		ret->json = true;
		return true;
	case OPT_PRESENT:
		ret->present = true;
		return true;
	case OPT_ALL_NETNS:
		ret->all_netns = true;
		return true;
	case 'a':	/* all of these as it always is */
	case 'n':
	case 'p':
		return true;
	case 'N':
		ret->netns = optarg;
		return true;
	case 'd':
		ret->interval = optarg;
		return true;
	case 'h':
		ret->help = true;
		return true;
	case 'V':
		ret->version = true;
		return true;
	default:
		return take_condition(option, ret);
	}
}

enum status options_parse(int argc, char **argv, struct options *ret,
			  char ***args)
{
	int option, before;

	opterr = 0;
	while (!ret->help && !ret->version) {
		before = optind;
		option = getopt_long(argc, argv, short_options, long_options,
				     NULL);
		if (option == -1)
			break;
		if (!take_option(option, ret))
			return bad_option(option, argv[optind - 1],
					  optind == before);
	}
	*args = argv + optind;
	if (ret->netns && ret->all_netns)
		return complain("option \"--netns\" names one network namespace, and \"--all-netns\" is for all");
	if (ret->interval)
		return number_seconds(ret->interval, "the interval of \"top\"",
				      &ret->interval_ms);
	ret->interval_ms = USUAL_INTERVAL_MS;
	return STATUS_FOUND;
}

static enum status refuse(const char *option, const char *whose,
			  const char *command)
{
	return complain("option \"%s\" is for %s, not for \"%s\"", option,
			whose, command);
}

enum status options_check(const struct options *options, unsigned int knows,
			  const char *command)
{
	if (options->all_netns && !(knows & KNOWS_ALL_NETNS))
		return refuse("--all-netns", "commands that list", command);
	if (options->condition && !(knows & KNOWS_CONDITIONS))
		return refuse(options->condition, "commands that take a filter",
			      command);
	if (options->listening && !(knows & KNOWS_LISTENING))
		return refuse("--listening", "commands about sockets", command);
	if (options->present && !(knows & KNOWS_PRESENT))
		return refuse("--present", "\"watch\"", command);
	if (options->interval && !(knows & KNOWS_INTERVAL))
		return refuse("--interval", "\"top\"", command);
	return STATUS_FOUND;
}

/* As ss has it: UDP sockets with a port that anybody may send to listen, too. */
static struct filter *that_listens(void)
{
	struct filter *live = filter_range(ASPECT_LIVE, 1, 1);
	struct filter *tcp, *udp;

	tcp = filter_set(ASPECT_STATE, SUBJECT_BIT(TCP_LISTEN));
	udp = filter_join(FILTER_AND,
			  filter_set(ASPECT_ROLE,
				     SUBJECT_BIT(SOCKLEDGER_ROLE_DATAGRAM)),
			  filter_set(ASPECT_STATE, SUBJECT_BIT(TCP_CLOSE)));
	udp = filter_join(FILTER_AND, udp,
			  filter_range(ASPECT_LOCAL_PORT, 1, UINT16_MAX));
	return filter_join(FILTER_AND, live, filter_join(FILTER_OR, tcp, udp));
}

/* Both families, or both protocols, are no condition. */
static struct filter *of_options(const struct options *options)
{
	struct filter *family = NULL, *proto = NULL, *listens = NULL;

	if (options->inet != options->inet6)
		family = filter_range(ASPECT_FAMILY,
				      options->inet ? AF_INET : AF_INET6,
				      options->inet ? AF_INET : AF_INET6);
	if (options->tcp != options->udp)
		proto = options->tcp ?
			filter_range(ASPECT_PROTO, IPPROTO_TCP, IPPROTO_TCP) :
			filter_range(ASPECT_PROTO, IPPROTO_UDP,
				     IPPROTO_UDPLITE);
	if (options->listening)
		listens = that_listens();
	return filter_join(FILTER_AND, filter_join(FILTER_AND, family, proto),
			   listens);
}

enum status options_filter(const struct options *options, char **words,
			   const struct filter_scope *scope,
			   struct filter **ret)
{
	struct filter *filter;
	enum status status = filter_parse(words, scope, &filter);

	if (status == STATUS_FOUND)
		*ret = filter_join(FILTER_AND, of_options(options), filter);
	return status;
}
