// SPDX-License-Identifier: GPL-2.0
#include "peers.h"

static void set_bit_of(struct sl_peers *peers, u32 hash)
{
	peers->bits[hash % SL_PEERS_BITS / 8] |= 1U << hash % 8;
}

void sl_peers_add(struct sl_peers *peers, u32 hash)
{
	unsigned int i;

	set_bit_of(peers, hash);
	if (!sl_peers_exact(peers))
		return;
	for (i = 0; i < peers->count; i++)
		if (peers->first[i] == hash)
			return;
	if (i < SL_PEERS_EXACT)
		peers->first[i] = hash;
	peers->count++;
}

static unsigned int bits_set(const struct sl_peers *peers)
{
	unsigned int i, byte, set = 0;

	for (i = 0; i < SL_PEERS_BITS / 8; i++)
		for (byte = peers->bits[i]; byte; byte &= byte - 1)
			set++;
	return set;
}

/*
 * How many draws it takes on average to set so many bits: while i of m are
 * set, the next new one takes m / (m - i).
 */
static u32 draws_for(unsigned int set)
{
	u32 thousandths = 0;
	unsigned int i;

	for (i = 0; i < set; i++)
		thousandths += SL_PEERS_BITS * 1000 / (SL_PEERS_BITS - i);
	return (thousandths + 500) / 1000;
}

u32 sl_peers_count(const struct sl_peers *peers)
{
	return sl_peers_exact(peers) ? peers->count :
				       draws_for(bits_set(peers));
}
