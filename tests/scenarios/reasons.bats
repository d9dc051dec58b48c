# SPDX-License-Identifier: GPL-2.0-only
# Why a handshake failed, where its segments alone do not tell: filters, reject rules, full queues, ICMP errors, and
# what a connect() did not find on its own machine.
# shellcheck disable=SC2154 # addresses and words come from them
load lib
load words

impatient() {
	within "$1" sysctl -qw net.ipv4.tcp_syn_retries=1 net.ipv4.tcp_synack_retries=1
	within "$1" sysctl -qw net.ipv4.tcp_syn_linear_timeouts=0 2>/dev/null || true # since 6.5
}

# ended_all NETNS ROLE COUNT [SECONDS]: that many handshakes of that role have ended
ended_all() {
	wait_for "${4:-60}" says "$1" "role(\"$2\") | length == $3 and all(.handshake.outcome != \"in-progress\")"
}

# results NETNS ROLE: by port, what became of each
results() { tell "$1" "role(\"$2\") | sort_by(.remote.port, .local.port, .id) | map(result)"; }

# eaten NETNS PORT HOOK RULE…: a table of its own for each
eaten() {
	within "$1" nft "table inet t$2 { chain $3 { type filter hook $3 priority 0; ${*:4}; }; }"
}

# refuses STATUS COMMAND…: it fails with that status
refuses() {
	run "${@:2}"
	[ "$status" -eq "$1" ]
}

@test "a filter ate the SYN, the SYN+ACK or the ACK: the hook, on the machine that has it" {
	topology_up
	impatient client
	impatient server
	eaten client 81 output tcp dport 81 drop
	eaten client 82 postrouting tcp dport 82 drop
	eaten client 83 prerouting tcp sport 83 drop
	eaten client 84 input tcp sport 84 drop
	eaten router 85 forward tcp dport 85 drop
	eaten server 86 input tcp dport 86 drop
	eaten server 87 output tcp sport 87 drop
	eaten server 88 postrouting tcp sport 88 drop
	eaten server 89 input tcp dport 89 'tcp flags & (syn | ack) == ack drop'
	load_module
	local port
	for port in {81..89}; do
		spawn server endpoint bind :: "$port" listen 5 accept
		wait_for 60 listens server "$port"
	done
	for port in {81..88}; do
		spawn client endpoint connect "$server4" "$port"
		spawn client endpoint connect "$server6" "$port"
	done
	spawn client endpoint connect "$server4" 89 pause
	spawn client endpoint connect "$server6" 89 pause
	ended_all client active 18
	results client active | tee "$BATS_TEST_TMPDIR/client" | jq -r '.[]' | uniq -c
	jq -e '.[0:8] == (["output", "output", "postrouting", "postrouting", "prerouting", "prerouting", "input", "input"]
		| map("active filtered filtered-" + .))' "$BATS_TEST_TMPDIR/client"
	# What other machines ate is silence.
	jq -e '.[8:16] | all(. == "active timed-out syn-unanswered")' "$BATS_TEST_TMPDIR/client"
	jq -e '.[16:] | all(. == "active established none")' "$BATS_TEST_TMPDIR/client"
	entries client <<-'EOT'
		on(81) | all(.handshake | .syn_count == 0 and (has("syn_ns") | not))
		on(81) | all(.local.port > 1024 and .error == "ETIMEDOUT")
		on(82) | all(.handshake | .syn_count == 2)
		on(84) | all(.handshake | .synack_count >= 2)
	EOT
	# A SYN that nobody answers is waited for, as its sender may send it again.
	ended_all server passive 12 100
	entries server <<-'EOT'
		role("passive") | on(86) | length == 2 and all(result == "passive filtered filtered-input" and .handshake.syn_count == 2)
		role("passive") | on(87) | length >= 2 and all(result == "passive filtered filtered-output" and .handshake.synack_count == 0)
		role("passive") | on(88) | length >= 2 and all(result == "passive filtered filtered-postrouting" and .handshake.synack_count >= 1)
		role("passive") | on(89) | length == 2 and all(result == "passive filtered filtered-input" and (.handshake | has("ack_ns")))
		role("passive") | on(83) + on(84) | length == 4 and all(result == "passive abandoned synack-unanswered")
	EOT
	wait_for 60 says router 'on(85) | length == 2 and all(result == "forwarded filtered filtered-forward")'
}

