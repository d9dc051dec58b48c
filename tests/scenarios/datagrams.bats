# SPDX-License-Identifier: GPL-2.0-only
# UDP and UDP-Lite sockets: what they send, get, lose and read.
# shellcheck disable=SC2154 # addresses and words come from them
load lib
load words

# udp NETNS EXPRESSION: is it so of its datagram entries?
udp() { within "$1" sockledger datagrams --json | jq -e "$words $2" >/dev/null; }

# The column of a name in the file, of the entry with a local port
column() {
	proc "$1" datagrams | awk -v port=":$2" -v name="$3" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i }
		NR > 1 && substr($4, length($4) - length(port) + 1) == port { print $at }'
}

# ss_memory NETNS PORT: bytes in the receive queue and datagrams dropped, as ss counts them
ss_memory() { within "$1" ss -Huanm "sport = :$2" | tr '\n' ' ' | sed -E 's/.*skmem:\(r([0-9]+).*,d([0-9]+)\).*/\1 \2/'; }

@test "one server, three clients: numbers, peers, sizes, each over IPv4 and IPv6" {
	local dir=$BATS_TEST_TMPDIR any lo
	namespace here
	load_module
	for any in 127.0.0.1 ::1; do
		lo=4
		[[ $any != *:* ]] || lo=6
		spawn here datagram socket $lo udp bind "$any" $((lo * 1000)) touch "$dir/up$lo" recv 6 touch "$dir/got$lo" pause
		wait_for 60 test -e "$dir/up$lo"
		within here datagram socket $lo udp to "$any" $((lo * 1000)) send 1 10 send 2 20
		within here datagram socket $lo udp connect "$any" $((lo * 1000)) send 1 1400
		within here datagram socket $lo udp bind "$any" $((lo * 100)) connect "$any" $((lo * 1000)) send 1 0 send 1 1
		wait_for 60 test -e "$dir/got$lo"
	done
	entries here <<-'EOF'
		length == 8 and all(.role == "datagram" and (has("handshake") or has("state") | not))
		[.[0, 4]] | all(.datagrams | .received == 6 and .taken == 6 and .bytes_received == 1451 and .largest_received == 1400)
		[.[0, 4]] | all(.datagrams | .peers == 3 and (.peers_estimated | not) and .sent == 0 and (has("first_out_ns") | not))
		[.[0, 4]] | all(.datagrams.lost_full == 0 and .datagrams.queue_peak > 0 and calls == "socket bind recv")
		.[0] | .datagrams.last_peer == {"addr": "127.0.0.1", "port": 400}
		.[4] | .datagrams.last_peer == {"addr": "::1", "port": 600}
		[.[1, 5]] | all(.datagrams | .sent == 3 and .bytes_sent == 50 and .largest_sent == 20 and .peers == 1)
		[.[1, 5]] | all(calls == "socket send exit" and .local.port > 1024 and .port_chosen and (has("remote") | not))
		[.[2, 6]] | all(.datagrams | .sent == 1 and .largest_sent == 1400)
		.[2] | .remote == {"addr": "127.0.0.1", "port": 4000} and .local.addr == "127.0.0.1"
		[.[3, 7]] | all(.datagrams | .sent == 2 and .bytes_sent == 1 and .largest_sent == 1)
		[.[3, 7]] | all(calls == "socket bind connect connect-return send exit")
		[.[0, 4] | .datagrams.first_in_ns + .start_ns] <= [.[1, 5] | .datagrams.first_out_ns + .start_ns + 1000000000]
	EOF
	[ "$(column here 4000 received) $(column here 4000 bytes-received) $(column here 4000 peers)" = "6 1451 3" ]
	[ "$(snmp here Udp.InDatagrams)" -eq 6 ]
	[ "$(snmp here Udp.OutDatagrams)" -eq 6 ]
}

loopback=([4]=127.0.0.1 [6]=::1)

