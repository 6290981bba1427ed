#!/usr/bin/env bash
# Everything that can fail, from the modules to the installed package. The last line says how many tests ran.
set -u
cd "$(dirname "$0")/.."
mkdir -p build
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0

# step NAME COMMAND…: runs it, and adds up what its runner's closing line says.
step() {
    echo "=== $1"
    shift
    "$@" 2>&1 | tee "$log"
    local status=${PIPESTATUS[0]} good bad
    good=$(grep -oE 'Test run with [0-9]+ test|[0-9]+ passed' "$log" | tail -1 | grep -oE '[0-9]+')
    bad=$(grep -oE '[0-9]+ (failed|errors?)' "$log" | grep -oE '^[0-9]+' | awk '{ sum += $1 } END { print sum + 0 }')
    passed=$((passed + ${good:-0}))
    if [ "$status" -ne 0 ]; then
        failed=$((failed + (${bad:-0} > 0 ? ${bad:-0} : 1)))
    fi
}

if [ ! -x build/venv/bin/pytest ]; then
    python3 -m venv build/venv && build/venv/bin/pip install -q --disable-pip-version-check pytest || exit 1
fi
export INWISE_LIB=$PWD/build/lib/libinwise.so INWISE_CLI=$PWD/build/bin/inwise
export LD_LIBRARY_PATH=$PWD/build/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export PYTHONDONTWRITEBYTECODE=1
# The wheel, as anyone installs it: its own tests and the examples run what is in build/venv.
python_package() {
    local pip="build/venv/bin/pip -q --disable-pip-version-check"
    make --no-print-directory wheel && $pip install mypy uvicorn && $pip install --force-reinstall --no-deps build/python/*.whl && pytest Tests/python
}
php_package() { make --no-print-directory php && bash Tests/php/run.sh; }
pytest() { build/venv/bin/pytest -q -p no:cacheprovider "$@"; }

step "Swift modules" swift test --quiet
step "Fuzzing, a fixed seed" scripts/fuzz.sh --fixed
step "C and C++ programs" bash Tests/c/run.sh
step "The library from a host, over real HTTP" pytest Tests/host
step "The command line" pytest Tests/cli
step "The Python package" python_package
step "The PHP package" php_package
step "The PHP package in processes" pytest Tests/php
step "Golden vectors are whole" pytest Tests/Vectors
step "Examples in every language" pytest Tests/examples
step "What the README and the manual say" pytest Tests/docs
step "Installing" pytest Tests/packaging

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
