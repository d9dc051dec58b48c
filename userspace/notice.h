/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events as they happen, taken out of their netlink message. Members mean what
 * the attribute of the same name means in uapi/sockledger.h.
 */
#ifndef _SOCKLEDGER_NOTICE_H
#define _SOCKLEDGER_NOTICE_H

#include "address.h"
#include "fields.h"

#include "uapi/sockledger.h"

#include <stddef.h>
#include <stdint.h>

/* Enough for the text of any party, and of any notice. */
#define PARTY_SIZE	256
#define NOTICE_SIZE	512

/* An entry that some of them are about. */
struct party {
	uint64_t has;
	uint64_t id;
	uint8_t proto;
	uint8_t role;
	struct address local_addr;
	uint16_t local_port;
	struct address remote_addr;
	uint16_t remote_port;
	uint32_t scope;
	char text[PARTY_SIZE];	/* role and ends, as part of a line */
};

struct notice {
	uint64_t has;
	const struct party *party;	/* NULL: forgotten */
	uint64_t number;
	uint64_t entry_id;
	uint64_t time_ns;
	uint8_t witness;
	uint8_t what;
	uint8_t from;
	uint8_t to;
	uint8_t cause;
	uint8_t dir;
	uint32_t seq;
	uint32_t ack_seq;
	uint32_t len;
	uint32_t error;
	uint32_t pid;
	uint8_t outcome;
	uint8_t reason;
};

/* The tables behind the structs, which JSON walks too. */
extern const struct field_set party_set, notice_set;

/* Those of one message. */
struct notices {
	struct notice *list;
	size_t count;
	struct party *parties;
};

/**
 * notices_decode() - take the events out of a message
 * @ret: filled, to be released; on failure there is nothing in it
 * @attrs: the first attribute of the message
 * @length: bytes of attributes
 * @fault: set on failure
 *
 * Return: 0, or -1 when the message is not valid.
 */
int notices_decode(struct notices *ret, const void *attrs, size_t length,
		   struct field_fault *fault);
void notices_release(struct notices *notices);

/**
 * notice_text() - a notice as one line
 * @dst: room for it
 * @size: bytes in @dst; NOTICE_SIZE are enough
 * @notice: the notice
 */
void notice_text(char *dst, size_t size, const struct notice *notice);

#endif /* _SOCKLEDGER_NOTICE_H */
