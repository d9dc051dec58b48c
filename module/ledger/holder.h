/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The programs that entries remember, each kept once: a server's thousand
 * connections share one. A holder lives as long as an entry refers to it,
 * and a grace period longer.
 */
#ifndef _SOCKLEDGER_HOLDER_H
#define _SOCKLEDGER_HOLDER_H

#include <linux/refcount.h>
#include <linux/rhashtable-types.h>

#include "record.h"

struct sl_holder {
	struct rhash_head node;
	bool shared;		/* in the table; set before it is visible */
	refcount_t refs;
	struct rcu_head rcu;
	struct sl_owner who;	/* never changes */
};

/** sl_holders_init() - Context: process. Return: 0 or negative errno. */
int sl_holders_init(void);

/** sl_holders_uninit() - no entry is left. Context: process. */
void sl_holders_uninit(void);

/**
 * sl_holder_get() - a reference to the holder that stands for a program
 * @who: the program; its padding is zero
 *
 * Context: any that may take a spinlock; inside an RCU read-side section.
 * Return: the holder, for sl_holder_put(), or NULL without memory.
 */
struct sl_holder *sl_holder_get(const struct sl_owner *who);

/** sl_holder_current() - likewise; for the program that runs */
struct sl_holder *sl_holder_current(void);

/** sl_holder_put() - let go of a reference; NULL is fine */
void sl_holder_put(struct sl_holder *holder);

#endif /* _SOCKLEDGER_HOLDER_H */
