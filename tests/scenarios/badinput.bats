# SPDX-License-Identifier: GPL-2.0-only
# What users, programs and the network get wrong: each is refused with a sentence, or counted, and disturbs nothing.
# shellcheck disable=SC2154 # addresses and words come from them
load lib
load words
load terminal

teardown() {
	terminal_close
	finish
}

@test "module parameters out of range are refused with a sentence" {
	local parameter sentence
	while IFS='|' read -r parameter sentence; do
		echo "$parameter"
		run load_module "$parameter"
		[ "$status" -ne 0 ]
		[ ! -e /proc/net/sockledger ]
		kernel_log | grep -F "$sentence"
	done <<-'EOF'
		max_live=15|sockledger: max_live=15 is out of range: it must be from 16 to 4194304
		max_live=4194305|sockledger: max_live=4194305 is out of range: it must be from 16 to 4194304
		max_history=0|sockledger: max_history=0 is out of range: it must be from 16 to 4194304
		max_half_open=1048577|sockledger: max_half_open=1048577 is out of range: it must be from 16 to 1048576
		max_events=32|sockledger: max_events=32 is out of range: it must be from 64 to 65536
		max_events=131072|sockledger: max_events=131072 is out of range: it must be from 64 to 65536
		max_events=1000|sockledger: max_events=1000 is not a power of two
		max_failed_calls=8|sockledger: max_failed_calls=8 is out of range: it must be from 16 to 65536
		max_failed_calls=131072|sockledger: max_failed_calls=131072 is out of range: it must be from 16 to 65536
		max_failed_calls=100|sockledger: max_failed_calls=100 is not a power of two
		without=inet_bin|sockledger: without=inet_bin: inet_bin is no function that is probed; see stats for those
		without=inet_bind,,inet_release|sockledger: without=inet_bind,,inet_release:  is no function that is probed; see stats for those
		max_live=many|`many' invalid for parameter `max_live'
		max_live=-1|`-1' invalid for parameter `max_live'
		datagrams=many|`many' invalid for parameter `datagrams'
	EOF
	load_module max_live=16 max_history=16 max_half_open=16 max_events=64 max_failed_calls=16
	[ "$(cat /sys/module/sockledger/parameters/*)" = "$(printf '%s\n' Y 64 16 16 16 16 '(null)')" ]
	unload_module
	load_module max_live=4194304 max_history=4194304 max_half_open=1048576 max_events=65536
}

