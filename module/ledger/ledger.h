/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ledger of one network namespace: entries, their indexes and bounds, and
 * what each thing seen does to them. Witnesses call the sl_ledger_*()
 * functions below with plain values; publication reads entries by id.
 *
 * Locks, outermost first: sl_entry.lock, then the pool lock (pool.h) or a
 * bucket lock of the hash tables. An entry's lock is never taken while
 * another's is held. All are taken with bottom halves off, so none of these
 * functions may be called with interrupts off.
 */
#ifndef _SOCKLEDGER_LEDGER_H
#define _SOCKLEDGER_LEDGER_H

#include <linux/workqueue.h>

#include "../pure/segment.h"
#include "index.h"
#include "journal.h"
#include "pool.h"
#include "stats.h"

struct net;

struct sl_ledger {
	struct net *net;
	struct sl_pools pools;
	struct sl_index index;
	struct sl_stats stats;
	struct sl_journal journal;
	/*
	 * Entries for which the next plain ACK or data segment matters. While
	 * it is 0, segments without a socket pass without a look-up.
	 */
	atomic_t awaited;
	struct delayed_work sweep;
};

/** sl_ledgers_init() - every namespace gets a ledger. Context: process. */
int sl_ledgers_init(void);

/**
 * sl_ledgers_uninit() - every ledger is freed
 *
 * All witnesses and publishers are gone, and none is still running.
 */
void sl_ledgers_uninit(void);

/**
 * sl_ledger_of() - a namespace's ledger
 * @net: any namespace; the caller is in an RCU read-side section
 *
 * Return: the ledger, good until the end of that section; NULL when the
 * namespace is on its way out. (Its count reached 0 before cleanup_net()
 * runs, and cleanup_net() waits for a grace period before our exit.)
 */
struct sl_ledger *sl_ledger_of(const struct net *net);

/**
 * sl_ledger_of_live() - a namespace's ledger
 * @net: a namespace that the caller keeps alive
 */
struct sl_ledger *sl_ledger_of_live(const struct net *net);

/* ---- what the socket witness tells (sockets.c) ---- */

struct sl_timewait {
	bool found;
	u8 substate;		/* TCP_FIN_WAIT2 or TCP_TIME_WAIT */
	u64 expires;		/* CLOCK_MONOTONIC ns */
};

/* One state change of one socket. */
struct sl_move {
	const struct sock *sk;	/* NULL: adopt a timewait socket */
	u64 now;		/* CLOCK_MONOTONIC ns */
	u64 born;		/* LISTEN->SYN_RECV of this socket; 0: not heard */
	struct sl_tuple tuple;
	bool has_tuple;		/* both endpoints are known */
	bool in_call;		/* its program is in a call, see sl_transition_cause() */
	u8 family;
	u8 from;
	u8 to;
	u16 err;
	struct sl_owner owner;	/* the caller; pid 0 when not in a call */
	struct sl_timewait timewait;	/* to == TCP_CLOSE: what stays behind */
};

/** sl_ledger_move() - a socket changed its state. Under its socket lock. */
void sl_ledger_move(struct sl_ledger *l, const struct sl_move *move);

/**
 * sl_ledger_adopt() - a socket that existed before the module
 * @l: of its namespace
 * @move: as it is now; @from and @to are both its state
 * @passive: it has a listener's port
 *
 * Does nothing when it has an entry already. Under the socket lock.
 */
void sl_ledger_adopt(struct sl_ledger *l, const struct sl_move *move,
		     bool passive);

/** sl_ledger_destroyed() - a socket is about to be freed */
void sl_ledger_destroyed(struct sl_ledger *l, const struct sock *sk, u64 now);

/** sl_ledger_timewait_end() - a timewait socket is about to go */
void sl_ledger_timewait_end(struct sl_ledger *l, const struct sl_tuple *tuple,
			    u64 now, bool early);

/**
 * sl_ledger_timewait_moved() - a timewait socket went from FIN_WAIT2 to
 * TIME_WAIT, or its clock was set anew
 */
void sl_ledger_timewait_moved(struct sl_ledger *l, const struct sl_tuple *tuple,
			      const struct sl_timewait *tw, u64 now);

/* ---- what the wire witness tells (segments.c) ---- */

/* What stands behind a segment, as far as its sk_buff tells. */
enum sl_behind {
	SL_BEHIND_NOTHING,
	SL_BEHIND_REQUEST,	/* a request socket */
	SL_BEHIND_SOCKET,	/* a full TCP socket */
};

