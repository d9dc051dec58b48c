// SPDX-License-Identifier: GPL-2.0
#include "subject.h"

#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

static void tell_number(struct subject *ret, enum aspect aspect,
			uint64_t number)
{
	ret->known |= 1u << aspect;
	ret->number[aspect] = number;
}

static void tell_code(struct subject *ret, enum aspect aspect, bool has,
		      uint8_t code)
{
	ret->known |= 1u << aspect;
	ret->code[aspect - ASPECT_NUMBERS] = has ? code : SUBJECT_NONE;
}

static void tell_end(struct subject *ret, enum aspect address,
		     enum aspect port_aspect, const struct address *addr,
		     uint16_t port, int family)
{
	struct address *to = &ret->address[address - ASPECT_CODED];

	ret->known |= 1u << address;
	if (addr)
		*to = *addr;
	else
		*to = (struct address){ .family = family };
	tell_number(ret, port_aspect, addr ? port : 0);
}

/*
 * As ss tells it: of a UDP socket whether it is connected, and of a handshake
 * without a socket that it is under way here.
 */
static uint8_t state_of(const struct entry *entry)
{
	uint8_t state = entry_state(entry);

	if (state)
		return state;
	if (!HAS(entry, ENTRY_LIVE) || entry->role != SOCKLEDGER_ROLE_DATAGRAM)
		return SUBJECT_NONE;
	return HAS(entry, ENTRY_REMOTE_ADDR) ? TCP_ESTABLISHED : TCP_CLOSE;
}

static void tell_values(const struct entry *entry, struct subject *ret)
{
	const struct handshake *hs = &entry->handshake;

	tell_number(ret, ASPECT_PROTO, entry->proto);
	tell_number(ret, ASPECT_FAMILY, entry_family(entry));
	tell_number(ret, ASPECT_LIVE, HAS(entry, ENTRY_LIVE));
	tell_number(ret, ASPECT_CHOSEN, HAS(entry, ENTRY_PORT_CHOSEN));
	tell_number(ret, ASPECT_ID, entry->id);
	tell_number(ret, ASPECT_LISTENER, entry->listener_id);
	tell_number(ret, ASPECT_SCOPE, entry->scope);
	tell_number(ret, ASPECT_ERROR, entry->error);
	tell_code(ret, ASPECT_STATE, true, state_of(entry));
	tell_code(ret, ASPECT_ROLE, HAS(entry, ENTRY_ROLE), entry->role);
	tell_code(ret, ASPECT_OUTCOME, HAS(hs, HANDSHAKE_OUTCOME), hs->outcome);
	tell_code(ret, ASPECT_REASON, HAS(hs, HANDSHAKE_REASON), hs->reason);
	tell_code(ret, ASPECT_WHAT, false, 0);
}

void subject_of_entry(const struct entry *entry, struct subject *ret)
{
	int family = entry_family(entry);

	memset(ret, 0, sizeof(*ret));
	tell_values(entry, ret);
	tell_end(ret, ASPECT_LOCAL, ASPECT_LOCAL_PORT,
		 HAS(entry, ENTRY_LOCAL_ADDR) ? &entry->local_addr : NULL,
		 entry->local_port, family);
	tell_end(ret, ASPECT_REMOTE, ASPECT_REMOTE_PORT,
		 HAS(entry, ENTRY_REMOTE_ADDR) ? &entry->remote_addr : NULL,
		 entry->remote_port, family);
	ret->known |= 1u << ASPECT_PID | 1u << ASPECT_COMM |
		      1u << ASPECT_CGROUP;
	if (HAS(entry, ENTRY_OPENER))
		ret->program[0] = &entry->opener;
	if (HAS(entry, ENTRY_ACCEPTOR))
		ret->program[1] = &entry->acceptor;
	ret->holders = entry->holders;
	ret->holder_count = entry->holder_count;
}

