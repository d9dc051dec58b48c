# SPDX-License-Identifier: GPL-2.0-only
# Sockets older than the module: found when it is loaded, marked, and followed from then on.
# shellcheck disable=SC2154 # addresses and words come from them
load lib
load words

modprobe=$(</proc/sys/kernel/modprobe)

teardown() {
	touch "$BATS_TEST_TMPDIR/answer"
	echo "$modprobe" >/proc/sys/kernel/modprobe
	finish
}

# loading: loads the module, while the test goes on
loading() { load_module 3>&- & }
loaded() { grep -qsx live /sys/module/sockledger/initstate; }

# no_answer NAME…: who has a module loaded whose name ends so waits for it, until the file answer is there
no_answer() {
	local names
	names=$(IFS='|' && echo "$*")
	cat >"$BATS_TEST_TMPDIR/modprobe" <<-SCRIPT
		#!/bin/bash
		cd $BATS_TEST_TMPDIR
		[[ \$* =~ ($names)\$ ]] || exec $modprobe "\$@"
		touch "asked-\${BASH_REMATCH[1]}"
		until [[ -e answer || ! -d . ]]; do sleep 0.1; done
		exit 1
	SCRIPT
	chmod +x "$BATS_TEST_TMPDIR/modprobe"
	echo "$BATS_TEST_TMPDIR/modprobe" >/proc/sys/kernel/modprobe
}

# ate NETNS: has the firewall there dropped something twice?
ate() { within "$1" nft list ruleset | grep -qE 'counter packets ([2-9]|[1-9][0-9]+) '; }

# Its handshake is over, whatever its data meets.
@test "nothing holds up the handshake of a connection that is older than the module" {
	topology_up
	spawn server endpoint bind :: 80 listen 5 accept recv 400 pause
	wait_for 60 listens server 80
	spawn client endpoint connect "$server4" 80 touch "$BATS_TEST_TMPDIR/connected" await "$BATS_TEST_TMPDIR/go" send 400 pause
	wait_for 60 test -e "$BATS_TEST_TMPDIR/connected"
	load_module
	rules server test input tcp dport 80 counter drop
	touch "$BATS_TEST_TMPDIR/go"
	wait_for 60 ate server
	for end in client server; do
		entries $end <<<'map(.events[]) | all(.what != "held-up")'
		refuses 1 grep held-up <<<"$(proc $end events)"
	done
}

@test "listeners and connections are found, with their roles" {
	topology_up
	spawn server endpoint bind :: 80 listen 5 accepts 2 pause
	spawn server endpoint bind 0.0.0.0 81 listen 5 pause
	wait_for 60 listens server 80
	wait_for 60 listens server 81
	spawn client endpoint connect "$server4" 80 connects 1 "$server6" 80 pause
	wait_for 60 ss_counts server 2 established
	load_module
	entries client <<-'EOF'
		length == 2 and all(.pre_existing and .live and .role == "active" and .state == "ESTABLISHED" and .transitions == [])
		map(.remote | "\(.addr) \(.port)") | sort == ["10.0.2.2 80", "fd00:2::2 80"]
		all(.inode > 0 and .totals.segs_out > 0)
	EOF
	entries server <<-'EOF'
		length == 4 and all(.pre_existing and .live and .transitions == [])
		role("listener") | map(.local | "\(.addr) \(.port)") | sort == ["0.0.0.0 81", ":: 80"]
		role("passive") | length == 2 and all(.state == "ESTABLISHED" and .local.port == 80)
		role("passive") | map(.remote.addr) | sort == ["10.0.1.2", "fd00:1::2"]
	EOF
	[ "$(stat_of server entries_pre_existing)" -eq 4 ]
	# Nobody knows for how long they have been so.
	[ "$(within client sockledger | awk 'NR > 1 { print substr($7, 1, 1) }')" = $'>\n>' ]
	grep -q '^entry .* ESTABLISHED for more than ' <<<"$(within client sockledger show 1)"
	# What is new is not marked.
	spawn client endpoint connect "$server4" 81 pause
	wait_for 60 says server 'on(81) | role("passive") | only | (.pre_existing | not) and .handshake.outcome == "established"'
}

# The first namespace has no name.
spawn_first() {
	"$@" </dev/null >/dev/null 2>&1 3>&- &
	spawned+=($!)
}
first_listens() { [[ -n $(ss -Hltn 'sport = :80') ]]; }
first_is_connected() { [[ $(ss -Htn state established 'sport = :80' | wc -l) -eq 1 ]]; }

