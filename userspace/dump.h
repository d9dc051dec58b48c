/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Asking the module for all it has of something that is numbered in order.
 */
#ifndef _SOCKLEDGER_DUMP_H
#define _SOCKLEDGER_DUMP_H

#include "client.h"
#include "complain.h"
#include "fields.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct dump - what to ask for, and who takes it
 * @command: one of enum sockledger_cmd
 * @one: what an item is, for complaints: "an entry"
 * @ask: puts attributes into the request, and returns false where nothing can
 *       come of it; NULL: there are none
 * @take: called for each item with its attributes, valid during the call only;
 *        returns 0 to go on, 1 to stop, -1 with the fault set when it cannot
 *        be read
 * @data: passed to @ask and @take
 */
struct dump {
	uint8_t command;
	const char *one;
	bool (*ask)(struct nlmsghdr *request, void *data);
	int (*take)(const void *attrs, size_t length, void *data,
		    struct field_fault *fault);
	void *data;
};

/**
 * dump_run() - see every item once, in order, as it arrives
 * @client: the client; after a stop, good for client_close() only
 * @dump: what to ask for
 *
 * Return: STATUS_FOUND, whatever was seen, or STATUS_ERROR after a complaint.
 */
enum status dump_run(struct client *client, const struct dump *dump);

#endif /* _SOCKLEDGER_DUMP_H */
