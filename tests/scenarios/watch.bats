# SPDX-License-Identifier: GPL-2.0-only
# Events as they happen: `sockledger watch`, and what it costs when nobody does.
# lab-kernels: !(6.1)
# shellcheck disable=SC2016 # jq's variables
load lib
load words

# watch NETNS FILE [ARGUMENT…]: in the background; it has joined when this returns. Its pid is in $watcher
watch() {
	local name=$1 file=$2
	shift 2
	ip netns exec "$name" sockledger watch "$@" >"$file" 2>"$file.err" </dev/null 3>&- &
	watcher=$!
	spawned+=("$watcher")
	wait_for 60 something_seen "$name" "$file"
}

something_seen() {
	within "$1" endpoint socket 4 tcp close
	[[ -s $2 ]]
}

# caught_up NETNS FILE: has the watcher got what was sent last?
caught_up() { [[ $(tail -n 1 "$2" | jq '.number // .last') -eq $(stat_of "$1" notices) ]]; }

end_watch() {
	kill -TERM "$watcher"
	wait "$watcher"
}

# saw_ends FILE COUNT: so many entries ended while the watcher looked, who may write faster than grep reads
saw_ends() { [[ $(grep -cm "$2" '"ended"' "$1") -ge $2 ]]; }

# Numbers rise by one, but for what is said to be missed; prints how many came, and how many were missed
numbers() {
	jq -nr 'reduce (inputs | select(.number or .missed)) as $line ({last: null, came: 0, missed: 0, wrong: 0};
		if $line.missed then
			.wrong += if $line.first == .last + 1 and $line.last == .last + $line.missed then 0 else 1 end
			| .missed += $line.missed | .last = $line.last
		else
			.wrong += if .last == null or $line.number == .last + 1 then 0 else 1 end
			| .came += 1 | .last = $line.number
		end) | if .wrong > 0 then error("\(.wrong) numbers are wrong") else "\(.came) \(.missed)" end' "$1"
}

