/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The datagrams witness: what UDP and UDP-Lite sockets send, get, lose and
 * read. What leaves is seen by the wire witness's hook; the rest by probes
 * and tracepoints. Where a namespace does not count datagrams, all of them
 * return at once; while none does, the probes are off.
 */
#ifndef _SOCKLEDGER_DATAGRAMS_H
#define _SOCKLEDGER_DATAGRAMS_H

#include <linux/types.h>

struct nf_hook_state;
struct sk_buff;
struct sl_ledger;

/**
 * sl_datagrams_out() - a packet that is not TCP leaves
 * @l: of the hook's namespace
 * @skb: at LOCAL_OUT
 * @state: of the hook
 *
 * Of interest is what a UDP socket of this machine sends by itself, rather
 * than through a tunnel's: there the inner packet has been here before.
 */
void sl_datagrams_out(struct sl_ledger *l, const struct sk_buff *skb,
		      const struct nf_hook_state *state);

/**
 * sl_datagrams_switch() - attend to the probes, or do not
 * @on: does any namespace count datagrams, or did a moment ago?
 *
 * Context: process, may sleep; the probes are attached.
 */
void sl_datagrams_switch(bool on);

/**
 * sl_datagrams_init() - attach to the tracepoints
 *
 * A kernel without them loses what they tell only, and a message says so.
 *
 * Context: process; the ledgers exist.
 * Return: 0; negative errno if attaching failed.
 */
int sl_datagrams_init(void);

/** sl_datagrams_uninit() - detach; nothing of this runs any more on return */
void sl_datagrams_uninit(void);

/**
 * sl_datagrams_adopt() - take in the UDP sockets that hold a port already
 *
 * One without a port is in no table: it is taken in when it is used. Context:
 * process; the probes are attached.
 */
void sl_datagrams_adopt(void);

#endif /* _SOCKLEDGER_DATAGRAMS_H */
