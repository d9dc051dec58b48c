// SPDX-License-Identifier: GPL-2.0
/* One entry as attributes. Unknown values are left out. */
#include "netlink.h"

#include <linux/timekeeping.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include <net/netlink.h>

#include "../pure/segment.h"
#include "../uapi/sockledger.h"

/* Every attribute set has its padding in the same place. */
#define PAD	1

static_assert(SOCKLEDGER_A_ENTRY_PAD == PAD);
static_assert(SOCKLEDGER_A_OWNER_PAD == PAD);
static_assert(SOCKLEDGER_A_TRANSITION_PAD == PAD);
static_assert(SOCKLEDGER_A_EVENT_PAD == PAD);
static_assert(SOCKLEDGER_A_TOTALS_PAD == PAD);
static_assert(SOCKLEDGER_A_LEDGER_PAD == PAD);

static int put_u64(struct sk_buff *skb, int attr, u64 value)
{
	return nla_put_u64_64bit(skb, attr, value, PAD);
}

/* A time or number that may be unknown. */
static int put_time(struct sk_buff *skb, int attr, u64 ns)
{
	return ns == SL_T_UNKNOWN ? 0 : put_u64(skb, attr, ns);
}

static int put_some(struct sk_buff *skb, int attr, u64 value)
{
	return value ? put_u64(skb, attr, value) : 0;
}

static int put_address(struct sk_buff *skb, int addr_attr, int port_attr,
		       const struct in6_addr *addr, __be16 port)
{
	int err;

	/* No port yet, or a listener, which has no peer. */
	if (!port)
		return 0;
	if (ipv6_addr_v4mapped(addr))
		err = nla_put_in_addr(skb, addr_attr, addr->s6_addr32[3]);
	else
		err = nla_put_in6_addr(skb, addr_attr, addr);
	return err ?: nla_put_be16(skb, port_attr, port);
}