@test "a filter ate what came; what is sent again after that is lost on the way, and tells nothing of it" {
	topology_up
	impatient client
	impatient server
	eaten server 81 input tcp dport 81 'tcp flags & (syn | ack) == ack drop'
	eaten client 82 input tcp sport 82 drop
	# One SYN+ACK gets through to each.
	local port family
	for port in 81 82; do
		for family in 4 6; do
			eaten router $port$family forward meta nfproto ipv$family tcp sport $port limit rate over 1/hour burst 1 packets drop
		done
	done
	load_module
	for port in 81 82; do
		spawn server endpoint bind :: $port listen 5 accept
		wait_for 60 listens server $port
		spawn client endpoint connect "$server4" $port pause
		spawn client endpoint connect "$server6" $port pause
	done
	ended_all server passive 4
	ended_all client active 4
	entries server <<-'EOT'
		role("passive") | on(81) | length == 2 and all(result == "passive filtered filtered-input")
		role("passive") | on(81) | all(.handshake | .synack_count == 2 and has("ack_ns"))
	EOT
	entries client <<-'EOT'
		on(82) | length == 2 and all(result == "active filtered filtered-input")
		on(82) | all(.handshake | .syn_count == 2 and .synack_count == 1)
	EOT
}

@test "a filter on loopback: both ends know which hook" {
	namespace here
	impatient here
	eaten here 81 output tcp dport 81 drop
	eaten here 82 postrouting tcp dport 82 drop
	eaten here 83 prerouting tcp dport 83 drop
	eaten here 84 input tcp dport 84 drop
	eaten here 85 input tcp sport 85 drop
	eaten here 86 input tcp dport 86 reject with tcp reset
	load_module
	local port
	spawn here endpoint bind :: 85 listen 5 accept
	wait_for 60 listens here 85
	for port in {81..86}; do
		spawn here endpoint connect 127.0.0.1 "$port"
		spawn here endpoint connect ::1 "$port"
	done
	ended_all here active 12
	entries here <<-'EOT'
		role("active") | on(81) | length == 2 and all(result == "active filtered filtered-output")
		role("active") | on(82) | length == 2 and all(result == "active filtered filtered-postrouting")
		role("active") | on(83) | length == 2 and all(result == "active filtered filtered-prerouting")
		role("active") | on(84) | length == 2 and all(result == "active filtered filtered-input")
		role("active") | on(85) | length == 2 and all(result == "active filtered filtered-input")
		role("active") | on(86) | length == 2 and all(result == "active refused filtered-input")
		role("passive") | on(81) + on(82) + on(83) == []
	EOT
	wait_for 100 says here 'role("passive") | on(84) + on(85) | length == 4 and all(result == "passive filtered filtered-input")'
}

@test "a filter ate it, and the program gave up; or it came through after all" {
	topology_up
	eaten client 80 output tcp dport 80 drop
	eaten client 81 input tcp sport 81 drop
	load_module
	spawn server endpoint bind :: 81 listen 5 accept pause
	wait_for 60 listens server 81
	refuses 28 within client curl -s --connect-timeout 0.5 "http://$server4:80/"
	ended_all client active 1
	entries client <<<'only | result == "active cancelled filtered-output" and .opener.comm == "curl" and (has("error") | not)'
	spawn client endpoint connect "$server6" 81 pause
	wait_for 60 says client 'on(81) | only | .handshake.synack_count >= 2'
	within client nft flush ruleset
	wait_for 60 says client 'on(81) | only | result == "active established none"'
	wait_for 60 says server 'role("passive") | only | result == "passive established none"'
}

