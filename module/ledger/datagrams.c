// SPDX-License-Identifier: GPL-2.0
/* What comes and goes over a datagram socket. */
#include "change.h"

#include <linux/jhash.h>
#include <linux/once.h>
#include <linux/slab.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "../kernel/facts.h"

struct sl_datagrams *sl_datagrams_alloc(struct sl_ledger *l,
					const struct sock *sk)
{
	struct sl_datagrams *d = kmalloc(sizeof(*d), GFP_ATOMIC | __GFP_NOWARN);

	if (!d) {
		sl_stats_inc(&l->stats, SL_STAT_LOST_NO_MEMORY);
		return NULL;
	}
	sl_datagrams_clear(d);
	d->drops = atomic_read(&sk->sk_drops);
	d->drops_before = d->drops;
	d->period = READ_ONCE(l->counting_period);
	sl_facts_groups(sk, d);
	return d;
}

/* What one thing heard does to an entry, under its lock: was it the first? */
typedef bool (*change_fn)(struct sl_entry *e, const void *heard);

static void note_drops(struct sl_datagrams *d, const struct sock *sk)
{
	d->drops = atomic_read(&sk->sk_drops);
}

static bool note_unqueued(struct sl_entry *e, const void *heard)
{
	const struct sl_datagram *seen = heard;

	e->datagrams->lost_full += seen->count;
	e->datagrams->refused++;
	note_drops(e->datagrams, seen->sk);
	return false;
}

/*
 * Nobody counted for a while: what was dropped then is in no number, but for
 * the one that is told of just now.
 */
static noinline void resume(const struct sl_ledger *l, struct sl_datagrams *d,
			    const struct sock *sk, bool dropped)
{
	u32 drops = atomic_read(&sk->sk_drops) - dropped;

	d->drops_before += drops - d->drops;
	d->drops = drops;
	d->period = READ_ONCE(l->counting_period);
}

static bool is_of_now(const struct sl_ledger *l, const struct sl_datagrams *d)
{
	return d->period == READ_ONCE(l->counting_period);
}

/*
 * Heard of a socket without an entry: one that was there before us, bound to
 * nothing, or one that found no room, and will not find it for each datagram.
 */
static noinline enum sl_first miss(struct sl_ledger *l)
{
	if (!sl_pools_full(&l->pools, SL_POOL_LIVE))
		return SL_FIRST_UNKNOWN_SOCKET;
	sl_stats_inc(&l->stats, SL_STAT_LOST_UNKNOWN_SOCKET);
	return SL_FIRST_NO;
}

/* Under the lock of an entry: counts in it, if there was memory to count in. */
static __always_inline bool count(const struct sl_ledger *l, struct sl_entry *e,
				  const struct sock *sk, change_fn apply,
				  const void *heard)
{
	if (!sl_entry_datagrams(e))
		return false;
	if (unlikely(!is_of_now(l, e->datagrams)))
		resume(l, e->datagrams, sk, apply == note_unqueued);
	return apply(e, heard);
}

/* The one look-up that a datagram costs. */
static __always_inline enum sl_first change(struct sl_ledger *l,
					    const struct sock *sk,
					    change_fn apply, const void *heard)
{
	struct sl_entry *e = sl_index_by_sock(&l->index, sk);
	bool first;

	if (!e)
		return miss(l);
	spin_lock_bh(&e->lock);
	first = e->sk == sk && count(l, e, sk, apply, heard);
	spin_unlock_bh(&e->lock);
	return first ? SL_FIRST_YES : SL_FIRST_NO;
}

static void note_peer(struct sl_datagrams *d, const struct sl_endpoint *peer)
{
	static u32 seed __read_mostly;
	const struct sl_endpoint *last = &d->last_peer;
	u32 hash;

	if (last->port == peer->port && last->scope == peer->scope &&
	    ipv6_addr_equal(&last->addr, &peer->addr))
		return;
	d->last_peer = *peer;
	net_get_random_once(&seed, sizeof(seed));
	hash = jhash2((const u32 *)peer->addr.s6_addr32, 4,
		      seed ^ (__force u32)peer->port);
	if (peer->scope)
		hash = jhash_1word(peer->scope, hash);
	sl_peers_add(&d->peers, hash);
}

/*
 * Bound by the send() itself, for the first time or since a connect() to nowhere
 * took its port away: that was chosen a moment ago.
 */
static noinline void note_port(struct sl_entry *e, const struct sock *sk)
{
	if (!sl_facts_has_port(sk))
		return;
	sl_facts_tuple(sk, &e->rec.tuple);
	sl_facts_identity(sk, &e->rec);
}

