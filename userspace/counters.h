/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module's counters.
 */
#ifndef _SOCKLEDGER_COUNTERS_H
#define _SOCKLEDGER_COUNTERS_H

#include "client.h"
#include "complain.h"

#include <stddef.h>
#include <stdint.h>

struct counter {
	uint64_t has;
	char name[64];
	uint64_t value;
};

struct counters {
	struct counter *list;
	size_t count;
};

/**
 * counters_get() - get all counters, in the module's order
 * @client: the client
 * @ret: filled on success, for counters_release()
 *
 * Return: STATUS_FOUND, or STATUS_ERROR after a complaint.
 */
enum status counters_get(struct client *client, struct counters *ret);

/** counters_read() - the same for who has no client and needs none after */
enum status counters_read(struct counters *ret);

/** counters_release() - free what counters_get() allocated */
void counters_release(struct counters *counters);

#endif /* _SOCKLEDGER_COUNTERS_H */
