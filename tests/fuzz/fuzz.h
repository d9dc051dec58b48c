/* SPDX-License-Identifier: GPL-2.0-only */
/* What every fuzzer needs: values out of the bytes it is given, and a verdict. */
#ifndef _SOCKLEDGER_TESTS_FUZZ_H
#define _SOCKLEDGER_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* The fuzzer shows the input, and keeps it, when a program aborts. */
#define MUST(condition) do { \
	if (!(condition)) { \
		fprintf(stderr, "%s:%d: it does not hold that %s\n", \
			__FILE__, __LINE__, #condition); \
		abort(); \
	} \
} while (0)

struct input {
	const uint8_t *at, *end;
};

static inline struct input input_of(const uint8_t *data, size_t size)
{
	return (struct input){ data, data + size };
}

/** input_left() - bytes that are left */
static inline size_t input_left(const struct input *input)
{
	return input->end - input->at;
}

/** input_number() - a number of some bytes; zeros where the input is over */
static inline uint64_t input_number(struct input *input, unsigned int bytes)
{
	uint64_t number = 0;

	while (bytes-- && input_left(input))
		number = number << 8 | *input->at++;
	return number;
}

/** input_below() - a number below a small one */
static inline unsigned int input_below(struct input *input, unsigned int end)
{
	return input_number(input, 1) % end;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif /* _SOCKLEDGER_TESTS_FUZZ_H */
