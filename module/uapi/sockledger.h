/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The ABI of sockledger: the generic netlink family and every code that
 * appears in it. sockledger.yaml beside this file describes the same family
 * for YNL; tests/static/abi compares the two. From the first release on,
 * numbers are only ever appended.
 *
 * Requests, all of which need CAP_NET_ADMIN in the user namespace that owns
 * the network namespace of the socket they are sent on:
 *
 *   ENTRY_GET, do    SOCKLEDGER_A_ENTRY_ID, or an endpoint -> one entry
 *                    (LOCAL_ADDR, LOCAL_PORT; REMOTE_ADDR and REMOTE_PORT, or
 *                    neither of an entry that has no peer; if need be PROTO,
 *                    SCOPE): one that has not ended, else the newest
 *   ENTRY_GET, dump  nothing, or SOCKLEDGER_A_ENTRY_FILTER, and maybe
 *                    SOCKLEDGER_A_ENTRY_DETAIL -> one message an
 *                    entry, in order of id; an entry that lives through the
 *                    whole dump, and meets the filter when its turn comes, is
 *                    in it exactly once
 *   STATS_GET, do    nothing                              -> counters
 *   CALL_GET, dump   nothing                              -> one message a
 *                    failed call, in order of their numbers; a number that is
 *                    missing was pushed out by newer ones, is counted in
 *                    lost_failed_calls, or was just being written
 *
 *   CONFIG_GET, do   nothing                              -> A_CONFIG_*
 *   CONFIG_SET, do   A_CONFIG_*, those to change; a limit above the module's
 *                    parameter, or datagrams that it switches off, take
 *                    CAP_NET_ADMIN in the initial user namespace. Lower ones
 *                    push out the oldest ended entries; none that has not ended
 *                    is lost
 *   FLUSH, do        nothing, or A_FLUSH_ID; forgets all  -> A_FLUSH_ENTRIES
 *                    that has ended, or that one if it has
 *
 * Whoever joins the group "events", which needs the same, gets
 *
 *   EVENT_NTF        what happens to the entries of the namespace from then on:
 *                    one or more of A_EVENTS_NOTICE. Their numbers rise by one;
 *                    what is missing was lost. An entry that is asked for after
 *                    that says up to which number they are in it already. Who
 *                    they are about is told once a message, in A_EVENTS_ENTRY
 *
 * Refusals carry an extended acknowledgment with a sentence.
 */
#ifndef _UAPI_SOCKLEDGER_H
#define _UAPI_SOCKLEDGER_H

#define SOCKLEDGER_FAMILY_NAME		"sockledger"
#define SOCKLEDGER_FAMILY_VERSION	1

/* The multicast group. */
#define SOCKLEDGER_GROUP_EVENTS		"events"

/* How much of each entry a dump gives; the less, the less it costs. */
enum sockledger_detail {
	/*
	 * What a row of a table shows, and what a filter can be about: of the
	 * entry ID, FAMILY, PROTO, ROLE, STATE, LIVE, PRE_EXISTING, ERROR, the
	 * ends with PORT_CHOSEN, the times, LISTENER_ID and the programs; of
	 * each of these PID, LOCAL_PID, COMM and CGROUP; of the handshake
	 * OUTCOME, REASON, SYN_NS, ACK_NS and how often each was sent; of the
	 * totals RETRANS and SRTT_US.
	 */
	SOCKLEDGER_DETAIL_ROW,
	SOCKLEDGER_DETAIL_FACTS,	/* all but transitions and events */
	SOCKLEDGER_DETAIL_STORY,	/* all, as without SOCKLEDGER_A_ENTRY_DETAIL */

	/* private: number of details */
	__SOCKLEDGER_DETAIL_MAX,
};

/* What an endpoint is to its connection. */
enum sockledger_role {
	SOCKLEDGER_ROLE_IDLE,		/* a socket that did nothing yet */
	SOCKLEDGER_ROLE_ACTIVE,		/* called connect() */
	SOCKLEDGER_ROLE_PASSIVE,	/* answers or answered a SYN */
	SOCKLEDGER_ROLE_LISTENER,	/* called listen() */
	SOCKLEDGER_ROLE_FORWARDED,	/* seen passing through */
	SOCKLEDGER_ROLE_DATAGRAM,	/* a UDP socket */

	/* private: number of roles */
	__SOCKLEDGER_ROLE_MAX,
};

/* How far a three-way handshake got (RFC 9293, 3.5). */
enum sockledger_phase {
	SOCKLEDGER_PHASE_NONE,		/* no segment of it seen */
	SOCKLEDGER_PHASE_SYN,		/* SYN passed */
	SOCKLEDGER_PHASE_SYNACK,	/* SYN+ACK passed */
	SOCKLEDGER_PHASE_DONE,		/* final ACK passed or socket agreed */
	SOCKLEDGER_PHASE_FAILED,	/* ended before that */

	/* private: number of phases */
	__SOCKLEDGER_PHASE_MAX,
};

