/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ids of the entries that a filter takes, for commands that ask for each of
 * them again.
 */
#ifndef _SOCKLEDGER_CHOSEN_H
#define _SOCKLEDGER_CHOSEN_H

#include "client.h"
#include "complain.h"
#include "filter.h"

#include <stddef.h>
#include <stdint.h>

struct chosen {
	uint64_t *ids;		/* in order; 0: taken out again */
	size_t count, room;
};

/**
 * chosen_read() - see which ones they are
 * @client: the client
 * @filter: the filter, NULL for every entry
 * @ret: set, for chosen_release()
 *
 * Return: as entries_walk().
 */
enum status chosen_read(struct client *client, const struct filter *filter,
			struct chosen *ret);

/** chosen_forget() - take one of them out */
void chosen_forget(struct chosen *chosen, uint64_t id);

/** chosen_release() - free what it holds */
void chosen_release(struct chosen *chosen);

#endif /* _SOCKLEDGER_CHOSEN_H */
