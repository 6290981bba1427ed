# SPDX-License-Identifier: MIT
"""A sync in a process of its own, which a test may end at any moment. Given {"url": …, "path": …, "source": {…}, "target": {…},
"options": {…}, "kill_at": N, "steps": true}, it prints "begun", then (with "steps") each step, then the status and the report; with
"kill_at" it ends itself by SIGKILL in the progress function's call of that number."""

import json
import os
import resource
import signal
import sys

from inwise_ffi import Client
from mirrors import mirror

given = json.loads(sys.argv[1])
if "file_size" in given:
    # No file of this process grows beyond it; without a handler of its own Python ignores the signal that would come.
    resource.setrlimit(resource.RLIMIT_FSIZE, (given["file_size"], resource.RLIM_INFINITY))
steps = 0


def say(value) -> None:
    print(json.dumps(value), flush=True)


def progress(step: dict) -> bool:
    global steps
    steps += 1
    if steps == given.get("kill_at"):
        os.kill(os.getpid(), signal.SIGKILL)
    if given.get("steps"):
        say(step)
    return False


say("begun")
with Client(given["url"], **given["source"]) as source, mirror(given["path"], **given["target"]) as into:
    outcome = source.sync(into, progress, **given.get("options", {}))
say([outcome.status.name, outcome.value])
