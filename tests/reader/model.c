// SPDX-License-Identifier: GPL-2.0-only
#include "model.h"
#include "entry.h"
#include "memory.h"

#include "uapi/sockledger.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static unsigned int pick(unsigned int count)
{
	return random() % count;
}

static void make_address(bool in6, uint8_t *ret)
{
	static const uint8_t last[] = { 0, 1, 2, 200 };

	memset(ret, 0, 16);
	if (!pick(6))
		return;
	ret[0] = in6 ? 0xfd : 10;
	ret[in6 ? 14 : 2] = pick(2);
	ret[in6 ? 15 : 3] = last[pick(ARRAY_SIZE(last))];
}

void model_random(struct model *ret)
{
	static const uint8_t protos[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_UDPLITE };
	static const uint16_t lports[] = { 0, 1, 79, 80, 81, 65535 };
	static const uint16_t rports[] = { 0, 0, 443, 444 };
	static const uint32_t pids[] = { 0, 7, 8, 9 };
	unsigned int i;

	memset(ret, 0, sizeof(*ret));
	ret->in6 = pick(2);
	/* It may listen to both, and talk to either. */
	ret->local6 = ret->in6 && pick(4);
	ret->remote6 = ret->in6 && pick(2);
	ret->lport = lports[pick(ARRAY_SIZE(lports))];
	ret->rport = rports[pick(ARRAY_SIZE(rports))];
	if (ret->lport)
		make_address(ret->local6, ret->local);
	if (ret->rport)
		make_address(ret->remote6, ret->remote);
	ret->proto = protos[pick(ARRAY_SIZE(protos))];
	ret->role = ret->proto == IPPROTO_TCP ?
		    pick(SOCKLEDGER_ROLE_DATAGRAM) : SOCKLEDGER_ROLE_DATAGRAM;
	if (ret->role != SOCKLEDGER_ROLE_DATAGRAM)
		ret->state = pick(12);
	ret->handshake = pick(2);
	if (ret->handshake) {
		ret->outcome = pick(4);
		ret->reason = pick(3);
	}
	ret->listener_id = pick(2) ? 5 : 0;
	for (i = 0; i < MODEL_PROGRAMS; i++)
		ret->pids[i] = pids[pick(ARRAY_SIZE(pids))];
	ret->live = pick(2);
}

static uint64_t bit(bool has, unsigned int attr)
{
	return has ? UINT64_C(1) << attr : 0;
}

void model_entry(const struct model *model, struct entry *ret)
{
	size_t i;

	memset(ret, 0, sizeof(*ret));
	ret->has = bit(true, SOCKLEDGER_A_ENTRY_ID) |
		   bit(true, SOCKLEDGER_A_ENTRY_ROLE) |
		   bit(model->live, SOCKLEDGER_A_ENTRY_LIVE) |
		   bit(model->state, SOCKLEDGER_A_ENTRY_STATE) |
		   bit(model->lport, SOCKLEDGER_A_ENTRY_LOCAL_ADDR) |
		   bit(model->rport, SOCKLEDGER_A_ENTRY_REMOTE_ADDR);
	ret->id = 1;
	ret->family = model->in6 ? AF_INET6 : AF_INET;
	ret->proto = model->proto;
	ret->role = model->role;
	ret->state = model->state;
	ret->listener_id = model->listener_id;
	ret->local_port = model->lport;
	ret->remote_port = model->rport;
	address_set(&ret->local_addr, model->local, model->local6 ? 16 : 4);
	address_set(&ret->remote_addr, model->remote, model->remote6 ? 16 : 4);
	if (model->handshake)
		ret->handshake.has = bit(true, SOCKLEDGER_A_HANDSHAKE_OUTCOME) |
				     bit(true, SOCKLEDGER_A_HANDSHAKE_REASON);
	ret->handshake.outcome = model->outcome;
	ret->handshake.reason = model->reason;
	ret->holders = memory_array(NULL, MODEL_PROGRAMS,
				    sizeof(*ret->holders));
	memset(ret->holders, 0, MODEL_PROGRAMS * sizeof(*ret->holders));
	for (i = 0; i < MODEL_PROGRAMS; i++) {
		if (!model->pids[i])
			continue;
		ret->holders[ret->holder_count].has =
			bit(true, SOCKLEDGER_A_OWNER_PID);
		ret->holders[ret->holder_count++].pid = model->pids[i];
	}
}
