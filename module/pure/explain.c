// SPDX-License-Identifier: GPL-2.0
#include "explain.h"

#include <linux/icmp.h>
#include <linux/icmpv6.h>

/* What a hint makes of an end that has one of the plain reasons. */
struct rule {
	u64 hints;	/* set of enum sockledger_reason */
	u8 reason;	/* of the end, before */
	u8 outcome;	/* after; IN_PROGRESS: as before */
};

#define HINT(hint)	(1ULL << SOCKLEDGER_REASON_##hint)
#define FILTERED	(HINT(FILTERED_PREROUTING) | HINT(FILTERED_INPUT) | \
			 HINT(FILTERED_FORWARD) | HINT(FILTERED_OUTPUT) | \
			 HINT(FILTERED_POSTROUTING))
#define ICMP		(HINT(NET_UNREACHABLE) | HINT(HOST_UNREACHABLE) | \
			 HINT(PORT_UNREACHABLE) | HINT(PROHIBITED))
#define MAKES(_hints, _reason, _outcome) \
	{ .hints = (_hints), .reason = SOCKLEDGER_REASON_##_reason, \
	  .outcome = SOCKLEDGER_OUTCOME_##_outcome }
#define KEEPS(_hints, _reason)	MAKES(_hints, _reason, IN_PROGRESS)

static const struct rule rules[] = {
	/* Silence, where something here ate the question or the answer. */
	MAKES(FILTERED, SYN_UNANSWERED, FILTERED),
	MAKES(FILTERED, SYNACK_UNANSWERED, FILTERED),
	MAKES(FILTERED, SYN_IGNORED, FILTERED),
	MAKES(FILTERED, NEVER_BORN, FILTERED),
	/* A reject rule that drops the SYN and answers in the peer's name. */
	KEEPS(FILTERED, PEER_RST),
	KEEPS(FILTERED, ICMP_UNREACHABLE),
	/* The program did not wait for the end of the silence. */
	KEEPS(FILTERED, CLOSED_BY_PROGRAM),
	KEEPS(ICMP, CLOSED_BY_PROGRAM),

	KEEPS(HINT(FILTER_RST), NO_LISTENER),
	KEEPS(HINT(FILTER_RST), HALF_OPEN_RST),

	MAKES(HINT(ACCEPT_QUEUE_FULL), SYN_IGNORED, QUEUE_FULL),
	MAKES(HINT(ACCEPT_QUEUE_FULL), NEVER_BORN, QUEUE_FULL),
	MAKES(HINT(ACCEPT_QUEUE_FULL), SYNACK_UNANSWERED, QUEUE_FULL),
	/* The initiator, which thought that it had a connection, gave up. */
	KEEPS(HINT(ACCEPT_QUEUE_FULL), HALF_OPEN_RST),
	MAKES(HINT(ACCEPT_QUEUE_RST), HALF_OPEN_RST, QUEUE_FULL),
	MAKES(HINT(SYN_QUEUE_FULL), SYN_IGNORED, QUEUE_FULL),

	/* Its requests go with it, or on their next segment. */
	MAKES(HINT(LISTENER_CLOSED), HALF_OPEN_RST, CANCELLED),
	MAKES(HINT(LISTENER_CLOSED), SYNACK_UNANSWERED, CANCELLED),
	MAKES(HINT(LISTENER_CLOSED), NEVER_BORN, CANCELLED),

	KEEPS(ICMP, ICMP_UNREACHABLE),
	KEEPS(HINT(PORT_UNREACHABLE), PEER_RST),
	/* In the middle, where no socket has an errno. */
	MAKES(HINT(PORT_UNREACHABLE), SYN_UNANSWERED, REFUSED),
	MAKES(ICMP, SYN_UNANSWERED, UNREACHABLE),
	/* tcp_req_err() drops a request without a word. */
	MAKES(ICMP, SYNACK_UNANSWERED, UNREACHABLE),
};

struct sl_progress sl_explain(struct sl_progress end, u8 hint)
{
	const struct rule *rule;

	if (end.phase != SOCKLEDGER_PHASE_FAILED ||
	    hint >= __SOCKLEDGER_REASON_MAX)
		return end;
	for (rule = rules; rule < rules + ARRAY_SIZE(rules); rule++) {
		if (!(rule->hints >> hint & 1) || end.reason != rule->reason)
			continue;
		end.reason = hint;
		if (rule->outcome != SOCKLEDGER_OUTCOME_IN_PROGRESS)
			end.outcome = rule->outcome;
		break;
	}
	return end;
}

u8 sl_hint_of_icmp(u8 type, u8 code)
{
	if (type != ICMP_DEST_UNREACH)
		return SOCKLEDGER_REASON_NONE;
	switch (code) {
	case ICMP_NET_UNREACH:
	case ICMP_NET_UNKNOWN:
	case ICMP_NET_UNR_TOS:
		return SOCKLEDGER_REASON_NET_UNREACHABLE;
	case ICMP_HOST_UNREACH:
	case ICMP_HOST_UNKNOWN:
	case ICMP_HOST_ISOLATED:
	case ICMP_HOST_UNR_TOS:
		return SOCKLEDGER_REASON_HOST_UNREACHABLE;
	case ICMP_PORT_UNREACH:
		return SOCKLEDGER_REASON_PORT_UNREACHABLE;
	case ICMP_NET_ANO:
	case ICMP_HOST_ANO:
	case ICMP_PKT_FILTERED:
		return SOCKLEDGER_REASON_PROHIBITED;
	default:
		return SOCKLEDGER_REASON_NONE;
	}
}

u8 sl_hint_of_icmp6(u8 type, u8 code)
{
	if (type != ICMPV6_DEST_UNREACH)
		return SOCKLEDGER_REASON_NONE;
	switch (code) {
	case ICMPV6_NOROUTE:
		return SOCKLEDGER_REASON_NET_UNREACHABLE;
	case ICMPV6_ADDR_UNREACH:
	case ICMPV6_NOT_NEIGHBOUR:
		return SOCKLEDGER_REASON_HOST_UNREACHABLE;
	case ICMPV6_PORT_UNREACH:
		return SOCKLEDGER_REASON_PORT_UNREACHABLE;
	case ICMPV6_ADM_PROHIBITED:
	case ICMPV6_POLICY_FAIL:
	case ICMPV6_REJECT_ROUTE:
		return SOCKLEDGER_REASON_PROHIBITED;
	default:
		return SOCKLEDGER_REASON_NONE;
	}
}

enum sl_step sl_step_of_connect(int error)
{
	switch (error) {
	case ENETUNREACH:
	case EHOSTUNREACH:	/* a route of the type unreachable */
	case EACCES:		/* prohibit */
	case ENETDOWN:
		return SL_STEP_NO_ROUTE;
	case EADDRNOTAVAIL:
		return SL_STEP_NO_ADDRESS;
	default:
		return __SL_STEPS;
	}
}
