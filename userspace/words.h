/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words for numbers that are not the ABI's own but the system's, and for
 * those of the ABI as programs know them. A number outside its table reads "?".
 */
#ifndef _SOCKLEDGER_WORDS_H
#define _SOCKLEDGER_WORDS_H

#include <stddef.h>
#include <stdint.h>

/** word_family() - the word for an AF_* */
const char *word_family(unsigned int family);

/** word_how() - the word for a SHUT_* */
const char *word_how(unsigned int how);

/** word_call() - the function that a call of enum sockledger_what was of */
const char *word_call(unsigned int what);

/* Enough for the name or the number of any errno. */
#define ERRNO_SIZE	32

/**
 * word_errno() - the name of an errno
 * @dst: room for it
 * @size: bytes in @dst; ERRNO_SIZE are enough
 * @error: the errno; one that has no name here reads "E" and its number
 */
void word_errno(char *dst, size_t size, uint32_t error);

#endif /* _SOCKLEDGER_WORDS_H */
