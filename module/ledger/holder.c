// SPDX-License-Identifier: GPL-2.0
#include "holder.h"

#include <linux/jhash.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

static struct rhashtable holders;

/*
 * Start and pid make a program; its name, user and group may change while it
 * runs, and then it is another holder with the same hash.
 */
static u32 hash_who(const struct sl_owner *who, u32 seed)
{
	return jhash_3words(lower_32_bits(who->start),
			    upper_32_bits(who->start), who->pid, seed);
}

static u32 hash_key(const void *data, u32 len, u32 seed)
{
	return hash_who(data, seed);
}

static u32 hash_holder(const void *data, u32 len, u32 seed)
{
	const struct sl_holder *holder = data;

	return hash_who(&holder->who, seed);
}

static int compare(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct sl_holder *holder = obj;

	return memcmp(&holder->who, arg->key, sizeof(holder->who));
}

static const struct rhashtable_params holder_params = {
	.head_offset		= offsetof(struct sl_holder, node),
	.key_len		= sizeof(struct sl_owner),
	.hashfn			= hash_key,
	.obj_hashfn		= hash_holder,
	.obj_cmpfn		= compare,
	.automatic_shrinking	= true,
};

int sl_holders_init(void)
{
	return rhashtable_init(&holders, &holder_params);
}

void sl_holders_uninit(void)
{
	WARN_ON_ONCE(atomic_read(&holders.nelems));
	rhashtable_destroy(&holders);
}

static struct sl_holder *new_holder(const struct sl_owner *who)
{
	struct sl_holder *holder = kmalloc(sizeof(*holder),
					   GFP_ATOMIC | __GFP_NOWARN);

	if (!holder)
		return NULL;
	refcount_set(&holder->refs, 1);
	holder->who = *who;
	holder->shared = true;
	/*
	 * Not in the table when another CPU was faster, or when one that is
	 * equal is on its way out: then this one serves its entry alone.
	 */
	if (rhashtable_lookup_insert_key(&holders, who, &holder->node,
					 holder_params))
		holder->shared = false;
	return holder;
}

struct sl_holder *sl_holder_get(const struct sl_owner *who)
{
	struct sl_holder *holder = rhashtable_lookup(&holders, who,
						     holder_params);

	if (holder && refcount_inc_not_zero(&holder->refs))
		return holder;
	return new_holder(who);
}

void sl_holder_put(struct sl_holder *holder)
{
	if (!holder || !refcount_dec_and_test(&holder->refs))
		return;
	if (holder->shared)
		rhashtable_remove_fast(&holders, &holder->node, holder_params);
	/* A snapshot may be copying it. */
	kfree_rcu(holder, rcu);
}
