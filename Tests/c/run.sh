#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Compiles the C and C++ programs of this folder against build/lib, as a host would, and runs them, also under valgrind. Ends with "N passed, N failed".
set -eu
cd "$(dirname "$0")/../.."

export PKG_CONFIG_PATH="$PWD/build/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
export LD_LIBRARY_PATH="$PWD/build/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
read -ra cflags <<<"$(pkg-config --cflags inwise)"
read -ra flags <<<"$(pkg-config --cflags --libs inwise)"
warnings=(-Wall -Wextra -Werror -pedantic)
valgrind=(valgrind -q --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite --error-exitcode=9)
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
for program in handles texts funnels refused sandbox; do
    step "$program.c compiles as c99" "$cc" -std=c99 -g "${warnings[@]}" "Tests/c/$program.c" -o "$out/$program" "${flags[@]}"
    step "$program.c runs" "$out/$program"
    step "$program.c runs under valgrind" "${valgrind[@]}" "$out/$program"
done
compilers=("$cxx")
if command -v clang++ >/dev/null; then compilers+=(clang++); fi
echo '#include <inwise.hpp>' >"$out/alone.hpp"
for compiler in "${compilers[@]}"; do
    for standard in c++17 c++20; do
        step "inwise.hpp as $standard, $compiler" "$compiler" -std=$standard "${warnings[@]}" -Wshadow -Wconversion -fno-rtti \
            -fsyntax-only -x c++ "$out/alone.hpp" "${cflags[@]}"
        step "wrapper.cpp compiles as $standard, $compiler" "$compiler" -std=$standard -g "${warnings[@]}" -pthread \
            Tests/c/wrapper.cpp -o "$out/wrapper" "${flags[@]}"
        step "wrapper.cpp runs" "$out/wrapper"
    done
done
step "wrapper.cpp runs under valgrind" "${valgrind[@]}" "$out/wrapper"

# The golden vectors, each counted once; their server ends with this script, whose end closes its input.
coproc vectors_server { exec python3 -B Tests/Vectors/server.py; }
read -r base <&"${vectors_server[0]}"
step "vectors.c compiles as c99" "$cc" -std=c99 -g "${warnings[@]}" Tests/c/vectors.c -o "$out/vectors" "${flags[@]}" -ljansson
step "vectors.c runs" "$out/vectors" "$base" Tests/Vectors
counted=$(sed -n 's/^\([0-9]*\) passed, .*/\1/p' "$out/said")
passed=$((passed + ${counted:-0}))
step "vectors.c runs under valgrind" "${valgrind[@]}" --suppressions=Tests/c/vectors.supp "$out/vectors" "$base" Tests/Vectors

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
