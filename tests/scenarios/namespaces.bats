# SPDX-License-Identifier: GPL-2.0-only
# Every network namespace has a ledger of its own, and takes it along when it goes.
load lib
load words

files=(handshakes sockets listeners datagrams calls events stats)

# Entries that the module has in memory, in all namespaces
entries_in_memory() {
	echo 1 >/sys/kernel/slab/sockledger_entry/shrink
	awk '$1 == "sockledger_entry" { print $2 }' /proc/slabinfo
}

no_entries_in_memory() { [[ $(entries_in_memory) -eq 0 ]]; }

# A connection within a namespace, both ends held open
hold_connection() {
	spawn "$1" endpoint bind :: 80 listen 5 accept pause
	wait_for 60 listens "$1" 80
	spawn "$1" endpoint connect "$2" 80 pause
	wait_for 60 says "$1" 'map(select(.state == "ESTABLISHED")) | length == 2'
}

@test "a namespace sees its own entries and no others" {
	namespace red
	namespace blue
	load_module
	hold_connection red 127.0.0.1
	run ledger blue
	[ "$status" -eq 1 ]
	[ "$output" = "[]" ]
	run sockledger list --json
	[ "$output" = "[]" ]
	hold_connection blue ::1
	entries red <<<'length == 3 and (role("active") | only | .remote.addr) == "127.0.0.1"'
	entries blue <<<'length == 3 and (role("active") | only | .remote.addr) == "::1"'
	[ "$(tell red '.[0].netns')" -eq "$(within red readlink /proc/self/ns/net | tr -dc 0-9)" ]
	[ "$(tell red '.[0].netns')" -ne "$(tell blue '.[0].netns')" ]
	[ "$(stat_of red entries_live)" -eq 3 ]
	[ "$(stat_of blue passive_established)" -eq 1 ]
	[ "$(awk '$1 == "entries_opened" { print $2 }' /proc/net/sockledger/stats)" -eq 0 ]
	for file in handshakes sockets listeners events; do
		[ "$(wc -l <"/proc/net/sockledger/$file")" -eq 1 ]
	done
}

@test "sockledger -N reads another namespace" {
	namespace red
	load_module
	hold_connection red 127.0.0.1
	[ "$(sockledger -N red list --json | jq -c 'map(.id)')" = "$(tell red 'map(.id)')" ]
}

@test "the entries of a namespace vanish with it" {
	namespace red
	load_module
	hold_connection red ::1
	[ "$(entries_in_memory)" -gt 0 ]
	topology_down
	wait_for 100 no_entries_in_memory
}

@test "fifty namespaces with connections inside come and go" {
	load_module
	local i
	for i in {1..50}; do
		ip netns add "n$i"
		ip -n "n$i" link set lo up
		spawn "n$i" endpoint bind :: 80 listen 5 accepts 2 pause
		wait_for 60 listens "n$i" 80
		spawn "n$i" endpoint connect 127.0.0.1 80 connects 1 ::1 80 close pause
	done
	for i in {1..50}; do
		wait_for 60 says "n$i" 'length == 5 and (role("passive") | length == 2)'
	done
	[ "$(entries_in_memory)" -ge 250 ]
	topology_down
	wait_for 60 no_entries_in_memory
}

@test "a namespace made and removed while the module comes and goes" {
	local i
	for i in 1 2 3; do
		namespace "red$i"
		load_module
		hold_connection "red$i" 127.0.0.1
		topology_down
		unload_module
	done
}

@test "the files are for the namespace's root alone" {
	load_module
	local file way
	for file in "${files[@]}"; do
		[ "$(stat -c '%a %u %g' "/proc/net/sockledger/$file")" = "400 0 0" ]
		for way in '' 'unshare -r'; do
			run su -s /bin/sh nobody -c "$way cat /proc/net/sockledger/$file"
			[ "$status" -ne 0 ]
			[[ $output == *"Permission denied"* ]]
		done
	done
}

