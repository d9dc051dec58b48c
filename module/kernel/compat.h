/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the supported kernels, 6.1 and 6.12, differ: the newest form first,
 * the older ones brought up to it. No other file asks for a version.
 */
#ifndef _SOCKLEDGER_COMPAT_H
#define _SOCKLEDGER_COMPAT_H

#include <linux/version.h>
#include <net/genetlink.h>
#include <net/inet_hashtables.h>
#include <net/udp.h>

/*
 * Linux kernel commit 9272af109fe6 ("genetlink: add struct genl_info to
 * struct genl_dumpit_info") (in v6.6) moved the attributes of a dump request.
 */
static inline struct nlattr **sl_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	return genl_info_dump(cb)->attrs;
#else /* LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0) */
	return genl_dumpit_info(cb)->attrs;
#endif /* LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0) */
}

/*
 * "tcp: Link sk and twsk to tb2->owners using skc_bind_node." (in v6.8) hung
 * the sockets that hold a port on its second-level buckets. Return: whether
 * @visit said that it is enough.
 */
static inline bool
sl_each_bound(struct inet_bind_bucket *tb,
	      bool (*visit)(struct sock *sk, void *arg), void *arg)
{
	struct sock *sk;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
	struct inet_bind2_bucket *tb2;

	hlist_for_each_entry(tb2, &tb->bhash2, bhash_node)
		sk_for_each_bound(sk, &tb2->owners)
			if (visit(sk, arg))
				return true;
#else /* LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0) */

	sk_for_each_bound(sk, &tb->owners)
		if (visit(sk, arg))
			return true;
#endif /* LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0) */
	return false;
}

/*
 * "udp: Introduce optional per-netns hash table." (in v6.2) made the table of
 * UDP sockets a matter of the namespace.
 */
static inline struct udp_table *sl_udp_table(const struct net *net)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
	return net->ipv4.udp_table;
#else /* LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0) */
	return &udp_table;
#endif /* LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0) */
}

/*
 * "net: factor out inet{,6}_bind_sk helpers." and "mptcp: avoid additional
 * __inet_stream_connect() call" (in v6.6): since then bind() and connect() of
 * an MPTCP socket reach its subflow without a call on that.
 */
#if IS_ENABLED(CONFIG_MPTCP) && LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define SL_MPTCP_IS_DIRECT	1
#else /* CONFIG_MPTCP && LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0) */
#define SL_MPTCP_IS_DIRECT	0
#endif /* CONFIG_MPTCP && LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0) */

/*
 * "net: add rx_sk to trace_kfree_skb" (in v6.11) told who was to receive it.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
#define SL_KFREE_SKB_ARGS	struct sk_buff *skb, void *location, \
				enum skb_drop_reason reason, struct sock *rx_sk
#else /* LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0) */
#define SL_KFREE_SKB_ARGS	struct sk_buff *skb, void *location, \
				enum skb_drop_reason reason
#endif /* LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0) */

/*
 * "genetlink: Use internal flags for multicast groups" (in v6.7, and in 6.1.y)
 * gave the groups flags of their own. Until then those of operations served,
 * with the same meaning.
 */
#ifndef GENL_MCAST_CAP_NET_ADMIN
#define GENL_MCAST_CAP_NET_ADMIN	GENL_UNS_ADMIN_PERM
#endif /* GENL_MCAST_CAP_NET_ADMIN */

/*
 * "genetlink: Add per family bind/unbind callbacks" (in v6.8) tells who joins a
 * group, before he is in it. Return: false where nobody tells.
 */
static inline bool sl_genl_on_join(struct genl_family *family,
				   int (*join)(int group))
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
	family->bind = join;
	return true;
#else /* LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0) */
	return false;
#endif /* LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0) */
}

/*
 * "genetlink: introduce helpers to do filtered multicast" (in v6.8). Before
 * that a message goes to all who are in the group, whoever they are.
 */
static inline void sl_genl_multicast(const struct genl_family *family,
				     struct net *net, struct sk_buff *skb,
				     unsigned int group,
				     int (*refuses)(struct sock *sk,
						    struct sk_buff *skb,
						    void *net))
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
	genlmsg_multicast_netns_filtered(family, net, skb, 0, group,
					 GFP_KERNEL, refuses, net);
#else /* LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0) */
	genlmsg_multicast_netns(family, net, skb, 0, group, GFP_KERNEL);
#endif /* LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0) */
}

#endif /* _SOCKLEDGER_COMPAT_H */
