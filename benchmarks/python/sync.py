# SPDX-License-Identifier: MIT
"""All activities over HTTP into a new SQLite file, a page after the other, until one is short."""
import pathlib
import sqlite3

import requests

from ingest import empty, store, tuples_of, written_bytes

PAGE_SIZE = 1000


def prepare(url, home):
    home = pathlib.Path(home)
    database = home / "activities.db"
    empty(home)

    def run():
        before = written_bytes()
        with requests.Session() as session:
            store(database, map(tuples_of, pages(session, url)))
        return written_bytes() - before

    def answer(written):
        connection = sqlite3.connect(database)
        rows, ids = connection.execute("SELECT count(*), sum(id) FROM activities").fetchone()
        connection.close()
        found = {"written": written, "file": database.stat().st_size, "rows": rows, "ids": str(ids % 2**64)}
        empty(home)
        return found

    return run, answer


def pages(session, url):
    rows, index = [None] * PAGE_SIZE, 0
    while len(rows) == PAGE_SIZE:
        asked = {"page_index": index, "page_size": PAGE_SIZE, "date_from": "2000-01-01"}
        answer = session.get(f"{url}/campaigns/email/activities", params=asked)
        answer.raise_for_status()
        rows = answer.json()
        yield rows
        index += 1
