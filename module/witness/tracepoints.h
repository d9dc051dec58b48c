/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints by name, since most are not exported to modules. All of them
 * are built in, so none goes away while the module is loaded.
 */
#ifndef _SOCKLEDGER_TRACEPOINTS_H
#define _SOCKLEDGER_TRACEPOINTS_H

#include <linux/types.h>

struct tracepoint;

struct sl_tracepoint {
	const char *name;
	void *probe;		/* its type is checked where it is defined */
	struct tracepoint *tp;
};

/**
 * sl_tracepoints_attach() - attach all, last first, or none
 * @points: tracepoints and their probes
 * @n: how many
 *
 * Context: process.
 * Return: 0; -ENOENT when this kernel lacks one, which a message names; other
 * negative errno when attaching failed.
 */
int sl_tracepoints_attach(struct sl_tracepoint *points, unsigned int n);

/**
 * sl_tracepoints_detach() - detach all, first one first
 *
 * Context: process. No probe runs any more on return.
 */
void sl_tracepoints_detach(struct sl_tracepoint *points, unsigned int n);

#endif /* _SOCKLEDGER_TRACEPOINTS_H */
