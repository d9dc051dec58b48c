// SPDX-License-Identifier: GPL-2.0
#include "words.h"

#include "pure/names.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

const char *word_family(unsigned int family)
{
	return family == AF_INET ? "inet" : family == AF_INET6 ? "inet6" : "?";
}

const char *word_how(unsigned int how)
{
	switch (how) {
	case SHUT_RD:
		return "SHUT_RD";
	case SHUT_WR:
		return "SHUT_WR";
	case SHUT_RDWR:
		return "SHUT_RDWR";
	default:
		return "?";
	}
}

const char *word_call(unsigned int what)
{
	switch (what) {
	case SOCKLEDGER_WHAT_CONNECT_RETURN:
	case SOCKLEDGER_WHAT_CONNECT_VERDICT:
		return sl_what_name(SOCKLEDGER_WHAT_CONNECT);
	default:
		return sl_what_name(what);
	}
}

void word_errno(char *dst, size_t size, uint32_t error)
{
	const char *name = strerrorname_np(error);

	if (name)
		snprintf(dst, size, "%s", name);
	else
		snprintf(dst, size, "E%" PRIu32, error);
}
