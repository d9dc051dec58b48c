/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The end of TIME_WAIT, which no tracepoint tells: a kprobe on the function
 * that takes a timewait socket out of the kernel's tables.
 */
#ifndef _SOCKLEDGER_TIMEWAIT_H
#define _SOCKLEDGER_TIMEWAIT_H

#include <linux/types.h>

/**
 * sl_timewait_init() - attach the probe
 *
 * Without it the sweep finds the ends out, up to two seconds late.
 */
void sl_timewait_init(void);

/** sl_timewait_uninit() - detach; the probe does not run any more on return */
void sl_timewait_uninit(void);

bool sl_timewait_attached(void);

/** sl_timewait_missed() - times the probe could not run */
u64 sl_timewait_missed(void);

#endif /* _SOCKLEDGER_TIMEWAIT_H */
