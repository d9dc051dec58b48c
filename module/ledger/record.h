/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an entry holds: plain values, no pointers. Witnesses fill pieces of
 * it, the ledger keeps it, publication reads copies of it.
 */
#ifndef _SOCKLEDGER_RECORD_H
#define _SOCKLEDGER_RECORD_H

#include <linux/in6.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <net/tcp_states.h>

#include "../pure/explain.h"
#include "../pure/peers.h"
#include "../pure/phase.h"
#include "../pure/story.h"
#include "../pure/waits.h"

/* Which of the endpoints with one tuple: they live side by side. */
enum sl_kind {
	SL_KIND_SOCKET,		/* a socket, or the TIME_WAIT it left behind */
	SL_KIND_HALF_OPEN,	/* a handshake that has no socket yet */
	SL_KIND_FORWARDED,	/* local is the initiator */

	SL_KIND_LOCAL,		/* in a key only: either of the first two */
};

/*
 * Key of the endpoint index, where all of it is compared. IPv4 addresses are
 * mapped (::ffff:a.b.c.d).
 */
struct sl_tuple {
	struct in6_addr local;
	struct in6_addr remote;
	__be16 lport;
	__be16 rport;
	u32 scope;		/* interface of a link-local address, else 0 */
	u32 kind;		/* enum sl_kind */
};

static_assert(sizeof(struct sl_tuple) ==
	      2 * sizeof(struct in6_addr) + 2 * sizeof(__be16) +
	      2 * sizeof(u32), "no hole with what nobody wrote");

struct sl_endpoint {
	struct in6_addr addr;	/* mapped as in a tuple */
	__be16 port;
	u32 scope;
};

/* Pid namespaces below the initial one that a program's number is kept for. */
#define SL_PID_LEVELS	3

/* A program; pid 0: nobody known. Every byte before @inner tells two apart. */
struct sl_owner {
	u64 start;		/* ns of CLOCK_BOOTTIME */
	u64 cgroup;		/* id in the v2 hierarchy, 0: none known */
	u32 pid;		/* thread group, in the initial pid namespace */
	u32 uid;		/* as the initial user namespace numbers it */
	char comm[TASK_COMM_LEN];
	struct {
		u32 ns;		/* inode of the pid namespace, 0: no more */
		u32 pid;
	} inner[SL_PID_LEVELS];	/* outermost first */
};

/* The programs an entry remembers; SL_WHO_UNKNOWN stands for any other. */
#define SL_HOLDERS	3

/* Dates, see pure/story.h: each leaves a byte of its word to something else. */
struct sl_handshake {
	u64 syn:SL_T_BITS;		/* first of each */
	u64 client_options:8;		/* SL_OPT_* that this end sent */
	u64 synack:SL_T_BITS;
	u64 server_options:8;
	u64 ack:SL_T_BITS;
	u64 client_flags:8;		/* SL_TCP_* of its SYN or SYN+ACK */
	u64 data_out:SL_T_BITS;		/* first of each */
	u64 server_flags:8;
	u64 data_in:SL_T_BITS;
	u64 client_wscale:4, server_wscale:4;
	/* passive: into the queue and out of it */
	u64 accept_queued:SL_T_BITS;
	u64 cookie:8;			/* answered with a SYN cookie */
	u64 accepted:SL_T_BITS;
	u64 hint:8;			/* why it may fail, see pure/explain.h */
	u32 client_isn, server_isn;
	u16 client_mss, server_mss;
	u16 syn_count, synack_count;
};

/* From struct tcp_sock; meanings are those of struct tcp_info. */
struct sl_totals {
	u64 bytes_sent, bytes_acked, bytes_received;
	u32 segs_out, segs_in, retrans, out_of_order;
	u32 srtt_us, snd_wnd, rcv_wnd;
	u32 dsack_dups, rwnd_limited_ms;
} __packed __aligned(4);

/* A listener's ledger. */
struct sl_listening {
	u64 established;		/* connections born */
	u64 accepted;			/* of them, taken by accept() */
	u64 overflows;			/* met a full accept queue */
	u64 syn_overflows;		/* met too many half-open handshakes */
	u64 cookies_sent, cookies_accepted;
	u32 asked;			/* backlog named, before somaxconn */
	u32 backlog, queue, half_open, drops;	/* the socket's own, as of now */
	u32 queue_peak, half_open_peak;
	struct sl_waits waits;		/* between birth and accept() */
};

/* The multicast groups of a socket that are kept by name. */
#define SL_GROUPS	4

/*
 * What came and went over a datagram socket. "Received" is what was put into
 * its queue, where its program may still have to take it.
 */
