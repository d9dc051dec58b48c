// SPDX-License-Identifier: GPL-2.0
#include "labels.h"
#include "text.h"
#include "words.h"

#include "pure/names.h"

#include <errno.h>
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

static void owner_line(const struct entry *entry, char *dst, size_t size)
{
	const struct owner *owner = entry_owner(entry);
	char comm[COMM_TEXT_SIZE];

	if (!owner)
		return;
	owner_comm_text(owner, comm, sizeof(comm));
	snprintf(dst, size, "%s%spid %" PRIu32, comm, *comm ? ", " : "",
		 owner_pid(owner));
}

static void role_line(const struct story *story, enum side side, char *dst,
		      size_t size)
{
	const char *end = side == SIDE_LEFT ? "client" : "server";

	snprintf(dst, size, "%s", story->alone ?
		 sl_role_name(story->teller->role) : end);
}

void label_end(const struct story *story, enum side side,
	       enum label_line line, char *dst, size_t size)
{
	const struct entry *teller = story->teller;

	*dst = '\0';
	switch (line) {
	case LABEL_LINE_ROLE:
		role_line(story, side, dst, size);
		break;
	case LABEL_LINE_ADDRESS:
		if (side == story_side(teller))
			entry_local_text(teller, dst, size);
		else
			entry_remote_text(teller, dst, size);
		break;
	default:
		if (story->ends[side])
			owner_line(story->ends[side], dst, size);
		else if (teller->role != SOCKLEDGER_ROLE_FORWARDED)
			snprintf(dst, size, "not in this ledger");
	}
}

void label_title(const struct story *story, char *dst, size_t size)
{
	char left[ENDPOINT_SIZE], right[ENDPOINT_SIZE];

	label_end(story, SIDE_LEFT, LABEL_LINE_ADDRESS, left, sizeof(left));
	label_end(story, SIDE_RIGHT, LABEL_LINE_ADDRESS, right, sizeof(right));
	if (story->alone)
		snprintf(dst, size, "%s %s", sl_role_name(story->teller->role),
			 left);
	else
		snprintf(dst, size, "%s %s %s", left,
			 text_is_utf8() ? "\u2192" : "->", right);
}

enum tint label_outcome_tint(uint8_t outcome)
{
	switch (outcome) {
	case SOCKLEDGER_OUTCOME_ESTABLISHED:
		return TINT_GOOD;
	case SOCKLEDGER_OUTCOME_IN_PROGRESS:
		return TINT_PENDING;
	default:
		return TINT_BAD;
	}
}

/* Why it failed; or what holds it up, or did until it went well. */
static const char *before_reason(uint8_t outcome)
{
	switch (outcome) {
	case SOCKLEDGER_OUTCOME_ESTABLISHED:
		return "; before that, ";
	case SOCKLEDGER_OUTCOME_IN_PROGRESS:
		return "; so far, ";
	default:
		return ": ";
	}
}

void label_outcome(const struct entry *entry, char *dst, size_t size)
{
	const struct handshake *hs = &entry->handshake;
	char took[32];
	uint64_t ns;

	snprintf(dst, size, "%s", sl_outcome_name(hs->outcome));
	if (entry_took_ns(entry, &ns)) {
		text_duration_fine(took, sizeof(took), ns);
		append(dst, size, " %s after its SYN", took);
	}
	if (hs->reason)
		append(dst, size, "%s%s", before_reason(hs->outcome),
		       sl_reason_sentence(hs->reason));
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

enum tint label_travel(const struct segment *segment, char *dst, size_t size)
{
	*dst = '\0';
	if (segment->lost || segment->late) {
		snprintf(dst, size, segment->lost ? "lost" : "lost?");
		return TINT_BAD;
	}
	if (segment->was_sent && segment->was_received) {
		*dst = '+';
		text_duration_fine(dst + 1, size - 1,
				   segment->received_ns - segment->sent_ns);
	}
	return TINT_DIM;
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
	const struct event *call = step->event;
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

static void call_text(const struct story *story, const struct step *step,
		      char *dst, size_t size)
{
	const struct event *call = step->event;

	if (call->what == SOCKLEDGER_WHAT_EXIT)
		snprintf(dst, size, "program ended");
	else
		snprintf(dst, size, "%s(%s)", word_call(call->what),
			 HAS(call, EVENT_HOW) ? word_how(call->how) : "");
	append_result(dst, size, call);
	append_caller(story, step, dst, size);
}

static void obstacle_text(const struct event *event, char *dst, size_t size)
{
	snprintf(dst, size, "held up");
	if (event->times > 1)
		append(dst, size, " %" PRIu32 " times", event->times);
	append(dst, size, ": %s", sl_reason_name(event->reason));
}

void label_beside(const struct story *story, const struct step *step,
		  char *dst, size_t size)
{
	switch (step->kind) {
	case STEP_CALL:
		call_text(story, step, dst, size);
		break;
	case STEP_QUEUED:
		snprintf(dst, size, "into the accept queue");
		break;
	case STEP_FIRST_OUT:
		snprintf(dst, size, "the first datagram leaves");
		break;
	case STEP_FORGOTTEN:
		text_count(dst, size, step->teller->events_dropped, "event");
		append(dst, size, " not kept");
		break;
	case STEP_HELD_UP:
		obstacle_text(step->event, dst, size);
		break;
	default:
		snprintf(dst, size, "the first datagram arrives");
	}
}

/* What the server did to get ready has a time before the beginning. */
void label_moment(const struct story *story, const struct step *step,
		  char *dst, size_t size)
{
	if (step->t_ns < story->began_ns) {
		*dst = '-';
		text_moment(dst + 1, size - 1, story->began_ns - step->t_ns);
	} else {
		text_moment(dst, size, step->t_ns - story->began_ns);
	}
}

static enum tint segment_tint(const struct segment *segment)
{
	if (segment->lost || segment->what == SOCKLEDGER_WHAT_RST)
		return TINT_BAD;
	return segment->again ? TINT_PENDING : TINT_NONE;
}

static enum tint call_tint(const struct event *call)
{
	if (!HAS(call, EVENT_ERROR) || !call->error)
		return TINT_NONE;
	return call->error == EINPROGRESS ? TINT_PENDING : TINT_BAD;
}

enum tint label_tint(const struct step *step)
{
	if (step->kind == STEP_SEGMENT)
		return segment_tint(&step->segment);
	if (step->kind == STEP_CALL)
		return call_tint(step->event);
	if (step->kind == STEP_HELD_UP)
		return TINT_BAD;
	return step->kind == STEP_QUEUED || step->kind == STEP_FORGOTTEN ?
	       TINT_DIM : TINT_NONE;
}
