// SPDX-License-Identifier: GPL-2.0
#include "suggest.h"

#include <string.h>

/* Longer words than this are nobody's typing error. */
#define LONGEST	32

static size_t least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Letters to insert, delete or change to get from @a to @b (Levenshtein). */
static size_t distance(const char *a, const char *b)
{
	size_t row[LONGEST + 1], i, j, corner, above;

	for (j = 0; b[j]; j++)
		row[j] = j;
	row[j] = j;
	for (i = 0; a[i]; i++) {
		corner = row[0];
		row[0] = i + 1;
		for (j = 0; b[j]; j++) {
			above = row[j + 1];
			row[j + 1] = least(above + 1, row[j] + 1,
					   corner + (a[i] != b[j]));
			corner = above;
		}
	}
	return row[j];
}

const char *suggest(const char *word, const char * const *words, size_t count)
{
	size_t i, steps, nearest = 0, fewest = LONGEST;

	if (strlen(word) > LONGEST)
		return NULL;
	for (i = 0; i < count; i++) {
		steps = distance(word, words[i]);
		if (steps < fewest) {
			fewest = steps;
			nearest = i;
		}
	}
	/* Half the word may be wrong: "ls" is near to nothing. */
	return fewest <= 2 && 2 * fewest <= strlen(words[nearest]) ?
	       words[nearest] : NULL;
}
