# SPDX-License-Identifier: GPL-2.0-only
# A listener's ledger: its two queues, what they had no room for, and how long accept() let wait. And programs that
# are blocked in calls, by the thousand, before the module comes, while it is there, and when it goes.
# shellcheck disable=SC2154 # addresses and words come from them
load lib
load words

# The number at the end of a line of TcpExt or Tcp does not go back: ours was right at some moment in between.
# equals NETNS COUNTER JQ-NUMBER [START]: a number of entries equals the growth of the kernel's counter
equals() {
	local before ours after
	before=$(($(snmp "$1" "$2") - ${4:-0}))
	ours=$(tell "$1" "$3")
	after=$(($(snmp "$1" "$2") - ${4:-0}))
	echo "$2: $before <= $ours <= $after"
	((before <= ours && ours <= after))
}

@test "a backlog of 4 that nobody accepts from for a second" {
	namespace here
	within here sysctl -qw net.ipv4.tcp_syncookies=0
	load_module
	spawn here endpoint bind :: 80 listen 4 await "$BATS_TEST_TMPDIR/accept" accepts 5 pause
	wait_for 60 listens here 80
	within here endpoint connects 5 127.0.0.1 80 await "$BATS_TEST_TMPDIR/full" connects 1 127.0.0.1 80 &
	local client=$!
	# The kernel looks for room before it adds: two that come at once may both get the last place, here and below.
	wait_for 60 says here 'role("listener") | only | .ledger.queue == 5'
	touch "$BATS_TEST_TMPDIR/full"
	spawn here endpoint start ::1 80 pause
	spawn here endpoint start 127.0.0.1 80 pause
	entries here <<-'EOT'
		role("listener") | only | .ledger | .asked == 4 and .backlog == 4 and .queue == 5 and .queue_peak == 5 and .established == 5
		role("listener") | only | .ledger | .accepted == 0 and (has("wait_min_ns") or has("wait_p50_ns") | not)
		role("passive") | map(select(.state == "ESTABLISHED")) | length == 5 and all(.handshake | has("accept_queued_ns") and (has("accepted_ns") | not))
	EOT
	# Three clients ask again and again.
	wait_for 60 says here 'role("listener") | only | .ledger.overflows >= 6'
	equals here TcpExt.ListenOverflows 'role("listener") | only | .ledger.overflows'
	sleep 1
	touch "$BATS_TEST_TMPDIR/accept"
	wait_for 60 says here 'role("listener") | only | .ledger.accepted == 5'
	equals here TcpExt.ListenOverflows 'role("listener") | only | .ledger.overflows'
	# The first five have waited; those that came when there was room did not overflow again.
	entries here <<-'EOT'
		role("passive") | map(select(.handshake.accepted_ns)) | length == 5 and all(.handshake | .accepted_ns - .accept_queued_ns >= 1e9)
		role("passive") | map(select(.handshake.accepted_ns)) | all(.handshake.accept_queued_ns == since("ESTABLISHED"))
		role("listener") | only | .ledger | 1e9 <= .wait_min_ns and .wait_min_ns <= .wait_p50_ns and .wait_p50_ns <= .wait_p99_ns
		role("listener") | only | .ledger | .wait_p99_ns <= .wait_max_ns and .wait_min_ns <= .wait_mean_ns and .wait_mean_ns <= .wait_max_ns
		(role("passive") | map(.handshake | select(.accepted_ns) | .accepted_ns - .accept_queued_ns)) as $waits | role("listener") | only | .ledger | [.wait_min_ns, .wait_max_ns] == ($waits | [min, max])
		(role("passive") | map(.handshake | select(.accepted_ns) | .accepted_ns - .accept_queued_ns)) as $waits | role("listener") | only | .ledger | .wait_mean_ns == ($waits | add / 5 | floor)
		role("listener") | only | .ledger | .queue_peak == 5 and .syn_overflows == 0 and .cookies_sent == 0
	EOT
	wait $client
	# /proc says the same.
	[ "$(proc here listeners | awk 'NR == 2 { print $13, $14, $16, $17, $18, $19 }')" = "$(tell here 'role("listener") | only | .ledger
		| "\(.asked) \(.queue_peak) \(.overflows) \(.syn_overflows) \(.cookies_sent) \(.cookies_accepted)"')" ]
	nothing_missed here
}

@test "final ACKs that meet a full queue overflow it, too" {
	topology_up
	within server sysctl -qw net.ipv4.tcp_syncookies=0
	eaten client 4 prerouting meta nfproto ipv4 tcp sport 80 drop
	eaten client 6 prerouting meta nfproto ipv6 tcp sport 80 drop
	load_module
	spawn server endpoint bind :: 80 listen 4 pause
	wait_for 60 listens server 80
	# Of five places three are taken. Four SYNs are let in all the same, and two final ACKs.
	spawn server endpoint connects 3 "$server6" 80 pause
	wait_for 60 says server 'role("listener") | only | .ledger.queue == 3'
	spawn client endpoint start "$server4" 80 start "$server6" 80 start "$server4" 80 start "$server6" 80 pause
	wait_for 60 says server 'role("listener") | only | .ledger | .half_open == 4 and .half_open_peak == 4'
	entries server <<<'role("listener") | only | .ledger | .overflows == 0 and .established == 3'
	within client nft delete table inet t4
	wait_for 60 says server 'role("listener") | only | .ledger.queue == 5'
	within client nft delete table inet t6
	wait_for 60 says server 'role("listener") | only | .ledger.queue == 5 and .ledger.overflows >= 4'
	equals server TcpExt.ListenOverflows 'role("listener") | only | .ledger.overflows'
	entries server <<-'EOT'
		role("listener") | only | .ledger | .established == 5 and .queue_peak == 5 and .half_open >= 1
		role("passive") | map(select(.state == "ESTABLISHED" and .remote.addr != "fd00:2::2")) | length == 2
	EOT
}

@test "a backlog of 4096 under a somaxconn of 128" {
	namespace here
	within here sysctl -qw net.core.somaxconn=128
	load_module
	spawn here endpoint bind :: 80 listen 4096 pause
	wait_for 60 listens here 80
	entries here <<<'only | .ledger | .asked == 4096 and .backlog == 128'
	[ "$(proc here listeners | awk 'NR == 2 { print $13, $6 }')" = "4096 128" ]
	# A listener may ask again, and for nothing.
	spawn here endpoint bind :: 81 listen 7 await "$BATS_TEST_TMPDIR/again" listen 0 pause
	wait_for 60 says here 'on(81) | only | .ledger | .asked == 7 and .backlog == 7'
	touch "$BATS_TEST_TMPDIR/again"
	wait_for 60 says here 'on(81) | only | .ledger | .asked == 0 and .backlog == 0'
	entries here <<<'on(81) | only | calls == "socket bind listen listen"'
}

@test "half-open handshakes without room: SYNs are dropped, and counted" {
	topology_up
	within server sysctl -qw net.ipv4.tcp_syncookies=0
	firewall client prerouting tcp sport 80 drop
	load_module
	spawn server endpoint bind :: 80 listen 2 pause
	wait_for 60 listens server 80
	local i
	spawn client endpoint start "$server4" 80 start "$server6" 80 pause
	# We look just before the kernel does: another CPU must not take the last place in between.
	wait_for 60 says server 'role("listener") | only | .ledger.half_open == 2'
	for i in 2 3 4 5 6; do
		spawn client endpoint start "$server4" 80 start "$server6" 80 pause
	done
	wait_for 60 says server 'role("listener") | only | .ledger | .half_open >= 2 and .half_open_peak <= 3 and .syn_overflows >= 20'
	equals server TcpExt.TCPReqQFullDrop 'role("listener") | only | .ledger.syn_overflows'
	entries server <<<'role("listener") | only | .ledger | .overflows == 0 and .drops >= 10 and .cookies_sent == 0'
}

# is_remembered ADDRESS: the server knows how far it is to there
is_remembered() { within server ip tcp_metrics show | grep -q "^$1 .* rtt "; }

@test "half-open handshakes, and the last quarter of their room is for those who were here before" {
	topology_up
	ip -n client address add fd00:1::3/64 dev eth0 nodad
	within server sysctl -qw net.ipv4.tcp_syncookies=0 net.ipv4.tcp_max_syn_backlog=8
	load_module
	spawn server endpoint bind :: 80 listen 100 accept eof close pause
	wait_for 60 listens server 80
	within client endpoint bind "$client6" 5000 connect "$server6" 80 close
	wait_for 60 is_remembered "$client6"
	firewall client prerouting tcp sport 80 drop
	spawn client endpoint start "$server4" 80 start "$server4" 80 start "$server4" 80 start "$server4" 80 start "$server4" 80 \
		start "$server4" 80 start "$server4" 80 pause
	wait_for 60 says server 'role("listener") | only | .ledger.half_open == 7'
	spawn client endpoint bind "$client6" 5001 start "$server6" 80 pause
	wait_for 60 says server 'role("listener") | only | .ledger.half_open == 8'
	entries server <<<'role("listener") | only | .ledger.syn_overflows == 0'
	spawn client endpoint start "$server4" 80 pause
	wait_for 60 says server 'role("listener") | only | .ledger.syn_overflows >= 1'
	spawn client endpoint bind fd00:1::3 5002 start "$server6" 80 pause
	# Both ask again and again.
	wait_for 60 says server 'role("listener") | only | .ledger.syn_overflows >= 5'
	equals server TcpExt.ListenDrops 'role("listener") | only | .ledger | .syn_overflows + .overflows'
	entries server <<<'role("listener") | only | .ledger | .half_open == 8 and .half_open_peak == 8 and .overflows == 0'
	[ "$(snmp server TcpExt.TCPReqQFullDrop)" -eq 0 ]
	nothing_missed server
}

@test "SYN cookies, sent and accepted, are those the kernel counts" {
	topology_up
	within server sysctl -qw net.ipv4.tcp_syncookies=2
	load_module
	spawn server endpoint bind :: 80 listen 50 pause
	wait_for 60 listens server 80
	spawn client endpoint connects 5 "$server4" 80 connects 5 "$server6" 80 pause
	wait_for 60 says server 'role("listener") | only | .ledger.established == 10'
	firewall client prerouting tcp sport 80 drop
	spawn client endpoint start "$server4" 80 start "$server6" 80 pause
	wait_for 60 says server 'role("listener") | only | .ledger.cookies_sent >= 12'
	equals server TcpExt.SyncookiesSent 'role("listener") | only | .ledger.cookies_sent'
	equals server TcpExt.SyncookiesRecv 'role("listener") | only | .ledger.cookies_accepted'
	entries server <<-'EOT'
		role("listener") | only | .ledger | .cookies_accepted == 10 and .half_open_peak == 0 and .queue_peak == 10
		role("passive") | map(select(.state == "ESTABLISHED")) | length == 10 and all(.handshake.cookie)
	EOT
}

@test "a SYN cookie is lost, and the next SYN finds room for a request" {
	topology_up
	within server sysctl -qw net.ipv4.tcp_syncookies=2
	firewall client prerouting tcp sport 80 drop
	load_module
	spawn server endpoint bind :: 80 listen 5 pause
	wait_for 60 listens server 80
	spawn client endpoint start "$server4" 80 start "$server6" 80 pause
	wait_for 60 says server 'role("passive") | length == 2 and all(.handshake.cookie)'
	within server sysctl -qw net.ipv4.tcp_syncookies=1
	wait_for 60 says server 'role("listener") | only | .ledger.half_open == 2'
	within client nft flush ruleset
	wait_for 60 says server 'role("passive") | length == 2 and all(result == "passive established none")'
	equals server TcpExt.SyncookiesSent 'role("listener") | only | .ledger.cookies_sent'
	equals server TcpExt.SyncookiesRecv 'role("listener") | only | .ledger.cookies_accepted'
	entries server <<-'EOT'
		role("passive") | all(.handshake | (.cookie | not) and .synack_count >= 2 and has("ack_ns"))
		role("listener") | only | .ledger | .cookies_sent >= 2 and .cookies_accepted == 0 and .established == 2
	EOT
	[ "$(tell client 'map(.handshake.server_isn) | sort')" = "$(tell server 'role("passive") | map(.handshake.server_isn) | sort')" ]
}

@test "in a group of SO_REUSEPORT each listener counts its own" {
	namespace here
	load_module
	local i
	for i in 1 2 3; do
		spawn here endpoint name "member $i" socket 6 tcp option reuseport bind :: 80 listen $((10 + i * 100)) await "$BATS_TEST_TMPDIR/$i" accept pause
		wait_for 60 says here "role(\"listener\") | length == $i"
	done
	spawn here endpoint connects 60 127.0.0.1 80 connects 60 ::1 80 pause
	wait_for 60 says here 'role("passive") | length == 120 and all(.state == "ESTABLISHED")'
	touch "$BATS_TEST_TMPDIR/2"
	wait_for 60 says here 'role("listener") | map(.ledger.accepted) == [0, 1, 0]'
	entries here <<-'EOT'
		role("listener") | map(.ledger.asked) == [110, 210, 310]
		role("listener") | map(.opener.comm) == ["member 1", "member 2", "member 3"]
		role("listener") | map(.ledger.queue_peak) | add == 120 and all(. > 10)
		(role("passive") | group_by(.listener_id) | map(length)) as $counts | role("listener") | sort_by(.id) | map(.ledger.established) == $counts
		(role("listener")[1].id) as $second | role("passive") | map(select(.acceptor)) | only | .listener_id == $second and .acceptor.comm == "member 2"
	EOT
}

# crowd NETNS …: the program in the background; when all its threads are in their call
crowd() {
	local threads=${!#} pid
	spawn "$1" crowd "${@:2}"
	pid=$!
	wait_for 300 eval "[ \$(cat /proc/$pid/task/*/stat | awk '\$3 == \"S\"' | wc -l) -gt $threads ]"
	[ -d /proc/$pid ]
}

@test "threads wait in accept() on 50 listeners for as many connections" {
	local port server threads=$((5 * ${CONNECTIONS:-200}))
	namespace here
	within here sysctl -qw net.core.somaxconn=4096
	load_module
	crowd here accept 1001 50 $threads
	server=$!
	for port in {1001..1050}; do
		spawn here endpoint connects $((threads / 100)) 127.0.0.1 "$port" connects $((threads / 100)) ::1 "$port" pause
	done
	wait_for 600 grep -q "done $threads failed 0" "$BATS_TEST_TMPDIR/spawned.log"
	# Each was accepted, once, by that program, and its wait is known.
	each here 'inputs | select(.role == "passive") | "\(calls) \(.acceptor.pid) \(.handshake | .accepted_ns >= .accept_queued_ns)"' |
		sort | uniq -c | tee "$BATS_TEST_TMPDIR/stories"
	[ "$(awk '{ $1 = $1 } 1' "$BATS_TEST_TMPDIR/stories")" = "$threads accept $server true" ]
	# From the listener it went to
	each here 'inputs | select(.role == "listener") | "\(.local.port) \(.ledger | "\(.accepted) \(.established) \(.queue) \(.overflows) \(.wait_max_ns >= .wait_min_ns)")"' |
		sort -n >"$BATS_TEST_TMPDIR/listeners"
	diff "$BATS_TEST_TMPDIR/listeners" <(printf "%s $((threads / 50)) $((threads / 50)) 0 0 true\\n" {1001..1050})
	proc here stats | grep -E '^(probe___inet_accept|lost)_'
	[ "$(stat_of here probe___inet_accept_hits)" -ge $threads ]
	nothing_missed here
	[ "$(stat_of here lost_live_full)" -eq 0 ]
}

@test "blocked in accept() before the load, through it, and when it goes" {
	namespace here
	crowd here accept 1001 10 600
	local server=$!
	load_module
	# They were in their call before anybody watched.
	spawn here endpoint connects 10 127.0.0.1 1001 connects 10 ::1 1002 pause
	wait_for 60 says here 'role("passive") | length == 20 and all(calls == "accept")'
	entries here <<-EOT
		role("passive") | all(.acceptor.pid == $server and (.handshake | .accepted_ns >= .accept_queued_ns))
		role("listener") | length == 10 and all(.pre_existing) and (map(.ledger.accepted) | add) == 20
		role("listener") | all(.ledger | has("asked") | not)
	EOT
	nothing_missed here
	unload_at_once
	# They go on.
	spawn here endpoint connects 10 127.0.0.1 1003 pause
	wait_for 60 eval "[ \$(ls /proc/$server/fd | wc -l) -ge 43 ]"
	load_module
	spawn here endpoint connects 10 127.0.0.1 1004 pause
	wait_for 60 says here 'role("passive") | map(select(.pre_existing | not)) | length == 10 and all(calls == "accept")'
	unload_at_once
}

@test "blocked in connect() before the load, through it, and when it goes" {
	topology_up
	firewall server input tcp dport 1000-1999 drop
	crowd client connect "$server4" 1001 10 50
	local before=$!
	load_module
	entries client <<<"length == 50 and all(.pre_existing and .state == \"SYN_SENT\" and .opener.pid == $before and calls == \"\")"
	crowd client connect "$server6" 1001 10 50
	local during=$!
	entries client <<<"map(select(.family == \"inet6\")) | length == 50 and all(.opener.pid == $during and calls == \"socket connect\")"
	# Nobody listens there: what was under way is refused, and each gets its word.
	within server nft flush ruleset
	wait_for 200 says client 'all(.state == "CLOSE")'
	wait_for 60 says client "map(select(.family == \"inet6\")) | all(calls == \"socket connect connect-return=ECONNREFUSED\")"
	entries client <<<"map(select(.family == \"inet\")) | all(calls == \"connect-verdict=ECONNREFUSED\" and callers == [$before])"
	[ "$(stat_of client calls_failed)" -eq 100 ]
	[ "$(failures client | jq 'group_by(.caller.pid) | map(length) | tostring')" = '"[50,50]"' ]
	nothing_missed client
	firewall server input tcp dport 1000-1999 drop
	crowd client connect "$server6" 1001 10 200
	unload_at_once
	within server nft flush ruleset
	# Those that were inside come out of it into a kernel without the module.
	wait_for 200 grep -q 'done 0 failed 200' "$BATS_TEST_TMPDIR/spawned.log"
}

@test "more are blocked in connect() than can be watched: none is missed, and each has a verdict" {
	topology_up
	# The first of them wait for the last.
	within client sysctl -qw net.ipv4.tcp_syn_retries=30
	firewall server input tcp dport 1000-1999 drop
	load_module
	crowd client connect "$server4" 1001 10 1500
	[ "$(stat_of client probe_inet_stream_connect_unwatched)" -eq 476 ]
	[ "$(stat_of client probe_inet_stream_connect_hits)" -eq 1500 ]
	within server nft flush ruleset
	wait_for 300 grep -q 'done 0 failed 1500' "$BATS_TEST_TMPDIR/spawned.log"
	each client 'inputs | "\(.role) \(calls) \(.error)"' | sort | uniq -c | awk '{ $1 = $1 } 1' | tee "$BATS_TEST_TMPDIR/stories"
	diff "$BATS_TEST_TMPDIR/stories" - <<-'EOT'
		1024 active socket connect connect-return=ECONNREFUSED ECONNREFUSED
		476 active socket connect connect-verdict=ECONNREFUSED ECONNREFUSED
	EOT
	[ "$(stat_of client calls_failed)" -eq 1500 ]
	nothing_missed client
	# And there is room again.
	if within client endpoint connect "$server4" 1001; then return 1; fi
	[ "$(stat_of client probe_inet_stream_connect_unwatched)" -eq 476 ]
	[ "$(failures client | jq -r 'last | "\(.what) \(.error)"')" = "connect-return ECONNREFUSED" ]
}
