// SPDX-License-Identifier: GPL-2.0
#include "top_head.h"
#include "text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define GAP	3

/* Facts one after the other, in as many lines as they need. */
struct flow {
	const struct term *term;
	size_t used;		/* columns of this line */
};

static void __attribute__((format(printf, 4, 5)))
put_fact(struct flow *flow, enum tint tint, const char *name,
	 const char *format, ...)
{
	FILE *out = flow->term->out;
	char value[TOP_WORDS_SIZE];
	va_list args;
	size_t width;

	va_start(args, format);
	vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	width = strlen(name) + 1 + text_width(value);
	if (flow->used && flow->used + GAP + width > flow->term->width) {
		putc('\n', out);
		flow->used = 0;
	} else if (flow->used) {
		fprintf(out, "%*s", GAP, "");
		flow->used += GAP;
	}
	flow->used += width;
	fprintf(out, "%s%s%s %s%s%s", term_tint(flow->term, TINT_HEAD), name,
		term_reset(flow->term, TINT_HEAD), term_tint(flow->term, tint),
		value, term_reset(flow->term, tint));
}

static void end_line(struct flow *flow)
{
	putc('\n', flow->term->out);
	flow->used = 0;
}

static void put_rate(struct flow *flow, const char *name, bool known,
		     double rate, enum tint tint)
{
	if (known)
		put_fact(flow, rate > 0 ? tint : TINT_NONE, name, "%.1f/s", rate);
	else
		put_fact(flow, TINT_NONE, name, "-");
}

static void put_ledger(struct flow *flow, const struct top_rates *rates)
{
	const struct top_sample *now = &rates->now;

	put_fact(flow, TINT_NONE, "live", "%" PRIu64 "/%" PRIu64, now->live,
		 now->live_limit);
	put_fact(flow, TINT_NONE, "history", "%" PRIu64 "/%" PRIu64,
		 now->history, now->history_limit);
	put_fact(flow, now->half_open ? TINT_PENDING : TINT_NONE, "half-open",
		 "%" PRIu64, now->half_open);
	put_rate(flow, "new", rates->known, rates->opened, TINT_GOOD);
	put_rate(flow, "failed", rates->known, rates->failed, TINT_BAD);
	put_fact(flow, now->lost ? TINT_BAD : TINT_NONE, "lost", "%" PRIu64,
		 now->lost);
}

static void put_list(struct flow *flow, const struct top_list *list,
		     bool paused)
{
	if (list->matched > list->count)
		put_fact(flow, TINT_NONE, "showing", "%zu of %zu", list->count,
			 list->matched);
	else
		put_fact(flow, TINT_NONE, "showing", "%zu", list->count);
	put_fact(flow, TINT_NONE, "by", "%s%s", top_list_column(list),
		 list->reverse ? ", reversed" : "");
	if (list->live)
		put_fact(flow, TINT_NONE, "only", "live");
	if (*list->words)
		put_fact(flow, TINT_STATE, "filter", "%s", list->words);
	if (paused)
		put_fact(flow, TINT_PENDING, "screen", "paused");
}

void top_head_print(struct page *page, const struct top_rates *rates,
		    const struct top_list *list, bool paused)
{
	struct flow flow = { .term = &page->term };

	put_ledger(&flow, rates);
	end_line(&flow);
	put_list(&flow, list, paused);
	end_line(&flow);
}
