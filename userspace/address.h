/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses as they are shown: an IPv4-mapped IPv6 address is an IPv4 one.
 */
#ifndef _SOCKLEDGER_ADDRESS_H
#define _SOCKLEDGER_ADDRESS_H

#include "writer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct address {
	int family;		/* AF_INET or AF_INET6, of what is shown */
	uint8_t bytes[16];	/* network order; 4 or all 16 count */
};

/* Enough for "[IPv6%interface]:port". */
#define ENDPOINT_SIZE	96

/**
 * address_set() - take an address from the kernel
 * @ret: set on success
 * @bytes: the address, in network order
 * @length: how long it is
 *
 * Return: whether @length is that of an IPv4 or IPv6 address.
 */
bool address_set(struct address *ret, const void *bytes, size_t length);

/** address_bits() - how many bits of an address count */
unsigned int address_bits(const struct address *address);

/** address_equal() - whether two are the same address */
bool address_equal(const struct address *a, const struct address *b);

/**
 * address_order() - which of two addresses comes first, as qsort() wants it
 * @a: an address, or zeros, which are no address and come last
 * @b: another
 */
int address_order(const struct address *a, const struct address *b);

/**
 * address_text() - an address without its port
 * @dst: room for it
 * @size: bytes in @dst; INET6_ADDRSTRLEN are enough
 * @address: the address
 */
void address_text(char *dst, size_t size, const struct address *address);

/**
 * endpoint_text() - an address with its port, as in "[fe80::1%eth0]:80"
 * @dst: room for it
 * @size: bytes in @dst; ENDPOINT_SIZE are enough
 * @address: the address
 * @scope: the interface of a link-local address, 0 if it has none
 * @port: the port; 0, which is none, reads "*"
 */
void endpoint_text(char *dst, size_t size, const struct address *address,
		   uint32_t scope, uint16_t port);

/** write_endpoint() - the same, as a piece of a longer text */
void write_endpoint(struct writer *writer, const struct address *address,
		    uint32_t scope, uint16_t port);

#endif /* _SOCKLEDGER_ADDRESS_H */
