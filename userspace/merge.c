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
			step->order = SIZE_MAX;	/* it goes */
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
	find_losses(story);
}
