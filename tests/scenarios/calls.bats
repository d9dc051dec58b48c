# SPDX-License-Identifier: GPL-2.0-only
# What programs ask of their sockets, and what they are told: every call in its place, and those that failed.
# shellcheck disable=SC2154 # addresses and words come from them
load lib
load words

# textbook ADDRESS: a server and a client do what every textbook has them do
textbook() {
	local server client story
	namespace here
	load_module
	spawn here endpoint bind "$1" 80 listen 5 accept recv 5 send 7 eof close pause
	server=$!
	wait_for 60 listens here 80
	spawn here endpoint connect "$1" 80 send 5 recv 7 close pause
	client=$!
	wait_for 60 says here 'role("passive") | only | states | endswith("LAST_ACK>CLOSE")'
	wait_for 60 says here 'role("active") | only | .state == "TIME_WAIT"'
	entries here <<<'length == 3'
	story=$(both here here)
	holds "$(jq --argjson server $server --argjson client $client '. + {$server, $client}' <<<"$story")" <<-'EOT'
		.active | calls == "socket connect connect-return send recv close"
		.passive | calls == "accept recv send close"
		.listener | calls == "socket bind listen"
		.active | at("socket") == 0 and at("connect") > 0
		.active | [at("connect"), since("SYN_SENT"), .handshake.syn_ns, .handshake.synack_ns, since("ESTABLISHED")] | rising
		.active | [since("ESTABLISHED"), .handshake.ack_ns, at("connect-return"), at("send"), .handshake.data_out_ns] | rising
		.active | [.handshake.data_out_ns, .handshake.data_in_ns, at("recv"), at("close"), since("FIN_WAIT1")] | rising
		.passive | [.handshake.ack_ns, since("ESTABLISHED"), .handshake.accept_queued_ns, at("accept"), at("recv")] | rising
		.passive | [.handshake.data_in_ns, at("recv"), at("send"), .handshake.data_out_ns, since("CLOSE_WAIT")] | rising
		.passive | [since("CLOSE_WAIT"), at("close"), since("LAST_ACK")] | rising
		.passive | at("accept") == .handshake.accepted_ns
		.listener | [at("socket"), at("bind"), at("listen"), since("LISTEN")] | rising
		.client as $pid | .active | callers | unique == [$pid]
		.server as $pid | [.passive, .listener | callers[]] | unique == [$pid]
		.client as $pid | .active | .opener.pid == $pid and (has("acceptor") | not) and .holders == []
		.server as $pid | .passive | .acceptor.pid == $pid and (has("opener") | not) and .holders == []
		.passive.id > .listener.id and .passive.listener_id == .listener.id
		.listener | .live and .state == "LISTEN" and .ledger.accepted == 1 and .opener.comm == "endpoint"
		[.active, .passive, .listener | .port_chosen] == [true, false, false]
	EOT
	# And nothing failed.
	run failures here
	[ "$output" = "[]" ]
	[ "$(stat_of here calls_failed)" -eq 0 ]
	[ "$(proc here calls)" = "seq time id call error asked pid comm uid holder" ]
	nothing_missed here
}

@test "the textbook over IPv4: every call once, in its place" { textbook 127.0.0.1; }
@test "the textbook over IPv6: every call once, in its place" { textbook ::1; }

# In the order of the text, which every line of it belongs to
in_order() {
	awk -v wanted="$1" 'BEGIN { n = split(wanted, want, "|"); i = 1 } i <= n && index($0, want[i]) { i++ }
		END { if (i <= n) { print "no \"" want[i] "\" after \"" want[i - 1] "\""; exit 1 } }'
}

@test "the ladder has the calls beside states and segments" {
	namespace here
	load_module
	spawn here endpoint bind 127.0.0.1 80 listen 5 accept recv 5 send 7 eof close pause
	wait_for 60 listens here 80
	within here endpoint connect 127.0.0.1 80 send 5 recv 7 close
	wait_for 60 says here 'role("passive") | only | states | endswith("LAST_ACK>CLOSE")'
	run within here sockledger show "$(tell here 'role("active") | only | .id')"
	echo "$output"
	in_order "socket()|connect()|SYN_SENT|SYN|ESTABLISHED|send()|recv()|close()|FIN_WAIT1|FIN" <<<"$output"
	in_order "SYN|ESTABLISHED|accept()|recv()|send()|close()|LAST_ACK|FIN" <<<"$output"
}

