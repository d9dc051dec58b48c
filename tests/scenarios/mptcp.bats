# SPDX-License-Identifier: GPL-2.0-only
# MPTCP (RFC 8684): a program's one socket, and the TCP sockets of the kernel's that stand for it.
# shellcheck disable=SC2154 # addresses and words come from them
load lib
load words

@test "MPTCP: its subflows are connections like any other" {
	topology_up
	for end in client server; do
		within $end sysctl -qw net.mptcp.enabled=1
	done
	load_module
	spawn server endpoint socket 4 mptcp option reuseaddr bind 0.0.0.0 80 listen 5 accept recv 4 send 2 close pause
	wait_for 60 listens server 80
	within client endpoint socket 4 mptcp connect "$server4" 80 send 4 recv 2 eof close
	wait_for 60 says server 'role("passive") | only | .handshake.outcome == "established"'
	[ "$(snmp client MPTcpExt.MPCapableSYNTX)" -eq 1 ]
	entries client <<<'role("active") | only | result == "active established none" and .totals.bytes_sent >= 4'
	entries server <<<'role("passive") | only | result == "passive established none" and .totals.bytes_received >= 4'
	entries router <<<'role("forwarded") | only | result == "forwarded established none"'
	for end in client server router; do
		entries $end <<<'map(select(.handshake)) | only | .handshake | .mptcp and (.mptcp_join | not)'
	done
}

@test "MPTCP: another subflow joins by another way" {
	topology_up
	ip -n client address add 10.0.1.3/24 dev eth0
	for end in client server; do
		within $end sysctl -qw net.mptcp.enabled=1
		ip -n $end mptcp limits set subflow 2 add_addr_accepted 2
	done
	ip -n client mptcp endpoint add 10.0.1.3 dev eth0 subflow
	load_module
	spawn server endpoint socket 4 mptcp option reuseaddr bind 0.0.0.0 80 listen 5 accept recv 4 send 2 eof close pause
	wait_for 60 listens server 80
	spawn client endpoint socket 4 mptcp connect "$server4" 80 send 4 recv 2 await "$BATS_TEST_TMPDIR/close" close pause
	wait_for 60 says server 'role("passive") | length == 2 and all(.state == "ESTABLISHED")'
	entries client <<-'EOF'
		role("active") | length == 2 and all(result == "active established none" and states == "CLOSE>SYN_SENT>ESTABLISHED")
		role("active") | map(.local.addr) == ["10.0.1.2", "10.0.1.3"] and all(.remote.port == 80 and causes == "call segment")
	EOF
	entries server <<<'role("passive") | all(result == "passive established none") and (map(.remote.addr) == ["10.0.1.2", "10.0.1.3"])'
	wait_for 60 says router 'role("forwarded") | length == 2 and all(result == "forwarded established none")'
	[ "$(snmp server MPTcpExt.MPJoinAckRx)" -eq 1 ]
	entries client <<<'role("active") | map(.handshake | .mptcp, .mptcp_join) == [true, false, false, true]'
	# Into the queue, and out of it, goes the first one alone.
	entries server <<-'EOF'
		role("passive") | map(.handshake | .mptcp, .mptcp_join) == [true, false, false, true]
		role("passive") | map(.handshake | has("accept_queued_ns"), has("accepted_ns")) == [true, true, false, false]
	EOF
	grep -q '^options .*, MPTCP join' <<<"$(within client sockledger show src 10.0.1.3)"
	touch "$BATS_TEST_TMPDIR/close"
	# Where the ends miss each other's farewell the kernel gives up after TCP_TIMEWAIT_LEN, a minute.
	wait_for 150 says server 'role("passive") | all(.live | not)'
}