/* How a handshake ended. */
enum sockledger_outcome {
	SOCKLEDGER_OUTCOME_IN_PROGRESS,
	SOCKLEDGER_OUTCOME_ESTABLISHED,
	SOCKLEDGER_OUTCOME_REFUSED,
	SOCKLEDGER_OUTCOME_TIMED_OUT,
	SOCKLEDGER_OUTCOME_UNREACHABLE,
	SOCKLEDGER_OUTCOME_CANCELLED,	/* by its own program */
	SOCKLEDGER_OUTCOME_RESET,
	SOCKLEDGER_OUTCOME_QUEUE_FULL,
	SOCKLEDGER_OUTCOME_FILTERED,	/* a netfilter verdict ate it */
	SOCKLEDGER_OUTCOME_ABANDONED,	/* the final ACK never came */

	/* private: number of outcomes */
	__SOCKLEDGER_OUTCOME_MAX,
};

/* Why; the sentence for each is in module/pure/names.c. */
enum sockledger_reason {
	SOCKLEDGER_REASON_NONE,
	SOCKLEDGER_REASON_PEER_RST,
	SOCKLEDGER_REASON_NO_LISTENER,
	SOCKLEDGER_REASON_SYN_UNANSWERED,
	SOCKLEDGER_REASON_SYN_IGNORED,
	SOCKLEDGER_REASON_SYNACK_UNANSWERED,
	SOCKLEDGER_REASON_ICMP_UNREACHABLE,
	SOCKLEDGER_REASON_CLOSED_BY_PROGRAM,
	SOCKLEDGER_REASON_ABORTED,
	SOCKLEDGER_REASON_HALF_OPEN_RST,
	SOCKLEDGER_REASON_LISTENER_CLOSED,
	SOCKLEDGER_REASON_SOCKET_ERROR,
	SOCKLEDGER_REASON_END_UNSEEN,
	SOCKLEDGER_REASON_NEVER_BORN,
	SOCKLEDGER_REASON_FILTERED_PREROUTING,	/* netfilter: the hook */
	SOCKLEDGER_REASON_FILTERED_INPUT,
	SOCKLEDGER_REASON_FILTERED_FORWARD,
	SOCKLEDGER_REASON_FILTERED_OUTPUT,
	SOCKLEDGER_REASON_FILTERED_POSTROUTING,
	SOCKLEDGER_REASON_FILTER_RST,
	SOCKLEDGER_REASON_ACCEPT_QUEUE_FULL,
	SOCKLEDGER_REASON_ACCEPT_QUEUE_RST,
	SOCKLEDGER_REASON_SYN_QUEUE_FULL,
	SOCKLEDGER_REASON_NET_UNREACHABLE,	/* ICMP, from here on */
	SOCKLEDGER_REASON_HOST_UNREACHABLE,
	SOCKLEDGER_REASON_PORT_UNREACHABLE,
	SOCKLEDGER_REASON_PROHIBITED,
	SOCKLEDGER_REASON_NO_ROUTE,		/* connect() failed at once */
	SOCKLEDGER_REASON_NO_ADDRESS,
	SOCKLEDGER_REASON_NO_PORT,

	/* private: number of reasons */
	__SOCKLEDGER_REASON_MAX,
};

/* What moved a socket from one state to the next. */
enum sockledger_cause {
	SOCKLEDGER_CAUSE_UNKNOWN,
	SOCKLEDGER_CAUSE_CALL,		/* its program called */
	SOCKLEDGER_CAUSE_SEGMENT,	/* a segment or ICMP error arrived */
	SOCKLEDGER_CAUSE_TIMER,

	/* private: number of causes */
	__SOCKLEDGER_CAUSE_MAX,
};

/* Who saw an event. */
enum sockledger_witness {
	SOCKLEDGER_WITNESS_CALL,
	SOCKLEDGER_WITNESS_SOCKET,
	SOCKLEDGER_WITNESS_WIRE,

	/* private: number of witnesses */
	__SOCKLEDGER_WITNESS_MAX,
};

/* What an event is. */
enum sockledger_what {
	SOCKLEDGER_WHAT_STATE,		/* socket: a transition */
	SOCKLEDGER_WHAT_ADOPTED,	/* socket: found when the module was loaded */
	SOCKLEDGER_WHAT_DESTROYED,	/* socket: freed */
	SOCKLEDGER_WHAT_SYN,		/* wire, from here on */
	SOCKLEDGER_WHAT_SYNACK,
	SOCKLEDGER_WHAT_ACK,		/* the handshake's final ACK */
	SOCKLEDGER_WHAT_DATA,		/* the first data one way */
	SOCKLEDGER_WHAT_FIN,
	SOCKLEDGER_WHAT_RST,
	SOCKLEDGER_WHAT_SOCKET,		/* call, from here on: it was made */
	SOCKLEDGER_WHAT_BIND,
	SOCKLEDGER_WHAT_LISTEN,
	SOCKLEDGER_WHAT_CONNECT,	/* connect() was called */
	SOCKLEDGER_WHAT_CONNECT_RETURN,	/* it returned */
	SOCKLEDGER_WHAT_CONNECT_VERDICT, /* what became of it after that */
	SOCKLEDGER_WHAT_ACCEPT,		/* accept() handed it out */
	SOCKLEDGER_WHAT_SEND,		/* the first that sent something */
	SOCKLEDGER_WHAT_RECV,		/* the first that got something */
	SOCKLEDGER_WHAT_SHUTDOWN,
	SOCKLEDGER_WHAT_CLOSE,
	SOCKLEDGER_WHAT_EXIT,		/* its last holder ended without close() */
	SOCKLEDGER_WHAT_BEGUN,		/* the entry, in the journal only */
	SOCKLEDGER_WHAT_ENDED,		/* likewise */
	SOCKLEDGER_WHAT_HELD_UP,	/* wire: a segment of a handshake was dropped or
					 * refused
					 */

