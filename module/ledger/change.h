/* SPDX-License-Identifier: GPL-2.0 */
/* The changes an entry goes through, for the files of this directory. */
#ifndef _SOCKLEDGER_CHANGE_H
#define _SOCKLEDGER_CHANGE_H

#include "ledger.h"
#include "holder.h"
#include "observe.h"

/**
 * sl_journal_add() - write an event
 * @to: the ledger
 * @...: initializers of the event, all but its number
 *
 * In line, as most of what is heard comes here; and a macro, so that where
 * nobody listens the compiler makes the event in its slot and nowhere else.
 *
 * Context: any but NMI, in an RCU read-side section; the lock of the event's
 * entry is held.
 */
#define sl_journal_add(to, ...)						\
do {									\
	struct sl_ledger *_to = (to);					\
	struct sl_slot *_slot;						\
	u64 _seq;							\
									\
	if (unlikely(READ_ONCE(sl_journal_listened))) {			\
		sl_journal_tell(_to, (struct sl_journal_event) {	\
			__VA_ARGS__ });					\
		break;							\
	}								\
	_slot = sl_ring_claim(&_to->journal.ring,			\
			      sizeof(struct sl_journal_event), &_seq);	\
	if (!_slot)							\
		break;							\
	*(struct sl_journal_event *)_slot->item =			\
		(struct sl_journal_event) { __VA_ARGS__, .number = 0 };	\
	sl_ring_publish(_slot, _seq);					\
} while (0)

/** sl_view_of() - the vantage point from which an entry is watched */
static inline enum sl_view sl_view_of(const struct sl_entry *e)
{
	static_assert((int)SL_VIEW_SOCKET == SL_KIND_SOCKET &&
		      (int)SL_VIEW_HALF_OPEN == SL_KIND_HALF_OPEN &&
		      (int)SL_VIEW_FORWARD == SL_KIND_FORWARDED);

	return (enum sl_view)e->rec.tuple.kind;
}

/**
 * sl_was_through() - was its handshake over before anybody watched? Nothing is
 * left to see of it then. Under e->lock.
 */
static inline bool sl_was_through(const struct sl_entry *e)
{
	return e->rec.progress.phase == SOCKLEDGER_PHASE_NONE &&
	       sl_view_of(e) == SL_VIEW_SOCKET &&
	       e->rec.state != TCP_SYN_SENT && e->rec.state != TCP_SYN_RECV;
}

