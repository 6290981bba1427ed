# libinwise: `make demo` and `make test` do everything on a fresh Debian with a Swift toolchain.
#
#   make demo       build, serve the sandbox, print a campaign's funnel over real HTTP
#   make test       everything that can fail
#   make fuzz       hostile bytes for what reads pages, saved funnels and webhooks; FUZZ_SECONDS=60 for each target
#   make bench      the library beside its peers, as tables; BENCH_ARGS="--rounds 3 --only decode,fetch-gzip"
#   make lib        build/lib/libinwise.so, build/include/inwise.h and .hpp, pkg-config and CMake files
#   make cli        build/bin/inwise
#   make man        build/share/man: the manual's pages, of inwise.h and the command line's help
#   make wheel      build/python: the Python package, which carries the library
#   make php        bindings/php/lib: the library, which the Composer package then carries
#   make install    PREFIX=/usr/local DESTDIR= LIBDIR=$(PREFIX)/lib
#   make uninstall  the same variables
#   make clean

VERSION := $(shell sed -n 's/^\#define INWISE_VERSION "\(.*\)"/\1/p' include/inwise.h)
SOVERSION := 0
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
MANDIR ?= $(PREFIX)/share/man
DESTDIR ?=

SWIFT ?= swift
# Without the traits, which is without Async: Swift's concurrency runtime brings Dispatch, which hangs forked children.
# The Swift runtime goes into the library: the dynamic one would take seven of the host's signal handlers. The default
# linker, gold, leaves Swift names in the dynamic symbol table despite the version script; lld does not. Whether two accesses to one
# value overlap is checked in the tests, which are debug builds: here it would cost a tenth of a sync, and end the host.
SWIFT_BUILD := $(SWIFT) build -c release --disable-default-traits -Xswiftc -static-stdlib -Xswiftc -use-ld=lld -Xswiftc -enforce-exclusivity=unchecked
LIBRARY_LINK := $(foreach flag,--version-script=$(CURDIR)/packaging/inwise.map -soname=libinwise.so.$(SOVERSION) \
    -z nodelete -z now -z relro --gc-sections,-Xlinker $(flag))

LIBRARY := build/lib/libinwise.so.$(VERSION)
SOURCES := $(shell find Sources include packaging -type f ! -name '*.hpp') Package.swift Makefile

.PHONY: all lib cli man wheel php demo test fuzz bench install uninstall clean deps test-deps bench-deps
all: lib cli man

deps:
	@scripts/install-packages.sh build
test-deps:
	@scripts/install-packages.sh build test
bench-deps:
	@scripts/install-packages.sh build bench

# ---------------------------------------------------------------- building

lib: deps
	@$(MAKE) --no-print-directory $(LIBRARY) build/lib/pkgconfig/inwise.pc build/lib/cmake/inwise/inwiseConfig.cmake build/include/inwise.h build/include/inwise.hpp

cli: deps
	@$(MAKE) --no-print-directory build/bin/inwise

man: cli
	@$(MAKE) --no-print-directory build/share/man/man3/libinwise.3

# What a running program may have mapped is replaced, never written into: hence mv, here and for the command line.
$(LIBRARY): $(SOURCES)
	$(SWIFT_BUILD) --product inwise $(LIBRARY_LINK)
	@mkdir -p build/lib
	strip --strip-unneeded -o $@.new "$$($(SWIFT_BUILD) --show-bin-path)/libinwise.so"
	mv $@.new $@
	ln -sf libinwise.so.$(VERSION) build/lib/libinwise.so.$(SOVERSION)
	ln -sf libinwise.so.$(SOVERSION) build/lib/libinwise.so

build/bin/inwise: $(SOURCES)
	$(SWIFT_BUILD) --product inwise-cli
	@mkdir -p build/bin
	strip -o $@.new "$$($(SWIFT_BUILD) --show-bin-path)/inwise-cli"
	mv $@.new $@

build/include/%: include/%
	@mkdir -p $(@D)
	cp $< $@

