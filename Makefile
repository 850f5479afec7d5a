# Two commands on a fresh Debian 12 with git and make:
#   make deps run      the program on a copy of sample.db
#   make deps check    every test
# B is the build folder, so that several builds stand side by side:
#   make B=build/asan SAN=address,undefined
#   make B=build/clang CC=clang

B      ?= build
CC      = gcc
SAN    ?=
OPT    ?= -O2
WARN    = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
DEBUG  ?= -g
CFLAGS ?= $(DEBUG) $(OPT)
prefix ?= /usr/local
JOBS   ?= $(shell nproc 2>/dev/null || echo 2)

ALLCFLAGS  = -std=c17 -D_GNU_SOURCE $(WARN) $(WERROR) -Isrc -I$B/gen -I/usr/include/libxml2 $(CFLAGS)
# These are taken in at run time only (base/late.h), by the names linking would write.
soname      = $(or $(shell readelf -d "$$($(CC) -print-file-name=lib$1.so)" 2>/dev/null | sed -n 's/.*SONAME.*\[\(.*\)\].*/\1/p'),lib$1.so)
$B/base/nfc.o: ALLCFLAGS += -DUNISTRING_LIBRARY='"$(call soname,unistring)"'
$B/form/zip.o: ALLCFLAGS += -DZIP_LIBRARY='"$(call soname,zip)"'
$B/form/xlsx_write.o: ALLCFLAGS += -DXLSXWRITER_LIBRARY='"$(call soname,xlsxwriter)"'
$B/form/xml.o: ALLCFLAGS += -DXML_LIBRARY='"$(call soname,xml2)"'
ALLLDFLAGS = $(LDFLAGS)
ifneq ($(SAN),)
ALLCFLAGS  += -fsanitize=$(SAN) -fno-sanitize-recover=undefined -fno-omit-frame-pointer
ALLLDFLAGS += -fsanitize=$(SAN)
endif
LIBS = -lncursesw -ltinfo -lsqlite3 -lyaml -lpcre2-8 -ljansson -lzstd -lsodium -lm

# Floors, ground floor first. An archive a floor; tests link theirs and those below,
# and are compiled fast rather than well.
FLOORS = base form logic record store sync report tui cli
below_base   = base
below_form   = form $(below_base)
below_logic  = logic $(below_form)
below_record = record $(below_logic)
below_store  = store $(below_record)
below_sync   = sync $(below_store)
below_report = report $(below_store)
below_tui    = tui report sync $(below_store)
below_cli    = cli $(below_tui)

