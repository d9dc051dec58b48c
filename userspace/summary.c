// SPDX-License-Identifier: GPL-2.0
#include "summary.h"
#include "text.h"

#include "pure/names.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define NAME_WIDTH	13
#define NS_PER_S	UINT64_C(1000000000)
#define NS_PER_US	UINT64_C(1000)

static void __attribute__((format(printf, 3, 4)))
line(const struct term *term, const char *name, const char *format, ...)
{
	va_list args;

	printf("%s%-*s%s", term_tint(term, TINT_HEAD), NAME_WIDTH, name,
	       term_reset(term, TINT_HEAD));
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

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
	const char *state = "";
	char span[32];

	if (HAS(entry, ENTRY_STATE) && entry->state)
		state = sl_state_name(entry->state);
	if (HAS(entry, ENTRY_LIVE)) {
		text_duration_fine(span, sizeof(span),
				   since(entry->start_ns + entry->state_ns));
		line(term, "entry", "%" PRIu64 ", %s, %s for %s", entry->id,
		     sl_role_name(entry->role), *state ? state : "open", span);
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
	     "local", "%s", text);
	if (!HAS(entry, ENTRY_REMOTE_ADDR) || !entry->remote_port)
		return;
	entry_remote_text(entry, text, sizeof(text));
	line(term, entry->role == SOCKLEDGER_ROLE_FORWARDED ? "server" :
	     "remote", "%s", text);
}

static void print_began(const struct entry *entry, const struct term *term)
{
	time_t seconds = entry->start_ns / NS_PER_S;
	char date[64], zone[16];
	struct tm tm;

	if (!HAS(entry, ENTRY_START_NS) || !localtime_r(&seconds, &tm))
		return;
	strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", &tm);
	strftime(zone, sizeof(zone), "%z", &tm);
	line(term, HAS(entry, ENTRY_PRE_EXISTING) ? "known since" : "began",
	     "%s.%06" PRIu64 " %s%s", date,
	     entry->start_ns % NS_PER_S / NS_PER_US, zone,
	     HAS(entry, ENTRY_PRE_EXISTING) ?
	     " (it is older than the module)" : "");
}

static enum tint outcome_tint(uint8_t outcome)
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

static void print_outcome(const struct entry *entry, const struct term *term)
{
	const struct handshake *hs = &entry->handshake;
	char took[32], rest[64] = "";
	enum tint tint;
	uint64_t ns;

	if (!HAS(hs, HANDSHAKE_OUTCOME))
		return;
	tint = outcome_tint(hs->outcome);
	if (entry_took_ns(entry, &ns)) {
		text_duration_fine(took, sizeof(took), ns);
		snprintf(rest, sizeof(rest), " %s after its SYN", took);
	}
	line(term, "outcome", "%s%s%s%s%s%s", term_tint(term, tint),
	     sl_outcome_name(hs->outcome), term_reset(term, tint), rest,
	     hs->reason ? ": " : "",
	     hs->reason ? sl_reason_sentence(hs->reason) : "");
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
	line(term, "options", "%s, %s%s%s%s%s%s", mss, wscale,
	     hs->sack ? ", SACK" : "", hs->timestamps ? ", timestamps" : "",
	     hs->ecn ? ", ECN" : "", hs->fastopen ? ", Fast Open" : "",
	     hs->cookie ? ", SYN cookie" : "");
}

static void print_owner(const struct term *term, const char *name,
			const struct owner *owner)
{
	char comm[4 * COMM_SIZE];

	text_escape(comm, sizeof(comm), owner->comm);
	line(term, name, "%s (pid %" PRIu32 ", uid %" PRIu32 ")", comm,
	     owner->pid, owner->uid);
}

void summary_head(const struct entry *entry, const struct entry *peer,
		  const struct term *term)
{
	print_identity(entry, term);
	print_ends(entry, term);
	print_began(entry, term);
	print_outcome(entry, term);
	print_options(entry, term);
	if (HAS(entry, ENTRY_OPENER))
		print_owner(term, "opened by", &entry->opener);
	if (HAS(entry, ENTRY_ACCEPTOR))
		print_owner(term, "accepted by", &entry->acceptor);
	if (HAS(entry, ENTRY_CLOSER))
		print_owner(term, "closed by", &entry->closer);
	if (HAS(entry, ENTRY_LISTENER_ID))
		line(term, "listener", "entry %" PRIu64, entry->listener_id);
	if (peer)
		line(term, "other end", "entry %" PRIu64, peer->id);
}

