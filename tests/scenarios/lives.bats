# SPDX-License-Identifier: GPL-2.0-only
# What connections go through that are up: how they are kept, left and ended, and other ways to begin one.
# shellcheck disable=SC2154 # addresses and words come from them
load lib
load words

# cut_off: what the client and the server say does not arrive any more
cut_off() { firewall router forward drop; }

# served STEP…: a server on port 80 of both families that does these steps with its connection
served() {
	spawn server endpoint bind :: 80 listen 5 accept "$@" pause
	wait_for 60 listens server 80
}

# through_router COUNT: so many connections came about through it
through_router() { wait_for 60 says router "length == $1 and all(result == \"forwarded established none\" and .transitions == [])"; }

@test "keepalive: nobody answers any more" {
	topology_up
	load_module
	served
	spawn client endpoint socket 4 tcp option keepalive option keepidle option keepintvl option keepcnt \
		connect "$server4" 80 touch "$BATS_TEST_TMPDIR/up" fails ETIMEDOUT eof touch "$BATS_TEST_TMPDIR/over" pause
	wait_for 60 test -e "$BATS_TEST_TMPDIR/up"
	cut_off
	wait_for 60 test -e "$BATS_TEST_TMPDIR/over"
	entries client <<-'EOF'
		only | result == "active established none" and .error == "ETIMEDOUT"
		only | states == "CLOSE>SYN_SENT>ESTABLISHED>CLOSE" and causes == "call segment timer"
	EOF
	# The other end has not heard of it, but of its RST, which was cut, too.
	entries server <<<'role("passive") | only | .live and states == "LISTEN>SYN_RECV>ESTABLISHED" and causes == "segment segment"'
	through_router 1
}

@test "user timeout: what was sent is never acknowledged" {
	topology_up
	load_module
	served
	spawn client endpoint socket 6 tcp option patience connect "$server6" 80 touch "$BATS_TEST_TMPDIR/up" \
		await "$BATS_TEST_TMPDIR/cut" send 5 fails ETIMEDOUT eof touch "$BATS_TEST_TMPDIR/over" pause
	wait_for 60 test -e "$BATS_TEST_TMPDIR/up"
	cut_off
	touch "$BATS_TEST_TMPDIR/cut"
	wait_for 60 test -e "$BATS_TEST_TMPDIR/over"
	entries client <<-'EOF'
		only | .error == "ETIMEDOUT" and states == "CLOSE>SYN_SENT>ESTABLISHED>CLOSE"
		only | causes == "call segment timer" and .totals.retrans >= 1 and .totals.bytes_acked <= 1
		only | result == "active established none"
	EOF
	entries server <<<'role("passive") | only | .live and states == "LISTEN>SYN_RECV>ESTABLISHED" and result == "passive established none"'
	through_router 1
}

@test "an orphan: closed with data under way, and nobody there" {
	topology_up
	within client sysctl -qw net.ipv4.tcp_orphan_retries=1
	load_module
	served
	spawn client endpoint connect "$server4" 80 touch "$BATS_TEST_TMPDIR/up" await "$BATS_TEST_TMPDIR/cut" send 5 close
	wait_for 60 test -e "$BATS_TEST_TMPDIR/up"
	cut_off
	touch "$BATS_TEST_TMPDIR/cut"
	wait_for 90 says client 'only | .live | not'
	entries client <<-'EOF'
		only | states == "CLOSE>SYN_SENT>ESTABLISHED>FIN_WAIT1>CLOSE" and causes == "call segment call timer"
		only | .totals.retrans >= 1 and result == "active established none"
	EOF
	entries server <<<'role("passive") | only | .live and states == "LISTEN>SYN_RECV>ESTABLISHED" and result == "passive established none"'
	through_router 1
}

# half_closed ADDRESS CLIENT-STEPS SERVER-STEPS
half_closed() {
	topology_up
	load_module
	# shellcheck disable=SC2086 # words
	served $3
	# shellcheck disable=SC2086 # words
	within client endpoint connect "$1" 80 $2
}

