// SPDX-License-Identifier: GPL-2.0
#include "command.h"
#include "memory.h"
#include "page.h"
#include "screen.h"
#include "top_head.h"
#include "top_list.h"
#include "top_prompt.h"
#include "top_rates.h"
#include "top_story.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define NS_PER_MS	UINT64_C(1000000)
#define SIDEWAYS	8	/* columns that a key moves a story by */

struct top {
	const struct options *options;
	struct term term;
	struct top_list list;
	struct top_rates rates;
	struct top_story story;
	struct top_prompt prompt;
	bool paused;
	bool ended;
	char complaint[512];	/* of the last look at the ledger, "" if none */
};

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * UINT64_C(1000) + now.tv_nsec / NS_PER_MS;
}

static void read_ledger(struct top *top)
{
	size_t lines, columns;

	screen_size(&lines, &columns);
	if (top_rates_read(&top->rates) != STATUS_FOUND)
		return;
	if (!top->story.id)
		top_list_read(&top->list);
	else if (top_story_read(&top->story, &top->term, columns) !=
		 STATUS_FOUND && !top->story.page.count)
		top_story_close(&top->story);
}

/* What there is to complain of is for the foot of the screen. */
static void quietly(struct top *top, void (*act)(struct top *top))
{
	size_t room = sizeof(top->complaint) - 1;
	FILE *complaints = memory_given(fmemopen(top->complaint, room, "w"));

	memset(top->complaint, 0, sizeof(top->complaint));
	complain_to(complaints);
	act(top);
	complain_to(NULL);
	fclose(complaints);
	top->complaint[strcspn(top->complaint, "\n")] = '\0';
}

static void look(struct top *top)
{
	quietly(top, read_ledger);
}

/* Keys and what they do, between bars. */
static void put_keys(const struct top *top, size_t y, const char *keys)
{
	struct page page;
	const char *c;

	page_begin(&page, &top->term, 0);
	fputs(term_tint(&top->term, TINT_HEAD), page.term.out);
	for (c = keys; *c; c++) {
		if (*c == '=')
			fprintf(page.term.out, "%s ",
				term_reset(&top->term, TINT_HEAD));
		else if (*c == '|')
			fprintf(page.term.out, "  %s",
				term_tint(&top->term, TINT_HEAD));
		else
			putc(*c, page.term.out);
	}
	putc('\n', page.term.out);
	page_end(&page);
	screen_put(y, page.lines[0], 0, false);
	page_release(&page);
}

static void put_complaint(const struct top *top, size_t y)
{
	char line[sizeof(top->complaint) + 32];

	snprintf(line, sizeof(line), "%s%s%s", term_tint(&top->term, TINT_BAD),
		 top->complaint, term_reset(&top->term, TINT_BAD));
	screen_put(y, line, 0, false);
}

static void put_foot(const struct top *top, size_t y, const char *keys)
{
	if (*top->complaint)
		put_complaint(top, y);
	else
		put_keys(top, y, keys);
}

/* From line @y up to the foot. */
static void put_list(struct top *top, size_t y, size_t foot, size_t columns)
{
	size_t i, chosen;
	struct page page;

	page_begin(&page, &top->term, columns);
	chosen = top_list_print(&top->list, &page, foot > y ? foot - y : 0);
	page_end(&page);
	for (i = 0; i < page.count && y < foot; i++)
		screen_put(y++, page.lines[i], 0, i && i == chosen);
	page_release(&page);
}

static void draw_list(struct top *top, size_t lines, size_t columns)
{
	struct page page;
	size_t i, y = 0;

	page_begin(&page, &top->term, columns);
	top_head_print(&page, &top->rates, &top->list, top->paused);
	page_end(&page);
	for (i = 0; i < page.count; i++)
		screen_put(y++, page.lines[i], 0, false);
	page_release(&page);
	put_list(top, y, lines - 1, columns);
	if (top->prompt.open) {
		if (*top->complaint && lines > 1)
			put_complaint(top, lines - 2);
		top_prompt_draw(&top->prompt, &top->term, lines - 1, columns);
	} else {
		put_foot(top, lines - 1,
			 "q=quit|Enter=story|/=filter|<>=sort|r=reverse|l=live only|p=pause");
	}
}

static void draw(struct top *top)
{
	size_t lines, columns;

	screen_size(&lines, &columns);
	screen_wipe();
	if (top->story.id) {
		top_story_draw(&top->story, lines - 1);
		put_foot(top, lines - 1, "q=back|arrows=scroll|p=pause");
	} else {
		draw_list(top, lines, columns);
	}
	screen_show();
}

static void toggle_live(struct top *top)
{
	top_list_filter(&top->list, !top->list.live, top->list.words);
	read_ledger(top);
}

/* A filter that is not understood stays in the prompt. */
static void take_filter(struct top *top)
{
	if (top_list_filter(&top->list, top->list.live, top->prompt.text) !=
	    STATUS_FOUND)
		return;
	top->prompt.open = false;
	read_ledger(top);
}

