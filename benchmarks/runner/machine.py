# SPDX-License-Identifier: MIT
"""What it was measured on and with."""
import os
import platform
import re
import subprocess

from .paths import LIBRARY, PYTHON, SOURCES

PACKAGES = {"simdjson": "libsimdjson-dev", "rapidjson": "rapidjson-dev", "jansson": "libjansson-dev",
            "libcurl": "libcurl4-openssl-dev", "SQLite": "libsqlite3-dev", "nginx": "nginx"}


def description():
    with open("/proc/cpuinfo") as info:
        model = re.search(r"model name\s*: (.*)", info.read())
    name = model[1] if model else platform.machine()
    return f"{name}, {os.cpu_count()} cores, {platform.freedesktop_os_release()['PRETTY_NAME']}"


def versions():
    found = {"libinwise": output("pkg-config", "--modversion", LIBRARY / "pkgconfig" / "inwise.pc"),
             "gcc": output("gcc", "-dumpfullversion"), "Python": platform.python_version(),
             "PHP": output("php", "-r", "echo PHP_VERSION;")}
    for name, package in PACKAGES.items():
        upstream = re.match(r"(?:\d+:)?([\d.]+)", output("dpkg-query", "-W", "-f", "${Version}", package))
        found[name] = upstream[1] if upstream else "?"
    names = [re.sub(r"\[.*", "", line) for line in (SOURCES / "python" / "requirements.txt").read_text().split("\n") if line and line[0] != "#"]
    ask = "import sys, importlib.metadata as m; print(*(m.version(name) for name in sys.argv[1:]))"
    return found | dict(zip(names, output(PYTHON, "-c", ask, *names).split()))


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
