// SPDX-License-Identifier: GPL-2.0
#include "cells.h"
#include "entry.h"
#include "text.h"

#include "pure/names.h"

#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdio.h>

void cell_put(struct cell *cell, const char *text)
{
	snprintf(cell->text, sizeof(cell->text), "%s", text);
}

void cell_number(struct cell *cell, bool known, uint64_t number)
{
	if (known)
		snprintf(cell->text, sizeof(cell->text), "%" PRIu64, number);
	else
		cell_put(cell, "-");
}

void cell_duration(struct cell *cell, bool known, uint64_t ns)
{
	if (known)
		text_duration(cell->text, sizeof(cell->text), ns);
	else
		cell_put(cell, "-");
}

void cell_pair(struct cell *cell, bool first_known, uint64_t first,
	       bool second_known, uint64_t second)
{
	struct cell parts[2];

	if (!first_known && !second_known) {
		cell_put(cell, "-");
		return;
	}
	cell_number(&parts[0], first_known, first);
	cell_number(&parts[1], second_known, second);
	snprintf(cell->text, sizeof(cell->text), "%.32s/%.32s", parts[0].text,
		 parts[1].text);
}

void cell_owner(struct cell *cell, const struct owner *owner)
{
	char comm[COMM_TEXT_SIZE];
	struct cell pid;

	if (!owner) {
		cell_put(cell, "-");
		return;
	}
	cell_number(&pid, HAS(owner, OWNER_PID), owner_pid(owner));
	owner_comm_text(owner, comm, sizeof(comm));
	snprintf(cell->text, sizeof(cell->text), "%.16s/%.*s", pid.text,
		 (int)sizeof(cell->text) - 18, comm);
}

void cell_entry_id(const void *item, const void *view, struct cell *ret)
{
	const struct entry *entry = item;

	(void)view;
	cell_number(ret, true, entry->id);
}

static enum tint state_tint(const struct entry *entry)
{
	if (!HAS(entry, ENTRY_LIVE))
		return TINT_DIM;
	switch (entry->state) {
	case TCP_ESTABLISHED:
		return TINT_GOOD;
	case TCP_SYN_SENT:
	case TCP_SYN_RECV:
		return TINT_PENDING;
	default:
		return TINT_STATE;
	}
}

void cell_entry_state(const void *item, const void *view, struct cell *ret)
{
	const struct entry *entry = item;

	(void)view;
	if (HAS(entry, ENTRY_STATE)) {
		cell_put(ret, sl_state_name(entry->state));
		ret->tint = state_tint(entry);
	} else {
		cell_put(ret, "-");
	}
}

void cell_entry_local(const void *item, const void *view, struct cell *ret)
{
	(void)view;
	entry_local_text(item, ret->text, sizeof(ret->text));
}

void cell_entry_owner(const void *item, const void *view, struct cell *ret)
{
	(void)view;
	cell_owner(ret, entry_owner(item));
}
