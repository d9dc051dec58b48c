/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the reader ends, and how it says why.
 */
#ifndef _SOCKLEDGER_COMPLAIN_H
#define _SOCKLEDGER_COMPLAIN_H

#include <stddef.h>
#include <stdio.h>

/* The exit statuses. */
enum status {
	STATUS_FOUND,		/* something was shown */
	STATUS_NOTHING,		/* nothing matched */
	STATUS_ERROR,
};

/**
 * complain() - say one sentence on standard error
 * @format: the sentence, without the program's name and without a newline
 *
 * Control characters in it, which come from the command line or the kernel,
 * are escaped: a sentence is always one line.
 *
 * Return: STATUS_ERROR, so that a caller can return what it complained about.
 */
enum status __attribute__((format(printf, 1, 2)))
complain(const char *format, ...);

/**
 * struct span - a part of a text
 * @from: bytes before it
 * @to: bytes up to its end
 */
struct span {
	size_t from, to;
};

/**
 * complain_at() - say one sentence about a part of what was typed
 * @text: all of it, shown below the sentence
 * @span: the part, which is pointed at; it may be empty
 * @format: the sentence, as for complain()
 *
 * Return: STATUS_ERROR.
 */
enum status __attribute__((format(printf, 3, 4)))
complain_at(const char *text, struct span span, const char *format, ...);

/**
 * complain_to() - complain elsewhere than on standard error
 * @file: where to, NULL: on standard error again
 *
 * While a screen is drawn, standard error is part of it.
 */
void complain_to(FILE *file);

#endif /* _SOCKLEDGER_COMPLAIN_H */
