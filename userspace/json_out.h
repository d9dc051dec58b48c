/* SPDX-License-Identifier: GPL-2.0 */
/*
 * JSON on its way out: values are written as they are named, and no tree is
 * built of them. What any program or user may have chosen is escaped by a
 * library; all else is numbers and words of ours, which are written as they
 * are: a listing is hardly anything but these.
 */
#ifndef _SOCKLEDGER_JSON_OUT_H
#define _SOCKLEDGER_JSON_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <yajl/yajl_gen.h>

/**
 * struct json_out - a value being written on standard output
 * @indented: on lines of its own, the last of them ended; otherwise it is all
 *	on one line, which goes on
 *
 * It is an object or an array, which is written as a whole when it is closed;
 * there is nothing to release then. Each member of an object has a name, of
 * ASCII without quotes and backslashes; elsewhere the name is NULL. The other
 * members of this struct are json_out.c's.
 */
struct json_out {
	bool indented;
	bool more;		/* the innermost one has a member already */
	unsigned int depth;	/* open objects and arrays; the rest while any */
	char *text;
	size_t length;
	size_t room;
	yajl_gen escape;	/* of one string after another, into text */
};

/** json_open_object() - begin an object; what follows is in it */
void json_open_object(struct json_out *out, const char *name);

/** json_close_object() - end the innermost one, an object */
void json_close_object(struct json_out *out);

/** json_open_array() - begin an array, likewise */
void json_open_array(struct json_out *out, const char *name);

/** json_close_array() - end the innermost one, an array */
void json_close_array(struct json_out *out);

/** json_text() - a text of any bytes, as text_utf8() has it */
void json_text(struct json_out *out, const char *name, const char *text);

/** json_word() - a text like a name: a word of a table, an address */
void json_word(struct json_out *out, const char *name, const char *word);

/** json_number() - a number */
void json_number(struct json_out *out, const char *name, uint64_t number);

/** json_bool() - true or false */
void json_bool(struct json_out *out, const char *name, bool value);

#endif /* _SOCKLEDGER_JSON_OUT_H */