@test "connections over loopback and in the first namespace are found, too" {
	spawn_first endpoint bind 127.0.0.1 80 listen 5 accept pause
	wait_for 60 first_listens
	spawn_first endpoint connect 127.0.0.1 80 await "$BATS_TEST_TMPDIR/end" reset
	local client=$!
	wait_for 60 first_is_connected
	load_module
	holds "$(sockledger list --json)" <<-'EOF'
		on(80) | length == 3 and all(.pre_existing)
		on(80) | map(.role) | sort == ["active", "listener", "passive"]
	EOF
	# Nothing stays behind in TIME_WAIT.
	touch "$BATS_TEST_TMPDIR/end"
	wait $client
}

@test "in namespaces that have hash tables of their own they are found, too" {
	local dir=$BATS_TEST_TMPDIR table tables='tcp_child_ehash_entries udp_child_hash_entries'
	# UDP has them since 6.2.
	[[ $(uname -r) != 6.1.* ]] || tables=tcp_child_ehash_entries
	for table in $tables; do sysctl -qw "net.ipv4.$table=64"; done
	namespace here
	for table in $tables; do
		sysctl -qw "net.ipv4.$table=0"
		[ "$(within here sysctl -n "net.ipv4.${table/_child/}")" -gt 0 ]
	done
	spawn here endpoint bind :: 80 listen 5 accept pause
	wait_for 60 listens here 80
	spawn here endpoint connect ::1 80 pause
	spawn here datagram socket 4 udp bind 127.0.0.1 53 touch "$dir/bound" pause
	wait_for 60 test -e "$dir/bound"
	wait_for 60 ss_counts here 2 established
	load_module
	entries here <<-'EOF'
		length == 4 and all(.pre_existing and .live)
		map(.role) | sort == ["active", "datagram", "listener", "passive"]
		on(53) | only | .role == "datagram"
	EOF
}

@test "the later life of a connection is recorded" {
	topology_up
	spawn server endpoint bind :: 80 listen 5 accept eof close pause
	wait_for 60 listens server 80
	spawn client endpoint connect "$server6" 80 await "$BATS_TEST_TMPDIR/close" send 10 close pause
	wait_for 60 ss_counts server 1 established
	load_module
	# A late or forged SYN begins no handshake of what had one (RFC 5961, 4).
	within router segments "$client6" "$server6" "$(tell client 'only | .local.port')" 80 seq=1000
	wait_for 60 says server 'role("passive") | only | saw("SYN"; "in") == 1'
	touch "$BATS_TEST_TMPDIR/close"
	wait_for 60 says client 'only | .state == "TIME_WAIT"'
	wait_for 60 says server 'role("passive") | only | .state == "CLOSE"'
	entries client <<-'EOF'
		only | .pre_existing and states == "ESTABLISHED>FIN_WAIT1>FIN_WAIT2>TIME_WAIT"
		only | saw("FIN"; "out") >= 1 and saw("FIN"; "in") >= 1 and .totals.bytes_sent == 10
		only | .holders[0].comm == "endpoint" and call("close").pid == .holders[0].pid
	EOF
	entries server <<-'EOF'
		role("passive") | only | .pre_existing and states == "ESTABLISHED>CLOSE_WAIT>LAST_ACK>CLOSE" and (.live | not)
		role("passive") | only | has("handshake") | not
	EOF
}

# tried_thrice NETNS COUNT: have so many sent their SYN again three times?
tried_thrice() { [ "$(within "$1" ss -Hton state syn-sent | grep -c ',3)')" -eq "$2" ]; }

@test "handshakes that are under way are found and finished" {
	topology_up
	doubling client
	firewall client prerouting tcp sport 80 drop
	spawn server endpoint bind :: 80 listen 5 accepts 2 pause
	wait_for 60 listens server 80
	spawn client endpoint connect "$server4" 80 pause
	spawn client endpoint connect "$server6" 80 pause
	wait_for 60 ss_counts server 2 syn-recv
	# A SYN that comes while the module does begins an entry: the next ones come eight seconds after these.
	wait_for 60 tried_thrice client 2
	load_module
	entries server <<-'EOF'
		role("passive") | length == 2 and all(.pre_existing and .live and .handshake.phase == "synack")
		role("passive") | all(.handshake.outcome == "in-progress")
		role("listener") | only | .ledger.half_open == 2
	EOF
	entries client <<<'length == 2 and all(.pre_existing and .role == "active" and .state == "SYN_SENT" and .handshake.phase == "syn")'
	within client nft flush ruleset
	wait_for 60 says server 'role("passive") | length == 2 and all(.state == "ESTABLISHED")'
	wait_for 60 says client 'length == 2 and all(.state == "ESTABLISHED")'
	entries server <<-'EOF'
		role("passive") | all(.pre_existing and result == "passive established none" and states == "LISTEN>SYN_RECV>ESTABLISHED")
	EOF
	entries client <<-'EOF'
		all(.pre_existing and result == "active established none" and states == "SYN_SENT>ESTABLISHED")
	EOF
}

