// SPDX-License-Identifier: GPL-2.0
/* What a UDP socket counts, as attributes. */
#include "netlink.h"

#include <net/netlink.h>

#include "netlink_put.h"

static int put_sent(struct sk_buff *skb, const struct sl_datagrams *d)
{
	if (sl_put_u64(skb, SOCKLEDGER_A_DATAGRAMS_SENT, d->sent) ||
	    sl_put_u64(skb, SOCKLEDGER_A_DATAGRAMS_BYTES_SENT,
		       d->sent_bytes) ||
	    nla_put_u32(skb, SOCKLEDGER_A_DATAGRAMS_LARGEST_SENT,
			d->largest_sent) ||
	    sl_put_time(skb, SOCKLEDGER_A_DATAGRAMS_FIRST_OUT_NS,
			d->first_out) ||
	    sl_put_u64(skb, SOCKLEDGER_A_DATAGRAMS_SEND_ERRORS,
		       d->send_errors) ||
	    sl_put_u64(skb, SOCKLEDGER_A_DATAGRAMS_TOO_LARGE, d->too_large))
		return -EMSGSIZE;
	return 0;
}

static int put_received(struct sk_buff *skb, const struct sl_datagrams *d)
{
	if (sl_put_u64(skb, SOCKLEDGER_A_DATAGRAMS_RECEIVED, d->received) ||
	    sl_put_u64(skb, SOCKLEDGER_A_DATAGRAMS_BYTES_RECEIVED,
		       d->received_bytes) ||
	    nla_put_u32(skb, SOCKLEDGER_A_DATAGRAMS_LARGEST_RECEIVED,
			d->largest_received) ||
	    sl_put_u64(skb, SOCKLEDGER_A_DATAGRAMS_TAKEN, d->taken) ||
	    sl_put_time(skb, SOCKLEDGER_A_DATAGRAMS_FIRST_IN_NS,
			d->first_in) ||
	    nla_put_u32(skb, SOCKLEDGER_A_DATAGRAMS_QUEUE_PEAK,
			d->queue_peak))
		return -EMSGSIZE;
	return 0;
}

static int put_losses(struct sk_buff *skb, const struct sl_datagrams *d)
{
	if (sl_put_u64(skb, SOCKLEDGER_A_DATAGRAMS_LOST_FULL, d->lost_full) ||
	    nla_put_u32(skb, SOCKLEDGER_A_DATAGRAMS_LOST_OTHER,
			sl_datagrams_lost_other(d)) ||
	    sl_put_u64(skb, SOCKLEDGER_A_DATAGRAMS_ICMP_ERRORS,
		       d->icmp_errors) ||
	    sl_put_some_u32(skb, SOCKLEDGER_A_DATAGRAMS_ICMP_ERROR,
			    d->icmp_error))
		return -EMSGSIZE;
	return 0;
}

static int put_peers(struct sk_buff *skb, const struct sl_datagrams *d)
{
	const struct sl_endpoint *last = &d->last_peer;

	if (nla_put_u32(skb, SOCKLEDGER_A_DATAGRAMS_PEERS,
			sl_peers_count(&d->peers)) ||
	    sl_put_flag(skb, SOCKLEDGER_A_DATAGRAMS_PEERS_ESTIMATED,
			!sl_peers_exact(&d->peers)))
		return -EMSGSIZE;
	if (!last->port)
		return 0;
	return sl_put_address(skb, SOCKLEDGER_A_DATAGRAMS_PEER_ADDR,
			      SOCKLEDGER_A_DATAGRAMS_PEER_PORT, &last->addr,
			      last->port) ?:
	       sl_put_some_u32(skb, SOCKLEDGER_A_DATAGRAMS_PEER_SCOPE,
			       last->scope);
}

static int put_group(struct sk_buff *skb, const struct sl_endpoint *group)
{
	struct nlattr *nest = nla_nest_start(skb, SOCKLEDGER_A_ENTRY_GROUP);

	if (!nest ||
	    sl_put_bare_address(skb, SOCKLEDGER_A_GROUP_ADDR, &group->addr) ||
	    sl_put_some_u32(skb, SOCKLEDGER_A_GROUP_IFINDEX, group->scope))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_groups(struct sk_buff *skb, const struct sl_datagrams *d)
{
	unsigned int i;

	for (i = 0; i < min_t(unsigned int, d->groups, SL_GROUPS); i++)
		if (put_group(skb, &d->group[i]))
			return -EMSGSIZE;
	return 0;
}

int sl_netlink_put_datagrams(struct sk_buff *skb, const struct sl_datagrams *d)
{
	struct nlattr *nest = nla_nest_start(skb, SOCKLEDGER_A_ENTRY_DATAGRAMS);

	if (!nest || put_sent(skb, d) || put_received(skb, d) ||
	    put_losses(skb, d) || put_peers(skb, d) ||
	    nla_put_u32(skb, SOCKLEDGER_A_DATAGRAMS_GROUPS, d->groups))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return put_groups(skb, d);
}
