# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# A run of several parts, each of which leaves its TAP in build/results/PART.

results=build/results

# part NAME COMMAND…: a command that fails without a failed test, or leaves no test at all, is a failed test itself. One
# that breaks down does not keep the others from running; LATEST seconds after the first began, none begins any more, and
# counts as skipped.
part() {
	local name=$1 status=0 started=$SECONDS
	shift
	if [[ -n ${LATEST:-} && $SECONDS -gt $LATEST ]]; then
		mkdir -p "$results/$name"
		printf '1..1\nok 1 - %s # SKIP no time was left for it\n' "$name" >"$results/$name/part.tap"
		return
	fi
	echo "== $name" >&2
	"$@" >&2 || status=$?
	if ! grep -rqsE '^(not )?ok' --include='*.tap' "$results/$name" ||
		{ [[ $status -ne 0 ]] && ! grep -rqs '^not ok' --include='*.tap' "$results/$name"; }; then
		mkdir -p "$results/$name"
		printf '1..1\nnot ok 1 - %s broke down (status %d)\n' "$name" "$status" >"$results/$name/part.tap"
	fi
	echo "== $name took $((SECONDS - started)) s" >&2
}

# setup [LIST…]: with packages beyond those that the lab needs
setup() {
	local not='not '
	mkdir -p "$results/setup"
	tests/lab/setup "$@" && not=''
	printf '1..1\n%sok 1 - everything needed is installed\n' "$not" >"$results/setup/setup.tap"
}

# begin [LIST…]: the first part
begin() {
	rm -rf "$results"
	mkdir -p "$results"
	part setup setup "$@"
}

# The count, and whether it is good
count() {
	if perl -MTAP::Parser -e 1 2>/dev/null; then
		tests/summary "$results"
	else
		echo "0 passed, 1 failed"
		false
	fi
}
