/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that is there: a reader that cannot get some has nothing left to do.
 */
#ifndef _SOCKLEDGER_MEMORY_H
#define _SOCKLEDGER_MEMORY_H

#include <stddef.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/**
 * memory_given() - what the C library gave
 * @memory: NULL if it had no memory
 *
 * Return: @memory; never NULL.
 */
void *memory_given(void *memory);

/**
 * memory_zeroed() - an object of zeros
 * @size: its bytes
 *
 * Return: the object, for the caller to free(); never NULL.
 */
void *memory_zeroed(size_t size);

/**
 * memory_array() - give an array room
 * @array: from this function, or NULL for a new one
 * @count: elements it shall have room for, at least one
 * @size: bytes of an element
 *
 * Return: the array, for the caller to free(); never NULL.
 */
void *memory_array(void *array, size_t count, size_t size);

/**
 * memory_text() - a copy of a text
 * @text: it need not end there
 * @length: where it is to end
 *
 * Return: the copy, terminated, for the caller to free(); never NULL.
 */
char *memory_text(const char *text, size_t length);

#endif /* _SOCKLEDGER_MEMORY_H */
