// SPDX-License-Identifier: GPL-2.0
/* One entry as attributes. Unknown values are left out. */
#include "netlink.h"

#include <linux/math64.h>
#include <linux/timekeeping.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>

#include "netlink_put.h"

/*
 * A message always has room for one entry: a dump could not get past one that
 * it has not. What follows is an upper bound.
 */
enum {
	HANDSHAKE_SIZE = SL_SIZE_FLAG + 7 * SL_SIZE_U64 + 18 * SL_SIZE_NUMBER,
	TRANSITION_SIZE = SL_SIZE_FLAG + SL_SIZE_U64 + 3 * SL_SIZE_NUMBER,
	SEGMENT_SIZE = 2 * SL_SIZE_FLAG + SL_SIZE_U64 + 6 * SL_SIZE_NUMBER,
	CALL_SIZE = SL_SIZE_FLAG + SL_SIZE_U64 + 5 * SL_SIZE_NUMBER,
	/* The longer one of what two kinds of TCP socket count. */
	LEDGER_SIZE = SL_SIZE_FLAG + 11 * SL_SIZE_U64 + 7 * SL_SIZE_NUMBER,
	STREAM_SIZE = HANDSHAKE_SIZE + SL_TRANSITIONS * TRANSITION_SIZE +
		      SL_EVENTS * SEGMENT_SIZE + LEDGER_SIZE,
	GROUP_SIZE = SL_SIZE_FLAG + SL_SIZE_ADDRESS,
	DATAGRAMS_SIZE = 2 * SL_SIZE_FLAG + 11 * SL_SIZE_U64 +
			 8 * SL_SIZE_NUMBER + SL_SIZE_ADDRESS +
			 SL_GROUPS * GROUP_SIZE,

	ENTRY_SIZE = 9 * SL_SIZE_U64 + 10 * SL_SIZE_NUMBER +
		     3 * SL_SIZE_FLAG + 2 * SL_SIZE_ADDRESS +
		     /* One may be opener and acceptor. */
		     (SL_HOLDERS + 1) * SL_SIZE_OWNER +
		     SL_CALLS * CALL_SIZE + STREAM_SIZE,
};

static_assert(DATAGRAMS_SIZE <= (int)STREAM_SIZE);
static_assert(GENL_HDRLEN + ENTRY_SIZE <= NLMSG_DEFAULT_SIZE);

/* No port yet, or a listener, which has no peer: nothing to say. */
static int put_end(struct sk_buff *skb, int addr_attr, int port_attr,
		   const struct in6_addr *addr, __be16 port)
{
	return port ? sl_put_address(skb, addr_attr, port_attr, addr, port) : 0;
}

/* Of them a row shows these. */
static int put_pace(struct sk_buff *skb, const struct sl_totals *t)
{
	return nla_put_u32(skb, SOCKLEDGER_A_TOTALS_RETRANS, t->retrans) ?:
	       nla_put_u32(skb, SOCKLEDGER_A_TOTALS_SRTT_US, t->srtt_us);
}

static int put_counts(struct sk_buff *skb, const struct sl_totals *t)
{
	if (sl_put_u64(skb, SOCKLEDGER_A_TOTALS_BYTES_SENT, t->bytes_sent) ||
	    sl_put_u64(skb, SOCKLEDGER_A_TOTALS_BYTES_ACKED, t->bytes_acked) ||
	    sl_put_u64(skb, SOCKLEDGER_A_TOTALS_BYTES_RECEIVED,
		       t->bytes_received) ||
	    nla_put_u32(skb, SOCKLEDGER_A_TOTALS_SEGS_OUT, t->segs_out) ||
	    nla_put_u32(skb, SOCKLEDGER_A_TOTALS_SEGS_IN, t->segs_in) ||
	    nla_put_u32(skb, SOCKLEDGER_A_TOTALS_OUT_OF_ORDER,
			t->out_of_order) ||
	    nla_put_u32(skb, SOCKLEDGER_A_TOTALS_SND_WND, t->snd_wnd) ||
	    nla_put_u32(skb, SOCKLEDGER_A_TOTALS_RCV_WND, t->rcv_wnd) ||
	    nla_put_u32(skb, SOCKLEDGER_A_TOTALS_DSACK_DUPS, t->dsack_dups) ||
	    nla_put_u32(skb, SOCKLEDGER_A_TOTALS_RWND_LIMITED_MS,
			t->rwnd_limited_ms))
		return -EMSGSIZE;
	return 0;
}

static int put_totals(struct sk_buff *skb, const struct sl_totals *t,
		      enum sockledger_detail detail)
{
	struct nlattr *nest;

