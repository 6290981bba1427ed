# SPDX-License-Identifier: MIT
"""Looks into a mirror's file with Python's own SQLite, in a process of its own: given {"path": …}, it compares the kept counts with the
rows, both of one read transaction, until its input ends; then it prints {"rounds": …, "wrong": […]}."""

import json
import select
import sqlite3
import sys

given = json.loads(sys.argv[1])
#: What the numbers of streams stand for that are no action type's.
WEB_VERSIONS = "(SELECT id FROM names WHERE text IN ('emailWebVersion', 'emailPublicWebVersion'))"
COUNTED = {-1: "FROM sent WHERE campaign = :campaign", -2: "FROM undelivered WHERE campaign = :campaign",
           -3: f"FROM activities WHERE campaign = :campaign AND action_type IN {WEB_VERSIONS}",
           0: "FROM activities WHERE campaign = :campaign AND action_type IS NULL"}
PLAIN = "FROM activities WHERE campaign = :campaign AND action_type = :type"
rounds = 0
wrong: list[str] = []

database = sqlite3.connect(f"file:{given['path']}?mode=ro", uri=True, isolation_level=None, timeout=30)
print('"begun"', flush=True)
while not select.select([sys.stdin], [], [], 0)[0]:
    database.execute("BEGIN")
    streams = database.execute("SELECT campaign, type, rows, contacts FROM streams").fetchall()
    for campaign, type_, rows, contacts in streams:
        found = database.execute(f"SELECT count(*), count(DISTINCT contact) {COUNTED.get(type_, PLAIN)}", {"campaign": campaign, "type": type_}).fetchone()
        if found != (rows, contacts):
            wrong.append(f"campaign {campaign}, type {type_}: kept {(rows, contacts)}, there are {found}")
    for table in ("sent", "undelivered", "activities"):
        counted, kept = (database.execute(sql).fetchone()[0] for sql in (
            f"SELECT count(*) FROM {table} WHERE campaign IS NOT NULL",
            "SELECT total(rows) FROM streams WHERE type " + {"sent": "= -1", "undelivered": "= -2", "activities": ">= 0"}[table]))
        if counted != kept:
            wrong.append(f"{table}: kept {kept}, there are {counted}")
    database.execute("COMMIT")
    rounds += bool(streams)
print(json.dumps({"rounds": rounds, "wrong": wrong[:5]}))
