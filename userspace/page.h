/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Text that is kept, line by line, instead of being printed.
 */
#ifndef _SOCKLEDGER_PAGE_H
#define _SOCKLEDGER_PAGE_H

#include "term.h"

#include <stddef.h>

/**
 * struct page - lines of text
 * @term: what to print to until page_end()
 * @lines: after it, the lines, without their newlines
 * @count: how many
 */
struct page {
	struct term term;
	char **lines;
	size_t count;
	char *text;
	size_t size;
};

/**
 * page_begin() - start a page
 * @page: to be set up, for page_release()
 * @like: what the page can show, but for its width
 * @width: columns of it
 */
void page_begin(struct page *page, const struct term *like, size_t width);

/** page_end() - nothing more is printed: find the lines */
void page_end(struct page *page);

/** page_release() - free what it holds; a page of zeros holds nothing */
void page_release(struct page *page);

#endif /* _SOCKLEDGER_PAGE_H */
