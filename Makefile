# SPDX-License-Identifier: GPL-2.0-only
# sockledger: the module is built by the kernel's own build system (see Kbuild), the reader by userspace/Makefile.
# `make help` lists what can be asked for.

KDIR ?= /lib/modules/$(shell uname -r)/build
PREFIX ?= /usr/local
# Kernels of the lab: every one that a change must work on, and the one for a look
KERNELS ?= 6.1 6.12
KERNEL ?=
SCENARIO ?=
BENCH ?=
FUZZ ?=
SECONDS ?= 300
LAB := tests/lab

# Type information for BPF needs a tool that the headers do not bring along; the module works without it.
MODULE_ARGS := M=$(CURDIR) $(if $(shell command -v pahole),,CONFIG_DEBUG_INFO_BTF_MODULES=)
# A distribution's headers ask for a signature but come without its key.
UNSIGNED := $(if $(wildcard $(KDIR)/certs/signing_key.pem),,CONFIG_MODULE_SIG_ALL=)

.PHONY: all module reader install clean help lab demo check style kunit scenarios fuzz analyze bench soak broken coverage

all: module reader

module:
	@test -e $(KDIR)/Makefile || { echo "no kernel headers in $(KDIR): say make KDIR=..." >&2; exit 1; }
	$(MAKE) -C $(KDIR) $(MODULE_ARGS) modules

reader:
	$(MAKE) -C userspace

install: all
	$(MAKE) -C $(KDIR) $(MODULE_ARGS) $(UNSIGNED) INSTALL_MOD_PATH=$(DESTDIR) modules_install
	$(MAKE) -C userspace PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) install
	$(if $(DESTDIR),,depmod $(shell cat $(KDIR)/include/config/kernel.release))

clean:
	find . \( -name .git -o -path ./build \) -prune -o -type f \( -name '*.o' -o -name '*.ko' -o -name '*.mod' \
		-o -name '*.mod.c' -o -name '.*.cmd' -o -name modules.order -o -name Module.symvers \) -exec rm -f {} +
	$(MAKE) -C userspace clean
	rm -rf build

help:
	@sed -n 's/^#: //p' Makefile

#: make            the module for the running kernel, and the reader
#: make KDIR=DIR   the same for another kernel: its headers or its build tree
#: make module     sockledger.ko alone
#: make reader     userspace/sockledger alone
#: make install    module, reader, man page and bash completion (PREFIX, DESTDIR)
#: make clean      removes all that was built here
#:
#: In a virtual machine, on stock kernels 6.1 and 6.12 (what is missing for it is installed with apt-get):
#: make demo       shows sockledger at work, once on each kernel
#: make lab        a shell with the module loaded (KERNEL=6.12)
#: make check      every test there is; the last line is the count
#: make soak       what takes hours: the same and more, many times over, on kernels that watch for faults, too (KERNEL=...)
#: make scenarios  the scenarios alone (KERNEL="6.1 6.12", SCENARIO="load ...")
#: make kunit      the unit tests of the pure code alone, in User Mode Linux (KERNEL=debug-6.12: there)
#: make fuzz       the fuzzers of the pure code, each for as long as SECONDS says (FUZZ="segment ...")
#: make analyze    what takes longer to look for in the sources than style does
#: make coverage   how many of the module's lines the scenarios reach, and which they do not (SCENARIO="...")
#: make broken     breaks the module in six ways, each of which has to be found (NAME=...)
#: make bench      what it costs, in instructions, beside what others do (KERNEL=..., BENCH="floor ...")
#: make style      checkpatch, sparse and the compiler's warnings alone

demo:
	@$(LAB)/setup
	@$(LAB)/demo $(or $(KERNEL),$(KERNELS))

lab:
	@$(LAB)/setup
	@$(LAB)/shell $(or $(KERNEL),6.12)

check:
	@tests/check

soak:
	@tests/soak $(KERNEL)

style:
	@$(LAB)/setup
	@tests/static/style || :
	@tests/summary build/results/style

kunit:
	@$(LAB)/setup
	@$(LAB)/kunit $(or $(KERNEL),uml-6.12) || :
	@tests/summary build/results/kunit-$(or $(KERNEL),uml-6.12)

scenarios:
	@$(LAB)/setup
	@$(LAB)/scenarios "$(or $(KERNEL),$(KERNELS))" $(SCENARIO)

fuzz:
	@$(LAB)/setup
	@tests/fuzz/run -t $(SECONDS) $(FUZZ) || :
	@tests/summary build/results/fuzz

analyze:
	@$(LAB)/setup
	@tests/static/analyze || :
	@tests/summary build/results/analyze

coverage:
	@$(LAB)/setup
	@$(LAB)/coverage $(SCENARIO)

broken:
	@$(LAB)/setup
	@tests/broken/run $(NAME) || :
	@tests/summary build/results/broken

bench:
	@tests/bench/all "$(or $(KERNEL),$(KERNELS))" $(BENCH)
