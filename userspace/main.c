// SPDX-License-Identifier: GPL-2.0
/*
 * sockledger - read the ledger of sockets, handshakes and calls that the kernel
 * module of the same name keeps.
 */
#include "command.h"
#include "complain.h"
#include "help.h"
#include "memory.h"
#include "netns.h"
#include "suggest.h"
#include "term.h"

#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

static enum status help_run(const struct options *options, char **args)
{
	(void)options;
	(void)args;
	help_print();
	return STATUS_FOUND;
}

/* The first one is the default. */
static const struct command {
	const char *name;
	const char *arg;	/* what its argument is, NULL: it needs none */
	unsigned int most;	/* arguments it takes */
	enum status (*run)(const struct options *options, char **args);
} commands[] = {
	{ "list",	NULL,			0, list_run },
	{ "show",	"the id of an entry",	1, show_run },
	{ "watch",	NULL,			0, watch_run },
	{ "listeners",	NULL,			0, listeners_run },
	{ "datagrams",	NULL,			0, datagrams_run },
	{ "calls",	NULL,			0, calls_run },
	{ "stats",	NULL,			0, stats_run },
	{ "set",	NULL,			2, set_run },
	{ "flush",	NULL,			0, flush_run },
	{ "help",	NULL,			0, help_run },
};

#define COMMANDS	ARRAY_SIZE(commands)

static enum status unknown_command(const char *word)
{
	const char *names[COMMANDS];
	const char *nearest;
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		names[i] = commands[i].name;
	nearest = suggest(word, names, COMMANDS);
	if (nearest)
		return complain("unknown command \"%s\" (did you mean \"%s\"?)",
				word, nearest);
	return complain("unknown command \"%s\" (\"sockledger help\" lists all)",
			word);
}

static enum status run_command(const struct options *options, char **args)
{
	const struct command *command = &commands[0];
	unsigned int count = 0;

	if (args[0]) {
		while (command < commands + COMMANDS &&
		       strcmp(command->name, args[0]))
			command++;
		if (command == commands + COMMANDS)
			return unknown_command(args[0]);
		args++;
	}
	if (command->arg && !args[0])
		return complain("\"%s\" needs %s", command->name,
				command->arg);
	while (args[count])
		if (count++ == command->most)
			return complain("\"%s\" is one argument too many for \"%s\"",
					args[count - 1], command->name);
	return command->run(options, args);
}

enum { OPT_JSON = 256, OPT_PRESENT };

static const char short_options[] = ":46N:hV";
static const struct option long_options[] = {
	{ "json",	no_argument,		NULL, OPT_JSON },
	{ "present",	no_argument,		NULL, OPT_PRESENT },
	{ "netns",	required_argument,	NULL, 'N' },
	{ "help",	no_argument,		NULL, 'h' },
	{ "version",	no_argument,		NULL, 'V' },
	{ NULL,		0,			NULL, 0 },
};

/* getopt_long() has no words for what it met; optopt tells part of it. */
static enum status bad_option(int kind, const char *word)
{
	if (kind == ':')
		return complain("option \"%s\" needs a value", word);
	if (optopt >= OPT_JSON || (optopt && !strncmp(word, "--", 2)))
		return complain("option \"%.*s\" takes no value",
				(int)strcspn(word, "="), word);
	if (optopt)
		return complain("unknown option \"-%c\" (\"sockledger help\" lists all)",
				optopt);
	return complain("unknown option \"%s\" (\"sockledger help\" lists all)",
			word);
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	const char *netns = NULL;
	enum status status = STATUS_FOUND;
	int option;

	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C");
	term_probe(&options.term);
	opterr = 0;
	while ((option = getopt_long(argc, argv, short_options, long_options,
				     NULL)) != -1) {
		switch (option) {
		case OPT_JSON:
			options.json = true;
			break;
		case OPT_PRESENT:
			options.present = true;
			break;
		case '4':
			options.inet = true;
			break;
		case '6':
			options.inet6 = true;
			break;
		case 'N':
			netns = optarg;
			break;
		case 'h':
			help_print();
			return term_finish(STATUS_FOUND);
		case 'V':
			printf("sockledger %s\n", SOCKLEDGER_VERSION);
			return term_finish(STATUS_FOUND);
		default:
			return bad_option(option, argv[optind - 1]);
		}
	}
	if (netns)
		status = netns_enter(netns);
	if (status == STATUS_FOUND)
		status = run_command(&options, argv + optind);
	if (status == STATUS_ERROR)
		return status;
	return term_finish(status);
}