	/* private: number of kinds */
	__SOCKLEDGER_WHAT_MAX,
};

/* Which way a segment went. */
enum sockledger_dir {
	SOCKLEDGER_DIR_OUT,	/* sent by this endpoint; forwarded: by the initiator */
	SOCKLEDGER_DIR_IN,	/* received; forwarded: sent by the responder */

	/* private: number of directions */
	__SOCKLEDGER_DIR_MAX,
};

/* Commands. */
enum sockledger_cmd {
	SOCKLEDGER_CMD_UNSPEC,
	SOCKLEDGER_CMD_ENTRY_GET,
	SOCKLEDGER_CMD_STATS_GET,
	SOCKLEDGER_CMD_CALL_GET,
	SOCKLEDGER_CMD_CONFIG_GET,
	SOCKLEDGER_CMD_CONFIG_SET,
	SOCKLEDGER_CMD_FLUSH,
	SOCKLEDGER_CMD_EVENT_NTF,

	/* private: */
	__SOCKLEDGER_CMD_MAX,
	SOCKLEDGER_CMD_MAX = __SOCKLEDGER_CMD_MAX - 1
};

/*
 * An entry. What is unknown is left out. Every *_NS but START_NS counts from
 * START_NS. For a forwarded entry "local" is the initiator.
 */
enum sockledger_attr_entry {
	SOCKLEDGER_A_ENTRY_UNSPEC,
	SOCKLEDGER_A_ENTRY_PAD,
	SOCKLEDGER_A_ENTRY_ID,			/* u64 */
	SOCKLEDGER_A_ENTRY_NETNS,		/* u32, inode of the namespace */
	SOCKLEDGER_A_ENTRY_FAMILY,		/* u8, AF_*, the socket's own */
	SOCKLEDGER_A_ENTRY_PROTO,		/* u8, IPPROTO_* */
	SOCKLEDGER_A_ENTRY_ROLE,		/* u8, enum sockledger_role */
	SOCKLEDGER_A_ENTRY_STATE,		/* u8, TCP_* of tcp_states.h */
	SOCKLEDGER_A_ENTRY_LIVE,		/* flag: has not ended */
	SOCKLEDGER_A_ENTRY_PRE_EXISTING,	/* flag: older than its entry */
	SOCKLEDGER_A_ENTRY_LOCAL_ADDR,		/* 4 or 16 bytes, network order */
	SOCKLEDGER_A_ENTRY_LOCAL_PORT,		/* u16, network order */
	SOCKLEDGER_A_ENTRY_REMOTE_ADDR,
	SOCKLEDGER_A_ENTRY_REMOTE_PORT,
	SOCKLEDGER_A_ENTRY_SCOPE,		/* u32, interface of a link-local address */
	SOCKLEDGER_A_ENTRY_INODE,		/* u64, as in /proc/PID/fd */
	SOCKLEDGER_A_ENTRY_COOKIE,		/* u64, as in ss -e */
	SOCKLEDGER_A_ENTRY_START_NS,		/* u64, CLOCK_REALTIME */
	SOCKLEDGER_A_ENTRY_END_NS,		/* u64 */
	SOCKLEDGER_A_ENTRY_STATE_NS,		/* u64, when STATE was entered */
	SOCKLEDGER_A_ENTRY_ERROR,		/* u32, errno the socket ended with */
	SOCKLEDGER_A_ENTRY_LISTENER_ID,		/* u64 */
	SOCKLEDGER_A_ENTRY_OPENER,		/* nest of A_OWNER */
	SOCKLEDGER_A_ENTRY_ACCEPTOR,		/* nest of A_OWNER */
	SOCKLEDGER_A_ENTRY_HOLDER,		/* nest of A_OWNER, repeated: other callers */
	SOCKLEDGER_A_ENTRY_HANDSHAKE,		/* nest of A_HANDSHAKE */
	SOCKLEDGER_A_ENTRY_TRANSITION,		/* nest of A_TRANSITION, repeated */
	SOCKLEDGER_A_ENTRY_TRANSITIONS_DROPPED,	/* u32 */
	SOCKLEDGER_A_ENTRY_EVENT,		/* nest of A_EVENT, repeated */
	SOCKLEDGER_A_ENTRY_EVENTS_DROPPED,	/* u32 */
	SOCKLEDGER_A_ENTRY_TOTALS,		/* nest of A_TOTALS */
	SOCKLEDGER_A_ENTRY_LEDGER,		/* nest of A_LEDGER, listeners only */
	SOCKLEDGER_A_ENTRY_EXPIRES_NS,		/* u64, from now: TIME_WAIT's end */
	SOCKLEDGER_A_ENTRY_PORT_CHOSEN,		/* flag: the kernel chose the local port */
	SOCKLEDGER_A_ENTRY_CALLS_DROPPED,	/* u32 */
	SOCKLEDGER_A_ENTRY_DATAGRAMS,		/* nest of A_DATAGRAMS, UDP only */
	SOCKLEDGER_A_ENTRY_GROUP,		/* nest of A_GROUP, repeated: the first ones */
	SOCKLEDGER_A_ENTRY_FILTER,		/* nest of A_FILTER, of a dump request */
	SOCKLEDGER_A_ENTRY_UP_TO,		/* u64, A_NOTICE_NUMBER of the last one in it */
	SOCKLEDGER_A_ENTRY_DETAIL,		/* u8, of a dump request, enum sockledger_detail */

