/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The entries that a story is told from.
 */
#ifndef _SOCKLEDGER_GATHER_H
#define _SOCKLEDGER_GATHER_H

#include "client.h"
#include "complain.h"
#include "entry.h"
#include "story.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * struct gathered - an entry, and what the ledger has beside it
 * @entry: the entry
 * @has_peer: whether the entry of the other end is there
 * @peer: that one
 * @has_listener: whether the entry of the listener that answered is there
 * @listener: that one
 */
struct gathered {
	struct entry entry;
	bool has_peer;
	struct entry peer;
	bool has_listener;
	struct entry listener;
};

/**
 * gather() - get an entry and what belongs to its story
 * @client: the client
 * @id: of the entry
 * @ret: filled on success, for gathered_release()
 *
 * Return: STATUS_FOUND; STATUS_NOTHING when there is no such entry, for which
 * client_refusal() may have a sentence; STATUS_ERROR after a complaint.
 */
enum status gather(struct client *client, uint64_t id, struct gathered *ret);

/** gathered_peer() - the other end's entry, or NULL */
const struct entry *gathered_peer(const struct gathered *gathered);

/** gathered_story() - put it in order, as story_build() does */
void gathered_story(const struct gathered *gathered, struct story *ret);

/** gathered_release() - free what gather() allocated */
void gathered_release(struct gathered *gathered);

/**
 * gather_complain() - say that there is no such entry
 * @client: the client that was asked
 * @id: for which entry
 *
 * Return: STATUS_NOTHING.
 */
enum status gather_complain(const struct client *client, uint64_t id);

/**
 * gather_read() - the same as gather() for who has no client
 * @id: of the entry
 * @ret: filled on success, for gathered_release()
 *
 * Return: STATUS_FOUND; STATUS_NOTHING or STATUS_ERROR after a complaint.
 */
enum status gather_read(uint64_t id, struct gathered *ret);

#endif /* _SOCKLEDGER_GATHER_H */
