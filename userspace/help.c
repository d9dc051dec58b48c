// SPDX-License-Identifier: GPL-2.0
#include "help.h"

#include <stdio.h>

static const char help[] =
"Usage: sockledger [OPTIONS] [COMMAND] [ARGUMENTS]\n"
"\n"
"Reads the ledger that the sockledger kernel module keeps of TCP sockets and\n"
"their handshakes, those that are over included.\n"
"\n"
"Commands:\n"
"  list         a line for each entry (what happens without a command)\n"
"  show ID      the story of one connection: states and segments of both ends\n"
"  stats        what the module counted, and how long handshakes took\n"
"  help         this text\n"
"\n"
"Options:\n"
"      --json        JSON instead of text\n"
"  -4                list only entries with IPv4 addresses\n"
"  -6                list only entries with IPv6 addresses\n"
"  -N, --netns NAME  read the ledger of network namespace NAME, which is a name\n"
"                    that \"ip netns\" lists or a path\n"
"  -h, --help        this text\n"
"  -V, --version     the version\n"
"\n"
"Exit status: 0 something was shown, 1 nothing matched, 2 error.\n"
"\n"
"Examples:\n"
"  sockledger\n"
"        what is connected, what listens, and what became of the rest\n"
"  sockledger show 12\n"
"        entry 12 as a ladder of segments between its two ends\n"
"  sockledger --json list | jq '.[] | select(.handshake.outcome == \"refused\")'\n"
"        the attempts that were refused, with everything known about them\n"
"  sockledger -N blue stats\n"
"        the counters of network namespace blue\n";

void help_print(void)
{
	fputs(help, stdout);
}
