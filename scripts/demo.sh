#!/usr/bin/env bash
# Serves the sandbox on a free loopback port and prints a campaign's funnel over real HTTP.
set -eu
cd "$(dirname "$0")/.."
export PKG_CONFIG_PATH=$PWD/build/lib/pkgconfig
mkdir -p build/examples
# shellcheck disable=SC2046
gcc -std=c99 -O2 -Wall -Wextra -Werror -pedantic examples/c/funnel.c $(pkg-config --cflags --libs inwise jansson) \
    -Wl,-rpath,"$PWD/build/lib" -o build/examples/funnel

served=$(mktemp)
build/bin/inwise sandbox --seed 7 >"$served" &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null || true; rm -f "$served"' EXIT
for _ in $(seq 100); do
    url=$(sed -n 's/.*\(http:[^ ]*\).*/\1/p' "$served")
    [ -n "$url" ] && break
    kill -0 $server
    sleep 0.1
done
echo "The sandbox answers at $url"
build/examples/funnel "$url" 1958368
