// SPDX-License-Identifier: GPL-2.0
/*
 * The least that a module like ours can cost: hooks where ours are, and a probe
 * on the one tracepoint, in which nothing is done.
 */
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <net/net_namespace.h>

static struct tracepoint *state_change;

static unsigned int empty_hook(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	return NF_ACCEPT;
}

static void empty_probe(void *priv, const struct sock *sk, int from, int to)
{
}

static const struct nf_hook_ops floor_ops[] = {
	{
		.hook		= empty_hook,
		.pf		= NFPROTO_INET,
		.hooknum	= NF_INET_LOCAL_IN,
		.priority	= NF_IP_PRI_FIRST,
	},
	{
		.hook		= empty_hook,
		.pf		= NFPROTO_INET,
		.hooknum	= NF_INET_LOCAL_OUT,
		.priority	= NF_IP_PRI_LAST,
	},
	{
		.hook		= empty_hook,
		.pf		= NFPROTO_INET,
		.hooknum	= NF_INET_FORWARD,
		.priority	= NF_IP_PRI_FIRST,
	},
};

static int __net_init floor_init_net(struct net *net)
{
	return nf_register_net_hooks(net, floor_ops, ARRAY_SIZE(floor_ops));
}

static void __net_exit floor_exit_net(struct net *net)
{
	nf_unregister_net_hooks(net, floor_ops, ARRAY_SIZE(floor_ops));
}

static struct pernet_operations floor_net_ops = {
	.init	= floor_init_net,
	.exit	= floor_exit_net,
};

static void take_state_change(struct tracepoint *tp, void *priv)
{
	if (!strcmp(tp->name, "inet_sock_set_state"))
		state_change = tp;
}

static int __init floor_init(void)
{
	int err;

	for_each_kernel_tracepoint(take_state_change, NULL);
	if (!state_change)
		return -ENOENT;
	err = tracepoint_probe_register(state_change, empty_probe, NULL);
	if (err)
		return err;
	err = register_pernet_subsys(&floor_net_ops);
	if (err) {
		tracepoint_probe_unregister(state_change, empty_probe, NULL);
		tracepoint_synchronize_unregister();
	}
	return err;
}

static void __exit floor_exit(void)
{
	unregister_pernet_subsys(&floor_net_ops);
	tracepoint_probe_unregister(state_change, empty_probe, NULL);
	tracepoint_synchronize_unregister();
}

module_init(floor_init);
module_exit(floor_exit);
MODULE_DESCRIPTION("hooks and a probe that do nothing");
MODULE_LICENSE("GPL");
