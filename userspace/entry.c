// SPDX-License-Identifier: GPL-2.0
#include "entry.h"
#include "memory.h"
#include "words.h"

#include "pure/names.h"

#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert((SOCKLEDGER_A_ENTRY_MAX | SOCKLEDGER_A_HANDSHAKE_MAX |
		SOCKLEDGER_A_TRANSITION_MAX | SOCKLEDGER_A_EVENT_MAX |
		SOCKLEDGER_A_TOTALS_MAX | SOCKLEDGER_A_LEDGER_MAX |
		SOCKLEDGER_A_DATAGRAMS_MAX | SOCKLEDGER_A_GROUP_MAX) <=
	       FIELD_ATTR_MAX,
	       "the bits of \"has\" are used up");
_Static_assert(offsetof(struct entry, has) == 0 &&
	       offsetof(struct handshake, has) == 0 &&
	       offsetof(struct transition, has) == 0 &&
	       offsetof(struct event, has) == 0 &&
	       offsetof(struct totals, has) == 0 &&
	       offsetof(struct ledger, has) == 0 &&
	       offsetof(struct datagrams, has) == 0 &&
	       offsetof(struct group, has) == 0,
	       "\"has\" comes first");

#define HANDSHAKE(member, code, which, ...) \
	FIELD_ROW(struct handshake, member, HANDSHAKE_##code, which, \
		  __VA_ARGS__)
static const struct field handshake_rows[] = {
	HANDSHAKE(phase, PHASE, U8, .word = sl_phase_name),
	HANDSHAKE(outcome, OUTCOME, U8, .word = sl_outcome_name),
	HANDSHAKE(reason, REASON, U8, .word = sl_reason_name),
	HANDSHAKE(syn_ns, SYN_NS, U64),
	HANDSHAKE(synack_ns, SYNACK_NS, U64),
	HANDSHAKE(ack_ns, ACK_NS, U64),
	HANDSHAKE(data_out_ns, DATA_OUT_NS, U64),
	HANDSHAKE(data_in_ns, DATA_IN_NS, U64),
	HANDSHAKE(syn_count, SYN_COUNT, U32),
	HANDSHAKE(synack_count, SYNACK_COUNT, U32),
	HANDSHAKE(client_isn, CLIENT_ISN, U32),
	HANDSHAKE(server_isn, SERVER_ISN, U32),
	HANDSHAKE(client_mss, CLIENT_MSS, U16, .by_hand = true),
	HANDSHAKE(server_mss, SERVER_MSS, U16, .by_hand = true),
	HANDSHAKE(client_wscale, CLIENT_WSCALE, U8, .by_hand = true),
	HANDSHAKE(server_wscale, SERVER_WSCALE, U8, .by_hand = true),
	HANDSHAKE(sack, SACK, BOOL),
	HANDSHAKE(timestamps, TIMESTAMPS, BOOL),
	HANDSHAKE(ecn, ECN, BOOL),
	HANDSHAKE(mptcp, MPTCP, BOOL),
	HANDSHAKE(mptcp_join, MPTCP_JOIN, BOOL),
	HANDSHAKE(fastopen, FASTOPEN, BOOL),
	HANDSHAKE(cookie, COOKIE, BOOL),
	HANDSHAKE(accept_queued_ns, ACCEPT_QUEUED_NS, U64),
	HANDSHAKE(accepted_ns, ACCEPTED_NS, U64),
	{ 0 },
};

const struct field_set handshake_set = { "handshake", handshake_rows };

#define TRANSITION(member, code, which, ...) \
	FIELD_ROW(struct transition, member, TRANSITION_##code, which, \
		  __VA_ARGS__)
static const struct field transition_rows[] = {
	TRANSITION(t_ns, T_NS, U64),
	TRANSITION(from, FROM, U8, .word = sl_state_name),
	TRANSITION(to, TO, U8, .word = sl_state_name),
	TRANSITION(cause, CAUSE, U8, .word = sl_cause_name),
	{ 0 },
};

const struct field_set transition_set = { "transition", transition_rows };