	/* private: */
	__SOCKLEDGER_A_ENTRY_MAX,
	SOCKLEDGER_A_ENTRY_MAX = __SOCKLEDGER_A_ENTRY_MAX - 1
};

/*
 * Which entries a dump gives: those that meet every condition there is. In a
 * set, value n is bit n, and at least one bit is set.
 */
enum sockledger_attr_filter {
	SOCKLEDGER_A_FILTER_UNSPEC,
	SOCKLEDGER_A_FILTER_PAD,
	SOCKLEDGER_A_FILTER_FAMILY,		/* u8, AF_*, of the addresses, else the socket's */
	SOCKLEDGER_A_FILTER_PROTO,		/* u8, IPPROTO_* */
	SOCKLEDGER_A_FILTER_LIVE,		/* u8, 1: has not ended, 0: has */
	SOCKLEDGER_A_FILTER_ROLES,		/* u32, set of enum sockledger_role */
	SOCKLEDGER_A_FILTER_STATES,		/* u32, set of TCP_*; bit 0: has none */
	SOCKLEDGER_A_FILTER_OUTCOMES,		/* u32, set of enum sockledger_outcome */
	SOCKLEDGER_A_FILTER_REASONS,		/* u64, set of enum sockledger_reason */
	SOCKLEDGER_A_FILTER_LOCAL_PORT_FROM,	/* u16, network order; alone: to 65535 */
	SOCKLEDGER_A_FILTER_LOCAL_PORT_TO,	/* u16, network order; alone: from 1 */
	SOCKLEDGER_A_FILTER_REMOTE_PORT_FROM,	/* u16, network order */
	SOCKLEDGER_A_FILTER_REMOTE_PORT_TO,	/* u16, network order */
	SOCKLEDGER_A_FILTER_LOCAL_ADDR,		/* 4 or 16 bytes, network order */
	SOCKLEDGER_A_FILTER_LOCAL_BITS,		/* u8, of them that count; absent: all */
	SOCKLEDGER_A_FILTER_REMOTE_ADDR,
	SOCKLEDGER_A_FILTER_REMOTE_BITS,	/* u8 */
	SOCKLEDGER_A_FILTER_PID,		/* u32, as A_OWNER_PID, of any of its programs */
	SOCKLEDGER_A_FILTER_LISTENER_ID,	/* u64 */

	/* private: */
	__SOCKLEDGER_A_FILTER_MAX,
	SOCKLEDGER_A_FILTER_MAX = __SOCKLEDGER_A_FILTER_MAX - 1
};

/* A program that held a socket. */
enum sockledger_attr_owner {
	SOCKLEDGER_A_OWNER_UNSPEC,
	SOCKLEDGER_A_OWNER_PAD,
	SOCKLEDGER_A_OWNER_PID,			/* u32, in the initial pid namespace */
	SOCKLEDGER_A_OWNER_UID,			/* u32, in the reader's user namespace */
	SOCKLEDGER_A_OWNER_COMM,		/* string, any bytes */
	SOCKLEDGER_A_OWNER_START_NS,		/* u64, CLOCK_BOOTTIME of its start */
	SOCKLEDGER_A_OWNER_LOCAL_PID,		/* u32, in the reader's pid namespace, if there */
	SOCKLEDGER_A_OWNER_CGROUP,		/* u64, id in the cgroup v2 hierarchy */

	/* private: */
	__SOCKLEDGER_A_OWNER_MAX,
	SOCKLEDGER_A_OWNER_MAX = __SOCKLEDGER_A_OWNER_MAX - 1
};

