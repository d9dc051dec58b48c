// SPDX-License-Identifier: GPL-2.0
/* UDP sockets that existed before the module: the kernel's tables, walked. */
#include "datagrams.h"

#include <linux/fs.h>
#include <linux/net.h>
#include <linux/rwsem.h>
#include <linux/timekeeping.h>
#include <net/net_namespace.h>
#include <net/udp.h>
#include <net/udplite.h>

#include "../kernel/compat.h"
#include "../ledger/observe.h"
#include "calls.h"

/*
 * The lock of the socket's slot is held, without which it is not closed, so
 * that its file is there. The last close() may have begun all the same, and
 * have told of itself, which it does only once: before there was an entry, if
 * nobody holds the file any more when there is one. To hold the file instead
 * would be to close it in the end, later than its program thinks it is.
 */
static void adopt(struct sock *sk)
{
	const struct socket *sock = READ_ONCE(sk->sk_socket);
	const struct file *file = sock ? READ_ONCE(sock->file) : NULL;
	struct sl_ledger *l;

	/* The kernel's own have none. */
	if (!file || !file_count(file))
		return;
	rcu_read_lock();
	l = sl_calls_ledger(sk);
	if (l && sl_ledger_adopt_udp(l, sk, ktime_get_mono_fast_ns())) {
		/* Pairs with what takes the last reference to the file. */
		smp_mb();
		if (!file_count(file))
			sl_ledger_destroyed(l, sk, ktime_get_mono_fast_ns());
	}
	rcu_read_unlock();
}

static void adopt_slot(struct udp_hslot *slot)
{
	struct sock *sk;

	spin_lock_bh(&slot->lock);
	sk_for_each(sk, &slot->head)
		adopt(sk);
	spin_unlock_bh(&slot->lock);
	cond_resched();
}

static void adopt_table(struct udp_table *table)
{
	unsigned int i;

	for (i = 0; i <= table->mask; i++)
		if (!hlist_empty(&table->hash[i].head))
			adopt_slot(&table->hash[i]);
}

void sl_datagrams_adopt(void)
{
	struct udp_table *shared = sl_udp_table(&init_net);
	struct net *net;

	/* No namespace that was alive under it is freed while it is held. */
	down_read(&net_rwsem);
	adopt_table(shared);
	adopt_table(&udplite_table);
	/* Some may have their own (sysctl net.ipv4.udp_child_hash_entries). */
	for_each_net(net)
		if (sl_udp_table(net) != shared)
			adopt_table(sl_udp_table(net));
	up_read(&net_rwsem);
}
