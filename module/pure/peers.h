/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many different peers a datagram socket has met, in memory that does not
 * grow: exactly for the first few, by linear counting after that (Whang, Vander-
 * Zanden and Taylor, "A linear-time probabilistic counting algorithm", 1990).
 */
#ifndef _SOCKLEDGER_PEERS_H
#define _SOCKLEDGER_PEERS_H

#include "types.h"

/* So many are told apart by their whole hash. */
#define SL_PEERS_EXACT	8
/* Each peer sets one of these bits; the estimate is good to a few per cent. */
#define SL_PEERS_BITS	1024

struct sl_peers {
	u32 first[SL_PEERS_EXACT];
	u8 count;		/* of @first; one more: there were others */
	u8 bits[SL_PEERS_BITS / 8];
};

/**
 * sl_peers_add() - a datagram from or to a peer
 * @peers: of the socket, all zero at first
 * @hash: of the peer's address and port; two that share it are taken for one
 */
void sl_peers_add(struct sl_peers *peers, u32 hash);

/** sl_peers_exact() - is the number exact, rather than an estimate? */
static inline bool sl_peers_exact(const struct sl_peers *peers)
{
	return peers->count <= SL_PEERS_EXACT;
}

/**
 * sl_peers_count() - how many different ones there were
 * @peers: of the socket
 *
 * Return: the number, or an estimate, see sl_peers_exact(). It ends at 7689,
 * where all bits are set: then there were at least so many.
 */
u32 sl_peers_count(const struct sl_peers *peers);

#endif /* _SOCKLEDGER_PEERS_H */
