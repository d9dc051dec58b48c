/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the entries of both ends tell of the same segments, put together.
 */
#ifndef _SOCKLEDGER_MERGE_H
#define _SOCKLEDGER_MERGE_H

#include "story.h"

/**
 * merge_tellings() - make one step of what was sent and its arrival
 * @story: a story of two entries, its steps in order of time
 *
 * What was sent and then did not arrive, as far as the entries can tell, is
 * marked as lost.
 */
void merge_tellings(struct story *story);

#endif /* _SOCKLEDGER_MERGE_H */
