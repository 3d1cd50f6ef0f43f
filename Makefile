# Thin names over the presets of CMakePresets.json and the scripts in tools/.

.DEFAULT_GOAL := build
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

export CTEST_PARALLEL_LEVEL ?= $(shell nproc)
export ASAN_OPTIONS ?= detect_leaks=1
export UBSAN_OPTIONS ?= print_stacktrace=1
export TSAN_OPTIONS ?= halt_on_error=1:suppressions=$(CURDIR)/tools/tsan.supp
# What the end-to-end tests start.
export TODOD ?= $(CURDIR)/build/release/todod
export REDOCLY_TELEMETRY := off
# Where Debian has servers, which a user's own PATH may lack.
export PATH := $(PATH):/usr/sbin:/sbin

# The suites in which threads meet.
CONCURRENT := base db net store feed auth webhooks assistant mcp http app
CXX_FILES := find src tests bench fuzz -name node_modules -prune -o \
    \( -name '*.cpp' -o -name '*.hpp' \) -print0
# Runs todod and its peers under one load, where it is at hand.
COMPARE ?= ../shared/bench/compare
E2E := $(patsubst tests/e2e/%,%,$(wildcard tests/e2e/*.test.mjs tests/e2e/*/*.test.mjs))
# What of the end-to-end tests is run again through a pooler: all that asks a database much.
POOLED := $(patsubst %,%.test.mjs,accounts batch changes connection durability events \
    late_database list load replicas startup tasks trash)
# Which of them have the machine to themselves: those that look at the clock.
ALONE := $(patsubst %,%.test.mjs,browser/lighthouse browser/speed limits_redis rolling startup)
# How many of the others run at once: most of the time each waits.
E2E_AT_ONCE ?= $(shell echo $$((2 * $$(nproc))))
# How long each fuzz target runs.
FUZZ_SECONDS ?= 60

# $(call e2e,COMMAND,FILES): these end-to-end tests, each run by node under COMMAND.
define e2e
cd tests/e2e && $(1) node --test --test-reporter=spec --test-concurrency=$(E2E_AT_ONCE) \
    $(filter-out $(ALONE),$(2))
cd tests/e2e && $(1) node --test --test-reporter=spec --test-concurrency=1 $(filter $(ALONE),$(2))
endef

say = @printf '\n\033[1m== %s\033[0m\n' '$(1)'

help: ## say what can be made
	@sed -n 's/^\([a-z0-9-]*\):.*## /  make \1\t/p' Makefile | expand -t 20

install-%:
	@tools/install $*

build: install-build ## install what is needed and build build/release/todod
	$(call say,Building build/release/todod)
	cmake --preset release
	cmake --build --preset release

run: build ## build and serve on http://127.0.0.1:8000
	build/release/todod serve

package: install-package build ## build/package/todod_VERSION_ARCH.deb, a Debian package
	$(call say,Packing build/package/todod_*.deb)
	cpack --config deploy/debian/cpack.cmake -B build/package

test: ## every test of todod: tools/tidy, the page, the suites under sanitizers, end to end, deploy/
	@$(MAKE) test-tools
	@$(MAKE) test-app
	@$(MAKE) test-asan
	@$(MAKE) test-tsan
	@$(MAKE) test-e2e
	@$(MAKE) test-deploy

test-tools: install-test ## tools/tidy and its own tests
	$(call say,Testing the tools)
	tools/tidy
	cd tests/tools && node --test --test-reporter=spec

test-app: install-build ## the page at /: its types and its own tests
	$(call say,Testing the page)
	tools/npm-ci web/app
	cd web/app && npm run --silent check && npm run --silent test

test-deploy: install-deploy build ## what deploy/ has: package, charts, unit, alerts, proxies
	$(call say,Testing deploy/)
	tools/npm-ci tests/deploy
	cd tests/deploy && node --test --test-reporter=spec

