// SPDX-License-Identifier: GPL-2.0
#include "summary.h"
#include "accounts.h"
#include "labels.h"
#include "lines.h"
#include "text.h"
#include "words.h"

#include "pure/names.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define NS_PER_S	UINT64_C(1000000000)

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static uint64_t since(uint64_t then)
{
	uint64_t now = now_ns();

	return now > then ? now - then : 0;	/* a clock may be set back */
}

static void print_identity(const struct entry *entry, const struct term *term)
{
	char span[32];

	if (HAS(entry, ENTRY_LIVE)) {
		text_duration_fine(span, sizeof(span),
				   since(entry->start_ns + entry->state_ns));
		line(term, "entry", "%" PRIu64 ", %s, %s for %s%s", entry->id,
		     sl_role_name(entry->role), entry_state_word(entry),
		     entry_is_of_before(entry) ? "more than " : "", span);
	} else {
		text_duration_fine(span, sizeof(span), entry->end_ns);
		line(term, "entry", "%" PRIu64 ", %s, ended after %s",
		     entry->id, sl_role_name(entry->role), span);
	}
}

static void print_ends(const struct entry *entry, const struct term *term)
{
	char text[ENDPOINT_SIZE];

	entry_local_text(entry, text, sizeof(text));
	line(term, entry->role == SOCKLEDGER_ROLE_FORWARDED ? "client" :
	     "local", "%s%s", text, HAS(entry, ENTRY_PORT_CHOSEN) ?
	     " (the port was chosen by the kernel)" : "");
	if (!HAS(entry, ENTRY_REMOTE_ADDR) || !entry->remote_port)
		return;
	entry_remote_text(entry, text, sizeof(text));
	line(term, entry->role == SOCKLEDGER_ROLE_FORWARDED ? "server" :
	     "remote", "%s", text);
}

static void print_began(const struct entry *entry, const struct term *term)
{
	bool older = HAS(entry, ENTRY_PRE_EXISTING);
	char date[64];

	if (!HAS(entry, ENTRY_START_NS))
		return;
	text_date_fine(date, sizeof(date), entry->start_ns);
	line(term, older ? "known since" : "began", "%s%s", date,
	     older ? " (it is older than that)" : "");
}

/* The word has a colour, what there is to say about it has none. */
static void print_outcome(const struct entry *entry, const struct term *term)
{
	const struct handshake *hs = &entry->handshake;
	char text[LABEL_SIZE];
	enum tint tint;
	int word;

	if (entry->role == SOCKLEDGER_ROLE_DATAGRAM)
		line(term, "handshake",
		     "none: UDP has no connection to open, nor states");
	if (!HAS(hs, HANDSHAKE_OUTCOME))
		return;
	tint = label_outcome_tint(hs->outcome);
	word = strlen(sl_outcome_name(hs->outcome));
	label_outcome(entry, text, sizeof(text));
	line(term, "outcome", "%s%.*s%s%s", term_tint(term, tint), word, text,
	     term_reset(term, tint), text + word);
}

/* What each end announced; "-" is nothing. */
static void pair_text(char *dst, size_t size, const char *name,
		      bool has_client, unsigned int client, bool has_server,
		      unsigned int server)
{
	char ends[2][16] = { "-", "-" };

	if (has_client)
		snprintf(ends[0], sizeof(ends[0]), "%u", client);
	if (has_server)
		snprintf(ends[1], sizeof(ends[1]), "%u", server);
	snprintf(dst, size, "%s %s/%s", name, ends[0], ends[1]);
}

/* Of sizes the client's comes first; the others are what both agreed on. */
static void print_options(const struct entry *entry, const struct term *term)
{
	const struct handshake *hs = &entry->handshake;
	char mss[48], wscale[48];

	if (!HAS(hs, HANDSHAKE_CLIENT_MSS) && !HAS(hs, HANDSHAKE_SERVER_MSS))
		return;
	pair_text(mss, sizeof(mss), "MSS",
		  HAS(hs, HANDSHAKE_CLIENT_MSS), hs->client_mss,
		  HAS(hs, HANDSHAKE_SERVER_MSS), hs->server_mss);
	pair_text(wscale, sizeof(wscale), "window scale",
		  HAS(hs, HANDSHAKE_CLIENT_WSCALE), hs->client_wscale,
		  HAS(hs, HANDSHAKE_SERVER_WSCALE), hs->server_wscale);
	line(term, "options", "%s, %s%s%s%s%s%s%s%s", mss, wscale,
	     hs->sack ? ", SACK" : "", hs->timestamps ? ", timestamps" : "",
	     hs->ecn ? ", ECN" : "", hs->mptcp ? ", MPTCP" : "",
	     hs->mptcp_join ? ", MPTCP join" : "",
	     hs->fastopen ? ", Fast Open" : "",
	     hs->cookie ? ", SYN cookie" : "");
}

