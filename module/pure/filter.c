// SPDX-License-Identifier: GPL-2.0
#include "filter.h"

#include <linux/socket.h>

static bool in_set(u64 set, unsigned int value)
{
	return !set || (value < 64 && set >> value & 1);
}

static bool in_ports(const struct sl_ports *ports, u16 port)
{
	if (!ports->from && !ports->to)
		return true;
	/* No port is none of the ports from 0 on. */
	return port && port >= ports->from && port <= ports->to;
}

/* Bits before an IPv4 address; a shorter prefix is one of IPv6. */
#define MAPPED_BITS	96

static bool is_mapped(const struct in6_addr *addr)
{
	static const u8 mapped[MAPPED_BITS / 8] = { [10] = 0xff, 0xff };

	return !memcmp(addr, mapped, sizeof(mapped));
}

static bool in_prefix(const struct sl_prefix *prefix,
		      const struct in6_addr *addr, u16 port)
{
	unsigned int bytes = prefix->bits / 8, rest = prefix->bits % 8;

	if (!prefix->bits)
		return true;
	if (!port || (prefix->bits < MAPPED_BITS && is_mapped(addr)))
		return false;
	if (memcmp(&prefix->addr, addr, bytes))
		return false;
	return !rest || !((prefix->addr.s6_addr[bytes] ^
			   addr->s6_addr[bytes]) >> (8 - rest));
}

static bool has_pid(const struct sl_subject *subject, u32 pid)
{
	unsigned int i;

	for (i = 0; i < SL_SUBJECT_PIDS; i++)
		if (subject->pids[i] == pid)
			return true;
	return false;
}

/* Who talks to an IPv4 address over an IPv6 socket talks IPv4. */
static u8 family_of(const struct sl_subject *subject)
{
	if (subject->rport)
		return is_mapped(&subject->remote) ? AF_INET : AF_INET6;
	if (subject->lport)
		return is_mapped(&subject->local) ? AF_INET : AF_INET6;
	return subject->family;
}

/* What one comparison tells. */
static bool takes_values(const struct sl_filter *filter,
			 const struct sl_subject *subject)
{
	if (filter->family && filter->family != family_of(subject))
		return false;
	if (filter->proto && filter->proto != subject->proto)
		return false;
	if (filter->scope && filter->scope != subject->scope)
		return false;
	if (filter->listener_id && filter->listener_id != subject->listener_id)
		return false;
	if (filter->pid && !has_pid(subject, filter->pid))
		return false;
	return filter->live == SL_FILTER_ALL ||
	       subject->live == (filter->live == SL_FILTER_LIVE);
}

static bool takes_handshake(const struct sl_filter *filter,
			    const struct sl_subject *subject)
{
	if (!filter->outcomes && !filter->reasons)
		return true;
	return subject->handshake &&
	       in_set(filter->outcomes, subject->outcome) &&
	       in_set(filter->reasons, subject->reason);
}

bool sl_filter_takes(const struct sl_filter *filter,
		     const struct sl_subject *subject)
{
	return takes_values(filter, subject) &&
	       in_set(filter->roles, subject->role) &&
	       in_set(filter->states, subject->state) &&
	       takes_handshake(filter, subject) &&
	       in_ports(&filter->lport, subject->lport) &&
	       in_ports(&filter->rport, subject->rport) &&
	       in_prefix(&filter->local, &subject->local, subject->lport) &&
	       in_prefix(&filter->remote, &subject->remote, subject->rport);
}
