// SPDX-License-Identifier: GPL-2.0
/*
 * Events as they happen. Their numbers rise by one, so a number that is
 * missing tells of a loss: the socket was full, or the kernel's journal went
 * round before it was sent.
 */
#include "client.h"
#include "command.h"
#include "counters.h"
#include "entries.h"
#include "json.h"
#include "memory.h"
#include "notice.h"
#include "text.h"

#include "pure/names.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* An entry that was shown as it is: what is in it already is not news. */
struct present {
	uint64_t id;
	uint64_t up_to;
};

struct watch {
	const struct options *options;
	struct filter *filter;
	struct client *asked;	/* about entries; another gets the events */
	uint64_t last;		/* number seen, or given before it began */
	bool counting;		/* there was one */
	uint64_t shown;
	uint64_t missed;
	bool behind;		/* lost some, and nobody told how many yet */
	uint64_t due;		/* then: what has come up to, or was lost; 0: ask */
	struct present *present;	/* in order of id */
	size_t count, room;
	struct field_fault fault;
	bool unreadable;
	enum status status;	/* of asking about the last entry */
};

static void say_missed(struct watch *watch, uint64_t first, uint64_t last)
{
	struct json_out out = { 0 };
	char count[64];

	watch->missed += last - first + 1;
	if (watch->options->json) {
		json_open_object(&out, NULL);
		json_number(&out, "missed", last - first + 1);
		json_number(&out, "first", first);
		json_number(&out, "last", last);
		json_close_object(&out);
		putchar('\n');
		return;
	}
	text_count(count, sizeof(count), last - first + 1, "event");
	/* In its place among them, wherever the two streams go. */
	fflush(stdout);
	complain("missed %s, number %" PRIu64 " to %" PRIu64, count, first,
		 last);
}

static int by_id(const void *key, const void *element)
{
	uint64_t id = *(const uint64_t *)key;
	const struct present *present = element;

	return id < present->id ? -1 : id > present->id;
}

static bool is_news(const struct watch *watch, const struct notice *notice)
{
	const struct present *present = NULL;

	if (watch->count)
		present = bsearch(&notice->entry_id, watch->present,
				  watch->count, sizeof(*present), by_id);
	return !present || notice->number > present->up_to;
}

/* Of an entry that is gone it is not taken: nobody knows any more. */
static bool takes_with_entry(struct watch *watch, const struct notice *notice)
{
	struct subject subject;
	struct entry entry;
	bool takes;

	watch->status = entries_get(watch->asked, notice->entry_id, &entry);
	if (watch->status != STATUS_FOUND)
		return false;
	subject_of_event(notice, &entry, &subject);
	takes = filter_judge(watch->filter, &subject) == VERDICT_YES;
	entry_release(&entry);
	return takes;
}

/* What the event tells decides; where that is not enough, what its entry is. */
static bool is_wanted(struct watch *watch, const struct notice *notice)
{
	struct subject subject;

	if (!watch->filter)
		return true;
	subject_of_notice(notice, &subject);
	switch (filter_judge(watch->filter, &subject)) {
	case VERDICT_NO:
		return false;
	case VERDICT_YES:
		return true;
	default:
		return takes_with_entry(watch, notice);
	}
}

static void take_notice(struct watch *watch, const struct notice *notice)
{
	struct json_out out = { 0 };
	char text[NOTICE_SIZE];

	/* What was under way when we joined may be older than that. */
	if (watch->counting && notice->number > watch->last + 1)
		say_missed(watch, watch->last + 1, notice->number - 1);
	if (!watch->counting || notice->number > watch->last)
		watch->last = notice->number;
	watch->counting = true;
	if (!is_news(watch, notice) || !is_wanted(watch, notice))
		return;
	watch->shown++;
	if (watch->options->json) {
		json_notice(&out, notice);
	} else {
		notice_text(text, sizeof(text), notice);
		fputs_unlocked(text, stdout);
	}
	putc_unlocked('\n', stdout);
}

static int take_message(const void *attrs, size_t length, void *data)
{
	struct watch *watch = data;
	struct notices notices;
	size_t i;

	watch->unreadable = notices_decode(&notices, attrs, length,
					   &watch->fault);
	for (i = 0; i < notices.count && watch->status != STATUS_ERROR; i++)
		take_notice(watch, &notices.list[i]);
	notices_release(&notices);
	return watch->unreadable || watch->status == STATUS_ERROR ||
	       term_failed();
}

static void print_present(const struct entry *entry)
{
	char local[ENDPOINT_SIZE], remote[ENDPOINT_SIZE], start[64];

	text_date(start, sizeof(start), entry->start_ns);
	entry_local_text(entry, local, sizeof(local));
	entry_remote_text(entry, remote, sizeof(remote));
	printf("%s %" PRIu64 " %s %s %s present %s\n", start, entry->id,
	       sl_role_name(entry->role), local, remote,
	       entry_state_word(entry));
}

static int take_present(struct entry *entry, void *data)
{
	struct json_out out = { 0 };
	struct watch *watch = data;

	if (watch->count == watch->room) {
		watch->room = watch->room ? 2 * watch->room : 256;
		watch->present = memory_array(watch->present, watch->room,
					      sizeof(*watch->present));
	}
	watch->present[watch->count++] = (struct present){
		.id = entry->id, .up_to = entry->up_to,
	};
	watch->shown++;
	if (watch->options->json) {
		json_open_object(&out, NULL);
		json_entry(&out, "present", entry, NULL);
		json_close_object(&out);
		putchar('\n');
	} else {
		print_present(entry);
	}
	return term_failed();
}

