// SPDX-License-Identifier: GPL-2.0
#include "change.h"

#include "../params.h"
#include "config.h"

unsigned int sl_net_id __read_mostly;

atomic_t sl_unread = ATOMIC_INIT(0);

static int __net_init ledger_init_net(struct net *net)
{
	struct sl_ledger *l = sl_ledger_of_live(net);
	const struct sl_limits limits = {
		.live = sl_params.max_live,
		.history = sl_params.max_history,
		.half_open = sl_params.max_half_open,
	};
	int err;

	l->net = net;
	atomic_set(&l->awaited, 0);
	atomic_set(&l->unread, 0);
	INIT_DELAYED_WORK(&l->sweep, sl_sweep);
	sl_pools_init(&l->pools, &limits);
	err = sl_index_init(&l->index);
	if (err)
		return err;
	err = sl_stats_init(&l->stats);
	if (err)
		goto index;
	err = sl_journal_init(&l->journal);
	if (err)
		goto stats;
	err = sl_ring_init(&l->failed, sl_params.max_failed_calls,
			   sizeof(struct sl_failed_call));
	if (err)
		goto journal;
	sl_config_count_datagrams(l, sl_params.datagrams);
	return 0;

journal:
	sl_journal_uninit(&l->journal);
stats:
	sl_stats_uninit(&l->stats);
index:
	sl_index_uninit(&l->index);
	return err;
}

/* Pairs with sl_ledger_of(), by the grace period that follows. */
static void __net_exit ledger_pre_exit_net(struct net *net)
{
	WRITE_ONCE(sl_ledger_of_live(net)->leaving, true);
}

/*
 * Nobody looks any more: hooks and files of the namespace left in .pre_exit,
 * and probes get no ledger since. A grace period has passed.
 */
static void __net_exit ledger_exit_net(struct net *net)
{
	struct sl_ledger *l = sl_ledger_of_live(net);

	sl_config_count_datagrams(l, false);
	cancel_delayed_work_sync(&l->sweep);
	atomic_sub(atomic_read(&l->unread), &sl_unread);
	/* The tables first: they must not hold what the pools free. */
	sl_index_uninit(&l->index);
	sl_pools_uninit(&l->pools);
	sl_ring_uninit(&l->failed);
	sl_journal_uninit(&l->journal);
	sl_stats_uninit(&l->stats);
}

static struct pernet_operations ledger_net_ops = {
	.init		= ledger_init_net,
	.pre_exit	= ledger_pre_exit_net,
	.exit		= ledger_exit_net,
	.id		= &sl_net_id,
	.size		= sizeof(struct sl_ledger),
};

int sl_ledgers_init(void)
{
	return register_pernet_subsys(&ledger_net_ops);
}

void sl_ledgers_uninit(void)
{
	unregister_pernet_subsys(&ledger_net_ops);
}
