/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Asking the module for entries.
 */
#ifndef _SOCKLEDGER_ENTRIES_H
#define _SOCKLEDGER_ENTRIES_H

#include "client.h"
#include "complain.h"
#include "entry.h"
#include "filter.h"

#include <stdbool.h>

/**
 * typedef entries_fn - what takes an entry of a walk
 * @entry: the entry; whoever wants to keep it may move it out and zero it
 * @data: as given to entries_walk()
 *
 * Return: 0 to go on, 1 to stop.
 */
typedef int (*entries_fn)(struct entry *entry, void *data);

/**
 * entries_get() - get one entry
 * @client: the client
 * @id: its id
 * @ret: filled on success, for entry_release()
 *
 * Return: STATUS_FOUND; STATUS_NOTHING when there is no such entry, for which
 * client_refusal() may have a sentence; STATUS_ERROR after a complaint.
 */
enum status entries_get(struct client *client, uint64_t id, struct entry *ret);

/**
 * entries_walk() - see every entry that a filter takes, once, in order of id
 * @client: the client; after a stop, good for client_close() only
 * @filter: the filter, NULL for every entry
 * @detail: how much of each; the less, the less it costs
 * @take: called for each
 * @data: passed to @take
 *
 * Return: as dump_run().
 */
enum status entries_walk(struct client *client, const struct filter *filter,
			 enum sockledger_detail detail, entries_fn take,
			 void *data);

#endif /* _SOCKLEDGER_ENTRIES_H */
