// SPDX-License-Identifier: GPL-2.0
#include "page.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

void page_begin(struct page *page, const struct term *like, size_t width)
{
	*page = (struct page){ .term = *like };
	page->term.width = width;
	page->term.out = memory_given(open_memstream(&page->text, &page->size));
}

void page_end(struct page *page)
{
	char *line, *end;
	size_t room = 0;

	fclose(page->term.out);
	page->term.out = NULL;
	memory_given(page->text);
	for (line = page->text; *line; line = end + 1) {
		end = strchr(line, '\n');
		if (!end)
			break;
		*end = '\0';
		if (page->count == room) {
			room = room ? 2 * room : 64;
			page->lines = memory_array(page->lines, room,
						   sizeof(*page->lines));
		}
		page->lines[page->count++] = line;
	}
}

void page_release(struct page *page)
{
	free(page->lines);
	free(page->text);
	*page = (struct page){ 0 };
}
