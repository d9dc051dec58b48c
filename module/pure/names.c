// SPDX-License-Identifier: GPL-2.0
#include "names.h"
#include "types.h"

#ifdef __KERNEL__
#include <linux/in.h>
#endif

static const char *name_of(const char * const *table, unsigned int count,
			   unsigned int code)
{
	return code < count && table[code] ? table[code] : "?";
}

static const char * const roles[] = {
	[SOCKLEDGER_ROLE_IDLE]		= "idle",
	[SOCKLEDGER_ROLE_ACTIVE]	= "active",
	[SOCKLEDGER_ROLE_PASSIVE]	= "passive",
	[SOCKLEDGER_ROLE_LISTENER]	= "listener",
	[SOCKLEDGER_ROLE_FORWARDED]	= "forwarded",
	[SOCKLEDGER_ROLE_DATAGRAM]	= "datagram",
};

const char *sl_role_name(unsigned int role)
{
	return name_of(roles, ARRAY_SIZE(roles), role);
}

static const char * const phases[] = {
	[SOCKLEDGER_PHASE_NONE]		= "none",
	[SOCKLEDGER_PHASE_SYN]		= "syn",
	[SOCKLEDGER_PHASE_SYNACK]	= "synack",
	[SOCKLEDGER_PHASE_DONE]		= "done",
	[SOCKLEDGER_PHASE_FAILED]	= "failed",
};

const char *sl_phase_name(unsigned int phase)
{
	return name_of(phases, ARRAY_SIZE(phases), phase);
}

static const char * const outcomes[] = {
	[SOCKLEDGER_OUTCOME_IN_PROGRESS]	= "in-progress",
	[SOCKLEDGER_OUTCOME_ESTABLISHED]	= "established",
	[SOCKLEDGER_OUTCOME_REFUSED]		= "refused",
	[SOCKLEDGER_OUTCOME_TIMED_OUT]		= "timed-out",
	[SOCKLEDGER_OUTCOME_UNREACHABLE]	= "unreachable",
	[SOCKLEDGER_OUTCOME_CANCELLED]		= "cancelled",
	[SOCKLEDGER_OUTCOME_RESET]		= "reset",
	[SOCKLEDGER_OUTCOME_QUEUE_FULL]		= "queue-full",
	[SOCKLEDGER_OUTCOME_FILTERED]		= "filtered",
	[SOCKLEDGER_OUTCOME_ABANDONED]		= "abandoned",
};

const char *sl_outcome_name(unsigned int outcome)
{
	return name_of(outcomes, ARRAY_SIZE(outcomes), outcome);
}

