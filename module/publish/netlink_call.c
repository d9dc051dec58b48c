// SPDX-License-Identifier: GPL-2.0
/* One call that failed, as attributes. Unknown values are left out. */
#include "netlink.h"

#include <linux/timekeeping.h>

#include "netlink_put.h"

int sl_netlink_put_call(struct sk_buff *skb, u64 seq,
			const struct sl_failed_call *call)
{
	ktime_t real = ktime_mono_to_real(ns_to_ktime(call->t));

	if (sl_put_u64(skb, SOCKLEDGER_A_CALL_SEQ, seq) ||
	    sl_put_u64(skb, SOCKLEDGER_A_CALL_TIME_NS, ktime_to_ns(real)) ||
	    nla_put_u8(skb, SOCKLEDGER_A_CALL_WHAT, call->what) ||
	    nla_put_u32(skb, SOCKLEDGER_A_CALL_ERROR, call->error) ||
	    nla_put_u8(skb, SOCKLEDGER_A_CALL_FAMILY, call->family) ||
	    nla_put_u8(skb, SOCKLEDGER_A_CALL_PROTO, call->proto) ||
	    sl_put_address(skb, SOCKLEDGER_A_CALL_ADDR,
			   SOCKLEDGER_A_CALL_PORT, &call->asked.addr,
			   call->asked.port) ||
	    sl_put_some_u32(skb, SOCKLEDGER_A_CALL_SCOPE, call->asked.scope) ||
	    sl_put_some(skb, SOCKLEDGER_A_CALL_ENTRY_ID, call->id) ||
	    sl_put_some(skb, SOCKLEDGER_A_CALL_HOLDER_ID, call->holder_id) ||
	    sl_put_owner(skb, SOCKLEDGER_A_CALL_CALLER, &call->caller,
			 SOCKLEDGER_DETAIL_STORY))
		return -EMSGSIZE;
	return 0;
}
