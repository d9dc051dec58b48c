/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All there is to say of an entry, as text: who it is, its story as a ladder,
 * and what is left to say.
 */
#ifndef _SOCKLEDGER_TELLING_H
#define _SOCKLEDGER_TELLING_H

#include "gather.h"
#include "term.h"

/**
 * telling_print() - tell it
 * @gathered: the entry, and what belongs to its story
 * @term: where to, and what that can show
 */
void telling_print(const struct gathered *gathered, const struct term *term);

#endif /* _SOCKLEDGER_TELLING_H */
