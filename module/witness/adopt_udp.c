// SPDX-License-Identifier: GPL-2.0
/* UDP sockets that existed before the module: the kernel's tables, walked. */
#include "datagrams.h"

#include <linux/file.h>
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

/* Sockets taken out of one slot in one go. */
#define BATCH	32

struct batch {
	struct sock *sk[BATCH];		/* each with a reference */
	unsigned int count;
	unsigned int skip;		/* of the slot, done before */
	bool more;			/* the slot holds further ones */
};

/*
 * A reference to the file of a socket, while which nobody can close it: its
 * end is heard at the last close(), and only once. NULL when that has begun,
 * or the socket is the kernel's own. The file is there as long as sk_socket
 * is, which goes under the lock.
 */
static struct file *hold_open(struct sock *sk)
{
	struct file *file = NULL;

	read_lock_bh(&sk->sk_callback_lock);
	if (sk->sk_socket)
		file = READ_ONCE(sk->sk_socket->file);
	if (file && !atomic_long_inc_not_zero(&file->f_count))
		file = NULL;
	read_unlock_bh(&sk->sk_callback_lock);
	return file;
}

static void adopt(struct sock *sk)
{
	struct file *file = hold_open(sk);
	struct sl_ledger *l;

	if (!file)
		return;
	rcu_read_lock();
	l = sl_calls_ledger(sk);
	if (l)
		sl_ledger_adopt_udp(l, sk, ktime_get_mono_fast_ns());
	rcu_read_unlock();
	fput(file);
}

/* Take the next sockets of a slot; its lock is held. */
static void collect(struct batch *batch, struct udp_hslot *slot)
{
	unsigned int seen = 0;
	struct sock *sk;

	batch->count = 0;
	batch->more = false;
	sk_for_each(sk, &slot->head) {
		if (seen++ < batch->skip)
			continue;
		if (batch->count == BATCH) {
			batch->more = true;
			break;
		}
		if (refcount_inc_not_zero(&sk->sk_refcnt))
			batch->sk[batch->count++] = sk;
		batch->skip++;
	}
}

static void adopt_slot(struct udp_hslot *slot)
{
	struct batch batch = { .more = true };
	unsigned int i;

	while (batch.more) {
		spin_lock_bh(&slot->lock);
		collect(&batch, slot);
		spin_unlock_bh(&slot->lock);
		for (i = 0; i < batch.count; i++) {
			adopt(batch.sk[i]);
			sock_put(batch.sk[i]);
		}
		cond_resched();
	}
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
