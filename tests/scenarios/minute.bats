# SPDX-License-Identifier: GPL-2.0-only
# What takes a minute, because TCP or the ledger waits so long before it gives up. All of it is begun before anything is
# waited for, each scenario on machines of its own, so that all together take little more than one.
# shellcheck disable=SC2154 # addresses and words come from them
load lib
load words

setup_file() {
	echo "<6>scenario: what takes a minute" >/dev/kmsg
	export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR
	load_module
	begin_cookie
	begin_hooks
	begin_loopback
	begin_rejects
	begin_full
	begin_half_open
	begin_silence
	begin_abandoned
	begin_crossing
	begin_one_way
	begin_timewait
}

teardown() { kernel_is_quiet; }
teardown_file() {
	local name
	# What was delayed for seconds and doubled its timeouts would outlive its program for minutes, and its namespace, too.
	for name in $(ip netns list | awk '{ print $1 }'); do
		within "$name" ss -K >/dev/null
	done
	finish
}

# Seconds until it ends, of the one TIME_WAIT on a port
expires() { tell "$1" "on($2) | role(\"$3\") | only | select(.state == \"TIME_WAIT\") | .expires_ns / 1e9 | floor"; }

# sooner NETNS PORT ROLE SECONDS: is that less?
sooner() { [ "$(expires "$1" "$2" "$3")" -le "$4" ]; }

# Port and address, who closes first
closers=("81 $server4 server" "82 $server4 client" "83 $server6 server" "84 $server6 client")

begin_timewait() {
	local row port address first
	topology_up .tw
	within client.tw sysctl -qw net.ipv4.tcp_fin_timeout=10
	within server.tw sysctl -qw net.ipv4.tcp_fin_timeout=10
	for row in "${closers[@]}"; do
		read -r port address first <<<"$row"
		if [ "$first" = server ]; then
			spawn server.tw endpoint bind :: "$port" listen 5 accept close pause
			wait_for 60 listens server.tw "$port"
			within client.tw endpoint connect "$address" "$port" eof close
		else
			spawn server.tw endpoint bind :: "$port" listen 5 accept eof close pause
			wait_for 60 listens server.tw "$port"
			within client.tw endpoint connect "$address" "$port" close
		fi
		wait_for 60 says "$first.tw" "on($port) | any(.state == \"TIME_WAIT\" and .expires_ns > 45e9)"
	done
}

@test "whoever closes first keeps TIME_WAIT for 60 seconds" {
	local row port first role
	wait_for 60 sooner server.tw 83 passive 45
	wait_for 60 sooner client.tw 84 active 45
	for row in "${closers[@]}"; do
		read -r port _ first <<<"$row"
		role=$([ "$first" = server ] && echo passive || echo active)
		wait_for 100 says "$first.tw" "on($port) | role(\"$role\") | only | .state == \"CLOSE\""
		holds "$(tell "$first.tw" "on($port) | role(\"$role\") | only")" <<-'EOT'
			states | endswith("ESTABLISHED>FIN_WAIT1>FIN_WAIT2>TIME_WAIT>CLOSE")
			# The wheel of kernel timers ends one of 60 s up to 2 s late, and the host may be busy.
			time_in("TIME_WAIT") | between(59.9; 90)
			causes | endswith("segment call segment segment timer")
			(.live or has("expires_ns")) | not
		EOT
		first=$([ "$first" = server ] && echo client || echo server)
		says "$first.tw" "on($port) | map(select(.role != \"listener\")) | only | states | endswith(\"ESTABLISHED>CLOSE_WAIT>LAST_ACK>CLOSE\")"
		says "$first.tw" "on($port) | map(select(.role != \"listener\")) | only | causes | endswith(\"segment call segment\")"
	done
}

# The machines that are not asked wait longer for an answer than any client does: 66 s.
begin_silence() {
	topology_up .mute
	impatient client.mute
	firewall server.mute input tcp dport 80 drop
	spawn client.mute curl -s "http://$server4:80/"
	spawn client.mute curl -s "http://[$server6]:80/"
	ended_all client.mute active 2
	says server.mute 'length == 2 and all(.handshake.outcome == "in-progress" and .handshake.syn_count == 2)'
	says router.mute 'length == 2 and all(.handshake.outcome == "in-progress" and .handshake.syn_count == 2)'
}

