/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The commands, and the options they all know.
 */
#ifndef _SOCKLEDGER_COMMAND_H
#define _SOCKLEDGER_COMMAND_H

#include "complain.h"
#include "term.h"

#include <stdbool.h>

/**
 * struct options - what the command line asked for
 * @json: JSON instead of text
 * @inet: only IPv4 addresses, unless @inet6 too
 * @inet6: only IPv6 addresses, unless @inet too
 * @present: begin with what is there already
 * @term: what standard output can show
 */
struct options {
	bool json;
	bool inet;
	bool inet6;
	bool present;
	struct term term;
};

/*
 * A command gets its arguments, their number checked already, and returns the
 * exit status, having complained if it is STATUS_ERROR.
 */
enum status list_run(const struct options *options, char **args);
enum status show_run(const struct options *options, char **args);
enum status listeners_run(const struct options *options, char **args);
enum status datagrams_run(const struct options *options, char **args);
enum status calls_run(const struct options *options, char **args);
enum status watch_run(const struct options *options, char **args);
enum status set_run(const struct options *options, char **args);
enum status flush_run(const struct options *options, char **args);
enum status stats_run(const struct options *options, char **args);

#endif /* _SOCKLEDGER_COMMAND_H */