enum sockledger_attr_handshake {
	SOCKLEDGER_A_HANDSHAKE_UNSPEC,
	SOCKLEDGER_A_HANDSHAKE_PAD,
	SOCKLEDGER_A_HANDSHAKE_PHASE,		/* u8, enum sockledger_phase */
	SOCKLEDGER_A_HANDSHAKE_OUTCOME,		/* u8, enum sockledger_outcome */
	SOCKLEDGER_A_HANDSHAKE_REASON,		/* u8, enum sockledger_reason */
	SOCKLEDGER_A_HANDSHAKE_SYN_NS,		/* u64, first SYN */
	SOCKLEDGER_A_HANDSHAKE_SYNACK_NS,	/* u64, first SYN+ACK */
	SOCKLEDGER_A_HANDSHAKE_ACK_NS,		/* u64, first final ACK */
	SOCKLEDGER_A_HANDSHAKE_DATA_OUT_NS,	/* u64, first data sent */
	SOCKLEDGER_A_HANDSHAKE_DATA_IN_NS,	/* u64, first data received */
	SOCKLEDGER_A_HANDSHAKE_SYN_COUNT,	/* u32, the first included */
	SOCKLEDGER_A_HANDSHAKE_SYNACK_COUNT,	/* u32, the first included */
	SOCKLEDGER_A_HANDSHAKE_CLIENT_ISN,	/* u32 */
	SOCKLEDGER_A_HANDSHAKE_SERVER_ISN,	/* u32 */
	SOCKLEDGER_A_HANDSHAKE_CLIENT_MSS,	/* u16, as announced */
	SOCKLEDGER_A_HANDSHAKE_SERVER_MSS,	/* u16 */
	SOCKLEDGER_A_HANDSHAKE_CLIENT_WSCALE,	/* u8, a shift; absent: not offered */
	SOCKLEDGER_A_HANDSHAKE_SERVER_WSCALE,	/* u8 */
	SOCKLEDGER_A_HANDSHAKE_SACK,		/* u8, 1: both sides agreed */
	SOCKLEDGER_A_HANDSHAKE_TIMESTAMPS,	/* u8, likewise */
	SOCKLEDGER_A_HANDSHAKE_ECN,		/* u8, likewise */
	SOCKLEDGER_A_HANDSHAKE_FASTOPEN,	/* u8, 1: SYN carried the option */
	SOCKLEDGER_A_HANDSHAKE_COOKIE,		/* u8, 1: answered with a SYN cookie */
	SOCKLEDGER_A_HANDSHAKE_ACCEPT_QUEUED_NS, /* u64 */
	SOCKLEDGER_A_HANDSHAKE_ACCEPTED_NS,	/* u64 */
	SOCKLEDGER_A_HANDSHAKE_MPTCP,		/* u8, 1: both sides agreed, a first subflow */
	SOCKLEDGER_A_HANDSHAKE_MPTCP_JOIN,	/* u8, likewise, a further one */

	/* private: */
	__SOCKLEDGER_A_HANDSHAKE_MAX,
	SOCKLEDGER_A_HANDSHAKE_MAX = __SOCKLEDGER_A_HANDSHAKE_MAX - 1
};

enum sockledger_attr_transition {
	SOCKLEDGER_A_TRANSITION_UNSPEC,
	SOCKLEDGER_A_TRANSITION_PAD,
	SOCKLEDGER_A_TRANSITION_T_NS,		/* u64 */
	SOCKLEDGER_A_TRANSITION_FROM,		/* u8, TCP_* */
	SOCKLEDGER_A_TRANSITION_TO,		/* u8, TCP_* */
	SOCKLEDGER_A_TRANSITION_CAUSE,		/* u8, enum sockledger_cause */

	/* private: */
	__SOCKLEDGER_A_TRANSITION_MAX,
	SOCKLEDGER_A_TRANSITION_MAX = __SOCKLEDGER_A_TRANSITION_MAX - 1
};

/*
 * A segment of the entry's ring, what held one up, or a call of its list, in
 * order of time; transitions have a list of their own.
 */
enum sockledger_attr_event {
	SOCKLEDGER_A_EVENT_UNSPEC,
	SOCKLEDGER_A_EVENT_PAD,
	SOCKLEDGER_A_EVENT_T_NS,		/* u64 */
	SOCKLEDGER_A_EVENT_WITNESS,		/* u8, enum sockledger_witness */
	SOCKLEDGER_A_EVENT_WHAT,		/* u8, enum sockledger_what */
	SOCKLEDGER_A_EVENT_DIR,			/* u8, enum sockledger_dir; wire */
	SOCKLEDGER_A_EVENT_AGAIN,		/* flag: sent again; segment */
	SOCKLEDGER_A_EVENT_SEQ,			/* u32; segment */
	SOCKLEDGER_A_EVENT_ACK_SEQ,		/* u32; segment, where it has one */
	SOCKLEDGER_A_EVENT_LEN,			/* u32, bytes of payload; segment */
	SOCKLEDGER_A_EVENT_ERROR,		/* u32, errno; call, where it failed */
	SOCKLEDGER_A_EVENT_PID,			/* u32, whose, as A_OWNER_PID; call */
	SOCKLEDGER_A_EVENT_HOW,			/* u8, SHUT_*; call, shutdown() */
	SOCKLEDGER_A_EVENT_REASON,		/* u8, enum sockledger_reason; held up */
	SOCKLEDGER_A_EVENT_TIMES,		/* u32, so often; held up, the last time */

