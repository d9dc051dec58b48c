/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The calls witness: what programs ask of their TCP and UDP sockets. Its
 * probes are a table of probes.h; that somebody read is told by a tracepoint,
 * and that somebody wrote by the wire witness, which sees the segment leave
 * in the call that made it.
 */
#ifndef _SOCKLEDGER_CALLS_H
#define _SOCKLEDGER_CALLS_H

/**
 * sl_calls_init() - attach to the tracepoint
 *
 * Return: 0, also on a kernel without it; negative errno if attaching failed.
 */
int sl_calls_init(void);

/** sl_calls_uninit() - detach; the probe does not run any more on return */
void sl_calls_uninit(void);

#endif /* _SOCKLEDGER_CALLS_H */