static void pid_text(char *dst, size_t size, const struct owner *owner)
{
	static const char initial[] = "in the initial namespace";

	if (!HAS(owner, OWNER_LOCAL_PID))
		snprintf(dst, size, "pid %" PRIu32 " %s", owner->pid, initial);
	else if (owner->local_pid == owner->pid)
		snprintf(dst, size, "pid %" PRIu32, owner->pid);
	else
		snprintf(dst, size, "pid %" PRIu32 " here and %" PRIu32 " %s",
			 owner->local_pid, owner->pid, initial);
}

static void print_owner(const struct term *term, const char *name,
			const struct owner *owner)
{
	char comm[COMM_TEXT_SIZE], facts[128];

	owner_comm_text(owner, comm, sizeof(comm));
	pid_text(facts, sizeof(facts), owner);
	line_part(facts, sizeof(facts), HAS(owner, OWNER_UID),
		  "uid %" PRIu32, owner->uid);
	line_part(facts, sizeof(facts), HAS(owner, OWNER_CGROUP),
		  "cgroup %" PRIu64, owner->cgroup);
	line(term, name, "%s (%s)", comm, facts);
}

static void print_owners(const struct entry *entry, const struct term *term)
{
	size_t i;

	if (HAS(entry, ENTRY_OPENER))
		print_owner(term, "opened by", &entry->opener);
	if (HAS(entry, ENTRY_ACCEPTOR))
		print_owner(term, "accepted by", &entry->acceptor);
	for (i = 0; i < entry->holder_count; i++)
		print_owner(term, "also held by", &entry->holders[i]);
}

/* In the accept queue: until accept(), or as yet in vain. */
static void print_wait(const struct entry *entry, const struct term *term)
{
	const struct handshake *hs = &entry->handshake;
	char wait[32];
	uint64_t ns;

	if (entry_waited_ns(entry, &ns)) {
		text_duration_fine(wait, sizeof(wait), ns);
		line(term, "accept wait", "%s", wait);
	} else if (HAS(hs, HANDSHAKE_ACCEPT_QUEUED_NS) &&
		   HAS(entry, ENTRY_LIVE)) {
		text_duration_fine(wait, sizeof(wait),
				   since(entry->start_ns +
					 hs->accept_queued_ns));
		line(term, "accept wait", "%s so far", wait);
	}
}

void summary_head(const struct entry *entry, const struct entry *peer,
		  const struct term *term)
{
	print_identity(entry, term);
	print_ends(entry, term);
	print_began(entry, term);
	print_outcome(entry, term);
	print_options(entry, term);
	print_owners(entry, term);
	print_wait(entry, term);
	if (HAS(entry, ENTRY_LISTENER_ID))
		line(term, "listener", "entry %" PRIu64, entry->listener_id);
	if (peer)
		line(term, "other end", "entry %" PRIu64, peer->id);
}

static void print_missing(const struct entry *entry, const struct term *term)
{
	char missing[128] = "";

	line_count(missing, sizeof(missing), entry->events_dropped,
		   entry->events_dropped, "event",
		   " between the first and those shown");
	line_count(missing, sizeof(missing), entry->transitions_dropped,
		   entry->transitions_dropped, "transition",
		   " behind those shown");
	line_count(missing, sizeof(missing), entry->calls_dropped,
		   entry->calls_dropped, "call", " behind the first ones");
	if (*missing)
		line(term, "not kept", "%s", missing);
}

void summary_foot(const struct entry *entry, const struct term *term)
{
	char left[32], error[ERRNO_SIZE];

	if (HAS(entry, ENTRY_EXPIRES_NS)) {
		text_duration_fine(left, sizeof(left), entry->expires_ns);
		line(term, sl_state_name(entry->state), "for %s more", left);
	}
	if (HAS(entry, ENTRY_ERROR) && entry->error) {
		word_errno(error, sizeof(error), entry->error);
		line(term, "error", "%s (%s)", error, strerror(entry->error));
	}
	if (HAS(entry, ENTRY_TOTALS))
		accounts_totals(entry, term);
	if (HAS(entry, ENTRY_DATAGRAMS))
		accounts_datagrams(entry, term);
	if (HAS(entry, ENTRY_LEDGER))
		accounts_ledger(&entry->ledger, term);
	print_missing(entry, term);
}
