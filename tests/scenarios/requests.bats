# SPDX-License-Identifier: GPL-2.0-only
# Netlink requests that are wrong, or made up at random: each is answered, or refused with a sentence.
load lib
load words

@test "netlink requests that make no sense are refused with a sentence" {
	namespace here
	load_module
	local request answer
	while IFS='|' read -r request answer; do
		echo "$request: $answer"
		# shellcheck disable=SC2086 # words
		run within here badnl $request
		echo "$output"
		# shellcheck disable=SC2053 # a pattern
		[[ $output == $answer ]]
	done <<-'EOF'
		do 1 1|EINVAL the id of an entry is required, or its local endpoint
		do 1 1 2:0000000000000000|ERANGE integer out of range
		do 1 1 2:0100|*attribute*length*
		do 1 1 2:|*attribute*length*
		do 1 1 2:0100000000000000ff|*attribute*length*
		do 1 1 2:0100000000000000 77:00|EINVAL Unknown attribute type
		do 1 1 3:01000000|EINVAL Unsupported attribute
		do 1 1 2:0100000000000000 5:06|EINVAL an id says it all: nothing goes with it
		do 1 1 10:7f000001|EINVAL an endpoint has an address and a port
		do 1 1 11:0050|EINVAL an endpoint has an address and a port
		do 1 1 10:7f000001 11:0000|EINVAL no endpoint has port 0
		do 1 1 10:7f0000 11:0050|EINVAL an address has 4 bytes or 16
		do 1 1 10:7f000001ffffffffffffffffffffffffff 11:0050|ERANGE Attribute failed policy validation
		do 1 1 12:7f000001 13:0050|EINVAL the id of an entry is required, or its local endpoint
		do 1 1 10:7f000001 11:0050 12:7f000001|EINVAL an endpoint has an address and a port
		do 1 1 10:7f000001 11:0050 5:00|ERANGE integer out of range
		do 1 1 10:7f000001 11:0050|ENOENT no entry has this endpoint
		do 1 1 32805:|EINVAL a filter is for a dump
		do 1 1 39:00|EINVAL detail is for a dump
		do 1 1 2:0100000000000000 39:00|EINVAL an id says it all: nothing goes with it
		do 1 1 2:0100000000000000|ENOENT no entry has this id: it never had one, or history has moved on
		do 1 1 2:ffffffffffffffff|ENOENT no entry has this id: it never had one, or history has moved on
		dump 1 1 2:0100000000000000|EINVAL a dump takes nothing but a filter and a detail
		dump 1 1 10:7f000001|EINVAL a dump takes nothing but a filter and a detail
		dump 1 1 39:|*attribute*length*
		dump 1 1 39:03|ERANGE integer out of range
		dump 1 1 37:|EINVAL NLA_F_NESTED is missing
		dump 1 1 32805:050002000b000000|EAFNOSUPPORT the family is AF_INET or AF_INET6
		dump 1 1 32805:0500030000000000|ERANGE integer out of range
		dump 1 1 32805:0500040002000000|ERANGE integer out of range
		dump 1 1 32805:0800050000000000|EINVAL a set has at least one member
		dump 1 1 32805:0800050000000080|EINVAL reserved bit set
		dump 1 1 32805:0800060000000080|EINVAL reserved bit set
		dump 1 1 32805:0c0008000000000000000000|EINVAL a set has at least one member
		dump 1 1 32805:060009000051000006000a0000500000|EINVAL a range of ports begins at 1 or later, and does not end before it begins
		dump 1 1 32805:0600090000000000|EINVAL a range of ports begins at 1 or later, and does not end before it begins
		dump 1 1 32805:06000a0000000000|EINVAL a range of ports begins at 1 or later, and does not end before it begins
		dump 1 1 32805:07000d000a000000|EINVAL an address has 4 bytes or 16
		dump 1 1 32805:08000d000a00000105000e0021000000|EINVAL a prefix is no longer than its address
		dump 1 1 32805:05000e0008000000|EINVAL the length of a prefix needs its address
		dump 1 1 32805:14000d000000000000000000000000000000000005000e0000000000|EINVAL a prefix of no bits is no condition: leave it out
		dump 1 1 32805:0800110000000000|ERANGE integer out of range
		dump 1 1 32805:0c0012000000000000000000|ERANGE integer out of range
		dump 1 1 32805:050063000000000000000000|EINVAL Unknown attribute type
		dump 1 1 32805:|OK
		dump 1 1 77:00|EINVAL Unknown attribute type
		do 2 1 1:00|EINVAL*
		dump 2 1|EOPNOTSUPP*
		dump 3 1 2:0100000000000000|EINVAL*
		do 3 1|EOPNOTSUPP*
		do 4 1 2:10000000|EINVAL*
		dump 4 1|EOPNOTSUPP*
		do 5 1 2:0f000000|ERANGE integer out of range
		do 5 1 2:1000|*attribute*length*
		do 5 1 3:01004000|ERANGE integer out of range
		do 5 1 4:01001000|ERANGE integer out of range
		do 5 1 5:0000000000000080|EINVAL reserved bit set
		do 5 1 6:02|ERANGE integer out of range
		do 5 1 7:80000000|EINVAL Unknown attribute type
		do 5 1 7:80000000|EINVAL Unknown attribute type
		do 6 1 2:0000000000000000|EINVAL Unsupported attribute
		do 6 1 3:0000000000000000|ERANGE integer out of range
		do 6 1 3:01000000|*attribute*length*
		do 6 1 3:0100000000000000|answered
		do 7 1|EOPNOTSUPP*
		do 0 1|EOPNOTSUPP*
		do 77 1|EOPNOTSUPP*
		do 2 1|answered
		do 2 99|answered
		dump 1 1|OK
	EOF
}

@test "netlink requests at random are answered, or refused with a sentence" {
	namespace here
	load_module
	spawn here endpoint bind :: 80 listen 5 pause
	wait_for 60 listens here 80
	run within here curl -s http://127.0.0.1:81/
	local seed
	for seed in 1 2 3; do
		within here badnl random $seed 3000
	done
	# What it set may be anything now, within bounds; the entry that lives is there all the same.
	entries here <<<'map(select(.role == "listener")) | length == 1'
}
