// SPDX-License-Identifier: GPL-2.0
/* Calls that failed, filed for /proc/net/sockledger/calls and its like. */
#include "change.h"

#include <linux/errno.h>
#include <net/inet_timewait_sock.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "../kernel/ask.h"
#include "../kernel/facts.h"

/* Who holds the port that a bind() or listen() was refused. */
static u64 find_port_holder(struct sl_ledger *l, const struct sl_called *call,
			    const struct sl_endpoint *asked)
{
	struct sl_tuple tuple;
	struct sl_entry *e;
	struct sock *sk;

	if (call->error != EADDRINUSE ||
	    (call->what != SOCKLEDGER_WHAT_BIND &&
	     call->what != SOCKLEDGER_WHAT_LISTEN))
		return 0;
	sk = sl_ask_port_holder(l->net, call->sk, asked);
	if (!sk)
		return 0;
	if (sk->sk_state == TCP_TIME_WAIT) {
		sl_facts_timewait_tuple(inet_twsk(sk), &tuple);
		e = sl_index_by_tuple(&l->index, &tuple);
	} else {
		e = sl_index_by_sock(&l->index, sk);
	}
	sock_gen_put(sk);
	return e ? e->rec.id : 0;
}

void sl_file_failure(struct sl_ledger *l, const struct sl_called *call, u64 id,
		     const struct sl_owner *caller)
{
	struct sl_failed_call failed = {
		.t = call->now,
		.id = id,
		.what = call->what,
		.family = call->sk->sk_family,
		.proto = call->sk->sk_protocol,
		.error = call->error,
		.asked = call->asked,
	};
	struct sl_tuple own;

	if (caller)
		failed.caller = *caller;
	else if (call->pid)
		sl_facts_owner(&failed.caller);

	if (!call->has_asked) {
		sl_facts_tuple(call->sk, &own);
		failed.asked.addr = own.local;
		failed.asked.port = own.lport;
		failed.asked.scope = own.scope;
	}
	failed.holder_id = find_port_holder(l, call, &failed.asked);
	sl_stats_inc(&l->stats, SL_STAT_CALLS_FAILED);
	sl_ring_add(&l->failed, &failed, sizeof(failed));
}