# little_room FAMILY: a socket with a small buffer at port FAMILY00 of the loopback address, which is read once the file
# goFAMILY is there
little_room() {
	spawn here datagram socket "$1" udp rcvbuf 4096 bind "${loopback[$1]}" "$1"00 touch "$BATS_TEST_TMPDIR/up$1" \
		await "$BATS_TEST_TMPDIR/go$1" drain close touch "$BATS_TEST_TMPDIR/done$1"
	wait_for 60 test -e "$BATS_TEST_TMPDIR/up$1"
}

@test "a burst into a small buffer: what was lost is what ss and the kernel say" {
	local dir=$BATS_TEST_TMPDIR family read
	namespace here
	load_module
	for family in 4 6; do
		little_room "$family"
		within here datagram socket $family udp connect "${loopback[family]}" ${family}00 send 50 1000
		# What is in the queue now, and what was dropped
		read=$(ss_memory here ${family}00)
		[ "$(column here ${family}00 queue-peak) $(column here ${family}00 lost-full)" = "$read" ]
		[ "${read##* }" -gt 30 ]
		touch "$dir/go$family"
		wait_for 60 test -e "$dir/done$family"
	done
	entries here <<-'EOF'
		[.[0, 2]] | all(.datagrams | .received + .lost_full == 50 and .taken == .received and .lost_other == 0)
		[.[0, 2]] | all(.live == false and calls == "socket bind recv close")
		[.[1, 3]] | all(.datagrams.sent == 50)
	EOF
	[ "$(snmp here Udp.RcvbufErrors)" -eq "$(column here 400 lost-full)" ]
	# The programs' own counts
	[ "$(sort -n "$dir/spawned.log")" = "$(printf '%s\n' "$(column here 400 taken)" "$(column here 600 taken)" | sort -n)" ]
}

@test "too large, to a closed port, without a route, against a filter: failed sends with their reasons" {
	namespace here
	firewall here output udp dport 99 drop
	load_module
	within here datagram socket 4 udp to 127.0.0.1 53 fails EMSGSIZE send 1 70000 fails EMSGSIZE send 1 70000
	within here datagram socket 6 udp to ::1 53 fails EMSGSIZE send 1 70000
	within here datagram socket 4 udp connect 127.0.0.1 77 send 1 5 trouble fails ECONNREFUSED send 1 5 send 1 5
	within here datagram socket 6 udp connect ::1 77 send 1 5 trouble fails ECONNREFUSED send 1 5
	within here datagram socket 4 udp to 10.1.2.3 53 fails ENETUNREACH send 1 5
	within here datagram socket 6 udp to fd00::1 53 fails ENETUNREACH send 1 5
	within here datagram socket 4 udp to 127.0.0.1 99 fails EPERM send 1 5
	within here datagram socket 4 udp fails EDESTADDRREQ send 1 5
	entries here <<-'EOF'
		.[0] | .datagrams | .send_errors == 2 and .too_large == 2 and .sent == 0
		.[1] | .datagrams | .send_errors == 1 and .too_large == 1
		.[2] | .datagrams | .sent == 2 and .send_errors == 1 and .icmp_error == "ECONNREFUSED" and .icmp_errors >= 1
		.[3] | .datagrams | .sent == 1 and .send_errors == 1 and .icmp_error == "ECONNREFUSED"
		.[2] | calls == "socket connect connect-return send send=ECONNREFUSED exit"
		.[4:8] | all(.datagrams | .sent == 0 and .send_errors == 1 and .too_large == 0)
	EOF
	holds "$(failures here)" <<-'EOF'
		map(failure) | .[0:2] == ["send EMSGSIZE 127.0.0.1 53", "send EMSGSIZE ::1 53"]
		map(failure) | .[2:4] == ["send ECONNREFUSED 127.0.0.1 77", "send ECONNREFUSED ::1 77"]
		map(failure) | .[4:6] == ["send ENETUNREACH 10.1.2.3 53", "send ENETUNREACH fd00::1 53"]
		map(.error) | .[6:8] == ["EPERM", "EDESTADDRREQ"] and length == 8
	EOF
}

