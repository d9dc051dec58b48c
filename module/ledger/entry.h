/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An entry's life. It is allocated by sl_entry_alloc(), becomes visible when
 * the indexes take it, and is freed a grace period after the last index and
 * pool let go of it: whoever finds one holds rcu_read_lock() and needs no
 * reference.
 */
#ifndef _SOCKLEDGER_ENTRY_H
#define _SOCKLEDGER_ENTRY_H

#include <linux/list.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>

#include "../pure/filter.h"
#include "record.h"

struct sl_holder;
struct sl_ledger;
struct sock;

/* The pool that counts an entry against its limit. */
enum sl_pool {
	SL_POOL_LIVE,		/* sockets, forwarded connections */
	SL_POOL_HISTORY,	/* ended ones of SL_POOL_LIVE */
	SL_POOL_HALF_OPEN,	/* handshakes without a socket */
	SL_POOL_HALF_PAST,	/* ended ones of SL_POOL_HALF_OPEN */

	SL_POOLS,
};

struct sl_entry {
	/*
	 * @by_tuple and @by_sock are the rhashtables'. @tuple and @sk are
	 * their keys: changed under @lock, and only while not in that table.
	 */
	struct rhash_head by_tuple;
	struct rhash_head by_sock;

	/*
	 * The socket, or NULL. Not a reference: the socket witness clears it
	 * when the socket is destroyed, under @lock, so it may be read through
	 * by whoever holds @lock and sees it set; but not that of a datagram
	 * entry, which is a key and nothing else: only a probe tells of its
	 * end, and probes can be switched off.
	 */
	const struct sock *sk;

	/* Each with a reference; the first unused one is NULL. */
	struct sl_holder *holders[SL_HOLDERS];
	/* The role tells which one, see sl_entry_listening() and the like. */
	union {
		/* Of a listener, or NULL without memory; freed with @e. */
		struct sl_listening *listening;
		/* Of a datagram socket, likewise. */
		struct sl_datagrams *datagrams;
		/* Of a passive one, or 0: none known. */
		u64 listener_id;
	};

	/* Protects the three above, @rec, the three flags and @ends. */
	spinlock_t lock;
	bool in_tuple_index:1;
	bool in_sock_index:1;
	bool retired:1;		/* in one of the two pools of the past */
	u8 ends;		/* forwarded: SL_END_* */

	/* Protected by the pool lock (see pool.h), not by @lock. */
	u8 pool;

	union {
		/*
		 * Pool lock. In the list of its pool, if that is one of the
		 * past; else in the wheel, if the sweep is to look at it.
		 */
		struct list_head in_pool;
		struct rcu_head rcu;		/* once out of all pools */
	};

	struct sl_record rec;
};

/** sl_entry_listening() - a listener's ledger, or NULL. Under e->lock. */
static inline struct sl_listening *
sl_entry_listening(const struct sl_entry *e)
{
	return e->rec.role == SOCKLEDGER_ROLE_LISTENER ? e->listening : NULL;
}

/** sl_entry_datagrams() - what a UDP socket counts, or NULL. Under e->lock. */
static inline struct sl_datagrams *
sl_entry_datagrams(const struct sl_entry *e)
{
	return e->rec.role == SOCKLEDGER_ROLE_DATAGRAM ? e->datagrams : NULL;
}

/** sl_entry_listener_id() - of who bore it, or 0. Under e->lock. */
static inline u64 sl_entry_listener_id(const struct sl_entry *e)
{
	return e->rec.role == SOCKLEDGER_ROLE_PASSIVE ? e->listener_id : 0;
}

/**
 * sl_entry_is_ending() - is a forwarded connection over, but for a last ACK?
 * Under e->lock. Whoever sent the one FIN may still get what the other sends.
 */
static inline bool sl_entry_is_ending(const struct sl_entry *e)
{
	return e->ends & SL_END_RST_ANY ||
	       (e->ends & SL_END_FIN_BOTH) == SL_END_FIN_BOTH;
}

/**
 * sl_entry_is_one_way() - is a forwarded connection up, of which only the
 * initiator's segments pass here? Under e->lock.
 */