struct sl_datagrams {
	u64 sent, sent_bytes;		/* bytes are those of payload */
	u64 received, received_bytes;
	u64 taken;			/* of those, by its program */
	u64 first_out, first_in;	/* ns since the entry's start */
	u64 lost_full;			/* the queue had no room, or no memory */
	u64 send_errors;		/* calls that sent nothing */
	u64 too_large;			/* of them, EMSGSIZE */
	u64 icmp_errors;		/* reported to the socket */
	u32 drops, drops_before;	/* the socket's own count, at last; what
					 * of it nobody counted
					 */
	u32 period;			/* see sl_ledger.counting_period */
	u32 refused;			/* of drops: lost_full, which came
					 * several to one
					 */
	u32 largest_sent, largest_received;
	u32 queue_peak;			/* bytes of memory, as ss -m shows them */
	u16 icmp_error;			/* errno of the last one */
	u16 filed_error;		/* errno of the last send() filed as failed */
	u16 groups;			/* joined now, or at the end */
	struct sl_endpoint group[SL_GROUPS];	/* scope is the interface */
	struct sl_endpoint last_peer;
	struct sl_peers peers;
};

/* What the socket dropped that was not for want of room. */
static inline u32 sl_datagrams_lost_other(const struct sl_datagrams *d)
{
	u32 drops = d->drops - d->drops_before;

	/* Another CPU may be about to say what the last one was for. */
	return drops > d->refused ? drops - d->refused : 0;
}

#define SL_F_PRE_EXISTING	0x01	/* older than its entry */
#define SL_F_TIMEWAIT		0x02	/* a timewait socket stands for it */
#define SL_F_AWAITS_ACK		0x04	/* counted in sl_ledger.awaited */
#define SL_F_AWAITS_DATA	0x08	/* counted in sl_ledger.awaited */
#define SL_F_CLOSED		0x10	/* socket said CLOSE; totals are final */
#define SL_F_TUPLE		0x20	/* both endpoints known */
#define SL_F_PORT_CHOSEN	0x40	/* by the kernel, the local one */
#define SL_F_UNDECIDED		0x80	/* connect() left without a verdict */
#define SL_F_ASKED		0x100	/* listening.asked is known */
#define SL_F_UNREAD		0x200	/* counted in sl_ledger.unread */

/* What a forwarded connection's ends said of its end, by direction. */
#define SL_END_FIN(dir)		(1U << (dir))
#define SL_END_FIN_BOTH		(SL_END_FIN(0) | SL_END_FIN(1))
#define SL_END_RST(dir)		(4U << (dir))
#define SL_END_RST_ANY		(SL_END_RST(0) | SL_END_RST(1))

/*
 * Every entry holds one: nothing is kept that another field tells (the state's
 * date is that of the last transition), and the order leaves no hole.
 */
struct sl_record {
	u64 id;
	u64 start;			/* CLOCK_MONOTONIC */
	u64 start_real;			/* CLOCK_REALTIME */
	u64 end:SL_T_BITS;
	u64 family:4;			/* the socket's own */
	u64 opener:2, acceptor:2;	/* place among the holders, plus 1 */
	union {
		struct {
			/* SL_F_TIMEWAIT: when it is over */
			u64 expires:SL_T_BITS;
			u64 state:4;
			u64 role:4;
		};
		struct {
			/* No socket: the last segment that was looked at */
			u64 last_seen:SL_T_BITS;
			u64 state_and_role:8;	/* as above */
		};
	};
	/* Numbers count up from 1 and, in interrupts, down from -1. */
	s64 cookie:56;
	u64 proto:8;			/* IPPROTO_* */
	struct sl_tuple tuple;
	u32 inode;			/* get_next_ino() has no more bits */
	struct sl_handshake hs;
	struct sl_progress progress;	/* of the handshake */
	struct sl_calls calls;
	struct sl_transitions transitions;
	u32 ifindex;			/* device it is bound to, or 0 */
	struct sl_totals totals;	/* TCP, but not a listener */
	struct sl_events events;
	u16 flags;			/* SL_F_* */
	u16 error;			/* errno the socket ended with */
};

/* A connect() whose SYN was eaten on its way out is one, too. */
static inline bool sl_record_has_handshake(const struct sl_record *rec)
{
	return rec->progress.phase != SOCKLEDGER_PHASE_NONE ||
	       rec->state == TCP_SYN_SENT;
}

/*
 * enum sockledger_reason: why the handshake failed, what holds it up now, or
 * what did last before it went well.
 */
static inline u8 sl_record_reason(const struct sl_record *rec)
{
	return sl_phase_over(rec->progress.phase) ? rec->progress.reason :
						    rec->hs.hint;
}

static_assert(offsetof(struct sl_record, calls.at) % 8 == 0);
static_assert(sizeof(struct sl_record) == 504, "14 entries to 8 KiB");

#endif /* _SOCKLEDGER_RECORD_H */
