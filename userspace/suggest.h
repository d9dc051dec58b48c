/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a mistyped word may have been meant to be.
 */
#ifndef _SOCKLEDGER_SUGGEST_H
#define _SOCKLEDGER_SUGGEST_H

#include <stddef.h>

/**
 * suggest() - the nearest of some words
 * @word: what was typed
 * @words: what could have been
 * @count: how many words, at least one
 *
 * Return: one of @words, or NULL when none is near.
 */
const char *suggest(const char *word, const char * const *words, size_t count);

#endif /* _SOCKLEDGER_SUGGEST_H */
