/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What witnesses tell the ledger: plain values, with sockets as keys only.
 * All of these are called in an RCU read-side section, from any context that
 * may take a spinlock with bottom halves off.
 */
#ifndef _SOCKLEDGER_OBSERVE_H
#define _SOCKLEDGER_OBSERVE_H

#include "../pure/segment.h"
#include "ledger.h"

/* ---- the socket witness; sockets.c, timewait.c ---- */

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
	bool in_call;		/* its program is in a call, see sl_transition_cause() */
	bool cookie;		/* of a child: the ACK of a SYN cookie bore it */
	u8 family;
	u8 from;
	u8 to;
	u16 err;
	const struct sock *parent;	/* of a child: its listener, or NULL */
	const struct sl_owner *waiter;	/* adopted in SYN_SENT: in connect() */
	const struct sl_tuple *left;	/* of a timewait socket to adopt */
	struct sl_timewait timewait;	/* the same, as it stands */
};

/** sl_ledger_move() - a socket changed its state. Under its socket lock. */
void sl_ledger_move(struct sl_ledger *l, const struct sl_move *move);

/**
 * sl_ledger_adopt() - a socket that existed before the module
 * @l: of its namespace
 * @move: as it is now; @from and @to are both its state
 * @passive: it has a listener's port
 *
 * Does nothing when it has an entry already. Under the socket lock, or that of
 * its bucket in the kernel's tables: it is not closed meanwhile.
 */
void sl_ledger_adopt(struct sl_ledger *l, const struct sl_move *move,
		     bool passive);

/** sl_ledger_destroyed() - a socket is about to be freed */
void sl_ledger_destroyed(struct sl_ledger *l, const struct sock *sk, u64 now);

/** sl_ledger_timewait_end() - a timewait socket is about to go */
void sl_ledger_timewait_end(struct sl_ledger *l, const struct sl_tuple *tuple,
			    u64 now, bool early);

/**
 * sl_ledger_timewait_ack() - an ACK left that no socket sent
 *
 * A timewait socket sends one when a FIN has moved it from FIN_WAIT2 to
 * TIME_WAIT, or has set its clock anew: the kernel is asked which.
 */
void sl_ledger_timewait_ack(struct sl_ledger *l, const struct sl_tuple *tuple,
			    u64 now);

/* ---- the calls witness; calls.c, listening.c ---- */

/* One call of one program on one socket, or the return of it. */
struct sl_called {
	const struct sock *sk;	/* it is in this call, so it is not destroyed */
	u64 now;		/* CLOCK_MONOTONIC ns */
	u8 what;		/* SOCKLEDGER_WHAT_SOCKET to ..._EXIT */
	u8 how;			/* shutdown(): SHUT_* */
	u16 error;		/* errno it failed with, positive, or 0 */
	u32 pid;		/* of the caller, who runs; 0: the kernel's own */
	struct sl_endpoint asked;	/* bind, connect: the address named */
	bool has_asked;
	bool unwatched;		/* connect: nobody will tell of its return */
	u64 inode;		/* accept: of the new socket, which has it next */
	u32 backlog;		/* listen: as named */
};

/**
 * sl_ledger_call() - a program made a call on a socket
 *
 * A call that failed is filed among the failed ones as well.
 */
void sl_ledger_call(struct sl_ledger *l, const struct sl_called *call);

/**
 * sl_ledger_returned() - a bind(), listen() or shutdown() returned
 *
 * After sl_ledger_call() at its beginning; of interest for its error, and for
 * what it has set in the socket.
 */
void sl_ledger_returned(struct sl_ledger *l, const struct sl_called *call);

/**
 * sl_ledger_accept() - accept() hands out a connection
 * @l: of the namespace
 * @call: about the connection's socket
 * @listener: the socket it was waited for on, which may be of MPTCP; so may
 *	@call's
 */
void sl_ledger_accept(struct sl_ledger *l, const struct sl_called *call,
		      const struct sock *listener);

/** sl_ledger_received() - a program got data, maybe its first */
void sl_ledger_received(struct sl_ledger *l, const struct sl_called *call);