@test "ICMP errors count once, whether they wait in a queue or not" {
	local family address
	namespace here
	load_module
	for family in 4 6; do
		address=127.0.0.1
		[ $family -eq 4 ] || address=::1
		within here datagram socket $family udp connect $address 77 send 1 5 trouble
		within here datagram socket $family udp recverr connect $address 77 send 1 5 trouble \
			fails ECONNREFUSED send 1 5 send 1 5 errors 2
	done
	wait_for 60 udp here '[.[1, 3]] | all(.datagrams | .icmp_errors >= 2)'
	entries here <<-'EOF'
		[.[].datagrams.icmp_errors] == [1, 2, 1, 2]
		all(.datagrams.icmp_error == "ECONNREFUSED" and .datagrams.peers == 1)
		[.[].datagrams.sent] == [1, 2, 1, 2]
	EOF
	nothing_missed here
}

@test "a wrong checksum: received, and lost when it is read" {
	local dir=$BATS_TEST_TMPDIR family address
	namespace here
	load_module
	for family in 4 6; do
		address=127.0.0.1
		[ $family -eq 4 ] || address=::1
		spawn here datagram socket $family udp bind $address ${family}00 touch "$dir/up$family" recv 1 \
			touch "$dir/read$family" await "$dir/go" drain close touch "$dir/done$family"
		wait_for 60 test -e "$dir/up$family"
		within here datagram spoil $address ${family}00 200
		within here datagram socket $family udp connect $address ${family}00 send 1 200
		wait_for 60 test -e "$dir/read$family"
	done
	udp here '[.[0, 2]] | all(.datagrams | .received == 2 and .taken == 1 and .lost_other == 1 and .lost_full == 0)'
	# Nothing comes after these.
	within here datagram spoil 127.0.0.1 400 200 spoil ::1 600 200
	touch "$dir/go"
	for family in 4 6; do wait_for 60 test -e "$dir/done$family"; done
	udp here '[.[0, 2]] | all(.live == false and (.datagrams | .received == 3 and .taken == 1 and .lost_other == 2))'
	[ "$(column here 400 lost-other) $(column here 600 lost-other)" = "2 2" ]
	[ "$(snmp here Udp.InCsumErrors)" -eq 2 ]
}

@test "a multicast group with three members, and one that leaves" {
	local dir=$BATS_TEST_TMPDIR i
	namespace here
	within here ip route add 239.0.0.0/8 dev lo
	load_module
	for i in 1 2 3; do
		spawn here datagram socket 4 udp bind 0.0.0.0 $((5000 + i)) join 239.1.2.3 touch "$dir/up$i" recv 1 \
			await "$dir/leave" leave 239.1.2.3 touch "$dir/left$i" pause
		wait_for 60 test -e "$dir/up$i"
	done
	spawn here datagram socket 6 udp bind :: 6000 join ff02::99 join ff02::98 join 239.1.2.4 touch "$dir/up6" \
		await "$dir/leave" shun ff02::98 touch "$dir/left6" pause
	wait_for 60 test -e "$dir/up6"
	spawn here datagram socket 4 udp bind 0.0.0.0 6001 join 239.1.2.4 touch "$dir/up4" \
		await "$dir/leave" shun 239.1.2.4 touch "$dir/left4" pause
	wait_for 60 test -e "$dir/up4"
	entries here <<-'EOF'
		.[0:3] | all(.datagrams | .groups == 1 and (.group | only | .addr == "239.1.2.3" and .ifindex == 1))
		.[3] | .datagrams.groups == 3 and ([.datagrams.group[].addr] | sort) == ["239.1.2.4", "ff02::98", "ff02::99"]
		.[4] | .datagrams.groups == 1
	EOF
	for i in 1 2 3; do
		within here datagram socket 4 udp to 239.1.2.3 $((5000 + i)) send 1 33
	done
	wait_for 60 udp here '.[0:3] | all(.datagrams.taken == 1 and .datagrams.bytes_received == 33)'
	touch "$dir/leave"
	for i in 1 2 3 4 6; do wait_for 60 test -e "$dir/left$i"; done
	udp here '.[0:3] | all(.datagrams.groups == 0)'
	udp here '.[3:5] | map(.datagrams.groups) == [2, 0]'
	[ "$(column here 5001 groups)" -eq 0 ]
}

