# SPDX-License-Identifier: MIT
"""A reader in a process of its own: given {"path": …, "campaigns": […], "options": {…}}, it takes each campaign's summary, walks its
rows, and takes the summary again, until its input ends; then it prints {"rounds": …, "same": …, "wrong": […]}.

What it counts must lie between the two summaries, and be both where they are the same."""

import json
import select
import sys

from inwise_ffi import PAGED, Funnel
from mirrors import EVER, mirror

given = json.loads(sys.argv[1])
rounds = same = 0
wrong: list[str] = []


def look(client, campaign: int) -> None:
    global same
    query = {"campaign_id": campaign}
    first = client.ask("activitiesSummary", query).good()
    ids: dict[str, set] = {kind: set() for kind in PAGED}
    with Funnel() as funnel:
        for kind in PAGED:
            with client.cursor(kind, {**EVER, **query, "page_size": 200}) as cursor:
                for rows in cursor:
                    funnel.add(kind, rows)
                    for row in rows:
                        id = row["row_index" if kind == "sentEmails" else "id"]
                        if id in ids[kind] or len(row) < 5 or row["campaign_id"] != campaign:
                            wrong.append(f"{kind} {row}")
                        ids[kind].add(id)
        counted = funnel.summary(query)
    last = client.ask("activitiesSummary", query).good()
    same += first == last and first["sent"] > 0
    for field, value in first.items():
        if not value <= counted[field] <= last[field]:
            wrong.append(f"{campaign} {field}: {value} before, {counted[field]} counted, {last[field]} after")


with mirror(given["path"], log_level=1, **given["options"]) as client:
    print('"begun"', flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        for campaign in given["campaigns"]:
            look(client, campaign)
        rounds += 1
print(json.dumps({"rounds": rounds, "same": same, "wrong": wrong[:5]}))
