// SPDX-License-Identifier: GPL-2.0
/* The entries that readers ask for, found by id, endpoint or filter. */
#include "netlink.h"

#include <linux/sched.h>
#include <net/genetlink.h>

#include "../uapi/sockledger.h"

/* After so many that were not wanted, others get a turn. */
#define LOOKED_AT_MOST	256

struct sl_entry *sl_netlink_next(struct sl_ledger *l, u64 *id, u64 last,
				 const struct sl_filter *filter)
{
	unsigned int looked_at = 0;
	struct sl_subject subject;
	struct sl_entry *e;

	while ((e = sl_pools_next(&l->pools, id, last))) {
		if (!filter)
			return e;
		sl_entry_subject(e, &subject);
		if (sl_filter_takes(filter, &subject))
			return e;
		++*id;
		/* The walk goes on by id; it needs no entry to stay. */
		if (++looked_at % LOOKED_AT_MOST == 0) {
			rcu_read_unlock();
			cond_resched();
			rcu_read_lock();
		}
	}
	return NULL;
}

/* Copy the entry with an id; false when there is none. */
static bool copy_entry(struct sl_ledger *l, u64 id, struct sl_snapshot *snap)
{
	struct sl_entry *e;

	rcu_read_lock();
	e = sl_pools_find(&l->pools, id);
	if (e)
		sl_entry_snapshot(l, e, snap);
	rcu_read_unlock();
	return e;
}

static int find_by_id(struct genl_info *info, struct sl_ledger *l,
		      struct sl_snapshot *snap)
{
	struct nlattr *id = info->attrs[SOCKLEDGER_A_ENTRY_ID];
	unsigned int i;

	for (i = 0; i <= SOCKLEDGER_A_ENTRY_DETAIL; i++) {
		if (!info->attrs[i] || i == SOCKLEDGER_A_ENTRY_ID)
			continue;
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[i],
				    "an id says it all: nothing goes with it");
		return -EINVAL;
	}
	if (copy_entry(l, nla_get_u64(id), snap))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, id,
			    "no entry has this id: it never had one, or history has moved on");
	return -ENOENT;
}

/* One end: its address and its port, or neither of them. */
static int get_end(struct genl_info *info, int addr_attr, int port_attr,
		   struct sl_prefix *addr, struct sl_ports *ports)
{
	struct nlattr *address = info->attrs[addr_attr];
	struct nlattr *port = info->attrs[port_attr];
	int err;

	if (!address && !port)
		return 0;
	if (!address || !port) {
		NL_SET_ERR_MSG_ATTR(info->extack, address ?: port,
				    "an endpoint has an address and a port");
		return -EINVAL;
	}
	err = sl_netlink_get_address(address, &addr->addr, info->extack);
	if (err)
		return err;
	addr->bits = 128;
	ports->from = ntohs(nla_get_be16(port));
	ports->to = ports->from;
	if (ports->from)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, port, "no endpoint has port 0");
	return -EINVAL;
}

static int get_endpoint(struct genl_info *info, struct sl_filter *ret)
{
	struct nlattr **attrs = info->attrs;
	int err;

	memset(ret, 0, sizeof(*ret));
	if (attrs[SOCKLEDGER_A_ENTRY_FILTER]) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    attrs[SOCKLEDGER_A_ENTRY_FILTER],
				    "a filter is for a dump");
		return -EINVAL;
	}
	if (attrs[SOCKLEDGER_A_ENTRY_DETAIL]) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    attrs[SOCKLEDGER_A_ENTRY_DETAIL],
				    "detail is for a dump");
		return -EINVAL;
	}
	err = get_end(info, SOCKLEDGER_A_ENTRY_LOCAL_ADDR,
		      SOCKLEDGER_A_ENTRY_LOCAL_PORT, &ret->local,
		      &ret->lport) ?:
	      get_end(info, SOCKLEDGER_A_ENTRY_REMOTE_ADDR,
		      SOCKLEDGER_A_ENTRY_REMOTE_PORT, &ret->remote,
		      &ret->rport);
	if (err)
		return err;
	if (!ret->local.bits) {
		NL_SET_ERR_MSG(info->extack,
			       "the id of an entry is required, or its local endpoint");
		return -EINVAL;
	}
	if (attrs[SOCKLEDGER_A_ENTRY_PROTO])
		ret->proto = nla_get_u8(attrs[SOCKLEDGER_A_ENTRY_PROTO]);
	if (attrs[SOCKLEDGER_A_ENTRY_SCOPE])
		ret->scope = nla_get_u32(attrs[SOCKLEDGER_A_ENTRY_SCOPE]);
	return 0;
}

/* Without a remote end, the entry has none either. */
static bool has_peer(struct sl_entry *e)
{
	struct sl_subject subject;

	sl_entry_subject(e, &subject);
	return subject.rport;
}

/*
 * The entry that has not ended, else the newest one: ports are used again.
 * History is in no index by endpoint, so this looks at all of it.
 */
static bool copy_last(struct sl_ledger *l, struct sl_filter *filter,
		      struct sl_snapshot *snap)
{
	u64 last = sl_pools_last_id(&l->pools), id, found = 0;
	struct sl_entry *e;

	for (id = 1; ; id++) {
		rcu_read_lock();
		e = sl_netlink_next(l, &id, last, filter);
		if (e && (filter->remote.bits || !has_peer(e)))
			found = id;
		rcu_read_unlock();
		if (!e)
			break;
		cond_resched();
	}
	return found && copy_entry(l, found, snap);
}

static int find_by_endpoint(struct genl_info *info, struct sl_ledger *l,
			    struct sl_snapshot *snap)
{
	struct sl_filter filter;
	int err = get_endpoint(info, &filter);

	if (err)
		return err;
	filter.live = SL_FILTER_LIVE;
	if (copy_last(l, &filter, snap))
		return 0;
	filter.live = SL_FILTER_ALL;
	if (copy_last(l, &filter, snap))
		return 0;
	NL_SET_ERR_MSG(info->extack, "no entry has this endpoint");
	return -ENOENT;
}

int sl_netlink_find(struct genl_info *info, struct sl_ledger *l,
		    struct sl_snapshot *snap)
{
	return info->attrs[SOCKLEDGER_A_ENTRY_ID] ?
	       find_by_id(info, l, snap) : find_by_endpoint(info, l, snap);
}
