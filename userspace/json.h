/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Entries, failed calls, events and settings as JSON. What is unknown is left out.
 */
#ifndef _SOCKLEDGER_JSON_H
#define _SOCKLEDGER_JSON_H

#include "call.h"
#include "config.h"
#include "entry.h"
#include "netns.h"
#include "notice.h"

#include <jansson.h>

/**
 * json_entry() - an entry as an object
 * @entry: the entry
 *
 * Return: the object, for json_decref().
 */
json_t *json_entry(const struct entry *entry);

/**
 * json_call() - a failed call as an object
 * @call: the call
 *
 * Return: the object, for json_decref().
 */
json_t *json_call(const struct call *call);

/** json_config() - how a ledger is set up, as an object, likewise */
json_t *json_config(const struct config *config);

/** json_notice() - an event as it happens, as an object, likewise */
json_t *json_notice(const struct notice *notice);

/**
 * json_add_netns() - say which network namespace an object is of
 * @object: an entry, which knows the number already, or a failed call
 * @netns: the namespace
 */
void json_add_netns(json_t *object, const struct netns *netns);

/**
 * json_number() - an unsigned number
 * @value: the number
 *
 * Return: an integer, or where JSON's integers here end, a real; for
 * json_decref().
 */
json_t *json_number(uint64_t value);

/**
 * json_print() - write a value on standard output and free it
 * @value: the value
 * @indent: spaces to indent by, 0 for all of it on one line
 */
void json_print(json_t *value, unsigned int indent);

#endif /* _SOCKLEDGER_JSON_H */