@test "many peers: exact up to eight, an estimate beyond, and it says so" {
	local i steps=''
	namespace here
	load_module
	for i in {1..8}; do steps+=" to 127.0.0.$i 53 send 2 1"; done
	# shellcheck disable=SC2086 # words on purpose
	within here datagram socket 4 udp $steps
	udp here '.[0].datagrams | .peers == 8 and (.peers_estimated | not) and .sent == 16'
	steps=''
	for i in {1..200}; do steps+=" to 127.0.1.$i 53 send 1 1"; done
	# shellcheck disable=SC2086
	within here datagram socket 4 udp $steps
	udp here '.[1].datagrams | .peers_estimated and (.peers > 180 and .peers < 220) and .last_peer.addr == "127.0.1.200"'
	[[ $(proc here datagrams | awk '$1 == 2 { print $13 }') == '~'* ]]
}

@test "of one address on two links: two peers" {
	local dir=$BATS_TEST_TMPDIR device
	namespace here there
	for device in left right; do
		link here $device there $device
		address here $device fe80::1/64
		address there $device fe80::2/64
	done
	load_module
	spawn there datagram socket 6 udp bind :: 53 touch "$dir/up" recv 3 touch "$dir/got" pause
	wait_for 60 test -e "$dir/up"
	within here datagram socket 6 udp bind :: 4000 to fe80::2%left 53 send 2 10 to fe80::2%right 53 send 1 10
	wait_for 60 test -e "$dir/got"
	entries here <<<'only | .datagrams | .sent == 3 and .peers == 2 and .last_peer.addr == "fe80::2"'
	entries there <<<'only | .datagrams | .received == 3 and .taken == 3 and .peers == 2 and .last_peer == {"addr": "fe80::1", "port": 4000}'
	# Which link that was
	within here sockledger datagrams | grep -F '[fe80::2%right]:53'
	within here sockledger show role datagram | grep -F '[fe80::2%right]:53'
	entries here <<<"only | .datagrams.peer_scope == $(ifindex here right)"
}

@test "through IPsec: each is sent once, in ESP, in ESP in UDP, behind AH" {
	local dir=$BATS_TEST_TMPDIR
	namespace here there
	link here eth0 there eth0
	address here eth0 10.0.1.2/24 fd00:1::2/64
	address there eth0 10.0.1.1/24 10.0.1.3/24 fd00:1::1/64 fd00:1::3/64
	secure 17 10.0.1.2 10.0.1.1 esp enc 'ecb(cipher_null)' ''
	secure 17 10.0.1.2 10.0.1.3 esp enc 'ecb(cipher_null)' '' encap espinudp 4500 4500 0.0.0.0
	secure 17 fd00:1::2 fd00:1::1 esp enc 'ecb(cipher_null)' ''
	secure 17 fd00:1::2 fd00:1::3 ah
	load_module
	spawn there datagram socket 6 udp bind :: 53 touch "$dir/up" recv 9 touch "$dir/got" pause
	wait_for 60 test -e "$dir/up"
	within here datagram socket 4 udp to 10.0.1.1 53 send 3 10
	within here datagram socket 4 udp to 10.0.1.3 53 send 3 10
	within here datagram socket 6 udp to fd00:1::1 53 send 3 10
	within here datagram socket 6 udp to fd00:1::3 53 send 3 10
	# But for those in UDP, which nobody takes out of it
	wait_for 60 test -e "$dir/got"
	entries here <<-'EOF'
		[.[].datagrams | .sent, .bytes_sent, .peers] == [3, 30, 1, 3, 30, 1, 3, 30, 1, 3, 30, 1]
		[.[].datagrams.last_peer.addr] == ["10.0.1.1", "10.0.1.3", "fd00:1::1", "fd00:1::3"]
		all(.datagrams.last_peer.port == 53)
	EOF
}

