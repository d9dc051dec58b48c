// SPDX-License-Identifier: GPL-2.0
#include "notice.h"
#include "text.h"
#include "words.h"

#include "pure/names.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

static void __attribute__((format(printf, 3, 4)))
append(char *dst, size_t size, const char *format, ...)
{
	size_t used = strlen(dst);
	va_list args;

	va_start(args, format);
	vsnprintf(dst + used, size - used, format, args);
	va_end(args);
}

static void append_end(char *dst, size_t size, bool known,
		       const struct address *addr, uint32_t scope,
		       uint16_t port)
{
	char text[ENDPOINT_SIZE];

	if (known)
		endpoint_text(text, sizeof(text), addr, scope, port);
	append(dst, size, " %s", known ? text : "-");
}

static void append_segment(char *dst, size_t size, const struct notice *n)
{
	append(dst, size, " %s seq=%" PRIu32, sl_dir_name(n->dir), n->seq);
	if (HAS(n, NOTICE_ACK_SEQ))
		append(dst, size, " ack=%" PRIu32, n->ack_seq);
	if (n->len)
		append(dst, size, " len=%" PRIu32, n->len);
	if (HAS(n, NOTICE_AGAIN))
		append(dst, size, " again");
}

static void append_details(char *dst, size_t size, const struct notice *n)
{
	char error[ERRNO_SIZE];

	if (HAS(n, NOTICE_FROM))
		append(dst, size, " %s>%s %s", sl_state_name(n->from),
		       sl_state_name(n->to), sl_cause_name(n->cause));
	if (HAS(n, NOTICE_DIR))
		append_segment(dst, size, n);
	if (HAS(n, NOTICE_ERROR)) {
		word_errno(error, sizeof(error), n->error);
		append(dst, size, " = %s", error);
	}
	if (HAS(n, NOTICE_PID))
		append(dst, size, " by pid %" PRIu32, n->pid);
	if (HAS(n, NOTICE_OUTCOME))
		append(dst, size, " %s", sl_outcome_name(n->outcome));
	if (n->reason)
		append(dst, size, " %s", sl_reason_name(n->reason));
}

void notice_text(char *dst, size_t size, const struct notice *n)
{
	text_date(dst, size, n->time_ns);
	append(dst, size, " %" PRIu64 " %s", n->entry_id,
	       HAS(n, NOTICE_ROLE) ? sl_role_name(n->role) : "-");
	append_end(dst, size, HAS(n, NOTICE_LOCAL_ADDR), &n->local_addr,
		   n->scope, n->local_port);
	append_end(dst, size, HAS(n, NOTICE_REMOTE_ADDR), &n->remote_addr,
		   n->scope, n->remote_port);
	append(dst, size, " %s", sl_what_name(n->what));
	append_details(dst, size, n);
}