@test "every event of many connections comes, or is said to be missed" {
	namespace here
	load_module max_events=65536
	within here sysctl -qw net.ipv4.ip_local_port_range='1024 65535'
	spawn here storm serve 80
	wait_for 60 listens here 80
	local file=$BATS_TEST_TMPDIR/events connections=${CONNECTIONS:-1000} came missed
	watch here "$file" --json
	within here storm connect 127.0.0.1 80 10 "$connections"
	wait_for 120 caught_up here "$file"
	end_watch
	read -r came missed <<<"$(numbers "$file")"
	echo "$came came, $missed were missed"
	[ $((came + missed)) -gt $((20 * connections)) ]
	# So few are no trouble; with more it may fall behind, and then it says by how much.
	if [ "$connections" -gt 1000 ] && [ "$missed" -gt 0 ]; then
		grep -xE "sockledger: $missed events? missed, $came shown" "$file.err"
		return
	fi
	[ "$missed" -eq 0 ]
	stat_is here lost_notices -eq 0
	# All of them, from their beginning
	[ "$(jq -r '[.entry_id, .what, .role] | @tsv' "$file" | awk '
		!($1 in first) { first[$1] = $2 }
		$3 == "active" { active[$1] }
		END { for (id in active) count += first[id] == "begun"; print count }')" -eq "$connections" ]
}

@test "who was pushed out of history before anybody was told is an id" {
	namespace here
	load_module max_history=16
	local file=$BATS_TEST_TMPDIR/events
	watch here "$file" --json
	# They end in one go.
	# shellcheck disable=SC2046 # one word each
	within here endpoint $(yes 'socket 4 udp' | head -n 500)
	wait_for 60 caught_up here "$file"
	end_watch
	jq -s 'map(select(.what == "exit")) | length == 500 and all(.entry_id > 0 and .pid > 0)
		and any(has("role")) and any(has("role") or has("proto") | not)' "$file" | grep -qx true
}

# stopped_watcher: in a namespace of its own, and not as root of the machine, so that its socket has the usual room, a
# watcher stops while more happens than that holds; then its shell goes on with standard input. It leaves $file, $file.err
# and $file.stats.
stopped_watcher() {
	file=$BATS_TEST_TMPDIR/events
	{
		cat <<-EOF
			ip link set lo up
			# Nothing happens a minute later.
			sysctl -qw net.ipv4.tcp_max_tw_buckets=0
			storm serve 80 &
			# What its start tells is no sign that it listens.
			until [ -n "\$(ss -Hltn sport = :80)" ]; do sleep 0.1; done
			sockledger watch --json >$file 2>$file.err &
			watcher=\$!
			until [ -s $file ]; do endpoint socket 4 tcp close; done
			kill -STOP \$watcher
			storm connect 127.0.0.1 80 5 1000
		EOF
		cat
	} >"$BATS_TEST_TMPDIR/script"
	: >"$file"; : >"$file.err"; : >"$file.stats"
	chmod 666 "$file" "$file.err" "$file.stats"
	chmod 777 "$BATS_TEST_TMPDIR"
	chmod 755 "$BATS_RUN_TMPDIR"
	su -s /bin/bash nobody -c "unshare -r -n bash $BATS_TEST_TMPDIR/script"
}

# Some were missed, and it was told how many, of each loss and in all. Sets $came and $missed.
told_of_losses() {
	read -r came missed <<<"$(numbers "$file")"
	echo "$came came, $missed were missed of $(jq .notices "$file.stats"), $(jq .lost_notices "$file.stats") before they were sent"
	[ "$missed" -gt 0 ]
	grep -xE "sockledger: $missed events? missed, $came shown" "$file.err"
}

@test "a watcher that is too slow is told how much it missed" {
	load_module max_events=64
	local came missed file
	stopped_watcher <<-'EOF'
		kill -CONT $watcher
		until grep -q missed $BATS_TEST_TMPDIR/events; do endpoint socket 4 tcp close; done
		sockledger stats --json >$BATS_TEST_TMPDIR/events.stats
		kill -TERM $watcher
		wait $watcher
		kill %1
	EOF
	told_of_losses
}

@test "a watcher is told how much it missed though nothing happens after that" {
	load_module max_events=64
	local came missed file
	stopped_watcher <<-'EOF'
		# What the server still closes would be told of after it was counted.
		until [ -z "$(ss -Htn)" ]; do sleep 0.1; done
		kill -CONT $watcher
		for i in {1..150}; do
			! grep -q missed $BATS_TEST_TMPDIR/events || break
			sleep 0.2
		done
		sockledger stats --json >$BATS_TEST_TMPDIR/events.stats
		kill -TERM $watcher
		wait $watcher
		kill %1
	EOF
	told_of_losses
	# Of all from the first that it saw
	[ $((came + missed)) -eq $(($(jq .notices "$file.stats") + 1 - $(head -n 1 "$file" | jq .number))) ]
}

@test "a watcher that was too slow to hear that the module is unloaded ends" {
	load_module max_events=64
	local file dir=$BATS_TEST_TMPDIR
	stopped_watcher <<-'EOF' &
		touch $BATS_TEST_TMPDIR/stopped
		until [ -e $BATS_TEST_TMPDIR/unloaded ]; do sleep 0.1; done
		kill -CONT $watcher
		{ sleep 60 && kill $watcher; } &
		wait $watcher
		echo $? >$BATS_TEST_TMPDIR/status
		kill %1 %3
	EOF
	spawned+=($!)
	wait_for 60 test -e "$dir/stopped"
	unload_module
	touch "$dir/unloaded"
	wait_for 90 test -s "$dir/status"
	cat "$dir/events.err"
	[ "$(cat "$dir/status")" -eq 2 ]
	grep 'the sockledger module is not loaded in the kernel' "$dir/events.err"
}

@test "present state and events meet without a gap and without a double" {
	namespace here
	load_module max_events=65536
	spawn here storm serve 80
	wait_for 60 listens here 80
	spawn here storm connect 127.0.0.1 80 5 100000000 50
	wait_for 60 stat_is here entries_opened -gt 200
	local i file=$BATS_TEST_TMPDIR/events
	for i in 1 2 3; do
		watch here "$file" --json --present
		wait_for 60 saw_ends "$file" 50
		end_watch
		[ ! -s "$file.err" ]
		# Each transition starts from the state that the entry was shown in, or that the one before led to. Of some
		# thousand lines it is told; of all that came it would take long.
		wc -l "$file"
		head -n 10000 "$file" | jq -r 'if .present then [.present.id, "-", .present.state // "-"] else
			select(.what == "state" and .role == "active") | [.entry_id, .from, .to] end | @tsv' | awk '
			$2 != "-" && $1 in state { checked++; if (state[$1] != $2) { print "not from " state[$1] ": " $0; wrong++ } }
			{ state[$1] = $3 }
			END { print checked " checked"; exit wrong || checked < 10 }'
	done
}

@test "as text, a line an event" {
	namespace here
	load_module
	local file=$BATS_TEST_TMPDIR/events wanted
	watch here "$file" --present
	run within here curl -s http://127.0.0.1:81/
	wait_for 60 grep -q ' ended refused peer-rst$' "$file"
	end_watch
	cat "$file"
	while read -r wanted; do
		echo "$wanted"
		grep -E " $wanted" "$file"
	done <<-'EOF'
		(active|idle) (-|127.0.0.1:[0-9]+) (-|127.0.0.1:81) connect by pid [0-9]+$
		active (-|127.0.0.1:[0-9]+) 127.0.0.1:81 state CLOSE>SYN_SENT call$
		passive 127.0.0.1:81 127.0.0.1:[0-9]+ begun$
		active 127.0.0.1:[0-9]+ 127.0.0.1:81 RST in seq=0 ack=[0-9]+$
		active 127.0.0.1:[0-9]+ 127.0.0.1:81 connect-verdict = ECONNREFUSED by pid [0-9]+$
		active 127.0.0.1:[0-9]+ 127.0.0.1:81 ended refused peer-rst$
	EOF
}

@test "only the kinds of events that are set are sent, in numbers without gaps" {
	namespace here
	load_module
	local file=$BATS_TEST_TMPDIR/events
	within here sockledger set events 'begun, ended'
	[ "$(within here sockledger set --json | jq -c .events)" = '["begun","ended"]' ]
	watch here "$file" --json
	run within here curl -s http://127.0.0.1:81/
	wait_for 60 caught_up here "$file"
	[ "$(jq -r .what "$file" | sort -u | xargs)" = "begun ended" ]
	within here sockledger set events none
	within here endpoint socket 4 tcp close
	within here sockledger set events all
	within here endpoint socket 4 tcp close
	wait_for 60 caught_up here "$file"
	end_watch
	[[ $(numbers "$file") == *" 0" ]]
}

@test "a watcher hears its own namespace and no other; without one nothing is numbered" {
	namespace red
	namespace blue
	load_module
	within red endpoint socket 4 tcp close
	stat_is red notices -eq 0
	local file=$BATS_TEST_TMPDIR/events
	watch red "$file" --json
	run within blue endpoint bind 127.0.0.1 4711 close
	within red endpoint socket 4 tcp close
	wait_for 60 caught_up red "$file"
	end_watch
	[ "$(jq -s 'map(select(.local.port == 4711)) | length' "$file")" -eq 0 ]
	local before
	before=$(stat_of red notices)
	[ "$before" -gt 0 ]
	within red endpoint socket 4 tcp close
	stat_is red notices -eq "$before"
}

@test "a watcher ends when the module is unloaded, and says why" {
	namespace here
	load_module
	watch here "$BATS_TEST_TMPDIR/events"
	unload_module
	wait "$watcher" && status=0 || status=$?
	[ "$status" -eq 2 ]
	grep -qx 'sockledger: the module has been unloaded' "$BATS_TEST_TMPDIR/events.err"
}

@test "a watcher whose reader has stopped still ends when it is asked to" {
	namespace here
	load_module
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	# It reads nothing, and keeps it open.
	exec 8<>"$BATS_TEST_TMPDIR/pipe"
	spawn here sh -c "exec sockledger watch >$BATS_TEST_TMPDIR/pipe"
	local watcher=$!
	spawn here storm serve 80
	wait_for 60 listens here 80
	is_stuck() {
		within here storm connect 127.0.0.1 80 1 20
		grep -q pipe_write "/proc/$watcher/stack"
	}
	wait_for 120 is_stuck
	kill "$watcher"
	wait_for 60 eval "! kill -0 $watcher"
	exec 8>&-
}

@test "namespaces and the module go while somebody watches" {
	local i
	for i in 1 2 3; do
		namespace here
		load_module
		spawn here storm serve 80
		wait_for 60 listens here 80
		watch here "$BATS_TEST_TMPDIR/events$i" --json
		spawn here sh -c 'while storm connect 127.0.0.1 80 5 100; do :; done'
		wait_for 60 stat_is here notices -gt 500
		# Those who run in it may be gone before they are ended.
		[ "$i" -eq 2 ] || topology_down || :
		unload_module
		topology_down || :
	done
}

# Anyone may be in a group that is nobody's yet. Kernels before 6.8 cannot send to some of it alone.
@test "who was in the group before the module, without the right to, gets nothing" {
	[[ $(uname -r) != 6.1.* ]] || skip "this kernel cannot"
	namespace here
	cat >"$BATS_TEST_TMPDIR/lurk" <<-'EOF'
		import socket, sys
		GENERIC, LEVEL, JOIN, CONTROL = 16, 270, 1, 16
		lurker = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, GENERIC)
		lurker.bind((0, 0))
		for group in range(1, 64):
		    try:
		        group == CONTROL or lurker.setsockopt(LEVEL, JOIN, group)
		    except OSError:
		        pass
		open(sys.argv[1], "w").close()
		while True:
		    print("heard", lurker.recv(1 << 16), flush=True)
	EOF
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR"
	mkdir -m 777 "$BATS_TEST_TMPDIR/up"
	spawn here su -s /bin/sh nobody -c "python3 $BATS_TEST_TMPDIR/lurk $BATS_TEST_TMPDIR/up/joined"
	wait_for 60 test -e "$BATS_TEST_TMPDIR/up/joined"
	load_module
	watch here "$BATS_TEST_TMPDIR/seen" --json
	within here endpoint bind 127.0.0.1 80 close
	wait_for 60 caught_up here "$BATS_TEST_TMPDIR/seen"
	end_watch
	[ ! -s "$BATS_TEST_TMPDIR/spawned.log" ]
}
