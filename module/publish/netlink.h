/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family; uapi/sockledger.h is its contract. For whoever
 * has CAP_NET_ADMIN in the user namespace of the network namespace asked.
 */
#ifndef _SOCKLEDGER_NETLINK_H
#define _SOCKLEDGER_NETLINK_H

#include <net/netlink.h>

#include "../ledger/ledger.h"
#include "../uapi/sockledger.h"

struct genl_info;

/** sl_netlink_init() - register the family. The ledgers exist. */
int sl_netlink_init(void);

/** sl_netlink_uninit() - unregister; no request is being served on return */
void sl_netlink_uninit(void);

/* ---- between the netlink*.c files ---- */

/* 4 or 16 bytes: no longer than that here, sl_netlink_get_address() the rest */
#define SL_ADDRESS_POLICY	{ .type = NLA_BINARY, .len = sizeof(struct in6_addr) }

#define SL_FILTER_ATTRS	(SOCKLEDGER_A_FILTER_MAX + 1)

extern const struct nla_policy sl_filter_policy[SL_FILTER_ATTRS];

/**
 * sl_netlink_get_filter() - read the conditions of a reader
 * @nest: SOCKLEDGER_A_ENTRY_FILTER
 * @ret: set on success
 * @extack: gets the sentence of a refusal
 *
 * Return: 0 or a negative errno.
 */
int sl_netlink_get_filter(const struct nlattr *nest, struct sl_filter *ret,
			  struct netlink_ext_ack *extack);

/** sl_netlink_get_address() - read 4 or 16 bytes; otherwise as above */
int sl_netlink_get_address(const struct nlattr *attr, struct in6_addr *ret,
			   struct netlink_ext_ack *extack);

/** sl_netlink_get_family() - read AF_INET or AF_INET6, 0 if @attr is NULL */
int sl_netlink_get_family(const struct nlattr *attr, u8 *ret,
			  struct netlink_ext_ack *extack);

/**
 * sl_netlink_find() - the entry that a request names
 * @info: the request, which has an id or an endpoint
 * @l: ledger to look in
 * @snap: set on success
 *
 * Context: process, may sleep. Return: 0 or a negative errno, with a sentence.
 */
int sl_netlink_find(struct genl_info *info, struct sl_ledger *l,
		    struct sl_snapshot *snap);

/**
 * sl_netlink_next() - the next entry that a filter takes
 * @l: ledger; the caller holds rcu_read_lock(), which is let go of at times
 * @id: where to start; set to the id found, when one is
 * @last: where to stop
 * @filter: the filter, NULL: all
 */
struct sl_entry *sl_netlink_next(struct sl_ledger *l, u64 *id, u64 last,
				 const struct sl_filter *filter);

/**
 * sl_netlink_put_entry() - write an entry's attributes
 * @skb: message, after its header; that of a new one always has room
 * @l: ledger of the entry
 * @snap: a copy of the entry
 * @detail: how much of it
 *
 * Context: a call of the reader.
 * Return: 0, or -EMSGSIZE when it does not fit; then the caller cancels the
 * message.
 */
int sl_netlink_put_entry(struct sk_buff *skb, const struct sl_ledger *l,
			 const struct sl_snapshot *snap,
			 enum sockledger_detail detail);

/** sl_netlink_put_who() - of these attributes, what tells it from others */
int sl_netlink_put_who(struct sk_buff *skb, u64 id, u8 proto, u8 role,
		       const struct sl_tuple *ends);

/** sl_netlink_put_handshake() - of these attributes, the handshake */
int sl_netlink_put_handshake(struct sk_buff *skb,
			     const struct sl_record *rec,
			     enum sockledger_detail detail);

/** sl_netlink_put_story() - of these, the transitions and the events */
int sl_netlink_put_story(struct sk_buff *skb, const struct sl_snapshot *snap);

/** sl_netlink_put_datagrams() - of these, what a UDP socket counts */
int sl_netlink_put_datagrams(struct sk_buff *skb, const struct sl_datagrams *d);

extern struct genl_family sl_family;

/* The multicast groups of the family, by place. */
enum {
	SL_GROUP_EVENTS,
};

/** sl_events_prepare() - before the family is registered */
void sl_events_prepare(void);

/** sl_events_init() - send events on. The family is there, and the ledgers. */
int sl_events_init(void);

/** sl_events_uninit() - no event is being sent on return */
void sl_events_uninit(void);

/* So many entries can the events of one message be about. */
#define SL_NOTICES_ENTRIES	64

/* A message of events while it is filled. */
struct sl_notices {
	struct sk_buff *skb;	/* NULL: there is none, whatever the rest says */
	void *hdr;
	unsigned int count;	/* of @told */
	u64 told[SL_NOTICES_ENTRIES];	/* ids of the entries that are in it */
};

/**
 * sl_notices_begin() - make a message
 * @notices: there is none yet
 *
 * Context: process, may sleep. Return: 0 or a negative errno.
 */
int sl_notices_begin(struct sl_notices *notices);

/**
 * sl_notices_put() - write an event, and whom it is about, or nothing of it
 * @notices: message; that of a new one always has room
 * @l: ledger of the event
 * @event: the event
 *
 * Return: 0, or -EMSGSIZE when the message has no room, or there is none.
 */
int sl_notices_put(struct sl_notices *notices, struct sl_ledger *l,
		   const struct sl_journal_event *event);

/**
 * sl_notices_end() - the message is complete
 * @notices: there is none from now on
 *
 * Return: the message, which is the caller's, or NULL if there was none.
 */
struct sk_buff *sl_notices_end(struct sl_notices *notices);

/* DATAGRAMS is the last that can be set. */
#define SL_CONFIG_ATTRS	(SOCKLEDGER_A_CONFIG_DATAGRAMS + 1)

extern const struct nla_policy sl_config_policy[SL_CONFIG_ATTRS];

/** sl_netlink_config_set() - change what a request asks to. May sleep. */
int sl_netlink_config_set(struct sk_buff *request, struct genl_info *info,
			  struct sl_ledger *l);

/** sl_netlink_put_config() - write how a ledger is set up; otherwise as above */
int sl_netlink_put_config(struct sk_buff *skb, const struct sl_ledger *l);

/**
 * sl_netlink_put_call() - write a failed call's attributes
 * @skb: as above
 * @seq: its number
 * @call: a copy of it
 *
 * Context and return: as above.
 */
int sl_netlink_put_call(struct sk_buff *skb, u64 seq,
			const struct sl_failed_call *call);

#endif /* _SOCKLEDGER_NETLINK_H */