static int put_owner(struct sk_buff *skb, int attr,
		     const struct sl_owner *owner)
{
	struct nlattr *nest;
	size_t len = strnlen(owner->comm, sizeof(owner->comm));

	if (!owner->pid)
		return 0;
	nest = nla_nest_start(skb, attr);
	if (!nest ||
	    nla_put_u32(skb, SOCKLEDGER_A_OWNER_PID, owner->pid) ||
	    nla_put_u32(skb, SOCKLEDGER_A_OWNER_UID, owner->uid) ||
	    nla_put(skb, SOCKLEDGER_A_OWNER_COMM, len + 1, owner->comm) ||
	    put_u64(skb, SOCKLEDGER_A_OWNER_START_NS, owner->start))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* Agreed: both ends offered it. Known once the answer was seen. */
static int put_agreed(struct sk_buff *skb, int attr,
		      const struct sl_handshake *hs, u8 option)
{
	if (hs->synack == SL_T_UNKNOWN || hs->syn == SL_T_UNKNOWN)
		return 0;
	return nla_put_u8(skb, attr, hs->client.options & hs->server.options &
				     option ? 1 : 0);
}

/* RFC 3168, 6.1.1: SYN with ECE and CWR, SYN+ACK with ECE alone. */
static int put_ecn(struct sk_buff *skb, const struct sl_handshake *hs)
{
	u8 both = SL_TCP_ECE | SL_TCP_CWR;

	if (hs->synack == SL_T_UNKNOWN || hs->syn == SL_T_UNKNOWN)
		return 0;
	return nla_put_u8(skb, SOCKLEDGER_A_HANDSHAKE_ECN,
			  (hs->client.flags & both) == both &&
			  (hs->server.flags & both) == SL_TCP_ECE);
}

static int put_end_options(struct sk_buff *skb, int mss_attr, int wscale_attr,
			   const struct sl_end_options *end)
{
	if (end->options & SL_OPT_MSS && nla_put_u16(skb, mss_attr, end->mss))
		return -EMSGSIZE;
	if (end->options & SL_OPT_WSCALE &&
	    nla_put_u8(skb, wscale_attr, end->wscale))
		return -EMSGSIZE;
	return 0;
}

static int put_options(struct sk_buff *skb, const struct sl_handshake *hs)
{
	if (put_end_options(skb, SOCKLEDGER_A_HANDSHAKE_CLIENT_MSS,
			    SOCKLEDGER_A_HANDSHAKE_CLIENT_WSCALE, &hs->client) ||
	    put_end_options(skb, SOCKLEDGER_A_HANDSHAKE_SERVER_MSS,
			    SOCKLEDGER_A_HANDSHAKE_SERVER_WSCALE, &hs->server) ||
	    put_agreed(skb, SOCKLEDGER_A_HANDSHAKE_SACK, hs, SL_OPT_SACK) ||
	    put_agreed(skb, SOCKLEDGER_A_HANDSHAKE_TIMESTAMPS, hs,
		       SL_OPT_TIMESTAMPS) ||
	    put_ecn(skb, hs))
		return -EMSGSIZE;
	if (hs->syn != SL_T_UNKNOWN &&
	    nla_put_u8(skb, SOCKLEDGER_A_HANDSHAKE_FASTOPEN,
		       !!(hs->client.options & SL_OPT_FASTOPEN)))
		return -EMSGSIZE;
	if (hs->synack != SL_T_UNKNOWN &&
	    nla_put_u8(skb, SOCKLEDGER_A_HANDSHAKE_COOKIE, hs->cookie))
		return -EMSGSIZE;
	return 0;
}

static int put_handshake_times(struct sk_buff *skb,
			       const struct sl_handshake *hs)
{
	if (put_time(skb, SOCKLEDGER_A_HANDSHAKE_SYN_NS, hs->syn) ||
	    put_time(skb, SOCKLEDGER_A_HANDSHAKE_SYNACK_NS, hs->synack) ||
	    put_time(skb, SOCKLEDGER_A_HANDSHAKE_ACK_NS, hs->ack) ||
	    put_time(skb, SOCKLEDGER_A_HANDSHAKE_DATA_OUT_NS, hs->data_out) ||
	    put_time(skb, SOCKLEDGER_A_HANDSHAKE_DATA_IN_NS, hs->data_in))
		return -EMSGSIZE;
	return 0;
}

static int put_handshake(struct sk_buff *skb, const struct sl_handshake *hs)
{
	struct nlattr *nest;

	if (hs->progress.phase == SOCKLEDGER_PHASE_NONE)
		return 0;
	nest = nla_nest_start(skb, SOCKLEDGER_A_ENTRY_HANDSHAKE);
	if (!nest ||
	    nla_put_u8(skb, SOCKLEDGER_A_HANDSHAKE_PHASE, hs->progress.phase) ||
	    nla_put_u8(skb, SOCKLEDGER_A_HANDSHAKE_OUTCOME,
		       hs->progress.outcome) ||
	    nla_put_u8(skb, SOCKLEDGER_A_HANDSHAKE_REASON,
		       hs->progress.reason) ||
	    put_handshake_times(skb, hs) ||
	    nla_put_u32(skb, SOCKLEDGER_A_HANDSHAKE_SYN_COUNT, hs->syn_count) ||
	    nla_put_u32(skb, SOCKLEDGER_A_HANDSHAKE_SYNACK_COUNT,
			hs->synack_count))
		return -EMSGSIZE;
	if (hs->syn != SL_T_UNKNOWN &&
	    nla_put_u32(skb, SOCKLEDGER_A_HANDSHAKE_CLIENT_ISN, hs->client_isn))
		return -EMSGSIZE;
	if (hs->synack != SL_T_UNKNOWN &&
	    nla_put_u32(skb, SOCKLEDGER_A_HANDSHAKE_SERVER_ISN, hs->server_isn))
		return -EMSGSIZE;
	if (put_options(skb, hs))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_transition(struct sk_buff *skb,
			  const struct sl_transitions *list, unsigned int i)
{
	struct nlattr *nest = nla_nest_start(skb, SOCKLEDGER_A_ENTRY_TRANSITION);

	if (!nest ||
	    put_u64(skb, SOCKLEDGER_A_TRANSITION_T_NS, list->at[i].t) ||
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
	if (!list->dropped)
		return 0;
	return nla_put_u32(skb, SOCKLEDGER_A_ENTRY_TRANSITIONS_DROPPED,
			   list->dropped);
}

static int put_event(struct sk_buff *skb, const struct sl_event *event)
{
	struct nlattr *nest = nla_nest_start(skb, SOCKLEDGER_A_ENTRY_EVENT);

	if (!nest || put_u64(skb, SOCKLEDGER_A_EVENT_T_NS, event->t) ||
	    nla_put_u8(skb, SOCKLEDGER_A_EVENT_WITNESS, event->witness) ||
	    nla_put_u8(skb, SOCKLEDGER_A_EVENT_WHAT, event->what) ||
	    nla_put_u8(skb, SOCKLEDGER_A_EVENT_DIR, event->dir) ||
	    nla_put_u32(skb, SOCKLEDGER_A_EVENT_SEQ, event->seq) ||
	    nla_put_u32(skb, SOCKLEDGER_A_EVENT_LEN, event->len))
		return -EMSGSIZE;
	if (event->again && nla_put_flag(skb, SOCKLEDGER_A_EVENT_AGAIN))
		return -EMSGSIZE;
	if (event->has_ack &&
	    nla_put_u32(skb, SOCKLEDGER_A_EVENT_ACK_SEQ, event->ack_seq))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_events(struct sk_buff *skb, const struct sl_events *events)
{
	unsigned int kept = sl_events_kept(events);
	unsigned int i;

	for (i = 0; i < kept; i++)
		if (put_event(skb, sl_events_get(events, i)))
			return -EMSGSIZE;
	if (events->total == kept)
		return 0;
	return nla_put_u32(skb, SOCKLEDGER_A_ENTRY_EVENTS_DROPPED,
			   events->total - kept);
}

static int put_totals(struct sk_buff *skb, const struct sl_totals *t)
{
	struct nlattr *nest = nla_nest_start(skb, SOCKLEDGER_A_ENTRY_TOTALS);

	if (!nest ||
	    put_u64(skb, SOCKLEDGER_A_TOTALS_BYTES_SENT, t->bytes_sent) ||
	    put_u64(skb, SOCKLEDGER_A_TOTALS_BYTES_ACKED, t->bytes_acked) ||
	    put_u64(skb, SOCKLEDGER_A_TOTALS_BYTES_RECEIVED,
		    t->bytes_received) ||
	    nla_put_u32(skb, SOCKLEDGER_A_TOTALS_SEGS_OUT, t->segs_out) ||
	    nla_put_u32(skb, SOCKLEDGER_A_TOTALS_SEGS_IN, t->segs_in) ||
	    nla_put_u32(skb, SOCKLEDGER_A_TOTALS_RETRANS, t->retrans) ||
	    nla_put_u32(skb, SOCKLEDGER_A_TOTALS_OUT_OF_ORDER,
			t->out_of_order) ||
	    nla_put_u32(skb, SOCKLEDGER_A_TOTALS_SRTT_US, t->srtt_us) ||
	    nla_put_u32(skb, SOCKLEDGER_A_TOTALS_SND_WND, t->snd_wnd) ||
	    nla_put_u32(skb, SOCKLEDGER_A_TOTALS_RCV_WND, t->rcv_wnd))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_listening(struct sk_buff *skb, const struct sl_listening *t)
{
	struct nlattr *nest = nla_nest_start(skb, SOCKLEDGER_A_ENTRY_LEDGER);

	if (!nest ||
	    nla_put_u32(skb, SOCKLEDGER_A_LEDGER_BACKLOG, t->backlog) ||
	    nla_put_u32(skb, SOCKLEDGER_A_LEDGER_QUEUE, t->queue) ||
	    nla_put_u32(skb, SOCKLEDGER_A_LEDGER_HALF_OPEN, t->half_open) ||
	    nla_put_u32(skb, SOCKLEDGER_A_LEDGER_DROPS, t->drops) ||
	    put_u64(skb, SOCKLEDGER_A_LEDGER_ESTABLISHED, t->established))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* What the socket counted, where there is or was one. */
static int put_counted(struct sk_buff *skb, const struct sl_record *rec)
{
	if (rec->role == SOCKLEDGER_ROLE_LISTENER)
		return put_listening(skb, &rec->listening);
	if (!rec->totals.segs_out && !rec->totals.segs_in)
		return 0;
	return put_totals(skb, &rec->totals);
}

static int put_identity(struct sk_buff *skb, const struct sl_ledger *l,
			const struct sl_record *rec)
{
	const struct sl_tuple *tuple = &rec->tuple;

	if (put_u64(skb, SOCKLEDGER_A_ENTRY_ID, rec->id) ||
	    nla_put_u32(skb, SOCKLEDGER_A_ENTRY_NETNS, l->net->ns.inum) ||
	    nla_put_u8(skb, SOCKLEDGER_A_ENTRY_FAMILY, rec->family) ||
	    nla_put_u8(skb, SOCKLEDGER_A_ENTRY_PROTO, IPPROTO_TCP) ||
	    nla_put_u8(skb, SOCKLEDGER_A_ENTRY_ROLE, rec->role) ||
	    put_address(skb, SOCKLEDGER_A_ENTRY_LOCAL_ADDR,
			SOCKLEDGER_A_ENTRY_LOCAL_PORT, &tuple->local,
			tuple->lport) ||
	    put_address(skb, SOCKLEDGER_A_ENTRY_REMOTE_ADDR,
			SOCKLEDGER_A_ENTRY_REMOTE_PORT, &tuple->remote,
			tuple->rport) ||
	    put_some(skb, SOCKLEDGER_A_ENTRY_INODE, rec->inode) ||
	    put_some(skb, SOCKLEDGER_A_ENTRY_COOKIE, rec->cookie) ||
	    put_some(skb, SOCKLEDGER_A_ENTRY_LISTENER_ID, rec->listener_id))
		return -EMSGSIZE;
	if (tuple->scope &&
	    nla_put_u32(skb, SOCKLEDGER_A_ENTRY_SCOPE, tuple->scope))
		return -EMSGSIZE;
	if (rec->flags & SL_F_PRE_EXISTING &&
	    nla_put_flag(skb, SOCKLEDGER_A_ENTRY_PRE_EXISTING))
		return -EMSGSIZE;
	return 0;
}

static int put_state(struct sk_buff *skb, const struct sl_record *rec)
{
	u64 now = ktime_get_mono_fast_ns();

	if (put_u64(skb, SOCKLEDGER_A_ENTRY_START_NS, rec->start_real) ||
	    put_time(skb, SOCKLEDGER_A_ENTRY_END_NS, rec->end))
		return -EMSGSIZE;
	if (rec->end == SL_T_UNKNOWN &&
	    nla_put_flag(skb, SOCKLEDGER_A_ENTRY_LIVE))
		return -EMSGSIZE;
	if (rec->state &&
	    (nla_put_u8(skb, SOCKLEDGER_A_ENTRY_STATE, rec->state) ||
	     put_u64(skb, SOCKLEDGER_A_ENTRY_STATE_NS, rec->state_since)))
		return -EMSGSIZE;
	if (rec->error &&
	    nla_put_u32(skb, SOCKLEDGER_A_ENTRY_ERROR, rec->error))
		return -EMSGSIZE;
	if (rec->flags & SL_F_TIMEWAIT)
		return put_u64(skb, SOCKLEDGER_A_ENTRY_EXPIRES_NS,
			       rec->expires > now ? rec->expires - now : 0);
	return 0;
}

int sl_netlink_put_entry(struct sk_buff *skb, const struct sl_ledger *l,
			 const struct sl_record *rec)
{
	if (put_identity(skb, l, rec) || put_state(skb, rec) ||
	    put_owner(skb, SOCKLEDGER_A_ENTRY_OPENER, &rec->opener) ||
	    put_owner(skb, SOCKLEDGER_A_ENTRY_CLOSER, &rec->closer) ||
	    put_handshake(skb, &rec->hs) ||
	    put_transitions(skb, &rec->transitions) ||
	    put_events(skb, &rec->events) || put_counted(skb, rec))
		return -EMSGSIZE;
	return 0;
}
