// SPDX-License-Identifier: GPL-2.0
#include "cells.h"
#include "entry.h"
#include "text.h"
#include "writer.h"

#include "pure/names.h"

#include <netinet/tcp.h>

void cell_put(struct cell *cell, const char *text)
{
	struct writer writer = writer_begin(cell->text, sizeof(cell->text));

	write_text(&writer, text);
}

static void write_known(struct writer *writer, bool known, uint64_t number)
{
	if (known)
		write_number(writer, number, 1);
	else
		write_text(writer, "-");
}

void cell_number(struct cell *cell, bool known, uint64_t number)
{
	struct writer writer = writer_begin(cell->text, sizeof(cell->text));

	write_known(&writer, known, number);
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
	struct writer writer = writer_begin(cell->text, sizeof(cell->text));

	if (!first_known && !second_known) {
		write_text(&writer, "-");
		return;
	}
	write_known(&writer, first_known, first);
	write_text(&writer, "/");
	write_known(&writer, second_known, second);
}

void cell_owner(struct cell *cell, const struct owner *owner)
{
	struct writer writer = writer_begin(cell->text, sizeof(cell->text));
	char comm[COMM_TEXT_SIZE];

	if (!owner) {
		write_text(&writer, "-");
		return;
	}
	write_known(&writer, HAS(owner, OWNER_PID), owner_pid(owner));
	owner_comm_text(owner, comm, sizeof(comm));
	write_text(&writer, "/");
	write_text(&writer, comm);
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
	switch (entry_state(entry)) {
	case 0:
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
	cell_put(ret, entry_state_word(entry));
	ret->tint = state_tint(entry);
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
