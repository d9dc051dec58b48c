// SPDX-License-Identifier: GPL-2.0
/*
 * Messages of events of the journal: each event is a nest, and so is each entry
 * that they are about, once a message, as some twenty events are about the
 * same one. Unknown values are left out.
 */
#include "netlink.h"

#include <linux/timekeeping.h>
#include <net/genetlink.h>

#include "netlink_put.h"

static int put_entry(struct sk_buff *skb, u64 id, const struct sl_subject *who)
{
	struct nlattr *nest = nla_nest_start(skb, SOCKLEDGER_A_EVENTS_ENTRY);
	const struct sl_tuple ends = {
		.local = who->local,
		.remote = who->remote,
		.lport = htons(who->lport),
		.rport = htons(who->rport),
		.scope = who->scope,
	};

	if (!nest || sl_netlink_put_who(skb, id, who->proto, who->role, &ends))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* The latest first, as an event is mostly about one of them. */
static bool is_told(const struct sl_notices *notices, u64 id)
{
	unsigned int i = notices->count;

	while (i)
		if (notices->told[--i] == id)
			return true;
	return false;
}

/*
 * Who it is about, as of now, which is after all that this message will tell:
 * it has events of one round of the worker, each of which was written under the
 * lock of its entry, together with the change, before the round began. An entry
 * that was pushed out is its id only. Of a namespace on its way out nobody is
 * told when a socket goes.
 */
static int tell_who(struct sl_notices *notices, struct sl_ledger *l, u64 id)
{
	struct sl_subject who;
	struct sl_entry *e;

	if (is_told(notices, id))
		return 0;
	rcu_read_lock();
	e = sl_ledger_of(l->net) ? sl_pools_find(&l->pools, id) : NULL;
	if (e)
		sl_entry_subject(e, &who);
	rcu_read_unlock();
	if (!e)
		return 0;
	if (notices->count == ARRAY_SIZE(notices->told) ||
	    put_entry(notices->skb, id, &who))
		return -EMSGSIZE;
	notices->told[notices->count++] = id;
	return 0;
}

static int put_transition(struct sk_buff *skb,
			  const struct sl_journal_event *event)
{
	if (nla_put_u8(skb, SOCKLEDGER_A_NOTICE_FROM, event->from) ||
	    nla_put_u8(skb, SOCKLEDGER_A_NOTICE_TO, event->to) ||
	    nla_put_u8(skb, SOCKLEDGER_A_NOTICE_CAUSE, event->cause))
		return -EMSGSIZE;
	return 0;
}

static int put_segment(struct sk_buff *skb,
		       const struct sl_journal_event *event)
{
	if (nla_put_u8(skb, SOCKLEDGER_A_NOTICE_DIR, event->dir) ||
	    sl_put_flag(skb, SOCKLEDGER_A_NOTICE_AGAIN, event->again) ||
	    nla_put_u32(skb, SOCKLEDGER_A_NOTICE_SEQ, event->seq) ||
	    nla_put_u32(skb, SOCKLEDGER_A_NOTICE_LEN, event->len))
		return -EMSGSIZE;
	return event->has_ack ? nla_put_u32(skb, SOCKLEDGER_A_NOTICE_ACK_SEQ,
					    event->ack_seq) : 0;
}

/* What has no handshake ends without an outcome. */
static int put_outcome(struct sk_buff *skb,
		       const struct sl_journal_event *event)
{
	if (!event->handshake)
		return 0;
	if (nla_put_u8(skb, SOCKLEDGER_A_NOTICE_OUTCOME, event->outcome) ||
	    nla_put_u8(skb, SOCKLEDGER_A_NOTICE_REASON, event->reason))
		return -EMSGSIZE;
	return 0;
}

static int put_details(struct sk_buff *skb,
		       const struct sl_journal_event *event)
{
	switch (event->what) {
	case SOCKLEDGER_WHAT_STATE:
		return put_transition(skb, event);
	case SOCKLEDGER_WHAT_ENDED:
		return put_outcome(skb, event);
	case SOCKLEDGER_WHAT_BEGUN:
		return 0;
	case SOCKLEDGER_WHAT_HELD_UP:
		return nla_put_u8(skb, SOCKLEDGER_A_NOTICE_DIR, event->dir) ?:
		       nla_put_u8(skb, SOCKLEDGER_A_NOTICE_REASON,
				  event->held_up_by);
	}
	if (event->witness == SOCKLEDGER_WITNESS_WIRE)
		return put_segment(skb, event);
	if (event->witness == SOCKLEDGER_WITNESS_CALL)
		return sl_put_some_u32(skb, SOCKLEDGER_A_NOTICE_PID,
				       event->pid) ?:
		       sl_put_some_u32(skb, SOCKLEDGER_A_NOTICE_ERROR,
				       event->error);
	return 0;
}

static int put_notice(struct sk_buff *skb, const struct sl_journal_event *event)
{
	struct nlattr *nest = nla_nest_start(skb, SOCKLEDGER_A_EVENTS_NOTICE);
	ktime_t real = ktime_mono_to_real(ns_to_ktime(event->t));

	if (!nest ||
	    sl_put_u64(skb, SOCKLEDGER_A_NOTICE_NUMBER, event->number) ||
	    sl_put_u64(skb, SOCKLEDGER_A_NOTICE_ENTRY_ID, event->id) ||
	    sl_put_u64(skb, SOCKLEDGER_A_NOTICE_TIME_NS, ktime_to_ns(real)) ||
	    nla_put_u8(skb, SOCKLEDGER_A_NOTICE_WITNESS, event->witness) ||
	    nla_put_u8(skb, SOCKLEDGER_A_NOTICE_WHAT, event->what) ||
	    put_details(skb, event))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int sl_notices_put(struct sl_notices *notices, struct sl_ledger *l,
		   const struct sl_journal_event *event)
{
	unsigned int count = notices->count;
	struct sk_buff *skb = notices->skb;
	void *mark;

	if (!skb)
		return -EMSGSIZE;
	mark = nlmsg_get_pos(skb);
	if (!tell_who(notices, l, event->id) && !put_notice(skb, event))
		return 0;
	nlmsg_trim(skb, mark);
	notices->count = count;
	return -EMSGSIZE;
}

int sl_notices_begin(struct sl_notices *notices)
{
	struct sk_buff *skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);

	if (!skb)
		return -ENOMEM;
	notices->hdr = genlmsg_put(skb, 0, 0, &sl_family, 0,
				   SOCKLEDGER_CMD_EVENT_NTF);
	if (WARN_ON_ONCE(!notices->hdr)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	notices->skb = skb;
	notices->count = 0;
	return 0;
}

struct sk_buff *sl_notices_end(struct sl_notices *notices)
{
	struct sk_buff *skb = notices->skb;

	if (skb)
		genlmsg_end(skb, notices->hdr);
	notices->skb = NULL;
	return skb;
}
