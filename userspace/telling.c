// SPDX-License-Identifier: GPL-2.0
#include "telling.h"
#include "ladder.h"
#include "summary.h"

#include <stdio.h>

void telling_print(const struct gathered *gathered, const struct term *term)
{
	struct story story;

	summary_head(&gathered->entry, gathered_peer(gathered), term);
	gathered_story(gathered, &story);
	if (story.count) {
		putc('\n', term->out);
		ladder_print(&story, term);
		putc('\n', term->out);
	}
	story_release(&story);
	summary_foot(&gathered->entry, term);
}
