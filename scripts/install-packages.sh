#!/usr/bin/env bash
# Installs what Debian's packages give and this machine lacks. Arguments: build, test, wheel, bench.
set -eu
declare -A packages=(
    [build]="gcc libc6-dev binutils pkg-config libcurl4-openssl-dev libjansson-dev libsqlite3-dev libmicrohttpd-dev python3"
    [test]="g++ cmake valgrind openssl nghttp2-server php-cli php-fpm phpunit composer php-codesniffer php-psr-log php-guzzlehttp-psr7 libfcgi-bin python3 python3-venv mandoc groff-base"
    [wheel]="python3 python3-venv"
    [bench]="g++ libsimdjson-dev rapidjson-dev nginx libnginx-mod-http-echo php-cli php-curl python3 python3-venv wrk"
)
missing=()
for set in "$@"; do
    for package in ${packages[$set]}; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
done
if ! command -v swift >/dev/null; then
    echo "A Swift toolchain (6.1 or later) is needed: https://www.swift.org/install/linux" >&2
    exit 1
fi
[ ${#missing[@]} -eq 0 ] && exit 0
echo "Installing ${missing[*]}"
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
"${as_root[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
# Servers that Debian starts at once, and nobody asked for: tests and benchmarks run their own.
if [ -d /run/systemd/system ]; then
    for package in "${missing[@]}"; do
        case $package in
            nginx) "${as_root[@]}" systemctl disable --now --quiet nginx ;;
            php-fpm) "${as_root[@]}" systemctl disable --now --quiet 'php*-fpm' ;;
        esac
    done
fi
