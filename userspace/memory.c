// SPDX-License-Identifier: GPL-2.0
#include "memory.h"
#include "complain.h"

#include <stdlib.h>
#include <string.h>

void *memory_given(void *memory)
{
	if (!memory)
		exit(complain("there is not enough memory"));
	return memory;
}

void *memory_zeroed(size_t size)
{
	return memory_given(calloc(1, size));
}

void *memory_array(void *array, size_t count, size_t size)
{
	return memory_given(reallocarray(array, count, size));
}

char *memory_text(const char *text, size_t length)
{
	char *copy = memory_zeroed(length + 1);

	return memcpy(copy, text, length);
}
