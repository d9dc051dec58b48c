/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The story that "top" shows of one entry, larger than the screen perhaps.
 */
#ifndef _SOCKLEDGER_TOP_STORY_H
#define _SOCKLEDGER_TOP_STORY_H

#include "complain.h"
#include "page.h"

#include <stddef.h>
#include <stdint.h>

/**
 * struct top_story - the story
 * @id: of the entry, 0: no story is shown
 * @page: what there is to show
 * @top: its first line on the screen
 * @left: its first column there
 */
struct top_story {
	uint64_t id;
	struct page page;
	size_t top, left;
};

/**
 * top_story_read() - tell it as it is now
 * @story: the story; unless it can be told it stays as it was
 * @term: what the screen can show
 * @width: columns of it
 *
 * Return: STATUS_FOUND, or STATUS_NOTHING or STATUS_ERROR after a complaint.
 */
enum status top_story_read(struct top_story *story, const struct term *term,
			   size_t width);

/**
 * top_story_scroll() - look at another part
 * @story: the story
 * @down: by so many lines
 * @right: by so many columns
 */
void top_story_scroll(struct top_story *story, long down, long right);

/**
 * top_story_draw() - put it on the screen
 * @story: the story
 * @height: lines there are for it
 */
void top_story_draw(struct top_story *story, size_t height);

/** top_story_close() - show it no longer */
void top_story_close(struct top_story *story);

#endif /* _SOCKLEDGER_TOP_STORY_H */
