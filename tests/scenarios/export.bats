# SPDX-License-Identifier: GPL-2.0-only
# `sockledger export`, judged by those it is made for: Prometheus, and programs that read JSON and draw pictures.
# lab-kernels: !(6.1)
# shellcheck disable=SC2016 # jq's and Prometheus' variables
load lib
load words

setup_file() {
	mkdir /judges
	tar -xf /dev/vdb -C /judges
}

teardown_file() { rm -rf /judges; }

# judge PROGRAM ARGUMENT…: one of the programs of tests/lab/judges
judge() { LD_LIBRARY_PATH=/judges/lib FONTCONFIG_FILE=/judges/fonts.conf PATH=$PATH:/judges/bin "$@"; }

# Connections of all kinds in a namespace where nothing happens any more
quiet_ledger() {
	namespace blue
	load_module
	spawn blue endpoint bind :: 80 listen 50 accepts 7 pause
	wait_for 60 listens blue 80
	spawn blue endpoint connects 4 127.0.0.1 80 connects 3 ::1 80 pause
	run within blue curl -s http://127.0.0.1:81/
	wait_for 60 says blue '(map(select(.state == "ESTABLISHED")) | length == 14) and (map(select(.handshake.outcome == "refused")) | length == 2) and
		(role("listener") | only | .ledger.accepted == 7) and (role("active") | all(has("error") or any(.events[]; .what == "connect-return")))'
}

# start_prometheus: it and node-exporter in a namespace of their own, fed from the files in $metrics
start_prometheus() {
	metrics=$BATS_TEST_TMPDIR/metrics
	mkdir -p "$metrics"
	namespace watchers
	cat >"$BATS_TEST_TMPDIR/prometheus.yml" <<-CONF
		global: { scrape_interval: 5s, scrape_timeout: 5s }
		scrape_configs: [{ job_name: node, static_configs: [{ targets: ["127.0.0.1:9100"] }] }]
	CONF
	spawn watchers /judges/bin/prometheus-node-exporter --web.listen-address=127.0.0.1:9100 \
		--collector.disable-defaults --collector.textfile --collector.textfile.directory="$metrics"
	spawn watchers /judges/bin/prometheus --config.file="$BATS_TEST_TMPDIR/prometheus.yml" \
		--storage.tsdb.path="$BATS_TEST_TMPDIR/tsdb" --web.listen-address=127.0.0.1:9090
}

# ask EXPRESSION: what Prometheus says to it. On a busy host a scrape may take too long, and what was there is stale
# then: ask for what was there last, in_the_end METRICS.
in_the_end() { echo "last_over_time($1[1h])"; }

ask() {
	within watchers curl -sS -G --data-urlencode "query=$1" http://127.0.0.1:9090/api/v1/query |
		jq -c 'if .status == "success" then .data.result else error(.error) end'
}

has_scraped() { [[ $(ask "$(in_the_end sockledger_entries)") == '[{'* ]]; }

# The counters of `stats --json` as a program that knows nothing of ours would name them for Prometheus: an object of
# series and values
series='
	def series($text; $metric; $labels): "sockledger_\($metric) " + ($labels | tojson | gsub("\\*"; $text));
	def words: gsub("_"; "-");
	with_entries(select(.key | test("_us_le_|_ns_sum$") | not) | .key |=
		if test("^(active|passive|forwarded)_") then
			capture("(?<role>[a-z]+)_(?<outcome>.*)") | "sockledger_handshakes_total \({outcome: .outcome | words, role} | tojson)"
		elif test("^probe_.*_attached$") then series(.[6:-9]; "probe_attached"; {function: "*"})
		elif test("^probe_.*_hits$") then series(.[6:-5]; "probe_hits_total"; {function: "*"})
		elif test("^probe_.*_missed$") then series(.[6:-7]; "probe_missed_total"; {function: "*"})
		elif test("^probe_.*_unwatched$") then series(.[6:-10]; "probe_unwatched_total"; {function: "*"})
		elif test("^source_.*_attached$") then series(.[7:-9] | words; "source_attached"; {source: "*"})
		elif test("^entries_(live|history|half_open|half_open_past)$") then series(.[8:] | words; "entries"; {pool: "*"})
		elif test("^limit_(live|history|half_open)$") then series(.[6:] | words; "entries_limit"; {pool: "*"})
		elif test("_evicted$") then series(.[:-8] | words; "entries_evicted_total"; {pool: "*"})
		elif startswith("segments_") then series(.[9:]; "segments_total"; {kind: "*"})
		elif startswith("bad_") then series(.[4:] | words; "bad_segments_total"; {kind: "*"})
		elif startswith("lost_") then series(.[5:] | words; "lost_total"; {kind: "*"})
		elif . == "bytes_per_entry" then "sockledger_entry_size_bytes {}"
		elif . == "bytes_entries" then "sockledger_entries_bytes {}"
		elif . == "awaited" then "sockledger_handshakes_awaited {}"
		elif . == "limit_failed_calls" then "sockledger_calls_failed_limit {}"
		elif . == "limit_events" then "sockledger_events_limit {}"
		else "sockledger_\(.)_total {}" end)'

