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

/**
 * sl_netlink_put_entry() - write an entry's attributes
 * @skb: message, after its header
 * @l: ledger of the entry
 * @rec: a copy of it
 *
 * Return: 0, or -EMSGSIZE when it does not fit; then the caller cancels the
 * message.
 */
int sl_netlink_put_entry(struct sk_buff *skb, const struct sl_ledger *l,
			 const struct sl_record *rec);

#endif /* _SOCKLEDGER_NETLINK_H */
