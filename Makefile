# What one does with this repository. `make` alone lists it.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=

# One binary with the Swift runtime inside; on macOS the runtime is part of the system.
ifeq ($(shell uname),Linux)
  static = --static-swift-stdlib
endif
binary = .build/release/lfsfetch
swift_sources = Sources Tests registry/BuiltInRegistry.swift hooks/BuiltInHooks.swift Package.swift
scripts = $(shell grep -rlE '^(#!/usr/bin/env bash|#!/bin/sh|# Sourced by)' .ci Tests hooks)

# More tests at once than the processors can serve only make those that wait for something wait in vain.
width = $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))

.DEFAULT_GOAL := help
.PHONY: help build demo test fuzz sanitize crash lint format install bench clean

help: ## List these targets
	@sed -n 's/^\([a-z]*\): .*## /\1\t/p' Makefile | awk -F '\t' '{ printf "  make %-9s %s\n", $$1, $$2 }'

build: ## Build the release binary, .build/release/lfsfetch
	@Tests/Setup/install.sh build
	$(SWIFT) build -c release $(static) --product lfsfetch

demo: build ## Fetch two models from local servers, as a user would
	@Tests/Setup/install.sh test
	@Tests/Demo/demo.sh $(binary)

test: ## Install what is missing, start the servers, run all tests
	@Tests/Setup/install.sh test
	@Tests/Setup/in-memory Tests/Servers/with-servers \
	  $(SWIFT) test --disable-xctest --experimental-maximum-parallelization-width $(width)

fuzz: ## Feed the readers of foreign bytes with what a fuzzer thinks up, FUZZ_SECONDS=60 each
	@Tests/Setup/install.sh build
	@SWIFT="$(SWIFT)" Tests/Fuzz/fuzz.sh

sanitize: ## Run all tests under AddressSanitizer and ThreadSanitizer
	@Tests/Setup/install.sh test
	@SWIFT="$(SWIFT)" Tests/Sanitize/sanitize.sh

crash: build ## Kill the program at random moments, KILLS=200 times in one download, and look at what is left
	@Tests/Setup/install.sh test
	@Tests/Servers/with-servers Tests/Crash/crash.py $(binary)

lint: ## Check the format of the Swift sources and the scripts' syntax
	$(SWIFT) format lint --strict --recursive $(swift_sources)
	@for script in $(scripts); do bash -n "$$script" || exit 1; done
	@! command -v shellcheck >/dev/null || shellcheck $(scripts)

format: ## Format the Swift sources
	$(SWIFT) format --in-place --recursive $(swift_sources)

install: build ## Install the binary into $(DESTDIR)$(PREFIX)/bin
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 $(binary) "$(DESTDIR)$(PREFIX)/bin/lfsfetch"

bench: build ## Compare with git, git-lfs, aria2, curl and hf_transfer; BENCH=--quick tries it
	@Tests/Setup/install.sh bench
	@Tests/Servers/with-servers Tests/Bench/bytes.sh $(binary)
	@Tests/Servers/with-servers Tests/Bench/clone.sh $(binary)
	@Tests/Servers/with-servers Tests/Bench/checkout.sh $(binary)
	@Tests/Servers/with-servers Tests/Bench/memory.sh $(binary)
	@Tests/Servers/with-servers Tests/Bench/again.sh $(binary)
	@Tests/Servers/with-servers Tests/Bench/transfer.py $(BENCH) $(binary)

clean: ## Remove everything built, the sample repositories too
	@for state in .build/servers/run-* .build/servers/demo; do \
	  [ ! -d "$$state" ] || Tests/Servers/servers down "$$state"; done
	rm -rf .build
