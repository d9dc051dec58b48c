/* SPDX-License-Identifier: GPL-2.0 */
/* ICMP errors about handshakes: those that arrive, and those that pass. */
#ifndef _SOCKLEDGER_ICMP_H
#define _SOCKLEDGER_ICMP_H

struct nf_hook_state;
struct sk_buff;
struct sl_ledger;

/**
 * sl_icmp_out() - an IP packet is sent or forwarded that is no TCP segment
 * @l: of the hook's namespace
 * @skb: in the hook LOCAL_OUT or FORWARD; not changed
 * @state: of that hook
 *
 * Looks for an error about a handshake that passes through this machine, be
 * it another machine's or our own.
 */
void sl_icmp_out(struct sl_ledger *l, const struct sk_buff *skb,
		 const struct nf_hook_state *state);

#endif /* _SOCKLEDGER_ICMP_H */
