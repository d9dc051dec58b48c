/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A parameter that is a number from 0 to below some count: what a generator
 * of rows needs where no array of rows exists.
 */
#ifndef _SOCKLEDGER_KUNIT_RANGE_H
#define _SOCKLEDGER_KUNIT_RANGE_H

#include <kunit/test.h>

/* KUnit ends at NULL and begins with it, so number n travels as n + 1. */
static inline const void *range_next(const void *prev, unsigned long count)
{
	unsigned long next = (unsigned long)prev + 1;

	return next <= count ? (const void *)next : NULL;
}

static inline unsigned int range_at(const void *param)
{
	return (unsigned long)param - 1;
}

#endif /* _SOCKLEDGER_KUNIT_RANGE_H */
