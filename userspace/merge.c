// SPDX-License-Identifier: GPL-2.0
#include "merge.h"

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

/*
 * TCP waits a little longer than that before it sends again (TCP_RTO_MIN, by a
 * clock with larger ticks).
 */
#define AGAIN_NS	UINT64_C(180000000)

/* What the way takes: as long as the SYN or the SYN+ACK took, if that is known. */
static uint64_t usual_ns(const struct story *story)
{
	const struct segment *s;
	uint64_t usual = 0;
	size_t i;

	for (i = 0; i < story->count; i++) {
		s = &story->steps[i].segment;
		if (story->steps[i].kind != STEP_SEGMENT || !s->was_sent ||
		    !s->was_received || (s->what != SOCKLEDGER_WHAT_SYN &&
					 s->what != SOCKLEDGER_WHAT_SYNACK))
			continue;
		if (s->received_ns - s->sent_ns > usual)
			usual = s->received_ns - s->sent_ns;
	}
	return usual;
}

/*
 * Of ACKs and data each end keeps the first, of which the one that came may not
 * be the one that was sent first.
 */
static bool is_late(const struct story *story, const struct step *sending)
{
	const struct entry *sender = story->ends[sending->side];
	const struct segment *s = &sending->segment;

	return (s->what == SOCKLEDGER_WHAT_ACK ||
		s->what == SOCKLEDGER_WHAT_DATA) && sender &&
	       HAS(&sender->totals, TOTALS_RETRANS) && sender->totals.retrans &&
	       s->received_ns - s->sent_ns >= AGAIN_NS + usual_ns(story);
}

/* A step that goes has this for its order. */
#define GONE	SIZE_MAX

/*
 * What its receiver did not keep stands before the first that it kept, which
 * goes to where its sender tells of it. That one forgot them, too.
 */
static void forget_once(struct story *story, size_t received,
			const struct step *sending)
{
	const struct step *step = &story->steps[received];
	struct step *before = &story->steps[received - 1];

	if (received && before->kind == STEP_FORGOTTEN &&
	    before->teller == step->teller && before->t_ns == step->t_ns &&
	    sending->teller->events_dropped)
		before->order = GONE;
}

static void sweep(struct story *story)
{
	size_t i, kept = 0;

	for (i = 0; i < story->count; i++)
		if (story->steps[i].order != GONE)
			story->steps[kept++] = story->steps[i];
	story->count = kept;
}

/* What both ends saw becomes one step, at the time of its sending. */
static void join(struct story *story)
{
	size_t i;
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
			sending->segment.late = is_late(story, sending);
			forget_once(story, i, sending);
			step->order = GONE;
		}
	}
	sweep(story);
}

/* Two ends in one namespace are told with one look at the clock. */
#define SAME_NS		UINT64_C(1000000)

/* The other end's word for the same thing, which says it of its own segment. */
static bool is_twin(const struct step *a, const struct step *b)
{
	uint64_t apart = a->t_ns > b->t_ns ? a->t_ns - b->t_ns :
					     b->t_ns - a->t_ns;

	return b->kind == STEP_HELD_UP && b->side != a->side &&
	       b->event->reason == a->event->reason &&
	       b->event->dir != a->event->dir && apart < SAME_NS;
}

/* It happened to what came, or to what was to leave. */
static bool happened_here(const struct event *event)
{
	bool leaving = event->reason == SOCKLEDGER_REASON_FILTERED_OUTPUT ||
		       event->reason == SOCKLEDGER_REASON_FILTERED_POSTROUTING;

	return (event->dir == SOCKLEDGER_DIR_OUT) == leaving;
}

static bool is_told_elsewhere(const struct story *story, size_t i)
{
	const struct step *step = &story->steps[i];
	size_t j;

	if (step->kind != STEP_HELD_UP || happened_here(step->event))
		return false;
	for (j = 0; j < story->count; j++)
		if (is_twin(step, &story->steps[j]))
			return true;
	return false;
}

/* What held a segment up is told once, at the end where it did. */
static void drop_twins(struct story *story)
{
	size_t i;

	for (i = 0; i < story->count; i++)
		if (is_told_elsewhere(story, i))
			story->steps[i].order = GONE;
	sweep(story);
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
	const struct entry *receiver = story->ends[story_other(step->side)];
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

void merge_tellings(struct story *story)
{
	join(story);
	drop_twins(story);
	find_losses(story);
}
