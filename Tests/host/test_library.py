# SPDX-License-Identifier: MIT
"""The library as a guest in its host's process: what it links, exports, weighs, and leaves alone."""

import pathlib
import re
import subprocess
import sys

from inwise_ffi import FUNCTIONS, HEADER, LIBRARY

NEEDED = re.compile(r"lib(curl|jansson|sqlite3|c|m|gcc_s|stdc\+\+|dl|pthread)\.so\.\d+|ld-linux-.*")


def output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def declared() -> set[str]:
    text = re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.DOTALL)
    return set(re.findall(r"\b(inwise_\w+)\s*\(", text))


def test_it_exports_what_the_header_declares_and_nothing_else():
    lines = output("nm", "-D", "--defined-only", str(LIBRARY)).splitlines()
    symbols = {line.split()[-1].partition("@")[0] for line in lines if line.split()[1] != "A"}
    assert symbols == declared()


def test_these_tests_know_every_function():
    assert set(FUNCTIONS) == declared()


def test_it_links_only_what_it_may():
    dynamic = output("readelf", "-dW", str(LIBRARY))
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)
    assert needed and [name for name in needed if not NEEDED.fullmatch(name)] == []
    assert not re.search(r"swift|Foundation|dispatch|BlocksRuntime", output("ldd", str(LIBRARY)), re.IGNORECASE)
    assert "not found" not in output("ldd", str(LIBRARY))


def test_it_can_start_no_thread():
    """Neither its own code nor Dispatch, which Swift's concurrency would bring."""
    assert "inwise_open" in output("nm", "-D", "--defined-only", str(LIBRARY))
    assert "pthread_create" not in output("nm", "-D", "--undefined-only", str(LIBRARY))


def test_it_says_who_it_is_and_stays():
    dynamic = output("readelf", "-dW", str(LIBRARY))
    assert "[libinwise.so.0]" in re.search(r"\(SONAME\).*", dynamic).group()
    assert "NODELETE" in dynamic
    assert "BIND_NOW" in dynamic or re.search(r"FLAGS_1.*\bNOW\b", dynamic)
    paths = ":".join(re.findall(r"\(R(?:UN)?PATH\).*\[(.*)\]", dynamic)).split(":")
    assert not [path for path in paths if path.startswith("/")], "a path of the machine that built it"
    assert "TEXTREL" not in dynamic


def test_its_stack_is_not_executable():
    (line,) = [line for line in output("readelf", "-lW", str(LIBRARY)).splitlines() if "GNU_STACK" in line]
    assert "RWE" not in line


def test_it_is_small_and_stripped():
    assert LIBRARY.stat().st_size < 10 << 20
    assert ".debug_info" not in output("readelf", "-SW", str(LIBRARY))


def python(script: str) -> subprocess.CompletedProcess:
    """Runs a script in a process of its own, beside these files."""
    command, here = [sys.executable, "-B", "-c", script], pathlib.Path(__file__).parent
    run = subprocess.run(command, capture_output=True, text=True, cwd=here)
    assert run.returncode == 0, run.stderr
    return run


SIGNALS = """
import ctypes, os, signal
LINES = "SigCgt", "SigIgn", "SigBlk", "Threads"
def caught(): return [line for line in open("/proc/self/status") if line.startswith(LINES)]
def others(): return (os.getcwd(), dict(os.environ), os.umask(os.umask(0o22)), signal.getitimer(signal.ITIMER_REAL))
before = caught(), others()
import inwise_ffi
loaded = caught(), others()
client = inwise_ffi.Client({url!r}, max_retries=0)
client.ask("activities"); client.drain("activities"); client.ask("recentActivities"); client.cancel(); client.close()
with inwise_ffi.Client("sandbox:?contacts=50") as sandbox: sandbox.drain("activities")
after = caught(), others()
assert before == loaded == after, (before, loaded, after)
"""


def test_it_takes_no_signal_starts_no_thread_and_changes_nothing_of_the_process(server):
    script = SIGNALS.format(url=server.scenario(rows=250).url)
    python(script)


def test_it_writes_nothing_to_the_hosts_streams(server):
    script = f"""
import inwise_ffi
for url in ({server.scenario(rows=250).url!r}, {server.scenario(fault="reset-head").url!r}, "sandbox:?contacts=50"):
    with inwise_ffi.Client(url, max_retries=0) if url[0] == "h" else inwise_ffi.Client(url) as client:
        client.ask("activities"), client.ask("activities", b"nonsense")
"""
    run = python(script)
    assert (run.stdout, run.stderr) == ("", "")


def test_a_host_that_ignores_no_sigpipe_survives_a_reset(server):
    """Python ignores SIGPIPE; a C host does not."""
    script = f"""
import signal; signal.signal(signal.SIGPIPE, signal.SIG_DFL)
import inwise_ffi
for fault in ("reset-before", "close-before"):
    with inwise_ffi.Client({server.origin!r} + "/run=sigpipe,fault=" + fault, max_retry_delay_seconds=0) as client:
        for _ in range(10):
            assert client.ask("activities").status == inwise_ffi.Status.NETWORK
"""
    python(script)