@test "half-closed: the client has said all, the server goes on" {
	half_closed "$server4" "send 3 shutdown wr recv 9 eof close" "recv 3 eof send 9 close"
	wait_for 60 says server 'role("passive") | only | .live | not'
	entries client <<-'EOF'
		only | states == "CLOSE>SYN_SENT>ESTABLISHED>FIN_WAIT1>FIN_WAIT2>TIME_WAIT"
		only | calls == "socket connect connect-return send shutdown recv close"
		only | causes == "call segment call segment segment" and result == "active established none"
		only | .totals.bytes_received >= 9 and at("shutdown") < at("recv")
	EOF
	entries server <<-'EOF'
		role("passive") | only | states == "LISTEN>SYN_RECV>ESTABLISHED>CLOSE_WAIT>LAST_ACK>CLOSE"
		role("passive") | only | causes == "segment segment segment call segment" and result == "passive established none"
		role("passive") | only | since("CLOSE_WAIT") < at("send")
	EOF
	through_router 1
}

@test "half-closed: the server has said all, the client goes on" {
	half_closed "$server6" "recv 9 eof send 3 close" "send 9 shutdown wr recv 3 eof close"
	wait_for 60 says client 'only | .live | not'
	entries client <<-'EOF'
		only | states == "CLOSE>SYN_SENT>ESTABLISHED>CLOSE_WAIT>LAST_ACK>CLOSE"
		only | causes == "call segment segment call segment" and result == "active established none"
		only | since("CLOSE_WAIT") < at("send")
	EOF
	entries server <<-'EOF'
		role("passive") | only | states == "LISTEN>SYN_RECV>ESTABLISHED>FIN_WAIT1>FIN_WAIT2>TIME_WAIT"
		role("passive") | only | causes == "segment segment call segment segment" and result == "passive established none"
	EOF
	through_router 1
}

@test "the same endpoints again: TIME_WAIT makes room, and nothing is merged" {
	topology_up
	load_module
	spawn server endpoint bind :: 80 listen 5 accept close accept eof close pause
	wait_for 60 listens server 80
	within client endpoint bind 10.0.1.2 5000 connect "$server4" 80 eof close
	wait_for 60 says server 'role("passive") | only | .state == "TIME_WAIT"'
	within client endpoint bind 10.0.1.2 5000 connect "$server4" 80 close
	wait_for 60 says client 'length == 2 and .[1].state == "TIME_WAIT"'
	entries client <<-'EOF'
		map(ends) | unique | length == 1
		.[0] | .live == false and states == "CLOSE>SYN_SENT>ESTABLISHED>CLOSE_WAIT>LAST_ACK>CLOSE"
		.[1] | states == "CLOSE>SYN_SENT>ESTABLISHED>FIN_WAIT1>FIN_WAIT2>TIME_WAIT"
		map(.handshake.client_isn) | unique | length == 2
	EOF
	entries server <<-'EOF'
		role("passive") | length == 2 and (map(ends) | unique | length == 1) and all(result == "passive established none")
		role("passive")[0] | .live == false and states == "LISTEN>SYN_RECV>ESTABLISHED>FIN_WAIT1>FIN_WAIT2>TIME_WAIT>CLOSE"
		role("passive")[0] | causes == "segment segment call segment segment segment" and (time_in("TIME_WAIT") | . < 55e9)
	EOF
	through_router 2
}

@test "the same endpoints again, where no probe tells that TIME_WAIT is over" {
	namespace here
	load_module without=inet_twsk_kill
	spawn here endpoint bind :: 80 listen 5 accept close accept eof close pause
	wait_for 60 listens here 80
	within here endpoint bind 127.0.0.1 5000 connect 127.0.0.1 80 eof close
	within here endpoint bind 127.0.0.1 5000 connect 127.0.0.1 80 close
	wait_for 60 says here 'role("passive") | length == 2'
	entries here <<-'EOF'
		role("passive")[0] | states == "LISTEN>SYN_RECV>ESTABLISHED>FIN_WAIT1>FIN_WAIT2>TIME_WAIT>CLOSE"
		role("passive")[0] | .live == false and (causes | endswith(" segment"))
	EOF
	[ "$(stat_of here lost_end)" -eq 0 ]
}