	/* private: */
	__SOCKLEDGER_A_EVENT_MAX,
	SOCKLEDGER_A_EVENT_MAX = __SOCKLEDGER_A_EVENT_MAX - 1
};

/* What TCP counted itself (struct tcp_info has the same meanings). */
enum sockledger_attr_totals {
	SOCKLEDGER_A_TOTALS_UNSPEC,
	SOCKLEDGER_A_TOTALS_PAD,
	SOCKLEDGER_A_TOTALS_BYTES_SENT,		/* u64, retransmitted ones included */
	SOCKLEDGER_A_TOTALS_BYTES_ACKED,	/* u64 */
	SOCKLEDGER_A_TOTALS_BYTES_RECEIVED,	/* u64 */
	SOCKLEDGER_A_TOTALS_SEGS_OUT,		/* u32 */
	SOCKLEDGER_A_TOTALS_SEGS_IN,		/* u32 */
	SOCKLEDGER_A_TOTALS_RETRANS,		/* u32, segments */
	SOCKLEDGER_A_TOTALS_OUT_OF_ORDER,	/* u32, segments received */
	SOCKLEDGER_A_TOTALS_SRTT_US,		/* u32 */
	SOCKLEDGER_A_TOTALS_SND_WND,		/* u32, bytes */
	SOCKLEDGER_A_TOTALS_RCV_WND,		/* u32, bytes */
	SOCKLEDGER_A_TOTALS_DSACK_DUPS,		/* u32, sent, and there twice */
	SOCKLEDGER_A_TOTALS_RWND_LIMITED_MS,	/* u32, no room at the peer */

	/* private: */
	__SOCKLEDGER_A_TOTALS_MAX,
	SOCKLEDGER_A_TOTALS_MAX = __SOCKLEDGER_A_TOTALS_MAX - 1
};

/* A listener's ledger. */
enum sockledger_attr_ledger {
	SOCKLEDGER_A_LEDGER_UNSPEC,
	SOCKLEDGER_A_LEDGER_PAD,
	SOCKLEDGER_A_LEDGER_BACKLOG,		/* u32, limit of the accept queue */
	SOCKLEDGER_A_LEDGER_QUEUE,		/* u32, in the accept queue now */
	SOCKLEDGER_A_LEDGER_HALF_OPEN,		/* u32, handshakes pending now */
	SOCKLEDGER_A_LEDGER_DROPS,		/* u32, SYNs and ACKs dropped */
	SOCKLEDGER_A_LEDGER_ESTABLISHED,	/* u64, connections born from it */
	SOCKLEDGER_A_LEDGER_ASKED,		/* u32, backlog that listen() named */
	SOCKLEDGER_A_LEDGER_QUEUE_PEAK,		/* u32 */
	SOCKLEDGER_A_LEDGER_HALF_OPEN_PEAK,	/* u32 */
	SOCKLEDGER_A_LEDGER_OVERFLOWS,		/* u64, met a full accept queue */
	SOCKLEDGER_A_LEDGER_SYN_OVERFLOWS,	/* u64, met too many half-open ones */
	SOCKLEDGER_A_LEDGER_COOKIES_SENT,	/* u64, SYN+ACKs without memory of the SYN */
	SOCKLEDGER_A_LEDGER_COOKIES_ACCEPTED,	/* u64, connections born of those */
	SOCKLEDGER_A_LEDGER_ACCEPTED,		/* u64, taken by accept() */
	SOCKLEDGER_A_LEDGER_WAIT_MIN_NS,	/* u64, in the accept queue */
	SOCKLEDGER_A_LEDGER_WAIT_MEAN_NS,	/* u64 */
	SOCKLEDGER_A_LEDGER_WAIT_P50_NS,	/* u64, at most a quarter too high */
	SOCKLEDGER_A_LEDGER_WAIT_P99_NS,	/* u64, likewise */
	SOCKLEDGER_A_LEDGER_WAIT_MAX_NS,	/* u64 */

	/* private: */
	__SOCKLEDGER_A_LEDGER_MAX,
	SOCKLEDGER_A_LEDGER_MAX = __SOCKLEDGER_A_LEDGER_MAX - 1
};

/*
 * What came and went over a UDP socket; bytes are those of payload. Without
 * it nothing is known: the datagrams of the namespace are not counted.
 */
