// SPDX-License-Identifier: GPL-2.0
#include "accounts.h"
#include "lines.h"
#include "words.h"

#include <inttypes.h>
#include <stdio.h>

static void print_traffic(const struct datagrams *d, const struct term *term)
{
	char sent[128] = "", received[192] = "";

	line_count(sent, sizeof(sent), true, d->sent, "datagram", "");
	line_count(sent, sizeof(sent), true, d->bytes_sent, "byte", "");
	line_part(sent, sizeof(sent), d->sent, "%" PRIu32 " in the largest",
		  d->largest_sent);
	line_count(received, sizeof(received), true, d->received, "datagram",
		   "");
	line_count(received, sizeof(received), true, d->bytes_received,
		   "byte", "");
	line_part(received, sizeof(received), d->received,
		  "%" PRIu32 " in the largest", d->largest_received);
	line_part(received, sizeof(received), d->taken != d->received,
		  "%" PRIu64 " of them read", d->taken);
	line(term, "sent", "%s", sent);
	line(term, "received", "%s", received);
	if (d->queue_peak)
		line(term, "queue", "%" PRIu32 " bytes of memory at most",
		     d->queue_peak);
}

static void print_peers(const struct datagrams *d, const struct term *term)
{
	char last[ENDPOINT_SIZE];

	if (!HAS(d, DATAGRAMS_PEER_ADDR))
		return;
	endpoint_text(last, sizeof(last), &d->peer_addr, d->peer_scope,
		      d->peer_port);
	line(term, "peers", "%s%" PRIu32 ", the last one %s",
	     HAS(d, DATAGRAMS_PEERS_ESTIMATED) ? "about " : "", d->peers,
	     last);
}

static void print_lost(const struct datagrams *d, const struct term *term)
{
	char lost[160] = "";

	line_count(lost, sizeof(lost), d->lost_full, d->lost_full, "datagram",
		   " met a full queue");
	line_count(lost, sizeof(lost), d->lost_other, d->lost_other,
		   "datagram",
		   " had a wrong checksum or met the socket's filter");
	if (*lost)
		line(term, "lost", "%s", lost);
}

static void print_errors(const struct datagrams *d, const struct term *term)
{
	char failed[96] = "", error[ERRNO_SIZE];

	line_count(failed, sizeof(failed), d->send_errors, d->send_errors,
		   "send", "");
	line_part(failed, sizeof(failed), d->too_large,
		  "%" PRIu64 " of them too large", d->too_large);
	if (*failed)
		line(term, "failed", "%s", failed);
	if (!d->icmp_errors)
		return;
	word_errno(error, sizeof(error), d->icmp_error);
	line(term, "ICMP errors", "%" PRIu64 ", the last one %s",
	     d->icmp_errors, error);
}

static void print_groups(const struct entry *entry, const struct term *term)
{
	char text[ENDPOINT_SIZE], groups[5 * ENDPOINT_SIZE] = "";
	uint32_t more;
	size_t i;

	if (!entry->datagrams.groups)
		return;
	for (i = 0; i < entry->group_count; i++) {
		address_text(text, sizeof(text), &entry->groups[i].addr);
		line_part(groups, sizeof(groups), true, "%s", text);
	}
	more = entry->datagrams.groups - entry->group_count;
	line_part(groups, sizeof(groups), more, "and %" PRIu32 " more", more);
	line(term, "groups", "%s", groups);
}

void accounts_datagrams(const struct entry *entry, const struct term *term)
{
	const struct datagrams *d = &entry->datagrams;

	print_traffic(d, term);
	print_peers(d, term);
	print_lost(d, term);
	print_errors(d, term);
	print_groups(entry, term);
}
