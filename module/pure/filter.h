/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which entries a reader asks for: every condition has to hold, and one that
 * is not set always does.
 */
#ifndef _SOCKLEDGER_FILTER_H
#define _SOCKLEDGER_FILTER_H

#include "types.h"

/* Programs that a filter by pid looks at. */
#define SL_SUBJECT_PIDS	3

/* What a filter looks at. Addresses are mapped (::ffff:a.b.c.d). */
struct sl_subject {
	struct in6_addr local, remote;
	u16 lport, rport;	/* host order; 0: none, and no address either */
	u32 scope;
	u64 listener_id;	/* 0: none */
	u32 pids[SL_SUBJECT_PIDS];	/* 0: none */
	u8 family;		/* the socket's own */
	u8 proto;
	u8 role;
	u8 state;		/* 0: none */
	u8 outcome, reason;	/* if there is a handshake */
	bool handshake;
	bool live;
};

/* A range of ports; 0 to 0 is no condition. */
struct sl_ports {
	u16 from, to;
};

/* The leading bits of an address. */
struct sl_prefix {
	struct in6_addr addr;
	u8 bits;		/* 1 to 128; 0: no condition */
};

enum sl_filter_live {
	SL_FILTER_ALL,
	SL_FILTER_LIVE,
	SL_FILTER_ENDED,
};

/* All zero: no condition. In a set, value n is bit n. */
struct sl_filter {
	struct sl_prefix local, remote;
	struct sl_ports lport, rport;
	u64 reasons;
	u64 listener_id;
	u32 roles;
	u32 states;		/* bit 0: what has none */
	u32 outcomes;
	u32 pid;
	u32 scope;
	u8 family;
	u8 proto;
	u8 live;		/* enum sl_filter_live */
};

/** sl_filter_takes() - does an entry meet every condition? */
bool sl_filter_takes(const struct sl_filter *filter,
		     const struct sl_subject *subject);

#endif /* _SOCKLEDGER_FILTER_H */