@test "from a VRF to itself, to another machine and to all: each is sent once" {
	local dir=$BATS_TEST_TMPDIR
	vrf_up
	load_module
	spawn here datagram socket 6 udp bind :: 53 touch "$dir/up" recv 4 touch "$dir/got" pause
	wait_for 60 test -e "$dir/up"
	within here datagram socket 4 udp device red to "$client4" 53 send 2 10 to 10.0.1.1 53 send 3 10
	within here datagram socket 6 udp device red to "$client6" 53 send 2 10 to fd00:1::1 53 send 3 10
	within here datagram socket 4 udp device red broadcast to 10.0.1.255 53 send 2 10 to 255.255.255.255 53 send 3 10
	wait_for 60 test -e "$dir/got"
	entries here <<-'EOF'
		.[0].datagrams | .received >= 4 and .peers >= 2
		.[1:4] | length == 3 and all(.datagrams | .sent == 5 and .bytes_sent == 50 and .peers == 2)
		[.[1:4][].datagrams.last_peer.addr] == ["10.0.1.1", "fd00:1::1", "255.255.255.255"]
	EOF
}

@test "UDP-Lite, segmentation offload, a datagram that is looked at, a disconnect" {
	local dir=$BATS_TEST_TMPDIR
	namespace here
	load_module
	spawn here datagram socket 4 udplite bind 127.0.0.1 53 touch "$dir/lite" recv 1 touch "$dir/read" pause
	wait_for 60 test -e "$dir/lite"
	within here datagram socket 4 udplite to 127.0.0.1 53 send 1 7
	wait_for 60 test -e "$dir/read"
	spawn here datagram socket 4 udp bind 127.0.0.1 54 touch "$dir/up" peek touch "$dir/peeked" await "$dir/go" drain touch "$dir/drained" pause
	wait_for 60 test -e "$dir/up"
	within here datagram socket 4 udp gso 100 connect 127.0.0.1 54 send 1 1000
	wait_for 60 test -e "$dir/peeked"
	udp here '.[2].datagrams | .received == 10 and .bytes_received == 1000 and .largest_received == 100 and .taken == 0'
	touch "$dir/go"
	wait_for 60 test -e "$dir/drained"
	within here datagram socket 4 udp bind 127.0.0.1 55 connect 127.0.0.1 54 disconnect to 127.0.0.1 56 send 1 1
	# Read in one piece
	spawn here datagram socket 4 udp gro bind 127.0.0.1 57 touch "$dir/gro" recv 1 touch "$dir/whole" pause
	wait_for 60 test -e "$dir/gro"
	within here datagram socket 4 udp gso 100 to 127.0.0.1 57 send 1 1000
	wait_for 60 test -e "$dir/whole"
	entries here <<-'EOF'
		[.[0, 1]] | all(.proto == "udplite")
		.[0] | .datagrams.taken == 1 and .local.port == 53
		.[1] | .datagrams.sent == 1
		.[2] | .datagrams.taken == 10
		.[3] | .datagrams | .sent == 10 and .bytes_sent == 1000 and .largest_sent == 100
		.[4] | (has("remote") | not) and .local.port == 55 and .datagrams.last_peer.port == 56
		.[5].datagrams | .received == 10 and .bytes_received == 1000 and .largest_received == 100 and .taken == 10
	EOF
	[ "$(proc here datagrams | awk '$1 == 1 { print $2 }')" = udplite ]
}