	if (!t->segs_out && !t->segs_in)
		return 0;
	nest = nla_nest_start(skb, SOCKLEDGER_A_ENTRY_TOTALS);
	if (!nest || put_pace(skb, t))
		return -EMSGSIZE;
	if (detail != SOCKLEDGER_DETAIL_ROW && put_counts(skb, t))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_queues(struct sk_buff *skb, const struct sl_listening *t)
{
	if (nla_put_u32(skb, SOCKLEDGER_A_LEDGER_BACKLOG, t->backlog) ||
	    nla_put_u32(skb, SOCKLEDGER_A_LEDGER_QUEUE, t->queue) ||
	    nla_put_u32(skb, SOCKLEDGER_A_LEDGER_HALF_OPEN, t->half_open) ||
	    nla_put_u32(skb, SOCKLEDGER_A_LEDGER_DROPS, t->drops) ||
	    nla_put_u32(skb, SOCKLEDGER_A_LEDGER_QUEUE_PEAK, t->queue_peak) ||
	    nla_put_u32(skb, SOCKLEDGER_A_LEDGER_HALF_OPEN_PEAK,
			t->half_open_peak) ||
	    sl_put_u64(skb, SOCKLEDGER_A_LEDGER_ESTABLISHED, t->established) ||
	    sl_put_u64(skb, SOCKLEDGER_A_LEDGER_OVERFLOWS, t->overflows) ||
	    sl_put_u64(skb, SOCKLEDGER_A_LEDGER_SYN_OVERFLOWS,
		       t->syn_overflows) ||
	    sl_put_u64(skb, SOCKLEDGER_A_LEDGER_COOKIES_SENT,
		       t->cookies_sent) ||
	    sl_put_u64(skb, SOCKLEDGER_A_LEDGER_COOKIES_ACCEPTED,
		       t->cookies_accepted) ||
	    sl_put_u64(skb, SOCKLEDGER_A_LEDGER_ACCEPTED, t->accepted))
		return -EMSGSIZE;
	return 0;
}

static int put_waits(struct sk_buff *skb, const struct sl_waits *waits)
{
	if (!waits->count)
		return 0;
	if (sl_put_u64(skb, SOCKLEDGER_A_LEDGER_WAIT_MIN_NS, waits->min) ||
	    sl_put_u64(skb, SOCKLEDGER_A_LEDGER_WAIT_MEAN_NS,
		       div64_u64(waits->sum, waits->count)) ||
	    sl_put_u64(skb, SOCKLEDGER_A_LEDGER_WAIT_P50_NS,
		       sl_waits_quantile(waits, 50)) ||
	    sl_put_u64(skb, SOCKLEDGER_A_LEDGER_WAIT_P99_NS,
		       sl_waits_quantile(waits, 99)) ||
	    sl_put_u64(skb, SOCKLEDGER_A_LEDGER_WAIT_MAX_NS, waits->max))
		return -EMSGSIZE;
	return 0;
}

static int put_listening(struct sk_buff *skb, const struct sl_snapshot *snap)
{
	struct nlattr *nest = nla_nest_start(skb, SOCKLEDGER_A_ENTRY_LEDGER);
	const struct sl_listening *t = &snap->listening;

	if (!nest || put_queues(skb, t) || put_waits(skb, &t->waits))
		return -EMSGSIZE;
	if (snap->rec.flags & SL_F_ASKED &&
	    nla_put_u32(skb, SOCKLEDGER_A_LEDGER_ASKED, t->asked))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* What the socket counted, where there is or was one. */
static int put_counted(struct sk_buff *skb, const struct sl_ledger *l,
		       const struct sl_snapshot *snap,
		       enum sockledger_detail detail)
{
	const struct sl_datagrams *datagrams;

	switch (snap->rec.role) {
	case SOCKLEDGER_ROLE_LISTENER:
		return detail == SOCKLEDGER_DETAIL_ROW ? 0 :
		       put_listening(skb, snap);
	case SOCKLEDGER_ROLE_DATAGRAM:
		datagrams = sl_snapshot_datagrams(l, snap);
		return detail == SOCKLEDGER_DETAIL_ROW || !datagrams ? 0 :
		       sl_netlink_put_datagrams(skb, datagrams);
	default:
		return put_totals(skb, &snap->rec.totals, detail);
	}
}

int sl_netlink_put_who(struct sk_buff *skb, u64 id, u8 proto, u8 role,
		       const struct sl_tuple *ends)
{
	if (sl_put_u64(skb, SOCKLEDGER_A_ENTRY_ID, id) ||
	    nla_put_u8(skb, SOCKLEDGER_A_ENTRY_PROTO, proto) ||
	    nla_put_u8(skb, SOCKLEDGER_A_ENTRY_ROLE, role) ||
	    put_end(skb, SOCKLEDGER_A_ENTRY_LOCAL_ADDR,
		    SOCKLEDGER_A_ENTRY_LOCAL_PORT, &ends->local,
		    ends->lport) ||
	    put_end(skb, SOCKLEDGER_A_ENTRY_REMOTE_ADDR,
		    SOCKLEDGER_A_ENTRY_REMOTE_PORT, &ends->remote,
		    ends->rport) ||
	    sl_put_some_u32(skb, SOCKLEDGER_A_ENTRY_SCOPE, ends->scope))
		return -EMSGSIZE;
	return 0;
}

static int put_identity(struct sk_buff *skb, const struct sl_snapshot *snap)
{
	const struct sl_record *rec = &snap->rec;

	if (sl_netlink_put_who(skb, rec->id, rec->proto, rec->role,
			       &rec->tuple) ||
	    nla_put_u8(skb, SOCKLEDGER_A_ENTRY_FAMILY, rec->family) ||
	    sl_put_some(skb, SOCKLEDGER_A_ENTRY_LISTENER_ID,
			snap->listener_id) ||
	    sl_put_flag(skb, SOCKLEDGER_A_ENTRY_PORT_CHOSEN,
			rec->flags & SL_F_PORT_CHOSEN))
		return -EMSGSIZE;
	return 0;
}

static int put_state(struct sk_buff *skb, const struct sl_record *rec)
{
	if (sl_put_u64(skb, SOCKLEDGER_A_ENTRY_START_NS, rec->start_real) ||
	    sl_put_time(skb, SOCKLEDGER_A_ENTRY_END_NS, rec->end) ||
	    sl_put_flag(skb, SOCKLEDGER_A_ENTRY_LIVE,
			rec->end == SL_T_UNKNOWN) ||
	    sl_put_flag(skb, SOCKLEDGER_A_ENTRY_PRE_EXISTING,
			rec->flags & SL_F_PRE_EXISTING) ||
	    sl_put_some_u32(skb, SOCKLEDGER_A_ENTRY_ERROR, rec->error))
		return -EMSGSIZE;
	if (rec->state &&
	    (nla_put_u8(skb, SOCKLEDGER_A_ENTRY_STATE, rec->state) ||
	     sl_put_u64(skb, SOCKLEDGER_A_ENTRY_STATE_NS,
			sl_transitions_since(&rec->transitions))))
		return -EMSGSIZE;
	return 0;
}

static int put_owners(struct sk_buff *skb, const struct sl_snapshot *snap,
		      enum sockledger_detail detail)
{
	const struct sl_owner *acceptor = sl_snapshot_acceptor(snap);
	const struct sl_owner *opener = sl_snapshot_opener(snap);
	const struct sl_owner *holder;

	if (sl_put_owner(skb, SOCKLEDGER_A_ENTRY_OPENER, opener, detail) ||
	    sl_put_owner(skb, SOCKLEDGER_A_ENTRY_ACCEPTOR, acceptor, detail))
		return -EMSGSIZE;
	for (holder = snap->holders; holder < snap->holders + SL_HOLDERS;
	     holder++)
		if (holder != opener && holder != acceptor &&
		    sl_put_owner(skb, SOCKLEDGER_A_ENTRY_HOLDER, holder,
				 detail))
			return -EMSGSIZE;
	return 0;
}

/* What no row of a table shows. */
static int put_facts(struct sk_buff *skb, const struct sl_ledger *l,
		     const struct sl_snapshot *snap)
{
	const struct sl_record *rec = &snap->rec;
	u64 expires = rec->start + rec->expires;
	u64 now = ktime_get_mono_fast_ns();

	if (sl_put_some(skb, SOCKLEDGER_A_ENTRY_UP_TO, snap->up_to) ||
	    nla_put_u32(skb, SOCKLEDGER_A_ENTRY_NETNS, l->net->ns.inum) ||
	    sl_put_some(skb, SOCKLEDGER_A_ENTRY_INODE, rec->inode) ||
	    sl_put_some(skb, SOCKLEDGER_A_ENTRY_COOKIE, rec->cookie))
		return -EMSGSIZE;
	if (rec->flags & SL_F_TIMEWAIT &&
	    sl_put_u64(skb, SOCKLEDGER_A_ENTRY_EXPIRES_NS,
		       expires > now ? expires - now : 0))
		return -EMSGSIZE;
	return 0;
}

int sl_netlink_put_entry(struct sk_buff *skb, const struct sl_ledger *l,
			 const struct sl_snapshot *snap,
			 enum sockledger_detail detail)
{
	if (put_identity(skb, snap) || put_state(skb, &snap->rec) ||
	    put_owners(skb, snap, detail) ||
	    sl_netlink_put_handshake(skb, &snap->rec, detail))
		return -EMSGSIZE;
	if (detail != SOCKLEDGER_DETAIL_ROW && put_facts(skb, l, snap))
		return -EMSGSIZE;
	if (put_counted(skb, l, snap, detail))
		return -EMSGSIZE;
	return detail == SOCKLEDGER_DETAIL_STORY ?
	       sl_netlink_put_story(skb, snap) : 0;
}
