// SPDX-License-Identifier: GPL-2.0
#include "owner.h"
#include "text.h"

#include "uapi/sockledger.h"

_Static_assert(SOCKLEDGER_A_OWNER_MAX <= FIELD_ATTR_MAX,
	       "the bits of \"has\" are used up");
_Static_assert(offsetof(struct owner, has) == 0, "\"has\" comes first");

#define OWNER(member, code, which, ...) \
	FIELD_ROW(struct owner, member, OWNER_##code, which, __VA_ARGS__)
static const struct field owner_rows[] = {
	OWNER(pid, PID, U32),
	OWNER(local_pid, LOCAL_PID, U32),
	OWNER(comm, COMM, STRING, .size = COMM_SIZE),
	OWNER(uid, UID, U32),
	OWNER(start_ns, START_NS, U64),
	OWNER(cgroup, CGROUP, U64),
	{ 0 },
};

const struct field_set owner_set = { "owner", owner_rows };

uint32_t owner_pid(const struct owner *owner)
{
	return HAS(owner, OWNER_LOCAL_PID) ? owner->local_pid : owner->pid;
}

void owner_comm_text(const struct owner *owner, char *dst, size_t size)
{
	text_escape(dst, size, owner->comm);
}
