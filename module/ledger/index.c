// SPDX-License-Identifier: GPL-2.0
#include "index.h"

#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/rhashtable.h>
#include <net/ipv6.h>

/*
 * Hashes and comparisons are on the way of every segment and call that counts,
 * so they look at no more than has to be looked at. Endpoints are chosen by
 * strangers: theirs is keyed.
 */
static __always_inline u32 hash_tuple(const struct sl_tuple *tuple, u32 seed)
{
	u32 ports = (__force u32)tuple->lport << 16 | (__force u32)tuple->rport;

	if (ipv6_addr_v4mapped(&tuple->remote))
		return jhash_3words((__force u32)tuple->local.s6_addr32[3],
				    (__force u32)tuple->remote.s6_addr32[3],
				    ports, seed);
	return jhash2((const u32 *)tuple,
		      2 * sizeof(struct in6_addr) / sizeof(u32), seed ^ ports);
}

static __always_inline u32 hash_tuple_key(const void *key, u32 len, u32 seed)
{
	return hash_tuple(key, seed);
}

static u32 hash_tuple_of(const void *obj, u32 len, u32 seed)
{
	const struct sl_entry *e = obj;

	return hash_tuple(&e->rec.tuple, seed);
}

static bool fits_kind(u32 asked, u32 kind)
{
	return asked == kind ||
	       (asked == SL_KIND_LOCAL && kind != SL_KIND_FORWARDED);
}

static __always_inline int
compare_tuple(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct sl_tuple *key = arg->key;
	const struct sl_entry *e = obj;
	const struct sl_tuple *tuple = &e->rec.tuple;

	return key->lport != tuple->lport || key->rport != tuple->rport ||
	       !fits_kind(key->kind, tuple->kind) ||
	       key->scope != tuple->scope ||
	       !ipv6_addr_equal(&key->remote, &tuple->remote) ||
	       !ipv6_addr_equal(&key->local, &tuple->local);
}

static const struct rhashtable_params by_tuple_params = {
	.head_offset		= offsetof(struct sl_entry, by_tuple),
	.key_offset		= offsetof(struct sl_entry, rec.tuple),
	.key_len		= sizeof(struct sl_tuple),
	.hashfn			= hash_tuple_key,
	.obj_hashfn		= hash_tuple_of,
	.obj_cmpfn		= compare_tuple,
	.automatic_shrinking	= true,
};

static u32 hash_sock(const struct sock *sk, u32 seed)
{
	return hash_64((unsigned long)sk + seed, 32);
}

static u32 hash_sock_key(const void *key, u32 len, u32 seed)
{
	return hash_sock(*(const struct sock *const *)key, seed);
}

static u32 hash_sock_of(const void *obj, u32 len, u32 seed)
{
	const struct sl_entry *e = obj;

	return hash_sock(e->sk, seed);
}

static int compare_sock(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct sl_entry *e = obj;

	return READ_ONCE(e->sk) != *(const struct sock *const *)arg->key;
}

static const struct rhashtable_params by_sock_params = {
	.head_offset		= offsetof(struct sl_entry, by_sock),
	.key_offset		= offsetof(struct sl_entry, sk),
	.key_len		= sizeof(struct sock *),
	.hashfn			= hash_sock_key,
	.obj_hashfn		= hash_sock_of,
	.obj_cmpfn		= compare_sock,
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
	int err = rhashtable_lookup_insert_key(&index->by_tuple, &e->rec.tuple,
					       &e->by_tuple, by_tuple_params);

	e->in_tuple_index = !err;
	return err;
}

void sl_index_del_tuple(struct sl_index *index, struct sl_entry *e)
{
	lockdep_assert_held(&e->lock);
	if (!e->in_tuple_index)
		return;
	rhashtable_remove_fast(&index->by_tuple, &e->by_tuple,
			       by_tuple_params);
	e->in_tuple_index = false;
}

int sl_index_add_sock(struct sl_index *index, struct sl_entry *e)
{
	int err = rhashtable_lookup_insert_key(&index->by_sock, &e->sk,
					       &e->by_sock, by_sock_params);

	e->in_sock_index = !err;
	return err;
}

void sl_index_del_sock(struct sl_index *index, struct sl_entry *e)
{
	lockdep_assert_held(&e->lock);
	if (e->in_sock_index)
		rhashtable_remove_fast(&index->by_sock, &e->by_sock,
				       by_sock_params);
	e->in_sock_index = false;
	/* Whoever is on the chain still compares with it. */
	WRITE_ONCE(e->sk, NULL);
}
