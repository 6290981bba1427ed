#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Compiles the C and C++ programs of this folder against build/lib, as a host would, and runs them; the C programs also
# under valgrind. Ends with "N passed, N failed".
set -eu
cd "$(dirname "$0")/../.."

export PKG_CONFIG_PATH="$PWD/build/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
export LD_LIBRARY_PATH="$PWD/build/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
read -ra cflags <<<"$(pkg-config --cflags inwise)"
read -ra flags <<<"$(pkg-config --cflags --libs inwise)"
warnings=(-Wall -Wextra -Werror -pedantic)
cc=${CC:-cc}
cxx=${CXX:-c++}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
passed=0
failed=0

# step NAME COMMAND...: runs it, and counts it; what it says is shown if it fails.
step() {
    local name=$1
    shift
    if "$@" >"$out/said" 2>&1; then
        passed=$((passed + 1))
        echo "ok      $name"
    else
        failed=$((failed + 1))
        echo "FAILED  $name"
        sed 's/^/        /' "$out/said"
    fi
}

echo '#include <inwise.h>' >"$out/alone.h"
for standard in c99 c11 c17 c2x; do
    step "header as $standard" "$cc" -std=$standard "${warnings[@]}" -fsyntax-only -x c "$out/alone.h" "${cflags[@]}"
done
for standard in c++11 c++17; do
    step "header as $standard" "$cxx" -std=$standard "${warnings[@]}" -fsyntax-only -x c++ "$out/alone.h" "${cflags[@]}"
    step "header.cpp compiles as $standard" "$cxx" -std=$standard "${warnings[@]}" Tests/c/header.cpp \
        -o "$out/header" "${flags[@]}"
    step "header.cpp runs" "$out/header"
done
for program in contract sandbox; do
    step "$program.c compiles as c99" "$cc" -std=c99 -g "${warnings[@]}" "Tests/c/$program.c" -o "$out/$program" "${flags[@]}"
    step "$program.c runs" "$out/$program"
    step "$program.c runs under valgrind" valgrind -q --leak-check=full --show-leak-kinds=definite \
        --errors-for-leak-kinds=definite --error-exitcode=9 "$out/$program"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
