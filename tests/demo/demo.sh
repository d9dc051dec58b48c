#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What `make demo` shows, run as root in the guest: real programs make real connections, and what the ledger says of
# them afterwards. Every step checks that it showed what it promised, so a demo that ends well did.
set -euo pipefail

BATS_TEST_TMPDIR=$(mktemp -d)
export BATS_TEST_TMPDIR
. "$(dirname "$0")/../scenarios/lib.bash"
. "$(dirname "$0")/../scenarios/words.bash"

title() { printf '\n\n######## %s\n' "$*"; }
say() { printf '\n==> %s\n' "$*"; }

# shown NETNS COMMAND…: the command as a person would type it, and what it says
shown() {
	local name=$1
	shift
	printf '\n%s# %s\n' "$name" "$*"
	within "$name" "$@"
}

# id_of NETNS JQ-CONDITION: the newest entry for which the condition holds
id_of() {
	ledger "$1" | jq -e "[.[] | select($2) | .id] | max // halt_error"
}

# now_says NETNS JQ-EXPRESSION: soon, or the demo has failed
now_says() {
	wait_for 60 ledger_says "$1" "$2"
}

http_request() {
	local name=$1 url=$2
	shown "$name" curl -sS --http1.0 "$url"
}

# Both ends of one request on one machine
local_request() {
	local url=$1 port=$2 addr=$3
	http_request lab "$url"
	now_says lab "[.[] | select(.remote.port == $port and .remote.addr == \"$addr\" and .role == \"active\" and
		.handshake.outcome == \"established\")] | length == 1"
	say "The whole story, from the entries of both ends: the client is ESTABLISHED before the server"
	shown lab sockledger show "$(id_of lab ".role == \"active\" and .remote.port == $port")"
}

# The picture of every textbook, one program an end
lesson_textbook() {
	title "socket, bind, listen, accept, recv, send, close; and socket, connect, send, recv, close"
	namespace lab
	spawn lab endpoint socket 4 tcp bind 127.0.0.1 7777 listen 5 accept recv 5 send 5 eof close await "$BATS_TEST_TMPDIR/over"
	wait_for 60 listens 7777
	shown lab endpoint socket 4 tcp connect 127.0.0.1 7777 send 5 recv 5 close
	now_says lab 'any(.role == "passive" and .state == "CLOSE")'
	say "The calls of both programs, their sockets' states, and the segments between them"
	shown lab sockledger show "$(id_of lab '.role == "active"')"
	say "The listener is still there; what it accepted is another entry, which names it"
	shown lab sockledger list
	say "The listener's own ledger"
	shown lab sockledger show "$(id_of lab '.role == "listener"')"
	touch "$BATS_TEST_TMPDIR/over"
}

# listens PORT
listens() { [[ -n $(within lab ss -Hltn "sport = :$1") ]]; }

lesson_calls() {
	title "Calls that failed"
	say "A second server on a port that is taken, a port for root alone, an address that is elsewhere"
	shown lab nc.openbsd -n -l 127.0.0.1 8080 || true
	shown lab su -s /bin/sh nobody -c 'nc.openbsd -n -l 127.0.0.1 443' || true
	shown lab nc.openbsd -n -l 10.99.0.1 80 || true
	say "What was asked for, by whom, and which entry holds the port"
	shown lab cat /proc/net/sockledger/calls
	shown lab sockledger calls
	[[ $(within lab sockledger calls --json | jq -r 'map(.error) | join(" ")') == "EADDRINUSE EACCES EADDRNOTAVAIL" ]]

	title "A listener that accepts nothing for a while, and one that asked for more than it may have"
	within lab sysctl -qw net.core.somaxconn=128
	spawn lab endpoint bind 127.0.0.1 7001 listen 4096 pause
	spawn lab endpoint bind 127.0.0.1 7000 listen 4 await "$BATS_TEST_TMPDIR/accept" accepts 5 pause
	wait_for 60 listens 7000
	spawn lab endpoint connects 7 127.0.0.1 7000 pause
	now_says lab 'any(.local.port == 7000 and .ledger and .ledger.overflows > 0)'
	touch "$BATS_TEST_TMPDIR/accept"
	now_says lab 'any(.local.port == 7000 and .ledger and .ledger.accepted == 5)'
	shown lab sockledger listeners
	shown lab sockledger show "$(id_of lab '.role == "listener" and .local.port == 7000')"
	say "One that found it full, told from both ends"
	now_says lab 'any(.handshake.reason == "accept-queue-full" and .handshake.outcome == "established")'
	shown lab sockledger show "$(id_of lab '.handshake.reason == "accept-queue-full"')"
}

# datagrams_of PORT FIELD: what the newest socket with that local port counted
datagrams_of() {
	ledger lab | jq -r "[.[] | select(.role == \"datagram\" and .local.port == $1)] | last | .datagrams.$2"
}

# datagrams_in_all FIELD: what all of them counted together
datagrams_in_all() { ledger lab | jq "[.[].datagrams | select(.) | .$1] | add"; }

