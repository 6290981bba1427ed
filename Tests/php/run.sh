#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The PHP package by itself: syntax, style, and its unit tests. The last line says how many passed.
set -u
cd "$(dirname "$0")/../.."
folders=(bindings/php examples/php Tests/php)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0

find "${folders[@]}" -name '*.php' -print0 | xargs -0 -n 1 php -l | grep -v '^No syntax errors' && failed=1
phpcs --standard=PSR12 -n "${folders[@]}" || failed=1
composer validate --no-check-publish --no-check-lock --quiet bindings/php/composer.json || failed=1
phpunit -c Tests/php/phpunit.xml | tee "$log"
[ "${PIPESTATUS[0]}" -eq 0 ] || failed=1
tests=$(grep -oE '^OK \([0-9]+ test|^Tests: [0-9]+' "$log" | grep -oE '[0-9]+')
bad=$(grep -E '^Tests: ' "$log" | grep -oE '(Errors|Failures|Warnings|Risky): [0-9]+' | awk '{ sum += $2 } END { print sum + 0 }')
[ "$failed" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
echo "$((${tests:-0} - bad)) passed, $bad failed"
[ "$failed" -eq 0 ]
