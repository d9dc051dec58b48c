// SPDX-License-Identifier: GPL-2.0
#include "netlink.h"

#include <linux/module.h>
#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "../kernel/compat.h"
#include "../ledger/config.h"
#include "../uapi/sockledger.h"
#include "netlink_put.h"
#include "totals.h"

/* The namespace of the asking socket is there for as long as the request. */
static struct sl_ledger *ledger_of_socket(const struct sock *sk)
{
	return sl_ledger_of_live(sock_net(sk));
}

/* One entry, as a whole message. */
static int put_entry(struct sk_buff *skb, u32 portid, u32 seq, int flags,
		     const struct sl_ledger *l, const struct sl_snapshot *snap,
		     enum sockledger_detail detail)
{
	void *hdr = genlmsg_put(skb, portid, seq, &sl_family, flags,
				SOCKLEDGER_CMD_ENTRY_GET);

	if (!hdr)
		return -EMSGSIZE;
	if (sl_netlink_put_entry(skb, l, snap, detail)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static int reply_entry(struct genl_info *info, const struct sl_ledger *l,
		       const struct sl_snapshot *snap)
{
	struct sk_buff *skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);

	if (!skb)
		return -ENOMEM;
	if (WARN_ON_ONCE(put_entry(skb, info->snd_portid, info->snd_seq, 0, l,
				   snap, SOCKLEDGER_DETAIL_STORY))) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	return genlmsg_reply(skb, info);
}

#define MOST_DETAIL	(__SOCKLEDGER_DETAIL_MAX - 1)

static const struct nla_policy entry_get_policy[] = {
	[SOCKLEDGER_A_ENTRY_ID]		= NLA_POLICY_MIN(NLA_U64, 1),
	[SOCKLEDGER_A_ENTRY_PROTO]	= NLA_POLICY_MIN(NLA_U8, 1),
	[SOCKLEDGER_A_ENTRY_LOCAL_ADDR]	= SL_ADDRESS_POLICY,
	[SOCKLEDGER_A_ENTRY_LOCAL_PORT]	= { .type = NLA_U16 },
	[SOCKLEDGER_A_ENTRY_REMOTE_ADDR] = SL_ADDRESS_POLICY,
	[SOCKLEDGER_A_ENTRY_REMOTE_PORT] = { .type = NLA_U16 },
	[SOCKLEDGER_A_ENTRY_SCOPE]	= NLA_POLICY_MIN(NLA_U32, 1),
	[SOCKLEDGER_A_ENTRY_FILTER]	= NLA_POLICY_NESTED(sl_filter_policy),
	[SOCKLEDGER_A_ENTRY_DETAIL]	= NLA_POLICY_MAX(NLA_U8, MOST_DETAIL),
};

static int entry_get_doit(struct sk_buff *request, struct genl_info *info)
{
	struct sl_ledger *l = ledger_of_socket(request->sk);
	struct sl_snapshot *snap = kmalloc(sizeof(*snap), GFP_KERNEL);
	int err;

	if (!snap)
		return -ENOMEM;
	err = sl_netlink_find(info, l, snap) ?: reply_entry(info, l, snap);
	kfree(snap);
	return err;
}

/*
 * Each time anew, since the attributes stay as long as the dump. Not in
 * .start, where 6.1 has no cb->extack yet: there a refusal would come without
 * its sentence.
 */
static int get_dump_filter(struct netlink_callback *cb,
			   struct sl_filter *filter)
{
	struct nlattr **attrs = sl_dump_attrs(cb);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(entry_get_policy); i++) {
		if (!attrs[i] || i == SOCKLEDGER_A_ENTRY_FILTER ||
		    i == SOCKLEDGER_A_ENTRY_DETAIL)
			continue;
		NL_SET_ERR_MSG_ATTR(cb->extack, attrs[i],
				    "a dump takes nothing but a filter and a detail");
		return -EINVAL;
	}
	if (!attrs[SOCKLEDGER_A_ENTRY_FILTER])
		return 0;
	return sl_netlink_get_filter(attrs[SOCKLEDGER_A_ENTRY_FILTER], filter,
				     cb->extack) ?: 1;
}

static enum sockledger_detail get_dump_detail(struct netlink_callback *cb)
{
	struct nlattr *attr = sl_dump_attrs(cb)[SOCKLEDGER_A_ENTRY_DETAIL];