static bool note_sent(struct sl_entry *e, const void *heard)
{
	const struct sl_datagram *seen = heard;
	struct sl_datagrams *d = e->datagrams;
	bool first = d->first_out == SL_T_UNKNOWN;

	if (first)
		d->first_out = sl_since(e, seen->now);
	if (unlikely(e->rec.tuple.lport != inet_sk(seen->sk)->inet_sport))
		note_port(e, seen->sk);
	d->sent += seen->count;
	d->sent_bytes += seen->bytes;
	d->largest_sent = max(d->largest_sent, seen->largest);
	note_peer(d, &seen->peer);
	return first;
}

enum sl_first sl_ledger_sent(struct sl_ledger *l,
			     const struct sl_datagram *seen)
{
	return change(l, seen->sk, note_sent, seen);
}

static bool note_queued(struct sl_entry *e, const void *heard)
{
	const struct sl_datagram *seen = heard;
	struct sl_datagrams *d = e->datagrams;
	bool first = d->first_in == SL_T_UNKNOWN;

	if (first)
		d->first_in = sl_since(e, seen->now);
	d->received += seen->count;
	d->received_bytes += seen->bytes;
	d->largest_received = max(d->largest_received, seen->largest);
	d->queue_peak = max(d->queue_peak, seen->queue);
	note_peer(d, &seen->peer);
	note_drops(d, seen->sk);
	return first;
}

struct sl_entry *sl_ledger_arriving(struct sl_ledger *l, const struct sock *sk)
{
	return sl_index_by_sock(&l->index, sk);
}

/*
 * Its entry may have ended: whoever was woken by a datagram may have read it
 * and closed the socket before we hear that it was queued.
 */
static void arrived(struct sl_ledger *l, const struct sl_datagram *seen,
		    change_fn apply)
{
	struct sl_entry *e = seen->entry;

	if (!e) {
		miss(l);
		return;
	}
	spin_lock_bh(&e->lock);
	count(l, e, seen->sk, apply, seen);
	spin_unlock_bh(&e->lock);
}

void sl_ledger_queued(struct sl_ledger *l, const struct sl_datagram *seen)
{
	arrived(l, seen, note_queued);
}

void sl_ledger_unqueued(struct sl_ledger *l, const struct sl_datagram *seen)
{
	arrived(l, seen, note_unqueued);
}

static bool note_taken(struct sl_entry *e, const void *heard)
{
	bool first = !e->datagrams->taken;

	e->datagrams->taken += *(const u16 *)heard;
	note_drops(e->datagrams, e->sk);
	return first;
}

enum sl_first sl_ledger_taken(struct sl_ledger *l, const struct sock *sk,
			      u16 count)
{
	return change(l, sk, note_taken, &count);
}

static bool note_unsent(struct sl_entry *e, const void *heard)
{
	u16 error = *(const u16 *)heard;
	struct sl_datagrams *d = e->datagrams;

	d->send_errors++;
	d->too_large += error == EMSGSIZE;
	/* To be told to come again is no failure. */
	if (error == EAGAIN || error == EINTR || error == d->filed_error)
		return false;
	d->filed_error = error;
	return true;
}

bool sl_ledger_unsent(struct sl_ledger *l, const struct sock *sk, u16 error)
{
	/* Without an entry nothing knows what was filed already. */
	return !sl_index_by_sock(&l->index, sk) ||
	       change(l, sk, note_unsent, &error) != SL_FIRST_NO;
}

static bool note_icmp(struct sl_entry *e, const void *heard)
{
	e->datagrams->icmp_errors++;
	e->datagrams->icmp_error = *(const u16 *)heard;
	return false;
}

void sl_ledger_icmp(struct sl_ledger *l, const struct sock *sk, u16 error)
{
	change(l, sk, note_icmp, &error);
}

static bool note_groups(struct sl_entry *e, const void *heard)
{
	sl_facts_groups(heard, e->datagrams);
	return false;
}

void sl_ledger_groups(struct sl_ledger *l, const struct sock *sk)
{
	change(l, sk, note_groups, sk);
}

void sl_datagrams_end(const struct sl_ledger *l, struct sl_datagrams *d,
		      const struct sock *sk)
{
	if (READ_ONCE(l->count_datagrams) && is_of_now(l, d))
		note_drops(d, sk);
}

bool sl_ledger_adopt_udp(struct sl_ledger *l, const struct sock *sk, u64 now)
{
	struct sl_entry *e;

	if (sl_index_by_sock(&l->index, sk))
		return false;
	e = sl_socket_new(l, sk, SOCKLEDGER_ROLE_DATAGRAM, now);
	if (!e)
		return false;
	e->rec.flags |= SL_F_PRE_EXISTING;
	sl_facts_identity(sk, &e->rec);
	e = sl_open(l, e, SL_POOL_LIVE);
	if (!e)
		return false;
	sl_stats_inc(&l->stats, SL_STAT_ADOPTED);
	spin_lock_bh(&e->lock);
	sl_journal_adopted(l, e, now);
	spin_unlock_bh(&e->lock);
	return true;
}