@test "TIME_WAIT is found with the time it has left, and ends" {
	topology_up
	spawn server endpoint bind :: 80 listen 5 accepts 1 eof close accept pause
	wait_for 60 listens server 80
	within client endpoint connect "$server4" 80 close
	wait_for 60 ss_counts client 1 time-wait
	spawn server endpoint bind :: 81 listen 5 accept pause
	wait_for 60 listens server 81
	within client endpoint connect "$server6" 81 close
	wait_for 60 ss_counts client 1 fin-wait-2
	load_module
	entries client <<-'EOF'
		length == 2 and all(.pre_existing and .live)
		on(80) | only | .state == "TIME_WAIT" and .transitions == [] and (.expires_ns | between(1; 60))
		on(81) | only | .state == "FIN_WAIT2" and .transitions == [] and (.expires_ns | between(1; 60))
	EOF
	wait_for 90 says client 'all(.state == "CLOSE" and (.live | not))'
	entries client <<-'EOF'
		on(80) | only | states == "TIME_WAIT>CLOSE" and causes == "timer"
		on(81) | only | states == "FIN_WAIT2>CLOSE" and causes == "timer"
	EOF
}

@test "loaded a second time, it finds what the first time knew" {
	namespace here
	load_module
	spawn here endpoint bind :: 80 listen 5 accept pause
	wait_for 60 listens here 80
	spawn here endpoint connect ::1 80 pause
	wait_for 60 says here 'map(select(.state == "ESTABLISHED")) | length == 2'
	local before
	before=$(tell here 'map(ends) | sort')
	unload_module
	load_module
	[ "$(tell here 'map(ends) | sort')" = "$before" ]
	says here 'length == 3 and all(.pre_existing)'
}

@test "sockets whose owners hold them for ever are found, and nobody waits for these" {
	topology_up
	local dir=$BATS_TEST_TMPDIR
	no_answer nowhere4 nowhere6
	spawn server endpoint bind :: 80 listen 5 accepts 2 pause
	wait_for 60 listens server 80
	spawn client endpoint connect "$server4" 80 fails ENOENT congestion nowhere4 touch "$dir/answered" close pause
	spawn client endpoint connect "$server6" 80 fails ENOENT congestion nowhere6 touch "$dir/answered" close pause
	wait_for 60 [ -e "$dir/asked-nowhere4" -a -e "$dir/asked-nowhere6" ]
	wait_for 60 ss_counts server 2 established
	loading
	namespace meanwhile 3>&- &
	wait_for 60 loaded
	wait_for 60 within meanwhile test -d /proc/net/sockledger
	entries client <<-'EOF'
		length == 2 and all(.pre_existing and .live and .role == "active" and .state == "ESTABLISHED" and .inode > 0)
		map(.remote.addr) | sort == ["10.0.2.2", "fd00:2::2"]
	EOF
	[ ! -e "$dir/answered" ]
	touch "$dir/answer"
	wait_for 60 says client 'all(states == "ESTABLISHED>FIN_WAIT1>FIN_WAIT2")'
	[ "$(stat_of client lost_unknown_socket)" -eq 0 ]
}

@test "what changes while the module is being loaded is not lost" {
	topology_up
	local pid i count=40 clients=()
	spawn server endpoint bind :: 80 listen $count accepts $count pause
	wait_for 60 listens server 80
	for ((i = 0; i < count; i += 2)); do
		clients+=(child connect "$server4" 80 pause end child connect "$server6" 80 pause end)
	done
	spawn client endpoint "${clients[@]}" pause
	local parent=$!
	wait_for 120 ss_counts server $count established
	loading
	# They end one after the other, for about as long as that takes.
	for pid in $(children $parent); do
		kill "$pid"
		sleep 0.02
	done
	wait_for 60 loaded
	wait_for 60 says server "role(\"passive\") | length == $count and all(.state == \"CLOSE_WAIT\")"
	entries server <<<'role("passive") | all(.pre_existing and (.transitions == [] or states == "ESTABLISHED>CLOSE_WAIT"))'
	entries client <<<"length == $count and all(.pre_existing and .role == \"active\")"
	[ "$(stat_of server lost_unknown_socket)" -eq 0 ]
	[ "$(stat_of client lost_unknown_socket)" -eq 0 ]
}
