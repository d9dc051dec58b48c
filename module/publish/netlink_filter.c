// SPDX-License-Identifier: GPL-2.0
/* A reader's conditions, from attributes to values. */
#include "netlink.h"

#include <net/genetlink.h>
#include <net/ipv6.h>
#include <net/tcp_states.h>

#include "../uapi/sockledger.h"

#define ROLES		GENMASK(__SOCKLEDGER_ROLE_MAX - 1, 0)
#define STATES		GENMASK(TCP_MAX_STATES - 1, 0)
#define OUTCOMES	GENMASK(__SOCKLEDGER_OUTCOME_MAX - 1, 0)
#define REASONS		GENMASK_ULL(__SOCKLEDGER_REASON_MAX - 1, 0)

/* A policy holds 32 bits of a mask. */
static_assert(__SOCKLEDGER_REASON_MAX <= 32);

const struct nla_policy sl_filter_policy[SL_FILTER_ATTRS] = {
	[SOCKLEDGER_A_FILTER_FAMILY]		= { .type = NLA_U8 },
	[SOCKLEDGER_A_FILTER_PROTO]		= NLA_POLICY_MIN(NLA_U8, 1),
	[SOCKLEDGER_A_FILTER_LIVE]		= NLA_POLICY_MAX(NLA_U8, 1),
	[SOCKLEDGER_A_FILTER_ROLES]		= NLA_POLICY_MASK(NLA_U32, ROLES),
	[SOCKLEDGER_A_FILTER_STATES]		= NLA_POLICY_MASK(NLA_U32, STATES),
	[SOCKLEDGER_A_FILTER_OUTCOMES]		= NLA_POLICY_MASK(NLA_U32, OUTCOMES),
	[SOCKLEDGER_A_FILTER_REASONS]		= NLA_POLICY_MASK(NLA_U64, REASONS),
	[SOCKLEDGER_A_FILTER_LOCAL_PORT_FROM]	= { .type = NLA_U16 },
	[SOCKLEDGER_A_FILTER_LOCAL_PORT_TO]	= { .type = NLA_U16 },
	[SOCKLEDGER_A_FILTER_REMOTE_PORT_FROM]	= { .type = NLA_U16 },
	[SOCKLEDGER_A_FILTER_REMOTE_PORT_TO]	= { .type = NLA_U16 },
	[SOCKLEDGER_A_FILTER_LOCAL_ADDR]	= SL_ADDRESS_POLICY,
	[SOCKLEDGER_A_FILTER_LOCAL_BITS]	= { .type = NLA_U8 },
	[SOCKLEDGER_A_FILTER_REMOTE_ADDR]	= SL_ADDRESS_POLICY,
	[SOCKLEDGER_A_FILTER_REMOTE_BITS]	= { .type = NLA_U8 },
	[SOCKLEDGER_A_FILTER_PID]		= NLA_POLICY_MIN(NLA_U32, 1),
	[SOCKLEDGER_A_FILTER_LISTENER_ID]	= NLA_POLICY_MIN(NLA_U64, 1),
};

int sl_netlink_get_address(const struct nlattr *attr, struct in6_addr *ret,
			   struct netlink_ext_ack *extack)
{
	switch (nla_len(attr)) {
	case sizeof(struct in_addr):
		ipv6_addr_set_v4mapped(nla_get_in_addr(attr), ret);
		return 0;
	case sizeof(struct in6_addr):
		*ret = nla_get_in6_addr(attr);
		return 0;
	default:
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "an address has 4 bytes or 16");
		return -EINVAL;
	}
}

int sl_netlink_get_family(const struct nlattr *attr, u8 *ret,
			  struct netlink_ext_ack *extack)
{
	u8 family = attr ? nla_get_u8(attr) : 0;

	if (attr && family != AF_INET && family != AF_INET6) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "the family is AF_INET or AF_INET6");
		return -EAFNOSUPPORT;
	}
	*ret = family;
	return 0;
}

static int get_prefix(const struct nlattr *addr, const struct nlattr *bits,
		      struct sl_prefix *ret, struct netlink_ext_ack *extack)
{
	unsigned int most, mapped;
	int err;

	if (!addr && bits) {
		NL_SET_ERR_MSG_ATTR(extack, bits,
				    "the length of a prefix needs its address");
		return -EINVAL;
	}
	if (!addr)
		return 0;
	err = sl_netlink_get_address(addr, &ret->addr, extack);
	if (err)
		return err;
	most = nla_len(addr) * BITS_PER_BYTE;
	if (bits && nla_get_u8(bits) > most) {
		NL_SET_ERR_MSG_ATTR(extack, bits,
				    "a prefix is no longer than its address");
		return -EINVAL;
	}
	mapped = 128 - most;
	ret->bits = mapped + (bits ? nla_get_u8(bits) : most);
	if (ret->bits)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, bits,
			    "a prefix of no bits is no condition: leave it out");
	return -EINVAL;
}

