// SPDX-License-Identifier: GPL-2.0
#include "phase.h"
#include "story.h"

static_assert(sizeof(struct sl_transition) == 8, "every entry holds several");
static_assert(sizeof(struct sl_event) == 18, "every entry holds several");
static_assert(sizeof(struct sl_call) == 8, "every entry holds several");
static_assert(SL_CALL_OF(SOCKLEDGER_WHAT_EXIT) < 16, "calls have four bits");
static_assert(SL_EVENT_OF(SOCKLEDGER_WHAT_SYN) == 0 &&
	      SL_EVENT_OF(SOCKLEDGER_WHAT_SYNACK) == 1 &&
	      SL_EVENT_OF(SOCKLEDGER_WHAT_FIN) == 2 &&
	      SL_EVENT_OF(SOCKLEDGER_WHAT_RST) == 3, "segments have two bits");

/* States are numbered in four bits (TCP_STATE_MASK), 0 is none. */
#define STATES	16

/*
 * What decides between the causes where a transition has more than one. The
 * values follow those of enum sockledger_cause, so that both fit one table.
 */
enum {
	/* zero is SOCKLEDGER_CAUSE_UNKNOWN: TCP does not do this */
	CALL	= SOCKLEDGER_CAUSE_CALL,
	SEGMENT	= SOCKLEDGER_CAUSE_SEGMENT,
	TIMER	= SOCKLEDGER_CAUSE_TIMER,
	BY_ERR	= __SOCKLEDGER_CAUSE_MAX,	/* closed: the errno says */
};

static const u8 causes[STATES][STATES] = {
	[TCP_CLOSE] = {
		[TCP_SYN_SENT]		= CALL,		/* connect() */
		[TCP_LISTEN]		= CALL,		/* listen() */
	},
	[TCP_LISTEN] = {
		/* a child, cloned for a final ACK or a Fast Open SYN */
		[TCP_SYN_RECV]		= SEGMENT,
		/* no segment and no timer touches a listener */
		[TCP_CLOSE]		= CALL,
	},
	[TCP_SYN_SENT] = {
		[TCP_SYN_RECV]		= SEGMENT,	/* SYNs crossed */
		[TCP_ESTABLISHED]	= SEGMENT,	/* SYN+ACK */
		[TCP_CLOSE]		= BY_ERR,
	},
	[TCP_SYN_RECV] = {
		[TCP_ESTABLISHED]	= SEGMENT,	/* final ACK */
		[TCP_FIN_WAIT1]		= CALL,		/* close() */
		[TCP_CLOSE_WAIT]	= SEGMENT,	/* FIN */
		[TCP_CLOSE]		= BY_ERR,
	},
	[TCP_ESTABLISHED] = {
		[TCP_FIN_WAIT1]		= CALL,		/* close(), shutdown() */
		[TCP_CLOSE_WAIT]	= SEGMENT,	/* FIN */
		[TCP_CLOSE]		= BY_ERR,
	},
	[TCP_FIN_WAIT1] = {
		[TCP_FIN_WAIT2]		= SEGMENT,	/* ACK of our FIN */
		[TCP_CLOSING]		= SEGMENT,	/* FIN */
		/* FIN and ACK of ours in one (RFC 9293, figure 5, note 2) */
		[TCP_TIME_WAIT]		= SEGMENT,
		[TCP_CLOSE]		= BY_ERR,
	},
	[TCP_FIN_WAIT2] = {
		[TCP_TIME_WAIT]		= SEGMENT,	/* FIN */
		[TCP_CLOSE]		= BY_ERR,
	},
	[TCP_CLOSING] = {
		[TCP_TIME_WAIT]		= SEGMENT,	/* ACK of our FIN */
		[TCP_CLOSE]		= BY_ERR,
	},
	[TCP_CLOSE_WAIT] = {
		[TCP_LAST_ACK]		= CALL,		/* close(), shutdown() */
		[TCP_CLOSE]		= BY_ERR,
	},
	[TCP_LAST_ACK] = {
		[TCP_CLOSE]		= BY_ERR,
	},
	[TCP_TIME_WAIT] = {
		[TCP_CLOSE]		= TIMER,	/* 2 MSL are over */
	},
};

/*
 * CLOSE without an error: [from][in_call].
 *
 * Nothing but a call takes a socket that its program still holds there:
 * close() with data unread or SO_LINGER 0, disconnecting, a connect() that
 * failed at once, the close of the listener that never handed the child out.
 */
static const u8 clean_close[STATES][2] = {
	[TCP_SYN_SENT]		= { CALL,	CALL },
	[TCP_ESTABLISHED]	= { CALL,	CALL },
	[TCP_CLOSE_WAIT]	= { CALL,	CALL },
	/* tcp_v4_syn_recv_sock() could not keep the child it had made */
	[TCP_SYN_RECV]		= { SEGMENT,	CALL },
	/* tcp_out_of_resources() drops orphans when their timer fires */
	[TCP_FIN_WAIT1]		= { TIMER,	CALL },
	/*
	 * tcp_time_wait() hands it to a smaller socket: when the ACK of our
	 * FIN comes to an orphan, or in a close() after that ACK
	 */
	[TCP_FIN_WAIT2]		= { SEGMENT,	CALL },
	/*
	 * the ACK of our FIN, which close() may find waiting for it; where it
	 * did not come, the ledger knows better (closing_cause())
	 */
	[TCP_CLOSING]		= { SEGMENT,	SEGMENT },
	[TCP_LAST_ACK]		= { SEGMENT,	SEGMENT },
};

