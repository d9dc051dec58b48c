/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Talking to the module over generic netlink.
 */
#ifndef _SOCKLEDGER_CLIENT_H
#define _SOCKLEDGER_CLIENT_H

#include "complain.h"

#include <stddef.h>
#include <stdint.h>

struct client;
struct nlmsghdr;

/**
 * typedef client_reply_fn - what takes a reply
 * @attrs: the reply's first attribute, valid during the call only
 * @length: bytes of attributes
 * @data: as given with the request
 *
 * Return: 0 to go on, a positive number to stop reading.
 */
typedef int (*client_reply_fn)(const void *attrs, size_t length, void *data);

/**
 * client_open() - reach the module in this process's network namespace
 * @ret: set on success, for client_close()
 *
 * Return: STATUS_FOUND, or STATUS_ERROR after a complaint.
 */
enum status client_open(struct client **ret);

/** client_close() - free a client, NULL too */
void client_close(struct client *client);

/**
 * client_request() - start a request
 * @client: the client, which owns the message
 * @command: one of enum sockledger_cmd
 *
 * Return: the message, to put attributes into, valid until the next exchange.
 */
struct nlmsghdr *client_request(struct client *client, uint8_t command);

/**
 * client_do() - send a request and take its reply
 * @client: the client
 * @request: from client_request()
 * @reply: called for the reply
 * @data: passed to @reply
 *
 * Return: 0; what @reply returned to stop; or a negative errno, for which
 * client_complain() and client_refusal() have words.
 */
int client_do(struct client *client, struct nlmsghdr *request,
	      client_reply_fn reply, void *data);

/**
 * client_dump() - send a request and take all its replies as they come
 * @client: the client
 * @request: from client_request()
 * @reply: called for each reply
 * @data: passed to @reply
 *
 * After a stop by @reply the client is good for nothing but client_close().
 *
 * Return: as client_do().
 */
int client_dump(struct client *client, struct nlmsghdr *request,
		client_reply_fn reply, void *data);

/**
 * client_join() - get what is sent to a multicast group
 * @client: the client, from now on good for client_listen() only
 * @group: name of the group
 *
 * Return: STATUS_FOUND, or STATUS_ERROR after a complaint.
 */
enum status client_join(struct client *client, const char *group);

/**
 * client_listen() - take what comes, until told to stop
 * @client: the client, which has joined a group
 * @take: called for each message
 * @data: passed to @take
 * @stop: a descriptor that ends it when it can be read from
 * @patience_ms: how long to wait for the next message; -1: for ever
 *
 * Standard output is flushed whenever nothing more is there to be taken.
 *
 * Return: what @take returned to stop; -EINTR when it was stopped; -ENOBUFS
 * when messages were lost, that of the module's end perhaps among them, and
 * -ETIME when there was none for so long, after both of which it may be called
 * again; -ENODEV when the module is gone; or another negative errno.
 */
int client_listen(struct client *client, client_reply_fn take, void *data,
		  int stop, int patience_ms);

/** client_refusal() - the kernel's sentence for the last error, or "" */
const char *client_refusal(const struct client *client);

/**
 * client_complain() - say why an exchange failed
 * @client: the client
 * @error: the negative errno it returned
 *
 * Return: STATUS_ERROR.
 */
enum status client_complain(const struct client *client, int error);

#endif /* _SOCKLEDGER_CLIENT_H */