@test "reject rules: by RST and by ICMP, on the server, on the way, and at home" {
	topology_up
	eaten server 81 input tcp dport 81 reject with tcp reset
	eaten server 82 input tcp dport 82 reject with icmpx port-unreachable
	eaten server 83 input tcp dport 83 reject with icmpx host-unreachable
	eaten server 84 input tcp dport 84 reject with icmpx no-route
	eaten server 85 input tcp dport 85 reject with icmpx admin-prohibited
	eaten router 86 forward tcp dport 86 reject with icmpx admin-prohibited
	eaten router 87 forward tcp dport 87 reject with tcp reset
	eaten client 88 output tcp dport 88 reject with tcp reset
	# An error that finds the socket busy, in connect() still, would count only when the SYN is sent again.
	within router tc qdisc add dev left root netem delay 100ms
	load_module
	spawn server endpoint bind :: 81 listen 5 accept
	wait_for 60 listens server 81
	local port address
	for port in {81..88}; do
		for address in "$server4" "$server6"; do
			refuses 1 within client endpoint connect "$address" "$port"
		done
	done
	ended_all client active 16
	entries client <<-'EOT'
		on(81) + on(87) | length == 4 and all(result == "active refused peer-rst" and .error == "ECONNREFUSED")
		on(82) | length == 2 and all(result == "active refused port-unreachable" and .error == "ECONNREFUSED")
		on(83) | length == 2 and all(result == "active unreachable host-unreachable" and .error == "EHOSTUNREACH")
		on(84) | length == 2 and all(result == "active unreachable net-unreachable" and .error == "ENETUNREACH")
		on(85) + on(86) | length == 4 and all(result == "active unreachable prohibited")
		on(85) | map(.error) | sort == ["EACCES", "EHOSTUNREACH"]
		role("active") | on(88) | length == 2 and all(result == "active refused filtered-output")
	EOT
	entries server <<-'EOT'
		role("passive") | on(81) | length == 2 and all(result == "passive refused filter-rst" and saw("RST"; "out") == 1)
	EOT
	# The router saw the answers pass, or sent them itself; nobody else comes to say that it is over.
	sleep 60
	wait_for 60 says router 'on(86) + on(87) | length == 4 and all(result == "forwarded filtered filtered-forward")'
	entries router <<-'EOT'
		on(81) | length == 2 and all(result == "forwarded refused peer-rst")
		on(82) | length == 2 and all(result == "forwarded refused port-unreachable")
		on(83) | length == 2 and all(result == "forwarded unreachable host-unreachable")
		on(84) | length == 2 and all(result == "forwarded unreachable net-unreachable")
		on(85) | length == 2 and all(result == "forwarded unreachable prohibited")
	EOT
	wait_for 60 says server 'role("passive") | on(82) + on(83) + on(84) + on(85) | length == 8 and all(result == "passive filtered filtered-input")'
}

# A listener on the server whose accept queue has room for one more
one_place_left() {
	spawn server endpoint bind :: "$1" listen 1 pause
	wait_for 60 listens server "$1"
	spawn server endpoint connect "$server4" "$1" pause
	wait_for 60 says server "on($1) | role(\"listener\") | only | .ledger.queue == 1"
}

@test "full queues: the SYN dropped, the final ACK dropped, the final ACK reset" {
	topology_up
	impatient client
	impatient server
	within server sysctl -qw net.ipv4.tcp_syncookies=0
	load_module
	# A backlog of 0 has room for one.
	spawn server endpoint bind :: 80 listen 0 pause
	wait_for 60 listens server 80
	spawn client endpoint connect "$server4" 80 pause
	wait_for 60 says server 'role("passive") | only | .state == "ESTABLISHED"'
	refuses 1 within client endpoint connect "$server4" 80
	refuses 1 within client endpoint connect "$server6" 80
	wait_for 100 says server 'role("passive") | map(select(.state | not)) | length == 2 and all(result == "passive queue-full accept-queue-full" and .handshake.syn_count == 2)'
	entries client <<<'map(result) | sort == ["active established none", "active timed-out syn-unanswered", "active timed-out syn-unanswered"]'

	# Of two places one is taken. Two SYNs are let in all the same, and then one final ACK.
	firewall client prerouting tcp sport 81 drop
	one_place_left 81
	spawn client endpoint start "$server4" 81 start "$server6" 81 pause
	wait_for 60 says server 'on(81) | role("listener") | only | .ledger.half_open == 2'
	within client nft flush ruleset
	wait_for 60 says server 'on(81) | role("passive") | map(result) | sort == ["passive established none", "passive established none", "passive queue-full accept-queue-full"]'
	entries server <<<'on(81) | role("passive") | map(select(.handshake.outcome == "queue-full")) | only | .handshake | has("ack_ns") and .synack_count >= 2'
	# Their client thinks that it has two connections.
	entries client <<<'on(81) | length == 2 and all(result == "active established none")'

	within server sysctl -qw net.ipv4.tcp_abort_on_overflow=1
	firewall client prerouting tcp sport 82 drop
	one_place_left 82
	spawn client endpoint start "$server4" 82 start "$server6" 82 pause
	wait_for 60 says server 'on(82) | role("listener") | only | .ledger.half_open == 2'
	within client nft flush ruleset
	wait_for 60 says server 'on(82) | role("passive") | map(result) | sort == ["passive established none", "passive established none", "passive queue-full accept-queue-rst"]'
	wait_for 60 says client 'on(82) | map(select(.error == "ECONNRESET")) | only | states == "CLOSE>SYN_SENT>ESTABLISHED>CLOSE"'
}

