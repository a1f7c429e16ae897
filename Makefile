# SPDX-License-Identifier: GPL-2.0-only
# The whole build. `make help` says what there is.
#
#   O=DIR      where to build (default: build)
#   SAN=1      with AddressSanitizer and UndefinedBehaviorSanitizer
#   V=1        show the commands

O       ?= build
CLANG   ?= clang-19
BPFTOOL ?= $(firstword $(wildcard /usr/sbin/bpftool /usr/bin/bpftool) bpftool)
PYTHON  ?= /usr/bin/python3
FORMAT  ?= clang-format-19
PREFIX  ?= /usr/local
DESTDIR ?=
VERSION := 0.1.0

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' $(1) $(2))

, := ,
SAN_FLAGS := $(if $(SAN),-fsanitize=address$(,)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
WARN    := -Wall -Wextra -Werror
CFLAGS  ?= -O2 -g
ALL_CFLAGS = -std=gnu11 $(WARN) -Wmissing-prototypes -Wstrict-prototypes -Wvla $(CFLAGS) $(SAN_FLAGS) \
	   -D_GNU_SOURCE -DXG_VERSION='"$(VERSION)"' -include src/util/banned.h -I. -I$(O) -MMD -MP
BPF_CFLAGS = -O2 -g -target bpf -mcpu=v3 -std=gnu11 $(WARN) -I. -I/usr/include/$(shell uname -m)-linux-gnu -MMD -MP
LIBS    := -lbpf -lyaml -lmnl -ljansson -lcap-ng -lpcap -lelf -lz

SRC     := $(wildcard src/*.c src/*/*.c)
OBJ     := $(SRC:%.c=$(O)/%.o)

.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
.PHONY: all help demo test bench install uninstall fmt fmt-check clean deps deps-demo deps-test FORCE
all: $(O)/xgress $(O)/man

# What is built with other flags than these is built anew.
FLAGS := $(O)/flags
$(FLAGS): FORCE
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$(CC) $(CLANG) $(BPFTOOL) $(ALL_CFLAGS) $(BPF_CFLAGS) $(LDFLAGS))' >$@.now
	@cmp -s $@.now $@ && rm $@.now || mv $@.now $@

help:
	@echo 'make            build $(O)/xgress'
	@echo 'make deps       install the Debian packages that the build needs (root)'
	@echo 'make demo       install what is missing, build, and run xgress on real traffic (root)'
	@echo 'make test       install what is missing, and run every test (root); one suite alone:'
	@echo '                $(filter test-%,$(SUITES))'
	@echo 'make bench      the benchmark, with its baselines in the same run (root)'
	@echo 'make bench-stages  what each stage costs, in nanoseconds (root)'
	@echo 'make install    to $$(DESTDIR)$$(PREFIX) (now: $(DESTDIR)$(PREFIX)); uninstall removes it'
	@echo 'make fmt        format the sources; fmt-check only looks'
	@echo 'make clean      remove $(O)'
	@echo 'O=DIR SAN=1 V=1 CLANG= CC= PREFIX= DESTDIR= may be set'

# --- the kernel's side: one object and its skeleton

$(O)/%.bpf.o: bpf/%.bpf.c $(FLAGS)
	$(call say,BPF,$<)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -MF $(@:.o=.d) -c $< -o $@

$(O)/%.skel.h: $(O)/%.bpf.o
	$(call say,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name $(subst -,_,$(notdir $*)) >$@

# --- the program

$(O)/src/%.o: src/%.c $(FLAGS) | $(O)/xgress.skel.h
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MF $(@:.o=.d) -c $< -o $@

$(O)/src/dataplane/load.o: $(O)/xgress.skel.h

$(O)/xgress: $(OBJ)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(OBJ) $(LIBS) -o $@

-include $(O)/xgress.bpf.d $(OBJ:.o=.d)

# --- manual pages

MAN := $(patsubst man/%.scd,$(O)/man/%,$(wildcard man/*.scd))
$(O)/man: $(MAN)

# The reasons come from the table that the programs are built from.
REASONS_SED := s/^\tX([0-9]*, [A-Z_0-9]*, \([A-Z]*\), "\([a-z_0-9]*\)", "\(.*\)").*/*\2* (\L\1\E)\n\t\3\n/p

$(O)/man/%: man/%.scd abi/reason.h
	$(call say,MAN,$@)
	@mkdir -p $(@D)
	$(Q)sed -n '$(REASONS_SED)' abi/reason.h >$@.reasons
	$(Q)sed -e '/^@REASONS@$$/{r $@.reasons' -e 'd}' $< | scdoc >$@
	$(Q)rm $@.reasons

include tests/tests.mk
include bench/bench.mk

# --- the rest

deps:
	$(Q)dist/install-deps build

deps-demo:
	$(Q)dist/install-deps build demo

deps-test:
	$(Q)dist/install-deps build test

demo: deps-demo
	$(Q)$(MAKE) --no-print-directory all
	$(Q)$(PYTHON) lab/demo.py $(O)/xgress

SBIN  := $(DESTDIR)$(PREFIX)/sbin
UNITS := $(DESTDIR)$(PREFIX)/lib/systemd/system
PAGES := $(foreach page,$(MAN),$(DESTDIR)$(PREFIX)/share/man/man$(subst .,,$(suffix $(page)))/$(notdir $(page)))

install: all
	install -D -m 0755 $(O)/xgress $(SBIN)/xgress
	$(foreach page,$(PAGES),install -D -m 0644 $(O)/man/$(notdir $(page)) $(page) &&) :
	install -d $(UNITS)
	sed 's|@PREFIX@|$(PREFIX)|' dist/xgress.service.in >$(UNITS)/xgress.service
	chmod 0644 $(UNITS)/xgress.service

# What is in force goes on; `xgress down` before this ends it.
uninstall:
	rm -f $(SBIN)/xgress $(UNITS)/xgress.service $(PAGES)

# An empty list would leave the formatter waiting for its standard input, or content.
FMT_SRC = $(or $(shell find $(wildcard abi bench bpf include lib src tests) -name '*.[ch]' | sort),\
	  $(error no sources to format))
fmt:
	$(Q)$(FORMAT) -i $(FMT_SRC) </dev/null
fmt-check:
	$(call say,FMT,check)
	$(Q)$(FORMAT) --dry-run -Werror $(FMT_SRC) </dev/null

clean:
	$(call say,CLEAN,$(O))
	$(Q)rm -rf $(O)