# Section 3 is the header's, section 1 the command line's.
build/share/man/man3/libinwise.3: include/inwise.h build/bin/inwise $(wildcard scripts/manual/*.py)
	python3 -B scripts/manual include/inwise.h build/bin/inwise build/share/man

# pcfiledir makes the files in build/ right wherever the checkout lies.
build/lib/pkgconfig/inwise.pc: packaging/inwise.pc.in include/inwise.h Makefile
	@mkdir -p $(@D)
	sed -e 's|@PREFIX@|$${pcfiledir}/../..|' -e 's|@LIBDIR@|$${prefix}/lib|' -e 's|@VERSION@|$(VERSION)|' $< > $@

build/lib/cmake/inwise/inwiseConfig.cmake: packaging/inwiseConfig.cmake packaging/inwiseConfigVersion.cmake.in include/inwise.h
	@mkdir -p $(@D)
	cp $< $@
	sed 's|@VERSION@|$(VERSION)|' packaging/inwiseConfigVersion.cmake.in > $(@D)/inwiseConfigVersion.cmake

wheel: lib
	@scripts/install-packages.sh wheel
	@[ -x build/venv/bin/pip ] || python3 -m venv build/venv
	rm -rf build/python
	INWISE_LIB=$(CURDIR)/$(LIBRARY) build/venv/bin/pip wheel -q --disable-pip-version-check --no-deps -w build/python bindings/python

php: lib
	@mkdir -p bindings/php/lib
	install -m 644 $(LIBRARY) bindings/php/lib/libinwise.so

# ---------------------------------------------------------------- installing

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(LIBDIR)/cmake/inwise
	install -d $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man3
	install -m 755 $(LIBRARY) $(DESTDIR)$(LIBDIR)/
	ln -sf libinwise.so.$(VERSION) $(DESTDIR)$(LIBDIR)/libinwise.so.$(SOVERSION)
	ln -sf libinwise.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/libinwise.so
	install -m 644 include/inwise.h include/inwise.hpp $(DESTDIR)$(PREFIX)/include/
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@VERSION@|$(VERSION)|' packaging/inwise.pc.in > $(DESTDIR)$(LIBDIR)/pkgconfig/inwise.pc
	install -m 644 build/lib/cmake/inwise/*.cmake $(DESTDIR)$(LIBDIR)/cmake/inwise/
	install -m 755 build/bin/inwise $(DESTDIR)$(PREFIX)/bin/
	install -m 644 build/share/man/man1/inwise.1 $(DESTDIR)$(MANDIR)/man1/
	install -m 644 build/share/man/man3/libinwise.3 build/share/man/man3/inwise_*.3 $(DESTDIR)$(MANDIR)/man3/
	@if [ -z "$(DESTDIR)" ] && [ "$$(id -u)" = 0 ]; then ldconfig; fi

uninstall:
	rm -f $(DESTDIR)$(LIBDIR)/libinwise.so $(DESTDIR)$(LIBDIR)/libinwise.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/libinwise.so.$(VERSION)
	rm -f $(DESTDIR)$(PREFIX)/include/inwise.h $(DESTDIR)$(PREFIX)/include/inwise.hpp $(DESTDIR)$(LIBDIR)/pkgconfig/inwise.pc
	rm -f $(DESTDIR)$(PREFIX)/bin/inwise $(DESTDIR)$(MANDIR)/man1/inwise.1 $(DESTDIR)$(MANDIR)/man3/libinwise.3 $(DESTDIR)$(MANDIR)/man3/inwise_*.3
	rm -rf $(DESTDIR)$(LIBDIR)/cmake/inwise
	@if [ -z "$(DESTDIR)" ] && [ "$$(id -u)" = 0 ]; then ldconfig; fi

# ---------------------------------------------------------------- showing, testing, measuring

demo: lib cli
	@scripts/demo.sh

test: test-deps lib cli
	@scripts/test.sh

fuzz: deps
	@scripts/fuzz.sh

bench: bench-deps lib
	$(SWIFT_BUILD) --product inwise-benchmark
	@mkdir -p build/bench/bin
	cp -p "$$($(SWIFT_BUILD) --show-bin-path)/inwise-benchmark" build/bench/bin/
	@python3 benchmarks/run.py $(BENCH_ARGS)

clean:
	rm -rf build .build
