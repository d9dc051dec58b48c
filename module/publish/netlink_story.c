// SPDX-License-Identifier: GPL-2.0
/* What happened to an entry, as attributes. Unknown values are left out. */
#include "netlink.h"

#include "../pure/segment.h"
#include "netlink_put.h"

/* Agreed: both ends offered it. Known once the answer was seen. */
static int put_agreed(struct sk_buff *skb, int attr,
		      const struct sl_handshake *hs, u8 option)
{
	if (hs->synack == SL_T_UNKNOWN || hs->syn == SL_T_UNKNOWN)
		return 0;
	return nla_put_u8(skb, attr, hs->client_options & hs->server_options &
				     option ? 1 : 0);
}

/* RFC 3168, 6.1.1: SYN with ECE and CWR, SYN+ACK with ECE alone. */
static int put_ecn(struct sk_buff *skb, const struct sl_handshake *hs)
{
	u8 both = SL_TCP_ECE | SL_TCP_CWR;

	if (hs->synack == SL_T_UNKNOWN || hs->syn == SL_T_UNKNOWN)
		return 0;
	return nla_put_u8(skb, SOCKLEDGER_A_HANDSHAKE_ECN,
			  (hs->client_flags & both) == both &&
			  (hs->server_flags & both) == SL_TCP_ECE);
}

/* What one end offered in @options, the SL_OPT_* of its SYN or SYN+ACK. */
static int put_offer(struct sk_buff *skb, u8 options, int mss_attr, u16 mss,
		     int wscale_attr, u8 wscale)
{
	if (options & SL_OPT_MSS && nla_put_u16(skb, mss_attr, mss))
		return -EMSGSIZE;
	if (options & SL_OPT_WSCALE && nla_put_u8(skb, wscale_attr, wscale))
		return -EMSGSIZE;
	return 0;
}

static int put_options(struct sk_buff *skb, const struct sl_handshake *hs)
{
	if (put_offer(skb, hs->client_options,
		      SOCKLEDGER_A_HANDSHAKE_CLIENT_MSS, hs->client_mss,
		      SOCKLEDGER_A_HANDSHAKE_CLIENT_WSCALE,
		      hs->client_wscale) ||
	    put_offer(skb, hs->server_options,
		      SOCKLEDGER_A_HANDSHAKE_SERVER_MSS, hs->server_mss,
		      SOCKLEDGER_A_HANDSHAKE_SERVER_WSCALE,
		      hs->server_wscale) ||
	    put_agreed(skb, SOCKLEDGER_A_HANDSHAKE_SACK, hs, SL_OPT_SACK) ||
	    put_agreed(skb, SOCKLEDGER_A_HANDSHAKE_TIMESTAMPS, hs,
		       SL_OPT_TIMESTAMPS) ||
	    put_agreed(skb, SOCKLEDGER_A_HANDSHAKE_MPTCP, hs, SL_OPT_MPTCP) ||
	    put_agreed(skb, SOCKLEDGER_A_HANDSHAKE_MPTCP_JOIN, hs,
		       SL_OPT_MPTCP_JOIN) ||
	    put_ecn(skb, hs))
		return -EMSGSIZE;
	if (hs->syn != SL_T_UNKNOWN &&
	    nla_put_u8(skb, SOCKLEDGER_A_HANDSHAKE_FASTOPEN,
		       !!(hs->client_options & SL_OPT_FASTOPEN)))
		return -EMSGSIZE;
	/* Known by the ACK alone where the SYN found no room. */
	if ((hs->synack != SL_T_UNKNOWN || hs->cookie) &&
	    nla_put_u8(skb, SOCKLEDGER_A_HANDSHAKE_COOKIE, hs->cookie))
		return -EMSGSIZE;
	return 0;
}