@test "Prometheus says of every counter what stats says" {
	local before after told
	quiet_ledger
	start_prometheus
	before=$(within blue sockledger stats --json)
	within blue sockledger export prometheus >"$metrics/sockledger.prom.new"
	after=$(within blue sockledger stats --json)
	cp "$metrics/sockledger.prom.new" "$RESULTS/blue.prom"
	run judge promtool check metrics <"$metrics/sockledger.prom.new"
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	mv "$metrics/sockledger.prom.new" "$metrics/sockledger.prom"
	wait_for 240 has_scraped
	told=$(ask "$(in_the_end '{netns="blue", __name__!~".*_seconds_.*"}')" | jq -c 'map({
		key: (.metric.__name__ + " " + (.metric | del(.__name__, .instance, .job, .netns) | to_entries | sort_by(.key) | from_entries | tojson)),
		value: .value[1] | tonumber}) | from_entries')
	# Probes are the machine's: what the reader itself does hits them, too.
	jq -n --argjson told "$told" --argjson before "$(jq "$series" <<<"$before")" --argjson after "$(jq "$series" <<<"$after")" '
		($told | keys) - ($before | keys) | . == [] or error("nobody knows \(.)")'
	jq -n --argjson told "$told" --argjson before "$(jq "$series" <<<"$before")" --argjson after "$(jq "$series" <<<"$after")" '
		[$before | to_entries[] | select($told[.key] == null or $told[.key] < .value or $told[.key] > $after[.key])
			| "\(.): Prometheus has \($told[.key])"] | . == [] or error(.[:5] | join("\n"))'
	# Some of them were something.
	[ "$(ask "sum by (outcome) ($(in_the_end sockledger_handshakes_total)) > 0" | jq -c 'map([.metric.outcome, .value[1]]) | sort')" = \
		'[["established","14"],["refused","2"]]' ]
	[ "$(jq 'length' <<<"$told")" -gt 100 ]
}

