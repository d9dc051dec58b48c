// SPDX-License-Identifier: GPL-2.0
#include "notice.h"
#include "text.h"
#include "words.h"

#include "pure/names.h"

#include <stdint.h>
#include <stdbool.h>

_Static_assert(SOCKLEDGER_A_NOTICE_MAX <= FIELD_ATTR_MAX,
	       "the bits of \"has\" are used up");
_Static_assert(offsetof(struct notice, has) == 0, "\"has\" comes first");

#define NOTICE(member, code, which, ...) \
	FIELD_ROW(struct notice, member, NOTICE_##code, which, __VA_ARGS__)
static const struct field notice_rows[] = {
	NOTICE(number, NUMBER, U64),
	NOTICE(entry_id, ENTRY_ID, U64),
	NOTICE(time_ns, TIME_NS, U64),
	NOTICE(witness, WITNESS, U8, .word = sl_witness_name),
	NOTICE(what, WHAT, U8, .word = sl_what_name),
	NOTICE(proto, PROTO, U8, .word = sl_proto_name),
	NOTICE(role, ROLE, U8, .word = sl_role_name),
	NOTICE(local_addr, LOCAL_ADDR, ADDRESS, .by_hand = true),
	NOTICE(local_port, LOCAL_PORT, PORT, .by_hand = true),
	NOTICE(remote_addr, REMOTE_ADDR, ADDRESS, .by_hand = true),
	NOTICE(remote_port, REMOTE_PORT, PORT, .by_hand = true),
	NOTICE(scope, SCOPE, U32),
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
	write_word(&writer, HAS(n, NOTICE_ROLE) ? sl_role_name(n->role) : "-");
	write_end(&writer, HAS(n, NOTICE_LOCAL_ADDR), &n->local_addr,
		  n->scope, n->local_port);
	write_end(&writer, HAS(n, NOTICE_REMOTE_ADDR), &n->remote_addr,
		  n->scope, n->remote_port);
	write_word(&writer, sl_what_name(n->what));
	write_details(&writer, n);
}
