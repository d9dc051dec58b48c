// SPDX-License-Identifier: GPL-2.0
#include "story.h"
#include "memory.h"
#include "merge.h"

#include <stdlib.h>

/* Steps further apart are shown to be. */
#define PAUSE_NS	UINT64_C(200000000)

enum side story_side(const struct entry *entry)
{
	return entry->role == SOCKLEDGER_ROLE_PASSIVE ? SIDE_RIGHT : SIDE_LEFT;
}

static struct step *add_step(struct story *story, const struct entry *entry,
			     uint64_t t_ns, enum step_kind kind,
			     enum side side)
{
	struct step *step;

	if (story->count == story->room) {
		story->room = story->room ? 2 * story->room : 32;
		story->steps = memory_array(story->steps, story->room,
					    sizeof(*story->steps));
	}
	step = &story->steps[story->count];
	*step = (struct step){
		.t_ns = entry->start_ns + t_ns,
		.order = story->count++,
		.kind = kind,
		.side = side,
		.teller = entry,
	};
	return step;
}

/*
 * A segment as @entry saw it. A machine in the middle stands for the sender:
 * it has no end of its own.
 */
static struct segment *add_segment(struct story *story,
				   const struct entry *entry, uint64_t t_ns,
				   uint8_t what, enum side from)
{
	struct step *step = add_step(story, entry, t_ns, STEP_SEGMENT, from);
	struct segment *segment = &step->segment;

	segment->what = what;
	if (entry->role == SOCKLEDGER_ROLE_FORWARDED ||
	    from == story_side(entry)) {
		segment->was_sent = true;
		segment->sent_ns = step->t_ns;
	} else {
		segment->was_received = true;
		segment->received_ns = step->t_ns;
	}
	return segment;
}

/*
 * The opening's segments are known by their first times alone; their numbers
 * follow from the initial ones.
 */
static void add_opening(struct story *story, const struct entry *entry)
{
	const struct handshake *hs = &entry->handshake;
	struct segment *s;

	if (HAS(hs, HANDSHAKE_SYN_NS)) {
		s = add_segment(story, entry, hs->syn_ns,
				SOCKLEDGER_WHAT_SYN, SIDE_LEFT);
		s->has_seq = HAS(hs, HANDSHAKE_CLIENT_ISN);
		s->seq = hs->client_isn;
	}
	if (HAS(hs, HANDSHAKE_SYNACK_NS)) {
		s = add_segment(story, entry, hs->synack_ns,
				SOCKLEDGER_WHAT_SYNACK, SIDE_RIGHT);
		s->has_seq = HAS(hs, HANDSHAKE_SERVER_ISN);
		s->seq = hs->server_isn;
		/* Fast Open acknowledges the SYN's data too. */
		s->has_ack = HAS(hs, HANDSHAKE_CLIENT_ISN) && !hs->fastopen;
		s->ack = hs->client_isn + 1;
	}
	if (HAS(hs, HANDSHAKE_ACK_NS)) {
		s = add_segment(story, entry, hs->ack_ns,
				SOCKLEDGER_WHAT_ACK, SIDE_LEFT);
		s->has_seq = HAS(hs, HANDSHAKE_CLIENT_ISN) && !hs->fastopen;
		s->seq = hs->client_isn + 1;
		s->has_ack = HAS(hs, HANDSHAKE_SERVER_ISN);
		s->ack = hs->server_isn + 1;
	}
}

static void add_data(struct story *story, const struct entry *entry)
{
	const struct handshake *hs = &entry->handshake;
	enum side own = story_side(entry);

	if (HAS(hs, HANDSHAKE_DATA_OUT_NS))
		add_segment(story, entry, hs->data_out_ns,
			    SOCKLEDGER_WHAT_DATA, own);
	if (HAS(hs, HANDSHAKE_DATA_IN_NS))
		add_segment(story, entry, hs->data_in_ns,
			    SOCKLEDGER_WHAT_DATA, story_other(own));
}

static void add_queued(struct story *story, const struct entry *entry)
{
	const struct handshake *hs = &entry->handshake;

	if (HAS(hs, HANDSHAKE_ACCEPT_QUEUED_NS))
		add_step(story, entry, hs->accept_queued_ns, STEP_QUEUED,
			 story_side(entry));
}

static void add_datagrams(struct story *story, const struct entry *entry)
{
	const struct datagrams *d = &entry->datagrams;

	if (HAS(d, DATAGRAMS_FIRST_OUT_NS))
		add_step(story, entry, d->first_out_ns, STEP_FIRST_OUT,
			 story_side(entry));
	if (HAS(d, DATAGRAMS_FIRST_IN_NS))
		add_step(story, entry, d->first_in_ns, STEP_FIRST_IN,
			 story_side(entry));
}

