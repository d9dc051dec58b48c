// SPDX-License-Identifier: GPL-2.0
#include "netlink_put.h"

#include <linux/cred.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <net/ipv6.h>

#include "../kernel/facts.h"

int sl_put_bare_address(struct sk_buff *skb, int attr,
			const struct in6_addr *addr)
{
	if (ipv6_addr_v4mapped(addr))
		return nla_put_in_addr(skb, attr, addr->s6_addr32[3]);
	return nla_put_in6_addr(skb, attr, addr);
}

int sl_put_address(struct sk_buff *skb, int addr_attr, int port_attr,
		   const struct in6_addr *addr, __be16 port)
{
	return sl_put_bare_address(skb, addr_attr, addr) ?:
	       nla_put_be16(skb, port_attr, port);
}

int sl_put_owner(struct sk_buff *skb, int attr, const struct sl_owner *owner,
		 enum sockledger_detail detail)
{
	struct nlattr *nest;

	if (!owner || !owner->pid)
		return 0;
	nest = nla_nest_start(skb, attr);
	if (!nest ||
	    nla_put_u32(skb, SOCKLEDGER_A_OWNER_PID, owner->pid) ||
	    nla_put(skb, SOCKLEDGER_A_OWNER_COMM, strlen(owner->comm) + 1,
		    owner->comm) ||
	    sl_put_some_u32(skb, SOCKLEDGER_A_OWNER_LOCAL_PID,
			    sl_facts_local_pid(owner,
					       task_active_pid_ns(current))) ||
	    sl_put_some(skb, SOCKLEDGER_A_OWNER_CGROUP, owner->cgroup))
		return -EMSGSIZE;
	if (detail != SOCKLEDGER_DETAIL_ROW &&
	    (nla_put_u32(skb, SOCKLEDGER_A_OWNER_UID,
			 sl_facts_local_uid(owner, current_user_ns())) ||
	     sl_put_u64(skb, SOCKLEDGER_A_OWNER_START_NS, owner->start)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}