@test "sockets that were there before the load, bound or not" {
	local dir=$BATS_TEST_TMPDIR
	namespace here
	spawn here datagram socket 4 udp bind 127.0.0.1 53 touch "$dir/bound" await "$dir/go" recv 1 close touch "$dir/closed" pause
	spawn here datagram socket 6 udp bind ::1 54 join ff02::99 touch "$dir/bound6" pause
	spawn here datagram socket 4 udplite bind 127.0.0.1 55 touch "$dir/lite" pause
	spawn here datagram socket 4 udp touch "$dir/free" await "$dir/go" to 127.0.0.1 53 send 1 9 touch "$dir/sent" pause
	for file in bound bound6 lite free; do wait_for 60 test -e "$dir/$file"; done
	load_module
	entries here <<-'EOF'
		length == 3 and all(.pre_existing and .live and .role == "datagram" and (has("opener") | not))
		map(select(.local.port == 54)) | only | .datagrams.group[0].addr == "ff02::99" and .family == "inet6"
	EOF
	touch "$dir/go"
	wait_for 60 test -e "$dir/closed"
	wait_for 60 test -e "$dir/sent"
	entries here <<-'EOF'
		length == 4
		map(select(.local.port == 53)) | only | .live == false and calls == "recv close" and .datagrams.taken == 1
		.[3] | .pre_existing and calls == "send" and .datagrams.sent == 1 and (.holders | only | .comm == "datagram")
	EOF
	[ "$(stat_of here entries_pre_existing)" -eq 3 ]
}

@test "counted nowhere: datagrams=0 keeps the entries and their calls" {
	namespace here
	load_module datagrams=0
	within here datagram socket 4 udp to 127.0.0.1 53 send 3 100
	entries here <<<'only | .role == "datagram" and (has("datagrams") | not) and calls == "socket exit"'
	# Nor does the file say that it was nothing.
	proc here datagrams
	[ "$(proc here datagrams | cut -d' ' -f 5-23 | uniq | tail -n 1)" = '- - - - - - - - - - - - - - - - - - -' ]
	nothing_missed here
	stat_is here probe_udp_sendmsg_hits -eq 0
}

@test "who found no room is not let in, nor counted as a socket, with each datagram" {
	local dir=$BATS_TEST_TMPDIR before
	namespace here
	# Bound to nothing, it is not found when the module comes.
	spawn here datagram socket 4 udp touch "$dir/up" await "$dir/go" to 127.0.0.1 9 send 100 10 touch "$dir/sent" pause
	wait_for 60 test -e "$dir/up"
	load_module max_live=16
	spawn here endpoint bind 127.0.0.1 80 listen 50 accepts 20 pause
	wait_for 60 listens here 80
	spawn here endpoint connects 20 127.0.0.1 80 touch "$dir/full" pause
	wait_for 60 test -e "$dir/full"
	stat_is here entries_live -eq 16
	before=$(stat_of here lost_idle_full)
	touch "$dir/go"
	wait_for 60 test -e "$dir/sent"
	[ "$(stat_of here lost_idle_full)" -eq "$before" ]
	stat_is here lost_unknown_socket -ge 100
	# What failed is filed all the same.
	within here datagram socket 4 udp to 10.9.0.1 9 fails ENETUNREACH send 1 10
	failed here 'last | .what == "send" and .error == "ENETUNREACH" and .entry_id == null'
}

