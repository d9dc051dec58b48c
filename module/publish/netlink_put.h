/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Attributes that more than one set has. Each function returns 0, or
 * -EMSGSIZE when the message has no room.
 */
#ifndef _SOCKLEDGER_NETLINK_PUT_H
#define _SOCKLEDGER_NETLINK_PUT_H

#include <net/netlink.h>

#include "../ledger/record.h"
#include "../uapi/sockledger.h"

/* Every attribute set has its padding in the same place. */
#define SL_PAD	1

static_assert(SOCKLEDGER_A_ENTRY_PAD == SL_PAD);
static_assert(SOCKLEDGER_A_OWNER_PAD == SL_PAD);
static_assert(SOCKLEDGER_A_HANDSHAKE_PAD == SL_PAD);
static_assert(SOCKLEDGER_A_TRANSITION_PAD == SL_PAD);
static_assert(SOCKLEDGER_A_EVENT_PAD == SL_PAD);
static_assert(SOCKLEDGER_A_TOTALS_PAD == SL_PAD);
static_assert(SOCKLEDGER_A_LEDGER_PAD == SL_PAD);
static_assert(SOCKLEDGER_A_DATAGRAMS_PAD == SL_PAD);
static_assert(SOCKLEDGER_A_GROUP_PAD == SL_PAD);
static_assert(SOCKLEDGER_A_CALL_PAD == SL_PAD);
static_assert(SOCKLEDGER_A_COUNTER_PAD == SL_PAD);
static_assert(SOCKLEDGER_A_CONFIG_PAD == SL_PAD);
static_assert(SOCKLEDGER_A_FLUSH_PAD == SL_PAD);
static_assert(SOCKLEDGER_A_NOTICE_PAD == SL_PAD);

/* Bytes in a message, with all that goes with it; a nest's header is a flag. */
#define SL_SIZE(bytes)	NLA_ALIGN(NLA_HDRLEN + (bytes))
#define SL_SIZE_FLAG	SL_SIZE(0)
#define SL_SIZE_NUMBER	SL_SIZE(sizeof(u32))	/* or a smaller one */
#define SL_SIZE_U64	(SL_SIZE(sizeof(u64)) + SL_SIZE(0))
#define SL_SIZE_ADDRESS	(SL_SIZE(sizeof(struct in6_addr)) + SL_SIZE_NUMBER)
#define SL_SIZE_OWNER	(SL_SIZE_FLAG + 3 * SL_SIZE_NUMBER + \
			 2 * SL_SIZE_U64 + SL_SIZE(TASK_COMM_LEN))

static inline int sl_put_u64(struct sk_buff *skb, int attr, u64 value)
{
	return nla_put_u64_64bit(skb, attr, value, SL_PAD);
}

/* A time that may be unknown. */
static inline int sl_put_time(struct sk_buff *skb, int attr, u64 ns)
{
	return ns == SL_T_UNKNOWN ? 0 : sl_put_u64(skb, attr, ns);
}

/* Numbers of which 0 says nothing. */
static inline int sl_put_some(struct sk_buff *skb, int attr, u64 value)
{
	return value ? sl_put_u64(skb, attr, value) : 0;
}

static inline int sl_put_some_u32(struct sk_buff *skb, int attr, u32 value)
{
	return value ? nla_put_u32(skb, attr, value) : 0;
}

static inline int sl_put_flag(struct sk_buff *skb, int attr, bool set)
{
	return set ? nla_put_flag(skb, attr) : 0;
}

/** sl_put_bare_address() - an address, IPv4 as such */
int sl_put_bare_address(struct sk_buff *skb, int attr,
			const struct in6_addr *addr);

/** sl_put_address() - an address, IPv4 as such, and a port */
int sl_put_address(struct sk_buff *skb, int addr_attr, int port_attr,
		   const struct in6_addr *addr, __be16 port);

/**
 * sl_put_owner() - a program, as who reads it may see it
 * @skb: message that answers a call of the reader, who is current
 * @attr: the nest it becomes
 * @owner: the program; with pid 0, or NULL, it is left out
 * @detail: how much of it
 */
int sl_put_owner(struct sk_buff *skb, int attr, const struct sl_owner *owner,
		 enum sockledger_detail detail);

#endif /* _SOCKLEDGER_NETLINK_PUT_H */