static inline bool sl_entry_is_one_way(const struct sl_entry *e)
{
	return e->rec.role == SOCKLEDGER_ROLE_FORWARDED &&
	       e->rec.progress.phase == SOCKLEDGER_PHASE_DONE &&
	       e->rec.hs.synack == SL_T_UNKNOWN;
}

/**
 * sl_entry_said_all() - did the initiator of one that is one way say FIN? It
 * may go on to acknowledge. Under e->lock.
 */
static inline bool sl_entry_said_all(const struct sl_entry *e)
{
	return e->ends && sl_entry_is_one_way(e);
}

/** sl_entry_bear() - the listener @id bore it, if any did. Under e->lock. */
static inline void sl_entry_bear(struct sl_entry *e, u64 id)
{
	/* In any other role the word is a pointer. */
	if (e->rec.role == SOCKLEDGER_ROLE_PASSIVE)
		e->listener_id = id;
}

/**
 * sl_entry_cache_init() - create the slab cache
 *
 * Context: process. Return: 0 or -ENOMEM.
 */
int sl_entry_cache_init(void);

/**
 * sl_entry_cache_uninit() - destroy the slab cache
 *
 * Waits for every sl_entry_free() under way. Context: process.
 */
void sl_entry_cache_uninit(void);

/**
 * sl_entry_alloc() - a new entry that nobody else knows
 * @now: CLOCK_MONOTONIC ns, becomes its start
 *
 * All times unknown, all else zero. Context: any that may take a spinlock.
 * Return: the entry, owned by the caller, or NULL without memory.
 */
struct sl_entry *sl_entry_alloc(u64 now);

/**
 * sl_entry_free() - free an entry after a grace period
 * @e: in no index and no pool any more; readers may still hold it
 */
void sl_entry_free(struct sl_entry *e);

/** sl_datagrams_clear() - nothing came or went yet */
void sl_datagrams_clear(struct sl_datagrams *d);

/** sl_entry_size() - bytes of slab memory an entry takes */
unsigned int sl_entry_size(void);

/* What an entry holds, with what it points to. About 1.6 KiB. */
struct sl_snapshot {
	struct sl_record rec;
	u64 up_to;		/* number of the last event that is in it */
	u64 listener_id;	/* 0: none known */
	struct sl_owner holders[SL_HOLDERS];	/* pid 0 where there is none */
	union {
		struct sl_listening listening;	/* role listener */
		struct sl_datagrams datagrams;	/* role datagram */
	};
	bool has_datagrams;			/* else there was no memory */
};

/**
 * sl_entry_snapshot() - copy what an entry holds at one moment
 * @l: its ledger
 * @e: under rcu_read_lock()
 * @snap: filled in, with what a live socket counts as it is now
 */
void sl_entry_snapshot(const struct sl_ledger *l, struct sl_entry *e,
		       struct sl_snapshot *snap);

/**
 * sl_entry_subject() - copy what a filter looks at
 * @e: under rcu_read_lock()
 * @subject: filled in
 *
 * A fraction of what sl_entry_snapshot() costs.
 */
void sl_entry_subject(struct sl_entry *e, struct sl_subject *subject);

/**
 * sl_snapshot_datagrams() - what a UDP socket counted
 * @l: the entry's ledger
 * @snap: of the entry
 *
 * Return: NULL when nobody counts it, or had no memory for that.
 */
const struct sl_datagrams *
sl_snapshot_datagrams(const struct sl_ledger *l,
		      const struct sl_snapshot *snap);

/** sl_snapshot_opener() - who made the socket, or NULL */
static inline const struct sl_owner *
sl_snapshot_opener(const struct sl_snapshot *snap)
{
	return snap->rec.opener ? &snap->holders[snap->rec.opener - 1] : NULL;
}

/** sl_snapshot_acceptor() - who got it from accept(), or NULL */
static inline const struct sl_owner *
sl_snapshot_acceptor(const struct sl_snapshot *snap)
{
	return snap->rec.acceptor ? &snap->holders[snap->rec.acceptor - 1] :
				    NULL;
}

/**
 * sl_snapshot_owner() - whose it is, as far as is known: the acceptor, the
 * opener, or whoever else made a call on it; or NULL
 */
const struct sl_owner *sl_snapshot_owner(const struct sl_snapshot *snap);

#endif /* _SOCKLEDGER_ENTRY_H */
