// SPDX-License-Identifier: GPL-2.0
#include "top_story.h"
#include "gather.h"
#include "screen.h"
#include "telling.h"

/* A ladder is never wider; columns. */
#define MOST_LEFT	80

enum status top_story_read(struct top_story *story, const struct term *term,
			   size_t width)
{
	struct gathered gathered;
	enum status status;

	status = gather_read(story->id, &gathered);
	if (status != STATUS_FOUND)
		return status;
	page_release(&story->page);
	page_begin(&story->page, term, width);
	telling_print(&gathered, &story->page.term);
	page_end(&story->page);
	gathered_release(&gathered);
	return STATUS_FOUND;
}

static size_t moved(size_t from, long by, size_t most)
{
	long to = (long)from + by;

	if (to < 0)
		return 0;
	return (size_t)to > most ? most : (size_t)to;
}

void top_story_scroll(struct top_story *story, long down, long right)
{
	story->top = moved(story->top, down, story->page.count);
	story->left = moved(story->left, right, MOST_LEFT);
}

void top_story_draw(struct top_story *story, size_t height)
{
	size_t i, count = story->page.count;

	/* The screen is full as long as there is something to fill it with. */
	if (story->top + height > count)
		story->top = count > height ? count - height : 0;
	for (i = 0; i < height && story->top + i < count; i++)
		screen_put(i, story->page.lines[story->top + i], story->left,
			   false);
}

void top_story_close(struct top_story *story)
{
	page_release(&story->page);
	*story = (struct top_story){ 0 };
}
