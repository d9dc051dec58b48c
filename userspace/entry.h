/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An entry of the ledger, taken out of its netlink message. Members mean what
 * the attribute of the same name means in uapi/sockledger.h; HAS() says which
 * were there, and the others are unknown.
 */
#ifndef _SOCKLEDGER_ENTRY_H
#define _SOCKLEDGER_ENTRY_H

#include "address.h"
#include "fields.h"
#include "owner.h"

#include "uapi/sockledger.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct handshake {
	uint64_t has;
	uint8_t phase;
	uint8_t outcome;
	uint8_t reason;
	uint64_t syn_ns;
	uint64_t synack_ns;
	uint64_t ack_ns;
	uint64_t data_out_ns;
	uint64_t data_in_ns;
	uint32_t syn_count;
	uint32_t synack_count;
	uint32_t client_isn;
	uint32_t server_isn;
	uint16_t client_mss;
	uint16_t server_mss;
	uint8_t client_wscale;
	uint8_t server_wscale;
	bool sack;
	bool timestamps;
	bool ecn;
	bool mptcp;
	bool mptcp_join;
	bool fastopen;
	bool cookie;
	uint64_t accept_queued_ns;
	uint64_t accepted_ns;
};

struct transition {
	uint64_t has;
	uint64_t t_ns;
	uint8_t from;
	uint8_t to;
	uint8_t cause;
};

struct event {
	uint64_t has;
	uint64_t t_ns;
	uint8_t witness;
	uint8_t what;
	uint8_t dir;
	uint32_t seq;
	uint32_t ack_seq;
	uint32_t len;
	uint32_t error;
	uint32_t pid;
	uint8_t how;
	uint8_t reason;
	uint32_t times;
};

struct totals {
	uint64_t has;
	uint64_t bytes_sent;
	uint64_t bytes_acked;
	uint64_t bytes_received;
	uint32_t segs_out;
	uint32_t segs_in;
	uint32_t retrans;
	uint32_t out_of_order;
	uint32_t srtt_us;
	uint32_t snd_wnd;
	uint32_t rcv_wnd;
	uint32_t dsack_dups;
	uint32_t rwnd_limited_ms;
};

struct ledger {
	uint64_t has;
	uint32_t backlog;
	uint32_t queue;
	uint32_t half_open;
	uint32_t drops;
	uint64_t established;
	uint32_t asked;
	uint32_t queue_peak;
	uint32_t half_open_peak;
	uint64_t overflows;
	uint64_t syn_overflows;
	uint64_t cookies_sent;
	uint64_t cookies_accepted;
	uint64_t accepted;
	uint64_t wait_min_ns;
	uint64_t wait_mean_ns;
	uint64_t wait_p50_ns;
	uint64_t wait_p99_ns;
	uint64_t wait_max_ns;
};

struct group {
	uint64_t has;
	struct address addr;
	uint32_t ifindex;
};

struct datagrams {
	uint64_t has;
	uint64_t sent;
	uint64_t bytes_sent;
	uint32_t largest_sent;
	uint64_t received;
	uint64_t bytes_received;
	uint32_t largest_received;
	uint64_t taken;
	uint64_t first_out_ns;
	uint64_t first_in_ns;
	uint32_t peers;
	struct address peer_addr;
	uint16_t peer_port;
	uint32_t peer_scope;
	uint64_t lost_full;
	uint32_t lost_other;
	uint32_t queue_peak;
	uint64_t send_errors;
	uint64_t too_large;
	uint64_t icmp_errors;
	uint32_t icmp_error;
	uint32_t groups;
};

struct entry {
	uint64_t has;
	uint64_t id;
	uint32_t netns;
	uint8_t family;
	uint8_t proto;
	uint8_t role;
	uint8_t state;
	struct address local_addr;
	uint16_t local_port;
	struct address remote_addr;
	uint16_t remote_port;
	uint32_t scope;
	uint64_t inode;
	uint64_t sock_cookie;
	uint64_t start_ns;
	uint64_t end_ns;
	uint64_t state_ns;
	uint64_t expires_ns;
	uint32_t error;
	uint64_t listener_id;
	struct owner opener;
	struct owner acceptor;
	struct handshake handshake;
	uint32_t transitions_dropped;
	uint32_t events_dropped;
	uint32_t calls_dropped;
	uint64_t up_to;
	struct totals totals;
	struct ledger ledger;
	struct datagrams datagrams;

	struct owner *holders;
	size_t holder_count;
	struct group *groups;
	size_t group_count;
	struct transition *transitions;
	size_t transition_count;
	struct event *events;
	size_t event_count;
};

/* The tables behind the structs, which JSON walks too. */
extern const struct field_set entry_set;
extern const struct field_set handshake_set;
extern const struct field_set transition_set;
extern const struct field_set event_set;
extern const struct field_set totals_set;
extern const struct field_set ledger_set;
extern const struct field_set datagrams_set;
extern const struct field_set group_set;

/**
 * entry_decode() - fill an entry from a message
 * @ret: filled on success, for entry_release(); nothing to release on failure
 * @attrs: the message's first attribute
 * @length: bytes of attributes
 * @fault: set on failure
 *
 * Return: 0, or -1 when the message cannot be read.
 */
int entry_decode(struct entry *ret, const void *attrs, size_t length,
		 struct field_fault *fault);

/** entry_release() - free what entry_decode() allocated, not @entry itself */
void entry_release(struct entry *entry);

/**
 * entry_family() - AF_* of its addresses, or, while it has none, its socket's
 */
int entry_family(const struct entry *entry);

/**
 * entry_state() - its state, SYN_RECV of a handshake that waits for its socket
 *
 * Return: TCP_*, or 0 for what has none.
 */
uint8_t entry_state(const struct entry *entry);

/** entry_state_word() - the same in a word, also for what has none */
const char *entry_state_word(const struct entry *entry);

/**
 * entry_local_text() - the entry's own end, "-" if it is unknown
 * @entry: the entry
 * @dst: room for it
 * @size: bytes in @dst; ENDPOINT_SIZE are enough
 */
void entry_local_text(const struct entry *entry, char *dst, size_t size);

/** entry_remote_text() - the same of the other end */
void entry_remote_text(const struct entry *entry, char *dst, size_t size);

/** entry_is_of_before() - has it been as it is since before the module came? */
bool entry_is_of_before(const struct entry *entry);

/**
 * entry_took_ns() - how long the handshake took, from SYN to final ACK
 * @entry: the entry
 * @ret: set if it is known
 *
 * Return: whether it is known, which needs an established connection.
 */
bool entry_took_ns(const struct entry *entry, uint64_t *ret);

/**
 * entry_waited_ns() - how long the connection waited for accept()
 * @entry: the entry
 * @ret: set if it is known
 *
 * Return: whether it is known, which needs an accepted connection.
 */
bool entry_waited_ns(const struct entry *entry, uint64_t *ret);

/**
 * entry_owner() - whose socket it is or was
 * @entry: the entry
 *
 * Return: whoever accepted the connection, or else opened the socket, or else
 * was the first to make a call on it; NULL if nobody is known.
 */
const struct owner *entry_owner(const struct entry *entry);

/**
 * entry_program() - a program that held the socket
 * @entry: the entry
 * @pid: its pid
 *
 * Return: the program, NULL if the entry knows none with this pid.
 */
const struct owner *entry_program(const struct entry *entry, uint32_t pid);

#endif /* _SOCKLEDGER_ENTRY_H */