@test "while no namespace counts, the probes rest; with the first they are back, with the last they go" {
	namespace here
	namespace there
	load_module datagrams=0
	local name hits
	for name in here there; do
		within $name sockledger set datagrams on
		within $name datagram socket 4 udp to 127.0.0.1 53 send 1 100
	done
	hits=$(stat_of here probe_udp_sendmsg_hits)
	[ "$hits" -ge 2 ]
	within here sockledger set datagrams off
	within there datagram socket 6 udp to ::1 53 send 1 100
	stat_is here probe_udpv6_sendmsg_hits -ge 1
	# A namespace that goes counts no more.
	ip netns delete there
	wait_for 60 rests here
	within here sockledger set datagrams on
	within here datagram socket 4 udp to 127.0.0.1 53 send 1 100
	entries here <<<'last | .datagrams.sent == 1'
}

# rests NETNS: is a datagram heard by no probe?
rests() {
	local before
	before=$(stat_of "$1" probe_udp_sendmsg_hits)
	within "$1" datagram socket 4 udp to 127.0.0.1 53 send 1 100
	stat_is "$1" probe_udp_sendmsg_hits -eq "$before"
}

@test "what is dropped while nobody counts is in no number later" {
	local dir=$BATS_TEST_TMPDIR family kernel
	namespace here
	load_module
	for family in 4 6; do
		little_room "$family"
		within here datagram socket $family udp connect "${loopback[family]}" ${family}00 send 50 1000
		kernel=$(column here ${family}00 lost-full)
		within here sockledger set datagrams off
		within here datagram socket $family udp connect "${loopback[family]}" ${family}00 send 20 1000
		within here sockledger set datagrams on
		within here datagram socket $family udp connect "${loopback[family]}" ${family}00 send 3 1000
		[ "$(column here ${family}00 lost-full)" -eq $((kernel + 3)) ]
		[ "$(column here ${family}00 lost-other)" -eq 0 ]
		# Off again while its program lets go of it
		within here datagram socket $family udp connect "${loopback[family]}" ${family}00 send 1 1000
		within here sockledger set datagrams off
		within here datagram socket $family udp connect "${loopback[family]}" ${family}00 send 5 1000
		touch "$dir/go$family"
		wait_for 60 test -e "$dir/done$family"
		within here sockledger set datagrams on
		entries here <<<".[] | select(.local.port == ${family}00) | .datagrams | .lost_full == $((kernel + 4)) and .lost_other == 0"
	done
}

@test "a port that was lost and another that was got instead" {
	namespace here
	load_module
	spawn here datagram socket 4 udp bind 127.0.0.1 0 touch "$BATS_TEST_TMPDIR/bound" pause
	wait_for 60 test -e "$BATS_TEST_TMPDIR/bound"
	entries here <<<'only | .port_chosen and .local.port > 0'
	spawn here datagram socket 4 udp connect 127.0.0.1 9 disconnect to 127.0.0.1 9 send 1 1 touch "$BATS_TEST_TMPDIR/sent" pause
	local pid=$!
	wait_for 60 test -e "$BATS_TEST_TMPDIR/sent"
	entries here <<<"last | .port_chosen and .local.port == $(within here ss -Hunap | sed -n "s/.* [^ ]*:\([0-9]*\) .*pid=$pid,.*/\1/p")"
	within here datagram socket 4 udp connect 127.0.0.1 9 disconnect bind 127.0.0.1 5353
	entries here <<<'last | .local.port == 5353 and (.port_chosen | not)'
	within here endpoint socket 4 tcp fails ECONNREFUSED reconnect 127.0.0.1 81 fails ENETUNREACH reconnect 192.0.2.1 80
	entries here <<-'EOF'
		role("active") | length == 2 and .[0].port_chosen
		role("active")[1] | result == "active unreachable no-route" and (has("local") | not) and (.port_chosen | not)
	EOF
	within here endpoint socket 4 tcp fails ECONNREFUSED reconnect 127.0.0.1 81 bind 127.0.0.1 5000 listen 1
	entries here <<<'last | .role == "listener" and .local.port == 5000 and (.port_chosen | not)'
}