	return attr ? nla_get_u8(attr) : SOCKLEDGER_DETAIL_STORY;
}

/*
 * What a dump remembers between two calls: numbers, so it survives whatever
 * is added or removed meanwhile. It ends with the last one there was when it
 * began; under load it would have no end otherwise.
 */
struct dump_walk {
	u64 next;	/* 0 before the first call */
	u64 until;
};

static struct dump_walk *dump_walk(struct netlink_callback *cb, u64 last)
{
	struct dump_walk *walk = (struct dump_walk *)cb->ctx;

	BUILD_BUG_ON(sizeof(*walk) > sizeof(cb->ctx));
	if (!walk->next) {
		walk->next = 1;
		walk->until = last;
	}
	return walk;
}

/*
 * Dumps return what they have put, which ends them when it is nothing. A
 * message that found no room comes first in the next call. (6.1 takes
 * -EMSGSIZE for a failure of the whole dump.)
 */
static int entry_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct sl_ledger *l = ledger_of_socket(cb->skb->sk);
	enum sockledger_detail detail = get_dump_detail(cb);
	struct dump_walk *walk;
	struct sl_snapshot *snap;
	struct sl_filter filter;
	struct sl_entry *e;
	int filtered = get_dump_filter(cb, &filter);

	if (filtered < 0)
		return filtered;
	walk = dump_walk(cb, sl_pools_last_id(&l->pools));
	snap = kmalloc(sizeof(*snap), GFP_KERNEL);
	if (!snap)
		return -ENOMEM;
	rcu_read_lock();
	while ((e = sl_netlink_next(l, &walk->next, walk->until,
				    filtered ? &filter : NULL))) {
		sl_entry_snapshot(l, e, snap);
		if (put_entry(skb, NETLINK_CB(cb->skb).portid,
			      cb->nlh->nlmsg_seq, NLM_F_MULTI, l, snap, detail))
			break;
		walk->next++;
	}
	rcu_read_unlock();
	kfree(snap);
	return skb->len;
}

/* One failed call, as a whole message. */
static int put_call(struct sk_buff *skb, struct netlink_callback *cb, u64 seq,
		    const struct sl_failed_call *call)
{
	void *hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				cb->nlh->nlmsg_seq, &sl_family, NLM_F_MULTI,
				SOCKLEDGER_CMD_CALL_GET);

	if (!hdr)
		return -EMSGSIZE;
	if (sl_netlink_put_call(skb, seq, call)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static int call_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct sl_ring *failed = &ledger_of_socket(cb->skb->sk)->failed;
	struct dump_walk *walk = dump_walk(cb, sl_ring_last(failed));
	struct sl_failed_call call;

	while (sl_ring_read(failed, &walk->next, walk->until, &call)) {
		if (put_call(skb, cb, walk->next, &call))
			break;
		walk->next++;
	}
	return skb->len;
}

