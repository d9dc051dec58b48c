// SPDX-License-Identifier: GPL-2.0
/*
 * Events on their way to the multicast group. Witnesses write the journal and
 * no more; while somebody listens they wake a worker of their namespace, by
 * way of irq_work since they run in any context. It reads on in the journal
 * from where it was: at once when not much happens; when much does, after a
 * pause in which more gathers, so that a message has many events and neither
 * it nor who listens is woken for each. What was overwritten before it came by
 * is a gap in the numbers, and is counted.
 */
#include "netlink.h"

#include <linux/capability.h>
#include <linux/irq_work.h>
#include <linux/sched.h>
#include <linux/workqueue.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include <net/sock.h>

#include "../kernel/compat.h"
#include "../ledger/journal.h"

/* Jiffies between two rounds of the worker, but where the journal fills up. */
#define PAUSE	1

static unsigned int events_net_id;

struct events_net {
	struct net *net;
	struct irq_work wake;
	struct delayed_work work;
	bool hurried;		/* the pause was cut short */
	/* Written by the worker only, which runs once at a time: */
	unsigned long rested;	/* jiffies when it was through */
	u64 next;		/* place in the journal's ring, read by wake() */
	u64 sent;		/* number of the last event it came by */
	struct sl_notices notices;
};

/*
 * Generic netlink asks who joins a group for what he may do, but not while it
 * is nobody's: anyone may have been in it before it was ours. A socket in a
 * group has not been released yet.
 */
static int refuses(struct sock *sk, struct sk_buff *skb, void *net)
{
	const struct file *file = sk->sk_socket->file;

	return file && !file_ns_capable(file, ((struct net *)net)->user_ns,
					CAP_NET_ADMIN);
}

static void send_message(struct events_net *en)
{
	struct sk_buff *skb = sl_notices_end(&en->notices);

	/* Who has no room for it is told so by its socket. */
	if (skb)
		sl_genl_multicast(&sl_family, en->net, skb, SL_GROUP_EVENTS,
				  refuses);
}

/* Numbers that nobody will get. */
static void lose(struct events_net *en, u64 count)
{
	sl_stats_add(&sl_ledger_of_live(en->net)->stats, SL_STAT_LOST_NOTICES,
		     count);
	genl_set_err(&sl_family, en->net, 0, SL_GROUP_EVENTS, -ENOBUFS);
}

static void pass_on(struct events_net *en, const struct sl_journal_event *event)
{
	struct sl_ledger *l = sl_ledger_of_live(en->net);

	if (event->number > en->sent + 1)
		lose(en, event->number - en->sent - 1);
	en->sent = event->number;
	if (!sl_notices_put(&en->notices, l, event))
		return;
	send_message(en);
	if (sl_notices_begin(&en->notices) ||
	    WARN_ON_ONCE(sl_notices_put(&en->notices, l, event)))
		lose(en, 1);
}

static void work(struct work_struct *work)
{
	struct events_net *en = container_of(to_delayed_work(work),
					     struct events_net, work);
	struct sl_journal *journal = &sl_ledger_of_live(en->net)->journal;
	struct sl_journal_event event;
	u64 number, until, next = en->next;

	WRITE_ONCE(en->hurried, false);
	until = sl_journal_mark(journal, &number);
	while (sl_ring_read(&journal->ring, &next, until, &event)) {
		WRITE_ONCE(en->next, ++next);
		if (event.number)
			pass_on(en, &event);
		cond_resched();
	}
	send_message(en);
	WRITE_ONCE(en->next, until + 1);
	/* The last ones may have been overwritten by some without a number. */
	if (number > en->sent)
		lose(en, number - en->sent);
	en->sent = number;
	/* Read by woken(). */
	WRITE_ONCE(en->rested, jiffies);
}

static void woken(struct irq_work *wake)
{
	struct events_net *en = container_of(wake, struct events_net, wake);
	unsigned long from = READ_ONCE(en->rested) + PAUSE;

	if (READ_ONCE(en->hurried))
		mod_delayed_work(system_unbound_wq, &en->work, 0);
	else
		queue_delayed_work(system_unbound_wq, &en->work,
				   time_before(jiffies, from) ? PAUSE : 0);
}

/* Of any namespace. Whether he is still there is asked with each event. */
static int join(int group)
{
	sl_journal_listen();
	return 0;
}

void sl_events_prepare(void)
{
	if (!sl_genl_on_join(&sl_family, join))
		sl_journal_listen();
}

/*
 * A namespace on its way out has no listeners; the grace period before its
 * .exit ends whoever came by before that.
 */
static bool heard(const struct sl_ledger *l)
{
	return check_net(l->net) &&
	       genl_has_listeners(&sl_family, l->net, SL_GROUP_EVENTS);
}

static void wake(struct sl_ledger *l)
{
	struct events_net *en = net_generic(l->net, events_net_id);
	const struct sl_ring *ring = &l->journal.ring;
	s64 behind = sl_ring_last(ring) - READ_ONCE(en->next);

	if (behind > ring->size / 4 && !READ_ONCE(en->hurried)) {
		WRITE_ONCE(en->hurried, true);
		irq_work_queue(&en->wake);
		return;
	}
	/*
	 * Either the worker that is pending reads the journal after our event
	 * was written there, or it is not pending any more.
	 */
	smp_mb();
	if (!delayed_work_pending(&en->work))
		irq_work_queue(&en->wake);
}

static const struct sl_tap events_tap = {
	.heard	= heard,
	.wake	= wake,
};

static int __net_init events_init_net(struct net *net)
{
	struct events_net *en = net_generic(net, events_net_id);

	en->net = net;
	init_irq_work(&en->wake, woken);
	INIT_DELAYED_WORK(&en->work, work);
	en->rested = jiffies - PAUSE;
	return 0;
}

/* Nobody wakes it any more: see heard() and sl_events_uninit(). */
static void __net_exit events_exit_net(struct net *net)
{
	struct events_net *en = net_generic(net, events_net_id);

	irq_work_sync(&en->wake);
	cancel_delayed_work_sync(&en->work);
}

static struct pernet_operations events_net_ops = {
	.init	= events_init_net,
	.exit	= events_exit_net,
	.id	= &events_net_id,
	.size	= sizeof(struct events_net),
};

int sl_events_init(void)
{
	int err = register_pernet_subsys(&events_net_ops);

	if (!err)
		sl_journal_tap(&events_tap);
	return err;
}

void sl_events_uninit(void)
{
	sl_journal_tap(NULL);
	unregister_pernet_subsys(&events_net_ops);
}
