# SPDX-License-Identifier: GPL-2.0-only
# The module comes and goes.
load lib

@test "the module loads and every namespace has its directory" {
	load_module
	[ -d /proc/net/sockledger ]
	namespace other
	within other test -d /proc/net/sockledger
}

@test "a namespace that existed before the module has the directory, too" {
	namespace before
	load_module
	within before test -d /proc/net/sockledger
}

@test "unloading takes the directory away" {
	load_module
	unload_module
	[ ! -e /proc/net/sockledger ]
}

@test "unloading leaves no slab behind" {
	load_module
	unload_module
	run grep sockledger /proc/slabinfo
	[ "$status" -eq 1 ]
}

@test "it can be loaded and unloaded again and again" {
	for _ in 1 2 3 4 5; do
		load_module
		unload_module
	done
}

@test "loading and unloading is no reason for a warning" {
	load_module
	unload_module
	# Every out-of-tree module draws these two, once.
	if kernel_log | grep -E '^<[0-4]>' | grep sockledger | grep -v taint; then return 1; fi
}
