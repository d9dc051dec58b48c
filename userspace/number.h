/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers from the command line.
 */
#ifndef _SOCKLEDGER_NUMBER_H
#define _SOCKLEDGER_NUMBER_H

#include "complain.h"

#include <stdbool.h>
#include <stdint.h>

/** number_is() - is a text digits, and nothing else? */
bool number_is(const char *text);

/**
 * number_parse() - read a decimal number of at most 64 bits
 * @text: nothing but its digits
 * @what: what it is, for the complaint: "the id of an entry"
 * @ret: set on success
 *
 * Return: STATUS_FOUND, or STATUS_ERROR after a complaint.
 */
enum status number_parse(const char *text, const char *what, uint64_t *ret);

/**
 * number_seconds() - read a time between a tenth of a second and an hour
 * @text: seconds, in decimal, with a fraction or without
 * @what: what it is, for the complaint: "the interval"
 * @ret: set on success, in milliseconds
 *
 * Return: STATUS_FOUND, or STATUS_ERROR after a complaint.
 */
enum status number_seconds(const char *text, const char *what, uint64_t *ret);

#endif /* _SOCKLEDGER_NUMBER_H */
