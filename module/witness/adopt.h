/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TCP sockets that existed before the module. Each is adopted where the walk
 * through the kernel's tables finds it, or where it changes its state before.
 */
#ifndef _SOCKLEDGER_ADOPT_H
#define _SOCKLEDGER_ADOPT_H

#include <linux/types.h>

struct sl_ledger;
struct sock;

/* May a socket without an entry be an old one? */
extern bool sl_adopting;

/**
 * sl_adopt_begin() - from now on a socket without an entry may be an old one
 *
 * Before the first change is heard. Context: process.
 */
void sl_adopt_begin(void);

/** sl_adopt_end() - every old socket has its entry, or nobody will ask */
void sl_adopt_end(void);

/**
 * sl_adopt_moving() - a socket is about to change its state
 * @l: of its namespace
 * @sk: the socket; its lock is held
 * @state: the one that it leaves
 *
 * Nothing is done when it has an entry. Context: as observe.h says.
 */
void sl_adopt_moving(struct sl_ledger *l, const struct sock *sk, u8 state);

/** sl_adopt_all() - take in the sockets that exist already. May sleep. */
void sl_adopt_all(void);

#endif /* _SOCKLEDGER_ADOPT_H */
