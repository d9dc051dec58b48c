/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lines at the head of "top".
 */
#ifndef _SOCKLEDGER_TOP_HEAD_H
#define _SOCKLEDGER_TOP_HEAD_H

#include "page.h"
#include "top_list.h"
#include "top_rates.h"

#include <stdbool.h>

/**
 * top_head_print() - print what there is to say of the ledger and of the list
 * @page: where to; what does not fit into its width goes on the next line
 * @rates: of the ledger
 * @list: the list
 * @paused: whether the screen stands still
 */
void top_head_print(struct page *page, const struct top_rates *rates,
		    const struct top_list *list, bool paused);

#endif /* _SOCKLEDGER_TOP_HEAD_H */
