/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a ledger is set up. Members mean what the attribute of the same name
 * means in uapi/sockledger.h.
 */
#ifndef _SOCKLEDGER_READER_CONFIG_H
#define _SOCKLEDGER_READER_CONFIG_H

#include "client.h"
#include "complain.h"
#include "fields.h"

#include <stdbool.h>
#include <stdint.h>

struct config {
	uint64_t has;
	uint32_t max_live;
	uint32_t max_history;
	uint32_t max_half_open;
	uint64_t events;
	bool datagrams;
	uint32_t max_events;
	uint32_t max_failed_calls;
};

/* The table behind the struct, which JSON walks too. */
extern const struct field_set config_set;

/**
 * config_get() - ask how the ledger is set up
 * @client: the client
 * @ret: filled on success
 *
 * Return: STATUS_FOUND, or STATUS_ERROR after a complaint.
 */
enum status config_get(struct client *client, struct config *ret);

/**
 * config_change() - set one thing
 * @client: the client
 * @name: what, a member of struct config
 * @value: a number; "on" or "off"; names of events with commas, "all" or "none"
 *
 * Return: STATUS_FOUND, or STATUS_ERROR after a complaint.
 */
enum status config_change(struct client *client, const char *name,
			  const char *value);

#endif /* _SOCKLEDGER_READER_CONFIG_H */
