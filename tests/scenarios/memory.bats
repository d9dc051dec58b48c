# SPDX-License-Identifier: GPL-2.0-only
# Memory that is not there: what the module asks for is refused at random, and nothing comes of it but what is counted.
# lab-kernels: @(debug|cover)-6.12
# lab-timeout: 3600
# shellcheck disable=SC2154 # words come from there
load lib
load words
load storm

knobs=/sys/kernel/debug/failslab

teardown() {
	echo 0 >$knobs/probability
	finish
}

# knobs SETTING…: of what is asked for by the piece
knobs() {
	local setting
	for setting; do
		echo "${setting#*=}" >"$knobs/${setting%%=*}"
	done
}

# scarce PERCENT: so many of the allocations that the module's code asks for, itself or by what it calls, fail.
scarce() {
	local addresses
	addresses=$(awk '$4 == "[sockledger]" && tolower($2) == "t" { print "0x" $1 }' /proc/kallsyms | sort)
	knobs require-start="$(head -n 1 <<<"$addresses")" require-end="$(tail -n 1 <<<"$addresses")" stacktrace-depth=32 \
		ignore-gfp-wait=N cache-filter=N task-filter=N times=-1 interval=1 verbose=0 probability="$1"
}

plenty() { echo 0 >$knobs/probability; }

# What is made from here on has its entry.
late_is_heard() {
	namespace late
	within late endpoint socket 4 tcp close
	stat_is late entries_opened -ge 1 || { proc late stats; cat /sys/kernel/tracing/enabled_functions; return 1; }
}

# connections ADDRESS COUNT: that many, all of which succeed, and are over on both ends
connections() {
	local before
	before=$(stat_of arena passive_established)
	storm "$1" 4 "$2"
	wait_for 300 ss_counts arena 0 established
	echo "$1: $(($(stat_of arena passive_established) - before)) of $2 have an entry"
}

@test "one in five of what the module asks for is refused, while it is read and followed, too" {
	arena
	load_module
	serve
	scarce 20
	spawn arena bash -c 'while :; do cat /proc/net/sockledger/* || sleep 0.1; done >/dev/null 2>&1'
	spawn arena bash -c 'while :; do sockledger list --json || sleep 0.1; done >/dev/null 2>&1'
	spawn arena bash -c 'while :; do timeout 5 sockledger watch --json || sleep 0.1; done >/dev/null 2>&1'
	connections 127.0.0.1 100
	connections ::1 100
	[ "$(stat_of arena lost_no_memory)" -gt 0 ]
	plenty
	kill "${spawned[@]:1}"
	spawned=("${spawned[0]}")
	# From here on it is all there again.
	local lost opened
	lost=$(stat_of arena lost_no_memory)
	opened=$(stat_of arena active_established)
	connections 127.0.0.1 20
	[ "$(stat_of arena lost_no_memory)" -eq "$lost" ]
	[ "$(stat_of arena active_established)" -eq $((opened + 20)) ]
}

@test "nothing at all is to be had, for namespaces that come neither" {
	arena
	load_module
	serve
	scarce 100
	connections 127.0.0.1 20
	run namespace late
	plenty
	ip netns list | grep -qw late || namespace late
	within late cat /proc/net/sockledger/stats >/dev/null || [ ! -e /proc/net/sockledger/stats ]
	connections ::1 20
}

# What came to it before us closes its sockets after we have left.
@test "a namespace that fails half-way, after it has a ledger" {
	load_module
	local i failed=0
	scarce 20
	for ((i = 0; i < 60; i++)); do
		unshare -n true 2>/dev/null || ((++failed))
	done
	plenty
	echo "# $failed of 60 failed" >&3
	[ "$failed" -gt 0 ]
	late_is_heard
}

@test "loading fails, wherever it is for want of memory, and leaves nothing; or it does without" {
	knobs require-start=0 require-end=0xffffffffffffffff ignore-gfp-wait=N verbose=0
	# Most of the allocations on the way are the kernel's own. A taste of this lets every 38th fail.
	timeout $((600 * times * ${PATIENCE:-1})) failload "$sockledger_ko" $((37 / times + 1)) >"$BATS_TEST_TMPDIR/loads"
	sed 's/^/# /' "$BATS_TEST_TMPDIR/loads" >&3
	[ ! -d /sys/module/sockledger ]
	nothing_left
	# And then it can be loaded.
	load_module
	late_is_heard
}

@test "probes that cannot be switched on say so, and are when there is memory again" {
	namespace here
	load_module datagrams=0
	scarce 100
	run within here sockledger set datagrams on
	plenty
	kernel_log | grep -F 'sockledger: the probe of udp_sendmsg cannot be switched on: -12'
	within here sockledger set datagrams off
	within here sockledger set datagrams on
	within here datagram socket 4 udp to 127.0.0.1 53 send 1 100
	entries here <<<'only | .datagrams.sent == 1'
	stat_is here probe_udp_sendmsg_hits -eq 1
}