struct sl_sighting {
	u64 now;		/* CLOCK_MONOTONIC ns */
	struct sl_tuple tuple;	/* seen from this machine; forwarded: from
				 * the sender; kind is not set
				 */
	struct sl_segment seg;
	u8 dir;			/* enum sockledger_dir */
	u8 behind;		/* enum sl_behind */
	bool forwarded;
	bool loopback;		/* goes to this very namespace */
	u8 family;		/* AF_* of the packet */
	int ifindex;		/* device it came from, or leaves by */
	const struct sock *sk;		/* SL_BEHIND_SOCKET */
	const struct sock *listener;	/* SL_BEHIND_REQUEST, sent: who answers */
};

/** sl_ledger_segment() - a SYN, SYN+ACK, FIN or RST passed */
void sl_ledger_segment(struct sl_ledger *l, const struct sl_sighting *seen);

/**
 * sl_ledger_plain() - an ACK or data segment passed that may be a handshake's
 * final ACK or the first data one way
 */
void sl_ledger_plain(struct sl_ledger *l, const struct sl_sighting *seen);

/**
 * sl_ledger_adopt_request() - a handshake that was half-open before the module
 * @l: of its namespace
 * @tuple: SL_KIND_HALF_OPEN
 * @family: the request's
 * @now: CLOCK_MONOTONIC ns
 */
void sl_ledger_adopt_request(struct sl_ledger *l, const struct sl_tuple *tuple,
			     u8 family, u64 now);

/* ---- shared by the files of this directory (change.c) ---- */

/** sl_view_of() - the vantage point from which an entry is watched */
enum sl_view sl_view_of(const struct sl_entry *e);

/** sl_since() - @now in ns since the entry's start */
static inline u64 sl_since(const struct sl_entry *e, u64 now)
{
	return now > e->rec.start ? now - e->rec.start : 0;
}

/**
 * sl_open() - a new entry gets its id, is indexed and becomes visible
 * @l: of its namespace
 * @e: new, filled in; freed on failure
 * @pool: where it counts
 *
 * Indexes it by socket if e->sk is set, and by endpoint if SL_F_TUPLE is.
 *
 * Return: @e, or NULL: then the loss is counted, unless another CPU opened
 * the same one a moment ago.
 */
struct sl_entry *sl_open(struct sl_ledger *l, struct sl_entry *e,
			 enum sl_pool pool);

/**
 * sl_index_endpoint() - index an entry whose endpoints are known by now
 *
 * An older entry of the same kind that stands there has ended unseen, since
 * the kernel does not give one pair of endpoints to two sockets: it is ended.
 * Under e->lock.
 */
void sl_index_endpoint(struct sl_ledger *l, struct sl_entry *e, u64 now);

/** sl_close() - the entry is over. Under e->lock. */
void sl_close(struct sl_ledger *l, struct sl_entry *e, u64 now);

/**
 * sl_retire() - to history, unless its socket still stands behind it
 *
 * Under e->lock, after sl_close(). The entry may be freed a grace period
 * after that lock is let go.
 */
void sl_retire(struct sl_ledger *l, struct sl_entry *e);

/** sl_transition() - the socket moved. Under e->lock. */
void sl_transition(struct sl_ledger *l, struct sl_entry *e, u8 from, u8 to,
		   u8 cause, u64 now);

/** sl_journal_state() - a line in the journal only */
void sl_journal_state(struct sl_ledger *l, const struct sl_entry *e, u8 from,
		      u8 to, u8 cause, u64 now);

/** sl_handshake_step() - the handshake moved. Under e->lock. */
void sl_handshake_step(struct sl_ledger *l, struct sl_entry *e,
		       enum sl_step step, u64 now);

/** sl_handshake_gone() - nothing is left of the handshake. Under e->lock. */
void sl_handshake_gone(struct sl_ledger *l, struct sl_entry *e, u64 now);

/**
 * sl_ledger_birth() - a half-open entry gets the socket born of it
 * @l: its ledger
 * @e: a half-open entry, not locked
 * @sk: the child, in SYN_RECV
 * @now: when it was born
 *
 * Return: false when the entry had ended, or ends here for want of room.
 */
bool sl_ledger_birth(struct sl_ledger *l, struct sl_entry *e,
		     const struct sock *sk, u64 now);

/** sl_await() - set or clear SL_F_AWAITS_*. Under e->lock. */
void sl_await(struct sl_ledger *l, struct sl_entry *e, u8 flag, bool on);

/** sl_sweep_arm() - the sweep has something to look at */
void sl_sweep_arm(struct sl_ledger *l);

/** sl_sweep() - the work of sl_ledger.sweep (sweep.c) */
void sl_sweep(struct work_struct *work);

#endif /* _SOCKLEDGER_LEDGER_H */
