/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A story as a drawing: two lifelines, time running down.
 */
#ifndef _SOCKLEDGER_LADDER_H
#define _SOCKLEDGER_LADDER_H

#include "story.h"
#include "term.h"

/**
 * ladder_print() - draw a story
 * @story: the story
 * @term: what standard output can show
 */
void ladder_print(const struct story *story, const struct term *term);

#endif /* _SOCKLEDGER_LADDER_H */
