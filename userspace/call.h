/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A call that failed, taken out of its netlink message. Members mean what the
 * attribute of the same name means in uapi/sockledger.h.
 */
#ifndef _SOCKLEDGER_CALL_H
#define _SOCKLEDGER_CALL_H

#include "address.h"
#include "client.h"
#include "complain.h"
#include "fields.h"
#include "owner.h"

#include "uapi/sockledger.h"

#include <stdint.h>

struct call {
	uint64_t has;
	uint64_t seq;
	uint64_t time_ns;
	uint8_t what;
	uint32_t error;
	uint8_t family;
	uint8_t proto;
	struct address addr;
	uint16_t port;
	uint32_t scope;
	uint64_t entry_id;
	uint64_t holder_id;
	struct owner caller;
};

/* The table behind the struct, which JSON walks too. */
extern const struct field_set call_set;

/**
 * typedef calls_fn - what takes a call of a walk
 * @call: the call, valid during this call only
 * @data: as given to calls_walk()
 *
 * Return: 0 to go on, 1 to stop.
 */
typedef int (*calls_fn)(const struct call *call, void *data);

/**
 * calls_walk() - see every failed call once, oldest first, as dump_run() does
 * @client: the client; after a stop, good for client_close() only
 * @take: called for each
 * @data: passed to @take
 *
 * Return: STATUS_FOUND, whatever was seen, or STATUS_ERROR after a complaint.
 */
enum status calls_walk(struct client *client, calls_fn take, void *data);

#endif /* _SOCKLEDGER_CALL_H */
