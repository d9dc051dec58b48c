// SPDX-License-Identifier: GPL-2.0
#include "facts.h"

#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/igmp.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/uidgid.h>
#include <linux/wait.h>
#include <net/inet_connection_sock.h>
#include <net/inet_timewait_sock.h>
#include <net/ipv6.h>
#include <net/tcp.h>

u32 sl_facts_scope(const struct sl_tuple *tuple, int ifindex)
{
	const struct in6_addr *addr = &tuple->local;

	/* Both addresses of a tuple are mapped, or none. */
	if (ipv6_addr_v4mapped(&tuple->remote))
		return 0;
	/* With a peer it is the peer's, as for TCP (tcp_v6_init_req()). */
	if (!ipv6_addr_any(&tuple->remote))
		addr = &tuple->remote;
	return ipv6_addr_type(addr) & IPV6_ADDR_LINKLOCAL ? ifindex : 0;
}

/* Addresses out of what full, request and timewait sockets have in common. */
static void common_addresses(const struct sock_common *skc,
			     struct sl_tuple *tuple)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (skc->skc_family == AF_INET6) {
		tuple->local = skc->skc_v6_rcv_saddr;
		tuple->remote = skc->skc_v6_daddr;
		return;
	}
#endif
	ipv6_addr_set_v4mapped(skc->skc_rcv_saddr, &tuple->local);
	ipv6_addr_set_v4mapped(skc->skc_daddr, &tuple->remote);
}

void sl_facts_tuple(const struct sock *sk, struct sl_tuple *tuple)
{
	common_addresses(&sk->__sk_common, tuple);
	tuple->lport = inet_sk(sk)->inet_sport;
	tuple->rport = inet_sk(sk)->inet_dport;
	tuple->scope = sl_facts_scope(tuple, READ_ONCE(sk->sk_bound_dev_if));
	tuple->kind = SL_KIND_SOCKET;
}

bool sl_facts_has_port(const struct sock *sk)
{
	return READ_ONCE(inet_sk(sk)->inet_num);
}

bool sl_facts_answered(const struct sock *sk, bool passive)
{
	const struct tcp_sock *tp = tcp_sk(sk);

	/* A child has its request for as long as it waits for the ACK. */
	return passive ? !rcu_access_pointer(tp->fastopen_rsk) :
			 tp->bytes_acked;
}

bool sl_facts_all_acked(const struct sock *sk)
{
	return tcp_sk(sk)->snd_una == tcp_sk(sk)->write_seq;
}

void sl_facts_request_tuple(const struct request_sock *req,
			    struct sl_tuple *tuple)
{
	const struct inet_request_sock *ireq = inet_rsk(req);

	/* ir_loc_addr and the like are names for fields of sock_common. */
	common_addresses(&req->__req_common, tuple);
	tuple->lport = htons(ireq->ir_num);
	tuple->rport = ireq->ir_rmt_port;
	tuple->scope = sl_facts_scope(tuple, ireq->ir_iif);
	tuple->kind = SL_KIND_HALF_OPEN;
}

void sl_facts_timewait_tuple(const struct inet_timewait_sock *tw,
			     struct sl_tuple *tuple)
{
	common_addresses(&tw->__tw_common, tuple);
	tuple->lport = tw->tw_sport;
	tuple->rport = tw->tw_dport;
	tuple->scope = sl_facts_scope(tuple, tw->tw_bound_dev_if);
	tuple->kind = SL_KIND_SOCKET;
}

