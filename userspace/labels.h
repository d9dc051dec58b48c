/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the ends and the steps of a story say, however it is drawn.
 */
#ifndef _SOCKLEDGER_LABELS_H
#define _SOCKLEDGER_LABELS_H

#include "story.h"
#include "term.h"

#include <stddef.h>

/* Enough for any label. */
#define LABEL_SIZE	256

/* What there is to say of an end: what it is, its address, whose it is. */
enum label_line {
	LABEL_LINE_ROLE,
	LABEL_LINE_ADDRESS,
	LABEL_LINE_OWNER,
	LABEL_LINES,
};

/**
 * label_end() - a line about an end
 * @story: the story
 * @side: of which end
 * @line: which one
 * @dst: room for it, printable; set to "" where there is nothing to say
 * @size: bytes in @dst; LABEL_SIZE are enough
 */
void label_end(const struct story *story, enum side side,
	       enum label_line line, char *dst, size_t size);

/**
 * label_title() - what a story is about
 * @story: the story
 * @dst: room for it, printable
 * @size: bytes in @dst; LABEL_SIZE are enough
 */
void label_title(const struct story *story, char *dst, size_t size);

/**
 * label_outcome() - how a handshake ended, and why
 * @entry: an entry that has an outcome
 * @dst: room for it
 * @size: bytes in @dst; LABEL_SIZE are enough
 */
void label_outcome(const struct entry *entry, char *dst, size_t size);

/** label_outcome_tint() - the colour of an outcome */
enum tint label_outcome_tint(uint8_t outcome);

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
 * label_travel() - how long a segment took to the other end
 * @segment: the segment
 * @dst: room for it; empty when one end knows nothing of it
 * @size: bytes in @dst; LABEL_SIZE are enough
 *
 * Return: its colour.
 */
enum tint label_travel(const struct segment *segment, char *dst, size_t size);

/**
 * label_beside() - what stands beside a lifeline
 * @story: the story
 * @step: a step of it that is neither a state nor a segment: for a call, what
 *        came of it, and whose it was
 * @dst: room for it, printable
 * @size: bytes in @dst; LABEL_SIZE are enough
 */
void label_beside(const struct story *story, const struct step *step,
		  char *dst, size_t size);

/**
 * label_moment() - when a step was, counted from the beginning
 * @story: the story
 * @step: a step of it
 * @dst: room for it
 * @size: bytes in @dst; LABEL_SIZE are enough
 */
void label_moment(const struct story *story, const struct step *step,
		  char *dst, size_t size);

/** label_tint() - the colour of a step that is no state */
enum tint label_tint(const struct step *step);

#endif /* _SOCKLEDGER_LABELS_H */
