/* SPDX-License-Identifier: GPL-2.0 */
/*
 * No softirq of this CPU while a handler of ours runs, and none forgotten
 * behind it.
 */
#ifndef _SOCKLEDGER_SOFTIRQS_H
#define _SOCKLEDGER_SOFTIRQS_H

#include <linux/types.h>

/** sl_softirqs_init() - before the first handler can run */
void sl_softirqs_init(void);

/** sl_softirqs_uninit() - after the last one has. May sleep. */
void sl_softirqs_uninit(void);

/**
 * sl_softirqs_off() - run none on this CPU from here on
 *
 * Context: any but NMI, with interrupts on or in a softirq; preemption is off.
 *
 * Return: for sl_softirqs_on().
 */
u32 sl_softirqs_off(void);

/**
 * sl_softirqs_on() - allow them again, and run none here
 * @before: what sl_softirqs_off() returned
 *
 * What became pending meanwhile runs some microseconds later, from an interrupt.
 */
void sl_softirqs_on(u32 before);

#endif /* _SOCKLEDGER_SOFTIRQS_H */