# Each adds up with what the kernel counts of it.
@test "Fast Open: a cookie asked for, data in the SYN, and an answer without it" {
	topology_up
	for end in client server; do
		within $end sysctl -qw net.ipv4.tcp_fastopen=3
	done
	load_module
	spawn server endpoint socket 6 tcp option reuseaddr option fastopen bind :: 80 listen 5 \
		accept recv 4 eof close accept recv 4 eof close accept recv 4 eof close pause
	wait_for 60 listens server 80
	# Without a cookie it sends none of its data with the SYN, but asks for one.
	for _ in 1 2; do
		within client endpoint socket 4 tcp option early connect "$server4" 80 send 4 close
	done
	within server sysctl -qw net.ipv4.tcp_fastopen=1
	within client endpoint socket 4 tcp option early connect "$server4" 80 send 4 close
	wait_for 60 says server 'role("passive") | length == 3 and all(.live | not)'
	entries client <<-'EOF'
		length == 3 and all(result == "active established none" and .handshake.fastopen)
		.[0].handshake | .data_out_ns > .synack_ns
		.[1].handshake | .data_out_ns <= .syn_ns and .data_out_ns < .synack_ns
		.[2].handshake | .data_out_ns <= .syn_ns
		.[2].totals.retrans >= 1
	EOF
	entries server <<-'EOF'
		role("passive") | length == 3 and all(result == "passive established none")
		role("passive")[1] | .handshake | .data_in_ns < .ack_ns
		role("passive")[1] | since("SYN_RECV") < .handshake.ack_ns
	EOF
	through_router 3
	[ "$(snmp server TcpExt.TCPFastOpenPassive)" -eq 1 ]
	[ "$(snmp client TcpExt.TCPFastOpenActive)" -eq 1 ]
}

@test "Fast Open without a cookie: the ACK behind much data is the final one" {
	topology_up
	within client sysctl -qw net.ipv4.tcp_fastopen=5
	within server sysctl -qw net.ipv4.tcp_fastopen=514
	load_module
	spawn server endpoint socket 6 tcp option reuseaddr option fastopen bind :: 80 listen 5 \
		accept recv 400 accept recv 400 pause
	wait_for 60 listens server 80
	spawn client endpoint socket 4 tcp option early connect "$server4" 80 send 400 pause
	wait_for 60 says server 'role("passive") | length == 1 and all(.handshake | has("ack_ns"))'
	# This time nothing but the SYN is taken.
	within server sysctl -qw net.ipv4.tcp_fastopen=1
	spawn client endpoint socket 4 tcp option early connect "$server4" 80 send 400 pause
	wait_for 60 says server 'role("passive") | length == 2 and all(.handshake | has("data_in_ns"))'
	entries client <<-'EOF'
		length == 2 and all(result == "active established none")
		all(.handshake | .data_out_ns <= .syn_ns and .ack_ns > .synack_ns)
	EOF
}

@test "first data that a filter ate is told of when it leaves" {
	topology_up
	within server nft -f - <<-'RULES'
		table inet filter {
			chain output {
				type filter hook output priority 0
				tcp sport 80 meta length > 150 limit rate 1/hour burst 1 packets counter drop
			}
		}
	RULES
	load_module
	spawn server endpoint bind :: 80 listen 5 accept send 200 pause
	wait_for 60 listens server 80
	spawn client endpoint connect "$server4" 80 recv 200 pause
	wait_for 60 says client 'only | .handshake | has("data_in_ns")'
	entries server <<<'role("passive") | only | .handshake | has("data_out_ns")'
	within server nft list ruleset | grep -q "packets 1 "
}

@test "TCP_DEFER_ACCEPT: the final ACK alone is not enough" {
	topology_up
	load_module
	spawn server endpoint socket 6 tcp option reuseaddr option defer bind :: 80 listen 5 accept recv 4 eof close pause
	wait_for 60 listens server 80
	spawn client endpoint connect "$server4" 80 touch "$BATS_TEST_TMPDIR/up" await "$BATS_TEST_TMPDIR/send" send 4 close
	wait_for 60 test -e "$BATS_TEST_TMPDIR/up"
	# The client is, the server not yet.
	entries client <<<'only | result == "active established none" and .state == "ESTABLISHED"'
	entries server <<<'role("passive") | only | .handshake | .outcome == "in-progress" and has("ack_ns")'
	touch "$BATS_TEST_TMPDIR/send"
	wait_for 60 says server 'role("passive") | only | .live | not'
	entries server <<-'EOF'
		role("passive") | only | result == "passive established none"
		role("passive") | only | since("ESTABLISHED") > .handshake.ack_ns
	EOF
}

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
	touch "$BATS_TEST_TMPDIR/close"
	wait_for 60 says server 'role("passive") | all(.live | not)'
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