@test "too many half-open handshakes: the SYN is dropped" {
	topology_up
	impatient client
	within server sysctl -qw net.ipv4.tcp_syncookies=0
	firewall client prerouting tcp sport 80 drop
	load_module
	spawn server endpoint bind :: 80 listen 1 pause
	wait_for 60 listens server 80
	spawn client endpoint start "$server4" 80 start "$server6" 80 start "$server4" 80 start "$server6" 80 start "$server4" 80 pause
	wait_for 60 says server 'role("listener") | only | .ledger.syn_overflows >= 2'
	wait_for 150 says server 'role("passive") | map(result) | map(select(. == "passive queue-full syn-queue-full")) | length >= 1'
	entries server <<-'EOT'
		role("passive") | map(select(.handshake.reason == "syn-queue-full")) | all(.handshake | .syn_count >= 2 and .synack_count == 0)
		role("passive") | map(select(.handshake.synack_count > 0)) | all(.handshake.reason != "syn-queue-full")
	EOT
}

@test "the listener goes while handshakes are half-open, and while connections wait for accept()" {
	topology_up
	firewall client prerouting tcp sport 80 tcp flags '& (syn | ack) == syn | ack' drop
	load_module
	spawn server endpoint bind :: 80 listen 5 await "$BATS_TEST_TMPDIR/go" unlisten pause
	wait_for 60 listens server 80
	spawn client endpoint start "$server4" 80 start "$server6" 80 pause
	wait_for 60 says server 'role("passive") | length == 2 and all(.handshake.phase == "synack")'
	spawn server endpoint connect "$server4" 80 pause
	wait_for 60 says server 'role("passive") | map(select(.state == "ESTABLISHED")) | length == 1'
	touch "$BATS_TEST_TMPDIR/go"
	wait_for 60 says server 'role("listener") | only | .state == "CLOSE"'
	within client nft flush ruleset
	wait_for 60 says server 'role("passive") | map(select(.remote.addr != "10.0.2.2" and .handshake.synack_count > 0)) | length == 2 and all(result == "passive cancelled listener-closed")'
	entries server <<<'role("passive") | map(select(.remote.addr == "10.0.2.2")) | only | result == "passive established none" and states == "LISTEN>SYN_RECV>ESTABLISHED>CLOSE" and .transitions[-1].cause == "call" and calls == ""'
}

@test "nowhere to go: no route, no source address, no port" {
	namespace here
	ip -n here link add dummy0 type dummy
	ip -n here link set dummy0 addrgenmode none
	ip -n here link set dummy0 up
	ip -n here -6 route add fd00:7::/64 dev dummy0
	ip -n here route add prohibit 10.7.0.0/16
	within here sysctl -qw net.ipv4.ip_local_port_range='40000 40000'
	load_module
	refuses 1 within here endpoint connect 10.9.0.1 80
	refuses 1 within here endpoint connect fd00:9::1 80
	refuses 1 within here endpoint connect 10.7.0.1 80
	# It would do as a source, if there is nothing better.
	ip -n here -6 addr delete ::1/128 dev lo
	refuses 1 within here endpoint connect fd00:7::1 80
	entries here <<-'EOT'
		length == 4 and all(.role == "active" and .handshake.outcome == "unreachable" and .handshake.syn_count == 0 and .transitions == [] and (.live | not))
		map(.handshake.reason) == ["no-route", "no-route", "no-route", "no-address"]
		map(.error) == ["ENETUNREACH", "ENETUNREACH", "EACCES", "EADDRNOTAVAIL"]
		map(.remote.addr) == ["10.9.0.1", "fd00:9::1", "10.7.0.1", "fd00:7::1"]
		all(.remote.port == 80 and .opener.comm == "endpoint" and (calls | startswith("socket connect connect-return=")))
	EOT
	[ "$(stat_of here active_unreachable)" -eq 4 ]
	spawn here endpoint bind :: 80 listen 5 pause
	wait_for 60 listens here 80
	spawn here endpoint connect 127.0.0.1 80 pause
	wait_for 60 says here 'role("active") | map(select(.state == "ESTABLISHED")) | length == 1'
	refuses 1 within here endpoint connect 127.0.0.1 80
	entries here <<-'EOT'
		role("active")[-1] | result == "active unreachable no-port" and states == "CLOSE>SYN_SENT>CLOSE" and causes == "call call"
		role("active")[-1] | calls == "socket connect connect-return=EADDRNOTAVAIL exit" and .remote.addr == "127.0.0.1" and .remote.port == 80
	EOT
	# The same socket may try again: that is another attempt.
	spawn here endpoint fails ENETUNREACH connect 10.9.0.1 80 fails EADDRNOTAVAIL reconnect 127.0.0.1 80 pause
	wait_for 60 says here 'role("active")[-1] | result == "active unreachable no-port" and calls == "connect connect-return=EADDRNOTAVAIL"'
	entries here <<-'EOT'
		role("active")[-2] | result == "active unreachable no-route" and calls == "socket connect connect-return=ENETUNREACH"
		role("active")[-1].opener.pid == role("active")[-2].opener.pid
	EOT
}
