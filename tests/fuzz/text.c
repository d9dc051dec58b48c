// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any duration, program's name and code as text, which is read again: it must
 * say the same, and be one word.
 *
 * Input: eight bytes, a duration; the next two, a code; the rest is a name.
 */
#include "fuzz.h"

#include "pure/names.h"
#include "pure/text.h"

static void expect_word(const char *text)
{
	const char *at;

	MUST(*text);
	for (at = text; *at; at++)
		MUST(*at > ' ' && *at < 0x7f);
}

static void try_duration(u64 ns)
{
	static const struct {
		const char *name;
		u64 ns;
	} units[] = {
		{ "ns", 1 }, { "us", 1000 }, { "ms", 1000000 },
		{ "s", 1000000000 },
	};
	char buf[SL_DURATION_LEN], *end;
	unsigned int len = sl_text_duration(buf, ns), unit;
	u64 whole, fraction = 0;

	MUST(len == strlen(buf) && len < sizeof(buf));
	expect_word(buf);
	whole = strtoull(buf, &end, 10);
	if (*end == '.') {
		MUST(strspn(end + 1, "0123456789") == 3);
		fraction = strtoull(end + 1, &end, 10);
	}
	for (unit = 0; unit < ARRAY_SIZE(units); unit++)
		if (!strcmp(units[unit].name, end))
			break;
	MUST(unit < ARRAY_SIZE(units));
	/* The largest unit of which there is one */
	MUST(whole || !ns);
	MUST(unit == ARRAY_SIZE(units) - 1 || whole < 1000);
	/* Cut, not rounded */
	MUST(whole == ns / units[unit].ns);
	if (unit >= 2)
		MUST(fraction == ns % units[unit].ns / (units[unit].ns / 1000));
	else
		MUST(!fraction);
}

static unsigned int digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

static void try_comm(const uint8_t *data, size_t size)
{
	char comm[SL_COMM_LEN] = "", buf[SL_COMM_TEXT_LEN], back[SL_COMM_LEN];
	unsigned int len, i = 0;
	const char *at = buf;

	memset(back, 0, sizeof(back));
	memcpy(comm, data, size < sizeof(comm) ? size : sizeof(comm));
	memset(buf, '?', sizeof(buf));
	len = sl_text_comm(buf, comm);
	MUST(len < sizeof(buf) && len == strlen(buf));
	expect_word(buf);
	if (!comm[0]) {
		MUST(!strcmp(buf, "-"));
		return;
	}
	while (*at) {
		MUST(i < sizeof(back));
		if (*at != '\\') {
			back[i++] = *at++;
			continue;
		}
		MUST(at[1] == 'x');
		back[i++] = digit(at[2]) << 4 | digit(at[3]);
		at += 4;
	}
	MUST(!strncmp(back, comm, sizeof(back)));
}

static void try_names(unsigned int code)
{
	static const struct {
		const char *(*name)(unsigned int code);
		unsigned int count;
	} tables[] = {
		{ sl_role_name, __SOCKLEDGER_ROLE_MAX },
		{ sl_phase_name, __SOCKLEDGER_PHASE_MAX },
		{ sl_outcome_name, __SOCKLEDGER_OUTCOME_MAX },
		{ sl_reason_name, __SOCKLEDGER_REASON_MAX },
		{ sl_cause_name, __SOCKLEDGER_CAUSE_MAX },
		{ sl_what_name, __SOCKLEDGER_WHAT_MAX },
	};
	const char *name;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		name = tables[i].name(code);
		expect_word(name);
		MUST(strcmp(name, "?") || code >= tables[i].count);
		MUST(!strcmp(name, "?") || code < tables[i].count);
	}
	expect_word(sl_witness_name(code));
	expect_word(sl_dir_name(code));
	expect_word(sl_state_name(code));
	expect_word(sl_proto_name(code));
	MUST(*sl_reason_sentence(code));
	name = sl_error_name(code);
	if (name)
		expect_word(name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = input_of(data, size);

	try_duration(input_number(&input, 8));
	/* Small ones have a name, and so have their neighbours. */
	try_names(input_number(&input, 1));
	try_names(input_number(&input, 4));
	try_comm(input.at, input_left(&input));
	return 0;
}