@test "Prometheus gets histograms that it can work with" {
	local stats
	quiet_ledger
	start_prometheus
	stats=$(within blue sockledger stats --json)
	within blue sockledger export prometheus >"$metrics/sockledger.prom"
	wait_for 240 has_scraped
	ask "$(in_the_end '{__name__=~"sockledger_.*_seconds_.*"}')" | jq -e --argjson stats "$stats" '
		def value($name): map(select(.metric.__name__ == $name)) | if length == 1 then .[0].value[1] | tonumber else error($name) end;
		def buckets($name): map(select(.metric.__name__ == $name)) | sort_by(.metric.le | sub("[+]Inf"; "inf") | if . == "inf" then 1e9 else tonumber end);
		def near($n): (. - $n) | fabs < 1e-9;
		. as $all | ["connect", "answer"] | map(. as $name | "sockledger_\($name)_seconds" as $metric
			| ($stats | to_entries | map(select(.key | startswith("\($name)_us_le_"))) | sort_by(.key | split("_")[-1] | tonumber? // infinite) | map(.value)) as $counts
			| ($all | value("\($metric)_count") == 7)
			and ($all | value("\($metric)_sum") | near($stats["\($name)_ns_sum"] / 1e9))
			and ($all | buckets("\($metric)_bucket") | map(.value[1] | tonumber)) == [foreach $counts[] as $n (0; . + $n)]
			and ($all | buckets("\($metric)_bucket") | map(.metric.le)[:-1] | map(tonumber) == [range(length) as $i | pow(2; $i) / 1e6])
		) == [true, true]'
	# The upper half of them ends in the bucket that the counters show.
	[ "$(ask "histogram_quantile(1, $(in_the_end sockledger_connect_seconds_bucket))" | jq '.[0].value[1] | tonumber * 1e6 | round')" -eq \
		"$(jq 'to_entries | map(select((.key | startswith("connect_us_le_")) and .value > 0)) | map(.key | ltrimstr("connect_us_le_") | tonumber) | max' <<<"$stats")" ]
}

@test "the namespace is a label, its name or else its number" {
	quiet_ledger
	sockledger -N blue export prometheus | grep -q '^sockledger_entries{netns="blue",pool="live"} '
	sockledger export prometheus | grep -q "^sockledger_entries{netns=\"$(readlink /proc/self/ns/net | tr -dc 0-9)\",pool=\"live\"} "
	ip netns add 'a"b\c'
	sockledger -N 'a"b\c' export prometheus | grep -qF 'sockledger_entries{netns="a\"b\\c",pool="live"} '
}

@test "all namespaces are exported together" {
	quiet_ledger
	namespace red
	sockledger --all-netns export prometheus >"$RESULTS/all.prom"
	judge promtool check metrics <"$RESULTS/all.prom"
	[ "$(grep -c '^# TYPE sockledger_handshakes_total ' "$RESULTS/all.prom")" -eq 1 ]
	grep -qx 'sockledger_handshakes_total{netns="blue",role="active",outcome="established"} 7' "$RESULTS/all.prom"
	grep -qx 'sockledger_handshakes_total{netns="red",role="active",outcome="established"} 0' "$RESULTS/all.prom"
	[ "$(grep -c '^sockledger_connect_seconds_count{' "$RESULTS/all.prom")" -eq \
		"$(sockledger --all-netns export prometheus | grep -c '^sockledger_entries{.*pool="live"')" ]
	[ "$(sockledger --all-netns export json role active | jq -r .netns_name | uniq -c | xargs)" = "8 blue" ]
}

@test "every counter has words of its own" {
	quiet_ledger
	run grep -E '^# TYPE .* untyped$' <(within blue sockledger export prometheus)
	[ "$output" = "" ]
}

@test "every entry is a line of JSON, the one that list has" {
	quiet_ledger
	local lines
	lines=$(within blue sockledger export json)
	[ "$(wc -l <<<"$lines")" -eq "$(ledger blue | jq length)" ]
	while read -r line; do
		jq -e '.id > 0' <<<"$line" >/dev/null
	done <<<"$lines"
	# What each look changes aside
	local same='map(del(.state_ns, .expires_ns, .totals, .up_to))'
	diff <(jq -s "$same" <<<"$lines") <(ledger blue | jq "$same")
	[ "$(within blue sockledger -6 export json | jq -r .family | sort -u)" = inet6 ]
	[ "$(within blue sockledger export json outcome refused and role active | jq -r .handshake.reason)" = peer-rst ]
	namespace red
	run within red sockledger export json
	[ "$status" -eq 1 ]
	[ "$output" = "" ]
}

@test "what cannot be exported is refused in a sentence" {
	load_module
	local -A sentences=(
		["export"]='"export" needs a format: prometheus, json or svg'
		["export svgg 1"]='unknown format "svgg" (did you mean "svg"?)'
		["export yaml"]='unknown format "yaml" (prometheus, json or svg)'
		["export prometheus 5"]='"5" is one argument too many for "export prometheus"'
		["export svg 5 6"]='"6" is one argument too many for "export svg"'
		["--all-netns export svg 5"]='option "--all-netns" is for commands that list, not for "export svg"'
		["-6 export svg 5"]='option "--ipv6" is for commands that take a filter, not for "export svg"'
		["-t export prometheus"]='option "--tcp" is for commands that take a filter, not for "export prometheus"'
		["export svg"]='"export svg" needs the id of an entry'
		["export svg x"]='"x" is not the id of an entry, which is a number'
		["--json export prometheus"]='"export" takes its format as an argument, not as option "--json"'
	)
	local arguments
	for arguments in "${!sentences[@]}"; do
		# shellcheck disable=SC2086 # words
		run sockledger $arguments
		echo "$arguments: $output"
		[ "$status" -eq 2 ]
		[ "$output" = "sockledger: ${sentences[$arguments]}" ]
	done
}

# texts FILE: every text of a picture, one a line
texts() { judge xmllint --xpath '//*[local-name()="text"]/text()' "$1"; }

# count FILE ELEMENT CLASS: how many there are
count() { judge xmllint --xpath "count(//*[local-name()='$2' and starts-with(@class, '$3')])" "$1"; }

# draw NETNS ID NAME: a connection's picture in $RESULTS/NAME.svg; it is well-formed, and a program can draw it
draw() {
	local file=$RESULTS/$3
	within "$1" sockledger export svg "$2" >"$file.svg"
	judge xmllint --noout "$file.svg"
	judge rsvg-convert "$file.svg" -o "$file.png"
	[ "$(head -c 4 "$file.png" | tail -c 3)" = PNG ]
	# White alone would be a few hundred bytes.
	[ "$(wc -c <"$file.png")" -gt 10000 ]
}

@test "a connection's picture tells what its ladder tells" {
	namespace blue
	load_module
	spawn blue endpoint bind 127.0.0.1 80 listen 5 accept pause
	wait_for 60 listens blue 80
	within blue endpoint connect 127.0.0.1 80 send 3 close
	wait_for 60 says blue 'role("active") | only | .state | IN("FIN_WAIT2", "TIME_WAIT")'
	local id said
	id=$(tell blue 'role("active") | only | .id')
	draw blue "$id" connection
	said=$(texts "$RESULTS/connection.svg")
	for word in client server 127.0.0.1:80 SYN_SENT SYN_RECV ESTABLISHED FIN_WAIT1 CLOSE_WAIT 'socket()' 'send()' 'listen()' ' data '; do
		echo "looking for $word"
		grep -qxF "$word" <<<"$said"
	done
	grep -qE '^ SYN seq=[0-9]+ $' <<<"$said"
	grep -qE '^established .* after its SYN$' <<<"$said"
	# SYN, SYN+ACK, ACK, data, FIN; the calls are discs.
	[ "$(count "$RESULTS/connection.svg" polygon tip)" -eq "$(within blue sockledger show "$id" | grep -c -e ▶ -e ◀)" ]
	[ "$(count "$RESULTS/connection.svg" rect pill)" -ge 9 ]
	[ "$(count "$RESULTS/connection.svg" circle tip)" -ge 8 ]
}

@test "what failed, what was lost and what listens has a picture, too" {
	topology_up
	load_module
	local id
	run within client endpoint connect 10.0.2.2 81
	draw client "$(tell client 'map(select(.handshake.outcome == "refused")) | only | .id')" refused
	texts "$RESULTS/refused.svg" | grep -qx 'connect() = ECONNREFUSED'
	[ "$(count "$RESULTS/refused.svg" line unseen)" -eq 1 ]
	draw router "$(tell router 'role("forwarded") | only | .id')" forwarded
	[ "$(count "$RESULTS/forwarded.svg" line unseen)" -eq 2 ]
	# Of three SYNs within one namespace, the first does not arrive.
	within server nft -f - <<-NFT
		table inet t {
			chain input {
				type filter hook prerouting priority -500;
				tcp dport 80 tcp flags syn numgen inc mod 2 0 drop
			}
		}
	NFT
	spawn server endpoint bind 127.0.0.1 80 listen 5 accept pause
	wait_for 60 listens server 80
	within server endpoint connect 127.0.0.1 80 close
	id=$(tell server 'role("active") | on(80) | only | .id')
	draw server "$id" lost
	texts "$RESULTS/lost.svg" | grep -qx lost
	texts "$RESULTS/lost.svg" | grep -qE '^ SYN seq=[0-9]+ again $'
	draw server "$(tell server 'role("listener") | only | .id')" listener
	texts "$RESULTS/listener.svg" | grep -qx LISTEN
}

@test "a program's name cannot break a picture" {
	local name=$'<&"]]>\x01\xff'
	namespace blue
	load_module
	cp "$(command -v endpoint)" "$BATS_TEST_TMPDIR/$name"
	spawn blue "$BATS_TEST_TMPDIR/$name" bind 127.0.0.1 80 listen 5 accept pause
	wait_for 60 listens blue 80
	draw blue "$(tell blue 'role("listener") | only | .id')" name
	texts "$RESULTS/name.svg" | grep -qF '&lt;&amp;"]]&gt;\x01\xff, pid '
	# In a locale without UTF-8, too
	LC_ALL=C within blue sockledger export svg "$(tell blue 'role("listener") | only | .id')" | judge xmllint --noout -
}

@test "an entry that is not there has no picture" {
	load_module
	run sockledger export svg 4711
	[ "$status" -eq 1 ]
	[[ $output == "sockledger: there is no entry 4711"* ]]
}