# What TCP says of a stream, as ss asks for it; it leaves out what is 0, and all but six digits.
facts_of() {
	within "$1" ss -Htin "sport = :$2 or dport = :$2" | tr ' ' '\n' | awk -F '[:/]' '
		$1 == "retrans" { retrans = $3 }
		{ value[$1] = $2 + 0 }
		END { printf "{ \"retrans\": %d, \"out_of_order\": %d, \"dsack_dups\": %d, \"rwnd_limited_ms\": %d, \"snd_wnd\": %d, \"rtt\": %f }",
			retrans, value["rcv_ooopack"], value["dsack_dups"], value["rwnd_limited"], value["snd_wnd"], value["rtt"] * 1000 }'
}

# agrees NETNS PORT ROLE: does the ledger say so, too?
agrees() {
	says "$1" "$(facts_of "$1" "$2") as \$ss | on($2) | role(\"$3\") | only | .totals as \$totals
		| (\$ss | del(.rtt) | to_entries | all(.value == \$totals[.key])) and (\$ss.rtt - .totals.srtt_us | fabs) <= 1 + \$ss.rtt / 1e5"
}

@test "what was sent again, came twice, late or out of order, and found no room: as the socket says" {
	topology_up
	load_module
	within router tc qdisc add dev left root netem delay 20ms
	local port=80 address
	for address in "$server4" "$server6"; do
		spawn server endpoint bind :: $port listen 5 accept await "$BATS_TEST_TMPDIR/read$port" recv 400000 \
			touch "$BATS_TEST_TMPDIR/got$port" eof close pause
		wait_for 60 listens server $port
		spawn client endpoint connect "$address" $port send 400000 await "$BATS_TEST_TMPDIR/close$port" close pause
		# It is not read, and then it is lost and doubled.
		wait_for 60 says client "on($port) | only | .totals | .snd_wnd == 0 and .rwnd_limited_ms > 0"
		firewall router forward tcp dport $port numgen inc mod 7 == 3 drop
		within router tc qdisc replace dev right root netem delay 20ms duplicate 50%
		touch "$BATS_TEST_TMPDIR/read$port"
		wait_for 200 test -e "$BATS_TEST_TMPDIR/got$port"
		# Nothing is under way any more.
		wait_for 60 says client "on($port) | only | .totals.bytes_acked == 400001"
		wait_for 60 agrees client $port active
		wait_for 60 agrees server $port passive
		within router nft flush ruleset
		within router tc qdisc delete dev right root
		facts_of client $port >"$BATS_TEST_TMPDIR/facts"
		touch "$BATS_TEST_TMPDIR/close$port"
		wait_for 60 says server "on($port) | role(\"passive\") | only | .live | not"
		# At the end they are what they were.
		entries client <<-EOF
			$(jq -c 'del(.rtt, .snd_wnd)' "$BATS_TEST_TMPDIR/facts") as \$ss | on($port) | only | .totals as \$totals | \$ss | to_entries | all(.value == \$totals[.key])
			on($port) | only | .totals | .retrans > 0 and .dsack_dups > 0 and .rwnd_limited_ms > 0 and .srtt_us > 15000
		EOF
		entries server <<<"on($port) | role(\"passive\") | only | .totals | .out_of_order > 0 and .rwnd_limited_ms == 0 and .retrans == 0"
		within client sockledger -n show "sport = :$port or dport = :$port" | tee "$BATS_TEST_TMPDIR/shown"
		grep -q 'segments sent again, [0-9]* segments* that had arrived already' "$BATS_TEST_TMPDIR/shown"
		grep -q 'held up *[0-9.]* m*s, without room at the peer' "$BATS_TEST_TMPDIR/shown"
		port=$((port + 1))
	done
}
