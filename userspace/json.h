/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Entries, failed calls, events and settings as JSON. What is unknown is left out.
 */
#ifndef _SOCKLEDGER_JSON_H
#define _SOCKLEDGER_JSON_H

#include "call.h"
#include "config.h"
#include "entry.h"
#include "json_out.h"
#include "netns.h"
#include "notice.h"

/**
 * json_entry() - an entry
 * @out: where to
 * @name: what it is called there, or NULL
 * @entry: the entry
 * @netns: its network namespace, where it matters which, or NULL
 */
void json_entry(struct json_out *out, const char *name,
		const struct entry *entry, const struct netns *netns);

/** json_call() - a failed call; @netns as above */
void json_call(struct json_out *out, const struct call *call,
	       const struct netns *netns);

/** json_config() - how a ledger is set up */
void json_config(struct json_out *out, const struct config *config);

/** json_notice() - an event as it happens */
void json_notice(struct json_out *out, const struct notice *notice);

#endif /* _SOCKLEDGER_JSON_H */
