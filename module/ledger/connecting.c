// SPDX-License-Identifier: GPL-2.0
/*
 * What becomes of a connect(): it returns at once or waits, and where it
 * returned before there was an answer, the answer is its verdict.
 */
#include "change.h"

#include <linux/errno.h>
#include <net/sock.h>
#include <net/tcp_states.h>

bool sl_left_undecided(const struct sl_called *call)
{
	return call->what == SOCKLEDGER_WHAT_CONNECT_RETURN &&
	       (call->error == EINPROGRESS || call->error == EINTR);
}

/* Fast Open waits for the first data, and connect() for nothing. */
static bool is_put_off(const struct sl_entry *e, const struct sl_called *call)
{
	return !call->error && e->rec.state == TCP_SYN_SENT;
}

static u8 who_connected(const struct sl_calls *list)
{
	unsigned int i = list->count;

	while (i--)
		if (SL_CALL_WHAT(&list->at[i]) == SOCKLEDGER_WHAT_CONNECT)
			return list->at[i].who;
	return SL_WHO_UNKNOWN;
}

static void note_verdict(struct sl_ledger *l, struct sl_entry *e, u16 error,
			 u64 now)
{
	const struct sl_owner *caller = NULL;
	u8 who = who_connected(&e->rec.calls);
	struct sl_called call = {
		.sk = e->sk,
		.now = now,
		.what = SOCKLEDGER_WHAT_CONNECT_VERDICT,
		.error = error,
		.asked = {
			.addr = e->rec.tuple.remote,
			.port = e->rec.tuple.rport,
			.scope = e->rec.tuple.scope,
		},
		.has_asked = true,
	};

	e->rec.flags &= ~SL_F_UNDECIDED;
	/* One that was adopted has a caller but no call. */
	if (who == SL_WHO_UNKNOWN && e->rec.opener)
		who = e->rec.opener - 1;
	if (who < SL_HOLDERS && e->holders[who])
		caller = &e->holders[who]->who;
	else
		who = SL_WHO_UNKNOWN;
	if (caller)
		call.pid = caller->pid;
	sl_add_call(l, e, &call, who);
	if (error)
		sl_file_failure(l, &call, e->rec.id, caller);
}

void sl_note_verdict(struct sl_ledger *l, struct sl_entry *e, u16 error,
		     u64 now)
{
	lockdep_assert_held(&e->lock);
	if (e->rec.flags & SL_F_UNDECIDED)
		note_verdict(l, e, error, now);
}

/* The attempt is over, for want of something that it needed first. */
static void give_up(struct sl_ledger *l, struct sl_entry *e, enum sl_step step,
		    const struct sl_called *call)
{
	e->rec.error = call->error;
	sl_handshake_step(l, e, step, call->now);
	sl_close(l, e, call->now);
}

/*
 * A connect() failed behind SYN_SENT and before there was a SYN: it had an
 * address by then, and lacked a port, or a route to go there from that port.
 */
static void note_early_failure(struct sl_ledger *l, struct sl_entry *e,
			       const struct sl_called *call)
{
	enum sl_step step = sl_step_of_connect(call->error);

	if (!call->error || e->rec.end != SL_T_UNKNOWN ||
	    e->rec.state != TCP_CLOSE ||
	    e->rec.progress.phase != SOCKLEDGER_PHASE_NONE)
		return;
	if (step == SL_STEP_NO_ADDRESS)
		step = SL_STEP_NO_PORT;
	else if (step == __SL_STEPS)
		step = sl_phase_close_step(TCP_SYN_SENT, call->error);
	/* What stands there is the one of an attempt before, unless bound. */
	if (step == SL_STEP_NO_PORT &&
	    !(call->sk->sk_userlocks & SOCK_BINDPORT_LOCK)) {
		e->rec.tuple.lport = 0;
		e->rec.flags &= ~SL_F_PORT_CHOSEN;
	}
	give_up(l, e, step, call);
}

/*
 * A connect() that failed before its socket left CLOSE has tried all the
 * same, and the attempt is over.
 */
static void note_nowhere(struct sl_ledger *l, struct sl_entry *e,
			 const struct sl_called *call)
{
	enum sl_step step = sl_step_of_connect(call->error);

	if (e->rec.role != SOCKLEDGER_ROLE_IDLE || step == __SL_STEPS ||
	    !call->has_asked)
		return;
	e->rec.role = SOCKLEDGER_ROLE_ACTIVE;
	e->rec.tuple.remote = call->asked.addr;
	e->rec.tuple.rport = call->asked.port;
	e->rec.tuple.scope = call->asked.scope;
	e->rec.flags |= SL_F_CLOSED;
	give_up(l, e, step, call);
}

void sl_note_connect(struct sl_ledger *l, struct sl_entry *e,
		     const struct sl_called *call)
{
	if (call->what == SOCKLEDGER_WHAT_CONNECT) {
		if (call->unwatched && e->rec.proto == IPPROTO_TCP)
			e->rec.flags |= SL_F_UNDECIDED;
		return;
	}
	if (e->rec.proto != IPPROTO_TCP)
		return;
	if (e->rec.role == SOCKLEDGER_ROLE_ACTIVE)
		note_early_failure(l, e, call);
	else
		note_nowhere(l, e, call);
	if (!sl_left_undecided(call) && !is_put_off(e, call))
		return;
	e->rec.flags |= SL_F_UNDECIDED;
	/* On loopback the answer may be there before connect() returns. */
	if (e->rec.state != TCP_SYN_SENT && e->rec.state != TCP_SYN_RECV)
		sl_note_verdict(l, e, e->rec.error, call->now);
}
