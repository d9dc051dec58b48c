// SPDX-License-Identifier: GPL-2.0
/*
 * sockledger - read the ledger of sockets, handshakes and calls that the kernel
 * module of the same name keeps.
 */
#include "command.h"
#include "complain.h"
#include "filter_words.h"
#include "help.h"
#include "memory.h"
#include "netns.h"
#include "number.h"
#include "options.h"
#include "suggest.h"
#include "term.h"

#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum status help_run(const struct options *options, char **args)
{
	(void)options;
	(void)args;
	help_print();
	return STATUS_FOUND;
}

/* Of a command whose arguments are a filter. */
#define ANY_NUMBER	UINT_MAX

/* The first one is the default. */
static const struct command {
	const char *name;
	const char *arg;	/* what its argument is, NULL: it needs none */
	unsigned int most;	/* arguments it takes */
	enum status (*run)(const struct options *options, char **args);
	unsigned int knows;	/* KNOWS_* */
} commands[] = {
	{ "list",	NULL,	ANY_NUMBER,	list_run, KNOWS_LISTS },
	{ "show",	"the id of an entry or a filter",
				ANY_NUMBER,	show_run, KNOWS_FILTER },
	{ "watch",	NULL,	ANY_NUMBER,	watch_run,
						KNOWS_FILTER | KNOWS_PRESENT },
	{ "listeners",	NULL,	ANY_NUMBER,	listeners_run, KNOWS_LISTS },
	{ "datagrams",	NULL,	ANY_NUMBER,	datagrams_run, KNOWS_LISTS },
	{ "calls",	NULL,	ANY_NUMBER,	calls_run,
					KNOWS_CONDITIONS | KNOWS_ALL_NETNS },
	{ "stats",	NULL,	0,		stats_run, 0 },
	{ "top",	NULL,	ANY_NUMBER,	top_run,
						KNOWS_FILTER | KNOWS_INTERVAL },
	{ "export",	"a format: prometheus, json or svg",
				ANY_NUMBER,	export_run, KNOWS_LISTS },
	{ "set",	NULL,	2,		set_run, 0 },
	{ "flush",	NULL,	ANY_NUMBER,	flush_run, KNOWS_FILTER },
	{ "help",	NULL,	0,		help_run, 0 },
};

#define COMMANDS	ARRAY_SIZE(commands)

static enum status unknown_command(const char *word)
{
	const char *names[COMMANDS];
	const char *nearest;
	size_t i;

	if (number_is(word))
		return complain("unknown command \"%s\" (did you mean \"show %s\"?)",
				word, word);
	for (i = 0; i < COMMANDS; i++)
		names[i] = commands[i].name;
	nearest = suggest(word, names, COMMANDS);
	if (!nearest)
		nearest = filter_suggest(word);
	if (nearest)
		return complain("unknown command \"%s\" (did you mean \"%s\"?)",
				word, nearest);
	return complain("unknown command \"%s\" (\"sockledger help\" lists all)",
			word);
}

static const struct command *find_command(const char *word)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		if (!strcmp(commands[i].name, word))
			return &commands[i];
	return NULL;
}

static enum status run_command(const struct options *options, char **args)
{
	const struct command *command = &commands[0];
	unsigned int count = 0;

	if (options->help)
		return help_run(options, args);
	if (options->version) {
		printf("sockledger %s\n", SOCKLEDGER_VERSION);
		return STATUS_FOUND;
	}
	/* Without a command, what comes may be the filter of the first. */
	if (args[0] && !filter_begins(args[0])) {
		command = find_command(args[0]);
		if (!command)
			return unknown_command(args[0]);
		args++;
	}
	if (options_check(options, command->knows, command->name) !=
	    STATUS_FOUND)
		return STATUS_ERROR;
	if (command->arg && !args[0])
		return complain("\"%s\" needs %s", command->name,
				command->arg);
	while (args[count])
		if (count++ == command->most)
			return complain("\"%s\" is one argument too many for \"%s\"",
					args[count - 1], command->name);
	return command->run(options, args);
}

/*
 * Where standard output is closed, the next file to be opened would get its
 * number, and what is printed. This one cannot be written to.
 */
static void occupy_standard(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	enum status status;
	char **args;

	occupy_standard();
	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C");
	term_probe(&options.term);
	status = options_parse(argc, argv, &options, &args);
	if (status == STATUS_FOUND && options.netns)
		status = netns_enter(options.netns);
	if (status == STATUS_FOUND)
		status = run_command(&options, args);
	if (status == STATUS_ERROR)
		return status;
	return term_finish(status);
}
