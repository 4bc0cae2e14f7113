# SPDX-License-Identifier: GPL-2.0-or-later

SHELL       := /bin/bash
.DEFAULT_GOAL := help
export GOFLAGS += -buildvcs=false
# With this experiment, keys are erased from memory: see internal/erase. A version of Go that
# does not have it builds the same program without.
export GOEXPERIMENT := $(shell GOEXPERIMENT=runtimesecret go env GOVERSION >/dev/null 2>&1 && echo runtimesecret)

# Where the plugin and the tools are built.
BUILD       ?= build
PLUGIN      := $(BUILD)/purple-otr.so
TOOLKIT     := $(BUILD)/otr-toolkit
KEYS        := $(BUILD)/otr-keys
STATICCHECK := go run honnef.co/go/tools/cmd/staticcheck@v0.8.2
MANUALS     := otr/cmd/otr-toolkit/otr-toolkit.1 keystore/cmd/otr-keys/otr-keys.1
FUZZTIME    ?= 10s
# The linker sets this version; it is empty unless this is a git checkout.
COMMIT      := $(if $(wildcard .git),$(shell git describe --tags --always --dirty 2>/dev/null))
LDFLAGS     := -s -w -buildid= -X purple-otr/internal/version.commit=$(COMMIT)
# The dynamic linker of glibc 2.36 reads relocations in a form that makes the plugin a tenth
# smaller and touches less memory when it is loaded. Older ones cannot read it.
PACKED      := $(shell printf 'glibc 2.36\n%s\n' "$$(getconf GNU_LIBC_VERSION 2>/dev/null)" | sort -CV && echo ,-z,pack-relative-relocs)
LIBOTR      := build/bench-libotr
# Where the engine, the key store and the tools are to work, but no test runs.
SYSTEMS     := windows darwin freebsd
# BRIEF=1: only to see that the measurements work.
BENCHFLAGS  ?= $(if $(BRIEF),-rounds 1 -budget 5 -keys 1 -conversations 10)

# The rows that depend on the group's arithmetic, also measured without our assembly.
KERNELROWS  := dh-shared,dh-key,dsa-sign,dsa-verify,key-exchange,ping-pong,smp

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 15

run: needs-build needs-run build ## show two Pidgins in a private conversation (OTR4=1: in version 4)
	@go run ./test/pidgin/demo $(if $(filter-out 0,$(OTR4)),-version4) $(PLUGIN)

build: programs ## build purple-otr.so, otr-toolkit and otr-keys in build/
	@go run ./ui/locale/check ui/text

# The same source makes the same bytes in every folder (doc/packaging.md). Go would put the
# folder of exports.map into its build identifier, so there is none, and the linker makes one
# from what it has linked.
programs: needs-build
	@mkdir -p $(BUILD)
	@CGO_ENABLED=1 go build -buildmode=c-shared -trimpath \
		-ldflags='$(LDFLAGS) -B none -extldflags "-Wl,--build-id=sha1 -Wl,--version-script=$(CURDIR)/ui/libpurple/exports.map$(PACKED)"' -o $(PLUGIN) .
	@rm -f $(BUILD)/purple-otr.h
	@CGO_ENABLED=0 go build -trimpath -ldflags='$(LDFLAGS)' -o $(TOOLKIT) ./otr/cmd/otr-toolkit
	@CGO_ENABLED=0 go build -trimpath -ldflags='$(LDFLAGS)' -o $(KEYS) ./keystore/cmd/otr-keys

$(PLUGIN):
	@$(MAKE) -s build

# Without PREFIX, installs into ~/.purple/plugins and ~/.local for the current user. With
# PREFIX=/usr (or /usr/local, and DESTDIR for packagers), installs where the Pidgin and
# Finch of every user look.
ifneq ($(PREFIX)$(DESTDIR),)
PLUGINDIR    = $(DESTDIR)$(shell pkg-config --define-variable=prefix=$(or $(PREFIX),/usr) --variable=plugindir purple)
TOOLDIR      = $(DESTDIR)$(or $(PREFIX),/usr)
else
PLUGINDIR    = $(HOME)/.purple/plugins
TOOLDIR      = $(HOME)/.local
endif