@test "a socket that does nothing is idle, and its entry goes on when it does" {
	namespace here
	load_module
	spawn here endpoint socket 6 tcp await "$BATS_TEST_TMPDIR/bind" bind :: 0 await "$BATS_TEST_TMPDIR/listen" listen 5 pause
	wait_for 60 says here 'length == 1'
	entries here <<-'EOT'
		only | .role == "idle" and .state == "CLOSE" and .live and (has("local") or has("remote") or has("handshake") | not)
		only | .family == "inet6" and .opener.comm == "endpoint" and calls == "socket" and .transitions == []
	EOT
	[ "$(proc here sockets | awk 'NR == 2 { print $2, $4, $9, $18 }')" = "idle CLOSE - tcp" ]
	touch "$BATS_TEST_TMPDIR/bind"
	wait_for 60 says here 'only | calls == "socket bind"'
	entries here <<<'only | .role == "idle" and .local.addr == "::" and .local.port > 1024 and .port_chosen'
	touch "$BATS_TEST_TMPDIR/listen"
	wait_for 60 says here 'only | .role == "listener" and .state == "LISTEN"'
	entries here <<-'EOT'
		only | calls == "socket bind listen" and states == "CLOSE>LISTEN" and .port_chosen
		only | since("LISTEN") >= at("listen") and at("listen") > at("bind")
	EOT
}

# ended NETNS PORT: all entries of connections to that port have ended
ended() { says "$1" "on($2) | length > 0 and all(.live | not)"; }

# The table's columns: steps of the program, calls of its entry, how its handshake ended
@test "a connect() that does not wait has a return and, later, a verdict" {
	namespace here
	within here sysctl -qw net.ipv4.tcp_syn_retries=1
	within here sysctl -qw net.ipv4.tcp_syn_linear_timeouts=0 2>/dev/null || true # since 6.5
	firewall here input tcp dport 82 drop
	ip -n here route add unreachable 10.9.1.0/24
	load_module
	spawn here endpoint bind :: 80 listen 5 accepts 9
	wait_for 60 listens here 80
	within here endpoint start 127.0.0.1 80 verdict reset
	within here endpoint start 127.0.0.1 81 fails ECONNREFUSED verdict close
	within here endpoint start ::1 82 fails ETIMEDOUT verdict close
	within here endpoint fails EHOSTUNREACH start 10.9.1.1 83 close
	within here endpoint start 127.0.0.1 82 close
	# In its own time, with what the program never got to see
	spawn here endpoint start 127.0.0.1 82 pause
	wait_for 60 failed here 'length == 4'
	entries here <<-'EOT'
		on(80) | role("active") | only | calls == "socket connect connect-return=EINPROGRESS connect-verdict close"
		on(81) | role("active") | only | calls == "socket connect connect-return=EINPROGRESS connect-verdict=ECONNREFUSED close"
		on(82) | map(select(.family == "inet6")) | role("active") | only | calls == "socket connect connect-return=EINPROGRESS connect-verdict=ETIMEDOUT close"
		on(83) | role("active") | only | calls == "socket connect connect-return=EHOSTUNREACH close" and .error == "EHOSTUNREACH" and result == "active unreachable no-route"
		on(82) | map(select(.family == "inet")) | role("active")[0] | calls == "socket connect connect-return=EINPROGRESS close" and .handshake.outcome == "cancelled"
		on(82) | map(select(.family == "inet")) | role("active")[1] | calls == "socket connect connect-return=EINPROGRESS connect-verdict=ETIMEDOUT"
		role("active") | all(at("connect-return") >= at("connect"))
		role("active") | map(select(calls | contains("connect-verdict"))) | length == 4 and all(at("connect-verdict") >= at("connect-return"))
		on(82) | map(select(calls | contains("ETIMEDOUT"))) | length == 2 and all(at("connect-verdict") - at("connect-return") | between(2; 60))
	EOT
	holds "$(failures here)" <<-'EOT'
		map(failure) | sort == ["connect-return EHOSTUNREACH 10.9.1.1 83", "connect-verdict ECONNREFUSED 127.0.0.1 81", "connect-verdict ETIMEDOUT 127.0.0.1 82", "connect-verdict ETIMEDOUT ::1 82"]
		all(.caller.comm == "endpoint" and .caller.pid > 1 and .entry_id > 0)
	EOT
}