test-image: install-image install-deploy build ## the image, and the package in a fresh Debian
	$(call say,Testing the image and the package)
	tools/npm-ci tests/deploy
	tests/deploy/support/base_image.sh build/image
	cd tests/deploy && TODOD_TEST_IMAGE=../../build/image TODOD_TEST_ROOT=$(CURDIR)/build/image/root \
	    node --test --test-reporter=spec --test-concurrency=1 image_build.test.mjs package.test.mjs

test-asan: install-test ## all suites under AddressSanitizer and UndefinedBehaviorSanitizer
	$(call say,Testing under AddressSanitizer and UndefinedBehaviorSanitizer)
	cmake --preset asan
	cmake --build --preset asan
	tools/with-postgres ctest --test-dir build/asan --output-on-failure --no-tests=error

test-tsan: install-test ## the concurrent suites under ThreadSanitizer
	$(call say,Testing under ThreadSanitizer: $(CONCURRENT))
	cmake --preset tsan
	cmake --build --preset tsan --target $(CONCURRENT:%=test_%)
	tools/with-postgres ctest --test-dir build/tsan --output-on-failure --no-tests=error \
	    --label-regex '^($(subst $() $(),|,$(CONCURRENT)))$$'

test-e2e: install-test build ## the released binary from outside
	cmake --build --preset release --target todod_conformance
	$(call say,Testing end to end on SQLite)
	tools/npm-ci tests/e2e
	tools/npm-ci tests/e2e/mcp
	tools/npm-ci tests/e2e/browser
	$(call e2e,,$(E2E))
	$(call say,Testing end to end on PostgreSQL)
	$(call e2e,TODOD_E2E_DATABASE=postgres ../../tools/with-postgres,$(E2E))
	$(call say,Testing end to end on PostgreSQL through TLS and PgBouncer)
	$(call e2e,TODOD_E2E_DATABASE=postgres ../../tools/with-postgres \
	    node support/with_pgbouncer.mjs,$(POOLED))

lint: install-lint ## the style: tools/tidy, clang-format, clang-tidy, shellcheck
	$(call say,Checking the rules of the house)
	tools/tidy
	shellcheck tools/install tools/embed tools/npm-ci tools/with-postgres bench/creates \
	    .ci/run deploy/debian/postinst deploy/debian/postrm deploy/debian/prerm \
	    tests/deploy/support/base_image.sh tests/deploy/support/room.sh
	$(call say,Checking the format)
	$(CXX_FILES) | xargs -0 clang-format-19 --dry-run -Werror
	$(call say,Checking with clang-tidy)
	cmake --preset dev -B build/lint -DTODOD_TESTS=OFF
	cmake --build build/lint --target todod_pch
	tools/analyze build/lint

format: install-lint ## put every C++ file into shape
	$(CXX_FILES) | xargs -0 clang-format-19 -i

bench: install-bench build ## the micro-benchmarks, and todod beside its peers where COMPARE is
	$(call say,Measuring)
	cmake --preset bench
	cmake --build --preset bench
	for each in build/bench/bench/bench_*; do if [ -x "$$each" ]; then "$$each"; fi; done
	if [ -x "$(COMPARE)" ]; then "$(COMPARE)" todod gin fastify fastapi; \
	    "$(COMPARE)" todod-sqlite gin; fi

fuzz: install-build ## each fuzz target for FUZZ_SECONDS (60)
	$(call say,Fuzzing for $(FUZZ_SECONDS) s each)
	cmake --preset fuzz
	cmake --build --preset fuzz
	for each in build/fuzz/fuzz/fuzz_*; do \
	    name=$${each##*/fuzz_}; found=build/fuzz/found/$$name; mkdir -p "$$found"; \
	    "$$each" -max_total_time=$(FUZZ_SECONDS) -artifact_prefix="$$found/" \
	        "$$found" "fuzz/corpus/$$name"; \
	done

clean: ## remove what was built
	rm -rf build

.PHONY: help build run package test test-tools test-app test-deploy test-image test-asan \
    test-tsan test-e2e lint format bench fuzz clean