/* How it ended, and after what. */
static int put_result(struct sk_buff *skb, const struct sl_record *rec)
{
	const struct sl_handshake *hs = &rec->hs;

	if (nla_put_u8(skb, SOCKLEDGER_A_HANDSHAKE_OUTCOME,
		       rec->progress.outcome) ||
	    nla_put_u8(skb, SOCKLEDGER_A_HANDSHAKE_REASON,
		       sl_record_reason(rec)) ||
	    sl_put_time(skb, SOCKLEDGER_A_HANDSHAKE_SYN_NS, hs->syn) ||
	    sl_put_time(skb, SOCKLEDGER_A_HANDSHAKE_ACK_NS, hs->ack) ||
	    nla_put_u32(skb, SOCKLEDGER_A_HANDSHAKE_SYN_COUNT, hs->syn_count) ||
	    nla_put_u32(skb, SOCKLEDGER_A_HANDSHAKE_SYNACK_COUNT,
			hs->synack_count))
		return -EMSGSIZE;
	return 0;
}

/* What else there is to it. */
static int put_course(struct sk_buff *skb, const struct sl_record *rec)
{
	const struct sl_handshake *hs = &rec->hs;

	if (nla_put_u8(skb, SOCKLEDGER_A_HANDSHAKE_PHASE, rec->progress.phase) ||
	    sl_put_time(skb, SOCKLEDGER_A_HANDSHAKE_SYNACK_NS, hs->synack) ||
	    sl_put_time(skb, SOCKLEDGER_A_HANDSHAKE_DATA_OUT_NS, hs->data_out) ||
	    sl_put_time(skb, SOCKLEDGER_A_HANDSHAKE_DATA_IN_NS, hs->data_in) ||
	    sl_put_time(skb, SOCKLEDGER_A_HANDSHAKE_ACCEPT_QUEUED_NS,
			hs->accept_queued) ||
	    sl_put_time(skb, SOCKLEDGER_A_HANDSHAKE_ACCEPTED_NS, hs->accepted))
		return -EMSGSIZE;
	if (hs->syn != SL_T_UNKNOWN &&
	    nla_put_u32(skb, SOCKLEDGER_A_HANDSHAKE_CLIENT_ISN, hs->client_isn))
		return -EMSGSIZE;
	if (hs->synack != SL_T_UNKNOWN &&
	    nla_put_u32(skb, SOCKLEDGER_A_HANDSHAKE_SERVER_ISN, hs->server_isn))
		return -EMSGSIZE;
	return put_options(skb, hs);
}

int sl_netlink_put_handshake(struct sk_buff *skb,
			     const struct sl_record *rec,
			     enum sockledger_detail detail)
{
	struct nlattr *nest;