@test "a connect() that waits returns each error there is" {
	namespace here
	within here sysctl -qw net.ipv4.tcp_syn_retries=1
	within here sysctl -qw net.ipv4.tcp_syn_linear_timeouts=0 2>/dev/null || true
	firewall here input tcp dport 82 drop
	local number kind
	while read -r number kind; do
		ip -n here route add "$kind" "10.9.$number.0/24"
		ip -n here route add "$kind" "fd00:9:$number::/64"
	done <<<$'1 unreachable\n2 prohibit\n3 blackhole'
	load_module
	spawn here endpoint bind :: 80 listen 5 accepts 9
	wait_for 60 listens here 80
	local address port error wanted=''
	while read -r error address port; do
		echo "$error $address $port"
		within here endpoint fails "$error" connect "$address" "$port" close
		wanted+="connect-return $error $address $port,"
	done <<-'EOT'
		ECONNREFUSED 127.0.0.1 81
		ECONNREFUSED ::1 81
		ETIMEDOUT 127.0.0.1 82
		ETIMEDOUT ::1 82
		ENETUNREACH 10.8.0.1 83
		ENETUNREACH fd00:8::1 83
		EHOSTUNREACH 10.9.1.1 84
		EHOSTUNREACH fd00:9:1::1 84
		EACCES 10.9.2.1 85
		EACCES fd00:9:2::1 85
		EINVAL 10.9.3.1 86
		EINVAL fd00:9:3::1 86
	EOT
	[ "$(failures here | jq -rj "$words"'.[] | failure + ","')" = "$wanted" ]
	entries here <<-'EOT'
		role("active") | length == 10 and all(calls == "socket connect connect-return=\(.error) close")
		role("active") | map(.error) == ("ECONNREFUSED ETIMEDOUT ENETUNREACH EHOSTUNREACH EACCES" | split(" ") | map(., .))
		map(select(.remote.port // 0 | 83 <= . and . <= 85)) | length == 6 and all(result == "active unreachable no-route" and .transitions == [] and (.live | not))
		role("idle") | length == 2 and all(calls == "socket connect connect-return=EINVAL close" and .transitions == [] and (.live | not))
	EOT
	# Asked once more, it is connected already.
	within here endpoint connect 127.0.0.1 80 fails EISCONN reconnect 127.0.0.1 80 reset
	[ "$(failures here | jq -r "$words"'last | failure')" = "connect-return EISCONN 127.0.0.1 80" ]
	entries here <<-'EOT'
		on(80) | role("active") | only | calls == "socket connect connect-return connect-return=EISCONN close"
	EOT
}

@test "a connect() that a signal interrupts goes on without it" {
	topology_up
	firewall server input tcp dport 80 drop
	load_module
	spawn server endpoint bind :: 80 listen 5 accept pause
	spawn client endpoint alarm 1000 fails EINTR connect "$server4" 80 verdict pause
	wait_for 60 says client 'only | calls == "socket connect connect-return=EINTR"'
	entries client <<<'only | .state == "SYN_SENT" and (call("connect-return").t_ns - at("connect") | between(0.1; 60))'
	within server nft flush ruleset
	wait_for 60 says client 'only | calls == "socket connect connect-return=EINTR connect-verdict"'
	entries client <<<'only | .state == "ESTABLISHED"'
	# It was no failure.
	[ "$(stat_of client calls_failed)" -eq 0 ]
}

@test "no local port is left" {
	namespace here
	within here sysctl -qw net.ipv4.ip_local_port_range='5000 5000'
	load_module
	spawn here endpoint bind :: 80 listen 5 accepts 9
	wait_for 60 listens here 80
	spawn here endpoint connect 127.0.0.1 80 pause
	wait_for 60 says here 'role("active") | only | .state == "ESTABLISHED" and .port_chosen and .local.port == 5000'
	within here endpoint fails EADDRNOTAVAIL connect 127.0.0.1 80 close
	within here endpoint socket 4 tcp fails EADDRINUSE bind 127.0.0.1 0
	holds "$(failures here)" <<-'EOT'
		map(failure) == ["connect-return EADDRNOTAVAIL 127.0.0.1 80", "bind EADDRINUSE 127.0.0.1 0"]
		# Nobody in particular holds any port.
		.[1] | has("holder_id") | not
	EOT
	entries here <<-'EOT'
		role("active")[1] | calls == "socket connect connect-return=EADDRNOTAVAIL close" and (.live or .port_chosen | not)
		role("active")[1] | states == "CLOSE>SYN_SENT>CLOSE"
	EOT
}

@test "shutdown() says which directions" {
	namespace here
	load_module
	spawn here endpoint bind :: 80 listen 5 accepts 9
	wait_for 60 listens here 80
	within here endpoint connect ::1 80 shutdown wr shutdown rd shutdown rdwr close
	within here endpoint socket 4 tcp fails ENOTCONN shutdown wr close
	entries here <<-'EOT'
		role("active") | only | calls == "socket connect connect-return shutdown shutdown shutdown close"
		role("active") | only | [.events[] | select(.what == "shutdown") | .how] == ["SHUT_WR", "SHUT_RD", "SHUT_RDWR"]
		role("active") | only | first(.events[] | select(.what == "shutdown") | .t_ns) <= since("FIN_WAIT1")
		role("idle") | only | calls == "socket shutdown=ENOTCONN close"
	EOT
	holds "$(failures here)" <<<'only | .what == "shutdown" and .error == "ENOTCONN"'
}

@test "a program that closes and one that is killed end their sockets differently" {
	namespace here
	load_module
	spawn here endpoint bind :: 80 listen 5 accepts 9
	wait_for 60 listens here 80
	within here endpoint connect ::1 80 close
	within here endpoint connect ::1 80
	spawn here endpoint connect ::1 80 pause
	local killed=$!
	wait_for 60 says here 'role("active") | length == 3 and (.[2] | calls == "socket connect connect-return")'
	kill -9 $killed
	wait_for 60 says here 'role("active")[2] | .state == "FIN_WAIT2"'
	entries here <<-EOT
		role("active") | map(calls | split(" ")[-1]) == ["close", "exit", "exit"]
		role("active")[2] | call("exit").pid == $killed
		role("active") | all(.transitions[2].cause == "call")
	EOT
}

@test "a socket that is closed under a listen() gives its port back no later than without us" {
	local times=300
	namespace here
	load_module
	within here closer 80 $times >"$RESULTS/closer"
	[ "$(<"$RESULTS/closer")" -eq 0 ]
	# Its calls were heard, so there was something to be in the way of.
	[ "$(stat_of here probe___sys_listen_hits)" -gt $times ]
}

@test "UDP sockets: bound, connected, closed" {
	namespace here
	load_module
	spawn here endpoint socket 6 udp bind :: 53 pause
	wait_for 60 says here 'length == 1 and (only | calls == "socket bind")'
	within here endpoint socket 4 udp connect 127.0.0.1 53 send 5 disconnect reconnect 127.0.0.1 54 close
	within here endpoint socket 4 udp fails EACCES connect 127.255.255.255 53 close
	within here endpoint socket 4 udp bind 127.0.0.1 0 bind 127.0.0.1 0 2>/dev/null || true
	entries here <<-'EOT'
		length == 4 and all(.role == "datagram" and .proto == "udp" and (has("state") or has("handshake") | not))
		.[0] | .live and .local == {"addr": "::", "port": 53} and calls == "socket bind" and (.port_chosen | not)
		.[1] | .live == false and .local.port > 1024 and .port_chosen and .opener.comm == "endpoint"
		.[1] | calls == "socket connect connect-return send connect connect-return close"
		.[2] | calls == "socket connect connect-return=EACCES close"
		.[3] | calls == "socket bind bind=EINVAL exit" and .port_chosen and .local.addr == "127.0.0.1"
	EOT
	holds "$(failures here)" <<<'map(failure) == ["connect-return EACCES 127.255.255.255 53", "bind EINVAL 127.0.0.1 0"]'
	[ "$(proc here sockets | awk '$2 == "datagram" { print $18 }' | sort -u)" = udp ]
}
