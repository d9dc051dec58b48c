/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The options, and which commands know them.
 */
#ifndef _SOCKLEDGER_OPTIONS_H
#define _SOCKLEDGER_OPTIONS_H

#include "complain.h"
#include "filter_parse.h"
#include "term.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * struct options - what the command line asked for
 * @help: only a summary of commands and options
 * @version: only the version
 * @json: JSON instead of text
 * @inet: only IPv4 addresses, unless @inet6 too
 * @inet6: only IPv6 addresses, unless @inet too
 * @tcp: only TCP, unless @udp too
 * @udp: only UDP and UDP-Lite, unless @tcp too
 * @listening: only what waits for others
 * @condition: name of the last one of these five, NULL without any
 * @present: begin with what is there already
 * @all_netns: every network namespace, for commands that list
 * @interval: the option's value, NULL without one
 * @interval_ms: milliseconds between two looks at the ledger
 * @netns: the network namespace to read, NULL for this process's
 * @term: what standard output can show
 */
struct options {
	bool help;
	bool version;
	bool json;
	bool inet;
	bool inet6;
	bool tcp;
	bool udp;
	bool listening;
	const char *condition;
	bool present;
	bool all_netns;
	const char *interval;
	uint64_t interval_ms;
	const char *netns;
	struct term term;
};

/**
 * options_parse() - take the options out of the command line
 * @argc: as main() got it
 * @argv: likewise; the options are moved to its front
 * @ret: set, but for its @term
 * @args: set to what is left of @argv, the last one NULL
 *
 * Return: STATUS_FOUND, or STATUS_ERROR after a complaint.
 */
enum status options_parse(int argc, char **argv, struct options *ret,
			  char ***args);

/* What a command does with options that not all of them know. */
#define KNOWS_CONDITIONS	0x01	/* it takes a filter */
#define KNOWS_LISTENING		0x02	/* ... of what has a role */
#define KNOWS_ALL_NETNS		0x04	/* it can list several ledgers */
#define KNOWS_PRESENT		0x08
#define KNOWS_INTERVAL		0x10
#define KNOWS_FILTER	(KNOWS_CONDITIONS | KNOWS_LISTENING)
#define KNOWS_LISTS	(KNOWS_FILTER | KNOWS_ALL_NETNS)

/**
 * options_check() - refuse what a command would not heed
 * @options: as they were given
 * @knows: KNOWS_*
 * @command: its name
 *
 * Return: STATUS_FOUND, or STATUS_ERROR after a complaint.
 */
enum status options_check(const struct options *options, unsigned int knows,
			  const char *command);

/**
 * options_filter() - what a command is asked to show
 * @options: of which some are conditions
 * @words: the rest of the command line, which is a filter
 * @scope: what is shown
 * @ret: set on success, for filter_free(); NULL for everything
 *
 * Return: STATUS_FOUND, or STATUS_ERROR after a complaint.
 */
enum status options_filter(const struct options *options, char **words,
			   const struct filter_scope *scope,
			   struct filter **ret);

#endif /* _SOCKLEDGER_OPTIONS_H */
