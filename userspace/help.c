// SPDX-License-Identifier: GPL-2.0
#include "help.h"

#include <stdio.h>

static const char help[] =
"Usage: sockledger [OPTIONS] [COMMAND] [ARGUMENTS]\n"
"\n"
"Reads the ledger that the sockledger kernel module keeps of sockets, their\n"
"handshakes and what programs asked of them, those that are over included.\n"
"\n"
"Commands:\n"
"  list         a line for each entry (what happens without a command)\n"
"  show ID      the story of one socket or connection: the calls of its\n"
"               programs, states and segments, of both ends if they are here\n"
"  watch        events as they happen, one a line, until it is interrupted\n"
"  listeners    a line for each listener: its queues, and what they cost\n"
"  datagrams    a line for each UDP socket: what it sent, got and lost\n"
"  calls        a line for each call that failed: bind, connect, accept...\n"
"  stats        what the module counted, and how long handshakes took\n"
"  set [NAME VALUE]  change a limit, or which events are sent; or show all\n"
"  flush        forget every entry whose socket is gone\n"
"  help         this text\n"
"\n"
"Options:\n"
"      --json        JSON instead of text\n"
"      --present     watch begins with what is there already\n"
"  -4                list only what has IPv4 addresses\n"
"  -6                list only what has IPv6 addresses\n"
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
"  sockledger calls\n"
"        who wanted a port that was taken, and which entry holds it\n"
"  sockledger watch --json | jq 'select(.what == \"ended\" and .outcome != \"established\")'\n"
"        every attempt that fails from now on\n"
"  sockledger -N blue stats\n"
"        the counters of network namespace blue\n";

void help_print(void)
{
	fputs(help, stdout);
}
