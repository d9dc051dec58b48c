// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any text as a filter of the reader. What is refused is so in a sentence, with
 * the text below it; what is read means the same in parentheses and the opposite
 * after "not", and the module's own filter takes all that it takes.
 *
 * Input: two bytes, from which entries are made, then the text.
 */
#include "filter_kernel.h"
#include "filter_parse.h"
#include "fuzz.h"
#include "memory.h"
#include "model.h"

#include <libmnl/libmnl.h>
#include <locale.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

#define ENTRIES		8
#define TEXT_MOST	1024

/* No name is asked of anybody: what it has for addresses depends on it alone. */
int getaddrinfo(const char *name, const char *service,
		const struct addrinfo *hints, struct addrinfo **ret)
{
	static struct sockaddr_in in = {
		.sin_family = AF_INET, .sin_addr = { 0x0100000a },
	};
	static struct sockaddr_in6 in6 = {
		.sin6_family = AF_INET6, .sin6_addr = { { { 0xfd } } },
	};
	static struct addrinfo info6 = {
		.ai_family = AF_INET6, .ai_addr = (struct sockaddr *)&in6,
	};
	static struct addrinfo info = {
		.ai_family = AF_INET, .ai_addr = (struct sockaddr *)&in,
		.ai_next = &info6,
	};

	(void)service;
	(void)hints;
	if (strlen(name) % 2)
		return EAI_NONAME;
	*ret = &info;
	return 0;
}

void freeaddrinfo(struct addrinfo *info)
{
	(void)info;
}

/* A sentence, the text, and what is pointed at, each on a line of its own */
static void expect_complaint(const char *said)
{
	unsigned int lines = 0;
	const char *at;

	MUST(!strncmp(said, "sockledger: ", 12));
	for (at = said; *at; at++) {
		lines += *at == '\n';
		/* No byte of it moves the cursor. */
		MUST(*at == '\n' || (unsigned char)*at >= ' ');
		MUST(*at != 0x7f);
	}
	MUST(lines == 3 && at[-1] == '\n');
}

static bool parse(char *text, struct filter **ret)
{
	char *words[2] = { text };
	enum status status;
	char *said = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&said, &size);

	*ret = NULL;
	complain_to(file);
	status = filter_parse(words, &filter_entries, ret);
	complain_to(NULL);
	fclose(file);
	MUST(status == STATUS_FOUND || status == STATUS_ERROR);
	if (status == STATUS_FOUND)
		MUST(!size);
	else
		expect_complaint(said);
	free(said);
	return status == STATUS_FOUND;
}

static struct filter *parse_again(const char *format, const char *text)
{
	char again[TEXT_MOST + 16];
	struct filter *ret;

	snprintf(again, sizeof(again), format, text);
	MUST(parse(again, &ret));
	return ret;
}

struct readings {
	struct filter *filter, *inside, *opposite;
};

static void try_entry(const struct readings *readings, bool something,
		      const struct nlmsghdr *request)
{
	struct model model;
	struct entry entry;
	bool taken;

	model_random(&model);
	model_entry(&model, &entry);
	taken = filter_takes_entry(readings->filter, &entry);
	MUST(taken == filter_takes_entry(readings->inside, &entry));
	MUST(taken != filter_takes_entry(readings->opposite, &entry));
	if (taken)
		MUST(something && kernel_takes(request, &model));
	entry_release(&entry);
}

static void try_filter(char *text)
{
	char buffer[4096] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
	struct readings readings;
	bool something;
	unsigned int i;

	if (!parse(text, &readings.filter) || !readings.filter)
		return;
	readings.inside = parse_again("(%s)", text);
	readings.opposite = parse_again("not (%s)", text);
	something = filter_kernel_put(readings.filter, request);
	for (i = 0; i < ENTRIES; i++)
		try_entry(&readings, something, request);
	filter_free(readings.filter);
	filter_free(readings.inside);
	filter_free(readings.opposite);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_of(data, size);
	char text[TEXT_MOST] = "";

	setlocale(LC_ALL, "C.UTF-8");
	srandom(input_number(&input, 2));
	size = input_left(&input);
	memcpy(text, input.at, size < sizeof(text) ? size : sizeof(text) - 1);
	try_filter(text);
	return 0;
}
