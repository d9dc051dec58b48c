/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family; uapi/sockledger.h is its contract. For whoever
 * has CAP_NET_ADMIN in the user namespace of the network namespace asked.
 */
#ifndef _SOCKLEDGER_NETLINK_H
#define _SOCKLEDGER_NETLINK_H

#include "../ledger/ledger.h"

struct sk_buff;

/** sl_netlink_init() - register the family. The ledgers exist. */
int sl_netlink_init(void);

/** sl_netlink_uninit() - unregister; no request is being served on return */
void sl_netlink_uninit(void);

/* ---- between the netlink*.c files ---- */

/**
 * sl_netlink_put_entry() - write an entry's attributes
 * @skb: message, after its header; that of a new one always has room
 * @l: ledger of the entry
 * @snap: a copy of the entry
 *
 * Context: a call of the reader.
 * Return: 0, or -EMSGSIZE when it does not fit; then the caller cancels the
 * message.
 */
int sl_netlink_put_entry(struct sk_buff *skb, const struct sl_ledger *l,
			 const struct sl_snapshot *snap);

/**
 * sl_netlink_put_story() - of these attributes, the handshake, the transitions
 * and the events
 */
int sl_netlink_put_story(struct sk_buff *skb, const struct sl_snapshot *snap);

/** sl_netlink_put_datagrams() - of these, what a UDP socket counts */
int sl_netlink_put_datagrams(struct sk_buff *skb, const struct sl_datagrams *d);

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