@test "a flood of datagrams, from four programs to one: every one is sent, and received or lost" {
	local dir=$BATS_TEST_TMPDIR each=${DATAGRAMS:-10000} i address
	namespace here
	load_module
	spawn here datagram socket 6 udp bind :: 53 touch "$dir/up" until "$dir/over" touch "$dir/read" pause
	wait_for 60 test -e "$dir/up"
	for i in 1 2 3 4; do
		address=::1
		[ $((i % 2)) -eq 0 ] || address=::ffff:127.0.0.1
		spawn here datagram socket 6 udp connect "$address" 53 \
			send "$each" 100 touch "$dir/sent$i" pause
	done
	for i in 1 2 3 4; do wait_for 400 test -e "$dir/sent$i"; done
	touch "$dir/over"
	wait_for 60 test -e "$dir/read"
	# shellcheck disable=SC2016 # jq's variables
	holds "$(jq -n --argjson entries "$(ledger here)" --argjson each "$each" --argjson read "$(<"$dir/spawned.log")" \
		'{ server: $entries[0].datagrams, clients: $entries[1:5], each: $each, read: $read }')" <<-'EOF'
		.each as $each | .clients | length == 4 and all(.datagrams | .sent == $each and .bytes_sent == 100 * $each)
		.server.received + .server.lost_full == 4 * .each
		.server | .taken == .received and .bytes_received == 100 * .received and .peers == 4 and .lost_other == 0
		.server.taken == .read
	EOF
	nothing_missed here
}

@test "many short sockets are all in history or accounted for" {
	local each=${SHORT:-4000} kept
	kept=$((each * 4 / 5))
	namespace here
	load_module max_history=$kept
	within here datagram socket 4 udp connect 127.0.0.1 53 send 1 1 close again "$each"
	within here datagram socket 6 udp connect ::1 53 send 1 1 close again "$each"
	nothing_missed here
	stat_is here entries_opened -eq $((2 * each))
	stat_is here entries_live -eq 0
	stat_is here entries_history -eq $kept
	stat_is here history_evicted -eq $((2 * each - kept))
	each here "[inputs | .datagrams.sent + .datagrams.send_errors] | length == $kept and all(. == 1)" | grep -qx true
}

@test "asked, answered and closed at once: the answer is counted, however late its queue tells" {
	local lo
	namespace here
	load_module
	for lo in 4 6; do
		spawn here datagram socket $lo udp bind "${loopback[$lo]}" "${lo}00" touch "$BATS_TEST_TMPDIR/up$lo" answer 2000 pause
		wait_for 60 test -e "$BATS_TEST_TMPDIR/up$lo"
		within here datagram socket $lo udp connect "${loopback[$lo]}" "${lo}00" send 1 10 recv 1 close again 2000
	done
	wait_for 60 udp here 'map(.datagrams.received) | add == 8000'
	entries here <<-'EOF'
		length == 4002
		map(select(.datagrams.sent == 2000 and .datagrams.taken == 2000)) | length == 2
		map(.datagrams | select(.sent == 1 and .received == 1 and .taken == 1 and .bytes_received == 10)) | length == 4000
	EOF
}

@test "a real DNS server and its client" {
	namespace here
	load_module
	spawn here dnsmasq -k -p 53 --no-resolv --no-hosts --bind-interfaces -i lo --address=/example.org/192.0.2.7 --user=root --pid-file=
	wait_for 60 udp here 'any(.local.port == 53 and .local.addr == "127.0.0.1")'
	[ "$(within here nslookup example.org 127.0.0.1 | awk '/^Address/ { a = $NF } END { print a }')" = 192.0.2.7 ]
	wait_for 60 udp here 'map(select(.local.port == 53 and .local.addr == "127.0.0.1")) | only | .datagrams | .received >= 1 and .sent == .received and .taken == .received'
	wait_for 60 udp here 'map(select(.remote.port == 53 or .datagrams.last_peer.port == 53)) | length >= 1 and all(.datagrams | .sent >= 1 and .received == .sent)'
}
