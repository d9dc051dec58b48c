// SPDX-License-Identifier: GPL-2.0
#include "holder.h"

#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "../kernel/facts.h"

static struct rhashtable holders;

/*
 * A program's numbers in inner pid namespaces never change; all else may, and
 * then it is another holder. Every byte of that goes into the table's hash,
 * which is keyed, as a program may call itself by ever other names.
 */
static const struct rhashtable_params holder_params = {
	.head_offset		= offsetof(struct sl_holder, node),
	.key_offset		= offsetof(struct sl_holder, who),
	.key_len		= offsetof(struct sl_owner, inner),
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
	if (rhashtable_lookup_insert_fast(&holders, &holder->node,
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

struct sl_holder *sl_holder_current(void)
{
	struct sl_owner who;

	sl_facts_owner(&who);
	return sl_holder_get(&who);
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
