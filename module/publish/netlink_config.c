// SPDX-License-Identifier: GPL-2.0
/* What a reader may change: what its ledger keeps, counts and tells of. */
#include "netlink.h"

#include <linux/capability.h>
#include <linux/mutex.h>
#include <net/genetlink.h>

#include "../ledger/config.h"
#include "../params.h"
#include "netlink_put.h"

/* One change at a time, whichever ledger it is of. */
static DEFINE_MUTEX(config_lock);

static struct netlink_range_validation entries_range = {
	.min = SL_LIMIT_MIN,
	.max = SL_ENTRIES_MAX,
};

static struct netlink_range_validation half_open_range = {
	.min = SL_LIMIT_MIN,
	.max = SL_HALF_OPEN_MAX,
};

#define EVENTS	GENMASK_ULL(__SOCKLEDGER_WHAT_MAX - 1, 0)

/* A policy holds 32 bits of a mask. */
static_assert(__SOCKLEDGER_WHAT_MAX <= 32);

const struct nla_policy sl_config_policy[SL_CONFIG_ATTRS] = {
	[SOCKLEDGER_A_CONFIG_MAX_LIVE] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &entries_range),
	[SOCKLEDGER_A_CONFIG_MAX_HISTORY] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &entries_range),
	[SOCKLEDGER_A_CONFIG_MAX_HALF_OPEN] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &half_open_range),
	[SOCKLEDGER_A_CONFIG_EVENTS]	= NLA_POLICY_MASK(NLA_U64, EVENTS),
	[SOCKLEDGER_A_CONFIG_DATAGRAMS]	= NLA_POLICY_MAX(NLA_U8, 1),
};

/*
 * Memory is not charged to anyone, so who is root of a namespace only may not
 * have more of it than the module's parameters give to all.
 */
static int set_limit(struct genl_info *info, struct sk_buff *request, int attr,
		     unsigned int granted, unsigned int *ret)
{
	u32 limit;

	if (!info->attrs[attr])
		return 0;
	limit = nla_get_u32(info->attrs[attr]);
	if (limit > granted && !netlink_capable(request, CAP_NET_ADMIN)) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attr],
				    "a limit above the module's parameter takes CAP_NET_ADMIN in the initial user namespace");
		return -EPERM;
	}
	*ret = limit;
	return 0;
}

/* What counts them are probes of the whole machine. */
static int set_datagrams(struct genl_info *info, struct sk_buff *request,
			 bool *ret)
{
	const struct nlattr *attr = info->attrs[SOCKLEDGER_A_CONFIG_DATAGRAMS];

	if (!attr)
		return 0;
	if (nla_get_u8(attr) && !*ret && !sl_params.datagrams &&
	    !netlink_capable(request, CAP_NET_ADMIN)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "counting datagrams, which the module's parameter says not to, takes CAP_NET_ADMIN in the initial user namespace");
		return -EPERM;
	}
	*ret = nla_get_u8(attr);
	return 0;
}

static int change(struct genl_info *info, struct sk_buff *request,
		  struct sl_config *config)
{
	struct sl_limits *limits = &config->limits;
	struct nlattr *events = info->attrs[SOCKLEDGER_A_CONFIG_EVENTS];

	if (events)
		config->events = nla_get_u64(events);
	return set_datagrams(info, request, &config->datagrams) ?:
	       set_limit(info, request, SOCKLEDGER_A_CONFIG_MAX_LIVE,
			 sl_params.max_live, &limits->live) ?:
	       set_limit(info, request, SOCKLEDGER_A_CONFIG_MAX_HISTORY,
			 sl_params.max_history, &limits->history) ?:
	       set_limit(info, request, SOCKLEDGER_A_CONFIG_MAX_HALF_OPEN,
			 sl_params.max_half_open, &limits->half_open);
}

int sl_netlink_config_set(struct sk_buff *request, struct genl_info *info,
			  struct sl_ledger *l)
{
	struct sl_config config;
	int err;

	mutex_lock(&config_lock);
	sl_config_get(l, &config);
	err = change(info, request, &config);
	if (!err)
		sl_config_set(l, &config);
	mutex_unlock(&config_lock);
	return err;
}

int sl_netlink_put_config(struct sk_buff *skb, const struct sl_ledger *l)
{
	struct sl_config config;

	sl_config_get(l, &config);
	if (nla_put_u32(skb, SOCKLEDGER_A_CONFIG_MAX_LIVE,
			config.limits.live) ||
	    nla_put_u32(skb, SOCKLEDGER_A_CONFIG_MAX_HISTORY,
			config.limits.history) ||
	    nla_put_u32(skb, SOCKLEDGER_A_CONFIG_MAX_HALF_OPEN,
			config.limits.half_open) ||
	    sl_put_u64(skb, SOCKLEDGER_A_CONFIG_EVENTS,
		       config.events & EVENTS) ||
	    nla_put_u8(skb, SOCKLEDGER_A_CONFIG_DATAGRAMS, config.datagrams) ||
	    nla_put_u32(skb, SOCKLEDGER_A_CONFIG_MAX_EVENTS,
			sl_params.max_events) ||
	    nla_put_u32(skb, SOCKLEDGER_A_CONFIG_MAX_FAILED_CALLS,
			sl_params.max_failed_calls))
		return -EMSGSIZE;
	return 0;
}
