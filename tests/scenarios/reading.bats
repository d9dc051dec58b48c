# SPDX-License-Identifier: GPL-2.0-only
# The files of /proc/net/sockledger read in every way that programs read files.
# lab-kernels: !(6.1)
load lib
load words

files=(handshakes sockets listeners datagrams calls events stats)

# Some connections and what is left of some, where nothing happens any more
quiet_ledger() {
	namespace here
	load_module
	spawn here endpoint bind :: 80 listen 50 accepts 12 pause
	wait_for 60 listens here 80
	spawn here endpoint connects 6 127.0.0.1 80 connects 5 ::1 80 connect ::1 80 reset pause
	run within here curl -s http://127.0.0.1:81/
	spawn here datagram socket 4 udp bind 127.0.0.1 53 pause
	wait_for 60 says here 'length == 28 and (map(select(.state == "ESTABLISHED")) | length == 22) and (map(select(.live | not)) | length == 4) and
		(role("listener") | only | .ledger.accepted == 12)'
}

# read_by SIZE FILE: in blocks of so many bytes, without what changes by itself: time, and what the whole machine calls
read_by() {
	within here dd if="/proc/net/sockledger/$2" bs="$1" status=none |
		case $2 in
		sockets) awk '{ $5 = $6 = "" } 1' ;;
		listeners) awk '{ $4 = "" } 1' ;;
		stats) awk '/^probe_.*_(hits|missed|unwatched) / { $2 = "" } 1' ;;
		*) cat ;;
		esac
}

@test "any buffer size gives the same text" {
	quiet_ledger
	local file size
	for file in "${files[@]}"; do
		[ "$(read_by 65536 "$file" | wc -l)" -gt 1 ]
		for size in 1 7 4096; do
			echo "$file by $size"
			cmp <(read_by 65536 "$file") <(read_by "$size" "$file")
		done
	done
}

@test "a file starts with its header, and every line has its columns" {
	quiet_ledger
	local file columns
	for file in handshakes sockets listeners datagrams stats; do
		columns=$(proc here "$file" | head -n 1 | wc -w)
		[ "$columns" -gt 1 ]
		proc here "$file" | awk -v columns="$columns" -v file="$file" 'NF != columns { print file ": " $0; bad = 1 } END { exit bad }'
	done
	[ "$(proc here handshakes | cut -d' ' -f1-7 | head -n 1)" = "id role local remote phase outcome reason" ]
	[ "$(proc here events | head -n 1)" = "seq time id role local remote witness what details" ]
	# Numbered without a gap, in order of time, but for what one CPU dated a moment before it wrote it
	proc here events | awk 'NR > 1 && ($1 != NR - 1 || $2 < last - 1) { print; bad = 1 } NR > 1 { last = $2 } END { exit bad }'
}

@test "a reader that seeks back reads the same again" {
	quiet_ledger
	diff <(within here sh -c 'head -c 300 /proc/net/sockledger/events') \
		<(within here dd if=/proc/net/sockledger/events bs=100 count=3 status=none)
	diff <(proc here events | tail -c +301) <(within here dd if=/proc/net/sockledger/events bs=100 skip=3 status=none)
}

@test "a reader that was at the end gets what has come since, and once" {
	quiet_ledger
	run within here sh -c 'exec </proc/net/sockledger/sockets; cat >/dev/null; curl -s http://127.0.0.1:82/; cat; echo end; cat'
	echo "$output"
	[ "$(grep -c ' 127.0.0.1:82 ' <<<"$output")" -eq 1 ]
	grep ' 127.0.0.1:82 ' <<<"$output" | grep -q '^[0-9]* active inet CLOSE '
	[ "${lines[-1]}" = end ]
}

# A shell's read takes a byte at a time.
@test "a read ends with what was there when it began, whoever makes more meanwhile" {
	quiet_ledger
	local count
	count=$(proc here sockets | wc -l)
	# shellcheck disable=SC2016 # its own variables
	run within here timeout $((300 * ${PATIENCE:-1})) sh -c '
		while read -r line; do endpoint bind 127.0.0.1 9 close >/dev/null; n=$((n + 1)); done </proc/net/sockledger/sockets; echo $n'
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$output" -eq "$count" ]
}

# 500 connections on port 7000 live throughout, while others on port 80 come and go.
@test "what lives through a read is in it exactly once, whatever else changes" {
	namespace here
	load_module max_history=200
	spawn here endpoint bind :: 7000 listen 600 accepts 500 pause
	spawn here storm serve 80
	wait_for 60 listens here 7000
	wait_for 60 listens here 80
	spawn here endpoint connects 250 127.0.0.1 7000 connects 250 ::1 7000 pause
	wait_for 60 stat_is here active_established -eq 500
	wait_for 60 stat_is here passive_established -eq 500
	from_proc() { within here dd if=/proc/net/sockledger/sockets bs="$1" status=none | awk '/:7000 / { print $1 }'; }
	from_netlink() { ledger here | sed -n '/"port":7000/s/^{"id":\([0-9]*\),.*/\1/p'; }
	from_proc 65536 >"$BATS_TEST_TMPDIR/held"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/held")" -eq 1001 ]
	spawn here sh -c 'while storm connect 127.0.0.1 80 10 500; do :; done'
	wait_for 60 stat_is here history_evicted -gt 0
	local before
	before=$(stat_of here entries_opened)
	for _ in 1 2; do
		diff "$BATS_TEST_TMPDIR/held" <(from_proc 65536)
		diff "$BATS_TEST_TMPDIR/held" <(from_proc 512)
		diff "$BATS_TEST_TMPDIR/held" <(from_netlink)
	done
	echo "$(($(stat_of here entries_opened) - before)) entries were made meanwhile"
	[ "$(stat_of here entries_opened)" -gt $((before + 100)) ]
}

@test "a program's name cannot break a line, a terminal or the JSON" {
	namespace here
	load_module
	local name=$'a b\n\e[31m\\"\tx'
	spawn here endpoint name "$name" bind :: 80 listen 5 accept pause
	wait_for 60 says here 'length == 1'
	spawn here endpoint name $'\xff\xfe' connect ::1 80 pause
	spawn here endpoint name '' socket 4 tcp pause
	wait_for 60 says here 'length == 4 and (map(select(.state == "ESTABLISHED")) | length == 2)'
	local shown='a\x20b\x0a\x1b[31m\x5c"\x09x' file
	[ "$(proc here listeners | awk 'NR == 2 { print $11 }')" = "$shown" ]
	[ "$(proc here sockets | awk '$2 == "listener" { print $11 }')" = "$shown" ]
	[ "$(proc here sockets | awk '$2 == "active" { print $11 }')" = '\xff\xfe' ]
	# Without any name at all, the columns behind it are where they belong.
	[ "$(proc here sockets | awk '$2 == "idle" { print $11, $18 }')" = '- tcp' ]
	for file in "${files[@]}"; do
		[ -z "$(proc here "$file" | tr -d '\n\040-\176')" ]
	done
	[ "$(proc here sockets | wc -l)" -eq 5 ]
	[ "$(ledger here | jq --arg name "$name" 'map(select(.role == "listener" and .opener.comm == $name)) | length')" -eq 1 ]
	[ "$(within here sockledger list | wc -l)" -eq 5 ]
	[ -z "$( (within here sockledger list; within here sockledger show 1) | tr -cd '\001-\011\013-\037\177')" ]
}
