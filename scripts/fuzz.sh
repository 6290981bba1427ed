#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Fuzzes what reads foreign bytes, with libFuzzer and AddressSanitizer: Tests/Fuzz says how.
#
#   fuzz.sh           each target, or FUZZ_TARGETS, for FUZZ_SECONDS (60); what it learns stays in build/fuzz/corpus-TARGET
#   fuzz.sh --fixed   a short run, the same each time, from the committed corpus alone
set -eu
cd "$(dirname "$0")/.."
program=build/fuzz/inwise-fuzz
# A crash is reported by AddressSanitizer; Swift's own reporter would wait for a terminal.
export SWIFT_BACKTRACE=enable=no

# Rows, Funnel, Webhook and JSON, with what they need: they know nothing of HTTP or SQLite, so they build alone, and sooner.
# One module, so that internals are visible; the tests' `import Inwise` means it too.
sources=$(find Sources/Inwise/{Rows,TypedRows,Funnel,JSON,Query,Support,Webhook} -name '*.swift' ! -name InwiseFunnel.swift ! -name WarmUp.swift \
    ! -name Rows.swift ! -name RowCursor.swift ! -name InwiseClient+Rows.swift)
sources+=" Sources/Inwise/InwiseError.swift $(echo Sources/Inwise/Service/{WallTime,PercentDecoding}.swift)"
# Of the tests, what helps them: judges and oracles.
sources+=" $(echo Tests/Fuzz/*.swift) $(grep -L '^import Testing' Tests/InwiseTests/{Rows,TypedRows,Funnel,Webhook}/*.swift | grep -v RowCorpus)"
if [ ! -x $program ] || [ -n "$(find $sources Sources/CByteScan Sources/CJansson scripts/fuzz.sh -newer $program -print -quit)" ]; then
    mkdir -p build/fuzz
    # -Xcc: what is inline in C's headers is watched too, which it would not be by itself.
    swiftc -sanitize=fuzzer,address -Xcc -fsanitize=address -O -wmo -num-threads 2 -parse-as-library -use-ld=lld \
        -suppress-warnings -swift-version 6 -module-name Inwise -package-name inwise \
        -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature ExistentialAny \
        -I Sources/CByteScan -I Sources/CJansson $sources -o $program
fi

# fuzz TARGET NEW FLAG…: runs a target; NEW is where it keeps what it learns.
fuzz() {
    local target=$1 new=$2 log=build/fuzz/$1.log
    shift 2
    mkdir -p "$new" build/fuzz/findings
    ln -f $program "build/fuzz/$target"
    if "build/fuzz/$target" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -dict="Tests/Fuzz/$target.dict" -print_final_stats=1 \
        -artifact_prefix="build/fuzz/findings/$target-" "$@" "$new" "Tests/Fuzz/corpus/$target" >"$log" 2>&1
    then
        echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") runs," \
            "$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log") a second," \
            "$(grep -oE 'cov: [0-9]+ ft: [0-9]+ corp: [0-9]+' "$log" | tail -1)"
        passed=$((passed + 1))
    else
        grep -aE -A 30 'ERROR: |Fatal error: ' "$log" | head -n 50
        echo "$target: a finding. Try it again with build/fuzz/$target $(sed -n 's/.*Test unit written to //p' "$log" | tail -1)"
        failed=$((failed + 1))
    fi
}

passed=0 failed=0
if [ "${1:-}" = --fixed ]; then
    rm -rf build/fuzz/fixed-*
    # Leaks are valgrind's to find in `make test`: where ptrace is forbidden, AddressSanitizer can't look for them.
    fuzz rows build/fuzz/fixed-rows -seed=1 -runs=50000 -detect_leaks=0
    fuzz funnel build/fuzz/fixed-funnel -seed=1 -runs=5000 -detect_leaks=0
    fuzz webhook build/fuzz/fixed-webhook -seed=1 -runs=20000 -detect_leaks=0
else
    for target in ${FUZZ_TARGETS:-rows funnel webhook}; do
        fuzz $target build/fuzz/corpus-$target -max_total_time="${FUZZ_SECONDS:-60}"
    done
fi
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
