# SPDX-License-Identifier: MIT
"""Webhooks into a mirror, from a process of its own, which a test may end at any moment. Given {"path": …, "now": …, "bodies": […]}, it prints
"begun", then of each body, once the library has acknowledged it, its place and event_id."""

import json
import sys

from hooks import ingest
from mirrors import mirror

given = json.loads(sys.argv[1])
print(json.dumps("begun"), flush=True)
with mirror(given["path"], now=given["now"], log_level=0) as copy:
    for place, body in enumerate(given["bodies"]):
        event = ingest(copy, body.encode()).good()
        print(json.dumps([place, event["event_id"]]), flush=True)
