// SPDX-License-Identifier: GPL-2.0
/* Hosts in a filter: an address, a prefix or a name, and perhaps a port. */
#include "filter_values.h"
#include "memory.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* An IPv4 address in IPv6 is one of IPv4, whose prefix is 96 bits shorter. */
#define MAPPED_BITS	96

struct host {
	char *name;		/* "" or "*": any */
	char *zone;		/* NULL: an address of any interface */
	char *bits;		/* NULL: all that the address has */
	char *port;		/* NULL, "" or "*": any */
};

static bool is_in6(const char *text)
{
	struct in6_addr in6;

	return inet_pton(AF_INET6, text, &in6) == 1;
}

/* Cut a text where a character is, and return what comes after it. */
static char *cut(char *at)
{
	if (!at)
		return NULL;
	*at = '\0';
	return at + 1;
}

/* In brackets, the length of a prefix is before or behind the second one. */
static bool split_bracketed(char *text, struct host *ret)
{
	char *rest = strchr(text, ']');

	if (!rest)
		return false;
	ret->name = text + 1;
	rest = cut(rest);
	ret->port = cut(strchr(rest, ':'));
	ret->bits = cut(strchr(ret->name, '/'));
	ret->zone = cut(strchr(ret->name, '%'));
	if (*rest == '/' && !ret->bits)
		ret->bits = rest + 1;
	else if (*rest)
		return false;
	return is_in6(ret->name);
}

static bool split(char *text, struct host *ret)
{
	char *bare;
	bool in6;

	if (*text == '[')
		return split_bracketed(text, ret);
	bare = memory_text(text, strcspn(text, "/%"));
	in6 = is_in6(bare);
	free(bare);
	if (!in6)
		ret->port = cut(strrchr(text, ':'));
	ret->bits = cut(strchr(text, '/'));
	if (in6)
		ret->zone = cut(strchr(text, '%'));
	ret->name = text;
	return true;
}

static bool take_bits(struct filter_parser *parser,
		      const struct filter_operation *operation,
		      const char *text, bool mapped, struct prefix *prefix)
{
	unsigned int all = address_bits(&prefix->addr);
	unsigned int before = mapped ? MAPPED_BITS : 0;
	unsigned long bits = all + before;
	char *end = NULL;

	if (text && *text >= '0' && *text <= '9')
		bits = strtoul(text, &end, 10);
	if ((text && (!end || *end)) || bits > all + before || bits < before) {
		filter_refuse(parser, operation->span,
			      "the length of a prefix of this address is from %u to %u",
			      before, all + before);
		return false;
	}
	prefix->bits = bits - before;
	return true;
}

static struct filter *prefix_filter(enum aspect aspect,
				    const struct prefix *prefix)
{
	return filter_test((struct test){
		.aspect = aspect, .prefix = *prefix,
	});
}

/* Every address that a name has. */
static struct filter *look_up(struct filter_parser *parser, enum aspect aspect,
			      const struct filter_operation *operation,
			      const char *name)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list, *info;
	struct filter *filter = NULL, *one;
	struct address addr;
	int error;

	error = getaddrinfo(name, NULL, &hints, &list);
	if (error) {
		filter_refuse(parser, operation->span,
			      "\"%s\" is no address, and not the name of one: %s",
			      name, gai_strerror(error));
		return NULL;
	}
	for (info = list; info; info = info->ai_next) {
		const struct sockaddr_in *in = (void *)info->ai_addr;
		const struct sockaddr_in6 *in6 = (void *)info->ai_addr;

		if (info->ai_family == AF_INET)
			address_set(&addr, &in->sin_addr,
				    sizeof(in->sin_addr));
		else
			address_set(&addr, &in6->sin6_addr,
				    sizeof(in6->sin6_addr));
		one = filter_address(aspect, &addr);
		filter = filter ? filter_join(FILTER_OR, filter, one) : one;
	}
	freeaddrinfo(list);
	return filter;
}

static struct filter *address_filter(struct filter_parser *parser,
				     enum aspect aspect,
				     const struct filter_operation *operation,
				     const struct host *host)
{
	struct prefix prefix = { 0 };
	struct in6_addr in6;
	struct in_addr in;
	bool mapped = false;

	if (inet_pton(AF_INET, host->name, &in) == 1) {
		address_set(&prefix.addr, &in, sizeof(in));
	} else if (inet_pton(AF_INET6, host->name, &in6) == 1) {
		address_set(&prefix.addr, &in6, sizeof(in6));
		mapped = prefix.addr.family == AF_INET;
	} else if (host->bits ||
		   !host->name[strspn(host->name, "0123456789.")]) {
		filter_refuse(parser, operation->span,
			      "\"%s\" is not an address", host->name);
		return NULL;
	} else {
		return look_up(parser, aspect, operation, host->name);
	}
	if (!take_bits(parser, operation, host->bits, mapped, &prefix))
		return NULL;
	return prefix_filter(aspect, &prefix);
}

/* As tables show a link-local address: fe80::1%eth0. */
static struct filter *in_zone(struct filter_parser *parser,
			      const struct filter_operation *operation,
			      const char *zone, struct filter *filter)
{
	unsigned int index = if_nametoindex(zone);
	char *end;

	if (!index) {
		index = strtoul(zone, &end, 10);
		if (!index || *end) {
			filter_refuse(parser, operation->span,
				      "there is no interface \"%s\" here",
				      zone);
			filter_free(filter);
			return NULL;
		}
	}
	return filter_join(FILTER_AND, filter,
			   filter_range(ASPECT_SCOPE, index, index));
}

static bool is_any(const char *text)
{
	return !text || !*text || !strcmp(text, "*");
}

static struct filter *host_filter(struct filter_parser *parser,
				  const struct filter_keyword *keyword,
				  const struct filter_operation *operation,
				  const struct host *host)
{
	enum aspect port_aspect = keyword->aspect == ASPECT_LOCAL ?
				  ASPECT_LOCAL_PORT : ASPECT_REMOTE_PORT;
	struct filter *ret = NULL;
	uint16_t port;

	if (!is_any(host->name) || host->bits) {
		ret = address_filter(parser, keyword->aspect, operation, host);
		if (ret && host->zone)
			ret = in_zone(parser, operation, host->zone, ret);
		if (!ret)
			return NULL;
	}
	if (is_any(host->port))
		return ret ? ret : filter_range(port_aspect, 0, UINT16_MAX);
	if (!filter_port_value(parser, host->port, operation->span, &port)) {
		filter_free(ret);
		return NULL;
	}
	return filter_join(FILTER_AND, ret,
			   filter_range(port_aspect, port, port));
}

struct filter *filter_host(struct filter_parser *parser,
			   const struct filter_keyword *keyword,
			   const struct filter_operation *operation)
{
	char *text = memory_text(operation->word, strlen(operation->word));
	struct host host = { 0 };
	struct filter *ret = NULL;

	if (split(text, &host))
		ret = host_filter(parser, keyword, operation, &host);
	else
		filter_refuse(parser, operation->span,
			      "\"%s\" is not an address: it reads 10.0.0.0/8, 10.0.0.1:80, [::1]:80 or :80",
			      operation->word);
	free(text);
	return ret;
}
