/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What happened to an entry, in order: the list of its socket's transitions,
 * the list of the calls its programs made, and the ring of the segments that
 * passed. All are of fixed size and count what they could not keep.
 */
#ifndef _SOCKLEDGER_STORY_H
#define _SOCKLEDGER_STORY_H

#include "../uapi/sockledger.h"
#include "types.h"

/*
 * The longest way of a TCP socket from leaving CLOSE until it is back there:
 * SYN_SENT, SYN_RECV, ESTABLISHED, FIN_WAIT1, FIN_WAIT2 or CLOSING, TIME_WAIT,
 * CLOSE. What it does after that is another entry.
 */
#define SL_TRANSITIONS	7
#define SL_EVENTS	6
/*
 * The longest life without a repetition: socket, bind, connect with its
 * return and its verdict, send, recv, shutdown, close.
 */
#define SL_CALLS	9

/*
 * A date: ns since the entry's start, 2^56 ns are two years. What would be
 * later is capped; the largest number stands for one that is not known.
 */
#define SL_T_BITS	56
#define SL_T_UNKNOWN	((1ULL << SL_T_BITS) - 1)
#define SL_T_MAX	(SL_T_UNKNOWN - 1)

struct sl_transition {
	u64 t:SL_T_BITS;
	u64 to:4;		/* TCP_* */
	u64 cause:4;		/* enum sockledger_cause */
} __packed __aligned(4);

struct sl_transitions {
	struct sl_transition at[SL_TRANSITIONS];
	u8 first;		/* the state before at[0] */
	u8 count;
	u16 dropped;
};

struct sl_call {
	u64 t:SL_T_BITS;
	u64 call:4;		/* SL_CALL_*, see below */
	u64 who:2;		/* place among the entry's holders */
	u64 how:2;		/* of shutdown(): SHUT_* */
} __packed;

/* Calls are kept by their distance from the first one's code. */
#define SL_CALL_OF(what)	((what) - SOCKLEDGER_WHAT_SOCKET)
#define SL_CALL_WHAT(of)	((of)->call + SOCKLEDGER_WHAT_SOCKET)
#define SL_WHO_UNKNOWN		3

/* In this order, as in struct sl_record it follows an odd number of bytes. */
struct sl_calls {
	u8 count;
	u16 error[SL_CALLS];	/* errno of each, 0 for none */
	u16 dropped;
	struct sl_call at[SL_CALLS];
} __packed;

/*
 * A segment, or what held one up. Packed, or every entry would hold half a
 * dozen holes.
 */
struct sl_event {
	u64 t:SL_T_BITS;
	u64 kind:2;		/* see SL_EVENT_OF() */
	u64 dir:1;		/* enum sockledger_dir */
	u64 again:1;		/* sent again */
	u64 has_ack:1;
	u64 len_high:3;
	union {
		u32 seq;
		u32 reason;	/* what held up: enum sockledger_reason */
	};
	union {
		u32 ack_seq;
		u32 times;	/* what held up: it did so */
	};
	u16 len_low;		/* bytes of payload, see sl_event_len() */
} __packed __aligned(2);

/*
 * Of the segments only those that begin or end something are kept: SYN, SYNACK
 * and, two codes further, FIN and RST.
 */
#define SL_EVENT_OF(what)	(((what) - SOCKLEDGER_WHAT_SYN + 1) / 2)

/*
 * A RST that is sent again is not told from another, so that this is left to
 * stand for what held a segment up.
 */
#define SL_EVENT_HELD_UP						\
	.kind = SL_EVENT_OF(SOCKLEDGER_WHAT_RST), .again = true

/** sl_event_held_up() - is it no segment, but what held one up? */
static inline bool sl_event_held_up(const struct sl_event *event)
{
	return event->kind == SL_EVENT_OF(SOCKLEDGER_WHAT_RST) && event->again;
}

/** sl_event_what() - enum sockledger_what of an event that is kept */
static inline u8 sl_event_what(const struct sl_event *event)
{
	if (sl_event_held_up(event))
		return SOCKLEDGER_WHAT_HELD_UP;
	return SOCKLEDGER_WHAT_SYN + event->kind + (event->kind & 2);
}

/* No segment is longer, whatever joined it: GSO_MAX_SIZE, GRO_MAX_SIZE. */
#define SL_EVENT_LEN_MAX	((1U << 19) - 1)