# The table: the listener's family and address, and whether its clients speak MPTCP
@test "MPTCP: a listener and what it accepts have owners, its backlog and waits are known" {
	namespace here
	within here sysctl -qw net.mptcp.enabled=1
	load_module
	local port=1000 family address proto capable server client
	while read -r family address proto capable; do
		port=$((port + 1))
		echo "$port: $family $address $proto"
		spawn here endpoint socket "$family" mptcp option reuseaddr bind "$address" $port listen 7 await "$BATS_TEST_TMPDIR/again$port" \
			listen 9 await "$BATS_TEST_TMPDIR/accept$port" name taker accepts 2 pause
		server=$!
		wait_for 60 says here "on($port) | only | .ledger.asked == 7"
		spawn here endpoint socket "$family" "$proto" connect "$address" $port child socket "$family" "$proto" connect "$address" $port pause end pause
		client=$!
		wait_for 60 says here "on($port) | role(\"listener\") | only | .ledger.queue == 2"
		touch "$BATS_TEST_TMPDIR/again$port"
		wait_for 60 says here "on($port) | role(\"listener\") | only | .ledger.asked == 9"
		touch "$BATS_TEST_TMPDIR/accept$port"
		wait_for 60 says here "on($port) | role(\"listener\") | only | .ledger.accepted == 2"
		entries here <<-EOT
			on($port) | role("listener") | only | calls == "socket bind listen listen" and callers[1:] == [$server, $server, $server]
			on($port) | role("listener") | only | .opener.pid == $server and .opener.comm == "endpoint" and .ledger.established == 2
			on($port) | (role("passive") | map(.handshake | .accepted_ns - .accept_queued_ns)) as \$waits | role("listener") | only | .ledger | [.wait_min_ns, .wait_max_ns] == (\$waits | [min, max])
			on($port) | role("passive") | length == 2 and all(.acceptor.pid == $server and .acceptor.comm == "taker" and .inode > 0)
			on($port) | role("active") | length == 2 and .[0].opener.pid == $client and all(.opener.comm == "endpoint" and result == "active established none")
			on($port) | role("active") | all(calls | IN("socket connect connect-return", "socket connect connect-verdict", "socket connect connect-return=EINPROGRESS connect-verdict"))
		EOT
		[ "$(snmp here MPTcpExt.MPCapableACKRX)" -eq "$capable" ]
	done <<-'EOT'
		4 127.0.0.1 tcp 0
		6 ::1 tcp 0
		4 127.0.0.1 mptcp 2
		6 ::1 mptcp 4
	EOT
	failed here 'length == 0'
	nothing_missed here
}

@test "MPTCP: what the kernel listens on of its own accord belongs to no program" {
	namespace here
	within here sysctl -qw net.mptcp.enabled=1
	ip -n here address add 10.0.1.2/24 dev lo
	load_module
	ip -n here mptcp endpoint add 10.0.1.2 port 81 signal
	wait_for 60 listens here 81
	entries here <<-'EOT'
		on(81) | only | .role == "listener" and .state == "LISTEN" and .local.addr == "10.0.1.2"
		on(81) | only | callers == [callers[] | null] and .holders == [] and (has("opener") | not)
		on(81) | only | calls | contains("listen") | not
	EOT
	# It holds the namespace, which holds it: without this both outlive the namespace's name.
	ip -n here mptcp endpoint flush
}

@test "MPTCP: what fails is filed, with whose it was" {
	namespace here
	within here sysctl -qw net.mptcp.enabled=1
	load_module
	local family address holder4 holder6
	while read -r family address; do
		spawn here endpoint socket "$family" mptcp bind "$address" 80 touch "$BATS_TEST_TMPDIR/bound$family" pause
		wait_for 60 test -e "$BATS_TEST_TMPDIR/bound$family"
		within here endpoint name asker socket "$family" mptcp fails EADDRINUSE bind "$address" 80
		within here endpoint name caller socket "$family" mptcp fails ECONNREFUSED connect "$address" 81
	done <<-'EOT'
		4 127.0.0.1
		6 ::1
	EOT
	holder4=$(tell here 'on(80) | map(select(.live and .local.addr == "127.0.0.1")) | only | .id')
	holder6=$(tell here 'on(80) | map(select(.live and .local.addr == "::1")) | only | .id')
	holds "$(failures here)" <<-EOT
		map(failure) | sort == ["bind EADDRINUSE 127.0.0.1 80", "bind EADDRINUSE ::1 80", "connect-verdict ECONNREFUSED 127.0.0.1 81", "connect-verdict ECONNREFUSED ::1 81"]
		map("\(.what) \(.caller.comm)") | unique == ["bind asker", "connect-verdict caller"]
		map(select(.what == "bind") | .holder_id) == [$holder4, $holder6]
	EOT
	# Two listen() on what both have bound, and an accept() that has no room
	spawn here endpoint socket 4 mptcp option reuseaddr bind 127.0.0.1 82 touch "$BATS_TEST_TMPDIR/82" await "$BATS_TEST_TMPDIR/listen" \
		name late fails EADDRINUSE listen 5 touch "$BATS_TEST_TMPDIR/late" pause
	wait_for 60 test -e "$BATS_TEST_TMPDIR/82"
	spawn here endpoint socket 4 mptcp option reuseaddr bind 127.0.0.1 82 listen 5 touch "$BATS_TEST_TMPDIR/listen" \
		await "$BATS_TEST_TMPDIR/late" name poor full fails EMFILE accept pause
	wait_for 60 failed here 'length == 6'
	holds "$(failures here)" <<<'.[4:] | map("\(failure) \(.caller.comm)") == ["listen EADDRINUSE 127.0.0.1 82 late", "accept EMFILE 127.0.0.1 82 poor"]'
	entries here <<-'EOT'
		on(82) | map(calls) == ["socket bind listen=EADDRINUSE", "socket bind listen"]
		on(82) | .[0] | states == "CLOSE>LISTEN>CLOSE" and .opener.comm == "endpoint"
	EOT
}
