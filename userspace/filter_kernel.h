/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What of a filter the kernel can apply, so that it need not send everything.
 */
#ifndef _SOCKLEDGER_FILTER_KERNEL_H
#define _SOCKLEDGER_FILTER_KERNEL_H

#include "filter.h"

#include <stdbool.h>

struct nlmsghdr;

/**
 * filter_kernel_put() - put a filter's conditions into a request for entries
 * @filter: the filter, NULL for everything
 * @request: gets SOCKLEDGER_A_ENTRY_FILTER, unless there is no condition that
 *           the kernel knows
 *
 * The kernel's conditions all have to hold, each on its own, so what it then
 * sends may be more than the filter takes, but never less.
 *
 * Return: false when no entry at all can meet the filter.
 */
bool filter_kernel_put(const struct filter *filter, struct nlmsghdr *request);

#endif /* _SOCKLEDGER_FILTER_KERNEL_H */