@test "without rights netlink refuses and the reader says what is missing" {
	load_module
	local question way
	# As nobody, and as root of a user namespace that the network namespace does not belong to: the machine's, and one
	# of a user namespace of theirs
	for way in '' 'unshare -r' 'unshare -r -n unshare -r'; do
		for question in 'do 1 1 2:0100000000000000' 'dump 1 1' 'do 2 1' 'dump 3 1' 'do 4 1' 'do 5 1 2:10000000' 'do 6 1' \
			'do 6 1 3:0100000000000000' 'join events'; do
			run su -s /bin/sh nobody -c "$way badnl $question"
			echo "$way $question: $output"
			[ "$output" = "EPERM" ]
		done
	done
	run su -s /bin/sh nobody -c 'sockledger list'
	[ "$status" -eq 2 ]
	[ "$output" = "sockledger: reading the ledger needs CAP_NET_ADMIN in the network namespace" ]
}

# As nobody, who is root in a user namespace of its own: the network namespace may be made together with it, or later.
@test "root of a user namespace reads the ledger of its own network namespace" {
	load_module
	local way
	for way in 'unshare -r -n sh -c' 'unshare -r unshare -n sh -c'; do
		# shellcheck disable=SC2016 # for the inner shell
		run su -s /bin/sh nobody -c "$way"' "
			stat -c %u:%a /proc/net/sockledger/stats && cat /proc/net/sockledger/stats | head -n 1 &&
			{ grep -c ^probe_.*_hits /proc/net/sockledger/stats || grep -c ^probe_.*_attached /proc/net/sockledger/stats; } &&
			endpoint bind 127.0.0.1 80 listen 5 close && sockledger list --json &&
			cut -d\  -f 12 /proc/net/sockledger/sockets"'
		echo "$output"
		[ "$status" -eq 0 ]
		[ "${lines[0]}" = 0:400 ]
		[ "${lines[1]}" = "name value" ]
		# How often others did what is not told.
		[ "${lines[2]}" = 0 ]
		[ "${lines[3]}" -gt 0 ]
		[[ $output == *'"role":"listener"'* ]]
		# Who it is it knows by the numbers of its own.
		[[ $output == *'"uid":0'* ]]
		[ "${lines[-1]}" = 0 ]
	done
}

@test "every question is answered to root of a user namespace, about its own network namespace" {
	load_module
	endpoint socket 4 tcp close
	local question
	for question in 'dump 1 1' 'do 2 1' 'dump 3 1' 'do 4 1' 'do 5 1 2:10000000' 'do 6 1' 'do 6 1 3:0100000000000000' \
		'join events'; do
		run su -s /bin/sh nobody -c "unshare -r -n badnl $question"
		echo "$question: $output"
		[[ $output == OK || $output == answered || $output == joined ]]
	done
	run su -s /bin/sh nobody -c 'unshare -r -n sockledger list --json'
	[ "$output" = '[]' ]
	run su -s /bin/sh nobody -c 'unshare -r -n badnl do 1 1 2:0100000000000000'
	[[ $output == ENOENT* ]]
	[ "$(sockledger list --json | jq length)" -eq 1 ]
}

@test "what the upper devices of an ipvlan get is no business of the lower one's namespace" {
	namespace far here inside
	link far eth0 here eth0
	address far eth0 10.9.0.1/24 fd09::1/64
	address here eth0 10.9.0.2/24 fd09::2/64
	# The lab's own kernels have none.
	ip -n here link add link eth0 name up0 type ipvlan mode l3s || skip "no ipvlan here"
	ip -n here link set up0 netns inside
	ip -n inside link set up0 up
	address inside up0 10.8.0.3/24 fd08::3/64
	# They have no hardware address that one could ask for.
	ip -n far route add 10.8.0.0/24 via 10.9.0.2
	ip -n far route add fd08::/64 via fd09::2
	ip -n inside route add default dev up0
	ip -n inside -6 route add default dev up0
	load_module
	spawn inside endpoint bind :: 80 listen 5 accepts 2 pause
	wait_for 60 listens inside 80
	spawn far endpoint connect 10.8.0.3 80 pause
	spawn far endpoint connect fd08::3 80 pause
	wait_for 60 says inside 'role("passive") | length == 2 and all(.state == "ESTABLISHED")'
	entries far <<<'role("active") | length == 2 and all(.handshake.outcome == "established")'
	entries here <<<'map(select(.handshake)) == []'
	stat_is here segments_syn -eq 0
}