/* Who sent the segment that the event is about. */
static enum side sender(const struct entry *entry, const struct event *event)
{
	enum side own = story_side(entry);

	return event->dir == SOCKLEDGER_DIR_OUT ? own : story_other(own);
}

static void add_wire(struct story *story, const struct entry *entry,
		     const struct event *event)
{
	struct segment *s;

	s = add_segment(story, entry, event->t_ns, event->what,
			sender(entry, event));
	s->again = HAS(event, EVENT_AGAIN);
	s->has_seq = HAS(event, EVENT_SEQ);
	s->seq = event->seq;
	s->has_ack = HAS(event, EVENT_ACK_SEQ);
	s->ack = event->ack_seq;
	s->has_len = HAS(event, EVENT_LEN);
	s->len = event->len;
}

static void add_event(struct story *story, const struct entry *entry,
		      const struct event *event, enum step_kind kind,
		      enum side side)
{
	add_step(story, entry, event->t_ns, kind, side)->event = event;
}

/* A machine in the middle has no end of its own. */
static void add_obstacle(struct story *story, const struct entry *entry,
			 const struct event *event)
{
	add_event(story, entry, event, STEP_HELD_UP,
		  entry->role == SOCKLEDGER_ROLE_FORWARDED ?
		  sender(entry, event) : story_side(entry));
}

/* Those that are kept are the last ones. */
static void add_forgotten(struct story *story, const struct entry *entry,
			  const struct event *first_kept)
{
	if (entry->events_dropped)
		add_step(story, entry, first_kept->t_ns, STEP_FORGOTTEN,
			 story_side(entry));
}

static void add_events(struct story *story, const struct entry *entry)
{
	const struct event *event;
	bool kept = false;
	size_t i;

	for (i = 0; i < entry->event_count; i++) {
		event = &entry->events[i];
		if (event->witness == SOCKLEDGER_WITNESS_CALL) {
			add_event(story, entry, event, STEP_CALL,
				  story_side(entry));
			continue;
		}
		if (!kept)
			add_forgotten(story, entry, event);
		kept = true;
		if (event->what == SOCKLEDGER_WHAT_HELD_UP)
			add_obstacle(story, entry, event);
		else
			add_wire(story, entry, event);
	}
}

static struct step *add_state(struct story *story, const struct entry *entry,
			      uint64_t t_ns, uint8_t state, enum side side)
{
	struct step *step = add_step(story, entry, t_ns, STEP_STATE, side);

	step->state = state;
	return step;
}

static uint8_t first_state(const struct entry *entry)
{
	return entry->transition_count ? entry->transitions[0].from :
					 entry->state;
}

/*
 * The state before the first transition was there before anything in the
 * story: a child of a listener is told of as in LISTEN until its birth.
 */
static void add_beginning(struct story *story, const struct entry *entry)
{
	uint8_t state = first_state(entry);

	if (state && entry->role != SOCKLEDGER_ROLE_FORWARDED)
		add_state(story, entry, 0, state, story_side(entry))->t_ns =
			story->began_ns;
}

static void add_entry(struct story *story, const struct entry *entry)
{
	size_t i;

	/* Of one moment, the call comes before what came of it. */
	add_events(story, entry);
	for (i = 0; i < entry->transition_count; i++)
		add_state(story, entry, entry->transitions[i].t_ns,
			  entry->transitions[i].to, story_side(entry));
	add_opening(story, entry);
	add_data(story, entry);
	add_queued(story, entry);
	add_datagrams(story, entry);
}

/* Did it happen at the listener before the connection began? */
static bool is_before(const struct story *story, const struct entry *listener,
		      uint64_t t_ns)
{
	return listener->start_ns + t_ns < story->began_ns;
}

/* Is it a call by which the server got ready? */
static bool prepares(const struct story *story, const struct entry *listener,
		     const struct event *event)
{
	return event->witness == SOCKLEDGER_WITNESS_CALL &&
	       event->what >= SOCKLEDGER_WHAT_SOCKET &&
	       event->what <= SOCKLEDGER_WHAT_LISTEN &&
	       is_before(story, listener, event->t_ns);
}

