// SPDX-License-Identifier: GPL-2.0
#include "story.h"
#include "memory.h"

#include <stdlib.h>

static enum side other(enum side side)
{
	return side == SIDE_LEFT ? SIDE_RIGHT : SIDE_LEFT;
}

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
			    SOCKLEDGER_WHAT_DATA, other(own));
}

static void add_accept(struct story *story, const struct entry *entry)
{
	const struct handshake *hs = &entry->handshake;
	enum side side = story_side(entry);

	if (HAS(hs, HANDSHAKE_ACCEPT_QUEUED_NS))
		add_step(story, entry, hs->accept_queued_ns, STEP_NOTE,
			 side)->note = NOTE_ACCEPT_QUEUED;
	if (HAS(hs, HANDSHAKE_ACCEPTED_NS))
		add_step(story, entry, hs->accepted_ns, STEP_NOTE,
			 side)->note = NOTE_ACCEPTED;
}

static void add_event(struct story *story, const struct entry *entry,
		      const struct event *event)
{
	enum side own = story_side(entry);
	struct segment *s;

	if (event->what == SOCKLEDGER_WHAT_ADOPTED ||
	    event->what == SOCKLEDGER_WHAT_DESTROYED) {
		add_step(story, entry, event->t_ns, STEP_NOTE, own)->note =
			event->what == SOCKLEDGER_WHAT_ADOPTED ?
			NOTE_ADOPTED : NOTE_DESTROYED;
		return;
	}
	if (event->what < SOCKLEDGER_WHAT_SYN)
		return;
	s = add_segment(story, entry, event->t_ns, event->what,
			event->dir == SOCKLEDGER_DIR_OUT ? own : other(own));
	s->again = HAS(event, EVENT_AGAIN);
	s->has_seq = HAS(event, EVENT_SEQ);
	s->seq = event->seq;
	s->has_ack = HAS(event, EVENT_ACK_SEQ);
	s->ack = event->ack_seq;
	s->has_len = HAS(event, EVENT_LEN);
	s->len = event->len;
}

static struct step *add_state(struct story *story, const struct entry *entry,
			      uint64_t t_ns, uint8_t state)
{
	struct step *step = add_step(story, entry, t_ns, STEP_STATE,
				     story_side(entry));

	step->state = state;
	return step;
}

/*
 * The state before the first transition was there before anything in the
 * story: a child of a listener is told of as in LISTEN until its birth. Time
 * 0 sorts it to the beginning.
 */
static void add_states(struct story *story, const struct entry *entry)
{
	uint8_t first = entry->state;
	size_t i;

	if (entry->role == SOCKLEDGER_ROLE_FORWARDED)
		return;
	if (entry->transition_count)
		first = entry->transitions[0].from;
	if (first)
		add_state(story, entry, 0, first)->t_ns = 0;
	for (i = 0; i < entry->transition_count; i++)
		add_state(story, entry, entry->transitions[i].t_ns,
			  entry->transitions[i].to);
}

