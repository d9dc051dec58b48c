/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event as it happens, taken out of its netlink message. Members mean what
 * the attribute of the same name means in uapi/sockledger.h.
 */
#ifndef _SOCKLEDGER_NOTICE_H
#define _SOCKLEDGER_NOTICE_H

#include "address.h"
#include "fields.h"

#include "uapi/sockledger.h"

#include <stddef.h>
#include <stdint.h>

struct notice {
	uint64_t has;
	uint64_t number;
	uint64_t entry_id;
	uint64_t time_ns;
	uint8_t witness;
	uint8_t what;
	uint8_t proto;
	uint8_t role;
	struct address local_addr;
	uint16_t local_port;
	struct address remote_addr;
	uint16_t remote_port;
	uint32_t scope;
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

/* The table behind the struct, which JSON walks too. */
extern const struct field_set notice_set;

/* Enough for the text of any notice. */
#define NOTICE_SIZE	512

/**
 * notice_text() - a notice as one line
 * @dst: room for it
 * @size: bytes in @dst; NOTICE_SIZE are enough
 * @notice: the notice
 */
void notice_text(char *dst, size_t size, const struct notice *notice);

#endif /* _SOCKLEDGER_NOTICE_H */