lesson_datagrams() {
	local step=$BATS_TEST_TMPDIR
	title "UDP: one server, three clients, and no handshake"
	spawn lab datagram socket 4 udp bind 127.0.0.1 9000 touch "$step/udp" recv 5 touch "$step/read" await "$step/udp-over"
	wait_for 60 test -e "$step/udp"
	shown lab datagram socket 4 udp to 127.0.0.1 9000 send 2 100
	shown lab datagram socket 4 udp connect 127.0.0.1 9000 send 2 500
	shown lab datagram socket 6 udp to ::ffff:127.0.0.1 9000 send 1 1000
	wait_for 60 test -e "$step/read"
	say "The server's one socket met them all"
	shown lab sockledger show "$(id_of lab '.local.port == 9000')"
	[[ $(datagrams_of 9000 received) -eq 5 && $(datagrams_of 9000 bytes_received) -eq 2200 && $(datagrams_of 9000 peers) -eq 3 ]]
	say "A burst into a small receive buffer, one too large to send, and one to a closed port"
	spawn lab datagram socket 4 udp rcvbuf 4096 bind 127.0.0.1 9001 touch "$step/small" await "$step/drain" drain \
		touch "$step/drained" await "$step/udp-over"
	wait_for 60 test -e "$step/small"
	shown lab datagram socket 4 udp connect 127.0.0.1 9001 send 50 1000
	shown lab datagram socket 4 udp to 127.0.0.1 9001 fails EMSGSIZE send 1 70000
	shown lab datagram socket 4 udp connect 127.0.0.1 9002 send 1 5 fails ECONNREFUSED send 1 5
	say "What is in the small buffer now (r), and what found no room in it (d), as ss says"
	shown lab ss -u -a -n -m 'sport = :9001'
	[[ $(within lab ss -Huanm 'sport = :9001') == *"(r$(datagrams_of 9001 queue_peak),"*",d$(datagrams_of 9001 lost_full))"* ]]
	touch "$step/drain"
	wait_for 60 test -e "$step/drained"
	say "Its program read $(tail -n 1 "$step/spawned.log"); the kernel's counters, and the ledger"
	shown lab nstat -asz UdpInDatagrams UdpOutDatagrams UdpNoPorts UdpRcvbufErrors
	shown lab cat /proc/net/sockledger/datagrams
	shown lab sockledger datagrams
	[[ $(datagrams_of 9001 taken) -eq $(tail -n 1 "$step/spawned.log") ]]
	(($(datagrams_of 9001 taken) + $(datagrams_of 9001 lost_full) == 50))
	[[ $(datagrams_of 9001 lost_full) -eq $(snmp lab Udp.RcvbufErrors) ]]
	[[ $(datagrams_in_all sent) -eq $(snmp lab Udp.OutDatagrams) ]]
	[[ $(datagrams_in_all taken) -eq $(snmp lab Udp.InDatagrams) ]]
	[[ $(datagrams_in_all icmp_errors) -eq $(snmp lab Udp.NoPorts) ]]
	[[ $(datagrams_in_all too_large) -eq 1 ]]
	touch "$step/udp-over"
}

lesson_loopback() {
	title "A request over IPv4 loopback (nginx and curl)"
	serve_http lab 8080
	local_request http://127.0.0.1:8080/ 8080 127.0.0.1
	title "The same over IPv6"
	serve_http lab 8086
	local_request 'http://[::1]:8086/' 8086 ::1
	title "What the files say"
	for file in handshakes sockets listeners datagrams calls events stats; do
		shown lab cat /proc/net/sockledger/$file
	done
}

lesson_forwarded() {
	title "Between two namespaces, with a third forwarding: each keeps its own ledger"
	topology_up
	serve_http server 80
	http_request client http://$server4/
	http_request client "http://[$server6]/"
	for name in client router server; do
		now_says $name '[.[] | select(.handshake.outcome == "established")] | length == 2'
		shown $name sockledger list
	done
	say "The client's story, the forwarder's, the server's"
	shown client sockledger show "$(id_of client '.role == "active" and .family == "inet"')"
	shown router sockledger show "$(id_of router '.role == "forwarded" and .family == "inet"')"
	shown server sockledger show "$(id_of server '.role == "passive" and .remote.addr == "10.0.1.2"')"
}

lesson_failures() {
	title "Three that failed"
	say "Nobody listens"
	shown client curl -sS http://$server4:81/ || true
	now_says client 'any(.handshake.outcome == "refused")'
	shown client sockledger show "$(id_of client '.handshake.outcome == "refused"')"

	say "An address that never answers (its firewall drops the SYN), after one retransmission"
	within server nft add table inet deaf
	within server nft add chain inet deaf input '{ type filter hook input priority 0; }'
	within server nft add rule inet deaf input tcp dport 82 drop
	within client sysctl -qw net.ipv4.tcp_syn_retries=1
	within client sysctl -qw net.ipv4.tcp_syn_linear_timeouts=0 2>/dev/null || true
	shown client curl -sS http://$server4:82/ || true
	now_says client 'any(.handshake.outcome == "timed-out")'
	shown client sockledger show "$(id_of client '.handshake.outcome == "timed-out"')"
	say "The ledger of the server knows why, and when"
	shown server sockledger show "$(id_of server '.handshake.reason == "filtered-input"')"

	say "Its own program gives up while in SYN_SENT"
	within client sysctl -qw net.ipv4.tcp_syn_retries=6
	shown client curl -sS --connect-timeout 1 http://$server4:82/ || true
	now_says client 'any(.handshake.outcome == "cancelled")'
	shown client sockledger show "$(id_of client '.handshake.outcome == "cancelled"')"
}

lesson_time_wait() {
	local left
	title "TIME_WAIT counts down, and is gone after a minute"
	while ledger_says lab 'any(.state == "TIME_WAIT")'; do
		left=$(ledger lab | jq -r '[.[] | select(.expires_ns) | .expires_ns] | max / 1e9 | floor')
		printf '%s s left\n' "$left"
		sleep 15
	done
	now_says lab 'all(.state != "TIME_WAIT")'
	proc lab sockets | grep 'TIME_WAIT@.*>CLOSE@'
}

uname -sr
load_module
lesson_textbook
lesson_loopback
lesson_calls
lesson_datagrams
lesson_forwarded
lesson_failures
lesson_time_wait
topology_down
unload_module
kernel_is_quiet
title "That was all of it, on $(uname -r)"
