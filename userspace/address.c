// SPDX-License-Identifier: GPL-2.0
#include "address.h"
#include "text.h"
#include "writer.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

static size_t address_length(const struct address *address)
{
	return address->family == AF_INET ? sizeof(struct in_addr) :
					    sizeof(struct in6_addr);
}

unsigned int address_bits(const struct address *address)
{
	return 8 * address_length(address);
}

bool address_set(struct address *ret, const void *bytes, size_t length)
{
	struct in6_addr in6;

	if (length == sizeof(struct in_addr)) {
		ret->family = AF_INET;
		memcpy(ret->bytes, bytes, length);
		return true;
	}
	if (length != sizeof(in6))
		return false;
	memcpy(&in6, bytes, sizeof(in6));
	if (IN6_IS_ADDR_V4MAPPED(&in6)) {
		ret->family = AF_INET;
		memcpy(ret->bytes, in6.s6_addr + 12, sizeof(struct in_addr));
	} else {
		ret->family = AF_INET6;
		memcpy(ret->bytes, &in6, sizeof(in6));
	}
	return true;
}

bool address_equal(const struct address *a, const struct address *b)
{
	return a->family == b->family &&
	       !memcmp(a->bytes, b->bytes, address_length(a));
}

int address_order(const struct address *a, const struct address *b)
{
	if (!a->family || !b->family)
		return !a->family - !b->family;
	if (a->family != b->family)
		return a->family - b->family;
	return memcmp(a->bytes, b->bytes, address_length(a));
}

static void write_ipv4(struct writer *writer, const struct address *address)
{
	size_t i;

	for (i = 0; i < sizeof(struct in_addr); i++) {
		if (i)
			write_text(writer, ".");
		write_number(writer, address->bytes[i], 1);
	}
}

void address_text(char *dst, size_t size, const struct address *address)
{
	struct writer writer = writer_begin(dst, size);

	if (address->family == AF_INET)
		write_ipv4(&writer, address);
	else if (!inet_ntop(address->family, address->bytes, dst, size))
		snprintf(dst, size, "?");
}

/* An interface that is gone keeps its number. */
static void scope_text(char *dst, size_t size, uint32_t scope)
{
	char name[IF_NAMESIZE];

	if (if_indextoname(scope, name))
		text_escape(dst, size, name);
	else
		snprintf(dst, size, "%" PRIu32, scope);
}

static void write_ipv6(struct writer *writer, const struct address *address,
		       uint32_t scope)
{
	char host[INET6_ADDRSTRLEN], interface[2 * IF_NAMESIZE];
	struct in6_addr in6;

	address_text(host, sizeof(host), address);
	write_text(writer, "[");
	write_text(writer, host);
	memcpy(&in6, address->bytes, sizeof(in6));
	if (scope && IN6_IS_ADDR_LINKLOCAL(&in6)) {
		scope_text(interface, sizeof(interface), scope);
		write_text(writer, "%");
		write_text(writer, interface);
	}
	write_text(writer, "]");
}

void write_endpoint(struct writer *writer, const struct address *address,
		    uint32_t scope, uint16_t port)
{
	if (address->family == AF_INET)
		write_ipv4(writer, address);
	else
		write_ipv6(writer, address, scope);
	write_text(writer, ":");
	if (port)
		write_number(writer, port, 1);
	else
		write_text(writer, "*");
}

void endpoint_text(char *dst, size_t size, const struct address *address,
		   uint32_t scope, uint16_t port)
{
	struct writer writer = writer_begin(dst, size);

	write_endpoint(&writer, address, scope, port);
}