/* What may be read without the socket lock. */
static void live_identity(const struct sock *sk, struct sl_record *rec)
{
	if (!rec->cookie)
		rec->cookie = atomic64_read(&sk->sk_cookie);
	rec->ifindex = READ_ONCE(sk->sk_bound_dev_if);
	/* listen() without bind() gets its port after it is in LISTEN. */
	if (rec->role == SOCKLEDGER_ROLE_LISTENER)
		rec->tuple.lport = inet_sk(sk)->inet_sport;
	/*
	 * A child has its listener's port, whoever chose that; and inet_sport
	 * outlives the port of an attempt before.
	 */
	if (rec->role != SOCKLEDGER_ROLE_PASSIVE && rec->tuple.lport &&
	    inet_sk(sk)->inet_sport) {
		if (sk->sk_userlocks & SOCK_BINDPORT_LOCK)
			rec->flags &= ~SL_F_PORT_CHOSEN;
		else
			rec->flags |= SL_F_PORT_CHOSEN;
	}
}

void sl_facts_identity(const struct sock *sk, struct sl_record *rec)
{
	struct socket *sock = READ_ONCE(sk->sk_socket);

	/* One that it has lost since is freed a grace period later. */
	if (!rec->inode && sock)
		rec->inode = SOCK_INODE(sock)->i_ino;
	live_identity(sk, rec);
}

void sl_facts_listening(const struct sock *sk, struct sl_listening *to)
{
	to->backlog = READ_ONCE(sk->sk_max_ack_backlog);
	to->queue = READ_ONCE(sk->sk_ack_backlog);
	to->half_open = inet_csk_reqsk_queue_len(sk);
	to->drops = atomic_read(&sk->sk_drops);
}

/* As tcp_get_info_chrono_stats(), but without the lock: it may be late. */
static u32 rwnd_limited_ms(const struct tcp_sock *tp)
{
	u32 spent = READ_ONCE(tp->chrono_stat[TCP_CHRONO_RWND_LIMITED - 1]);
	u32 start = READ_ONCE(tp->chrono_start);

	if (tp->chrono_type == TCP_CHRONO_RWND_LIMITED)
		spent += tcp_jiffies32 - start;
	return jiffies_to_msecs(spent);
}

void sl_facts_live(const struct sock *sk, struct sl_record *rec)
{
	const struct tcp_sock *tp = tcp_sk(sk);
	struct sl_totals *to = &rec->totals;

	live_identity(sk, rec);
	if (rec->role == SOCKLEDGER_ROLE_LISTENER)
		return;
	to->bytes_sent = READ_ONCE(tp->bytes_sent);
	to->bytes_acked = READ_ONCE(tp->bytes_acked);
	to->bytes_received = READ_ONCE(tp->bytes_received);
	to->segs_out = READ_ONCE(tp->segs_out);
	to->segs_in = READ_ONCE(tp->segs_in);
	to->retrans = READ_ONCE(tp->total_retrans);
	to->out_of_order = READ_ONCE(tp->rcv_ooopack);
	to->srtt_us = READ_ONCE(tp->srtt_us) >> 3;
	to->snd_wnd = READ_ONCE(tp->snd_wnd);
	to->rcv_wnd = READ_ONCE(tp->rcv_wnd);
	to->dsack_dups = READ_ONCE(tp->dsack_dups);
	to->rwnd_limited_ms = rwnd_limited_ms(tp);
}

static void add_group(struct sl_datagrams *to, const struct in6_addr *addr,
		      int ifindex)
{
	if (to->groups < SL_GROUPS) {
		to->group[to->groups].addr = *addr;
		to->group[to->groups].scope = ifindex;
	}
	to->groups++;
}

static void add_groups4(struct sl_datagrams *to, const struct sock *sk)
{
	const struct ip_mc_socklist *mc;
	struct in6_addr mapped;

	for (mc = rcu_dereference(inet_sk(sk)->mc_list); mc;
	     mc = rcu_dereference(mc->next_rcu)) {
		ipv6_addr_set_v4mapped(mc->multi.imr_multiaddr.s_addr, &mapped);
		add_group(to, &mapped, mc->multi.imr_ifindex);
	}
}

