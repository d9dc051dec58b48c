// SPDX-License-Identifier: GPL-2.0
#include "call.h"
#include "dump.h"
#include "words.h"

#include "pure/names.h"

#include <stddef.h>

_Static_assert(SOCKLEDGER_A_CALL_MAX <= FIELD_ATTR_MAX,
	       "the bits of \"has\" are used up");
_Static_assert(offsetof(struct call, has) == 0, "\"has\" comes first");

#define CALL(member, code, which, ...) \
	FIELD_ROW(struct call, member, CALL_##code, which, __VA_ARGS__)
static const struct field call_rows[] = {
	CALL(seq, SEQ, U64),
	CALL(time_ns, TIME_NS, U64),
	CALL(what, WHAT, U8, .word = sl_what_name),
	CALL(error, ERROR, ERRNO),
	CALL(proto, PROTO, U8, .word = sl_proto_name),
	CALL(family, FAMILY, U8, .word = word_family),
	CALL(addr, ADDR, ADDRESS, .by_hand = true),
	CALL(port, PORT, PORT, .by_hand = true),
	CALL(scope, SCOPE, U32),
	CALL(entry_id, ENTRY_ID, U64),
	CALL(holder_id, HOLDER_ID, U64),
	CALL(caller, CALLER, NEST, .by_hand = true, .nested = &owner_set),
	{ 0 },
};

const struct field_set call_set = { "call", call_rows };

struct walk {
	calls_fn take;
	void *data;
};

static int take_call(const void *attrs, size_t length, void *data,
		     struct field_fault *fault)
{
	struct walk *walk = data;
	struct call call = { 0 };

	if (fields_decode(&call_set, attrs, length, &call, fault))
		return -1;
	return walk->take(&call, walk->data);
}

enum status calls_walk(struct client *client, calls_fn take, void *data)
{
	struct walk walk = { .take = take, .data = data };
	const struct dump dump = {
		.command = SOCKLEDGER_CMD_CALL_GET,
		.one = "a failed call",
		.take = take_call,
		.data = &walk,
	};

	return dump_run(client, &dump);
}
