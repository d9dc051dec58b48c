// SPDX-License-Identifier: GPL-2.0
#include "labels.h"
#include "words.h"

#include "pure/names.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void __attribute__((format(printf, 3, 4)))
append(char *dst, size_t size, const char *format, ...)
{
	size_t used = strlen(dst);
	va_list args;

	va_start(args, format);
	vsnprintf(dst + used, size - used, format, args);
	va_end(args);
}

/* The initial sequence number of a side, if any entry knows it. */
static bool initial_number(const struct story *story, enum side side,
			   uint32_t *ret)
{
	const struct handshake *hs = &story->teller->handshake;

	*ret = side == SIDE_LEFT ? hs->client_isn : hs->server_isn;
	return side == SIDE_LEFT ? HAS(hs, HANDSHAKE_CLIENT_ISN) :
				   HAS(hs, HANDSHAKE_SERVER_ISN);
}

/* SYN and SYN+ACK show the numbers themselves, the others count from them. */
static void append_number(const struct story *story, char *dst, size_t size,
			  const char *name, enum side whose, uint8_t what,
			  uint32_t number)
{
	uint32_t initial;

	if (what > SOCKLEDGER_WHAT_SYNACK &&
	    initial_number(story, whose, &initial))
		number -= initial;
	append(dst, size, " %s=%" PRIu32, name, number);
}

void label_segment(const struct story *story, const struct step *step,
		   char *dst, size_t size)
{
	const struct segment *s = &step->segment;
	bool closing = s->what == SOCKLEDGER_WHAT_FIN ||
		       s->what == SOCKLEDGER_WHAT_RST;

	snprintf(dst, size, " %s%s", sl_what_name(s->what),
		 closing && s->has_ack ? "+ACK" : "");
	if (s->has_seq)
		append_number(story, dst, size, "seq", step->side, s->what,
			      s->seq);
	if (s->has_ack)
		append_number(story, dst, size, "ack",
			      story_other(step->side), s->what, s->ack);
	if (s->has_len && s->len)
		append(dst, size, " len=%" PRIu32, s->len);
	append(dst, size, "%s ", s->again ? " again" : "");
}

/* What came of a call. */
static void append_result(char *dst, size_t size, const struct event *call)
{
	bool verdict = call->what == SOCKLEDGER_WHAT_CONNECT_VERDICT;
	char name[ERRNO_SIZE];

	if (HAS(call, EVENT_ERROR) && call->error) {
		word_errno(name, sizeof(name), call->error);
		append(dst, size, verdict ? " failed: %s" : " = %s", name);
	} else if (verdict) {
		append(dst, size, " done");
	} else if (call->what == SOCKLEDGER_WHAT_CONNECT_RETURN) {
		append(dst, size, " = 0");
	}
}

/* Who made it, where that is not the program that the head names. */
static void append_caller(const struct story *story, const struct step *step,
			  char *dst, size_t size)
{
	const struct event *call = step->call;
	const struct owner *usual = entry_owner(story->ends[step->side]);
	const struct owner *caller;
	char comm[COMM_TEXT_SIZE];

	if (!HAS(call, EVENT_PID))
		return;
	if (call->what != SOCKLEDGER_WHAT_ACCEPT && usual &&
	    usual->pid == call->pid)
		return;
	caller = entry_program(step->teller, call->pid);
	append(dst, size, " by pid %" PRIu32,
	       caller ? owner_pid(caller) : call->pid);
	if (!caller || !*caller->comm)
		return;
	owner_comm_text(caller, comm, sizeof(comm));
	append(dst, size, ", %s", comm);
}

void label_call(const struct story *story, const struct step *step,
		char *dst, size_t size)
{
	const struct event *call = step->call;

	if (call->what == SOCKLEDGER_WHAT_EXIT)
		snprintf(dst, size, "program ended");
	else
		snprintf(dst, size, "%s(%s)", word_call(call->what),
			 HAS(call, EVENT_HOW) ? word_how(call->how) : "");
	append_result(dst, size, call);
	append_caller(story, step, dst, size);
}