# As root there may be no Go: then what has been built is taken.
install: $(if $(PREFIX)$(DESTDIR),$(PLUGIN),build) ## install the plugin in ~/.purple/plugins, the tools in ~/.local (PREFIX=/usr: for all users)
	@install -D -m 644 $(PLUGIN) '$(PLUGINDIR)/purple-otr.so'
	@install -d '$(TOOLDIR)/bin' '$(TOOLDIR)/share/man/man1'
	@install -m 755 $(TOOLKIT) $(KEYS) '$(TOOLDIR)/bin'
	@install -m 644 $(MANUALS) '$(TOOLDIR)/share/man/man1'
	@echo 'Installed $(PLUGINDIR)/purple-otr.so'
	@echo 'and otr-toolkit and otr-keys with their manual pages in $(TOOLDIR)'
	@echo 'To enable it, restart Pidgin and tick "Off-the-Record Messaging (purple-otr)" under'
	@echo 'Tools > Plugins. If pidgin-otr is ticked there, untick it first.'

uninstall: ## remove the plugin and the tools; keys and fingerprints stay in ~/.purple
	@rm -f '$(PLUGINDIR)/purple-otr.so' '$(TOOLDIR)'/{bin/otr-{toolkit,keys},share/man/man1/otr-{toolkit,keys}.1}
	@echo 'Removed $(PLUGINDIR)/purple-otr.so'
	@echo 'and otr-toolkit and otr-keys with their manual pages from $(TOOLDIR)'
ifneq ($(PREFIX)$(DESTDIR),)
	@echo 'The keys and fingerprints of each user stay in their ~/.purple. pidgin-otr cannot read them'
	@echo 'if they are protected, in purple-otr.sealed. To turn them into files that pidgin-otr reads,'
	@echo 'the user runs: $(CURDIR)/$(KEYS) plain'
else
	@if [ -e "$$HOME/.purple/purple-otr.sealed" ]; then \
		echo 'Your keys and fingerprints stay protected in ~/.purple/purple-otr.sealed, where pidgin-otr'; \
		echo 'cannot read them. To turn them into files that pidgin-otr reads, run:'; \
		echo '  $(CURDIR)/$(KEYS) plain'; \
	elif [ -e "$$HOME/.purple/otr.private_key" ]; then \
		echo 'Your keys and fingerprints stay in ~/.purple, where pidgin-otr reads them.'; \
	fi
endif
	@[ -x $(KEYS) ] || echo 'If you need otr-keys again, run "make build" first.'

test: needs-build needs-run needs-test build ## run every test: units, libotr, libpurple, valgrind, real Pidgins
	@test/all

test-languages: needs-build needs-run needs-test needs-fonts build ## measure every window in every language, in a real Pidgin
	@REQUIRE_ALL=1 LANGUAGES=all go test -count=1 -v -timeout 30m -run '^TestLanguages$$' ./test/pidgin

architectures: needs-build needs-architectures ## build the plugin for i386 and arm64, and try it in Debian's libpurple for these
	@REQUIRE_ALL=1 go test -count=1 -v -timeout 60m ./test/architectures

pictures: needs-build needs-run needs-test needs-fonts build ## retake the pictures in doc/screenshots; look at them afterwards (LANGUAGE=de: in doc/screenshots/de)
ifeq ($(origin LANGUAGE),command line)
	@rm -rf doc/screenshots/$(LANGUAGE)
	@REQUIRE_ALL=1 SCREENSHOTS=$(CURDIR)/doc/screenshots LANGUAGES=$(LANGUAGE) go test -count=1 -run '^TestPicturesInLanguages$$' ./test/pidgin
