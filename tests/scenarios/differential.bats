# SPDX-License-Identifier: GPL-2.0-only
# Thousands of connections of every kind, with a capture of all segments and the kernel's own trace events recorded
# beside them. What those two say of each end of each connection, by code that knows nothing of the module
# (tests/differential), is what its ledger says, too. CONNECTIONS=20000 says how many, for which MEMORY=3072 is needed.
# With one processor, whose clock counts what it executes, nothing but the kernel's own work lies between two times.
# lab-processors: 1
# lab-timeout: 7200
# shellcheck disable=SC2154 # addresses and words come from them
load lib
load words

connections=${CONNECTIONS:-1000}
tracing=/sys/kernel/tracing
differential=/sockledger/differential
names=(client router server)
# What is recorded stays for the tests that follow the first.
dir=$RESULTS/run
mkdir -p "$dir"

# A link without the router in the middle, too. It loses, delays and doubles what it forwards, not what it sends itself.
arena() {
	local name
	topology_up
	link client direct router direct
	address client direct 10.0.4.2/24 fd00:4::2/64
	address router direct 10.0.4.1/24 fd00:4::1/64
	for name in 'client eth0 router left' 'client direct router direct' 'server eth0 router right'; do
		# shellcheck disable=SC2086 # words
		set -- $name
		know "$1" "$2" "$3" "$4"
		know "$3" "$4" "$1" "$2"
	done
	ip -n router route add unreachable 10.0.3.0/24
	ip -n router -6 route add unreachable fd00:3::/64
	for name in "${names[@]}"; do
		impatient "$name"
		within "$name" sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0 net.core.somaxconn=4096 \
			net.ipv4.tcp_max_tw_buckets=262144 net.ipv4.tcp_fastopen=3 net.ipv4.tcp_fastopen_blackhole_timeout_sec=0
		# How to tell a namespace by an address: the server alone talks to itself.
		ip -n "$name" -brief address | awk -v name="$name" '$1 == "lo" && name != "server" { next }
			{ for (i = 3; i <= NF; i++) { sub("/.*", "", $i); print $i } }' >"$dir/$name.addresses"
	done
	# Cookies always; and where the ACK of a FIN is lost, another FIN does not keep the client's TIME_WAIT for minutes.
	within router sysctl -qw net.ipv4.tcp_syncookies=2 net.ipv4.tcp_orphan_retries=1
	sysctl -qw net.ipv4.icmp_msgs_per_sec=100000 net.ipv4.icmp_msgs_burst=10000
	printf '10.0.3.\nfd00:3:\n' >"$dir/unrouted"
	for name in router server; do
		firewall "$name" input 'tcp dport 7008 tcp flags & (fin | syn | rst | ack) == ack drop' \; \
			'tcp dport 7011 reject with tcp reset' \; 'tcp dport { 7012, 7014 } drop' \; \
			'tcp dport 7013 reject with icmpx type admin-prohibited' \; 'tcp dport 7022 tcp flags & psh == psh drop'
		rules "$name" answers output 'tcp sport 7023 tcp flags & (fin | syn | rst | ack) == ack drop'
	done
}

bad_road() {
	local device
	for device in left right; do
		within router tc qdisc add dev $device root netem delay 2ms loss 1% duplicate 0.5% limit 100000
	done
}

record() {
	local name
	echo mono >$tracing/trace_clock
	echo 65536 >$tracing/buffer_size_kb
	for name in sock/inet_sock_set_state tcp/tcp_retransmit_skb tcp/tcp_retransmit_synack tcp/tcp_receive_reset; do
		echo 1 >"$tracing/events/$name/enable"
		cp "$tracing/events/$name/format" "$dir/${name#*/}.format"
	done
	echo 1 >$tracing/tracing_on
	captures=()
	for name in "${names[@]}"; do
		ip netns exec "$name" tcpdump -Z root -i any -y LINUX_SLL2 -n -s 128 -B 65536 --time-stamp-precision=nano -w "$dir/$name.pcap" \
			'tcp or icmp or icmp6' 2>"$dir/$name.tcpdump" 3>&- &
		captures+=($!)
		spawned+=($!)
		wait_for 60 grep -q 'listening on' "$dir/$name.tcpdump"
	done
}

# Nothing may be missing in what the ledger is held against.
recorded() {
	local name cpu file
	for name in "${captures[@]}"; do
		kill "$name"
		wait "$name"
	done
	echo 0 >$tracing/tracing_on
	echo 0 >$tracing/events/enable
	for name in "${names[@]}"; do
		grep -E 'packets? (captured|dropped)' "$dir/$name.tcpdump"
		grep -q '^0 packets dropped by kernel' "$dir/$name.tcpdump"
	done
	for cpu in "$tracing"/per_cpu/cpu*; do
		file=$dir/trace.${cpu##*/cpu}
		grep -qx 'overrun: 0' "$cpu/stats"
		grep -qx 'dropped events: 0' "$cpu/stats"
		# It never says that this was all.
		timeout 5 cat "$cpu/trace_pipe_raw" >"$file" || true
	done
	python3 -c 'import time; print(time.clock_gettime_ns(time.CLOCK_REALTIME) - time.clock_gettime_ns(time.CLOCK_MONOTONIC))' >"$dir/offset"
	for name in "${names[@]}"; do
		count "$name"
		ledger "$name" >"$dir/$name.json"
		within "$name" sockledger stats --json >"$dir/$name.stats"
		within "$name" sockledger listeners --json >"$dir/$name.listeners" || test "$name" = client
	done
}

# count NETNS: the kernel's own counters
count() { within "$1" cat /proc/net/snmp /proc/net/netstat >"$dir/$1.counters"; }

# serve NETNS [calmly]
serve() {
	ip netns exec "$1" mixture serve "${@:2}" >"$dir/$1.serving" 3>&- &
	spawned+=($!)
	wait_for 60 grep -q serving "$dir/$1.serving"
}

# path NAME COUNT PROCESSES: connections over loopback, over a link, or through the router. What became of them goes to
# mixed.NAME.
path() {
	case $1 in
	loopback) within server mixture connect "$2" "$3" 10000 127.0.0.1 ::1 ;;
	direct) within client mixture connect "$2" "$3" 10000 10.0.4.1 fd00:4::1 ;;
	forwarded) within client mixture connect "$2" "$3" 20000 10.0.2.2 fd00:2::2 10.0.3.1 fd00:3::1 ;;
	esac >"$dir/mixed.$1" 3>&-
}

