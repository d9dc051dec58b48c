// SPDX-License-Identifier: GPL-2.0
#include "accounts.h"
#include "lines.h"
#include "text.h"

#include <inttypes.h>

#define NS_PER_US	UINT64_C(1000)
#define NS_PER_MS	UINT64_C(1000000)

static void print_windows(const struct totals *t, const struct term *term)
{
	char closed[32];

	if (HAS(t, TOTALS_SND_WND) && HAS(t, TOTALS_RCV_WND))
		line(term, "windows", "send %" PRIu32 ", receive %" PRIu32,
		     t->snd_wnd, t->rcv_wnd);
	if (t->rwnd_limited_ms) {	/* 0: there always was room */
		text_duration_fine(closed, sizeof(closed),
				   t->rwnd_limited_ms * NS_PER_MS);
		line(term, "held up", "%s, without room at the peer", closed);
	}
}

void accounts_totals(const struct entry *entry, const struct term *term)
{
	const struct totals *t = &entry->totals;
	bool active = entry->role == SOCKLEDGER_ROLE_ACTIVE;
	char sent[192] = "", received[160] = "", srtt[32];

	line_count(sent, sizeof(sent), HAS(t, TOTALS_BYTES_SENT),
		   t->bytes_sent, "byte", "");
	line_count(sent, sizeof(sent), HAS(t, TOTALS_SEGS_OUT), t->segs_out,
		   "segment", "");
	line_count(sent, sizeof(sent), HAS(t, TOTALS_BYTES_ACKED),
		   t->bytes_acked, "byte", active ?
		   " acknowledged (SYN and FIN count)" :
		   " acknowledged (a FIN counts)");
	line_count(sent, sizeof(sent), HAS(t, TOTALS_RETRANS), t->retrans,
		   "segment", " sent again");
	line_count(sent, sizeof(sent), t->dsack_dups, t->dsack_dups,
		   "segment", " that had arrived already");
	line_count(received, sizeof(received), HAS(t, TOTALS_BYTES_RECEIVED),
		   t->bytes_received, "byte", " (a FIN counts)");
	line_count(received, sizeof(received), HAS(t, TOTALS_SEGS_IN),
		   t->segs_in, "segment", "");
	line_count(received, sizeof(received), HAS(t, TOTALS_OUT_OF_ORDER),
		   t->out_of_order, "segment", " out of order");
	if (*sent)
		line(term, "sent", "%s", sent);
	if (*received)
		line(term, "received", "%s", received);
	if (t->srtt_us) {	/* 0: nothing was ever measured */
		text_duration_fine(srtt, sizeof(srtt), t->srtt_us * NS_PER_US);
		line(term, "round trip", "%s, smoothed", srtt);
	}
	print_windows(t, term);
}

static void print_queues(const struct ledger *l, const struct term *term)
{
	char backlog[64] = "", queue[96] = "", half_open[64] = "";

	line_part(backlog, sizeof(backlog), HAS(l, LEDGER_BACKLOG),
		  "%" PRIu32 " granted", l->backlog);
	line_part(backlog, sizeof(backlog), HAS(l, LEDGER_ASKED),
		  "%" PRIu32 " asked for", l->asked);
	line_part(queue, sizeof(queue), HAS(l, LEDGER_QUEUE),
		  "%" PRIu32 " now", l->queue);
	line_part(queue, sizeof(queue), HAS(l, LEDGER_QUEUE_PEAK),
		  "%" PRIu32 " at most", l->queue_peak);
	line_part(half_open, sizeof(half_open), HAS(l, LEDGER_HALF_OPEN),
		  "%" PRIu32 " now", l->half_open);
	line_part(half_open, sizeof(half_open), HAS(l, LEDGER_HALF_OPEN_PEAK),
		  "%" PRIu32 " at most", l->half_open_peak);
	if (*backlog)
		line(term, "backlog", "%s", backlog);
	if (*queue)
		line(term, "accept queue", "%s", queue);
	if (*half_open)
		line(term, "half-open", "%s", half_open);
}

static void print_refused(const struct ledger *l, const struct term *term)
{
	char full[160] = "", cookies[96] = "";

	line_count(full, sizeof(full), HAS(l, LEDGER_OVERFLOWS), l->overflows,
		   "segment", " met a full accept queue");
	line_count(full, sizeof(full), HAS(l, LEDGER_SYN_OVERFLOWS),
		   l->syn_overflows, "SYN", " met too many half-open ones");
	line_part(cookies, sizeof(cookies), HAS(l, LEDGER_COOKIES_SENT),
		  "%" PRIu64 " sent", l->cookies_sent);
	line_part(cookies, sizeof(cookies), HAS(l, LEDGER_COOKIES_ACCEPTED),
		  "%" PRIu64 " accepted", l->cookies_accepted);
	if (*full)
		line(term, "overflows", "%s", full);
	if (HAS(l, LEDGER_DROPS))
		line(term, "dropped", "%" PRIu32 " %s", l->drops,
		     l->drops == 1 ? "SYN or ACK" : "SYNs and ACKs");
	if (*cookies)
		line(term, "SYN cookies", "%s", cookies);
}

static void print_accepted(const struct ledger *l, const struct term *term)
{
	char born[96] = "", wait[192] = "";

	line_part(born, sizeof(born), HAS(l, LEDGER_ESTABLISHED),
		  "%" PRIu64 " established", l->established);
	line_part(born, sizeof(born), HAS(l, LEDGER_ACCEPTED),
		  "%" PRIu64 " accepted", l->accepted);
	line_duration(wait, sizeof(wait), HAS(l, LEDGER_WAIT_MIN_NS),
		      l->wait_min_ns, "min");
	line_duration(wait, sizeof(wait), HAS(l, LEDGER_WAIT_MEAN_NS),
		      l->wait_mean_ns, "mean");
	line_duration(wait, sizeof(wait), HAS(l, LEDGER_WAIT_P50_NS),
		      l->wait_p50_ns, "p50");
	line_duration(wait, sizeof(wait), HAS(l, LEDGER_WAIT_P99_NS),
		      l->wait_p99_ns, "p99");
	line_duration(wait, sizeof(wait), HAS(l, LEDGER_WAIT_MAX_NS),
		      l->wait_max_ns, "max");
	if (*born)
		line(term, "connections", "%s", born);
	if (*wait)
		line(term, "accept wait", "%s", wait);
}

void accounts_ledger(const struct ledger *l, const struct term *term)
{
	print_queues(l, term);
	print_refused(l, term);
	print_accepted(l, term);
}
