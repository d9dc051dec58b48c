# SPDX-License-Identifier: GPL-2.0-only
# What wears a module out: coming and going, namespaces, kills, switches, readers that stop. With SOAK=50 in full.
# shellcheck disable=SC2154 # words come from there
load lib
load words
load storm

processor=/sys/devices/system/cpu/cpu1/online

teardown() {
	[ ! -e $processor ] || echo 1 >$processor
	finish
}

opened_as_counted() { [ "$(sum_of arena '^active_')" -eq "$(snmp arena Tcp.ActiveOpens)" ]; }

# Of so many entries it takes the reader's own filter: jq would want gigabytes for them.
nobody_connected() { [[ $(within arena sockledger list --json live and role active and state established) == "[]" ]]; }

# traffic_ends PID COUNT: those who make it end, their server, and what they were at; so many connections are of others
traffic_ends() {
	kill "$1"
	# One or another ends by itself.
	named arena storm 2>/dev/null | xargs -r kill 2>/dev/null || :
	wait_for 120 ss_counts arena "$2" established
}

# What those who read are at, and since when
who_reads() {
	local pid
	echo "after $round rounds $(cat /sys/module/sockledger/refcnt) hold it"
	for pid in $(pidof sockledger cat); do
		echo "$pid: $(tr '\0' ' ' <"/proc/$pid/cmdline") $(awk '{ print $3, $22 }' "/proc/$pid/stat") $(cat "/proc/$pid/syscall")"
		cat "/proc/$pid/stack"
	done
}

@test "the module comes and goes under traffic and readers" {
	arena
	# Few entries, or a slow machine's dump outlasts all patience, and the longer it takes the more there are for the next.
	within arena sysctl -qw net.ipv4.tcp_max_tw_buckets=500
	serve
	# With more than the machine can do, a round takes ten seconds instead of three or four.
	traffic 100
	local load=$! round rounds=$((times > 1 ? 10 * times : 3))
	# Between two rounds there is nothing to read.
	spawn arena sh -c 'renice -n 10 -p $$; while sleep 0.3; do cat /proc/net/sockledger/*; done >/dev/null 2>&1'
	# A dump holds the module for as long as it lasts.
	spawn arena sh -c "renice -n 10 -p \$\$; while :; do sockledger list --json; sleep ${PATIENCE:-1}; done >/dev/null 2>&1"
	spawn arena sh -c 'renice -n 10 -p $$; while :; do sockledger watch || sleep 0.1; done >/dev/null 2>&1'
	for ((round = 0; round < rounds; round++)); do
		load_module max_history=500
		wait_for 60 stat_is arena active_established -ge 1
		# A reader in the middle of a dump may hold it for a moment.
		wait_for 60 gone || { who_reads; false; }
		nothing_left
	done
	echo "# loaded and unloaded $rounds times" >&3
	traffic_unharmed $load
}

@test "namespaces come and go with connections inside" {
	load_module
	local count=$((40 * times))
	timeout $((300 * times * ${PATIENCE:-1})) worlds $count 8 | tee /dev/stderr | grep -qx "good $count bad 0"
	echo "# $count namespaces" >&3
}

# Each connection begun ended somehow, and those that the kernel counts are those that the ledger does.
@test "programs are killed in the middle of what they do" {
	arena
	load_module
	serve
	local address programs=$((times < 10 ? 20 * times : 200))
	for address in 127.0.0.1 ::1; do
		within arena storm mortal $address 80 $programs $((500 * times)) $((10 * ${PATIENCE:-1}))
	done >"$BATS_TEST_TMPDIR/mortal"
	sed 's/^/# /' "$BATS_TEST_TMPDIR/mortal" >&3
	wait_for 120 ss_counts arena 0 established
	wait_for 120 nobody_connected
	wait_for 120 opened_as_counted
	# Most of them came about.
	[ $((2 * $(stat_of arena active_established))) -gt "$(snmp arena Tcp.ActiveOpens)" ]
	[ "$(stat_of arena passive_established)" -gt 0 ]
	wait_for 120 nothing_lost
}

@test "processors come and go under traffic" {
	[ -e $processor ] || skip "one processor"
	arena
	load_module
	serve
	traffic
	local load=$! round before
	for ((round = 0; round < 2 * times; round++)); do
		before=$(stat_of arena active_established)
		echo 0 >$processor
		wait_for 60 stat_is arena active_established -gt "$before"
		before=$(stat_of arena active_established)
		echo 1 >$processor
		wait_for 60 stat_is arena active_established -gt "$before"
	done
	echo "# $((2 * times)) times" >&3
	traffic_ends $load 0
	wait_for 120 nothing_lost
}

# 20 connections on port 7000 live throughout.
@test "readers stop in the middle of a read" {
	arena
	load_module max_history=500
	serve
	spawn arena endpoint bind 127.0.0.1 7000 listen 50 accepts 20 pause
	wait_for 60 listens arena 7000
	spawn arena endpoint connects 20 127.0.0.1 7000 pause
	wait_for 60 stat_is arena passive_established -eq 20
	traffic
	local load=$! pause=$((5 * times)) reader readers=()
	wait_for 60 stat_is arena history_evicted -ge 1
	for file in sockets handshakes events; do
		within arena sh -c "exec </proc/net/sockledger/$file; dd bs=512 count=1; sleep $pause; cat" \
			>"$BATS_TEST_TMPDIR/$file" 2>/dev/null 3>&- &
		readers+=($!)
	done
	within arena sh -c "sockledger list --json | { dd bs=512 count=1; sleep $pause; cat; }" \
		>"$BATS_TEST_TMPDIR/json" 2>/dev/null 3>&- &
	readers+=($!)
	spawn arena sockledger watch
	wait_for 60 polls $!
	kill -STOP "${spawned[-1]}"
	for reader in "${readers[@]}"; do
		wait "$reader"
	done
	kill -CONT "${spawned[-1]}"
	echo "# stopped for $pause s" >&3
	for file in sockets handshakes; do
		[ "$(awk '{ for (i = 2; i <= NF; i++) if ($i ~ /:7000$/) { print $1; next } }' "$BATS_TEST_TMPDIR/$file" | wc -l)" -ge 40 ]
		[ -z "$(awk 'NR > 1 { print $1 }' "$BATS_TEST_TMPDIR/$file" | sort | uniq -d)" ]
	done
	# Of the events most were overwritten meanwhile.
	[ -s "$BATS_TEST_TMPDIR/events" ]
	[ -z "$(awk 'NR > 1' "$BATS_TEST_TMPDIR/events" | sort | uniq -d)" ]
	jq -e 'map(select(.remote.port == 7000 or .local.port == 7000)) | length == 41' "$BATS_TEST_TMPDIR/json"
	traffic_ends $load 40
	wait_for 120 nothing_lost
}