@test "the reader says in one sentence what is wrong" {
	namespace here
	load_module
	local arguments wanted sentence
	while IFS='|' read -r arguments wanted sentence; do
		echo "sockledger $arguments: $sentence"
		# shellcheck disable=SC2086 # words
		run within here bash -c '"$@" 2>&1 >/dev/full' - sockledger $arguments
		[ "$status" -eq "$wanted" ]
		echo "$status $output"
		# Where it is a filter's, what it is about comes after it.
		[ "${lines[0]}" = "sockledger: $sentence" ]
		[[ ${#lines[@]} -eq 1 || $sentence == *"of a filter"* ]]
	done <<-'EOF'
		lst|2|unknown command "lst" (did you mean "list"?)
		frobnicate|2|unknown command "frobnicate" ("sockledger help" lists all)
		list too|2|"too" is no word of a filter
		stats too|2|"too" is one argument too many for "stats"
		flush too|2|"too" is no word of a filter
		show|2|"show" needs the id of an entry or a filter
		show first|2|"first" is no word of a filter
		show -- -1|2|"-1" is no word of a filter
		sprot = :80|2|unknown command "sprot" (did you mean "sport"?)
		show 99999999999999999999|2|"99999999999999999999" is too big for the id of an entry
		show 1 2|2|"1" is no word of a filter (an entry is "id 1", a port "port 1")
		list 80|2|"80" is no word of a filter (an entry is "id 80", a port "port 80")
		show 4711|1|there is no entry 4711 (no entry has this id: it never had one, or history has moved on)
		show 0|2|the kernel refused: integer out of range, it must be at least 1 (Numerical result out of range)
		--colour|2|unknown option "--colour" ("sockledger help" lists all)
		-x|2|unknown option "-x" ("sockledger help" lists all)
		--json -xt|2|unknown option "-x" ("sockledger help" lists all)
		--json -tx|2|unknown option "-x" ("sockledger help" lists all)
		-N|2|option "-N" needs a value
		12|2|unknown command "12" (did you mean "show 12"?)
		-t stats|2|option "--tcp" is for commands that take a filter, not for "stats"
		-4 set|2|option "--ipv4" is for commands that take a filter, not for "set"
		-u show 1|2|option "--udp" is for commands that take a filter, not for "show ID"
		-l calls|2|option "--listening" is for commands about sockets, not for "calls"
		-d 1 list|2|option "--interval" is for "top", not for "list"
		--present list|2|option "--present" is for "watch", not for "list"
		set events state,|2|there is no event "" ("man sockledger" lists them)
		-N nowhere|2|there is no network namespace "nowhere"
	EOF
	run within here sockledger ''
	[ "$status" -eq 2 ]
	[ "$output" = 'sockledger: unknown command "" ("sockledger help" lists all)' ]
}

@test "the reader without the module says so" {
	local command
	for command in list stats 'show 1'; do
		# shellcheck disable=SC2086 # words
		run sockledger $command
		[ "$status" -eq 2 ]
		[ "$output" = 'sockledger: the sockledger module is not loaded in the kernel (load it with "modprobe sockledger")' ]
	done
}

# Connections enough that what is printed of them fills every buffer
some_connections() {
	namespace here
	load_module
	spawn here endpoint bind :: 80 listen 50 accepts 60 pause
	wait_for 60 listens here 80
	spawn here endpoint connects 60 127.0.0.1 80 pause
	wait_for 60 says here 'map(select(.state == "ESTABLISHED")) | length == 120'
}

@test "a reader whose output nobody takes ends, and says nothing of it" {
	some_connections
	local command
	for command in 'list --json' 'export json' 'watch --json --present' 'show role active'; do
		echo "$command"
		# shellcheck disable=SC2016 # for the inner shell
		run within here timeout -k 1 300 bash -c 'sockledger '"$command"' | head -n 1 >/dev/null; echo "${PIPESTATUS[0]}"'
		echo "$output"
		[[ $output == 2 || $output == 141 ]]
	done
	# Where there is none at all, no socket of ours takes its place.
	run within here bash -c 'sockledger list >&-'
	[ "$status" -eq 2 ]
	[ "$output" = 'sockledger: cannot write the output: Bad file descriptor' ]
	run within here bash -c 'sockledger lst 2>&-'
	[ "$status" -eq 2 ]
}

@test "a reader that has no descriptor left says so" {
	namespace here
	load_module
	local limit arguments sentence
	while IFS='|' read -r limit arguments sentence; do
		echo "$limit $arguments: $sentence"
		run within here timeout -k 1 60 sh -c "exec 3>&- 4>&-; ulimit -n $limit; sockledger $arguments"
		echo "$status $output"
		[ "$status" -eq 2 ]
		# shellcheck disable=SC2053 # a pattern
		[[ ${lines[-1]} == $sentence ]]
	done <<-'EOF'
		4|watch|sockledger: signals cannot be waited for: Too many open files
		5|watch|sockledger: cannot open a netlink socket: Too many open files
		4|list --all-netns|sockledger: cannot look at /*: Too many open files
		5|list --all-netns|sockledger: cannot open a netlink socket: Too many open files
	EOF
	within here sh -c 'exec 3>&- 4>&-; ulimit -n 4; sockledger stats'
}

@test "40 columns are enough for a table" {
	some_connections
	local command
	run within here endpoint bind 127.0.0.1 80
	spawn here datagram socket 4 udp bind 127.0.0.1 53 pause
	wait_for 60 says here 'role("datagram") | length == 1'
	for command in list listeners datagrams calls; do
		terminal 40 400 ip netns exec here sockledger $command
		await '^ended with 0$'
		# What did not fit would go on in the next line, and be one with it here.
		screen -J
		[ "$(widest -J)" -le 40 ]
		terminal_close
	done
}

@test "a table keeps to the terminal when later rows say more" {
	namespace here
	load_module
	spawn here storm serve 80
	wait_for 60 listens here 80
	within here storm connect 127.0.0.1 80 1 100
	# Their error stands beside the outcome.
	within here endpoint bind 127.0.0.1 81 listen 5 child connect 127.0.0.1 81 fails ECONNRESET recv 1 end accept reset wait
	within here sockledger list outcome established | grep -q 'established, ECONNRESET'
	terminal 75 400 ip netns exec here sockledger list
	await '^ended with 0$'
	screen -J | grep 'established,'
	[ "$(widest -J)" -le 75 ]
}

@test "on a wide terminal later rows are not cut to what the first ones were" {
	namespace here
	load_module
	within here datagram socket 4 udp bind 127.0.0.1 80 close again 64
	within here endpoint fails ECONNREFUSED connect 127.0.0.1 54321
	within here endpoint fails ECONNREFUSED connect ::1 54321
	terminal 200 400 ip netns exec here sockledger list
	await '^ended with 0$'
	# And why is there, too.
	screen | grep -E ' 127\.0\.0\.1:54321 +refused, [a-z-]+ .* [0-9]+/endpoint$'
	screen | grep -E ' \[::1\]:54321 +refused, [a-z-]+ .* [0-9]+/endpoint$'
}

# bad NETNS COUNTER ARGUMENTS…: a segment that raises the counter of that namespace by one
bad() {
	local name=$1 counter=$2 before
	shift 2
	before=$(stat_of "$name" "$counter")
	echo "$name $counter: $*"
	within client segments "$@"
	wait_for 60 eval "[ \$(stat_of $name $counter) -eq $((before + 1)) ]"
}

# Through the router; once between ports nobody knows, once in the midst of a connection
bad_segments() {
	topology_up
	load_module
	spawn server endpoint bind :: 80 listen 5 accept recv 5 send 5 eof close pause
	wait_for 60 listens server 80
	spawn client endpoint connect "$2" 80 touch "$BATS_TEST_TMPDIR/up" await "$BATS_TEST_TMPDIR/go" send 5 recv 5 close pause
	wait_for 60 test -e "$BATS_TEST_TMPDIR/up"
	local counter segment port ours
	ours=$(tell client 'only | .local.port')
	for port in 4000 "$ours"; do
		while read -r counter segment; do
			bad server "$counter" "$1" "$2" "$port" 80 "$segment"
		done <<-'EOF'
			bad_truncated cut=10
			bad_offset doff=3
			bad_offset doff=15
			bad_flags flags=0x03
			bad_flags flags=0x06
			bad_flags flags=0x01
			bad_flags flags=0x3f
			bad_checksum sum=bad
		EOF
		bad router fragments "$1" "$2" "$port" 80 fragment=64
	done
	entries server <<<'length == 2'
	# TCP itself passes over options it cannot read: these SYNs are answered, and the answers reset.
	for segment in 4001:02000000 4002:02050102 4003:0101010f; do
		bad server bad_options "$1" "$2" "${segment%:*}" 80 "options=${segment#*:}"
	done
	wait_for 60 says server 'length == 5 and (.[2:] | all(result == "passive reset half-open-rst"))'
	touch "$BATS_TEST_TMPDIR/go"
	wait_for 60 says server 'on('"$ours"') | only | .state == "CLOSE"'
	wait_for 60 says client 'only | .state == "TIME_WAIT"'
	entries client <<-'EOF'
		only | states == "CLOSE>SYN_SENT>ESTABLISHED>FIN_WAIT1>FIN_WAIT2>TIME_WAIT"
		only | result == "active established none" and .handshake.syn_count == 1
	EOF
	holds "$(tell server "on($ours)")" <<-'EOF'
		only | states == "LISTEN>SYN_RECV>ESTABLISHED>CLOSE_WAIT>LAST_ACK>CLOSE"
		only | result == "passive established none" and .handshake.syn_count == 1
		only | .totals.bytes_sent == 5 and saw("RST"; "in") == 0 and saw("SYN"; "in") == 0
		only | [.events[] | select(.what == "FIN" and .dir == "in" and (.again | not))] | length == 1
	EOF
}

@test "segments no TCP would send, over IPv4" { bad_segments "$client4" "$server4"; }
@test "segments no TCP would send, over IPv6" { bad_segments "$client6" "$server6"; }

# IPv6 has put none together yet where it is seen, and those are left alone.
@test "a SYN in two pieces, through the middle of its header" {
	topology_up
	load_module
	spawn server endpoint bind :: 80 listen 5 pause
	wait_for 60 listens server 80
	# MSS 1280, window scale 9
	within client segments "$client4" "$server4" 4000 80 options=020405000103030901010101 payload=1000 first=24
	wait_for 60 says server 'role("passive") | length == 1'
	entries server <<<'role("passive") | only | .remote.port == 4000 and .handshake.mss.client == 1280 and .handshake.wscale.client == 9'
	stat_is server bad_truncated -eq 0
}
