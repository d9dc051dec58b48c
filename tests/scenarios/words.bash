# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The words in which scenarios say what a ledger holds. Every expression is jq's.

# shellcheck disable=SC2016 # jq's variables
words='
	def role($role): map(select(.role == $role));
	def on($port): map(select(.local.port == $port or .remote.port == $port));
	def only: if length == 1 then .[0] else error("not one but \(length)") end;
	# CLOSE>SYN_SENT>ESTABLISHED
	def states: [.transitions[0].from, .transitions[].to] | join(">");
	def causes: [.transitions[].cause] | join(" ");
	def since($state): first(.transitions[] | select(.to == $state) | .t_ns);
	def time_in($state): first(.transitions | range(length - 1) as $i | select(.[$i].to == $state)
		| .[$i + 1].t_ns - .[$i].t_ns);
	def saw($what; $dir): [.events[] | select(.what == $what and .dir == $dir)] | length;
	def result: "\(.role) \(.handshake.outcome) \(.handshake.reason)";
	def ends: "\(.local.addr) \(.local.port) \(.remote.addr) \(.remote.port)";
	def mirrored: "\(.remote.addr) \(.remote.port) \(.local.addr) \(.local.port)";
	# Calls in order, each with its error: socket bind=EADDRINUSE close
	def calls: [.events[] | select(.witness == "call") | .what + (if .error then "=" + .error else "" end)] | join(" ");
	def call($what): [.events[] | select(.witness == "call" and .what == $what)] | only;
	def at($what): call($what).t_ns;
	# What held its segments up, with their ways
	def held: [.events[] | select(.what == "held-up") | "\(.dir) \(.reason)"] | join(", ");
	def held_times: [.events[] | select(.what == "held-up") | .times];
	def callers: [.events[] | select(.witness == "call") | .pid];
	def tcp: map(select(.proto == "tcp"));
	def rising: . == sort and all(. != null);
	# Failed calls, each in a line: bind EADDRINUSE 127.0.0.1 80
	def failure: "\(.what) \(.error) \(.asked.addr) \(.asked.port)";
	def between($from; $to): . >= $from * 1e9 and . <= $to * 1e9; # seconds
'

# tell NETNS EXPRESSION: what it makes of the entries of a namespace
tell() { ledger "$1" | jq -rc "$words $2"; }

# says NETNS EXPRESSION: is it so?
says() { ledger "$1" | jq -e "$words $2" >/dev/null; }

# holds JSON <EXPRESSIONS: each line is so; shows those that are not
holds() {
	local line program=''
	local -a lines=()
	while read -r line; do
		[[ $line != '#'* ]] || continue
		program+="(try ([$line] == [true]) catch .),"
		lines+=("$line")
	done
	# shellcheck disable=SC2016 # jq's variables
	jq -e "$words [$program empty] | . == map(true)" <<<"$1" >/dev/null && return
	jq -r "$words [$program empty] | to_entries[] | select(.value != true) | \"\(.key) \(.value)\"" <<<"$1" |
		while read -r number line; do
			echo "not so: ${lines[number]} ($line)"
		done
	jq -c . <<<"$1"
	return 1
}

# entries NETNS <EXPRESSIONS: the same about the entries of a namespace
entries() { holds "$(ledger "$1")"; }

# failures NETNS: its failed calls as one JSON array
failures() { within "$1" sockledger calls --json; }

# failed NETNS EXPRESSION: is it so of the failed calls?
failed() { failures "$1" | jq -e "$words $2" >/dev/null; }

# each NETNS EXPRESSION: what it makes of a stream of entries, too many to hold all in memory
each() {
	ledger "$1" | sed -e '/^[][]$/d' -e 's/,$//' | jq -nrc "$words $2"
}

# both CLIENT SERVER: the two ends of the only connection, and what listened, as one object
both() {
	# shellcheck disable=SC2016 # jq's variables
	jq -n --argjson client "$(ledger "$1")" --argjson server "$(ledger "$2")" "$words"'
		($server | role("passive") | only) as $passive
		| { active: $client | role("active") | only, $passive,
		    listener: $server | role("listener") | map(select(.id == $passive.listener_id)) | only }'
}

# listens NETNS PORT: is there a listener?
listens() { [[ -n $(within "$1" ss -Hltn "sport = :$2") ]]; }

# ss_counts NETNS COUNT STATE: that many sockets are in that state, as ss names it
ss_counts() { [[ $(within "$1" ss -Htn state "$3" | wc -l) -eq $2 ]]; }

# stat_is NETNS NAME OPERATOR VALUE: as in stat_is client active_refused -eq 1
stat_is() { test "$(stat_of "$1" "$2")" "$3" "$4"; }

# nothing_missed NETNS: every probe was there, and was there for each of its calls
nothing_missed() {
	proc "$1" stats | awk '
		/^probe_.*_missed / && $2 || /^probe_.*_attached / && !$2 { print; bad = 1 }
		/^probe_.*_attached / { attached++ }
		END { exit bad || !attached }'
}

# snmp NETNS NAME: a counter of the kernel's own, of /proc/net/snmp or netstat: Tcp.RetransSegs
snmp() {
	within "$1" cat /proc/net/snmp /proc/net/netstat |
		awk -v name="$2" '
			$1 == prefix { for (i = 2; i <= NF; i++) if (substr(prefix, 1, length(prefix) - 1) "." label[i] == name) print $i }
			{ prefix = $1; split($0, label) }'
}

# rules NETNS TABLE HOOK RULE…: what nft is to do in one hook; `within NETNS nft flush ruleset` ends it
rules() { within "$1" nft "table inet $2 { chain $3 { type filter hook $3 priority 0; ${*:4}; }; }"; }

# firewall NETNS HOOK RULE…
firewall() { rules "$1" test "${@:2}"; }

# eaten NETNS PORT HOOK RULE…: a table of its own for each port
eaten() { rules "$1" "t$2" "${@:3}"; }

# ended_all NETNS ROLE COUNT [SECONDS]: that many handshakes of that role have ended
ended_all() {
	wait_for "${4:-60}" says "$1" "role(\"$2\") | length == $3 and all(.handshake.outcome != \"in-progress\")"
}