objs  = $(patsubst src/%.c,$B/%.o,$(filter-out src/cli/main.c,$(wildcard src/$1/*.c)))
ars   = $(foreach f,$1,$(if $(wildcard src/$f/*.c),$B/$f.a))
UNIT  = $(patsubst tests/unit/%.c,$B/unit/%,$(wildcard tests/unit/*/*_test.c))
TOOLS = $(patsubst tests/tools/%.c,$B/tools/%,$(wildcard tests/tools/*.c))

all: $B/ruhu

$B/ruhu: $B/cli/main.o $(call ars,$(below_cli))
	$(CC) $(ALLLDFLAGS) -o $@ $B/cli/main.o $(call ars,$(below_cli)) $(LIBS)

define floor
$B/$1.a: $(call objs,$1)
	@rm -f $$@
	ar rcs $$@ $(call objs,$1)
$B/unit/$1/%: tests/unit/$1/%.c $(call ars,$(below_$1))
	@mkdir -p $$(@D)
	$$(CC) $$(ALLCFLAGS) -O0 -MMD -MP $$(ALLLDFLAGS) -o $$@ $$< $(call ars,$(below_$1)) -lcmocka $$(LIBS)
endef
$(foreach f,$(FLOORS),$(eval $(call floor,$f)))

$B/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(ALLCFLAGS) -MMD -MP -c -o $@ $<

# The Chinese catalogue, built in: po -> mo -> bytes of a C array.
$B/gen/zh_mo.h: po/zh.po
	@mkdir -p $(@D)
	msgfmt --check -o $B/gen/zh.mo $<
	od -An -v -tu1 $B/gen/zh.mo | sed 's/  */,/g; s/^,//; s/$$/,/' > $@.part
	mv $@.part $@
$B/base/tr.o: $B/gen/zh_mo.h

# The lesson's form, built in too.
$B/gen/tutor_form.h: src/tui/tutor.yaml
	@mkdir -p $(@D)
	{ echo 'static const unsigned char tutor_form[] = {'; od -An -v -tu1 $< | sed 's/  */,/g; s/^,//; s/$$/,/'; echo '};'; } > $@.part
	mv $@.part $@
$B/tui/coach.o: $B/gen/tutor_form.h

# One program a file; the files of a folder of its name belong to it.
.SECONDEXPANSION:
$B/tools/%: tests/tools/%.c $(wildcard tests/tools/*.h) $$(wildcard tests/tools/$$*/*.[ch]) $(call ars,$(below_tui))
	@mkdir -p $(@D)
	$(CC) $(ALLCFLAGS) -Itests/tools $(ALLLDFLAGS) -o $@ $(filter %.c,$^) $(call ars,$(below_tui)) -lvterm -lutil $(LIBS)

# Fuzzers: all below them again, by clang with libFuzzer's hooks. form.c is three.
FUZZERS = expr yaml xform xlsx seal body
FUZZED  = $(foreach f,$(below_sync),$B/fuzz/built/$f.a)
target  = $(firstword $(wildcard tests/fuzz/$1.c) tests/fuzz/form.c) tests/fuzz/fixed.c
fuzzers: $(FUZZERS:%=$B/fuzz/%)
$(FUZZED) &: $(foreach f,$(below_sync),$(wildcard src/$f/*.c)) $(wildcard src/*/*.h src/*/*.def)
	@+$(MAKE) --no-print-directory -s -j$(JOBS) B=$B/fuzz/built CC=clang OPT=-O1 SAN=fuzzer-no-link,address,undefined $(FUZZED)
	@touch $(FUZZED)
$(FUZZERS:%=$B/fuzz/%): $B/fuzz/%: $(FUZZED) $(wildcard tests/fuzz/*.[ch])
	@mkdir -p $(@D)
	clang -std=c17 -D_GNU_SOURCE -DFUZZ_$* $(WARN) -g -O1 -fsanitize=fuzzer,address,undefined -Isrc -o $@ \
	    $(call target,$*) $(FUZZED) $(LIBS)

# The same targets without a fuzzer, to play inputs again (tests/fuzz/replay.c).
replays: $(FUZZERS:%=$B/replay/%)
$(FUZZERS:%=$B/replay/%): $B/replay/%: $(wildcard tests/fuzz/*.[ch]) $(call ars,$(below_sync))
	@mkdir -p $(@D)
	$(CC) $(ALLCFLAGS) -DFUZZ_$* $(ALLLDFLAGS) -o $@ $(call target,$*) tests/fuzz/replay.c $(call ars,$(below_sync)) $(LIBS)

unit: $(UNIT)
tools: $(TOOLS)

# ---- what people call ---------------------------------------------------------
# Sub-makes, so that `make deps check` looks for headers only after `deps`.
deps:
	@sh tests/deps

run:
	@+$(MAKE) --no-print-directory -j$(JOBS) all
	@cp -f sample.db $B/try.db && rm -f $B/try.db-wal $B/try.db-shm $B/try.db.lock
	$B/ruhu -d $B/try.db

check:
	@+B=$B JOBS=$(JOBS) sh tests/check

bench: all tools
	@B=$B sh tests/bench/run

keys: all tools
	@B=$B sh tests/keys/keys.sh

conformance: all tools
	@B=$B sh tests/conformance/report

fuzz: all
	@+B=$B FUZZ_SECONDS=$(or $(FUZZ_SECONDS),120) FUZZ_SEED=$(or $(FUZZ_SEED),1) JOBS=$(JOBS) sh tests/fuzz/run

# Two thousand worlds of sites that exchange files badly.
oracle: all tools
	@$B/tools/oracle -j $(JOBS) $(or $(WORLDS),2000)

soak:
	@+$(MAKE) --no-print-directory FUZZ_SEED=0 FUZZ_STRICT=1 fuzz
	@+$(MAKE) --no-print-directory WORLDS=10000 oracle
	@B=$B sh tests/sync/busy.sh 30 3300

sample: all
	@B=$B sh tests/sample/make

lint:
	@+B=$B JOBS=$(JOBS) sh tests/lint

cover:
	@+$(MAKE) --no-print-directory -j$(JOBS) B=$B/cover CFLAGS='-O0 -g --coverage' LDFLAGS=--coverage all unit tools replays
	@B=$B/cover sh tests/cover

install: all
	install -d $(DESTDIR)$(prefix)/bin $(DESTDIR)$(prefix)/share/man/man1 $(DESTDIR)$(prefix)/share/man/man5 $(DESTDIR)$(prefix)/share/ruhu/forms
	install -m755 $B/ruhu $(DESTDIR)$(prefix)/bin/ruhu
	install -m644 docs/ruhu.1 $(DESTDIR)$(prefix)/share/man/man1/
	install -m644 docs/ruhu-form.5 $(DESTDIR)$(prefix)/share/man/man5/
	cp -R forms/. $(DESTDIR)$(prefix)/share/ruhu/forms/

clean:
	rm -rf build

.PHONY: all unit tools deps run check bench keys fuzz fuzzers replays oracle soak conformance sample lint cover install clean
.SECONDARY:
.DELETE_ON_ERROR:

-include $(shell find $B -name '*.d' 2>/dev/null)