	if (!sl_record_has_handshake(rec))
		return 0;
	nest = nla_nest_start(skb, SOCKLEDGER_A_ENTRY_HANDSHAKE);
	if (!nest || put_result(skb, rec))
		return -EMSGSIZE;
	if (detail != SOCKLEDGER_DETAIL_ROW && put_course(skb, rec))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_transition(struct sk_buff *skb,
			  const struct sl_transitions *list, unsigned int i)
{
	struct nlattr *nest = nla_nest_start(skb, SOCKLEDGER_A_ENTRY_TRANSITION);

	if (!nest ||
	    sl_put_u64(skb, SOCKLEDGER_A_TRANSITION_T_NS, list->at[i].t) ||
	    nla_put_u8(skb, SOCKLEDGER_A_TRANSITION_FROM,
		       sl_transitions_from(list, i)) ||
	    nla_put_u8(skb, SOCKLEDGER_A_TRANSITION_TO, list->at[i].to) ||
	    nla_put_u8(skb, SOCKLEDGER_A_TRANSITION_CAUSE, list->at[i].cause))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_transitions(struct sk_buff *skb,
			   const struct sl_transitions *list)
{
	unsigned int i;

	for (i = 0; i < list->count; i++)
		if (put_transition(skb, list, i))
			return -EMSGSIZE;
	return sl_put_some_u32(skb, SOCKLEDGER_A_ENTRY_TRANSITIONS_DROPPED,
			       list->dropped);
}

static int put_segment(struct sk_buff *skb, const struct sl_event *event)
{
	if (nla_put_u32(skb, SOCKLEDGER_A_EVENT_SEQ, event->seq) ||
	    nla_put_u32(skb, SOCKLEDGER_A_EVENT_LEN, sl_event_len(event)) ||
	    sl_put_flag(skb, SOCKLEDGER_A_EVENT_AGAIN, event->again))
		return -EMSGSIZE;
	return event->has_ack ? nla_put_u32(skb, SOCKLEDGER_A_EVENT_ACK_SEQ,
					    event->ack_seq) : 0;
}

static int put_obstacle(struct sk_buff *skb, const struct sl_event *event)
{
	return nla_put_u8(skb, SOCKLEDGER_A_EVENT_REASON, event->reason) ?:
	       nla_put_u32(skb, SOCKLEDGER_A_EVENT_TIMES, event->times);
}

static int put_event(struct sk_buff *skb, const struct sl_event *event)
{
	struct nlattr *nest = nla_nest_start(skb, SOCKLEDGER_A_ENTRY_EVENT);
	int err;

	if (!nest || sl_put_u64(skb, SOCKLEDGER_A_EVENT_T_NS, event->t) ||
	    nla_put_u8(skb, SOCKLEDGER_A_EVENT_WITNESS,
		       SOCKLEDGER_WITNESS_WIRE) ||
	    nla_put_u8(skb, SOCKLEDGER_A_EVENT_WHAT,
		       sl_event_what(event)) ||
	    nla_put_u8(skb, SOCKLEDGER_A_EVENT_DIR, event->dir))
		return -EMSGSIZE;
	if (sl_event_held_up(event))
		err = put_obstacle(skb, event);
	else
		err = put_segment(skb, event);
	nla_nest_end(skb, nest);
	return err;
}

static u32 caller_pid(const struct sl_snapshot *snap, unsigned int who)
{
	return who < SL_HOLDERS ? snap->holders[who].pid : 0;
}

static int put_call(struct sk_buff *skb, const struct sl_snapshot *snap,
		    unsigned int i)
{
	struct nlattr *nest = nla_nest_start(skb, SOCKLEDGER_A_ENTRY_EVENT);
	const struct sl_call *call = &snap->rec.calls.at[i];
	u8 what = SL_CALL_WHAT(call);

	if (!nest || sl_put_u64(skb, SOCKLEDGER_A_EVENT_T_NS, call->t) ||
	    nla_put_u8(skb, SOCKLEDGER_A_EVENT_WITNESS,
		       SOCKLEDGER_WITNESS_CALL) ||
	    nla_put_u8(skb, SOCKLEDGER_A_EVENT_WHAT, what) ||
	    sl_put_some_u32(skb, SOCKLEDGER_A_EVENT_ERROR,
			    snap->rec.calls.error[i]) ||
	    sl_put_some_u32(skb, SOCKLEDGER_A_EVENT_PID,
			    caller_pid(snap, call->who)))
		return -EMSGSIZE;
	if (what == SOCKLEDGER_WHAT_SHUTDOWN &&
	    nla_put_u8(skb, SOCKLEDGER_A_EVENT_HOW, call->how))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* Two lists in order of time become one; of one moment, the call is first. */
static int put_events(struct sk_buff *skb, const struct sl_snapshot *snap)
{
	const struct sl_events *events = &snap->rec.events;
	const struct sl_calls *calls = &snap->rec.calls;
	unsigned int kept = sl_events_kept(events);
	unsigned int c = 0, i = 0;
	const struct sl_event *event;
	int err = 0;

	while (!err && (c < calls->count || i < kept)) {
		event = i < kept ? sl_events_get(events, i) : NULL;
		if (!event ||
		    (c < calls->count && calls->at[c].t <= event->t)) {
			err = put_call(skb, snap, c++);
		} else {
			err = put_event(skb, event);
			i++;
		}
	}
	return err ?: sl_put_some_u32(skb, SOCKLEDGER_A_ENTRY_EVENTS_DROPPED,
				      events->total - kept) ?:
		      sl_put_some_u32(skb, SOCKLEDGER_A_ENTRY_CALLS_DROPPED,
				      calls->dropped);
}

int sl_netlink_put_story(struct sk_buff *skb, const struct sl_snapshot *snap)
{
	if (put_transitions(skb, &snap->rec.transitions) ||
	    put_events(skb, snap))
		return -EMSGSIZE;
	return 0;
}