@test "timed out: the server's firewall eats every SYN" {
	entries client.mute <<-'EOT'
		length == 2 and all(result == "active timed-out syn-unanswered")
		all(states == "CLOSE>SYN_SENT>CLOSE" and causes == "call timer")
		all(.error == "ETIMEDOUT" and .handshake.syn_count == 2 and .totals.retrans == 1)
		all(.events | map(select(.what == "SYN" and .again and .dir == "out")) | length == 1)
		# Two SYNs, 3 s; and the host may be busy
		all(.transitions[1].t_ns | between(2; 30))
		map(.local.addr) | sort == ["10.0.1.2", "fd00:1::2"]
	EOT
	[ "$(snmp client.mute Tcp.RetransSegs)" -eq "$(tell client.mute 'map(.handshake.syn_count - 1) | add')" ]
	[ "$(snmp client.mute Tcp.AttemptFails)" -eq "$(stat_of client.mute active_timed_out)" ]
	wait_for 100 says server.mute 'length == 2 and all(result == "passive filtered filtered-input")'
	wait_for 100 says router.mute 'length == 2 and all(result == "forwarded timed-out syn-unanswered")'
	entries server.mute <<<'all(.handshake.syn_count == 2 and .handshake.synack_count == 0 and .transitions == [] and (.live | not))'
	entries router.mute <<<'all(.handshake.syn_count == 2 and .handshake.synack_count == 0 and .transitions == [] and (.live | not))'
}

begin_abandoned() {
	topology_up .gone
	within server.gone sysctl -qw net.ipv4.tcp_synack_retries=1
	firewall client.gone output 'tcp flags & (syn | ack | rst) == ack drop'
	spawn server.gone endpoint bind :: 80 listen 5 accept
	wait_for 60 listens server.gone 80
	spawn client.gone endpoint connect "$server4" 80 pause
	spawn client.gone endpoint connect "$server6" 80 pause
	ended_all server.gone passive 2
}

@test "abandoned: the final ACK never arrives" {
	entries server.gone <<-'EOT'
		role("passive") | length == 2 and all(result == "passive abandoned synack-unanswered")
		role("passive") | all(.handshake | .syn_count == 1 and .synack_count == 2 and (has("ack_ns") | not))
		role("passive") | all(.events | map(select(.what == "SYN+ACK" and .dir == "out" and .again)) | length == 1)
		role("passive") | all(.transitions == [] and has("listener_id"))
	EOT
	[ "$(snmp server.gone TcpExt.TCPSynRetrans)" -eq 2 ]
	# Its client is sure that it has a connection, though no ACK left the machine.
	entries client.gone <<-'EOT'
		length == 2 and all(result == "active established none" and .state == "ESTABLISHED")
		all(states == "CLOSE>SYN_SENT>ESTABLISHED" and causes == "call segment")
		all(.handshake | .syn_count == 1 and .synack_count == 2 and (has("ack_ns") | not))
	EOT
	# In the middle it is silence.
	wait_for 100 says router.gone 'all(.live | not)'
	entries router.gone <<-'EOT'
		length == 2 and all(result == "forwarded abandoned synack-unanswered" and .transitions == [])
		all(.handshake | .syn_count == 1 and .synack_count == 2 and (has("ack_ns") | not))
	EOT
}

begin_crossing() {
	local name
	topology_up .sim
	know client.sim eth0 router.sim left
	know router.sim left client.sim eth0
	know server.sim eth0 router.sim right
	know router.sim right server.sim eth0
	# All SYNs are under way before one arrives, and so is each that is sent again.
	for name in client.sim server.sim; do
		within $name sysctl -qw net.ipv4.tcp_syn_retries=20
		doubling $name
	done
	for name in left right; do
		within router.sim tc qdisc add dev $name root netem delay 8s
	done
	spawn client.sim endpoint bind "$client4" 5000 start "$server4" 5001 bind "$client6" 5000 start "$server6" 5001 pause
	spawn server.sim endpoint bind "$server4" 5001 start "$client4" 5000 bind "$server6" 5001 start "$client6" 5000 pause
	for name in client.sim server.sim; do
		# By the time it is looked at, the other's may have arrived.
		wait_for 60 says $name 'length == 2 and all(.handshake.syn_count >= 1)'
	done
}