/* What a listener had no room for. */
enum sl_overflow {
	SL_OVERFLOW_ACCEPT,	/* a SYN or final ACK: in the accept queue */
	SL_OVERFLOW_SYN,	/* a SYN: among the half-open handshakes */
};

/**
 * sl_ledger_overflow() - a listener dropped a segment for want of room
 * @l: of the namespace
 * @listener: whose queue it is
 * @tuple: endpoints of the segment, from this machine; kind is not set
 * @what: which queue
 * @now: CLOCK_MONOTONIC ns
 */
void sl_ledger_overflow(struct sl_ledger *l, const struct sock *listener,
			const struct sl_tuple *tuple, enum sl_overflow what,
			u64 now);

/* ---- the datagrams witness; datagrams.c ---- */

/* A datagram, or several of one size that travel together. */
struct sl_datagram {
	const struct sock *sk;		/* not destroyed */
	struct sl_entry *entry;		/* of one that arrives: where it counts,
					 * see sl_ledger_arriving()
					 */
	u64 now;			/* CLOCK_MONOTONIC ns */
	u32 bytes;			/* of payload, in all */
	u32 largest;			/* of payload, in one */
	u32 queue;			/* bytes of memory in the queue, with it;
					 * of one that arrives
					 */
	u16 count;
	struct sl_endpoint peer;
};

/* Was it the socket's first, as far as its entry knows? */
enum sl_first {
	SL_FIRST_NO,
	SL_FIRST_YES,
	SL_FIRST_UNKNOWN_SOCKET,	/* no entry, so it was not counted */
};

/** sl_ledger_sent() - a datagram left */
enum sl_first sl_ledger_sent(struct sl_ledger *l,
			     const struct sl_datagram *seen);

/**
 * sl_ledger_arriving() - one is about to be put into the queue of @sk
 *
 * Return: the entry it will count in, which stays as long as the RCU read-side
 * section that queues it, even if it ends meanwhile; NULL if there is none.
 */
struct sl_entry *sl_ledger_arriving(struct sl_ledger *l, const struct sock *sk);

/** sl_ledger_queued() - one that was arriving was put into its queue */
void sl_ledger_queued(struct sl_ledger *l, const struct sl_datagram *seen);

/** sl_ledger_unqueued() - one that was arriving found no room there */
void sl_ledger_unqueued(struct sl_ledger *l, const struct sl_datagram *seen);

/** sl_ledger_taken() - a program took @count datagrams out of the queue */
enum sl_first sl_ledger_taken(struct sl_ledger *l, const struct sock *sk,
			      u16 count);

/**
 * sl_ledger_unsent() - a send() failed
 *
 * Return: true when it belongs among the failed calls: not one more of many
 * that failed for the same reason.
 */
bool sl_ledger_unsent(struct sl_ledger *l, const struct sock *sk, u16 error);

/** sl_ledger_icmp() - an ICMP error was reported to a socket */
void sl_ledger_icmp(struct sl_ledger *l, const struct sock *sk, u16 error);

/** sl_ledger_groups() - a socket joined or left multicast groups */
void sl_ledger_groups(struct sl_ledger *l, const struct sock *sk);

/**
 * sl_ledger_adopt_udp() - a UDP socket that existed before the module
 *
 * Return: true when it had no entry, and has one now.
 */
bool sl_ledger_adopt_udp(struct sl_ledger *l, const struct sock *sk, u64 now);

/* ---- the wire witness; segments.c, forwarded.c, hints.c ---- */

/* What stands behind a segment, as far as its sk_buff tells. */
enum sl_behind {
	SL_BEHIND_NOTHING,
	SL_BEHIND_REQUEST,	/* a request socket */
	SL_BEHIND_SOCKET,	/* a full TCP socket */
};