/* The number given last before now: what is lost from here on will show. */
static enum status take_number(struct watch *watch, uint64_t *number)
{
	struct counters counters;
	enum status status = counters_get(watch->asked, &counters);
	size_t i;

	if (status != STATUS_FOUND)
		return status;
	for (i = 0; i < counters.count; i++) {
		if (strcmp(counters.list[i].name, "notices"))
			continue;
		*number = counters.list[i].value;
		watch->counting = true;
	}
	counters_release(&counters);
	return STATUS_FOUND;
}

/* Also once more, while the last loss is not told of yet. */
static void fall_behind(struct watch *watch)
{
	watch->behind = true;
	watch->due = 0;
}

static void settle(struct watch *watch)
{
	if (watch->last < watch->due) {
		say_missed(watch, watch->last + 1, watch->due);
		watch->last = watch->due;
	}
	watch->due = 0;
	watch->behind = false;
}

/*
 * After a loss, once nothing comes any more: what was lost last no event that
 * follows tells of. What has its number may still be on its way, until nothing
 * has come once more.
 */
static enum status catch_up(struct watch *watch)
{
	if (!watch->due)
		return take_number(watch, &watch->due);
	settle(watch);
	return STATUS_FOUND;
}

/* As there is no more time. */
static enum status catch_up_at_once(struct watch *watch)
{
	enum status status = STATUS_FOUND;

	if (!watch->due)
		status = take_number(watch, &watch->due);
	if (status == STATUS_FOUND)
		settle(watch);
	return status;
}

/* What has not ended, while events gather. */
static enum status begin(struct watch *watch)
{
	struct filter live = {
		.kind = FILTER_TEST,
		.test = { .aspect = ASPECT_LIVE, .range = { 1, 1 } },
	};
	struct filter both = {
		.kind = FILTER_AND, .left = &live, .right = watch->filter,
	};
	enum status status = take_number(watch, &watch->last);

	if (status != STATUS_FOUND || !watch->options->present)
		return status;
	status = entries_walk(watch->asked, watch->filter ? &both : &live,
			      watch->options->json ? SOCKLEDGER_DETAIL_STORY :
						     SOCKLEDGER_DETAIL_FACTS,
			      take_present, watch);
	fflush(stdout);
	return status;
}

/* Can be read from once a signal has asked us to end. */
static int stop = -1;

static void ask_to_stop(int signal)
{
	(void)signal;
	eventfd_write(stop, 1);
	/* What was written in part is tried again, and would wait again. */
	alarm(1);
}

/*
 * As something to read, so that a signal before the wait is not missed. Without
 * SA_RESTART, as nobody may take what we write.
 */
static enum status open_signals(void)
{
	struct sigaction action = { .sa_handler = ask_to_stop };

	stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (stop < 0 || sigaction(SIGINT, &action, NULL) ||
	    sigaction(SIGTERM, &action, NULL) ||
	    sigaction(SIGALRM, &action, NULL))
		return complain("signals cannot be waited for: %s",
				strerror(errno));
	return STATUS_FOUND;
}

/* The kernel sends what happened within some milliseconds, or never. */
#define SETTLED_MS	1000

/* Why it ended: see client_listen(). How many were lost the next number tells. */
static int take_all(struct client *client, struct watch *watch)
{
	int error;

	for (;;) {
		error = client_listen(client, take_message, watch, stop,
				      watch->behind ? SETTLED_MS : -1);
		if (error == -ENOBUFS)
			fall_behind(watch);
		else if (error == -ETIME)
			watch->status = catch_up(watch);
		else
			break;
		if (watch->status == STATUS_ERROR)
			break;
	}
	if (error == -EINTR && watch->behind)
		watch->status = catch_up_at_once(watch);
	return error;
}

static enum status listen_on(struct client *client, struct watch *watch)
{
	int error = take_all(client, watch);
	char missed[32];

	if (watch->unreadable)
		return fields_complain("an event", &watch->fault);
	if (watch->status == STATUS_ERROR)
		return STATUS_ERROR;
	if (error < 0 && error != -EINTR && error != -ENODEV)
		return client_complain(client, error);
	if (watch->missed) {
		text_count(missed, sizeof(missed), watch->missed, "event");
		complain("%s missed, %" PRIu64 " shown", missed, watch->shown);
	}
	if (error == -ENODEV)
		return complain("the module has been unloaded");
	return watch->shown ? STATUS_FOUND : STATUS_NOTHING;
}

static enum status join(struct watch *watch)
{
	struct client *client;
	enum status status = client_open(&client);

	if (status != STATUS_FOUND)
		return status;
	status = client_join(client, SOCKLEDGER_GROUP_EVENTS);
	if (status == STATUS_FOUND)
		status = begin(watch);
	if (status == STATUS_FOUND)
		status = listen_on(client, watch);
	client_close(client);
	return status;
}

enum status watch_run(const struct options *options, char **args)
{
	struct watch watch = { .options = options };
	enum status status;

	status = options_filter(options, args, &filter_events, &watch.filter);
	if (status != STATUS_FOUND)
		return status;
	status = client_open(&watch.asked);
	if (status == STATUS_FOUND) {
		status = open_signals();
		if (status == STATUS_FOUND)
			status = join(&watch);
		client_close(watch.asked);
	}
	filter_free(watch.filter);
	free(watch.present);
	return status;
}
