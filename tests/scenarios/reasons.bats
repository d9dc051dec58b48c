# SPDX-License-Identifier: GPL-2.0-only
# Why a handshake failed, where its segments alone do not tell: filters, reject rules, full queues, ICMP errors, and
# what a connect() did not find on its own machine.
# shellcheck disable=SC2154 # addresses and words come from them
load lib
load words

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

@test "a filter ate what a tunnel brought, before it was routed" {
	namespace here there
	link here eth0 there eth0
	address here eth0 10.0.1.2/24
	address there eth0 10.0.1.1/24
	impatient here
	local name
	for name in here there; do
		# One device for any tunnel: what it notes of a packet is where the route will be.
		ip -n $name link add tunnel type gre external
		ip -n $name link set tunnel up
	done
	address here tunnel 10.0.9.2/32
	address there tunnel 10.0.9.1/32
	ip -n here route add 10.0.9.1 encap ip dst 10.0.1.1 dev tunnel
	ip -n there route add 10.0.9.2 encap ip dst 10.0.1.2 dev tunnel
	firewall here prerouting iifname tunnel drop
	load_module
	spawn there endpoint bind 10.0.9.1 80 listen 5 accept
	wait_for 60 listens there 80
	within here endpoint fails ETIMEDOUT connect 10.0.9.1 80
	entries here <<<'only | result == "active filtered filtered-prerouting"'
	entries there <<<'role("passive") | only | .handshake.synack_count >= 1'
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
	wait_for 60 says client 'on(81) | only | result == "active established filtered-input"'
	wait_for 60 says server 'role("passive") | only | result == "passive established none"'
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

# listening NUMBER: one more listener, the first or second, which goes when it is told to
listening() {
	spawn server endpoint socket 6 tcp option reuseaddr option reuseport bind :: 80 listen 5 await "$BATS_TEST_TMPDIR/go.$1" unlisten pause
	wait_for 60 says server "role(\"listener\") | length == $1"
}

@test "after the listener another one answers, and it is another attempt" {
	topology_up
	firewall client prerouting tcp sport 80 tcp flags '& (syn | ack) == syn | ack' drop
	load_module
	listening 1
	spawn client endpoint bind 10.0.1.2 5000 connect "$server4" 80 pause
	# There are seconds now until its timer looks again, and drops the request.
	wait_for 60 says server 'role("passive") | only | .handshake.synack_count >= 4'
	kill "${spawned[-1]}"
	wait_for 60 says client 'role("active") | only | .handshake.outcome == "cancelled"'
	touch "$BATS_TEST_TMPDIR/go.1"
	wait_for 60 says server 'role("listener") | only | .state == "CLOSE"'
	listening 2
	within client nft flush ruleset
	spawn client endpoint bind 10.0.1.2 5000 connect "$server4" 80 pause
	wait_for 60 says server 'role("passive") | length == 2'
	wait_for 60 says server 'role("passive") | .[1] | result == "passive established none" and (.handshake | has("ack_ns"))'
	entries server <<<'role("passive") | .[0] | result == "passive cancelled listener-closed" and .handshake.synack_count >= 4'
}

@test "a filter ate what was to leave by the device it came by" {
	local address
	topology_up
	# It would be told of the shorter way.
	within client sysctl -qw net.ipv4.conf.all.accept_redirects=0 net.ipv4.conf.eth0.accept_redirects=0 net.ipv6.conf.eth0.accept_redirects=0
	printf 'route add %s\n' '10.0.9.0/24 via 10.0.1.3 dev left' 'fd00:9::/64 via fd00:1::3 dev left' | ip -n router -batch -
	firewall router forward tcp dport 80 drop
	load_module
	for address in 10.0.9.1 fd00:9::1; do
		spawn client endpoint start $address 80 pause
	done
	wait_for 60 says router 'length == 2 and all(result == "forwarded in-progress filtered-forward")'
}

@test "a half-open handshake may go on at another listener of its port" {
	topology_up
	within server sysctl -qw net.ipv4.tcp_migrate_req=1 net.ipv4.tcp_synack_retries=3
	firewall client prerouting tcp sport 80 tcp flags '& (syn | ack) == syn | ack' drop
	load_module
	listening 1
	listening 2
	spawn client endpoint connect "$server4" 80 pause
	wait_for 60 says server 'role("passive") | only | .handshake.synack_count >= 1'
	# It does not try again when the request is gone; what moves that is a timer of the server's.
	kill $!
	local first ids
	first=$(tell server 'role("passive") | only | .listener_id')
	# Those who listen, in the order in which they came
	ids=$(tell server 'role("listener") | map(.id) | join(" ")' | tr -d '"')
	if [[ $first == "${ids% *}" ]]; then
		touch "$BATS_TEST_TMPDIR/go.1"
	else
		touch "$BATS_TEST_TMPDIR/go.2"
	fi
	wait_for 60 says server "role(\"listener\") | map(select(.id == $first)) | only | .state == \"CLOSE\""
	wait_for 60 says server "role(\"passive\") | only | .listener_id != $first"
	wait_for 120 says server 'role("passive") | only | result == "passive abandoned synack-unanswered"'
}

@test "nowhere to go from the port that it got" {
	namespace here
	ip -n here link add dummy0 type dummy
	ip -n here link set dummy0 up
	address here dummy0 10.8.0.1/16
	within here sysctl -qw net.ipv4.ip_local_port_range='40000 40000'
	ip -n here rule add pref 5 ipproto 6 sport 40000 dport 80 unreachable
	load_module
	refuses 1 within here endpoint connect 10.8.0.2 80
	entries here <<-'EOT'
		only | result == "active unreachable no-route" and .handshake.syn_count == 0 and (.live | not)
		only | states == "CLOSE>SYN_SENT>CLOSE" and causes == "call call" and .local.port == 40000
		only | .error == "ENETUNREACH" and calls == "socket connect connect-return=ENETUNREACH exit"
	EOT
	[ "$(stat_of here active_unreachable)" -eq 1 ]
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
	# What was left of an attempt before is not what this one failed with.
	ip -n here address add 10.8.0.1/16 dev dummy0
	refuses 1 within here endpoint start 10.8.0.2 81 disconnect reconnect 127.0.0.1 80
	entries here <<-'EOT'
		role("active")[-1] | result == "active unreachable no-port" and .error == "EADDRNOTAVAIL" and (.live | not)
		role("active")[-1] | .local.port == null and (.port_chosen | not)
	EOT
	# The same socket may try again: that is another attempt.
	spawn here endpoint fails ENETUNREACH connect 10.9.0.1 80 fails EADDRNOTAVAIL reconnect 127.0.0.1 80 pause
	wait_for 60 says here 'role("active")[-1] | result == "active unreachable no-port" and calls == "connect connect-return=EADDRNOTAVAIL"'
	entries here <<-'EOT'
		role("active")[-2] | result == "active unreachable no-route" and calls == "socket connect connect-return=ENETUNREACH"
		role("active")[-1].opener.pid == role("active")[-2].opener.pid
	EOT
}

# watched COUNT REGEX: so many lines of what is watched are such
watched() { [ "$(grep -c "$2" "$BATS_TEST_TMPDIR/watched")" -eq "$1" ]; }

@test "what ICMP said of a SYN holds in the middle until an answer passes" {
	topology_up
	# Nobody is found there, and the client hears nothing of it, nor of the answer later.
	within server sysctl -qw net.ipv4.conf.all.arp_ignore=8
	rules client deaf input meta l4proto icmp drop \; tcp sport 80 drop
	load_module
	spawn server endpoint bind :: 80 listen 5 pause
	wait_for 60 listens server 80
	spawn client endpoint connect "$server4" 80 pause
	wait_for 60 says router 'last | result == "forwarded in-progress host-unreachable"'
	within server sysctl -qw net.ipv4.conf.all.arp_ignore=0
	wait_for 60 says router 'last | result == "forwarded in-progress none" and .handshake.phase == "synack"'
	wait_for 60 says router 'last | held == "out host-unreachable"'
}

@test "what holds a handshake up is an event each time it does, and a step of the ladder" {
	topology_up
	impatient client
	eaten server 81 input tcp dport 81 drop
	eaten router 82 forward tcp dport 82 reject with icmpx admin-prohibited
	eaten client 83 output tcp dport 83 drop
	load_module
	spawn server endpoint bind :: 80 listen 0 await "$BATS_TEST_TMPDIR/accept" accepts 4 pause
	wait_for 60 listens server 80
	follow server "$BATS_TEST_TMPDIR/watched" what held-up
	local family address port
	for family in 4 6; do
		address=server$family
		for port in 81 82 83; do
			spawn client endpoint connect "${!address}" $port pause
		done
	done
	ended_all client active 6

	entries server <<-'EOT'
		role("passive") | on(81) | length == 2 and all(held == "in filtered-input" and (.events | last | .what == "held-up") and saw("SYN"; "in") == 1)
		role("passive") | on(81) | all(held_times == [2])
	EOT
	entries client <<-'EOT'
		on(81) | length == 2 and all(held == "")
		on(82) | length == 2 and all(held == "out prohibited")
		on(83) | length == 2 and all(held == "out filtered-output")
		map(.events[] | select(.what == "held-up")) | all(.witness == "wire" and (has("seq") | not) and (has("len") | not))
	EOT
	entries router <<<'on(82) | length == 2 and all(held == "out prohibited, out filtered-forward")'
	# Each of two SYNs was eaten, but an entry keeps what is the same once.
	[ "$(grep -c ' wire held-up in filtered-input$' <<<"$(proc server events)")" -eq 4 ]
	wait_for 60 watched 4 ' passive .*:81 .* held-up in filtered-input$'
	[ "$(grep -c '│ held up.*: prohibited  *┊$' <<<"$(within client sockledger show dport 82)")" -eq 2 ]

	# Who sends more often than TCP does is counted, but not told of each time.
	within client segments "$client4" "$server4" "$(tell server 'role("passive") | on(81)[0] | .remote.port')" 81 flags=0x10 count=100
	wait_for 60 says server 'role("passive") | on(81)[0] | held_times == [102]'
	within client segments "$client4" "$server4" "$(tell server 'role("passive") | on(81)[0] | .remote.port')" 81 flags=0x10 count=20 every=50
	wait_for 60 says server 'role("passive") | on(81)[0] | held_times == [122]'
	proc server events | awk -v id="$(tell server 'role("passive") | on(81)[0] | .id')" '
		$8 == "held-up" && $3 == id { lines++; often += ++in_second[int($2)] > 11 }
		END { exit often || lines < 9 || lines > 60 }'

	within client sysctl -qw net.ipv4.tcp_syn_retries=6
	for family in 4 6; do
		address=server$family
		spawn client endpoint connect "${!address}" 80 pause
		wait_for 60 says server 'role("passive") | on(80) | map(select(.state == "ESTABLISHED")) | length == 1'
	done
	# The second finds the queue full, once or more often.
	wait_for 60 says server 'role("passive") | on(80) | last | held == "in accept-queue-full"'
	touch "$BATS_TEST_TMPDIR/accept"
	wait_for 60 says server 'role("passive") | on(80) | length == 2 and all(.state == "ESTABLISHED")'
	entries server <<<'role("passive") | on(80) | map(held) == ["", "in accept-queue-full"]'
	entries client <<<'on(80) | length == 2 and all(held == "")'
	wait_for 60 grep -q ' passive .*:80 .* held-up in accept-queue-full$' "$BATS_TEST_TMPDIR/watched"
	refuses 1 grep -v ' held-up ' "$BATS_TEST_TMPDIR/watched"

	# Where both ends are here, it is drawn once, and where it happened.
	spawn server endpoint connect "$server4" 81 pause
	wait_for 60 says server 'role("active") | only | held == "out filtered-input"'
	[ "$(grep 'held up' <<<"$(within server sockledger show role active)" | grep -c '│  *held up.*: filtered-input │$')" -eq 1 ]
	nothing_missed server
}
