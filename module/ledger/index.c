// SPDX-License-Identifier: GPL-2.0
#include "index.h"

#include <linux/rhashtable.h>

/* Hashed with jhash2(), so whole words. */
static_assert(sizeof(struct sl_tuple) % sizeof(u32) == 0);

static const struct rhashtable_params by_tuple_params = {
	.head_offset		= offsetof(struct sl_entry, by_tuple),
	.key_offset		= offsetof(struct sl_entry, rec.tuple),
	.key_len		= sizeof(struct sl_tuple),
	.automatic_shrinking	= true,
};

static const struct rhashtable_params by_sock_params = {
	.head_offset		= offsetof(struct sl_entry, by_sock),
	.key_offset		= offsetof(struct sl_entry, sk),
	.key_len		= sizeof(struct sock *),
	.automatic_shrinking	= true,
};

int sl_index_init(struct sl_index *index)
{
	int err;

	err = rhashtable_init(&index->by_tuple, &by_tuple_params);
	if (err)
		return err;
	err = rhashtable_init(&index->by_sock, &by_sock_params);
	if (err)
		rhashtable_destroy(&index->by_tuple);
	return err;
}

void sl_index_uninit(struct sl_index *index)
{
	rhashtable_destroy(&index->by_sock);
	rhashtable_destroy(&index->by_tuple);
}

struct sl_entry *sl_index_by_tuple(struct sl_index *index,
				   const struct sl_tuple *tuple)
{
	return rhashtable_lookup(&index->by_tuple, tuple, by_tuple_params);
}

struct sl_entry *sl_index_by_sock(struct sl_index *index,
				  const struct sock *sk)
{
	return rhashtable_lookup(&index->by_sock, &sk, by_sock_params);
}

int sl_index_add_tuple(struct sl_index *index, struct sl_entry *e)
{
	int err = rhashtable_lookup_insert_fast(&index->by_tuple, &e->by_tuple,
						by_tuple_params);

	e->in_tuple_index = !err;
	return err;
}

void sl_index_del_tuple(struct sl_index *index, struct sl_entry *e)
{
	if (!e->in_tuple_index)
		return;
	rhashtable_remove_fast(&index->by_tuple, &e->by_tuple,
			       by_tuple_params);
	e->in_tuple_index = false;
}

int sl_index_add_sock(struct sl_index *index, struct sl_entry *e)
{
	int err = rhashtable_lookup_insert_fast(&index->by_sock, &e->by_sock,
						by_sock_params);

	e->in_sock_index = !err;
	return err;
}

void sl_index_del_sock(struct sl_index *index, struct sl_entry *e)
{
	if (e->in_sock_index)
		rhashtable_remove_fast(&index->by_sock, &e->by_sock,
				       by_sock_params);
	e->in_sock_index = false;
	e->sk = NULL;
}