/*
 * An ICMP error ends a handshake when it arrives (tcp_v4_err()). Later it is
 * only remembered in sk_err_soft, and becomes the socket's error when
 * tcp_write_err() gives up for want of an ACK.
 */
static u8 icmp_close(u8 from)
{
	return from == TCP_SYN_SENT || from == TCP_SYN_RECV ? SEGMENT : TIMER;
}

static u8 close_cause(u8 from, int err, bool in_call)
{
	switch (sl_phase_close_step(from, err)) {
	case SL_STEP_CLOSED:
		return clean_close[from][in_call];
	case SL_STEP_RESET:
		return SEGMENT;
	case SL_STEP_REFUSED:
	case SL_STEP_UNREACHABLE:
		return icmp_close(from);
	case SL_STEP_TIMED_OUT:
	case SL_STEP_ABANDONED:
		return TIMER;
	case SL_STEP_ABORTED:
		return CALL;
	default:
		return in_call ? CALL : SOCKLEDGER_CAUSE_UNKNOWN;
	}
}

enum sockledger_cause sl_transition_cause(u8 from, u8 to, int err,
					  bool in_call)
{
	u8 cause;

	if (from >= STATES || to >= STATES)
		return SOCKLEDGER_CAUSE_UNKNOWN;

	cause = causes[from][to];
	if (cause == BY_ERR)
		cause = close_cause(from, err, in_call);

	return cause;
}

void sl_transitions_add(struct sl_transitions *list, u8 from, u8 to,
			u8 cause, u64 t)
{
	struct sl_transition *at;

	if (list->count == SL_TRANSITIONS) {
		if (list->dropped < U16_MAX)
			list->dropped++;
		return;
	}

	if (!list->count)
		list->first = from;

	at = &list->at[list->count++];
	at->t = min_t(u64, t, SL_T_MAX);
	at->to = to;
	at->cause = cause;
}

static bool ends_socket(u8 what)
{
	return what == SOCKLEDGER_WHAT_CLOSE || what == SOCKLEDGER_WHAT_EXIT;
}

void sl_calls_add(struct sl_calls *list, u8 what, struct sl_call call,
		  u16 error)
{
	unsigned int room = ends_socket(what) ? SL_CALLS : SL_CALLS - 1;

	if (list->count >= room) {
		if (list->dropped < U16_MAX)
			list->dropped++;
		return;
	}
	call.call = SL_CALL_OF(what);
	list->error[list->count] = error;
	list->at[list->count++] = call;
}

void sl_calls_fail(struct sl_calls *list, u8 what, u16 error)
{
	unsigned int i = list->count;

	/* The last may be one of those, and an earlier one did not fail. */
	if (list->dropped)
		return;
	while (i--) {
		if (SL_CALL_WHAT(&list->at[i]) != what)
			continue;
		list->error[i] = error;
		return;
	}
}

bool sl_calls_has(const struct sl_calls *list, u8 what)
{
	unsigned int i;

	for (i = 0; i < list->count; i++)
		if (SL_CALL_WHAT(&list->at[i]) == what)
			return true;
	return false;
}

/*
 * Where the count of events ends: it falls back by one round of the ring
 * then, so that it goes on telling which place is next.
 */
#define TOTAL_MAX	(U32_MAX - U32_MAX % SL_EVENTS)

bool sl_events_add(struct sl_events *events, const struct sl_event *event)
{
	bool full = events->total >= SL_EVENTS;

	events->ring[events->total % SL_EVENTS] = *event;

	if (events->total == TOTAL_MAX)
		events->total -= SL_EVENTS;
	events->total++;
	return full;
}

/* Place in the ring of the @i-th oldest of the events kept. */
static unsigned int place(const struct sl_events *events, unsigned int i)
{
	return (events->total - sl_events_kept(events) + i) % SL_EVENTS;
}

static bool tells_same(const struct sl_event *a, const struct sl_event *b)
{
	return sl_event_held_up(a) && sl_event_held_up(b) &&
	       a->reason == b->reason && a->dir == b->dir;
}

bool sl_events_hold_up(struct sl_events *events, struct sl_event event,
		       u64 *before)
{
	unsigned int i = 0, kept = sl_events_kept(events);
	struct sl_event *ring = events->ring;

	while (i < kept && !tells_same(&ring[place(events, i)], &event))
		i++;
	if (i == kept) {
		*before = SL_T_UNKNOWN;
		event.times = 1;
		return sl_events_add(events, &event);
	}
	*before = ring[place(events, i)].t;
	event.times = ring[place(events, i)].times;
	if (event.times < U32_MAX)
		event.times++;
	for (; i + 1 < kept; i++)
		ring[place(events, i)] = ring[place(events, i + 1)];
	ring[place(events, i)] = event;
	return false;
}

const struct sl_event *sl_events_get(const struct sl_events *events,
				     unsigned int i)
{
	return &events->ring[place(events, i)];
}
