# SPDX-License-Identifier: MIT
"""Posts events to `inwise webhook` as fast as it answers, with wrk, and prints what came of it: no event may be lost, and memory stays flat.

    make cli bench-deps && python3 benchmarks/receiver.py
"""
import argparse
import contextlib
import json
import pathlib
import re
import signal
import sqlite3
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).parent
INWISE = HERE.parent / "build" / "bin" / "inwise"
#: What the mirror has before, indexes and all.
ACCOUNT = "sandbox:?seed=7&contacts=20000&campaigns=5&now=2024-09-20T12:00:00"


def resident(process):
    """KiB."""
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmRSS:\s*(\d+)", status)[1])


def seconds_on_cpu(process):
    fields = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def count(mirror):
    with contextlib.closing(sqlite3.connect(mirror)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return database.execute("SELECT count(*) FROM events").fetchone()[0]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=int, default=30)
    arguments.add_argument("--connections", type=int, default=64)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=HERE.parent / "build") as folder:
        mirror = pathlib.Path(folder) / "mirror.db"
        subprocess.run([INWISE, "sync", mirror, "--quiet", "--url", ACCOUNT], check=True)
        receiver = subprocess.Popen([INWISE, "webhook", "--listen", "127.0.0.1:0", "--mirror", mirror, "--allow", "127.0.0.1"], stdout=subprocess.PIPE, text=True)
        url = re.search(r"http://\S+", receiver.stdout.readline())[0]
        wrk = subprocess.Popen(["wrk", "--threads", "2", "--connections", str(asked.connections), "--duration", f"{asked.seconds}s", "--latency",
                                "--script", HERE / "receiver.lua", url], stdout=subprocess.PIPE, text=True)
        samples = []
        while wrk.poll() is None:
            time.sleep(0.5)
            samples.append(resident(receiver.pid))
        cpu = seconds_on_cpu(receiver.pid)
        told = json.loads(wrk.stdout.read().splitlines()[-1])
        receiver.send_signal(signal.SIGTERM)
        kept = int(re.search(r"new (\d+)", receiver.stdout.read())[1])
        assert receiver.wait() == 0
        there = count(mirror)
    early, last = samples[len(samples) // 3], samples[-1]
    print("| events/s | answers 200 | events in the mirror | other answers | p50 | p99 | CPU | RSS after a third | RSS at the end |")
    print("|" + " --- |" * 9)
    print(f"| {told['answers'] / told['seconds']:,.0f} | {told['answers'] - told['refused']:,} | {there:,} | {told['refused'] + told['broken']} "
          f"| {told['p50_ms']} ms | {told['p99_ms']} ms | {cpu / told['seconds'] * 100:.0f} % | {early / 1024:.1f} MiB | {last / 1024:.1f} MiB |")
    # Up to one on each connection was kept when wrk had stopped listening.
    is_whole = told["refused"] == told["broken"] == 0 and told["answers"] <= kept <= there <= told["answers"] + asked.connections
    is_flat = last - early < 8 * 1024
    print(f"\nNo event lost: {'yes' if is_whole else 'NO'}. Memory flat: {'yes' if is_flat else 'NO'}.")
    print("RSS, MiB: " + " ".join(f"{kib / 1024:.0f}" for kib in samples[::4]))
    raise SystemExit(0 if is_whole and is_flat else 1)


main()