static int put_counter(void *arg, const char *name, u64 value)
{
	struct sk_buff *skb = arg;
	struct nlattr *nest = nla_nest_start(skb, SOCKLEDGER_A_STATS_COUNTER);

	if (!nest || nla_put_string(skb, SOCKLEDGER_A_COUNTER_NAME, name) ||
	    sl_put_u64(skb, SOCKLEDGER_A_COUNTER_VALUE, value))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int count_counter(void *arg, const char *name, u64 value)
{
	size_t *size = arg;

	*size += nla_total_size(nla_total_size(strlen(name) + 1) +
				nla_total_size_64bit(sizeof(u64)));
	return 0;
}

static int stats_get_doit(struct sk_buff *request, struct genl_info *info)
{
	struct sl_ledger *l = ledger_of_socket(request->sk);
	struct sk_buff *skb;
	size_t size = 0;
	void *hdr;

	sl_totals_walk(l, count_counter, &size);
	skb = genlmsg_new(size, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	hdr = genlmsg_put_reply(skb, info, &sl_family, 0,
				SOCKLEDGER_CMD_STATS_GET);
	if (WARN_ON_ONCE(!hdr || sl_totals_walk(l, put_counter, skb))) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return genlmsg_reply(skb, info);
}

static int config_get_doit(struct sk_buff *request, struct genl_info *info)
{
	struct sk_buff *skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *hdr;

	if (!skb)
		return -ENOMEM;
	hdr = genlmsg_put_reply(skb, info, &sl_family, 0,
				SOCKLEDGER_CMD_CONFIG_GET);
	if (WARN_ON_ONCE(!hdr ||
			 sl_netlink_put_config(skb,
					       ledger_of_socket(request->sk)))) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return genlmsg_reply(skb, info);
}

static int config_set_doit(struct sk_buff *request, struct genl_info *info)
{
	return sl_netlink_config_set(request, info,
				     ledger_of_socket(request->sk));
}

static const struct nla_policy flush_policy[] = {
	[SOCKLEDGER_A_FLUSH_ID]		= NLA_POLICY_MIN(NLA_U64, 1),
};

static int flush_doit(struct sk_buff *request, struct genl_info *info)
{
	/* Before anything is forgotten: what was must be told. */
	struct sk_buff *skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	struct sl_ledger *l = ledger_of_socket(request->sk);
	struct nlattr *id = info->attrs[SOCKLEDGER_A_FLUSH_ID];
	void *hdr;
	u64 flushed;

	if (!skb)
		return -ENOMEM;
	flushed = id ? sl_ledger_forget(l, nla_get_u64(id)) :
		       sl_ledger_flush(l);
	hdr = genlmsg_put_reply(skb, info, &sl_family, 0,
				SOCKLEDGER_CMD_FLUSH);
	if (WARN_ON_ONCE(!hdr || sl_put_u64(skb, SOCKLEDGER_A_FLUSH_ENTRIES,
					    flushed))) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return genlmsg_reply(skb, info);
}

static const struct genl_ops sl_ops[] = {
	{
		.cmd		= SOCKLEDGER_CMD_ENTRY_GET,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= entry_get_policy,
		.maxattr	= ARRAY_SIZE(entry_get_policy) - 1,
		.doit		= entry_get_doit,
		.dumpit		= entry_get_dumpit,
	},
	{
		.cmd		= SOCKLEDGER_CMD_STATS_GET,
		.flags		= GENL_UNS_ADMIN_PERM,
		/* No policy: genetlink refuses every attribute. */
		.doit		= stats_get_doit,
	},
	{
		.cmd		= SOCKLEDGER_CMD_CALL_GET,
		.flags		= GENL_UNS_ADMIN_PERM,
		/* Likewise. */
		.dumpit		= call_get_dumpit,
	},
	{
		.cmd		= SOCKLEDGER_CMD_CONFIG_GET,
		.flags		= GENL_UNS_ADMIN_PERM,
		/* Likewise. */
		.doit		= config_get_doit,
	},
	{
		.cmd		= SOCKLEDGER_CMD_CONFIG_SET,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= sl_config_policy,
		.maxattr	= SL_CONFIG_ATTRS - 1,
		.doit		= config_set_doit,
	},
	{
		.cmd		= SOCKLEDGER_CMD_FLUSH,
		.flags		= GENL_UNS_ADMIN_PERM,
		.policy		= flush_policy,
		.maxattr	= ARRAY_SIZE(flush_policy) - 1,
		.doit		= flush_doit,
	},
};

static const struct genl_multicast_group sl_groups[] = {
	[SL_GROUP_EVENTS] = {
		.name	= SOCKLEDGER_GROUP_EVENTS,
		/* In the user namespace of the network namespace. */
		.flags	= GENL_MCAST_CAP_NET_ADMIN,
	},
};

struct genl_family sl_family __ro_after_init = {
	.name		= SOCKLEDGER_FAMILY_NAME,
	.version	= SOCKLEDGER_FAMILY_VERSION,
	.module		= THIS_MODULE,
	.netnsok	= true,
	.parallel_ops	= true,
	.ops		= sl_ops,
	.n_ops		= ARRAY_SIZE(sl_ops),
	.mcgrps		= sl_groups,
	.n_mcgrps	= ARRAY_SIZE(sl_groups),
};

int sl_netlink_init(void)
{
	int err;

	sl_events_prepare();
	err = genl_register_family(&sl_family);
	if (err)
		return err;
	err = sl_events_init();
	if (err)
		genl_unregister_family(&sl_family);
	return err;
}

void sl_netlink_uninit(void)
{
	sl_events_uninit();
	genl_unregister_family(&sl_family);
}
