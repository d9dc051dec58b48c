/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The two indexes that serve the witnesses: by endpoint and by socket. Each
 * holds live entries only. Look-ups are lock-free; changes are made under the
 * lock of the entry that comes or goes.
 */
#ifndef _SOCKLEDGER_INDEX_H
#define _SOCKLEDGER_INDEX_H

#include <linux/rhashtable-types.h>

#include "entry.h"

struct sl_index {
	struct rhashtable by_tuple;
	struct rhashtable by_sock;
};

/** sl_index_init() - Context: process. Return: 0 or -ENOMEM. */
int sl_index_init(struct sl_index *index);

/**
 * sl_index_uninit() - free the tables, not the entries
 *
 * Nobody looks anything up any more. Context: process.
 */
void sl_index_uninit(struct sl_index *index);

/**
 * sl_index_by_tuple() - the caller holds rcu_read_lock()
 *
 * Of several that fit SL_KIND_LOCAL it may be any.
 */
struct sl_entry *sl_index_by_tuple(struct sl_index *index,
				   const struct sl_tuple *tuple);

/** sl_index_by_sock() - the caller holds rcu_read_lock() */
struct sl_entry *sl_index_by_sock(struct sl_index *index,
				  const struct sock *sk);

/**
 * sl_index_add_tuple() - index an entry by its endpoints
 * @index: of the ledger
 * @e: its lock held, or new and known to nobody; e->rec.tuple is set
 *
 * Return: 0; -EEXIST when another entry stands there; other negative errno
 * when the table cannot take it.
 */
int sl_index_add_tuple(struct sl_index *index, struct sl_entry *e);

/** sl_index_del_tuple() - under e->lock; harmless when it is not in there */
void sl_index_del_tuple(struct sl_index *index, struct sl_entry *e);

/** sl_index_add_sock() - as sl_index_add_tuple(), by e->sk */
int sl_index_add_sock(struct sl_index *index, struct sl_entry *e);

/** sl_index_del_sock() - under e->lock; clears e->sk as well */
void sl_index_del_sock(struct sl_index *index, struct sl_entry *e);

#endif /* _SOCKLEDGER_INDEX_H */
