/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a filter looks at: an entry, a failed call or an event, each reduced to
 * the aspects that a condition can be about.
 */
#ifndef _SOCKLEDGER_SUBJECT_H
#define _SOCKLEDGER_SUBJECT_H

#include "address.h"
#include "call.h"
#include "entry.h"
#include "notice.h"

#include <stddef.h>
#include <stdint.h>

enum aspect {
	/* One number each. */
	ASPECT_LOCAL_PORT,	/* 0: none */
	ASPECT_REMOTE_PORT,	/* likewise */
	ASPECT_PROTO,
	ASPECT_FAMILY,		/* AF_* of its addresses, else its socket's */
	ASPECT_LIVE,		/* 1: has not ended */
	ASPECT_CHOSEN,		/* 1: the kernel chose the local port */
	ASPECT_ID,
	ASPECT_LISTENER,	/* 0: none */
	ASPECT_SCOPE,		/* interface of a link-local address, 0: none */
	ASPECT_ERROR,		/* errno it ended with, 0: none */
	ASPECT_NUMBERS,

	/* One code each, or SUBJECT_NONE. */
	ASPECT_STATE = ASPECT_NUMBERS,
	ASPECT_ROLE,
	ASPECT_OUTCOME,
	ASPECT_REASON,
	ASPECT_WHAT,		/* of an event or a call */
	ASPECT_CODED,

	/* One address each. */
	ASPECT_LOCAL = ASPECT_CODED,
	ASPECT_REMOTE,
	ASPECT_ADDRESSES,

	/* One of each program. */
	ASPECT_PID = ASPECT_ADDRESSES,
	ASPECT_COMM,
	ASPECT_CGROUP,
	ASPECTS,
};

/* In a set of codes, code n is bit n, and having none is a bit of its own. */
#define SUBJECT_NONE	63
#define SUBJECT_BIT(code)	(UINT64_C(1) << (code))

/* Who made the call, or opener and acceptor; then come the entry's holders. */
#define SUBJECT_PROGRAMS	2

/**
 * struct subject - the aspects
 * @known: set of enum aspect: what the source tells, if only that there is none
 * @number: for each aspect that is a number
 * @code: for each coded aspect, from ASPECT_NUMBERS on
 * @address: local and remote; an end without one has that of all zeros
 * @program: some of the programs, NULL where there is none
 * @holders: the others
 * @holder_count: how many
 */
struct subject {
	uint32_t known;
	uint64_t number[ASPECT_NUMBERS];
	uint8_t code[ASPECT_CODED - ASPECT_NUMBERS];
	struct address address[ASPECT_ADDRESSES - ASPECT_CODED];
	const struct owner *program[SUBJECT_PROGRAMS];
	const struct owner *holders;
	size_t holder_count;
};

/** subject_of_entry() - all about an entry, which must outlive @ret */
void subject_of_entry(const struct entry *entry, struct subject *ret);

/**
 * subject_of_call() - what a failed call tells
 * @call: the call, which must outlive @ret
 * @ret: filled; what was asked for is the remote end of connect() and send(),
 *       the local one of every other call
 */
void subject_of_call(const struct call *call, struct subject *ret);

/** subject_of_notice() - what an event tells of itself and its entry */
void subject_of_notice(const struct notice *notice, struct subject *ret);

/**
 * subject_of_event() - all about an event and its entry
 * @notice: the event
 * @entry: its entry, which must outlive @ret
 * @ret: filled
 */
void subject_of_event(const struct notice *notice, const struct entry *entry,
		      struct subject *ret);

#endif /* _SOCKLEDGER_SUBJECT_H */