/** sl_event_set_len() - how many bytes of payload, at most SL_EVENT_LEN_MAX */
static inline void sl_event_set_len(struct sl_event *event, u32 len)
{
	if (len > SL_EVENT_LEN_MAX)
		len = SL_EVENT_LEN_MAX;
	event->len_low = len;
	event->len_high = len >> 16;
}

/** sl_event_len() - likewise */
static inline u32 sl_event_len(const struct sl_event *event)
{
	return (u32)event->len_high << 16 | event->len_low;
}

struct sl_events {
	struct sl_event ring[SL_EVENTS];
	u32 total;		/* ever added */
};

/**
 * sl_transition_cause() - what moves a socket from one state to another
 * @from: TCP_* it leaves
 * @to: TCP_* it enters
 * @err: errno of the socket, positive, 0 for none
 * @in_call: the move happens inside a call of the program that holds the
 *	socket (which may as well work off segments that waited for it)
 *
 * From RFC 9293's state diagram, and net/ipv4/tcp*.c where an error decides.
 *
 * Return: SOCKLEDGER_CAUSE_UNKNOWN for a transition that TCP does not make.
 */
enum sockledger_cause sl_transition_cause(u8 from, u8 to, int err,
					  bool in_call);

/**
 * sl_transitions_add() - append a transition
 * @list: where to; when it is full the transition is counted as dropped
 * @from: state it leaves; kept for the first one only
 * @to: state it enters
 * @cause: enum sockledger_cause
 * @t: ns since the entry's start, capped at SL_T_MAX
 */
void sl_transitions_add(struct sl_transitions *list, u8 from, u8 to,
			u8 cause, u64 t);

/**
 * sl_transitions_from() - the state before a transition
 * @list: where it stands
 * @i: which one, below @list->count
 */
static inline u8 sl_transitions_from(const struct sl_transitions *list,
				     unsigned int i)
{
	return i ? list->at[i - 1].to : list->first;
}

/**
 * sl_transitions_since() - when the last one was; the start, if there is none
 * @list: where it stands
 */
static inline u64 sl_transitions_since(const struct sl_transitions *list)
{
	return list->count ? list->at[list->count - 1].t : 0;
}

/**
 * sl_calls_add() - append a call
 * @list: where to; the last place is kept for what ends the socket, so that
 *	no number of calls before it hides that. A call that finds no place is
 *	counted as dropped.
 * @what: SOCKLEDGER_WHAT_SOCKET to SOCKLEDGER_WHAT_EXIT
 * @call: its time, capped at SL_T_MAX, who and how; its code is set from @what
 * @error: errno, positive, 0 for none
 */
void sl_calls_add(struct sl_calls *list, u8 what, struct sl_call call,
		  u16 error);

/**
 * sl_calls_fail() - the last call with a code failed after all
 * @list: where it is, unless calls were dropped: then that may be one of them,
 *	and nothing changes
 * @what: its code
 * @error: errno, positive
 */
void sl_calls_fail(struct sl_calls *list, u8 what, u16 error);

/** sl_calls_has() - is a call with the code @what in the list? */
bool sl_calls_has(const struct sl_calls *list, u8 what);

/**
 * sl_events_add() - append an event, over the oldest one when the ring is full
 * @events: the ring; its total stops counting short of 2^32
 * @event: copied
 *
 * Return: whether there was no room left without that.
 */
bool sl_events_add(struct sl_events *events, const struct sl_event *event);

/**
 * sl_events_hold_up() - the same for what held a segment up
 * @events: the ring
 * @event: made with SL_EVENT_HELD_UP; its number is set
 * @before: set to when the same was told last, SL_T_UNKNOWN where it is not kept
 *
 * Of those that tell the same only the last is kept, with their number, so that
 * however often it happens it takes one place.
 */
bool sl_events_hold_up(struct sl_events *events, struct sl_event event,
		       u64 *before);

/**
 * sl_events_kept() - number of events that can be read
 * @events: the ring; its total less this number is how many were dropped
 */
static inline unsigned int sl_events_kept(const struct sl_events *events)
{
	return min_t(unsigned int, events->total, SL_EVENTS);
}

/**
 * sl_events_get() - the @i-th oldest of the events kept
 * @events: the ring
 * @i: below sl_events_kept()
 */
const struct sl_event *sl_events_get(const struct sl_events *events,
				     unsigned int i);

#endif /* _SOCKLEDGER_STORY_H */