@test "two hosts connect to each other at once: their SYNs cross" {
	local name
	for name in client.sim server.sim; do
		wait_for 60 says $name 'length == 2 and all(.state == "ESTABLISHED")'
		entries $name <<-'EOT'
			all(result == "active established none" and causes == "call segment segment")
			all(states == "CLOSE>SYN_SENT>SYN_RECV>ESTABLISHED")
			all(.handshake | .syn_count >= 1 and has("syn_ns") and has("client_isn"))
			all(saw("SYN"; "in") + (.events_dropped // 0) >= 1 and saw("SYN+ACK"; "out") >= 1)
			map(.local.addr | contains(":")) | sort == [false, true]
		EOT
	done
	[ "$(tell client.sim 'map(ends) | sort')" = "$(tell server.sim 'map(mirrored) | sort')" ]
	# It is one connection in the middle, too, of whoever came by first.
	entries router.sim <<-'EOT'
		length == 2 and all(result == "forwarded established none" and .transitions == [])
		all(.handshake.syn_count >= 1 and .handshake.synack_count >= 1 and saw("SYN+ACK"; "out") >= 1)
	EOT
}

begin_hooks() {
	local port address
	topology_up .nf
	impatient client.nf
	impatient server.nf
	eaten client.nf 81 output tcp dport 81 drop
	eaten client.nf 82 postrouting tcp dport 82 drop
	eaten client.nf 83 prerouting tcp sport 83 drop
	eaten client.nf 84 input tcp sport 84 drop
	eaten router.nf 85 forward tcp dport 85 drop
	eaten server.nf 86 input tcp dport 86 drop
	eaten server.nf 87 output tcp sport 87 drop
	eaten server.nf 88 postrouting tcp sport 88 drop
	eaten server.nf 89 input tcp dport 89 'tcp flags & (syn | ack) == ack drop'
	eaten router.nf 90 prerouting tcp sport 90 drop
	eaten router.nf 91 prerouting tcp dport 91 'tcp flags & (syn | ack) == ack drop'
	for port in {81..91}; do
		spawn server.nf endpoint bind :: "$port" listen 5 accept
		wait_for 60 listens server.nf "$port"
	done
	for port in {81..91}; do
		for address in "$server4" "$server6"; do
			spawn client.nf endpoint connect "$address" "$port" pause
		done
	done
}

@test "a filter ate the SYN, the SYN+ACK or the ACK: the hook, on the machine that has it" {
	ended_all client.nf active 22
	entries client.nf <<-'EOT'
		on(81) | length == 2 and all(result == "active filtered filtered-output")
		on(82) | length == 2 and all(result == "active filtered filtered-postrouting")
		on(83) | length == 2 and all(result == "active filtered filtered-prerouting")
		on(84) | length == 2 and all(result == "active filtered filtered-input")
		# What other machines ate is silence.
		on(85) + on(86) + on(87) + on(88) + on(90) | length == 10 and all(result == "active timed-out syn-unanswered")
		on(89) + on(91) | length == 4 and all(result == "active established none" and states == "CLOSE>SYN_SENT>ESTABLISHED")
		map(select(.remote.port < 89)) | length == 16 and all(states == "CLOSE>SYN_SENT>CLOSE" and causes == "call timer")
		map(select(.remote.port < 89)) | all(.local.port > 1024 and .error == "ETIMEDOUT")
		on(81) | all(.handshake | .syn_count == 0 and (has("syn_ns") | not))
		map(select(.remote.port > 81 and .remote.port < 89)) | all(.handshake.syn_count == 2)
		# What is dropped before it is routed is not seen.
		on(83) | all(.handshake.synack_count == 0)
		on(84) | all(.handshake | .synack_count >= 2 and has("synack_ns") and (has("ack_ns") | not))
		on(85) + on(86) + on(87) + on(88) | all(.handshake.synack_count == 0)
	EOT
	# A SYN that nobody answers is waited for, as its sender may send it again.
	ended_all server.nf passive 16 100
	entries server.nf <<-'EOT'
		role("passive") | on(86) | length == 2 and all(result == "passive filtered filtered-input" and .handshake.syn_count == 2)
		role("passive") | on(87) | length >= 2 and all(result == "passive filtered filtered-output" and .handshake.synack_count == 0)
		role("passive") | on(88) | length >= 2 and all(result == "passive filtered filtered-postrouting" and .handshake.synack_count >= 1)
		role("passive") | on(89) | length == 2 and all(result == "passive filtered filtered-input" and (.handshake | has("ack_ns")))
		role("passive") | on(83) + on(84) + on(90) + on(91) | length == 8 and all(result == "passive abandoned synack-unanswered")
		role("passive") | all(.transitions == [] and has("state") == false)
	EOT
	wait_for 60 says router.nf 'map(select(.remote.port != 89)) | all(.live | not)'
	entries router.nf <<-'EOT'
		on(83) + on(84) | length == 4 and all(result == "forwarded abandoned synack-unanswered")
		on(83) + on(84) | all(.handshake | .syn_count == 2 and .synack_count >= 2 and (has("ack_ns") | not))
		on(85) | length == 2 and all(result == "forwarded filtered filtered-forward")
		on(86) + on(87) + on(88) | length == 6 and all(result == "forwarded timed-out syn-unanswered")
		on(85) + on(86) + on(87) + on(88) | all(.handshake | .syn_count == 2 and .synack_count == 0)
		on(89) | length == 2 and all(result == "forwarded established none")
		on(90) + on(91) | length == 4 and all(result == "forwarded filtered filtered-prerouting")
		on(90) | all(.handshake.synack_count == 0)
		on(91) | all(.handshake | .synack_count >= 2 and (has("ack_ns") | not))
		on(81) + on(82) | . == []
	EOT
}

begin_loopback() {
	local port
	namespace lo.nf
	impatient lo.nf
	eaten lo.nf 81 output tcp dport 81 drop
	eaten lo.nf 82 postrouting tcp dport 82 drop
	eaten lo.nf 83 prerouting tcp dport 83 drop
	eaten lo.nf 84 input tcp dport 84 drop
	eaten lo.nf 85 input tcp sport 85 drop
	eaten lo.nf 86 input tcp dport 86 reject with tcp reset
	spawn lo.nf endpoint bind :: 85 listen 5 accept
	wait_for 60 listens lo.nf 85
	for port in {81..86}; do
		spawn lo.nf endpoint connect 127.0.0.1 "$port"
		spawn lo.nf endpoint connect ::1 "$port"
	done
}

@test "a filter on loopback: both ends know which hook" {
	ended_all lo.nf active 12
	entries lo.nf <<-'EOT'
		role("active") | on(81) | length == 2 and all(result == "active filtered filtered-output")
		role("active") | on(82) | length == 2 and all(result == "active filtered filtered-postrouting")
		role("active") | on(83) | length == 2 and all(result == "active filtered filtered-prerouting")
		role("active") | on(84) | length == 2 and all(result == "active filtered filtered-input")
		role("active") | on(85) | length == 2 and all(result == "active filtered filtered-input")
		role("active") | on(86) | length == 2 and all(result == "active refused filtered-input")
		role("active") | all(states == "CLOSE>SYN_SENT>CLOSE")
		role("active") | all(causes == if .remote.port == 86 then "call segment" else "call timer" end)
		role("passive") | on(81) + on(82) + on(83) == []
	EOT
	wait_for 100 says lo.nf 'role("passive") | on(84) + on(85) | length == 4 and all(result == "passive filtered filtered-input")'
}

begin_rejects() {
	local port address
	topology_up .rej
	eaten server.rej 81 input tcp dport 81 reject with tcp reset
	eaten server.rej 82 input tcp dport 82 reject with icmpx port-unreachable
	eaten server.rej 83 input tcp dport 83 reject with icmpx host-unreachable
	eaten server.rej 84 input tcp dport 84 reject with icmpx no-route
	eaten server.rej 85 input tcp dport 85 reject with icmpx admin-prohibited
	eaten router.rej 86 forward tcp dport 86 reject with icmpx admin-prohibited
	eaten router.rej 87 forward tcp dport 87 reject with tcp reset
	eaten client.rej 88 output tcp dport 88 reject with tcp reset
	# An error that finds the socket busy, in connect() still, would count only when the SYN is sent again.
	within router.rej tc qdisc add dev left root netem delay 300ms
	spawn server.rej endpoint bind :: 81 listen 5 accept
	wait_for 60 listens server.rej 81
	for port in {81..88}; do
		for address in "$server4" "$server6"; do
			spawn client.rej endpoint connect "$address" "$port"
		done
	done
}

@test "reject rules: by RST and by ICMP, on the server, on the way, and at home" {
	ended_all client.rej active 16
	entries client.rej <<-'EOT'
		on(81) + on(87) | length == 4 and all(result == "active refused peer-rst" and .error == "ECONNREFUSED")
		on(82) | length == 2 and all(result == "active refused port-unreachable" and .error == "ECONNREFUSED")
		on(83) | length == 2 and all(result == "active unreachable host-unreachable" and .error == "EHOSTUNREACH")
		on(84) | length == 2 and all(result == "active unreachable net-unreachable" and .error == "ENETUNREACH")
		on(85) + on(86) | length == 4 and all(result == "active unreachable prohibited")
		on(85) | map(.error) | sort == ["EACCES", "EHOSTUNREACH"]
		role("active") | on(88) | length == 2 and all(result == "active refused filtered-output")
		role("active") | all(states == "CLOSE>SYN_SENT>CLOSE" and causes == "call segment")
		role("active") | all(.handshake.synack_count == 0 and .handshake.syn_count == if .remote.port == 88 then 0 else 1 end)
	EOT
	entries server.rej <<-'EOT'
		role("passive") | on(81) | length == 2 and all(result == "passive refused filter-rst" and saw("RST"; "out") == 1)
	EOT
	# The router saw the answers pass, or sent them itself; nobody else comes to say that it is over.
	wait_for 100 says router.rej 'on(86) + on(87) | length == 4 and all(result == "forwarded filtered filtered-forward")'
	entries router.rej <<-'EOT'
		on(81) | length == 2 and all(result == "forwarded refused peer-rst")
		on(82) | length == 2 and all(result == "forwarded refused port-unreachable")
		on(83) | length == 2 and all(result == "forwarded unreachable host-unreachable")
		on(84) | length == 2 and all(result == "forwarded unreachable net-unreachable")
		on(85) | length == 2 and all(result == "forwarded unreachable prohibited")
		all(.handshake.syn_count == 1 and .transitions == [])
	EOT
	wait_for 60 says server.rej 'role("passive") | on(82) + on(83) + on(84) + on(85) | length == 8 and all(result == "passive filtered filtered-input")'
	entries server.rej <<<'role("passive") | all(.handshake | .syn_count == 1 and .synack_count == 0)'
}

# two_for_one PORT: of the two places of a listener one is taken. Two SYNs are let in all the same, and then one final ACK;
# the other comes later, as two at once may both get the last place.
two_for_one() {
	within client.full sysctl -qw net.ipv4.tcp_syn_retries=6
	eaten client.full "4$1" prerouting meta nfproto ipv4 tcp sport "$1" drop
	eaten client.full "6$1" prerouting meta nfproto ipv6 tcp sport "$1" drop
	spawn server.full endpoint bind :: "$1" listen 1 pause
	wait_for 60 listens server.full "$1"
	spawn server.full endpoint connect "$server4" "$1" pause
	wait_for 60 says server.full "on($1) | role(\"listener\") | only | .ledger.queue == 1"
	spawn client.full endpoint start "$server4" "$1" start "$server6" "$1" pause
	wait_for 60 says server.full "on($1) | role(\"listener\") | only | .ledger.half_open == 2"
	within client.full nft delete table inet "t4$1"
	wait_for 60 says server.full "on($1) | role(\"listener\") | only | .ledger.queue == 2"
	within client.full nft delete table inet "t6$1"
	wait_for 60 says client.full "on($1) | length == 2 and all(.handshake.outcome == \"established\")"
}

begin_full() {
	topology_up .full
	# Another final ACK is dropped then at each SYN+ACK that is sent again, for 31 s.
	within server.full sysctl -qw net.ipv4.tcp_syncookies=0 net.ipv4.tcp_synack_retries=4
	two_for_one 81
	# A backlog of 0 has room for one.
	impatient client.full
	spawn server.full endpoint bind :: 80 listen 0 pause
	wait_for 60 listens server.full 80
	spawn client.full endpoint connect "$server4" 80 pause
	wait_for 60 says server.full 'on(80) | role("passive") | only | .state == "ESTABLISHED"'
	spawn client.full endpoint connect "$server4" 80
	spawn client.full endpoint connect "$server6" 80
}

@test "full queues: the SYN dropped, the final ACK dropped, the final ACK reset" {
	ended_all client.full active 5
	entries client.full <<-'EOT'
		on(80) | map(result) | sort == ["active established none", "active timed-out syn-unanswered", "active timed-out syn-unanswered"]
		on(80) | map(select(.error == "ETIMEDOUT")) | length == 2 and all(states == "CLOSE>SYN_SENT>CLOSE" and causes == "call timer")
		# They think that they have two connections.
		on(81) | length == 2 and all(result == "active established filtered-prerouting")
	EOT
	wait_for 100 says server.full 'on(81) | role("passive") | map(result) | sort == ["passive established none", "passive established none", "passive queue-full accept-queue-full"]'
	entries server.full <<-'EOT'
		on(81) | role("passive") | map(select(.handshake.outcome == "queue-full")) | only | .handshake | has("ack_ns") and .synack_count >= 5
		on(81) | role("passive") | map(select(.handshake.outcome == "queue-full")) | only | .transitions == [] and (has("state") | not)
	EOT

	within server.full sysctl -qw net.ipv4.tcp_abort_on_overflow=1
	two_for_one 82
	wait_for 60 says server.full 'on(82) | role("passive") | map(result) | sort == ["passive established none", "passive established none", "passive queue-full accept-queue-rst"]'
	wait_for 60 says client.full 'on(82) | map(select(.error == "ECONNRESET")) | only | states == "CLOSE>SYN_SENT>ESTABLISHED>CLOSE" and causes == "call segment segment"'
	entries router.full <<<'on(81) + on(82) | length == 4 and all(result == "forwarded established none")'

	wait_for 100 says server.full 'role("passive") | on(80) | map(select(.state | not)) | length == 2 and all(result == "passive queue-full accept-queue-full")'
	entries server.full <<<'role("passive") | on(80) | map(select(.state | not)) | all(.handshake | .syn_count == 2 and .synack_count == 0)'
	wait_for 60 says router.full 'on(80) | map(result) | sort == ["forwarded established none", "forwarded timed-out syn-unanswered", "forwarded timed-out syn-unanswered"]'
}

begin_half_open() {
	topology_up .sq
	impatient client.sq
	within server.sq sysctl -qw net.ipv4.tcp_syncookies=0
	firewall client.sq prerouting tcp sport 80-81 drop
	spawn server.sq endpoint bind :: 80 listen 1 pause
	wait_for 60 listens server.sq 80
	spawn client.sq endpoint start "$server4" 80 start "$server6" 80 start "$server4" 80 start "$server6" 80 start "$server4" 80 pause
	wait_for 60 says server.sq 'role("listener") | only | .ledger.syn_overflows >= 2'
	# The last quarter of this is for those who were here before.
	within server.sq sysctl -qw net.ipv4.tcp_max_syn_backlog=4
	spawn server.sq endpoint bind :: 81 listen 100 pause
	wait_for 60 listens server.sq 81
	spawn client.sq endpoint start "$server4" 81 start "$server6" 81 start "$server4" 81 start "$server6" 81 pause
	wait_for 60 says server.sq 'role("listener") | on(81) | only | .ledger.half_open == 4'
	spawn client.sq endpoint start "$server4" 81 start "$server6" 81 pause
	wait_for 60 says server.sq 'role("listener") | on(81) | only | .ledger.syn_overflows >= 2'
}

@test "too many half-open handshakes: the SYN is dropped" {
	wait_for 150 says server.sq 'role("passive") | on(80) | map(result) | map(select(. == "passive queue-full syn-queue-full")) | length >= 1'
	wait_for 150 says server.sq 'role("passive") | on(81) | map(select(result == "passive queue-full syn-queue-full")) | map(.family) | sort == ["inet", "inet6"]'
	entries server.sq <<-'EOT'
		role("passive") | map(select(.handshake.reason == "syn-queue-full")) | all(.handshake | .syn_count >= 2 and .synack_count == 0)
		role("passive") | map(select(.handshake.synack_count > 0)) | all(.handshake.reason != "syn-queue-full")
	EOT
	entries client.sq <<-'EOT'
		length == 11 and all(states == "CLOSE>SYN_SENT>CLOSE" and causes == "call timer" and .handshake.outcome != "established")
	EOT
}

begin_cookie() {
	topology_up .ck
	impatient client.ck
	within server.ck sysctl -qw net.ipv4.tcp_syncookies=2
	firewall client.ck input tcp sport 80 drop
	spawn server.ck endpoint bind :: 80 listen 5 pause
	wait_for 60 listens server.ck 80
	spawn client.ck endpoint connect "$server4" 80
	spawn client.ck endpoint connect "$server6" 80
	wait_for 60 says server.ck 'role("passive") | length == 2 and all(.handshake.cookie)'
}

# The answer to a cookie counts for two minutes.
@test "a SYN cookie that nobody answers" {
	ended_all client.ck active 2
	entries client.ck <<-'EOT'
		all(result == "active filtered filtered-input" and .handshake.syn_count == 2 and .handshake.synack_count == 2)
		all(states == "CLOSE>SYN_SENT>CLOSE" and causes == "call timer")
	EOT
	ended_all server.ck passive 2 200
	entries server.ck <<-'EOT'
		role("passive") | all(result == "passive abandoned synack-unanswered" and .handshake.cookie and .transitions == [])
		role("passive") | all(.handshake | .syn_count == 2 and .synack_count == 2 and (has("ack_ns") | not))
		role("listener") | only | .ledger | .cookies_sent == 4 and .cookies_accepted == 0 and .half_open_peak == 0
	EOT
	wait_for 60 says router.ck 'length == 2 and all(result == "forwarded abandoned synack-unanswered")'
}

begin_one_way() {
	local dir=$BATS_FILE_TMPDIR
	topology_up .ow
	# From the server to the client there is a way that does not lead through the router.
	link client.ow eth1 server.ow eth1
	address client.ow eth1 10.0.3.2/24 fd00:3::2/64
	address server.ow eth1 10.0.3.1/24 fd00:3::1/64
	printf 'route add %s\n' '10.0.1.0/24 via 10.0.3.2' 'fd00:1::/64 via fd00:3::2' | ip -n server.ow -batch -
	spawn server.ow endpoint bind :: 80 listen 5 accept recv 5 send 5 eof close accept recv 5 send 5 eof close pause
	wait_for 60 listens server.ow 80
	spawn client.ow endpoint connect "$server4" 80 send 5 recv 5 touch "$dir/up4" await "$dir/close" close pause
	wait_for 60 test -e "$dir/up4"
	spawn client.ow endpoint connect "$server6" 80 send 5 await "$dir/close" recv 5 close pause
	# Twice from the same port: that the server resets it does not pass the router.
	spawn server.ow endpoint bind :: 81 listen 5 accept recv 5 reset accept recv 5 reset pause
	wait_for 60 listens server.ow 81
	within client.ow endpoint bind "$client4" 5000 connect "$server4" 81 send 5 fails ECONNRESET recv 1
	within client.ow endpoint bind "$client4" 5000 connect "$server4" 81 send 5 fails ECONNRESET recv 1
	wait_for 60 says router.ow 'on(80) | length == 2 and all(.live and result == "forwarded established none")'
	stat_is router.ow entries_half_open -eq 0
	touch "$dir/close"
}

@test "the answers take another way than through the router: established, and over some time after the FIN" {
	wait_for 100 says router.ow 'on(80) | length == 2 and all(.live | not)'
	entries router.ow <<-'EOT'
		on(80) | all(result == "forwarded established none" and saw("FIN"; "out") >= 1)
		on(80) | all(.handshake | has("ack_ns") and (has("synack_ns") or has("data_in_ns") | not))
		# They end when their last segment passed.
		on(80) | all(.end_ns < 60e9)
		on(81) | map(result) == ["forwarded established none", "forwarded established none"] and map(.live) == [false, true]
	EOT
}
