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

#include "uapi/sockledger.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A comm is 15 bytes today. */
#define COMM_SIZE	32

struct owner {
	uint64_t has;
	uint32_t pid;
	uint32_t uid;
	char comm[COMM_SIZE];
	uint64_t start_ns;
};

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
};

struct ledger {
	uint64_t has;
	uint32_t backlog;
	uint32_t queue;
	uint32_t half_open;
	uint32_t drops;
	uint64_t established;
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
	struct owner closer;
	struct handshake handshake;
	uint32_t transitions_dropped;
	uint32_t events_dropped;
	struct totals totals;
	struct ledger ledger;

	struct transition *transitions;
	size_t transition_count;
	struct event *events;
	size_t event_count;
};

/* The tables behind the structs, which JSON walks too. */
extern const struct field_set entry_set;
extern const struct field_set owner_set;
extern const struct field_set handshake_set;
extern const struct field_set transition_set;
extern const struct field_set event_set;
extern const struct field_set totals_set;
extern const struct field_set ledger_set;

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
 * entry_local_text() - the entry's own end, "-" if it is unknown
 * @entry: the entry
 * @dst: room for it
 * @size: bytes in @dst; ENDPOINT_SIZE are enough
 */
void entry_local_text(const struct entry *entry, char *dst, size_t size);

/** entry_remote_text() - the same of the other end */
void entry_remote_text(const struct entry *entry, char *dst, size_t size);

/**
 * entry_took_ns() - how long the handshake took, from SYN to final ACK
 * @entry: the entry
 * @ret: set if it is known
 *
 * Return: whether it is known, which needs an established connection.
 */
bool entry_took_ns(const struct entry *entry, uint64_t *ret);

/**
 * entry_owner() - who holds or held the socket
 * @entry: the entry
 *
 * Return: whoever is known to have had it last before its end, NULL if nobody
 * is known.
 */
const struct owner *entry_owner(const struct entry *entry);

#endif /* _SOCKLEDGER_ENTRY_H */
