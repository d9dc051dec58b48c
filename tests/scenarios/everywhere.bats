# SPDX-License-Identifier: GPL-2.0-only
# All network namespaces at once: sockledger --all-netns.
# lab-kernels: !(6.1)
# shellcheck disable=SC2016,SC2154 # jq's variables; words come from there
load lib
load words

# background COMMAND…: until the test ends, outside of any namespace made for it; its pid is in $!
background() {
	"$@" </dev/null >/dev/null 2>&1 3>&- &
	spawned+=($!)
}

inode() { stat -L -c %i "$1"; }

# What listens on which port in which namespace, one a line; $1: all that is told of the latter
listening() {
	sockledger listeners --all-netns --json | jq -r ".[] | \"\\(.local.port) \\($1)\"" | sort -n
}

@test "the listings go through every namespace, named or not, once" {
	namespace red
	namespace 'bl\ue'
	load_module
	background endpoint bind 127.0.0.1 1000 listen 5 pause
	spawn red endpoint bind 127.0.0.1 1001 listen 5 pause
	# Two programs in one, which has two names
	spawn 'bl\ue' endpoint bind 127.0.0.1 1002 listen 5 pause
	spawn 'bl\ue' endpoint bind 127.0.0.1 1003 listen 5 pause
	touch /run/netns/twin
	mount --bind '/run/netns/bl\ue' /run/netns/twin
	# One without a name, and one without a process
	background unshare -n endpoint bind 127.0.0.1 1004 listen 5 pause
	local nameless=$!
	# A name that stands for nothing
	touch /run/netns/nothing
	within red endpoint fails EADDRNOTAVAIL connect 127.0.0.1 0 || :
	for port in 1000 1001 1002 1003 1004; do
		wait_for 60 eval "listening .netns | grep '^$port '"
	done
	run within red endpoint bind 127.0.0.1 1001
	[ "$(listening .netns)" = "$(printf '%s\n' "1000 $(inode /proc/self/ns/net)" "1001 $(inode /run/netns/red)" \
		"1002 $(inode '/run/netns/bl\ue')" "1003 $(inode '/run/netns/bl\ue')" "1004 $(inode /proc/$nameless/ns/net)")" ]
	[ "$(listening .netns_name | cut -d' ' -f2-)" = "$(printf '%s\n' null red 'bl\ue' 'bl\ue' null)" ]
	rm /run/netns/nothing

	# As a table; what is not printable in a name is escaped
	run sockledger --all-netns listeners sport = :1001 or sport = :1003 or sport = :1004
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(wc -l <<<"$output")" -eq 4 ]
	[[ ${lines[0]} == NETNS* ]]
	grep "^red .*:1001 " <<<"$output"
	grep -F 'bl\\ue  ' <<<"$output" | grep ':1003 '
	grep "^$(inode /proc/$nameless/ns/net) .*:1004 " <<<"$output"
	# From within another
	[ "$(within red sockledger --all-netns --json listeners | jq length)" -eq 5 ]
	[ "$(sockledger --all-netns --json list sport = :1004 | jq length)" -eq 1 ]
	[ "$(sockledger --all-netns --json datagrams)" = '[]' ]
	# A failed call, too, says where it was.
	[ "$(sockledger --all-netns --json calls src :1001 | jq -c 'map([.netns, .netns_name])')" = "[[$(inode /run/netns/red),\"red\"]]" ]
	sockledger --all-netns calls | grep '^red .*EADDRINUSE'
}

@test "namespaces that come and go while it looks are no error" {
	load_module
	background endpoint bind 127.0.0.1 1000 listen 5 pause
	wait_for 60 eval "listening .netns | grep '^1000 '"
	# shellcheck disable=SC2016 # for the inner shell
	background bash -c 'until [ -e "$0" ]; do
			ip netns add come; ip netns exec come true; unshare -n true; ip netns delete come
		done' "$BATS_TEST_TMPDIR/enough"
	local churn=$!
	for _ in {1..10}; do
		run sockledger --all-netns --json list sport = :1000
		[ "$status" -eq 0 ]
		[ "$(jq length <<<"$output")" -eq 1 ]
	done
	# It leaves none behind.
	touch "$BATS_TEST_TMPDIR/enough"
	wait "$churn"
}

@test "who may not enter other namespaces is told how many were left out" {
	namespace red
	load_module
	# Root of a user namespace of its own, which sees the process of another, and none of whose may be entered
	run su -s /bin/sh nobody -c 'unshare -r -n sh -c "endpoint bind 127.0.0.1 80 listen 5 close; sockledger --all-netns list"'
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"1 network namespace left out: entering one needs CAP_SYS_ADMIN"* ]]
	[[ $output == *listener* ]]
}

@test "--all-netns is for listings alone" {
	local command
	for command in 'show 1' watch stats set flush 'show live'; do
		# shellcheck disable=SC2086 # words
		run sockledger --all-netns $command
		[ "$status" -eq 2 ]
		[ "$output" = "sockledger: option \"--all-netns\" is for commands that list, not for \"${command%% *}\"" ]
	done
	run sockledger -N red --all-netns
	[ "$status" -eq 2 ]
	[ "$output" = 'sockledger: option "--netns" names one network namespace, and "--all-netns" is for all' ]
}