/** sl_since() - @now in ns since the entry's start, at most SL_T_MAX */
static inline u64 sl_since(const struct sl_entry *e, u64 now)
{
	u64 t = now - e->rec.start;

	if (likely(t <= SL_T_MAX))
		return t;
	return now < e->rec.start ? 0 : SL_T_MAX;
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

/** sl_journal_adopted() - it was there before the module was */
void sl_journal_adopted(struct sl_ledger *l, const struct sl_entry *e, u64 now);

/** sl_journal_state() - a line in the journal only */
void sl_journal_state(struct sl_ledger *l, const struct sl_entry *e, u8 from,
		      u8 to, u8 cause, u64 now);

/** sl_handshake_step() - the handshake moved. Under e->lock. */
void sl_handshake_step(struct sl_ledger *l, struct sl_entry *e,
		       enum sl_step step, u64 now);

/** sl_handshake_gone() - nothing is left of the handshake. Under e->lock. */
void sl_handshake_gone(struct sl_ledger *l, struct sl_entry *e, u64 now);

/**
 * sl_end_silent() - end an entry whose end no socket tells. Under e->lock.
 * @l: its ledger
 * @e: a handshake without a socket, or a forwarded connection
 * @now: when that was found out; it was over with its last segment, if that
 *	said so
 */
void sl_end_silent(struct sl_ledger *l, struct sl_entry *e, u64 now);

/**
 * sl_ledger_birth() - a half-open entry gets the socket born of it
 * @l: its ledger
 * @e: a half-open entry, not locked
 * @sk: the child, in SYN_RECV
 * @listener: entry of its listener, NULL: the half-open one knows it, if any
 * @now: when it was born
 *
 * Return: false when the entry had ended, or ends here for want of room.
 */
bool sl_ledger_birth(struct sl_ledger *l, struct sl_entry *e,
		     const struct sock *sk, struct sl_entry *listener, u64 now);

/** sl_note_queued() - a child is in its listener's queue. Under e->lock. */
static inline void sl_note_queued(struct sl_entry *e, u64 now)
{
	lockdep_assert_held(&e->lock);
	if (e->rec.hs.accept_queued == SL_T_UNKNOWN)
		e->rec.hs.accept_queued = sl_since(e, now);
}

/**
 * sl_socket_new() - an entry for a socket, not yet open
 * @l: of its namespace
 * @sk: the socket, or NULL for a timewait socket
 * @role: SOCKLEDGER_ROLE_*
 * @now: becomes its start
 *
 * Return: the entry, for sl_open(), or NULL: that is counted.
 */
struct sl_entry *sl_socket_new(struct sl_ledger *l, const struct sock *sk,
			       u8 role, u64 now);

/**
 * sl_socket_leave() - the entry of a socket object that starts anew is over
 *
 * A connect() or listen() after a disconnect is another attempt, and so
 * another entry.
 */
void sl_socket_leave(struct sl_ledger *l, const struct sock *sk, u64 now);

/* ---- closing.c ---- */

/**
 * sl_note_closed() - the socket is closed for good, or a timewait socket takes
 * its place
 * @l: its ledger
 * @e: its entry, under its lock
 * @move: to CLOSE
 */
void sl_note_closed(struct sl_ledger *l, struct sl_entry *e,
		    const struct sl_move *move);

/* ---- timewait.c ---- */

/**
 * sl_end_timewait() - the timewait socket of an entry that has one is gone
 * @l: its ledger
 * @e: the entry, under its lock
 * @now: CLOCK_MONOTONIC ns
 * @early: not by its timer
 */
void sl_end_timewait(struct sl_ledger *l, struct sl_entry *e, u64 now,
		     bool early);

/**
 * sl_timewait_look() - write down how a timewait socket stands now
 * @l: its ledger
 * @e: its entry, not locked
 * @now: CLOCK_MONOTONIC ns
 *
 * Return: when it will be over, CLOCK_MONOTONIC ns; 0 when there is none (any
 * more).
 */
u64 sl_timewait_look(struct sl_ledger *l, struct sl_entry *e, u64 now);

/* ---- calls.c ---- */

/**
 * sl_note_call() - a call into the entry's list and into the journal
 * @l: its ledger
 * @e: the entry; its lock is held
 * @call: what was called, by the program that runs; its socket is not looked
 *	at
 */
void sl_note_call(struct sl_ledger *l, struct sl_entry *e,
		  const struct sl_called *call);

/**
 * sl_add_call() - the same, where it is known whose it is
 * @l: its ledger
 * @e: the entry, under its lock
 * @call: what was called
 * @who: place of the program among the entry's holders, or SL_WHO_UNKNOWN
 */
void sl_add_call(struct sl_ledger *l, struct sl_entry *e,
		 const struct sl_called *call, u8 who);

/** sl_note_sender() - the call that sent the first data. Under e->lock. */
void sl_note_sender(struct sl_ledger *l, struct sl_entry *e, u64 now);

/**
 * sl_note_waiter() - an entry found in SYN_SENT: its connect() was not heard
 * @l: its ledger
 * @e: not yet open
 * @waiter: who waits in it, or NULL
 */
void sl_note_waiter(struct sl_ledger *l, struct sl_entry *e,
		    const struct sl_owner *waiter);

/* ---- connecting.c ---- */

/** sl_note_connect() - a connect(), or its return. Under e->lock. */
void sl_note_connect(struct sl_ledger *l, struct sl_entry *e,
		     const struct sl_called *call);

/** sl_left_undecided() - did it return with what it asked for under way? */
bool sl_left_undecided(const struct sl_called *call);

/**
 * sl_note_verdict() - a connect() that had returned without one has it now
 *
 * Under e->lock, when its socket leaves SYN_SENT.
 */
void sl_note_verdict(struct sl_ledger *l, struct sl_entry *e, u16 error,
		     u64 now);

/* ---- failed.c ---- */

/**
 * sl_file_failure() - file a call among those that failed
 * @l: the ledger of its socket
 * @call: the call, with its error; the socket is looked at
 * @id: of the socket's entry, or 0
 * @caller: who made it; NULL: the program that runs
 */
void sl_file_failure(struct sl_ledger *l, const struct sl_called *call, u64 id,
		     const struct sl_owner *caller);

/* ---- datagrams.c ---- */

/** sl_datagrams_alloc() - what a UDP socket counts; NULL is counted */
struct sl_datagrams *sl_datagrams_alloc(struct sl_ledger *l,
					const struct sock *sk);

/**
 * sl_datagrams_end() - its socket goes. Under the entry's lock.
 *
 * A wrong checksum that the last recv() found told nothing by itself.
 */
void sl_datagrams_end(const struct sl_ledger *l, struct sl_datagrams *d,
		      const struct sock *sk);

/* ---- listening.c ---- */

/** sl_listening_alloc() - a listener's ledger; NULL is counted */
struct sl_listening *sl_listening_alloc(struct sl_ledger *l);

/** sl_listening_born() - it bore a child. No entry is locked. */
void sl_listening_born(struct sl_entry *listener, bool cookie);

/**
 * sl_listening_queues() - it is about to put into its queue what it bore last:
 * TCP sends a Fast Open child's SYN+ACK before. No entry is locked.
 */
void sl_listening_queues(struct sl_entry *listener);

/** sl_listening_answered() - it sent a SYN+ACK. No entry is locked. */
void sl_listening_answered(struct sl_entry *listener, bool cookie);

/** sl_listening_accepted() - @wait ns in the queue, or SL_T_UNKNOWN */
void sl_listening_accepted(struct sl_entry *listener, u64 wait);

/* ---- hints.c ---- */

/** sl_note_overflow() - a handshake met a full queue. No entry is locked. */
void sl_note_overflow(struct sl_ledger *l, const struct sl_tuple *tuple,
		      enum sl_overflow what, u64 now);

/**
 * sl_hint_passed() - a segment of the handshake passed
 * @e: the entry, under its lock; there is a hint
 * @dir: which way, as the entry sees it
 */
void sl_hint_passed(struct sl_entry *e, u8 dir);

/** sl_listener_gone() - is who answered, or bore it, closed? Under e->lock. */
bool sl_listener_gone(struct sl_ledger *l, const struct sl_entry *e);

/** sl_hint_gone() - nothing is left of the handshake. Under e->lock. */
void sl_hint_gone(struct sl_ledger *l, struct sl_entry *e);

/** sl_hint_reset() - this machine resets a half-open one. Under e->lock. */
void sl_hint_reset(struct sl_ledger *l, struct sl_entry *e, bool by_filter);

/* ---- segments.c ---- */

/**
 * sl_complete_endpoints() - a segment shows its socket's endpoints
 *
 * A connect() has no local port when its socket leaves CLOSE; the SYN is the
 * first to show it. No entry is locked.
 */
void sl_complete_endpoints(struct sl_ledger *l, struct sl_entry *e,
			   const struct sl_sighting *seen);

/** sl_await() - set or clear SL_F_AWAITS_*. Under e->lock. */
void sl_await(struct sl_ledger *l, struct sl_entry *e, u16 flag, bool on);

/** sl_expect_read() - set or clear SL_F_UNREAD. Under e->lock. */
void sl_expect_read(struct sl_ledger *l, struct sl_entry *e, bool on);

/** sl_see() - a segment that belongs to @e passed; @dir as @e sees it */
void sl_see(struct sl_ledger *l, struct sl_entry *e,
	    const struct sl_sighting *seen, u8 dir);

/** sl_find() - the entry of one kind with a segment's endpoints */
struct sl_entry *sl_find(struct sl_ledger *l, const struct sl_sighting *seen,
			 enum sl_kind kind);

/**
 * sl_starts_anew() - is a SYN the first of another attempt?
 *
 * The half-open entry of the one before ends then. No entry is locked.
 */
bool sl_starts_anew(struct sl_ledger *l, struct sl_entry *e,
		    const struct sl_sighting *seen);

/** sl_tuple_of() - a segment's endpoints; its socket's own, if it has one */
struct sl_tuple sl_tuple_of(const struct sl_sighting *seen, enum sl_kind kind);

/**
 * sl_swapped() - endpoints as the other end sees them
 * @tuple: as this one does
 * @kind: of the other end
 * @ifindex: interface of a link-local address: of one end it may be that of the
 *	other, or none
 */
struct sl_tuple sl_swapped(const struct sl_tuple *tuple, enum sl_kind kind,
			   int ifindex);

/**
 * sl_open_on_syn() - a half-open entry for a SYN
 *
 * Return: the entry, or NULL as sl_open().
 */
struct sl_entry *sl_open_on_syn(struct sl_ledger *l,
				const struct sl_sighting *seen,
				enum sl_kind kind);

/* What forwarded.c does with a segment that sl_ledger_segment() was given. */
void sl_forwarded_segment(struct sl_ledger *l, const struct sl_sighting *seen);
void sl_forwarded_plain(struct sl_ledger *l, const struct sl_sighting *seen);

/**
 * sl_watch() - have the sweep look at an entry
 * @l: its ledger
 * @e: the entry, locked or not
 * @due: CLOCK_MONOTONIC ns, from when on
 *
 * It looks again for as long as it takes until the entry is over.
 */
void sl_watch(struct sl_ledger *l, struct sl_entry *e, u64 due);

/** sl_sweep_arm() - the sweep has something to look at */
void sl_sweep_arm(struct sl_ledger *l);

/** sl_sweep() - the work of sl_ledger.sweep (sweep.c) */
void sl_sweep(struct work_struct *work);

#endif /* _SOCKLEDGER_CHANGE_H */