enum sockledger_attr_datagrams {
	SOCKLEDGER_A_DATAGRAMS_UNSPEC,
	SOCKLEDGER_A_DATAGRAMS_PAD,
	SOCKLEDGER_A_DATAGRAMS_SENT,		/* u64 */
	SOCKLEDGER_A_DATAGRAMS_BYTES_SENT,	/* u64 */
	SOCKLEDGER_A_DATAGRAMS_LARGEST_SENT,	/* u32, bytes */
	SOCKLEDGER_A_DATAGRAMS_RECEIVED,	/* u64, put into the socket's queue */
	SOCKLEDGER_A_DATAGRAMS_BYTES_RECEIVED,	/* u64 */
	SOCKLEDGER_A_DATAGRAMS_LARGEST_RECEIVED, /* u32, bytes */
	SOCKLEDGER_A_DATAGRAMS_TAKEN,		/* u64, of those received, by the program */
	SOCKLEDGER_A_DATAGRAMS_FIRST_OUT_NS,	/* u64 */
	SOCKLEDGER_A_DATAGRAMS_FIRST_IN_NS,	/* u64 */
	SOCKLEDGER_A_DATAGRAMS_PEERS,		/* u32, distinct, sent to or got from */
	SOCKLEDGER_A_DATAGRAMS_PEERS_ESTIMATED,	/* flag: that is an estimate */
	SOCKLEDGER_A_DATAGRAMS_PEER_ADDR,	/* 4 or 16 bytes: the last one */
	SOCKLEDGER_A_DATAGRAMS_PEER_PORT,	/* u16, network order */
	SOCKLEDGER_A_DATAGRAMS_PEER_SCOPE,	/* u32, interface of a link-local address */
	SOCKLEDGER_A_DATAGRAMS_LOST_FULL,	/* u64, the queue had no room */
	SOCKLEDGER_A_DATAGRAMS_LOST_OTHER,	/* u32, wrong checksum, or a socket filter */
	SOCKLEDGER_A_DATAGRAMS_QUEUE_PEAK,	/* u32, bytes of memory, as in ss -m */
	SOCKLEDGER_A_DATAGRAMS_SEND_ERRORS,	/* u64, sends that failed */
	SOCKLEDGER_A_DATAGRAMS_TOO_LARGE,	/* u64, of them, EMSGSIZE */
	SOCKLEDGER_A_DATAGRAMS_ICMP_ERRORS,	/* u64, reported to the socket */
	SOCKLEDGER_A_DATAGRAMS_ICMP_ERROR,	/* u32, errno of the last one */
	SOCKLEDGER_A_DATAGRAMS_GROUPS,		/* u32, multicast groups joined */

	/* private: */
	__SOCKLEDGER_A_DATAGRAMS_MAX,
	SOCKLEDGER_A_DATAGRAMS_MAX = __SOCKLEDGER_A_DATAGRAMS_MAX - 1
};

/* A multicast group. */
enum sockledger_attr_group {
	SOCKLEDGER_A_GROUP_UNSPEC,
	SOCKLEDGER_A_GROUP_PAD,
	SOCKLEDGER_A_GROUP_ADDR,		/* 4 or 16 bytes, network order */
	SOCKLEDGER_A_GROUP_IFINDEX,		/* u32 */

	/* private: */
	__SOCKLEDGER_A_GROUP_MAX,
	SOCKLEDGER_A_GROUP_MAX = __SOCKLEDGER_A_GROUP_MAX - 1
};

/* A call that failed, numbered in its namespace. */
enum sockledger_attr_call {
	SOCKLEDGER_A_CALL_UNSPEC,
	SOCKLEDGER_A_CALL_PAD,
	SOCKLEDGER_A_CALL_SEQ,			/* u64, the first is 1 */
	SOCKLEDGER_A_CALL_TIME_NS,		/* u64, CLOCK_REALTIME */
	SOCKLEDGER_A_CALL_WHAT,			/* u8, enum sockledger_what */
	SOCKLEDGER_A_CALL_ERROR,		/* u32, errno */
	SOCKLEDGER_A_CALL_FAMILY,		/* u8, AF_*, the socket's own */
	SOCKLEDGER_A_CALL_PROTO,		/* u8, IPPROTO_* */
	SOCKLEDGER_A_CALL_ADDR,			/* 4 or 16 bytes: what it asked for */
	SOCKLEDGER_A_CALL_PORT,			/* u16, network order */
	SOCKLEDGER_A_CALL_SCOPE,		/* u32, interface of a link-local address */
	SOCKLEDGER_A_CALL_ENTRY_ID,		/* u64, of the socket */
	SOCKLEDGER_A_CALL_HOLDER_ID,		/* u64, entry that holds the port */
	SOCKLEDGER_A_CALL_CALLER,		/* nest of A_OWNER */

	/* private: */
	__SOCKLEDGER_A_CALL_MAX,
	SOCKLEDGER_A_CALL_MAX = __SOCKLEDGER_A_CALL_MAX - 1
};

/* What can be changed while the module is in use, and what that depends on. */
enum sockledger_attr_config {
	SOCKLEDGER_A_CONFIG_UNSPEC,
	SOCKLEDGER_A_CONFIG_PAD,
	SOCKLEDGER_A_CONFIG_MAX_LIVE,		/* u32, entries of live sockets */
	SOCKLEDGER_A_CONFIG_MAX_HISTORY,	/* u32, entries of ended ones */
	SOCKLEDGER_A_CONFIG_MAX_HALF_OPEN,	/* u32, handshakes without a socket */
	SOCKLEDGER_A_CONFIG_EVENTS,		/* u64, set of enum sockledger_what, to be sent */
	SOCKLEDGER_A_CONFIG_DATAGRAMS,		/* u8, 1: those of UDP are counted; or 0 */
	SOCKLEDGER_A_CONFIG_MAX_EVENTS,		/* u32, in the journal; cannot be changed */
	SOCKLEDGER_A_CONFIG_MAX_FAILED_CALLS,	/* u32, kept; cannot be changed */

