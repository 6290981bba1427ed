# SPDX-License-Identifier: MIT
"""worker.py PEER WORK FOLDER [URL PAGE_SIZE IN_FLIGHT PAGES plain|gzip]: does a work once for each line it is given."""
import json
import re
import sys
import time


def prepare(peer, work, folder, *rest):
    """The work, and what makes its result an answer."""
    if work.startswith("decode"):
        import decode
        return decode.prepare(peer, work, folder)
    if work == "fetch":
        import fetch
        return fetch.prepare(peer, *rest)
    import funnel
    return funnel.prepare(peer, work, folder)


def peak_kb():
    with open("/proc/self/status") as status:
        return int(re.search(r"VmHWM:\s+(\d+)", status.read())[1])


def main():
    run, answer = prepare(*sys.argv[1:])
    print("ready", flush=True)
    for _ in sys.stdin:
        wall, cpu = time.perf_counter(), time.process_time()
        result = run()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        times = {"wall": wall, "cpu": cpu, "peak_kb": peak_kb()}
        print(json.dumps(times | {"answer": answer(result)}), flush=True)


main()