static int get_ports(const struct nlattr *from, const struct nlattr *to,
		     struct sl_ports *ret, struct netlink_ext_ack *extack)
{
	if (!from && !to)
		return 0;
	ret->from = from ? ntohs(nla_get_be16(from)) : 1;
	ret->to = to ? ntohs(nla_get_be16(to)) : U16_MAX;
	if (ret->from && ret->from <= ret->to)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, from ?: to,
			    "a range of ports begins at 1 or later, and does not end before it begins");
	return -EINVAL;
}

/* A set; one of nothing would select nothing, which nobody means. */
static int get_set(const struct nlattr *attr, u64 *ret,
		   struct netlink_ext_ack *extack)
{
	if (!attr)
		return 0;
	*ret = nla_len(attr) == sizeof(u64) ? nla_get_u64(attr) :
					      nla_get_u32(attr);
	if (*ret)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "a set has at least one member");
	return -EINVAL;
}

static int get_sets(struct nlattr **tb, struct sl_filter *ret,
		    struct netlink_ext_ack *extack)
{
	u64 roles = 0, states = 0, outcomes = 0;
	int err;

	err = get_set(tb[SOCKLEDGER_A_FILTER_ROLES], &roles, extack) ?:
	      get_set(tb[SOCKLEDGER_A_FILTER_STATES], &states, extack) ?:
	      get_set(tb[SOCKLEDGER_A_FILTER_OUTCOMES], &outcomes, extack) ?:
	      get_set(tb[SOCKLEDGER_A_FILTER_REASONS], &ret->reasons, extack);
	ret->roles = roles;
	ret->states = states;
	ret->outcomes = outcomes;
	return err;
}

static int get_ends(struct nlattr **tb, struct sl_filter *ret,
		    struct netlink_ext_ack *extack)
{
	return get_ports(tb[SOCKLEDGER_A_FILTER_LOCAL_PORT_FROM],
			 tb[SOCKLEDGER_A_FILTER_LOCAL_PORT_TO], &ret->lport,
			 extack) ?:
	       get_ports(tb[SOCKLEDGER_A_FILTER_REMOTE_PORT_FROM],
			 tb[SOCKLEDGER_A_FILTER_REMOTE_PORT_TO], &ret->rport,
			 extack) ?:
	       get_prefix(tb[SOCKLEDGER_A_FILTER_LOCAL_ADDR],
			  tb[SOCKLEDGER_A_FILTER_LOCAL_BITS], &ret->local,
			  extack) ?:
	       get_prefix(tb[SOCKLEDGER_A_FILTER_REMOTE_ADDR],
			  tb[SOCKLEDGER_A_FILTER_REMOTE_BITS], &ret->remote,
			  extack);
}

int sl_netlink_get_filter(const struct nlattr *nest, struct sl_filter *ret,
			  struct netlink_ext_ack *extack)
{
	struct nlattr *tb[SL_FILTER_ATTRS];
	int err;

	memset(ret, 0, sizeof(*ret));
	err = nla_parse_nested(tb, SOCKLEDGER_A_FILTER_MAX, nest,
			       sl_filter_policy, extack);
	if (err)
		return err;
	if (tb[SOCKLEDGER_A_FILTER_PROTO])
		ret->proto = nla_get_u8(tb[SOCKLEDGER_A_FILTER_PROTO]);
	if (tb[SOCKLEDGER_A_FILTER_LIVE])
		ret->live = nla_get_u8(tb[SOCKLEDGER_A_FILTER_LIVE]) ?
			    SL_FILTER_LIVE : SL_FILTER_ENDED;
	if (tb[SOCKLEDGER_A_FILTER_PID])
		ret->pid = nla_get_u32(tb[SOCKLEDGER_A_FILTER_PID]);
	if (tb[SOCKLEDGER_A_FILTER_LISTENER_ID])
		ret->listener_id =
			nla_get_u64(tb[SOCKLEDGER_A_FILTER_LISTENER_ID]);
	return sl_netlink_get_family(tb[SOCKLEDGER_A_FILTER_FAMILY],
				     &ret->family, extack) ?:
	       get_sets(tb, ret, extack) ?: get_ends(tb, ret, extack);
}
