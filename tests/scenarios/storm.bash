# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154 # status is of bats
# One namespace with many connections on its loopback device, and what has to be true of them.

# SOAK multiplies how often things happen: 1 is a taste.
# shellcheck disable=SC2034 # for the scenarios
times=${SOAK:-1}

arena() {
	namespace arena
	within arena sysctl -qw net.ipv4.tcp_max_tw_buckets=262144 net.core.somaxconn=4096 net.ipv4.ip_local_port_range='1024 65535'
}

# storm ADDRESS PROCESSES CONNECTIONS: all of them succeed
storm() { within arena storm connect "$1" 80 "$2" "$3" | tee /dev/stderr | grep -qx "done $3 failed 0"; }

serve() {
	spawn arena storm serve 80
	wait_for 60 listens arena 80
}

# traffic [RATE]: connections of both families, so many a second or as many as can be, without an end; its pid is in
# $!. It leaves the processor to who tests.
traffic() {
	spawn arena bash -c "renice -n 10 -p \$\$; while storm connect 127.0.0.1 80 10 500 ${1:-}; do storm connect ::1 80 10 500 ${1:-}; done"
}

# traffic_unharmed PID: those who make it are still at it, and no connection failed.
traffic_unharmed() {
	kill -0 "$1" || { tail -n 20 "$BATS_TEST_TMPDIR/spawned.log"; false; }
	run grep -E 'failed [1-9]' "$BATS_TEST_TMPDIR/spawned.log"
	[ "$status" -eq 1 ]
}

# The module is gone, and so is all that it had.
nothing_left() {
	[ ! -e /proc/net/sockledger ]
	run grep sockledger /proc/slabinfo
	[ "$status" -eq 1 ]
}

# Every entry ever made is there, or counted as pushed out; nothing else was lost. That adds up once nothing moves any more.
nothing_lost() {
	proc arena stats | awk '
		{ value[$1] = $2 }
		/^(lost|bad)_/ && $2 && $1 != "lost_entry_events" { print; bad++ }
		END {
			there = value["entries_live"] + value["entries_history"] + value["entries_half_open"] + value["entries_half_open_past"]
			gone = value["history_evicted"] + value["half_open_evicted"]
			print value["entries_opened"], "opened", there, "there", gone, "evicted"
			exit bad || value["entries_opened"] != there + gone
		}'
}

# Between two dumps there is little time.
gone() {
	for _ in {1..20}; do
		if ! module_loaded || rmmod sockledger; then
			return
		fi
		sleep 0.02
	done
	return 1
}
