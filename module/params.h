/* SPDX-License-Identifier: GPL-2.0 */
/* The module's parameters: bounds, all of them per network namespace. */
#ifndef _SOCKLEDGER_PARAMS_H
#define _SOCKLEDGER_PARAMS_H

#include <linux/types.h>

/* What the limits of entries may be, here and later over netlink. */
#define SL_LIMIT_MIN		16
#define SL_ENTRIES_MAX		4194304
#define SL_HALF_OPEN_MAX	1048576

struct sl_params {
	unsigned int max_live;		/* entries of live sockets */
	unsigned int max_history;	/* entries of sockets that are gone */
	unsigned int max_half_open;	/* handshakes without a socket */
	unsigned int max_events;	/* events in the journal, a power of two */
	unsigned int max_failed_calls;	/* kept, a power of two */
	bool datagrams;			/* are those counted? */
	char *without;			/* kernel functions not to probe, or NULL */
};

extern struct sl_params sl_params;

/**
 * sl_params_check() - refuse bounds that make no sense
 *
 * Says which one is wrong and what would be right, in the kernel log.
 *
 * Return: 0 or -EINVAL.
 */
int sl_params_check(void);

#endif /* _SOCKLEDGER_PARAMS_H */
