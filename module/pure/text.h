/* SPDX-License-Identifier: GPL-2.0 */
/* Small pieces of the text that /proc shows. */
#ifndef _SOCKLEDGER_TEXT_H
#define _SOCKLEDGER_TEXT_H

#include "types.h"

#define SL_DURATION_LEN	24

/**
 * sl_text_duration() - a duration with its unit
 * @buf: at least SL_DURATION_LEN bytes, NUL-terminated on return
 * @ns: the duration
 *
 * "0ns" to "999ns", "1us" to "999us", "1.000ms" to "999.999ms", and seconds
 * "1.000s" upwards; cut, not rounded, so that a time never reads as later
 * than it was.
 *
 * Return: the length written, without the NUL.
 */
unsigned int sl_text_duration(char *buf, u64 ns);

/*
 * Every byte of a name of TASK_COMM_LEN (16) may become four: \xNN.
 */
#define SL_COMM_LEN		16
#define SL_COMM_TEXT_LEN	(4 * SL_COMM_LEN + 1)

/**
 * sl_text_comm() - a program's name as one word of one line
 * @buf: at least SL_COMM_TEXT_LEN bytes, NUL-terminated on return
 * @comm: up to SL_COMM_LEN bytes, ended by a NUL or by its length
 *
 * Printable ASCII except space and backslash stands for itself; every other
 * byte becomes \xNN. An empty name becomes "-".
 *
 * Return: the length written, without the NUL.
 */
unsigned int sl_text_comm(char *buf, const char *comm);

#endif /* _SOCKLEDGER_TEXT_H */
