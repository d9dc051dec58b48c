// SPDX-License-Identifier: GPL-2.0
#include "notice.h"
#include "memory.h"
#include "text.h"
#include "words.h"

#include "pure/names.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

_Static_assert((SOCKLEDGER_A_NOTICE_MAX | SOCKLEDGER_A_ENTRY_MAX) <=
	       FIELD_ATTR_MAX,
	       "the bits of \"has\" are used up");
_Static_assert(offsetof(struct notice, has) == 0 &&
	       offsetof(struct party, has) == 0,
	       "\"has\" comes first");

#define PARTY(member, code, which, ...) \
	FIELD_ROW(struct party, member, ENTRY_##code, which, __VA_ARGS__)
static const struct field party_rows[] = {
	PARTY(id, ID, U64, .by_hand = true),
	PARTY(proto, PROTO, U8, .word = sl_proto_name),
	PARTY(role, ROLE, U8, .word = sl_role_name),
	PARTY(local_addr, LOCAL_ADDR, ADDRESS, .by_hand = true),
	PARTY(local_port, LOCAL_PORT, PORT, .by_hand = true),
	PARTY(remote_addr, REMOTE_ADDR, ADDRESS, .by_hand = true),
	PARTY(remote_port, REMOTE_PORT, PORT, .by_hand = true),
	PARTY(scope, SCOPE, U32),
	{ 0 },
};

const struct field_set party_set = { "entry", party_rows };

#define NOTICE(member, code, which, ...) \
	FIELD_ROW(struct notice, member, NOTICE_##code, which, __VA_ARGS__)
static const struct field notice_rows[] = {
	NOTICE(number, NUMBER, U64),
	NOTICE(entry_id, ENTRY_ID, U64),
	NOTICE(time_ns, TIME_NS, U64),
	NOTICE(witness, WITNESS, U8, .word = sl_witness_name),
	NOTICE(what, WHAT, U8, .word = sl_what_name),
	NOTICE(from, FROM, U8, .word = sl_state_name),
	NOTICE(to, TO, U8, .word = sl_state_name),
	NOTICE(cause, CAUSE, U8, .word = sl_cause_name),
	NOTICE(dir, DIR, U8, .word = sl_dir_name),
	FIELD_FLAG_ROW(NOTICE_AGAIN, "again"),
	NOTICE(seq, SEQ, U32),
	NOTICE(ack_seq, ACK_SEQ, U32),
	NOTICE(len, LEN, U32),
	NOTICE(error, ERROR, ERRNO),
	NOTICE(pid, PID, U32),
	NOTICE(outcome, OUTCOME, U8, .word = sl_outcome_name),
	NOTICE(reason, REASON, U8, .word = sl_reason_name),
	{ 0 },
};

const struct field_set notice_set = { "notice", notice_rows };

static void write_word(struct writer *writer, const char *word)
{
	write_text(writer, " ");
	write_text(writer, word);
}

static void write_named(struct writer *writer, const char *name,
			uint64_t number)
{
	write_word(writer, name);
	write_number(writer, number, 1);
}

static void write_end(struct writer *writer, bool known,
		      const struct address *addr, uint32_t scope,
		      uint16_t port)
{
	if (!known) {
		write_word(writer, "-");
		return;
	}
	write_text(writer, " ");
	write_endpoint(writer, addr, scope, port);
}

static void tell_party(struct party *p)
{
	struct writer writer = writer_begin(p->text, sizeof(p->text));

	write_word(&writer, HAS(p, ENTRY_ROLE) ? sl_role_name(p->role) : "-");
	write_end(&writer, HAS(p, ENTRY_LOCAL_ADDR), &p->local_addr, p->scope,
		  p->local_port);
	write_end(&writer, HAS(p, ENTRY_REMOTE_ADDR), &p->remote_addr, p->scope,
		  p->remote_port);
}

/* The latest first, as a notice is mostly about one of them. */
static const struct party *find_party(const struct party *parties, size_t count,
				      uint64_t id)
{
	while (count)
		if (parties[--count].id == id)
			return &parties[count];
	return NULL;
}

int notices_decode(struct notices *ret, const void *attrs, size_t length,
		   struct field_fault *fault)
{
	struct field_list lists[] = {
		{
			.set = &notice_set,
			.attr = SOCKLEDGER_A_EVENTS_NOTICE,
			.size = sizeof(*ret->list),
		}, {
			.set = &party_set,
			.attr = SOCKLEDGER_A_EVENTS_ENTRY,
			.size = sizeof(*ret->parties),
		},
	};
	int failed = fields_decode_lists(lists, ARRAY_SIZE(lists), attrs,
					 length, fault);
	size_t i;

	*ret = (struct notices){
		.list = lists[0].items,
		.count = lists[0].count,
		.parties = lists[1].items,
	};
	if (failed) {
		notices_release(ret);
		return -1;
	}
	for (i = 0; i < lists[1].count; i++)
		tell_party(&ret->parties[i]);
	for (i = 0; i < ret->count; i++)
		ret->list[i].party = find_party(ret->parties, lists[1].count,
						ret->list[i].entry_id);
	return 0;
}

void notices_release(struct notices *notices)
{
	free(notices->list);
	free(notices->parties);
	*notices = (struct notices){ 0 };
}

static void write_segment(struct writer *writer, const struct notice *n)
{
	write_word(writer, sl_dir_name(n->dir));
	if (HAS(n, NOTICE_SEQ))
		write_named(writer, "seq=", n->seq);
	if (HAS(n, NOTICE_ACK_SEQ))
		write_named(writer, "ack=", n->ack_seq);
	if (n->len)
		write_named(writer, "len=", n->len);
	if (HAS(n, NOTICE_AGAIN))
		write_word(writer, "again");
}

static void write_transition(struct writer *writer, const struct notice *n)
{
	write_word(writer, sl_state_name(n->from));
	write_text(writer, ">");
	write_text(writer, sl_state_name(n->to));
	write_word(writer, sl_cause_name(n->cause));
}

static void write_details(struct writer *writer, const struct notice *n)
{
	char error[ERRNO_SIZE];

	if (HAS(n, NOTICE_FROM))
		write_transition(writer, n);
	if (HAS(n, NOTICE_DIR))
		write_segment(writer, n);
	if (HAS(n, NOTICE_ERROR)) {
		word_errno(error, sizeof(error), n->error);
		write_word(writer, "=");
		write_word(writer, error);
	}
	if (HAS(n, NOTICE_PID))
		write_named(writer, "by pid ", n->pid);
	if (HAS(n, NOTICE_OUTCOME))
		write_word(writer, sl_outcome_name(n->outcome));
	if (n->reason)
		write_word(writer, sl_reason_name(n->reason));
}

void notice_text(char *dst, size_t size, const struct notice *n)
{
	struct writer writer = writer_begin(dst, size);

	write_date(&writer, n->time_ns);
	write_named(&writer, "", n->entry_id);
	write_text(&writer, n->party ? n->party->text : " - - -");
	write_word(&writer, sl_what_name(n->what));
	write_details(&writer, n);
}
