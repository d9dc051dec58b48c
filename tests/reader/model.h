/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An entry as neither the reader nor the module writes it, from which each gets
 * its own.
 */
#ifndef _SOCKLEDGER_TESTS_MODEL_H
#define _SOCKLEDGER_TESTS_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define MODEL_PROGRAMS	3

struct model {
	bool in6;		/* its socket */
	bool local6, remote6;	/* its addresses; else they are of IPv4 */
	uint8_t local[16];	/* the first four where they are of IPv4 */
	uint8_t remote[16];
	uint16_t lport, rport;	/* 0: none, and no address either */
	uint8_t proto;
	uint8_t role;
	uint8_t state;		/* 0: none */
	bool handshake;
	uint8_t outcome, reason;
	uint64_t listener_id;	/* 0: none */
	uint32_t pids[MODEL_PROGRAMS];	/* 0: none */
	bool live;
};

struct entry;
struct nlmsghdr;

/** model_random() - one made at random, of few values, so that filters meet it */
void model_random(struct model *ret);

/** model_entry() - as the reader has it; @ret is for entry_release() */
void model_entry(const struct model *model, struct entry *ret);

/** kernel_takes() - would the module's own code take it for a request? */
bool kernel_takes(const struct nlmsghdr *request, const struct model *model);

#endif /* _SOCKLEDGER_TESTS_MODEL_H */
