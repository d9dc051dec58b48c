# SPDX-License-Identifier: GPL-2.0-only
# Many connections at once: none is lost, or it is counted; and the module can go at any moment.
# shellcheck disable=SC2154 # addresses and words come from them
load lib
load words
load storm

# One client and one server for every connection, both established, and nothing else: from /proc
every_connection_twice() {
	within arena cat /proc/net/sockledger/handshakes | awk -v want="$1" '
		NR == 1 { next }
		$5 != "done" || $6 != "established" || $7 != "-" { print; bad++ }
		$2 == "active" { active++; seen[$3 " " $4]++ }
		$2 == "passive" { passive++; seen[$4 " " $3]-- }
		END {
			for (pair in seen) if (seen[pair]) { print pair, seen[pair]; bad++ }
			print active + 0, "active", passive + 0, "passive", bad + 0, "bad"
			exit active != want || passive != want || bad
		}'
}

@test "thousands of connections by 100 processes at once: each has its two entries" {
	local most=${STORM:-4000}
	arena
	load_module
	serve
	storm 127.0.0.1 100 "$most"
	wait_for 60 stat_is arena passive_established -eq "$most"
	every_connection_twice "$most"
	echo "# $most connections" >&3
	wait_for 60 nothing_lost
	[ "$(stat_of arena active_established)" -eq "$most" ]
	[ "$(snmp arena Tcp.ActiveOpens)" -eq "$most" ]
	# The kernel counts a child twice that two CPUs made of an ACK and data on its heels.
	[ "$(snmp arena Tcp.PassiveOpens)" -ge "$most" ]
	proc arena listeners | awk -v want="$most" 'NR == 2 { exit $9 != want }'
}

@test "what /proc, netlink and the reader say is the same" {
	arena
	load_module
	serve
	storm ::1 50 1000
	run within arena curl -s "http://[::1]:81/"
	every_other_way() {
		ledger arena >"$BATS_TEST_TMPDIR/json"
		jq -r '.[] | select(.handshake) | "\(.id) \(.role) [\(.local.addr)]:\(.local.port) [\(.remote.addr)]:\(.remote.port) \(.handshake.phase) \(
			.handshake.outcome) \(.handshake.syn_count) \(.handshake.synack_count)"' "$BATS_TEST_TMPDIR/json" | sort
	}
	from_proc() { proc arena handshakes | awk 'NR > 1 { print $1, $2, $3, $4, $5, $6, $14, $15 }' | sort; }
	diff <(from_proc) <(every_other_way)
	[ "$(from_proc | wc -l)" -eq 2002 ]
	# Every socket's line, and its states; a TIME_WAIT may end between the two looks.
	same_sockets() {
		diff <(proc arena sockets | awk 'NR > 1 { gsub(/@[0-9.a-z]*/, "", $9); print $1, $4, $9 }' | sort) \
			<(ledger arena | jq -r "$words"'.[] | select(.state) | "\(.id) \(.state) \(states)"' | sort) >"$BATS_TEST_TMPDIR/differ"
	}
	# Each look opens sockets of its own, of netlink.
	local look='^probe_security_socket_post_create_hits '
	same_stats() {
		diff <(proc arena stats | sed 1d | grep -v "$look" | sort) \
			<(within arena sockledger stats --json | jq -r 'to_entries[] | "\(.key) \(.value)"' | grep -v "$look" | sort) \
			>"$BATS_TEST_TMPDIR/differ"
	}
	local same
	for same in same_sockets same_stats; do
		wait_for 100 $same || {
			cat "$BATS_TEST_TMPDIR/differ"
			false
		}
	done
}

@test "history that is too small for them pushes out the oldest, and counts" {
	arena
	load_module max_history=100
	serve
	storm 127.0.0.1 20 2000
	wait_for 60 stat_is arena passive_established -eq 2000
	wait_for 60 nothing_lost
	wait_for 60 stat_is arena entries_history -eq 100
	# Its server may have some to close, still.
	wait_for 60 stat_is arena history_evicted -ge 1900
	says arena 'role("listener") | only | .ledger.established == 2000'
}

@test "more live sockets than there may be entries: those without one are counted to the unit" {
	arena
	load_module max_live=500
	serve
	storm 127.0.0.1 20 2000
	wait_for 60 stat_is arena passive_established -eq 2000
	local active births
	active=$(stat_of arena active_established)
	births=$(tell arena 'role("passive") | map(select(.state)) | length')
	proc arena stats | grep -E '^(entries|lost)'
	echo "$active active and $births passive sockets have live entries"
	[ "$(stat_of arena entries_live)" -le 500 ]
	[ "$(stat_of arena lost_live_full)" -eq $((2000 - active + 2000 - births)) ]
	[ "$(stat_of arena passive_established)" -eq 2000 ]
	# The listener counts every one of them.
	says arena 'role("listener") | only | .ledger | .established == 2000 and .accepted == 2000'
}

@test "the module goes and comes under load" {
	arena
	serve
	spawn arena bash -c 'while storm connect 127.0.0.1 80 20 2000; do storm connect ::1 80 20 2000; done'
	local load=$! round
	for round in 1 2 3 4 5; do
		load_module
		wait_for 60 stat_is arena active_established -ge 100
		echo "round $round"
		unload_at_once
		nothing_left
	done
	traffic_unharmed $load
}

@test "readers are open when the module goes" {
	arena
	load_module
	serve
	storm ::1 20 500
	exec 7</proc/net/sockledger/stats
	read -r _ <&7
	spawn arena bash -c 'while cat /proc/net/sockledger/*; do :; done >/dev/null'
	spawn arena bash -c 'while sockledger list --json; do :; done >/dev/null'
	local began=${EPOCHREALTIME/./}
	run timeout 30 rmmod sockledger
	echo "$output, $(((${EPOCHREALTIME/./} - began) / 1000)) ms"
	exec 7<&-
	# An open netlink dump may hold the module; open files do not.
	wait_for 60 gone
	[ ! -e /proc/net/sockledger ]
}