#define EVENT(member, code, which, ...) \
	FIELD_ROW(struct event, member, EVENT_##code, which, __VA_ARGS__)
static const struct field event_rows[] = {
	EVENT(t_ns, T_NS, U64),
	EVENT(witness, WITNESS, U8, .word = sl_witness_name),
	EVENT(what, WHAT, U8, .word = sl_what_name),
	EVENT(dir, DIR, U8, .word = sl_dir_name),
	FIELD_FLAG_ROW(EVENT_AGAIN, "again"),
	EVENT(seq, SEQ, U32),
	EVENT(ack_seq, ACK_SEQ, U32),
	EVENT(len, LEN, U32),
	EVENT(error, ERROR, ERRNO),
	EVENT(pid, PID, U32),
	EVENT(how, HOW, U8, .word = word_how),
	EVENT(reason, REASON, U8, .word = sl_reason_name),
	EVENT(times, TIMES, U32),
	{ 0 },
};

const struct field_set event_set = { "event", event_rows };

#define TOTALS(member, code, which) \
	FIELD_ROW(struct totals, member, TOTALS_##code, which)
static const struct field totals_rows[] = {
	TOTALS(bytes_sent, BYTES_SENT, U64),
	TOTALS(bytes_acked, BYTES_ACKED, U64),
	TOTALS(bytes_received, BYTES_RECEIVED, U64),
	TOTALS(segs_out, SEGS_OUT, U32),
	TOTALS(segs_in, SEGS_IN, U32),
	TOTALS(retrans, RETRANS, U32),
	TOTALS(out_of_order, OUT_OF_ORDER, U32),
	TOTALS(srtt_us, SRTT_US, U32),
	TOTALS(snd_wnd, SND_WND, U32),
	TOTALS(rcv_wnd, RCV_WND, U32),
	TOTALS(dsack_dups, DSACK_DUPS, U32),
	TOTALS(rwnd_limited_ms, RWND_LIMITED_MS, U32),
	{ 0 },
};

const struct field_set totals_set = { "totals", totals_rows };

#define LEDGER(member, code, which) \
	FIELD_ROW(struct ledger, member, LEDGER_##code, which)
static const struct field ledger_rows[] = {
	LEDGER(backlog, BACKLOG, U32),
	LEDGER(queue, QUEUE, U32),
	LEDGER(half_open, HALF_OPEN, U32),
	LEDGER(drops, DROPS, U32),
	LEDGER(established, ESTABLISHED, U64),
	LEDGER(asked, ASKED, U32),
	LEDGER(queue_peak, QUEUE_PEAK, U32),
	LEDGER(half_open_peak, HALF_OPEN_PEAK, U32),
	LEDGER(overflows, OVERFLOWS, U64),
	LEDGER(syn_overflows, SYN_OVERFLOWS, U64),
	LEDGER(cookies_sent, COOKIES_SENT, U64),
	LEDGER(cookies_accepted, COOKIES_ACCEPTED, U64),
	LEDGER(accepted, ACCEPTED, U64),
	LEDGER(wait_min_ns, WAIT_MIN_NS, U64),
	LEDGER(wait_mean_ns, WAIT_MEAN_NS, U64),
	LEDGER(wait_p50_ns, WAIT_P50_NS, U64),
	LEDGER(wait_p99_ns, WAIT_P99_NS, U64),
	LEDGER(wait_max_ns, WAIT_MAX_NS, U64),
	{ 0 },
};

const struct field_set ledger_set = { "ledger", ledger_rows };

#define DATAGRAMS(member, code, which, ...) \
	FIELD_ROW(struct datagrams, member, DATAGRAMS_##code, which, \
		  __VA_ARGS__)
static const struct field datagrams_rows[] = {
	DATAGRAMS(sent, SENT, U64),
	DATAGRAMS(bytes_sent, BYTES_SENT, U64),
	DATAGRAMS(largest_sent, LARGEST_SENT, U32),
	DATAGRAMS(received, RECEIVED, U64),
	DATAGRAMS(bytes_received, BYTES_RECEIVED, U64),
	DATAGRAMS(largest_received, LARGEST_RECEIVED, U32),
	DATAGRAMS(taken, TAKEN, U64),
	DATAGRAMS(first_out_ns, FIRST_OUT_NS, U64),
	DATAGRAMS(first_in_ns, FIRST_IN_NS, U64),
	DATAGRAMS(peers, PEERS, U32),
	FIELD_FLAG_ROW(DATAGRAMS_PEERS_ESTIMATED, "peers_estimated",
		       .by_hand = true),
	DATAGRAMS(peer_addr, PEER_ADDR, ADDRESS, .by_hand = true),
	DATAGRAMS(peer_port, PEER_PORT, PORT, .by_hand = true),
	DATAGRAMS(peer_scope, PEER_SCOPE, U32),
	DATAGRAMS(lost_full, LOST_FULL, U64),
	DATAGRAMS(lost_other, LOST_OTHER, U32),
	DATAGRAMS(queue_peak, QUEUE_PEAK, U32),
	DATAGRAMS(send_errors, SEND_ERRORS, U64),
	DATAGRAMS(too_large, TOO_LARGE, U64),
	DATAGRAMS(icmp_errors, ICMP_ERRORS, U64),
	DATAGRAMS(icmp_error, ICMP_ERROR, ERRNO),
	DATAGRAMS(groups, GROUPS, U32),
	{ 0 },
};

const struct field_set datagrams_set = { "datagrams", datagrams_rows };

#define GROUP(member, code, which, ...) \
	FIELD_ROW(struct group, member, GROUP_##code, which, __VA_ARGS__)
static const struct field group_rows[] = {
	GROUP(addr, ADDR, ADDRESS, .by_hand = true),
	GROUP(ifindex, IFINDEX, U32),
	{ 0 },
};

const struct field_set group_set = { "group", group_rows };

#define ENTRY(member, code, which, ...) \
	FIELD_ROW(struct entry, member, ENTRY_##code, which, __VA_ARGS__)
#define ENTRY_NEST(member, code, set) \
	ENTRY(member, code, NEST, .by_hand = true, .nested = &(set))
static const struct field entry_rows[] = {
	ENTRY(id, ID, U64),
	ENTRY(netns, NETNS, U32),
	ENTRY(proto, PROTO, U8, .word = sl_proto_name),
	ENTRY(family, FAMILY, U8, .word = word_family),
	ENTRY(role, ROLE, U8, .word = sl_role_name),
	ENTRY(state, STATE, U8, .word = sl_state_name),
	ENTRY(local_addr, LOCAL_ADDR, ADDRESS, .by_hand = true),
	ENTRY(local_port, LOCAL_PORT, PORT, .by_hand = true),
	ENTRY(remote_addr, REMOTE_ADDR, ADDRESS, .by_hand = true),
	ENTRY(remote_port, REMOTE_PORT, PORT, .by_hand = true),
	ENTRY(scope, SCOPE, U32),
	ENTRY(inode, INODE, U64),
	ENTRY(sock_cookie, COOKIE, U64),
	ENTRY(start_ns, START_NS, U64),
	ENTRY(end_ns, END_NS, U64),
	ENTRY(state_ns, STATE_NS, U64),
	ENTRY(expires_ns, EXPIRES_NS, U64),
	ENTRY(error, ERROR, ERRNO),
	ENTRY(listener_id, LISTENER_ID, U64),
	FIELD_FLAG_ROW(ENTRY_LIVE, "live", .by_hand = true),
	FIELD_FLAG_ROW(ENTRY_PRE_EXISTING, "pre_existing", .by_hand = true),
	FIELD_FLAG_ROW(ENTRY_PORT_CHOSEN, "port_chosen", .by_hand = true),
	ENTRY_NEST(opener, OPENER, owner_set),
	ENTRY_NEST(acceptor, ACCEPTOR, owner_set),
	ENTRY_NEST(handshake, HANDSHAKE, handshake_set),
	ENTRY(transitions_dropped, TRANSITIONS_DROPPED, U32),
	ENTRY(events_dropped, EVENTS_DROPPED, U32),
	ENTRY(calls_dropped, CALLS_DROPPED, U32),
	ENTRY(up_to, UP_TO, U64),
	ENTRY_NEST(totals, TOTALS, totals_set),
	ENTRY_NEST(ledger, LEDGER, ledger_set),
	ENTRY_NEST(datagrams, DATAGRAMS, datagrams_set),
	FIELD_LIST_ROW(ENTRY_HOLDER),
	FIELD_LIST_ROW(ENTRY_GROUP),
	FIELD_LIST_ROW(ENTRY_TRANSITION),
	FIELD_LIST_ROW(ENTRY_EVENT),
	{ 0 },
};

const struct field_set entry_set = { "entry", entry_rows };

#define LIST(code, what, items) { \
		.set = &(what), \
		.attr = SOCKLEDGER_A_ENTRY_##code, \
		.size = sizeof(*(items)), \
	}

/* On failure, what was read before stays for entry_release(). */
static int decode_lists(struct entry *entry, const void *attrs, size_t length,
			struct field_fault *fault)
{
	struct field_list lists[] = {
		LIST(HOLDER, owner_set, entry->holders),
		LIST(GROUP, group_set, entry->groups),
		LIST(TRANSITION, transition_set, entry->transitions),
		LIST(EVENT, event_set, entry->events),
	};
	int ret = fields_decode_lists(lists, ARRAY_SIZE(lists), attrs, length,
				      fault);

	entry->holders = lists[0].items;
	entry->holder_count = lists[0].count;
	entry->groups = lists[1].items;
	entry->group_count = lists[1].count;
	entry->transitions = lists[2].items;
	entry->transition_count = lists[2].count;
	entry->events = lists[3].items;
	entry->event_count = lists[3].count;
	return ret;
}

static bool has_lists(const struct entry *entry)
{
	return HAS(entry, ENTRY_HOLDER) || HAS(entry, ENTRY_GROUP) ||
	       HAS(entry, ENTRY_TRANSITION) || HAS(entry, ENTRY_EVENT);
}

int entry_decode(struct entry *ret, const void *attrs, size_t length,
		 struct field_fault *fault)
{
	memset(ret, 0, sizeof(*ret));
	if (fields_decode(&entry_set, attrs, length, ret, fault))
		return -1;
	if (!has_lists(ret) || !decode_lists(ret, attrs, length, fault))
		return 0;
	entry_release(ret);
	return -1;
}

void entry_release(struct entry *entry)
{
	free(entry->holders);
	free(entry->groups);
	free(entry->transitions);
	free(entry->events);
	entry->holders = NULL;
	entry->groups = NULL;
	entry->transitions = NULL;
	entry->events = NULL;
	entry->holder_count = 0;
	entry->group_count = 0;
	entry->transition_count = 0;
	entry->event_count = 0;
}

int entry_family(const struct entry *entry)
{
	if (HAS(entry, ENTRY_REMOTE_ADDR))
		return entry->remote_addr.family;
	if (HAS(entry, ENTRY_LOCAL_ADDR))
		return entry->local_addr.family;
	return entry->family;
}

uint8_t entry_state(const struct entry *entry)
{
	if (HAS(entry, ENTRY_STATE))
		return entry->state;
	/* As ss shows a request. */
	return HAS(entry, ENTRY_LIVE) &&
	       entry->role == SOCKLEDGER_ROLE_PASSIVE ? TCP_SYN_RECV : 0;
}

const char *entry_state_word(const struct entry *entry)
{
	uint8_t state = entry_state(entry);

	if (state)
		return sl_state_name(state);
	return HAS(entry, ENTRY_LIVE) ? "open" : "ended";
}

void entry_local_text(const struct entry *entry, char *dst, size_t size)
{
	if (HAS(entry, ENTRY_LOCAL_ADDR))
		endpoint_text(dst, size, &entry->local_addr, entry->scope,
			      entry->local_port);
	else
		snprintf(dst, size, "-");
}

void entry_remote_text(const struct entry *entry, char *dst, size_t size)
{
	if (HAS(entry, ENTRY_REMOTE_ADDR))
		endpoint_text(dst, size, &entry->remote_addr, entry->scope,
			      entry->remote_port);
	else
		snprintf(dst, size, "-");
}

bool entry_is_of_before(const struct entry *entry)
{
	return HAS(entry, ENTRY_PRE_EXISTING) && HAS(entry, ENTRY_LIVE) &&
	       !entry->state_ns;
}

bool entry_took_ns(const struct entry *entry, uint64_t *ret)
{
	const struct handshake *hs = &entry->handshake;

	if (!HAS(hs, HANDSHAKE_OUTCOME) ||
	    hs->outcome != SOCKLEDGER_OUTCOME_ESTABLISHED ||
	    !HAS(hs, HANDSHAKE_SYN_NS) || !HAS(hs, HANDSHAKE_ACK_NS) ||
	    hs->ack_ns < hs->syn_ns)
		return false;
	*ret = hs->ack_ns - hs->syn_ns;
	return true;
}

bool entry_waited_ns(const struct entry *entry, uint64_t *ret)
{
	const struct handshake *hs = &entry->handshake;

	if (!HAS(hs, HANDSHAKE_ACCEPT_QUEUED_NS) ||
	    !HAS(hs, HANDSHAKE_ACCEPTED_NS) ||
	    hs->accepted_ns < hs->accept_queued_ns)
		return false;
	*ret = hs->accepted_ns - hs->accept_queued_ns;
	return true;
}

const struct owner *entry_owner(const struct entry *entry)
{
	if (HAS(entry, ENTRY_ACCEPTOR))
		return &entry->acceptor;
	if (HAS(entry, ENTRY_OPENER))
		return &entry->opener;
	return entry->holder_count ? &entry->holders[0] : NULL;
}

const struct owner *entry_program(const struct entry *entry, uint32_t pid)
{
	size_t i;

	if (HAS(entry, ENTRY_ACCEPTOR) && entry->acceptor.pid == pid)
		return &entry->acceptor;
	if (HAS(entry, ENTRY_OPENER) && entry->opener.pid == pid)
		return &entry->opener;
	for (i = 0; i < entry->holder_count; i++)
		if (entry->holders[i].pid == pid)
			return &entry->holders[i];
	return NULL;
}
