# SPDX-License-Identifier: GPL-2.0-only
# Many entries: a dump has all of them while others come and go, and who wants few does not wait for the rest.
# The clock counts what is executed: a time is what something costs, and a second the same everywhere.
# lab-processors: 1
# lab-timeout: 2400
# shellcheck disable=SC2154 # words come from there
load lib
load words

# So many sockets that live, and as many that are gone
entries=${ENTRIES:-3000}

masses() {
	namespace here
	sysctl -qw fs.nr_open=2097152 fs.file-max=2097152
	# Without TIME_WAIT a connection is over when it is closed.
	within here sysctl -qw net.ipv4.tcp_max_tw_buckets=0 net.core.somaxconn=4096 net.ipv4.ip_local_port_range='1024 65535'
	load_module max_live=1048576 max_history=2097152
	within here datagram socket 4 udp connect 127.0.0.1 9 send 1 1 close again "$entries"
	spawn here sh -c "tail -f /dev/null | load hold $entries"
	wait_for 600 grep -qx "held $entries" "$BATS_TEST_TMPDIR/spawned.log"
	stat_is here entries_history -ge "$entries"
	stat_is here entries_live -ge "$entries"
}

# cost COMMAND…: what its path takes, in instructions
cost() { within here meter "${1##*/}" 1 0 "$@" | tee /dev/stderr | awk '{ print $3 }'; }

# few ALL COMMAND…: what comes of it costs a fifth of all at most; most of that is to start a program at all
few() {
	local all=$1
	shift
	[ $((5 * $(cost "$@"))) -lt "$all" ]
}

by_netlink() { within here sockledger list | awk 'NR > 1 { print $1 }'; }
by_file() { proc here sockets | awk 'NR > 1 { print $1 }'; }

# Milliseconds
now() { echo $((${EPOCHREALTIME/./} / 1000)); }

@test "of many entries, few come at once, all in little memory, and each exactly once while 1,000 connections a second come and go" {
	masses
	local dir=$BATS_TEST_TMPDIR all way before made began took
	# None of the others has this port: the kernel gives none so low.
	spawn here endpoint bind 127.0.0.1 711 listen 5 pause
	wait_for 60 listens here 711
	# Little memory is what it takes to start, and a few megabytes.
	all=$(cost sh -c 'ulimit -v 24576; exec sockledger list')
	[ "$(within here sockledger list --json sport = :711 | jq length)" -eq 1 ]
	few "$all" sockledger list sport = :711
	few "$all" sh -c 'sockledger list | head -n 1'
	few "$all" head -n 1 /proc/net/sockledger/sockets
	all=$(cost sockledger list --json)
	few "$all" sh -c 'sockledger list --json | head -n 1'

	by_file >"$dir/held"
	[ "$(wc -l <"$dir/held")" -gt $((2 * entries)) ]
	before=$(stat_of here entries_opened)
	spawn here storm serve 80
	wait_for 60 listens here 80
	spawn here storm connect 127.0.0.1 80 4 100000000 1000
	wait_for 60 stat_is here entries_opened -gt $((before + 200))
	for way in by_netlink by_file; do
		before=$(stat_of here entries_opened) began=$(now)
		$way >"$dir/got"
		took=$(($(now) - began))
		# A connection makes two.
		made=$((($(stat_of here entries_opened) - before) / 2))
		echo "$way: $(wc -l <"$dir/got") entries in $took ms, and $made connections meanwhile"
		[ $made -ge $((took * 9 / 10)) ]
		awk 'NR == FNR { got[$1]++; if ($1 <= last) { print "not in order: " $1; bad = 1 } last = $1; next }
			got[$1] != 1 { print "entry " $1 " is there " got[$1] + 0 " times"; bad = 1 }
			END { exit bad }' "$dir/got" "$dir/held"
	done
	stat_is here history_evicted -eq 0
	nothing_missed here
}

# sockets WHAT: what it takes, in instructions, to make so many and close them
sockets() { within here load "$1" 127.0.0.1 4000 | tee /dev/stderr | awk '{ print $3 }'; }

@test "a program that calls itself something else for each socket pays little more than others do" {
	namespace here
	load_module
	[ "$(sockets names)" -lt $((3 * $(sockets sockets))) ]
	stat_is here entries_history -ge 8000
}
