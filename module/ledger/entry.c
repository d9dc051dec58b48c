// SPDX-License-Identifier: GPL-2.0
#include "entry.h"

#include <linux/in.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "../kernel/facts.h"
#include "holder.h"
#include "ledger.h"

static struct kmem_cache *sl_entry_cache;

int sl_entry_cache_init(void)
{
	sl_entry_cache = kmem_cache_create("sockledger_entry",
					   sizeof(struct sl_entry), 0, 0, NULL);
	return sl_entry_cache ? 0 : -ENOMEM;
}

void sl_entry_cache_uninit(void)
{
	/* Entries on their way through call_rcu() return to the cache first. */
	rcu_barrier();
	kmem_cache_destroy(sl_entry_cache);
}

void sl_datagrams_clear(struct sl_datagrams *d)
{
	memset(d, 0, sizeof(*d));
	d->first_out = SL_T_UNKNOWN;
	d->first_in = SL_T_UNKNOWN;
}

struct sl_entry *sl_entry_alloc(u64 now)
{
	struct sl_entry *e = kmem_cache_zalloc(sl_entry_cache,
					       GFP_ATOMIC | __GFP_NOWARN);
	struct sl_record *rec;

	if (!e)
		return NULL;
	spin_lock_init(&e->lock);
	INIT_LIST_HEAD(&e->in_pool);
	rec = &e->rec;
	rec->start = now;
	/* The same moment on the other clock, so that entries can be merged. */
	rec->start_real = ktime_to_ns(ktime_mono_to_real(ns_to_ktime(now)));
	rec->end = SL_T_UNKNOWN;
	rec->hs.syn = SL_T_UNKNOWN;
	rec->hs.synack = SL_T_UNKNOWN;
	rec->hs.ack = SL_T_UNKNOWN;
	rec->hs.data_out = SL_T_UNKNOWN;
	rec->hs.data_in = SL_T_UNKNOWN;
	rec->hs.accept_queued = SL_T_UNKNOWN;
	rec->hs.accepted = SL_T_UNKNOWN;
	rec->proto = IPPROTO_TCP;
	return e;
}

static void entry_free_rcu(struct rcu_head *rcu)
{
	struct sl_entry *e = container_of(rcu, struct sl_entry, rcu);

	kfree(sl_entry_listening(e));
	kfree(sl_entry_datagrams(e));
	kmem_cache_free(sl_entry_cache, e);
}

void sl_entry_free(struct sl_entry *e)
{
	unsigned int i;

	/* They stay where they are for whoever still reads, see holder.h. */
	for (i = 0; i < SL_HOLDERS; i++)
		sl_holder_put(e->holders[i]);
	call_rcu(&e->rcu, entry_free_rcu);
}

unsigned int sl_entry_size(void)
{
	return kmem_cache_size(sl_entry_cache);
}

/* What the entry points to; under e->lock. */
static void copy_pointed_to(const struct sl_entry *e, struct sl_snapshot *snap)
{
	const struct sl_listening *listening = sl_entry_listening(e);
	const struct sl_datagrams *datagrams = sl_entry_datagrams(e);
	unsigned int i;

	for (i = 0; i < SL_HOLDERS; i++) {
		if (e->holders[i])
			snap->holders[i] = e->holders[i]->who;
		else
			snap->holders[i].pid = 0;
	}
	snap->listener_id = sl_entry_listener_id(e);
	snap->has_datagrams = datagrams;
	if (listening)
		snap->listening = *listening;
	else if (e->rec.role == SOCKLEDGER_ROLE_LISTENER)
		memset(&snap->listening, 0, sizeof(snap->listening));
	else if (datagrams)
		snap->datagrams = *datagrams;
	else if (e->rec.role == SOCKLEDGER_ROLE_DATAGRAM)
		sl_datagrams_clear(&snap->datagrams);
}

void sl_entry_snapshot(const struct sl_ledger *l, struct sl_entry *e,
		       struct sl_snapshot *snap)
{
	struct sl_record *rec = &snap->rec;
	struct sock *sk = NULL;

	spin_lock_bh(&e->lock);
	*rec = e->rec;
	/* Events are numbered under the lock of their entry, see journal.h. */
	snap->up_to = READ_ONCE(l->journal.last);
	copy_pointed_to(e, snap);
	if (e->sk && rec->proto == IPPROTO_TCP &&
	    !(rec->flags & SL_F_CLOSED)) {
		sl_facts_live(e->sk, rec);
		if (rec->role == SOCKLEDGER_ROLE_LISTENER)
			sl_facts_listening(e->sk, &snap->listening);
		sk = (struct sock *)e->sk;
		if (rec->inode || !refcount_inc_not_zero(&sk->sk_refcnt))
			sk = NULL;
	}
	spin_unlock_bh(&e->lock);
	/*
	 * One whose socket() or accept() nobody heard has no inode yet. Outside
	 * of our lock: sock_i_ino() takes sk_callback_lock, and there are
	 * callbacks that send, and so come to us, while they hold it.
	 */
	if (sk) {
		rec->inode = sock_i_ino(sk);
		sock_put(sk);
	}
}

static_assert(SL_SUBJECT_PIDS == SL_HOLDERS);

/* As sl_facts_live() will show it: not every listen() is heard to return. */
static __be16 local_port(const struct sl_entry *e)
{
	if (e->rec.role == SOCKLEDGER_ROLE_LISTENER && e->sk &&
	    !(e->rec.flags & SL_F_CLOSED))
		return inet_sk(e->sk)->inet_sport;
	return e->rec.tuple.lport;
}

void sl_entry_subject(struct sl_entry *e, struct sl_subject *subject)
{
	const struct sl_record *rec = &e->rec;
	unsigned int i;

	spin_lock_bh(&e->lock);
	*subject = (struct sl_subject) {
		.local = rec->tuple.local,
		.remote = rec->tuple.remote,
		.lport = ntohs(local_port(e)),
		.rport = ntohs(rec->tuple.rport),
		.scope = rec->tuple.scope,
		.listener_id = sl_entry_listener_id(e),
		.family = rec->family,
		.proto = rec->proto,
		.role = rec->role,
		.state = rec->state,
		.outcome = rec->progress.outcome,
		.reason = sl_record_reason(rec),
		.handshake = sl_record_has_handshake(rec),
		.live = rec->end == SL_T_UNKNOWN,
	};
	for (i = 0; i < SL_HOLDERS; i++)
		if (e->holders[i])
			subject->pids[i] = e->holders[i]->who.pid;
	spin_unlock_bh(&e->lock);
}

const struct sl_datagrams *
sl_snapshot_datagrams(const struct sl_ledger *l,
		      const struct sl_snapshot *snap)
{
	const struct sl_datagrams *d = &snap->datagrams;

	if (!snap->has_datagrams)
		return NULL;
	/* What came before counting was switched off stays. */
	return READ_ONCE(l->count_datagrams) || d->sent || d->received ||
	       d->lost_full || d->send_errors || d->icmp_errors ? d : NULL;
}

const struct sl_owner *sl_snapshot_owner(const struct sl_snapshot *snap)
{
	const struct sl_owner *owner = sl_snapshot_acceptor(snap) ?:
				       sl_snapshot_opener(snap);

	if (!owner && snap->holders[0].pid)
		owner = &snap->holders[0];
	return owner;
}
