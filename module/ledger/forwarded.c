// SPDX-License-Identifier: GPL-2.0
/* Connections between others, as a machine in the middle sees them. */
#include "change.h"

/* A forwarded entry knows its endpoints as the initiator does. */
static struct sl_entry *find_forwarded(struct sl_ledger *l,
				       const struct sl_sighting *seen, u8 *dir)
{
	struct sl_entry *e = sl_find(l, seen, SL_KIND_FORWARDED);
	struct sl_tuple back = sl_swapped(&seen->tuple, SL_KIND_FORWARDED, 0);

	*dir = SOCKLEDGER_DIR_OUT;
	if (e)
		return e;
	*dir = SOCKLEDGER_DIR_IN;
	return sl_index_by_tuple(&l->index, &back);
}

/* The handshake is through: from now on it counts as a live connection. */
static void settle_forwarded(struct sl_ledger *l, struct sl_entry *e)
{
	unsigned int evicted;

	spin_lock_bh(&e->lock);
	if ((e->rec.flags & SL_F_AWAITS_ACK) && e->in_tuple_index &&
	    e->rec.progress.phase == SOCKLEDGER_PHASE_DONE) {
		sl_await(l, e, SL_F_AWAITS_ACK, false);
		if (!sl_pools_move(&l->pools, e, SL_POOL_LIVE, &evicted)) {
			sl_stats_inc(&l->stats, SL_STAT_LOST_LIVE_FULL);
			sl_close(l, e, e->rec.start + e->rec.last_seen);
			sl_retire(l, e);
		} else {
			sl_watch(l, e, e->rec.start + e->rec.last_seen);
		}
	}
	spin_unlock_bh(&e->lock);
}

static void end_forwarded(struct sl_ledger *l, struct sl_entry *e, u64 now)
{
	spin_lock_bh(&e->lock);
	if (e->in_tuple_index)
		sl_end_silent(l, e, now);
	spin_unlock_bh(&e->lock);
}

/* Is a SYN the one that began this, or does it cross that (RFC 9293, 3.5)? */
static bool is_opening(const struct sl_handshake *hs,
		       const struct sl_sighting *seen, u8 dir)
{
	if (dir == SOCKLEDGER_DIR_OUT)
		return hs->client_isn == seen->seg.seq;
	return hs->synack == SL_T_UNKNOWN || hs->server_isn == seen->seg.seq;
}

/*
 * Is a SYN the first of another connection between the same ends? While one
 * is up, a SYN may be forged: only an answer to it would prove it. Where the
 * answers take another way it has to be believed.
 */
static bool starts_anew(struct sl_entry *e, const struct sl_sighting *seen,
			u8 dir)
{
	bool anew;

	spin_lock_bh(&e->lock);
	anew = sl_entry_is_ending(e) ||
	       ((e->rec.progress.phase != SOCKLEDGER_PHASE_DONE ||
		 sl_entry_is_one_way(e)) &&
		!is_opening(&e->rec.hs, seen, dir));
	spin_unlock_bh(&e->lock);
	return anew;
}

/* Does a SYN+ACK answer another SYN than the one of a connection that is up? */
static bool answers_another(struct sl_entry *e, const struct sl_sighting *seen,
			    u8 dir)
{
	bool another;

	spin_lock_bh(&e->lock);
	another = e->rec.progress.phase == SOCKLEDGER_PHASE_DONE &&
		  dir == SOCKLEDGER_DIR_IN &&
		  e->rec.hs.server_isn != seen->seg.seq &&
		  e->rec.hs.client_isn + 1 != seen->seg.ack_seq;
	spin_unlock_bh(&e->lock);
	return another;
}

static struct sl_entry *open_forwarded(struct sl_ledger *l,
				       const struct sl_sighting *seen, u8 dir)
{
	struct sl_sighting turned = *seen;

	if (dir == SOCKLEDGER_DIR_IN)
		turned.tuple = sl_swapped(&seen->tuple, SL_KIND_FORWARDED, 0);
	return sl_open_on_syn(l, &turned, SL_KIND_FORWARDED);
}

void sl_forwarded_segment(struct sl_ledger *l, const struct sl_sighting *seen)
{
	struct sl_entry *e;
	u8 dir;

	e = find_forwarded(l, seen, &dir);
	if (seen->seg.kind == SL_SEGMENT_SYN) {
		if (e && starts_anew(e, seen, dir)) {
			end_forwarded(l, e, seen->now);
			e = NULL;
		}
		if (!e) {
			dir = SOCKLEDGER_DIR_OUT;
			e = open_forwarded(l, seen, dir);
		}
	} else if (e && seen->seg.kind == SL_SEGMENT_SYNACK &&
		   answers_another(e, seen, dir)) {
		sl_stats_inc(&l->stats, SL_STAT_LOST_END);
		end_forwarded(l, e, seen->now);
		e = open_forwarded(l, seen, dir);
	}
	if (!e)
		return;
	sl_see(l, e, seen, dir);
	settle_forwarded(l, e);
}

void sl_forwarded_plain(struct sl_ledger *l, const struct sl_sighting *seen)
{
	struct sl_entry *e;
	u8 dir;

	e = find_forwarded(l, seen, &dir);
	if (!e)
		return;
	sl_see(l, e, seen, dir);
	settle_forwarded(l, e);
}
