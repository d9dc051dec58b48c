// SPDX-License-Identifier: GPL-2.0
#include "holder.h"

#include <linux/hash.h>
#include <linux/rhashtable.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "../kernel/facts.h"

static struct rhashtable holders;

/*
 * Start and pid make a program; its name, user and group may change while it
 * runs, and then it is another holder. A program that keeps calling itself by
 * other names must not fill one chain. Where the name changes meanwhile, it is
 * not found, and there is one holder more.
 */
static u32 hash_program(u64 start, u32 pid, const char *comm, u32 seed)
{
	u64 name[TASK_COMM_LEN / sizeof(u64)];

	static_assert(sizeof(name) == 2 * sizeof(u64));
	memcpy(name, comm, sizeof(name));
	/* The seed goes in first, or names that collide would do so for good. */
	return hash_64(hash_64((start + pid) ^ seed ^ name[0], 64) ^ name[1],
		       32);
}

static u32 hash_key(const void *data, u32 len, u32 seed)
{
	const struct sl_owner *who = data;

	return hash_program(who->start, who->pid, who->comm, seed);
}

static u32 hash_holder(const void *data, u32 len, u32 seed)
{
	const struct sl_holder *holder = data;

	return hash_key(&holder->who, len, seed);
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

/* The same table, asked for the program that runs; the key is its task. */
static u32 hash_task(const void *data, u32 len, u32 seed)
{
	const struct task_struct *leader =
		((const struct task_struct *)data)->group_leader;

	return hash_program(leader->start_boottime, leader->tgid,
			    leader->comm, seed);
}

static int compare_task(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct sl_holder *holder = obj;

	return !sl_facts_is_owner(&holder->who);
}

static const struct rhashtable_params task_params = {
	.head_offset		= offsetof(struct sl_holder, node),
	.key_len		= sizeof(struct task_struct *),
	.hashfn			= hash_task,
	.obj_hashfn		= hash_holder,
	.obj_cmpfn		= compare_task,
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

struct sl_holder *sl_holder_current(void)
{
	struct sl_holder *holder = rhashtable_lookup(&holders, current,
						     task_params);
	struct sl_owner who;

	if (holder && refcount_inc_not_zero(&holder->refs))
		return holder;
	sl_facts_owner(&who);
	return new_holder(&who);
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