/* Each reason: its word, and its sentence. */
static const char * const reasons[][2] = {
	[SOCKLEDGER_REASON_NONE] = { "none",
		"nothing went wrong" },
	[SOCKLEDGER_REASON_PEER_RST] = { "peer-rst",
		"the SYN was answered with a RST" },
	[SOCKLEDGER_REASON_NO_LISTENER] = { "no-listener",
		"no socket listens on the port; this machine answered with a RST" },
	[SOCKLEDGER_REASON_SYN_UNANSWERED] = { "syn-unanswered",
		"every SYN sent went without an answer" },
	[SOCKLEDGER_REASON_SYN_IGNORED] = { "syn-ignored",
		"a SYN arrived and this machine never answered it" },
	[SOCKLEDGER_REASON_SYNACK_UNANSWERED] = { "synack-unanswered",
		"every SYN+ACK went without the final ACK" },
	[SOCKLEDGER_REASON_ICMP_UNREACHABLE] = { "unreachable",
		"no way leads there any more: ICMP said so, or this machine lost its route" },
	[SOCKLEDGER_REASON_CLOSED_BY_PROGRAM] = { "closed-by-program",
		"its own program closed the socket before the handshake was done" },
	[SOCKLEDGER_REASON_ABORTED] = { "aborted",
		"the socket was destroyed from outside its program" },
	[SOCKLEDGER_REASON_HALF_OPEN_RST] = { "half-open-rst",
		"a RST ended the handshake half-way" },
	[SOCKLEDGER_REASON_LISTENER_CLOSED] = { "listener-closed",
		"the listener was closed before the handshake was done" },
	[SOCKLEDGER_REASON_SOCKET_ERROR] = { "socket-error",
		"the socket failed with the error shown" },
	[SOCKLEDGER_REASON_END_UNSEEN] = { "end-unseen",
		"it is over, but its end was not witnessed" },
	[SOCKLEDGER_REASON_NEVER_BORN] = { "never-born",
		"the final ACK came, but no socket was ever born from it" },
	[SOCKLEDGER_REASON_FILTERED_PREROUTING] = { "filtered-prerouting",
		"a filter of this machine dropped what arrived, before it was routed" },
	[SOCKLEDGER_REASON_FILTERED_INPUT] = { "filtered-input",
		"a filter of this machine dropped what arrived for it, before the socket saw it" },
	[SOCKLEDGER_REASON_FILTERED_FORWARD] = { "filtered-forward",
		"a filter of this machine dropped what was to be forwarded" },
	[SOCKLEDGER_REASON_FILTERED_OUTPUT] = { "filtered-output",
		"a filter of this machine dropped what its own socket sent" },
	[SOCKLEDGER_REASON_FILTERED_POSTROUTING] = { "filtered-postrouting",
		"a filter of this machine dropped it on the last step before it would have left" },
	[SOCKLEDGER_REASON_FILTER_RST] = { "filter-rst",
		"a filter of this machine rejected it with a RST" },
	[SOCKLEDGER_REASON_ACCEPT_QUEUE_FULL] = { "accept-queue-full",
		"the listener's accept queue was full, so the segment was dropped" },
	[SOCKLEDGER_REASON_ACCEPT_QUEUE_RST] = { "accept-queue-rst",
		"the listener's accept queue was full, so a RST answered the final ACK" },
	[SOCKLEDGER_REASON_SYN_QUEUE_FULL] = { "syn-queue-full",
		"the listener had too many half-open handshakes, so the SYN was dropped" },
	[SOCKLEDGER_REASON_NET_UNREACHABLE] = { "net-unreachable",
		"an ICMP error said that the network is unreachable" },
	[SOCKLEDGER_REASON_HOST_UNREACHABLE] = { "host-unreachable",
		"an ICMP error said that the host is unreachable" },
	[SOCKLEDGER_REASON_PORT_UNREACHABLE] = { "port-unreachable",
		"an ICMP error said that the port is unreachable" },
	[SOCKLEDGER_REASON_PROHIBITED] = { "prohibited",
		"an ICMP error said that a firewall on the way prohibits it" },
	[SOCKLEDGER_REASON_NO_ROUTE] = { "no-route",
		"this machine has no route to the address: nothing was sent" },
	[SOCKLEDGER_REASON_NO_ADDRESS] = { "no-address",
		"this machine has no source address for it: nothing was sent" },
	[SOCKLEDGER_REASON_NO_PORT] = { "no-port",
		"no local port was free for these endpoints: nothing was sent" },
};

const char *sl_reason_name(unsigned int reason)
{
	return reason < ARRAY_SIZE(reasons) ? reasons[reason][0] : "?";
}

const char *sl_reason_sentence(unsigned int reason)
{
	return reason < ARRAY_SIZE(reasons) ? reasons[reason][1] : "?";
}

static const char * const causes[] = {
	[SOCKLEDGER_CAUSE_UNKNOWN]	= "unknown",
	[SOCKLEDGER_CAUSE_CALL]		= "call",
	[SOCKLEDGER_CAUSE_SEGMENT]	= "segment",
	[SOCKLEDGER_CAUSE_TIMER]	= "timer",
};

const char *sl_cause_name(unsigned int cause)
{
	return name_of(causes, ARRAY_SIZE(causes), cause);
}

static const char * const witnesses[] = {
	[SOCKLEDGER_WITNESS_CALL]	= "call",
	[SOCKLEDGER_WITNESS_SOCKET]	= "socket",
	[SOCKLEDGER_WITNESS_WIRE]	= "wire",
};

const char *sl_witness_name(unsigned int witness)
{
	return name_of(witnesses, ARRAY_SIZE(witnesses), witness);
}

static const char * const whats[] = {
	[SOCKLEDGER_WHAT_STATE]		= "state",
	[SOCKLEDGER_WHAT_ADOPTED]	= "adopted",
	[SOCKLEDGER_WHAT_DESTROYED]	= "destroyed",
	[SOCKLEDGER_WHAT_SYN]		= "SYN",
	[SOCKLEDGER_WHAT_SYNACK]	= "SYN+ACK",
	[SOCKLEDGER_WHAT_ACK]		= "ACK",
	[SOCKLEDGER_WHAT_DATA]		= "data",
	[SOCKLEDGER_WHAT_FIN]		= "FIN",
	[SOCKLEDGER_WHAT_RST]		= "RST",
	[SOCKLEDGER_WHAT_SOCKET]	= "socket",
	[SOCKLEDGER_WHAT_BIND]		= "bind",
	[SOCKLEDGER_WHAT_LISTEN]	= "listen",
	[SOCKLEDGER_WHAT_CONNECT]	= "connect",
	[SOCKLEDGER_WHAT_CONNECT_RETURN]	= "connect-return",
	[SOCKLEDGER_WHAT_CONNECT_VERDICT]	= "connect-verdict",
	[SOCKLEDGER_WHAT_ACCEPT]	= "accept",
	[SOCKLEDGER_WHAT_SEND]		= "send",
	[SOCKLEDGER_WHAT_RECV]		= "recv",
	[SOCKLEDGER_WHAT_SHUTDOWN]	= "shutdown",
	[SOCKLEDGER_WHAT_CLOSE]		= "close",
	[SOCKLEDGER_WHAT_EXIT]		= "exit",
	[SOCKLEDGER_WHAT_BEGUN]		= "begun",
	[SOCKLEDGER_WHAT_ENDED]		= "ended",
	[SOCKLEDGER_WHAT_HELD_UP]	= "held-up",
};

