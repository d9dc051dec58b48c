# SPDX-License-Identifier: GPL-2.0-only
# While a probe is served no softirq runs on its processor. What becomes pending then must not wait until something else
# interrupts that: where the task sleeps next, it could be long. Netem's timer makes the interrupts, right after the calls.
# With a clock that counts what the processor executes, times are what they would be.
# lab-processors: 1
load lib

tracing=/sys/kernel/tracing

teardown() {
	echo 0 >$tracing/events/enable
	finish
}

# How long each NET_TX softirq was pending that an interrupt of "dozer" raised, in us
waits() {
	awk '!/vec=2 / { next }
		/softirq_raise/ && $1 ~ /^dozer-/ && !since { since = $4 }
		/softirq_entry/ && since { printf "%d\n", ($4 - since) * 1e6 + 0.5; since = 0 }' $tracing/trace
}

@test "what becomes pending while a probe is served runs at once behind it" {
	namespace here
	within here tc qdisc add dev lo root netem delay 9us 8us
	load_module
	echo mono >$tracing/trace_clock
	echo >$tracing/trace
	echo 1 >$tracing/events/irq/softirq_raise/enable
	echo 1 >$tracing/events/irq/softirq_entry/enable
	within here dozer 1000
	waits | sort -n | uniq -c
	# Some did wait for a probe, and for no more than that.
	[ "$(waits | awk '$1 > 3' | wc -l)" -gt 5 ]
	[ "$(waits | awk '$1 > 100' | wc -l)" -eq 0 ]
}
