// SPDX-License-Identifier: GPL-2.0
#include "proc.h"

#include <linux/math64.h>
#include <linux/proc_fs.h>
#include <linux/uidgid.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "../kernel/facts.h"
#include "../pure/text.h"
#include "totals.h"

static unsigned int proc_net_id;

struct proc_net {
	struct proc_dir_entry *dir;
};

/*
 * Root-only, and that root is the namespace's own; not its group, which may be
 * one that has other members in the user namespace around it.
 */
#define PROC_MODE	0400

static const struct {
	const char *name;
	const struct seq_operations *ops;
} proc_files[] = {
	{ "handshakes",	&sl_proc_handshakes_ops },
	{ "sockets",	&sl_proc_sockets_ops },
	{ "listeners",	&sl_proc_listeners_ops },
	{ "datagrams",	&sl_proc_datagrams_ops },
	{ "calls",	&sl_proc_calls_ops },
	{ "events",	&sl_proc_events_ops },
};

/*
 * A user namespace whose uid 0 is not mapped yet, as after unshare(2) with
 * both CLONE_NEWUSER and CLONE_NEWNET, stands for whoever made it.
 */
static void give_to_root(struct net *net, struct proc_dir_entry *pde)
{
	kuid_t uid = make_kuid(net->user_ns, 0);
	kgid_t gid = make_kgid(net->user_ns, 0);

	proc_set_user(pde, uid_valid(uid) ? uid : net->user_ns->owner,
		      gid_valid(gid) ? gid : net->user_ns->group);
}

static int stats_line(void *arg, const char *name, u64 value)
{
	seq_printf(arg, "%s %llu\n", name, value);
	return 0;
}

static int stats_show(struct seq_file *m, void *v)
{
	/* seq_file_single_net(): a single file holds its namespace itself. */
	struct net *net = seq_file_single_net(m);

	seq_puts(m, "name value\n");
	sl_totals_walk(sl_ledger_of_live(net), stats_line, m);
	return 0;
}

static bool create_files(struct net *net, struct proc_dir_entry *dir)
{
	struct proc_dir_entry *pde;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(proc_files); i++) {
		pde = proc_create_net(proc_files[i].name, PROC_MODE, dir,
				      proc_files[i].ops,
				      sizeof(struct sl_proc_reader));
		if (!pde)
			return false;
		give_to_root(net, pde);
	}
	pde = proc_create_net_single("stats", PROC_MODE, dir, stats_show,
				     NULL);
	if (!pde)
		return false;
	give_to_root(net, pde);
	return true;
}

static int __net_init proc_init_net(struct net *net)
{
	struct proc_net *pn = net_generic(net, proc_net_id);

	pn->dir = proc_net_mkdir(net, "sockledger", net->proc_net);
	if (!pn->dir)
		return -ENOMEM;
	give_to_root(net, pn->dir);
	if (create_files(net, pn->dir))
		return 0;
	proc_remove(pn->dir);
	return -ENOMEM;
}

/* proc_remove() waits for every read that is under way. */
static void __net_exit proc_pre_exit_net(struct net *net)
{
	struct proc_net *pn = net_generic(net, proc_net_id);

	proc_remove(pn->dir);
}

static struct pernet_operations proc_net_ops = {
	.init		= proc_init_net,
	.pre_exit	= proc_pre_exit_net,
	.id		= &proc_net_id,
	.size		= sizeof(struct proc_net),
};

int sl_proc_init(void)
{
	return register_pernet_subsys(&proc_net_ops);
}

void sl_proc_uninit(void)
{
	unregister_pernet_subsys(&proc_net_ops);
}

void sl_proc_endpoint(struct seq_file *m, const struct in6_addr *addr,
		      __be16 port, u32 scope)
{
	/* %pIS would put the interface behind the port. */
	if (ipv6_addr_v4mapped(addr))
		seq_printf(m, " %pI4:%u", &addr->s6_addr32[3], ntohs(port));
	else if (scope && ipv6_addr_type(addr) & IPV6_ADDR_LINKLOCAL)
		seq_printf(m, " [%pI6c%%%u]:%u", addr, scope, ntohs(port));
	else
		seq_printf(m, " [%pI6c]:%u", addr, ntohs(port));
}

void sl_proc_end(struct seq_file *m, const struct in6_addr *addr, __be16 port,
		 u32 scope)
{
	if (port)
		sl_proc_endpoint(m, addr, port, scope);
	else
		seq_puts(m, " -");
}

void sl_proc_ends(struct seq_file *m, const struct sl_tuple *tuple)
{
	sl_proc_end(m, &tuple->local, tuple->lport, tuple->scope);
	sl_proc_end(m, &tuple->remote, tuple->rport, tuple->scope);
}

void sl_proc_date(struct seq_file *m, u64 real)
{
	u32 ns;
	u64 s = div_u64_rem(real, NSEC_PER_SEC, &ns);

	seq_printf(m, " %llu.%09u", s, ns);
}

void sl_proc_time(struct seq_file *m, u64 ns)
{
	char text[SL_DURATION_LEN];

	if (ns == SL_T_UNKNOWN) {
		seq_puts(m, " -");
		return;
	}
	sl_text_duration(text, ns);
	seq_printf(m, " %s", text);
}

void sl_proc_number(struct seq_file *m, u64 value)
{
	if (value)
		seq_printf(m, " %llu", value);
	else
		seq_puts(m, " -");
}

void sl_proc_owner(struct seq_file *m, const struct sl_owner *owner)
{
	char comm[SL_COMM_TEXT_LEN];

	if (!owner || !owner->pid) {
		seq_puts(m, " - - -");
		return;
	}
	sl_text_comm(comm, owner->comm);
	seq_printf(m, " %u %s %u", owner->pid, comm,
		   sl_facts_local_uid(owner, seq_user_ns(m)));
}