/* Whether what a call asked for is the other end. */
static bool asks_for_remote(uint8_t what)
{
	switch (what) {
	case SOCKLEDGER_WHAT_CONNECT:
	case SOCKLEDGER_WHAT_CONNECT_RETURN:
	case SOCKLEDGER_WHAT_CONNECT_VERDICT:
	case SOCKLEDGER_WHAT_SEND:
		return true;
	default:
		return false;
	}
}

void subject_of_call(const struct call *call, struct subject *ret)
{
	const struct address *asked = HAS(call, CALL_ADDR) ? &call->addr : NULL;
	int family = asked ? asked->family : call->family;
	bool remote = asks_for_remote(call->what);

	memset(ret, 0, sizeof(*ret));
	tell_number(ret, ASPECT_PROTO, call->proto);
	tell_number(ret, ASPECT_FAMILY, family);
	tell_number(ret, ASPECT_ID, call->entry_id);
	tell_number(ret, ASPECT_SCOPE, call->scope);
	tell_number(ret, ASPECT_ERROR, call->error);
	tell_code(ret, ASPECT_WHAT, true, call->what);
	tell_end(ret, ASPECT_LOCAL, ASPECT_LOCAL_PORT, remote ? NULL : asked,
		 call->port, family);
	tell_end(ret, ASPECT_REMOTE, ASPECT_REMOTE_PORT, remote ? asked : NULL,
		 call->port, family);
	ret->known |= 1u << ASPECT_PID | 1u << ASPECT_COMM |
		      1u << ASPECT_CGROUP;
	if (HAS(call, CALL_CALLER))
		ret->program[0] = &call->caller;
}

/* An end that it does not name may have got its address since. */
static void tell_party(const struct party *party, struct subject *ret)
{
	if (HAS(party, ENTRY_LOCAL_ADDR))
		tell_end(ret, ASPECT_LOCAL, ASPECT_LOCAL_PORT,
			 &party->local_addr, party->local_port, AF_UNSPEC);
	if (HAS(party, ENTRY_REMOTE_ADDR))
		tell_end(ret, ASPECT_REMOTE, ASPECT_REMOTE_PORT,
			 &party->remote_addr, party->remote_port, AF_UNSPEC);
	if (HAS(party, ENTRY_LOCAL_ADDR) || HAS(party, ENTRY_REMOTE_ADDR))
		tell_number(ret, ASPECT_SCOPE, party->scope);
	if (HAS(party, ENTRY_REMOTE_ADDR))
		tell_number(ret, ASPECT_FAMILY, party->remote_addr.family);
	else if (HAS(party, ENTRY_LOCAL_ADDR))
		tell_number(ret, ASPECT_FAMILY, party->local_addr.family);
	if (HAS(party, ENTRY_PROTO))
		tell_number(ret, ASPECT_PROTO, party->proto);
	if (HAS(party, ENTRY_ROLE))
		tell_code(ret, ASPECT_ROLE, true, party->role);
}

/* What the event tells itself, which comes before what its entry is by then. */
static void tell_event(const struct notice *notice, struct subject *ret)
{
	if (notice->party)
		tell_party(notice->party, ret);
	tell_number(ret, ASPECT_ID, notice->entry_id);
	tell_code(ret, ASPECT_WHAT, true, notice->what);
	if (HAS(notice, NOTICE_ERROR))
		tell_number(ret, ASPECT_ERROR, notice->error);
	if (HAS(notice, NOTICE_TO))
		tell_code(ret, ASPECT_STATE, true, notice->to);
	if (HAS(notice, NOTICE_OUTCOME))
		tell_code(ret, ASPECT_OUTCOME, true, notice->outcome);
	if (HAS(notice, NOTICE_REASON))
		tell_code(ret, ASPECT_REASON, true, notice->reason);
}

void subject_of_notice(const struct notice *notice, struct subject *ret)
{
	memset(ret, 0, sizeof(*ret));
	tell_event(notice, ret);
}

void subject_of_event(const struct notice *notice, const struct entry *entry,
		      struct subject *ret)
{
	subject_of_entry(entry, ret);
	tell_event(notice, ret);
}