else
	@rm -f doc/screenshots/*.png doc/screenshots/dark/*.png
	@REQUIRE_ALL=1 SCREENSHOTS=$(CURDIR)/doc/screenshots go test -count=1 -run '^(TestPictures|TestPicturesOfKeys|TestFinch)$$' ./test/pidgin
endif

soak: needs-build build ## run the plugin on a bad network for TIME=1h, and check what must never happen (SEED= to repeat)
	@cc -g -Wall -Wextra -Werror -o build/soak-host test/purple/host/*.c $$(pkg-config --cflags --libs purple)
	@go build -o build/soak ./test/soak
	@build/soak -time $(or $(TIME),1h) $(if $(SEED),-seed $(SEED)) build/soak-host $(PLUGIN)

unit: needs-build ## run the tests that take seconds and need no display
	@go test -short ./...

fuzz: needs-build ## run every fuzz test for FUZZTIME=10s
	@test/fuzz $(FUZZTIME)

bench: needs-build needs-bench bench-programs ## compare speed with libotr's, in turns; also writes build/bench.md, four.md, pieces.md
	@build/bench $(BENCHFLAGS) -o build/bench.md build/otr-bench $(LIBOTR)
	@build/bench $(BENCHFLAGS) -only $(KERNELROWS) -ahead -o build/bench-nokernel.md build/otr-bench-nokernel $(LIBOTR)
	@set -o pipefail; build/otr-bench four $(if $(BRIEF),-brief) | tee build/four.md
	@set -o pipefail; build/otr-bench-purego four -no-aims $(if $(BRIEF),-brief) | tee build/four-purego.md
	@set -o pipefail; build/otr-bench pieces $(if $(BRIEF),-brief) | tee build/pieces.md
	@set -o pipefail; build/otr-bench-nokernel pieces $(if $(BRIEF),-brief) | tee build/pieces-nokernel.md

constant-time: needs-build bench-programs ## check that timing reveals no secrets; also writes build/constant-time.md
	@set -o pipefail; build/otr-bench constant-time $(if $(BRIEF),-brief) | tee build/constant-time.md

scale: needs-build bench-programs ## measure how cost grows with conversations, buddies, messages; also writes build/scale.md, build/steps.md
	@set -o pipefail; build/otr-bench scale $(if $(BRIEF),-brief) | tee build/scale.md
	@set -o pipefail; build/otr-bench steps | tee build/steps.md
	@set -o pipefail; build/otr-bench-nokernel steps | tee build/steps-nokernel.md

performance: needs-run needs-test build bench constant-time scale ## measure all of this and Pidgin, and update doc/performance.md
	@REQUIRE_ALL=1 go test -count=1 -v -timeout 10m -run '^(TestCost|TestEnter|TestPauses)$$' ./test/pidgin
	@test/bench/renew doc/performance.md

bench-programs: needs-bench
	@mkdir -p build
	@go build -o build/bench ./test/bench
	@CGO_ENABLED=0 go build -o build/otr-bench ./test/bench/otr-bench
	@CGO_ENABLED=0 go build -tags nokernel -o build/otr-bench-nokernel ./test/bench/otr-bench
	@CGO_ENABLED=0 go build -tags purego -o build/otr-bench-purego ./test/bench/otr-bench
	@cc -O2 -Wall -Wextra -Werror -o $(LIBOTR) test/bench/libotr/libotr.c $$(pkg-config --cflags --libs libotr libgcrypt)

# Go's own C files have parameters that they do not use.
lint: needs-build ## gofmt, go vet, staticcheck, warnings of the C compiler; the tools on other systems
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "not formatted: $$unformatted"; exit 1; fi
	@go vet ./...
	@go vet -tags purpletest ./ui/libpurple
	@set -e; for system in $(SYSTEMS); do \
		GOOS=$$system CGO_ENABLED=0 go build ./otr/... ./keystore/...; \
		GOOS=$$system CGO_ENABLED=0 go vet ./otr/... ./keystore/...; done
	@go run ./test/house -check
	@$(STATICCHECK) ./...
	@CGO_CFLAGS='-O2 -Wall -Wextra -Wno-unused-parameter -Werror' go build -o /dev/null ./...

translations: needs-translate ## update the catalogues in ui/locale with the sentences of the program
	@ui/locale/translations

# ARCHITECTURES=amd64: only for that processor.
packages: needs-build needs-package needs-architectures ## build the .deb, .rpm and Arch packages in build/packages, and check them
	@packaging/build $(or $(ARCHITECTURES),amd64 arm64 i386)
	@packaging/check

# With -modfile, these tools have the versions and checksums of packaging/tools.
govulncheck: needs-build ## report known vulnerabilities of what the programs call (asks vuln.go.dev)
	@go run -modfile=packaging/tools/go.mod golang.org/x/vuln/cmd/govulncheck . ./otr/cmd/otr-toolkit ./keystore/cmd/otr-keys

reproduce: needs-build needs-package ## build the packages of the last commit twice, differently, and compare them
	@test/packages/reproduce

try-package: needs-build needs-run needs-architectures ## install the .deb on a bare Debian 12 (as root), use it in Pidgin, remove it (OLDER=FILE.deb: upgrade from that)
	@test/packages/install

clean: ## remove build/
	@rm -rf build

# The Debian packages that something needs: needs-test are those of the set "test".
needs-%:
	@test/check-go
	@test/install-packages $*

.PHONY: help run build programs install uninstall test test-languages architectures pictures soak unit fuzz bench bench-programs constant-time scale performance lint packages govulncheck reproduce try-package clean translations
