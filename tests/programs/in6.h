/* SPDX-License-Identifier: GPL-2.0-only */
/* IPv6 addresses as the scenarios write them. */
#ifndef IN6_H
#define IN6_H

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

/* An address of a link's own has its device behind it. */
static inline int parse6(const char *text, struct sockaddr_in6 *in6)
{
	char copy[INET6_ADDRSTRLEN + IF_NAMESIZE], *device;

	snprintf(copy, sizeof(copy), "%s", text);
	device = strchr(copy, '%');
	if (device) {
		*device++ = '\0';
		in6->sin6_scope_id = if_nametoindex(device);
	}
	return inet_pton(AF_INET6, copy, &in6->sin6_addr);
}

#endif
