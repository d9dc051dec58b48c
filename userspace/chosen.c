// SPDX-License-Identifier: GPL-2.0
#include "chosen.h"
#include "entries.h"
#include "memory.h"

#include <stdlib.h>

static int choose(struct entry *entry, void *data)
{
	struct chosen *chosen = data;

	if (chosen->count == chosen->room) {
		chosen->room = chosen->room ? 2 * chosen->room : 64;
		chosen->ids = memory_array(chosen->ids, chosen->room,
					   sizeof(*chosen->ids));
	}
	chosen->ids[chosen->count++] = entry->id;
	return 0;
}

enum status chosen_read(struct client *client, const struct filter *filter,
			struct chosen *ret)
{
	*ret = (struct chosen){ 0 };
	return entries_walk(client, filter, SOCKLEDGER_DETAIL_ROW, choose, ret);
}

void chosen_forget(struct chosen *chosen, uint64_t id)
{
	size_t i;

	for (i = 0; i < chosen->count; i++)
		if (chosen->ids[i] == id)
			chosen->ids[i] = 0;
}

void chosen_release(struct chosen *chosen)
{
	free(chosen->ids);
}