static void add_entry(struct story *story, const struct entry *entry)
{
	size_t i;

	add_states(story, entry);
	add_opening(story, entry);
	add_data(story, entry);
	add_accept(story, entry);
	for (i = 0; i < entry->event_count; i++)
		add_event(story, entry, &entry->events[i]);
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

static bool same_segment(const struct step *sent, const struct step *received)
{
	const struct segment *s = &sent->segment, *r = &received->segment;

	return sent->kind == STEP_SEGMENT && sent->side == received->side &&
	       s->was_sent && !s->was_received && s->what == r->what &&
	       (!s->has_seq || !r->has_seq || s->seq == r->seq);
}

/*
 * The sending that a reception belongs to: the last one before it, since what
 * was sent again after a loss looks the same as what was lost.
 */
static struct step *find_sending(struct story *story, size_t received)
{
	size_t i;

	for (i = received; i-- > 0;)
		if (same_segment(&story->steps[i], &story->steps[received]))
			return &story->steps[i];
	return NULL;
}

/* What both ends saw becomes one step, at the time of its sending. */
static void join(struct story *story)
{
	size_t i, kept = 0;
	struct step *step, *sending;

	for (i = 0; i < story->count; i++) {
		step = &story->steps[i];
		sending = NULL;
		if (step->kind == STEP_SEGMENT && !step->segment.was_sent)
			sending = find_sending(story, i);
		if (sending) {
			sending->segment.was_received = true;
			sending->segment.received_ns =
				step->segment.received_ns;
			/* Not to be found again when steps move up. */
			step->kind = STEP_NOTE;
			step->order = SIZE_MAX;
		}
	}
	for (i = 0; i < story->count; i++)
		if (story->steps[i].order != SIZE_MAX)
			story->steps[kept++] = story->steps[i];
	story->count = kept;
}

/* How often the entry saw the segment go by, the first time included. */
static uint32_t opening_count(const struct entry *entry, uint8_t what)
{
	const struct handshake *hs = &entry->handshake;

	return what == SOCKLEDGER_WHAT_SYN ? hs->syn_count : hs->synack_count;
}

/* Did the other end get one of the same kind later? Then it was listening. */
static bool later_received(const struct story *story, size_t sent)
{
	const struct step *step = &story->steps[sent];
	size_t i;

	for (i = sent + 1; i < story->count; i++)
		if (story->steps[i].kind == STEP_SEGMENT &&
		    story->steps[i].side == step->side &&
		    story->steps[i].segment.what == step->segment.what &&
		    story->steps[i].segment.was_received)
			return true;
	return false;
}

/*
 * What was sent and not received is lost for sure only if the receiver's entry
 * would know: every SYN, SYN+ACK, FIN and RST is in its memory as long as that
 * did not overflow and the entry had not ended. A SYN and a SYN+ACK are counted
 * besides.
 */
static bool is_lost(const struct story *story, size_t sent)
{
	const struct step *step = &story->steps[sent];
	const struct entry *sender = story->ends[step->side];
	const struct entry *receiver = story->ends[other(step->side)];
	uint8_t what = step->segment.what;

	if (step->kind != STEP_SEGMENT || step->segment.was_received ||
	    !sender || !receiver || receiver->events_dropped ||
	    what == SOCKLEDGER_WHAT_ACK || what == SOCKLEDGER_WHAT_DATA)
		return false;
	if (what <= SOCKLEDGER_WHAT_SYNACK &&
	    opening_count(receiver, what) < opening_count(sender, what))
		return true;
	return later_received(story, sent);
}

static void find_losses(struct story *story)
{
	size_t i;

	for (i = 0; i < story->count; i++)
		story->steps[i].segment.lost = is_lost(story, i);
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

/* Nothing is dated before its entry's start, so the first start is first. */
static void settle_beginning(struct story *story, const struct entry *peer)
{
	size_t i;

	story->began_ns = story->teller->start_ns;
	if (peer && peer->start_ns < story->began_ns)
		story->began_ns = peer->start_ns;
	for (i = 0; i < story->count && !story->steps[i].t_ns; i++)
		story->steps[i].t_ns = story->began_ns;
}

void story_build(const struct entry *teller, const struct entry *peer,
		 struct story *ret)
{
	*ret = (struct story){ .teller = teller };
	ret->alone = teller->role != SOCKLEDGER_ROLE_ACTIVE &&
		     teller->role != SOCKLEDGER_ROLE_PASSIVE &&
		     teller->role != SOCKLEDGER_ROLE_FORWARDED;
	if (teller->role != SOCKLEDGER_ROLE_FORWARDED)
		ret->ends[story_side(teller)] = teller;
	add_entry(ret, teller);
	if (peer) {
		ret->ends[story_side(peer)] = peer;
		add_entry(ret, peer);
	}
	sort(ret);
	if (peer) {
		join(ret);
		find_losses(ret);
	}
	drop_repeated_states(ret);
	settle_beginning(ret, peer);
}

void story_release(struct story *story)
{
	free(story->steps);
	story->steps = NULL;
	story->count = 0;
	story->room = 0;
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
