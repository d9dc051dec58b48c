/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words for every code of the ABI, one table each, used by /proc and,
 * compiled a second time, by the reader. A code outside its table reads "?".
 */
#ifndef _SOCKLEDGER_NAMES_H
#define _SOCKLEDGER_NAMES_H

#include "../uapi/sockledger.h"

const char *sl_role_name(unsigned int role);
const char *sl_phase_name(unsigned int phase);
const char *sl_outcome_name(unsigned int outcome);
const char *sl_reason_name(unsigned int reason);
const char *sl_reason_sentence(unsigned int reason);
const char *sl_cause_name(unsigned int cause);
const char *sl_witness_name(unsigned int witness);
const char *sl_what_name(unsigned int what);
const char *sl_dir_name(unsigned int dir);
const char *sl_state_name(unsigned int state);
const char *sl_proto_name(unsigned int proto);

/**
 * sl_error_name() - an errno as programs write it
 * @error: positive
 *
 * Return: NULL for one that has nothing to do with sockets: its number says
 * more than "?".
 */
const char *sl_error_name(unsigned int error);

#endif /* _SOCKLEDGER_NAMES_H */
