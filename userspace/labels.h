/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the steps of a story say.
 */
#ifndef _SOCKLEDGER_LABELS_H
#define _SOCKLEDGER_LABELS_H

#include "story.h"

#include <stddef.h>

/* Enough for any label. */
#define LABEL_SIZE	256

/**
 * label_segment() - a segment's flags and numbers, a blank at either end
 * @story: the story
 * @step: a STEP_SEGMENT of it
 * @dst: room for it
 * @size: bytes in @dst; LABEL_SIZE are enough
 */
void label_segment(const struct story *story, const struct step *step,
		   char *dst, size_t size);

/**
 * label_call() - a call, what came of it, and whose it was
 * @story: the story
 * @step: a STEP_CALL of it
 * @dst: room for it, printable
 * @size: bytes in @dst; LABEL_SIZE are enough
 */
void label_call(const struct story *story, const struct step *step,
		char *dst, size_t size);

#endif /* _SOCKLEDGER_LABELS_H */