static void add_listener(struct story *story, const struct entry *listener)
{
	const struct transition *move = listener->transitions;
	const struct event *event;
	size_t i, calls = 0;

	add_state(story, listener, 0, first_state(listener), SIDE_RIGHT);
	for (i = 0; i < listener->event_count; i++) {
		event = &listener->events[i];
		if (!prepares(story, listener, event))
			continue;
		add_event(story, listener, event, STEP_CALL, SIDE_RIGHT);
		calls++;
	}
	for (i = 0; i < listener->transition_count; i++, move++)
		if (is_before(story, listener, move->t_ns))
			add_state(story, listener, move->t_ns, move->to,
				  SIDE_RIGHT);
	/* States alone would not tell how it got into them. */
	if (!calls)
		story->count = 0;
}

static int by_time(const void *a, const void *b)
{
	const struct step *x = a, *y = b;

	if (x->t_ns != y->t_ns)
		return x->t_ns < y->t_ns ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

static void sort(struct story *story)
{
	if (story->count)
		qsort(story->steps, story->count, sizeof(*story->steps),
		      by_time);
}

/* A state is told once, however often it is written. */
static void drop_repeated_states(struct story *story)
{
	uint8_t state[SIDES] = { 0 };
	size_t i, kept = 0;

	for (i = 0; i < story->count; i++) {
		struct step *step = &story->steps[i];

		if (step->kind == STEP_STATE) {
			if (step->state == state[step->side])
				continue;
			state[step->side] = step->state;
		}
		story->steps[kept++] = *step;
	}
	story->count = kept;
}

void story_build(const struct entry *teller, const struct entry *peer,
		 const struct entry *listener, struct story *ret)
{
	*ret = (struct story){
		.teller = teller,
		.began_ns = teller->start_ns,
	};
	ret->alone = teller->role != SOCKLEDGER_ROLE_ACTIVE &&
		     teller->role != SOCKLEDGER_ROLE_PASSIVE &&
		     teller->role != SOCKLEDGER_ROLE_FORWARDED;
	if (teller->role != SOCKLEDGER_ROLE_FORWARDED)
		ret->ends[story_side(teller)] = teller;
	if (peer) {
		ret->ends[story_side(peer)] = peer;
		if (peer->start_ns < ret->began_ns)
			ret->began_ns = peer->start_ns;
	}
	if (listener)	/* comes first of all */
		add_listener(ret, listener);
	add_beginning(ret, teller);
	if (peer)
		add_beginning(ret, peer);
	add_entry(ret, teller);
	if (peer)
		add_entry(ret, peer);
	sort(ret);
	if (peer)
		merge_tellings(ret);
	drop_repeated_states(ret);
}

void story_release(struct story *story)
{
	free(story->steps);
	story->steps = NULL;
	story->count = 0;
	story->room = 0;
}

uint64_t story_pause_ns(const struct story *story, size_t step)
{
	uint64_t pause;

	if (!step)
		return 0;
	pause = story->steps[step].t_ns - story->steps[step - 1].t_ns;
	return pause >= PAUSE_NS ? pause : 0;
}

bool story_shares_line(const struct story *story, size_t step)
{
	const struct step *here = &story->steps[step], *before = here - 1;

	return step && step < story->count && here->kind == STEP_STATE &&
	       before->kind == STEP_STATE && here->side != before->side &&
	       here->t_ns == before->t_ns;
}

/* Numbers agree where both know them; one pair at least must be known. */
static bool same_numbers(const struct handshake *a, const struct handshake *b)
{
	bool client = HAS(a, HANDSHAKE_CLIENT_ISN) &&
		      HAS(b, HANDSHAKE_CLIENT_ISN);
	bool server = HAS(a, HANDSHAKE_SERVER_ISN) &&
		      HAS(b, HANDSHAKE_SERVER_ISN);

	if (client && a->client_isn != b->client_isn)
		return false;
	if (server && a->server_isn != b->server_isn)
		return false;
	return client || server;
}

bool story_same_connection(const struct entry *a, const struct entry *b)
{
	const uint64_t ends = 1ULL << SOCKLEDGER_A_ENTRY_LOCAL_ADDR |
			      1ULL << SOCKLEDGER_A_ENTRY_REMOTE_ADDR;
	bool passive = a->role == SOCKLEDGER_ROLE_PASSIVE;

	if (a->role != SOCKLEDGER_ROLE_ACTIVE && !passive)
		return false;
	return b->role == (passive ? SOCKLEDGER_ROLE_ACTIVE :
				     SOCKLEDGER_ROLE_PASSIVE) &&
	       a->proto == b->proto &&
	       (a->has & b->has & ends) == ends &&
	       a->local_port == b->remote_port &&
	       a->remote_port == b->local_port &&
	       address_equal(&a->local_addr, &b->remote_addr) &&
	       address_equal(&a->remote_addr, &b->local_addr) &&
	       same_numbers(&a->handshake, &b->handshake);
}