const char *sl_what_name(unsigned int what)
{
	return name_of(whats, ARRAY_SIZE(whats), what);
}

static const char * const dirs[] = {
	[SOCKLEDGER_DIR_OUT]	= "out",
	[SOCKLEDGER_DIR_IN]	= "in",
};

const char *sl_dir_name(unsigned int dir)
{
	return name_of(dirs, ARRAY_SIZE(dirs), dir);
}

/* Linux's own names; the numbers are those of include/net/tcp_states.h. */
static const char * const states[] = {
	[1]  = "ESTABLISHED",
	[2]  = "SYN_SENT",
	[3]  = "SYN_RECV",
	[4]  = "FIN_WAIT1",
	[5]  = "FIN_WAIT2",
	[6]  = "TIME_WAIT",
	[7]  = "CLOSE",
	[8]  = "CLOSE_WAIT",
	[9]  = "LAST_ACK",
	[10] = "LISTEN",
	[11] = "CLOSING",
	[12] = "NEW_SYN_RECV",
};

const char *sl_state_name(unsigned int state)
{
	return name_of(states, ARRAY_SIZE(states), state);
}

const char *sl_proto_name(unsigned int proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return "tcp";
	case IPPROTO_UDP:
		return "udp";
	case IPPROTO_UDPLITE:
		return "udplite";
	default:
		return "?";
	}
}

/* Those that calls on sockets return, and that sockets end with. */
static const char * const errors[] = {
	[EPERM]			= "EPERM",
	[EINTR]			= "EINTR",
	[EIO]			= "EIO",
	[EBADF]			= "EBADF",
	[EAGAIN]		= "EAGAIN",
	[ENOMEM]		= "ENOMEM",
	[EACCES]		= "EACCES",
	[EFAULT]		= "EFAULT",
	[ENODEV]		= "ENODEV",
	[EINVAL]		= "EINVAL",
	[ENFILE]		= "ENFILE",
	[EMFILE]		= "EMFILE",
	[EPIPE]			= "EPIPE",
	[ENONET]		= "ENONET",
	[EPROTO]		= "EPROTO",
	[EBADMSG]		= "EBADMSG",
	[EDESTADDRREQ]		= "EDESTADDRREQ",
	[EMSGSIZE]		= "EMSGSIZE",
	[ENOPROTOOPT]		= "ENOPROTOOPT",
	[EPROTONOSUPPORT]	= "EPROTONOSUPPORT",
	[EOPNOTSUPP]		= "EOPNOTSUPP",
	[EAFNOSUPPORT]		= "EAFNOSUPPORT",
	[EADDRINUSE]		= "EADDRINUSE",
	[EADDRNOTAVAIL]		= "EADDRNOTAVAIL",
	[ENETDOWN]		= "ENETDOWN",
	[ENETUNREACH]		= "ENETUNREACH",
	[ENETRESET]		= "ENETRESET",
	[ECONNABORTED]		= "ECONNABORTED",
	[ECONNRESET]		= "ECONNRESET",
	[ENOBUFS]		= "ENOBUFS",
	[EISCONN]		= "EISCONN",
	[ENOTCONN]		= "ENOTCONN",
	[ETIMEDOUT]		= "ETIMEDOUT",
	[ECONNREFUSED]		= "ECONNREFUSED",
	[EHOSTDOWN]		= "EHOSTDOWN",
	[EHOSTUNREACH]		= "EHOSTUNREACH",
	[EALREADY]		= "EALREADY",
	[EINPROGRESS]		= "EINPROGRESS",
	[ECANCELED]		= "ECANCELED",
};

const char *sl_error_name(unsigned int error)
{
	return error < ARRAY_SIZE(errors) ? errors[error] : NULL;
}