# mix COUNT: over all of them at once
mix() {
	local name pids=() pid
	for name in loopback direct forwarded; do
		path $name $((($1 + 2) / 3)) 30 &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	head -n 100 "$dir"/mixed.*
}

# Does nothing of TCP wait for an answer?
at_rest() {
	local name
	for name in "${names[@]}"; do
		within "$name" ss -Htano >"$dir/sockets"
		! grep -E 'timer:\((on|persist)' "$dir/sockets" || return 1
	done
}

# mixed_up COUNT: a run that is recorded
mixed_up() {
	arena
	bad_road
	load_module max_history=262144
	record
	serve router
	serve server
	# What becomes of a final ACK without room
	# shellcheck disable=SC2016 # its own variable
	spawn server sh -c 'while :; do for on in 1 0; do sysctl -qw net.ipv4.tcp_abort_on_overflow=$on; sleep 0.5; done; done'
	mix "$1"
	# A SYN that nobody answers is waited for, as is the end of TIME_WAIT. What an ACK that came twice made of a SYN cookie a
	# second time takes its round trip to have been half a minute, and sends its FIN again when it likes.
	sleep 75
	wait_for 300 at_rest
	recorded
}

@test "every end of every connection is as the capture and the kernel's trace say" {
	mixed_up "$connections"
	python3 $differential/compare.py "$dir"
}

# tampered SED-SCRIPT PATTERN: what the comparison says when the client's ledger is not what it was
tampered() {
	local copy=$BATS_TEST_TMPDIR/copy
	rm -rf "$copy"
	mkdir "$copy"
	ln -s "$dir"/{client.addresses,client.pcap,client.stats,trace.*,*.format,unrouted,offset} "$copy"
	sed "$1" "$dir/client.json" >"$copy/client.json"
	if python3 $differential/compare.py "$copy" >"$copy/said"; then return 1; fi
	cat "$copy/said"
	grep -qx '1 disagreements' "$copy/said"
	# shellcheck disable=SC2053 # a pattern
	[[ $(<"$copy/said") == $2 ]]
}

@test "a record that is not as it was is found, and both sides are shown" {
	local line
	line=$(grep -n '"reason":"syn-unanswered"' "$dir/client.json" | head -n 1 | cut -d: -f1)
	tampered "${line}s/\"syn_count\":2/\"syn_count\":3/" \
		'client: SYNs, SYNs sent again*evidence: active*, 2 SYN, *ledger:   active*, 3 SYN, *'
	tampered "${line}s/timed-out/refused/" 'client: outcome*timed-out syn-unanswered*refused syn-unanswered*'
	tampered "${line}s/\"to\":\"SYN_SENT\"/\"to\":\"SYN_RECV\"/" 'client: transitions*'
	tampered "${line}s/\"syn_ns\":\([0-9]*\)/\"syn_ns\":\100000/" 'client: time of syn*'
	tampered "${line}d" 'client: no entry*ledger:   none*'
	tampered "${line}p" 'client: no connection*evidence: none*'
}

@test "the statistics agree with the kernel's own counters" {
	python3 $differential/reconcile.py "$dir"
}

# Every counter of a namespace, one a line
all_counters() {
	count "$1"
	awk '$1 != group { group = $1; split($0, label); next } { for (i = 2; i <= NF; i++) print group label[i], $i; group = "" }' "$dir/$1.counters"
	within "$1" cat /proc/net/snmp6
}

# What depends on when, to the microsecond: whether a segment found its socket idle, in a call, or with data that it could
# join. What interfaces say of themselves over IPv6, after a random time. And SyncookiesFailed: a listener takes every ACK
# for a cookie's in the two minutes in which jiffies are about 0, five minutes after the boot.
by_chance='TcpExt:(DelayedACKLocked|TCPHPHits|TCPHPAcks|TCPRcvCoalesce|TCPBacklogCoalesce|SyncookiesFailed) |^I(cm)?p6'

# alone: the same connections one after the other, in namespaces that are new. So few that no answer is longer than a
# segment: how many ACKs a longer one gets depends on when it is read.
alone() {
	local name
	arena
	"$@"
	serve router calmly
	serve server calmly
	for name in loopback direct forwarded; do
		path $name 72 1
		echo "$name"
		cat "$dir/mixed.$name"
	done
	sleep 75
	for name in "${names[@]}"; do
		all_counters "$name" | grep -vE "$by_chance" | sed "s/^/$name /"
	done
}

@test "the module changes no outcome and no counter" {
	# The recorded run stays as it is.
	local dir=$BATS_TEST_TMPDIR
	alone true >"$dir/without"
	topology_down
	alone load_module >"$dir/with"
	[ "$(stat_of server passive_established)" -gt 50 ]
	diff "$dir/without" "$dir/with"
}