struct sl_sighting {
	u64 now;		/* CLOCK_MONOTONIC ns */
	struct sl_tuple tuple;	/* seen from this machine, SL_KIND_LOCAL;
				 * forwarded: from the sender; none where a
				 * socket is behind it: see sl_tuple_of()
				 */
	struct sl_segment seg;
	u8 dir;			/* enum sockledger_dir */
	u8 behind;		/* enum sl_behind */
	bool forwarded;
	bool loopback;		/* goes to this very namespace */
	bool undemuxed;		/* came from elsewhere, and nobody looked for
				 * its socket yet
				 */
	u8 family;		/* AF_* of the packet */
	int ifindex;		/* device its request is bound to; of another
				 * SYN, of what a filter ate, and of data to
				 * this namespace, the one it came from or
				 * leaves by
				 */
	const struct sock *sk;		/* SL_BEHIND_SOCKET */
	const struct sock *listener;	/* sent SYN+ACK: who answers, or NULL */
	struct sl_entry *found;		/* by sl_ledger_awaits() or
					 * sl_ledger_answers(), or NULL
					 */
	bool by_filter;		/* sent RST: a filter made it, not TCP */
	bool in_call;			/* it leaves in a call of the program
					 * that runs
					 */
};

/** sl_ledger_segment() - a SYN, SYN+ACK, FIN or RST passed */
void sl_ledger_segment(struct sl_ledger *l, const struct sl_sighting *seen);

/**
 * sl_ledger_plain() - an ACK or data segment passed that may be a handshake's
 * final ACK or the first data one way
 */
void sl_ledger_plain(struct sl_ledger *l, const struct sl_sighting *seen);

/**
 * sl_ledger_awaits() - the entry that waits for such a segment, or NULL
 * @l: of the namespace
 * @tuple: the segment's endpoints, as SL_KIND_LOCAL
 */
struct sl_entry *sl_ledger_awaits(struct sl_ledger *l,
				  const struct sl_tuple *tuple);

/**
 * sl_ledger_answers() - the entry that a SYN+ACK of this machine's belongs to
 * @l: of the namespace
 * @tuple: its endpoints, as SL_KIND_LOCAL; no full socket sends it
 *
 * Return: NULL when there is none: then it is counted, and tells no more than
 * sl_ledger_answered() takes.
 */
struct sl_entry *sl_ledger_answers(struct sl_ledger *l,
				   const struct sl_tuple *tuple);

/**
 * sl_ledger_answered() - a SYN+ACK left that has no entry
 * @l: of the namespace
 * @sk: the listener that sent it, or NULL; only compared
 * @tuple: the SYN+ACK's endpoints
 * @cookie: no request stands behind it
 *
 * The listener counts it all the same.
 */
void sl_ledger_answered(struct sl_ledger *l, const struct sock *sk,
			const struct sl_tuple *tuple, bool cookie);

/**
 * sl_ledger_filtered() - a filter of this machine ate a segment
 * @l: of the namespace
 * @seen: its endpoints, direction, and what stands behind it
 * @hint: SOCKLEDGER_REASON_FILTERED_*
 */
void sl_ledger_filtered(struct sl_ledger *l, const struct sl_sighting *seen,
			u8 hint);

/**
 * sl_ledger_unreachable() - an ICMP error arrived about a segment that this
 * machine sent
 * @l: of the namespace
 * @tuple: endpoints of the segment, from its sender; kind is not set
 * @seq: its sequence number
 * @hint: enum sockledger_reason
 * @now: CLOCK_MONOTONIC ns
 */
void sl_ledger_unreachable(struct sl_ledger *l, const struct sl_tuple *tuple,
			   u32 seq, u8 hint, u64 now);

/** sl_ledger_unreachable_beyond() - the same about one that passed through */
void sl_ledger_unreachable_beyond(struct sl_ledger *l,
				  const struct sl_tuple *tuple, u32 seq,
				  u8 hint, u64 now);

/**
 * sl_ledger_adopt_request() - a handshake that was half-open before the module
 * @l: of its namespace
 * @tuple: SL_KIND_HALF_OPEN
 * @family: the request's
 * @ifindex: device it is bound to, or 0
 * @now: CLOCK_MONOTONIC ns
 */
void sl_ledger_adopt_request(struct sl_ledger *l, const struct sl_tuple *tuple,
			     u8 family, int ifindex, u64 now);

#endif /* _SOCKLEDGER_OBSERVE_H */
