// SPDX-License-Identifier: GPL-2.0
#include "options.h"
#include "number.h"

#include <getopt.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#define USUAL_INTERVAL_MS	2000

enum { OPT_JSON = 256, OPT_PRESENT, OPT_ALL_NETNS };

static const char short_options[] = ":46tunN:d:hV";
static const struct option long_options[] = {
	{ "json",	no_argument,		NULL, OPT_JSON },
	{ "present",	no_argument,		NULL, OPT_PRESENT },
	{ "ipv4",	no_argument,		NULL, '4' },
	{ "ipv6",	no_argument,		NULL, '6' },
	{ "tcp",	no_argument,		NULL, 't' },
	{ "udp",	no_argument,		NULL, 'u' },
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
	case '4':
		ret->inet = true;
		return true;
	case '6':
		ret->inet6 = true;
		return true;
	case 't':
		ret->tcp = true;
		return true;
	case 'u':
		ret->udp = true;
		return true;
	case 'n':	/* as everything is */
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
		return false;
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

/* Both families, or both protocols, are no condition. */
static struct filter *of_options(const struct options *options)
{
	struct filter *family = NULL, *proto = NULL;

	if (options->inet != options->inet6)
		family = filter_range(ASPECT_FAMILY,
				      options->inet ? AF_INET : AF_INET6,
				      options->inet ? AF_INET : AF_INET6);
	if (options->tcp != options->udp)
		proto = options->tcp ?
			filter_range(ASPECT_PROTO, IPPROTO_TCP, IPPROTO_TCP) :
			filter_range(ASPECT_PROTO, IPPROTO_UDP,
				     IPPROTO_UDPLITE);
	return filter_join(FILTER_AND, family, proto);
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
