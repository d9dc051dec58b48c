/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The story of a connection: what one entry knows, or both ends' entries
 * and that of the listener together, as an ordered list of steps between two
 * lifelines. How it looks
 * on a screen is ladder.c's business.
 */
#ifndef _SOCKLEDGER_STORY_H
#define _SOCKLEDGER_STORY_H

#include "entry.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The lifelines: who sent the SYN, and who answers it. */
enum side {
	SIDE_LEFT,
	SIDE_RIGHT,
	SIDES,
};

enum step_kind {
	STEP_STATE,		/* an end is in a state from now on */
	STEP_SEGMENT,		/* a segment goes from one end to the other */
	STEP_CALL,		/* the program at one end made a call */
	STEP_QUEUED,		/* it waits for accept() from now on */
	STEP_FIRST_OUT,		/* its first datagram left */
	STEP_FIRST_IN,		/* the first one for it came */
	STEP_FORGOTTEN,		/* events until now that @teller did not keep */
	STEP_HELD_UP,		/* a segment was dropped or refused */
};

struct segment {
	uint8_t what;		/* enum sockledger_what, SYN to RST */
	bool again;
	bool lost;		/* the other end's entry shows it never came */
	bool late;		/* what came may have been sent again since: so
				 * late that this one may be lost
				 */
	bool has_seq;
	bool has_ack;
	bool has_len;
	uint32_t seq;
	uint32_t ack;
	uint32_t len;
	bool was_sent;		/* its sender's entry has it */
	bool was_received;	/* its receiver's entry has it */
	uint64_t sent_ns;
	uint64_t received_ns;
};

struct step {
	uint64_t t_ns;		/* CLOCK_REALTIME */
	size_t order;		/* of finding, where times are equal */
	enum step_kind kind;
	enum side side;		/* whose; of a segment, its sender's */
	const struct entry *teller;
	uint8_t state;		/* STEP_STATE */
	const struct event *event; /* STEP_CALL, STEP_HELD_UP: of @teller */
	struct segment segment;	/* STEP_SEGMENT */
};

/**
 * struct story - the steps in order, and what they are about
 * @ends: the entries that tell of each side, NULL where none does
 * @teller: the entry the story was asked of
 * @alone: there is no other end: a listener, or a socket that is not connected
 * @began_ns: CLOCK_REALTIME at which the connection began; only what the
 *            server did to get ready is earlier
 */
struct story {
	const struct entry *ends[SIDES];
	const struct entry *teller;
	bool alone;
	uint64_t began_ns;
	struct step *steps;
	size_t count;
	size_t room;
};

/**
 * story_build() - put an entry's story in order
 * @teller: the entry; must outlive the story
 * @peer: the entry of the other end, or NULL; must outlive the story
 * @listener: the entry of the listener that answered, or NULL; must outlive
 *            the story
 * @ret: filled, for story_release()
 */
void story_build(const struct entry *teller, const struct entry *peer,
		 const struct entry *listener, struct story *ret);

/** story_release() - free what story_build() allocated */
void story_release(struct story *story);

/**
 * story_pause_ns() - how long nothing happened before a step
 * @story: the story
 * @step: number of the step
 *
 * Return: how long, 0 if that is too short to be worth a word.
 */
uint64_t story_pause_ns(const struct story *story, size_t step);

/**
 * story_shares_line() - whether a step is drawn beside the one before
 * @story: the story
 * @step: number of the step, which may be that behind the last
 *
 * Both ends in a state from the same moment on share a line.
 */
bool story_shares_line(const struct story *story, size_t step);

/** story_other() - the side opposite */
static inline enum side story_other(enum side side)
{
	return side == SIDE_LEFT ? SIDE_RIGHT : SIDE_LEFT;
}

/** story_side() - the side an entry's own end is on */
enum side story_side(const struct entry *entry);

/**
 * story_same_connection() - whether two entries are the ends of one connection
 * @a: an entry
 * @b: another
 *
 * Ports are used again, so endpoints that match are not enough: the initial
 * sequence numbers that both saw must agree.
 */
bool story_same_connection(const struct entry *a, const struct entry *b);

#endif /* _SOCKLEDGER_STORY_H */
