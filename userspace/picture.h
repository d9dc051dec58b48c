/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A story as a picture: what ladder.c draws in characters, in SVG.
 */
#ifndef _SOCKLEDGER_PICTURE_H
#define _SOCKLEDGER_PICTURE_H

#include "gather.h"

#include <stdio.h>

/**
 * picture_print() - draw a story
 * @gathered: the entry, and what belongs to its story
 * @out: where to
 */
void picture_print(const struct gathered *gathered, FILE *out);

#endif /* _SOCKLEDGER_PICTURE_H */
