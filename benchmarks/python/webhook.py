# SPDX-License-Identifier: MIT
"""Webhooks as one would read and keep them in Python: by parse_qsl, and as JSON in an SQLite file."""
import json
import pathlib
import sqlite3
from itertools import islice
from urllib.parse import parse_qsl

from ingest import written_bytes

SCHEMA = """
    CREATE TABLE events (id INTEGER PRIMARY KEY, event TEXT NOT NULL, trigger_type TEXT, campaign_id INTEGER, contact_id INTEGER, time TEXT, received TEXT);
    CREATE UNIQUE INDEX events_once ON events (event);
"""
INSERT = "INSERT OR IGNORE INTO events (event, trigger_type, campaign_id, contact_id, time, received) VALUES (?, ?, ?, ?, ?, datetime('now', 'localtime'))"


def parse(body):
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def parsing(file, times):
    body, times = pathlib.Path(file).read_bytes().strip(), int(times)

    def run():
        for _ in range(times):
            fields = parse_qsl(body.decode(), keep_blank_values=True)
        return fields

    def answer(fields):
        fields = dict(fields)
        return {"trigger_type": fields["trigger_type"], "campaign_id": fields["campaign_id"], "email": fields["contact[email]"]}

    return run, answer


def ingesting(file, count, batch, database):
    """A transaction a batch, each on disk before the next."""
    with open(file, "rb") as lines:
        bodies = [line.strip() for line in islice(lines, int(count))]
    batch, database = int(batch), pathlib.Path(database)
    empty(database)

    def run():
        before = written_bytes()
        connection = sqlite3.connect(database, isolation_level=None)
        connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;" + SCHEMA)
        for start in range(0, len(bodies), batch):
            connection.execute("BEGIN IMMEDIATE")
            for body in bodies[start:start + batch]:
                fields = parse(body)
                connection.execute(INSERT, (json.dumps(fields), fields["trigger_type"], int(fields["campaign_id"]), int(fields["contact[id]"]),
                                            fields["timeStamp"]))
            connection.execute("COMMIT")
        connection.close()
        return written_bytes() - before

    def answer(written):
        size = database.stat().st_size
        connection = sqlite3.connect(database)
        (events,) = connection.execute("SELECT count(*) FROM events").fetchone()
        connection.close()
        empty(database)
        return {"events": events, "written": written, "file": size}

    return run, answer


def empty(database):
    for old in database.parent.glob(f"{database.name}*"):
        old.unlink()
