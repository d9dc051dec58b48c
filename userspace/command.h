/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The commands.
 */
#ifndef _SOCKLEDGER_COMMAND_H
#define _SOCKLEDGER_COMMAND_H

#include "complain.h"
#include "options.h"

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
enum status export_run(const struct options *options, char **args);
enum status top_run(const struct options *options, char **args);
enum status stats_run(const struct options *options, char **args);

#endif /* _SOCKLEDGER_COMMAND_H */
