/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Attribute sets as tables: one row says which attribute becomes which member
 * of which struct, and what it is called in JSON. Decoding, validation and
 * JSON all read the same row.
 */
#ifndef _SOCKLEDGER_FIELDS_H
#define _SOCKLEDGER_FIELDS_H

#include "complain.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an attribute holds, and the type of the member it is kept in. */
enum field_kind {
	FIELD_FLAG,		/* no member: that it is there says it */
	FIELD_BOOL,		/* u8 -> bool */
	FIELD_U8,
	FIELD_U16,
	FIELD_PORT,		/* u16 in network order -> uint16_t */
	FIELD_U32,
	FIELD_ERRNO,		/* u32 -> uint32_t */
	FIELD_U64,
	FIELD_STRING,		/* -> char[] */
	FIELD_ADDRESS,		/* -> struct address */
	FIELD_NEST,		/* -> a struct with a field_set of its own */
	FIELD_LIST,		/* nests: no member, see fields_decode_lists() */
};

struct field_set;

/* A row: the attribute SOCKLEDGER_A_<code> goes to a member of its name. */
#define FIELD_ROW(type, of, code, which, ...) { \
		.attr = SOCKLEDGER_A_##code, \
		.kind = FIELD_##which, \
		.offset = offsetof(type, of), \
		.name = #of, \
		__VA_ARGS__ \
	}
#define FIELD_FLAG_ROW(code, json, ...) { \
		.attr = SOCKLEDGER_A_##code, \
		.kind = FIELD_FLAG, \
		.name = json, \
		__VA_ARGS__ \
	}

#define FIELD_LIST_ROW(code) { \
		.attr = SOCKLEDGER_A_##code, \
		.kind = FIELD_LIST, \
		.by_hand = true, \
	}

struct field {
	uint16_t attr;
	uint8_t kind;
	bool by_hand;			/* JSON places it elsewhere */
	uint16_t offset;
	uint16_t size;
	const char *name;
	const char *(*word)(unsigned int code);	/* of a coded u8 */
	const struct field_set *nested;
};

/*
 * The struct a set fills starts with "uint64_t has", a bit for each attribute
 * present, so attribute numbers stay below 64.
 */
struct field_set {
	const char *name;
	const struct field *fields;	/* the row behind the last is zero */
};

#define FIELD_ATTR_MAX	63	/* all ones: numbers or-ed together fit too */

/* Whether the object had the attribute SOCKLEDGER_A_<attr>. */
#define HAS(object, attr) \
	(!!((object)->has & (1ULL << (SOCKLEDGER_A_##attr))))

/**
 * struct field_fault - what is wrong with a message
 * @set: name of the attribute set
 * @attr: number of the attribute at fault
 */
struct field_fault {
	const char *set;
	unsigned int attr;
};

/**
 * fields_decode() - validate attributes and fill a struct from them
 * @set: what to expect
 * @attrs: the first attribute
 * @length: bytes of attributes
 * @object: the struct, zeroed; a repeated attribute leaves its last value
 * @fault: set on failure
 *
 * Attributes the set does not name are left alone: they may belong to a newer
 * kernel module, or repeat and be read by fields_decode_lists().
 *
 * Return: 0, or -1 when an attribute's length is wrong for its type.
 */
int fields_decode(const struct field_set *set, const void *attrs,
		  size_t length, void *object, struct field_fault *fault);

/**
 * struct field_list - every occurrence of a repeated nest
 * @set: what each holds
 * @attr: the repeated attribute
 * @size: bytes of one element
 * @items: set to an array for the caller to free, NULL if there is none
 * @count: set to the number of elements
 */
struct field_list {
	const struct field_set *set;
	uint16_t attr;
	size_t size;
	void *items;
	size_t count;
	size_t room;
};

/**
 * fields_decode_lists() - collect what repeats, in one go
 * @lists: some, their last three members zero
 * @n: how many
 * @attrs: the first attribute of the message
 * @length: bytes of attributes
 * @fault: set on failure
 *
 * Return: 0, or -1 when one does not validate: what was collected until then
 * stays the caller's. Out of memory ends the program.
 */
int fields_decode_lists(struct field_list *lists, size_t n, const void *attrs,
			size_t length, struct field_fault *fault);

/**
 * fields_complain() - say that a message cannot be read
 * @what: what it was to be
 * @fault: what is wrong
 *
 * Return: STATUS_ERROR.
 */
enum status fields_complain(const char *what, const struct field_fault *fault);

#endif /* _SOCKLEDGER_FIELDS_H */
