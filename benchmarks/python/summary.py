# SPDX-License-Identifier: MIT
"""A campaign's summary, of the same rows in an SQLite file: over an index that covers them, or from a table that is kept."""
import pathlib
import sqlite3

import numpy

from dataset.activities import TYPES
from dataset.largest import FIELDS

AT_ONCE = 100_000
FIELD_OF = dict(zip(TYPES, FIELDS))
COVERING = "SELECT action_type, count(*), count(DISTINCT contact_id) FROM activities WHERE campaign_id = ? GROUP BY action_type"
KEPT = "SELECT action_type, rows, contacts FROM kept WHERE campaign_id = ?"


def prepare(peer, folder, database, campaign, calls):
    database, select = pathlib.Path(database), {"covering": COVERING, "kept": KEPT}[peer]
    if not database.exists():
        fill(pathlib.Path(folder), database)
    connection, campaign = sqlite3.connect(database), int(campaign)

    def run():
        return connection.execute(select, (campaign,)).fetchall()

    def answer(counts):
        found = {}
        for kind, rows, contacts in counts:
            if field := FIELD_OF[kind]:
                found |= {field: rows, f"{field}_unique": contacts}
        return found

    run()
    return run, answer, int(calls)


def fill(folder, database):
    unfinished = database.with_name(f"{database.name}.new")
    unfinished.unlink(missing_ok=True)
    connection = sqlite3.connect(unfinished, isolation_level=None)
    connection.executescript("""
        PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
        CREATE TABLE activities (id INTEGER PRIMARY KEY, campaign_id INTEGER, action_type TEXT, contact_id INTEGER);
        CREATE TABLE kept (campaign_id INTEGER, action_type TEXT, rows INTEGER, contacts INTEGER,
            PRIMARY KEY (campaign_id, action_type)) WITHOUT ROWID;
    """)
    connection.execute("BEGIN")
    # Oldest first, so that each row goes to the table's end.
    ids, campaigns, contacts = (numpy.fromfile(folder / f"{name}.i64", "<i8")[::-1] for name in ("id", "campaign", "contact"))
    types = numpy.fromfile(folder / "type.u8", "u1")[::-1]
    for start in range(0, len(ids), AT_ONCE):
        piece = slice(start, start + AT_ONCE)
        names = [TYPES[code] for code in types[piece].tolist()]
        rows = zip(ids[piece].tolist(), campaigns[piece].tolist(), names, contacts[piece].tolist())
        connection.executemany("INSERT INTO activities VALUES (?, ?, ?, ?)", rows)
    connection.execute("COMMIT")
    connection.executescript("""
        CREATE INDEX covering ON activities (campaign_id, action_type, contact_id);
        INSERT INTO kept SELECT campaign_id, action_type, count(*), count(DISTINCT contact_id) FROM activities GROUP BY 1, 2;
    """)
    connection.close()
    unfinished.rename(database)