/* A part of a line of facts; parts are parted by commas. */
static void __attribute__((format(printf, 4, 5)))
part(char *dst, size_t size, bool known, const char *format, ...)
{
	size_t used = strlen(dst);
	va_list args;

	if (!known)
		return;
	if (used) {
		snprintf(dst + used, size - used, ", ");
		used = strlen(dst);
	}
	va_start(args, format);
	vsnprintf(dst + used, size - used, format, args);
	va_end(args);
}

static void count_part(char *dst, size_t size, bool known, uint64_t count,
		       const char *noun, const char *rest)
{
	char text[64];

	text_count(text, sizeof(text), count, noun);
	part(dst, size, known, "%s%s", text, rest);
}

static void print_totals(const struct totals *t, const struct term *term)
{
	char sent[160] = "", received[160] = "", srtt[32];

	count_part(sent, sizeof(sent), HAS(t, TOTALS_BYTES_SENT),
		   t->bytes_sent, "byte", "");
	count_part(sent, sizeof(sent), HAS(t, TOTALS_SEGS_OUT), t->segs_out,
		   "segment", "");
	count_part(sent, sizeof(sent), HAS(t, TOTALS_BYTES_ACKED),
		   t->bytes_acked, "byte", " acknowledged");
	count_part(sent, sizeof(sent), HAS(t, TOTALS_RETRANS), t->retrans,
		   "segment", " sent again");
	count_part(received, sizeof(received), HAS(t, TOTALS_BYTES_RECEIVED),
		   t->bytes_received, "byte", "");
	count_part(received, sizeof(received), HAS(t, TOTALS_SEGS_IN),
		   t->segs_in, "segment", "");
	count_part(received, sizeof(received), HAS(t, TOTALS_OUT_OF_ORDER),
		   t->out_of_order, "segment", " out of order");
	if (*sent)
		line(term, "sent", "%s", sent);
	if (*received)
		line(term, "received", "%s", received);
	if (t->srtt_us) {	/* 0: nothing was ever measured */
		text_duration_fine(srtt, sizeof(srtt), t->srtt_us * NS_PER_US);
		line(term, "round trip", "%s, smoothed", srtt);
	}
	if (HAS(t, TOTALS_SND_WND) && HAS(t, TOTALS_RCV_WND))
		line(term, "windows", "send %" PRIu32 ", receive %" PRIu32,
		     t->snd_wnd, t->rcv_wnd);
}

static void print_ledger(const struct ledger *ledger, const struct term *term)
{
	if (HAS(ledger, LEDGER_QUEUE) && HAS(ledger, LEDGER_BACKLOG))
		line(term, "accept queue", "%" PRIu32 " of at most %" PRIu32,
		     ledger->queue, ledger->backlog);
	if (HAS(ledger, LEDGER_HALF_OPEN))
		line(term, "half-open", "%" PRIu32, ledger->half_open);
	if (HAS(ledger, LEDGER_ESTABLISHED))
		line(term, "established", "%" PRIu64, ledger->established);
	if (HAS(ledger, LEDGER_DROPS))
		line(term, "dropped", "%" PRIu32 " SYNs and ACKs",
		     ledger->drops);
}

static void print_missing(const struct entry *entry, const struct term *term)
{
	char missing[128] = "";

	count_part(missing, sizeof(missing), entry->events_dropped,
		   entry->events_dropped, "event", " before those shown");
	count_part(missing, sizeof(missing), entry->transitions_dropped,
		   entry->transitions_dropped, "transition",
		   " behind those shown");
	if (*missing)
		line(term, "not kept", "%s", missing);
}

void summary_foot(const struct entry *entry, const struct term *term)
{
	char left[32];

	if (HAS(entry, ENTRY_EXPIRES_NS)) {
		text_duration_fine(left, sizeof(left), entry->expires_ns);
		line(term, sl_state_name(entry->state), "for %s more", left);
	}
	if (HAS(entry, ENTRY_ERROR) && entry->error)
		line(term, "error", "%s (%s)", strerrorname_np(entry->error) ?:
		     "unknown", strerror(entry->error));
	if (HAS(entry, ENTRY_TOTALS))
		print_totals(&entry->totals, term);
	if (HAS(entry, ENTRY_LEDGER))
		print_ledger(&entry->ledger, term);
	print_missing(entry, term);
}