static void add_groups6(struct sl_datagrams *to, const struct sock *sk)
{
#if IS_ENABLED(CONFIG_IPV6)
	const struct ipv6_mc_socklist *mc;

	if (!inet6_sk(sk))
		return;
	for (mc = rcu_dereference(inet6_sk(sk)->ipv6_mc_list); mc;
	     mc = rcu_dereference(mc->next))
		add_group(to, &mc->addr, mc->ifindex);
#endif
}

void sl_facts_groups(const struct sock *sk, struct sl_datagrams *to)
{
	to->groups = 0;
	add_groups4(to, sk);
	add_groups6(to, sk);
}

/*
 * The inner numbers let a reader in a container recognise its own; keeping the
 * numbers and not the struct pid lets the container's namespace go.
 */
static void note_inner_pids(struct sl_owner *owner, struct pid *pid)
{
	unsigned int i;

	for (i = 0; i < SL_PID_LEVELS && i < pid->level; i++) {
		owner->inner[i].ns = pid->numbers[i + 1].ns->ns.inum;
		owner->inner[i].pid = pid->numbers[i + 1].nr;
	}
}

static u64 cgroup_of(struct task_struct *task)
{
#ifdef CONFIG_CGROUPS
	return cgroup_id(task_dfl_cgroup(task));
#else
	return 0;
#endif
}

static void owner_of(struct sl_owner *owner, struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;
	struct pid *pid = task_tgid(task);

	memset(owner, 0, sizeof(*owner));
	/* Nobody's: it has been reaped. */
	if (!pid)
		return;
	owner->pid = pid_nr(pid);
	/* Such a number is one of the initial user namespace. */
	owner->uid = __kuid_val(__task_cred(task)->uid);
	owner->start = leader->start_boottime;
	owner->cgroup = cgroup_of(task);
	note_inner_pids(owner, pid);
	/* Of the thread group, as ps and /proc/PID/comm name it. */
	strscpy_pad(owner->comm, leader->comm, sizeof(owner->comm));
}

void sl_facts_owner(struct sl_owner *owner)
{
	rcu_read_lock();
	owner_of(owner, current);
	rcu_read_unlock();
}

bool sl_facts_connecting(const struct sock *sk, struct sl_owner *owner)
{
	struct socket_wq *wq;
	wait_queue_entry_t *wait;
	unsigned long flags;

	owner->pid = 0;
	rcu_read_lock();
	wq = rcu_dereference(sk->sk_wq);
	if (!wq)
		goto unlock;
	spin_lock_irqsave(&wq->wait.lock, flags);
	/* It takes itself out under this lock, so it is there until then. */
	list_for_each_entry(wait, &wq->wait.head, entry) {
		if (wait->func == woken_wake_function) {
			owner_of(owner, wait->private);
			break;
		}
	}
	spin_unlock_irqrestore(&wq->wait.lock, flags);
unlock:
	rcu_read_unlock();
	return owner->pid;
}

/* Numbers of pid namespaces that are gone are given again. */
static bool is_older(const struct sl_owner *owner,
		     const struct pid_namespace *ns)
{
	const struct task_struct *reaper;
	bool older;

	rcu_read_lock();
	reaper = READ_ONCE(ns->child_reaper);
	older = reaper && owner->start < reaper->group_leader->start_boottime;
	rcu_read_unlock();
	return older;
}

u32 sl_facts_local_pid(const struct sl_owner *owner,
		       const struct pid_namespace *ns)
{
	unsigned int i;

	if (ns == &init_pid_ns)
		return owner->pid;
	if (is_older(owner, ns))
		return 0;
	for (i = 0; i < SL_PID_LEVELS; i++)
		if (owner->inner[i].ns == ns->ns.inum)
			return owner->inner[i].pid;
	return 0;
}

u32 sl_facts_local_uid(const struct sl_owner *owner,
		       struct user_namespace *ns)
{
	return from_kuid_munged(ns, KUIDT_INIT(owner->uid));
}