static void prompt_key(struct top *top, int key)
{
	switch (key) {
	case SCREEN_KEY_ENTER:
		quietly(top, take_filter);
		break;
	case SCREEN_KEY_ESCAPE:
		top->prompt.open = false;
		look(top);
		break;
	default:
		top_prompt_key(&top->prompt, key);
	}
}

static void open_story(struct top *top)
{
	if (!top->list.count)
		return;
	top->story.id = top->list.entries[top->list.chosen].id;
	look(top);
}

static void close_story(struct top *top)
{
	top_story_close(&top->story);
	look(top);
}

/* Lines that a key moves up or down by; 0 for a key that does not. */
static long lines_of(int key)
{
	size_t lines, columns;
	long page;

	screen_size(&lines, &columns);
	page = lines > 6 ? lines - 6 : 1;
	switch (key) {
	case SCREEN_KEY_UP:
	case 'k':
		return -1;
	case SCREEN_KEY_DOWN:
	case 'j':
		return 1;
	case SCREEN_KEY_PAGE_UP:
		return -page;
	case SCREEN_KEY_PAGE_DOWN:
	case ' ':
		return page;
	case SCREEN_KEY_HOME:
	case 'g':
		return -(1L << 30);
	case SCREEN_KEY_END:
	case 'G':
		return 1L << 30;
	default:
		return 0;
	}
}

static void story_key(struct top *top, int key)
{
	switch (key) {
	case 'q':
	case SCREEN_KEY_ESCAPE:
	case SCREEN_KEY_ENTER:
		close_story(top);
		break;
	case SCREEN_KEY_LEFT:
		top_story_scroll(&top->story, 0, -SIDEWAYS);
		break;
	case SCREEN_KEY_RIGHT:
		top_story_scroll(&top->story, 0, SIDEWAYS);
		break;
	case SCREEN_KEY_RESIZE:
		look(top);
		break;
	default:
		top_story_scroll(&top->story, lines_of(key), 0);
	}
}

/* Of more than it keeps, others come first in another order. */
static void read_others(struct top *top)
{
	if (top->list.matched > top->list.count)
		look(top);
}

static void list_key(struct top *top, int key)
{
	switch (key) {
	case 'q':
		top->ended = true;
		break;
	case SCREEN_KEY_ENTER:
		open_story(top);
		break;
	case SCREEN_KEY_LEFT:
	case '<':
		top_list_sort(&top->list, -1);
		read_others(top);
		break;
	case SCREEN_KEY_RIGHT:
	case '>':
		top_list_sort(&top->list, 1);
		read_others(top);
		break;
	case 'r':
		top_list_reverse(&top->list);
		read_others(top);
		break;
	case 'l':
		quietly(top, toggle_live);
		break;
	case '/':
		top_prompt_open(&top->prompt, top->list.words);
		break;
	default:
		top_list_move(&top->list, lines_of(key));
	}
}

static void take_key(struct top *top, int key)
{
	if (key == SCREEN_KEY_NONE)
		return;
	if (key == SCREEN_KEY_INTERRUPT)
		top->ended = true;
	else if (top->prompt.open)
		prompt_key(top, key);
	else if (key == 'p')
		top->paused = !top->paused;
	else if (top->story.id)
		story_key(top, key);
	else
		list_key(top, key);
}

static void run(struct top *top)
{
	uint64_t interval = top->options->interval_ms, due, now;

	look(top);
	due = now_ms() + interval;
	while (!top->ended) {
		draw(top);
		now = now_ms();
		take_key(top, screen_key(now < due ? due - now : 0));
		if (now_ms() < due)
			continue;
		if (!top->paused && !top->prompt.open)
			look(top);
		/* From its end, so that a key is heard however long it took. */
		due = now_ms() + interval;
	}
}

/* What is wrong from the start is no matter for a screen. */
static enum status begin(struct top *top, char **words)
{
	char text[TOP_WORDS_SIZE] = "";
	struct top_rates rates = { 0 };
	enum status status;
	size_t used = 0;

	for (; *words; words++) {
		used += snprintf(text + used, sizeof(text) - used, "%s%s",
				 used ? " " : "", *words);
		if (used >= sizeof(text))
			return complain("the filter is too long for a screen");
	}
	status = top_list_filter(&top->list, false, text);
	if (status == STATUS_FOUND)
		status = top_rates_read(&rates);
	return status == STATUS_FOUND ? screen_start(&top->term) : status;
}

enum status top_run(const struct options *options, char **args)
{
	struct top top = { .options = options, .term = options->term };
	enum status status;

	if (options->json)
		return complain("\"top\" draws a screen, which cannot be JSON (\"watch --json\" prints events as they happen)");
	top_list_init(&top.list, options);
	status = begin(&top, args);
	if (status == STATUS_FOUND) {
		run(&top);
		screen_stop();
	}
	top_story_close(&top.story);
	top_list_release(&top.list);
	return status;
}
