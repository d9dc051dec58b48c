// SPDX-License-Identifier: GPL-2.0-only
/* The module's own filter, as netlink_filter.c would fill it. */
#include "model.h"

#include "pure/filter.h"
#include "uapi/sockledger.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <stdlib.h>

/* The code itself, whose header has the name of one of the reader's. */
#include "pure/filter.c"

static void map(const uint8_t *addr, bool in6, struct in6_addr *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (in6) {
		memcpy(ret, addr, 16);
		return;
	}
	ret->s6_addr[10] = 0xff;
	ret->s6_addr[11] = 0xff;
	memcpy(ret->s6_addr + 12, addr, 4);
}

static void take_prefix(const struct nlattr *attr, struct sl_prefix *ret)
{
	bool in6 = mnl_attr_get_payload_len(attr) == 16;

	map(mnl_attr_get_payload(attr), in6, &ret->addr);
	ret->bits = 128;
}

static void take_bits(const struct nlattr *attr, struct sl_prefix *ret)
{
	ret->bits = mnl_attr_get_u8(attr) + (is_mapped(&ret->addr) ? 96 : 0);
}

static void take(const struct nlattr *attr, struct sl_filter *ret)
{
	switch (mnl_attr_get_type(attr)) {
	case SOCKLEDGER_A_FILTER_FAMILY:
		ret->family = mnl_attr_get_u8(attr);
		break;
	case SOCKLEDGER_A_FILTER_PROTO:
		ret->proto = mnl_attr_get_u8(attr);
		break;
	case SOCKLEDGER_A_FILTER_LIVE:
		ret->live = mnl_attr_get_u8(attr) ? SL_FILTER_LIVE :
						    SL_FILTER_ENDED;
		break;
	case SOCKLEDGER_A_FILTER_ROLES:
		ret->roles = mnl_attr_get_u32(attr);
		break;
	case SOCKLEDGER_A_FILTER_STATES:
		ret->states = mnl_attr_get_u32(attr);
		break;
	case SOCKLEDGER_A_FILTER_OUTCOMES:
		ret->outcomes = mnl_attr_get_u32(attr);
		break;
	case SOCKLEDGER_A_FILTER_REASONS:
		ret->reasons = mnl_attr_get_u64(attr);
		break;
	case SOCKLEDGER_A_FILTER_LOCAL_PORT_FROM:
		ret->lport.from = ntohs(mnl_attr_get_u16(attr));
		ret->lport.to = U16_MAX;
		break;
	case SOCKLEDGER_A_FILTER_LOCAL_PORT_TO:
		ret->lport.to = ntohs(mnl_attr_get_u16(attr));
		break;
	case SOCKLEDGER_A_FILTER_REMOTE_PORT_FROM:
		ret->rport.from = ntohs(mnl_attr_get_u16(attr));
		ret->rport.to = U16_MAX;
		break;
	case SOCKLEDGER_A_FILTER_REMOTE_PORT_TO:
		ret->rport.to = ntohs(mnl_attr_get_u16(attr));
		break;
	case SOCKLEDGER_A_FILTER_LOCAL_ADDR:
		take_prefix(attr, &ret->local);
		break;
	case SOCKLEDGER_A_FILTER_LOCAL_BITS:
		take_bits(attr, &ret->local);
		break;
	case SOCKLEDGER_A_FILTER_REMOTE_ADDR:
		take_prefix(attr, &ret->remote);
		break;
	case SOCKLEDGER_A_FILTER_REMOTE_BITS:
		take_bits(attr, &ret->remote);
		break;
	case SOCKLEDGER_A_FILTER_PID:
		ret->pid = mnl_attr_get_u32(attr);
		break;
	case SOCKLEDGER_A_FILTER_LISTENER_ID:
		ret->listener_id = mnl_attr_get_u64(attr);
		break;
	default:
		abort();
	}
}

bool kernel_takes(const struct nlmsghdr *request, const struct model *model)
{
	struct sl_subject subject = {
		.lport = model->lport,
		.rport = model->rport,
		.listener_id = model->listener_id,
		.family = model->in6 ? AF_INET6 : AF_INET,
		.proto = model->proto,
		.role = model->role,
		.state = model->state,
		.outcome = model->outcome,
		.reason = model->reason,
		.handshake = model->handshake,
		.live = model->live,
	};
	struct sl_filter filter = { 0 };
	const struct nlattr *nest, *attr;

	memcpy(subject.pids, model->pids, sizeof(subject.pids));
	map(model->local, model->local6, &subject.local);
	map(model->remote, model->remote6, &subject.remote);
	mnl_attr_for_each(nest, request, 0)
		mnl_attr_for_each_nested(attr, nest)
			take(attr, &filter);
	return sl_filter_takes(&filter, &subject);
}
