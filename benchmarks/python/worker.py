# SPDX-License-Identifier: MIT
"""worker.py PEER WORK FOLDER …: does a work once for each line it is given."""
import json
import re
import statistics
import sys
import time


def prepare(peer, work, folder, *rest):
    """The work, what makes its result an answer, and how often to do it where it is too short to be timed once."""
    if work.startswith("decode"):
        import decode
        return decode.prepare(peer, work, folder)
    if work == "fetch":
        import fetch
        return fetch.prepare(peer, *rest)
    if work == "ingest":
        import ingest
        return ingest.prepare(peer, folder, *rest)
    if work == "sync":
        import sync
        return sync.prepare(*rest)
    if work == "summary":
        import summary
        return summary.prepare(peer, folder, *rest)
    if work == "webhook-parse":
        import webhook
        return webhook.parsing(folder, *rest)
    if work == "webhook-ingest":
        import webhook
        return webhook.ingesting(folder, *rest)
    import funnel
    return funnel.prepare(peer, work, folder)


def peak_kb():
    with open("/proc/self/status") as status:
        return int(re.search(r"VmHWM:\s+(\d+)", status.read())[1])


def main():
    run, answer, *calls = prepare(*sys.argv[1:])
    calls = calls[0] if calls else 1
    print("ready", flush=True)
    for _ in sys.stdin:
        walls, cpu = [], time.process_time()
        for _ in range(calls):
            start = time.perf_counter()
            result = run()
            walls.append(time.perf_counter() - start)
        times = {"wall": statistics.median(walls), "cpu": (time.process_time() - cpu) / calls, "peak_kb": peak_kb()}
        print(json.dumps(times | {"answer": answer(result)}), flush=True)


main()