	/* private: */
	__SOCKLEDGER_A_CONFIG_MAX,
	SOCKLEDGER_A_CONFIG_MAX = __SOCKLEDGER_A_CONFIG_MAX - 1
};

/* What a flush did. */
enum sockledger_attr_flush {
	SOCKLEDGER_A_FLUSH_UNSPEC,
	SOCKLEDGER_A_FLUSH_PAD,
	SOCKLEDGER_A_FLUSH_ENTRIES,		/* u64, how many are forgotten */
	SOCKLEDGER_A_FLUSH_ID,			/* u64, of the only one to forget */

	/* private: */
	__SOCKLEDGER_A_FLUSH_MAX,
	SOCKLEDGER_A_FLUSH_MAX = __SOCKLEDGER_A_FLUSH_MAX - 1
};

/* Events as they happen. */
enum sockledger_attr_events {
	SOCKLEDGER_A_EVENTS_UNSPEC,
	SOCKLEDGER_A_EVENTS_PAD,
	SOCKLEDGER_A_EVENTS_NOTICE,		/* nest of A_NOTICE, repeated */
	/*
	 * Each entry that notices of this message are about, as of when it is
	 * sent, but for those that were pushed out: ID, PROTO, ROLE, and if
	 * there are any, the ends and SCOPE. It comes before the first of these
	 * notices.
	 */
	SOCKLEDGER_A_EVENTS_ENTRY,		/* nest of A_ENTRY, repeated */

	/* private: */
	__SOCKLEDGER_A_EVENTS_MAX,
	SOCKLEDGER_A_EVENTS_MAX = __SOCKLEDGER_A_EVENTS_MAX - 1
};

/* One of them. */
enum sockledger_attr_notice {
	SOCKLEDGER_A_NOTICE_UNSPEC,
	SOCKLEDGER_A_NOTICE_PAD,
	SOCKLEDGER_A_NOTICE_NUMBER,		/* u64, in the namespace; the first is 1 */
	SOCKLEDGER_A_NOTICE_ENTRY_ID,		/* u64 */
	SOCKLEDGER_A_NOTICE_TIME_NS,		/* u64, CLOCK_REALTIME */
	SOCKLEDGER_A_NOTICE_WITNESS,		/* u8, enum sockledger_witness */
	SOCKLEDGER_A_NOTICE_WHAT,		/* u8, enum sockledger_what */
	SOCKLEDGER_A_NOTICE_FROM,		/* u8, TCP_*; state */
	SOCKLEDGER_A_NOTICE_TO,			/* u8, TCP_*; state */
	SOCKLEDGER_A_NOTICE_CAUSE,		/* u8, enum sockledger_cause; state */
	SOCKLEDGER_A_NOTICE_DIR,		/* u8, enum sockledger_dir; wire */
	SOCKLEDGER_A_NOTICE_AGAIN,		/* flag: sent again; wire */
	SOCKLEDGER_A_NOTICE_SEQ,		/* u32; wire */
	SOCKLEDGER_A_NOTICE_ACK_SEQ,		/* u32; wire, where the segment has one */
	SOCKLEDGER_A_NOTICE_LEN,		/* u32, bytes of payload; wire */
	SOCKLEDGER_A_NOTICE_ERROR,		/* u32, errno; call, where it failed */
	SOCKLEDGER_A_NOTICE_PID,		/* u32, whose, as A_OWNER_PID; call */
	SOCKLEDGER_A_NOTICE_OUTCOME,		/* u8, enum sockledger_outcome; ended */
	SOCKLEDGER_A_NOTICE_REASON,		/* u8, enum sockledger_reason; ended, held up */

	/* private: */
	__SOCKLEDGER_A_NOTICE_MAX,
	SOCKLEDGER_A_NOTICE_MAX = __SOCKLEDGER_A_NOTICE_MAX - 1
};

/* Statistics: pairs of a name and a value, in a fixed order. */
enum sockledger_attr_stats {
	SOCKLEDGER_A_STATS_UNSPEC,
	SOCKLEDGER_A_STATS_PAD,
	SOCKLEDGER_A_STATS_COUNTER,		/* nest of A_COUNTER, repeated */

	/* private: */
	__SOCKLEDGER_A_STATS_MAX,
	SOCKLEDGER_A_STATS_MAX = __SOCKLEDGER_A_STATS_MAX - 1
};

enum sockledger_attr_counter {
	SOCKLEDGER_A_COUNTER_UNSPEC,
	SOCKLEDGER_A_COUNTER_PAD,
	SOCKLEDGER_A_COUNTER_NAME,		/* string */
	SOCKLEDGER_A_COUNTER_VALUE,		/* u64 */

	/* private: */
	__SOCKLEDGER_A_COUNTER_MAX,
	SOCKLEDGER_A_COUNTER_MAX = __SOCKLEDGER_A_COUNTER_MAX - 1
};

#endif /* _UAPI_SOCKLEDGER_H */
