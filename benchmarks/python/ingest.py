# SPDX-License-Identifier: MIT
"""Pages of rows into a new database file, as one would write it in Python: by executemany, or by dlt."""
import gc
import json
import os
import pathlib
import shutil
import sqlite3
import warnings
import zlib

import numpy

from dataset.answers import NUMBERS, TEXTS

FIELDS = ("id", "action_date", "contact_id", "campaign_id", "ip", "action_type", "remarks", "additional_data")
SCHEMA = """
    CREATE TABLE activities (id INTEGER PRIMARY KEY, action_date TEXT NOT NULL, contact_id INTEGER NOT NULL,
        campaign_id INTEGER NOT NULL, ip TEXT, action_type TEXT NOT NULL, remarks TEXT, additional_data TEXT);
    CREATE INDEX activities_by_campaign ON activities (campaign_id, action_type, contact_id);
"""
CHECKED_AT_ONCE = 10_000


def prepare(peer, folder, pages, home):
    """home: a folder for the database, and for whatever else the peer keeps."""
    paths = sorted((pathlib.Path(folder) / "plain").iterdir())[:int(pages)]
    texts, home = [path.read_bytes() for path in paths], pathlib.Path(home)
    run, select = globals()[peer](texts, home)
    empty(home)

    def measured():
        before = written_bytes()
        return run(), before

    def answer(result):
        (database, rows_of), before = result
        found = {"written": written_bytes() - before, "file": database.stat().st_size} | checksums(rows_of(database, select))
        empty(home)
        return found

    return measured, answer


def empty(home):
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)


def written_bytes():
    """Bytes that this process has handed to the kernel for writing."""
    with open("/proc/self/io") as counters:
        return int(dict(line.split(": ") for line in counters)["wchar"])


def checksums(batches):
    """What dataset.answers.Checksums counts, of many rows at once."""
    rows, sums = 0, dict.fromkeys(NUMBERS + TEXTS, 0)
    for batch in batches:
        numbers = numpy.arange(rows + 1, rows + 1 + len(batch), dtype="u8")
        rows += len(batch)
        for name, column in zip(NUMBERS + TEXTS, zip(*batch)):
            if name in TEXTS:
                column = [0 if value is None else zlib.crc32(value.encode()) + 1 for value in column]
            sums[name] += int((numbers * numpy.array(column, dtype="u8")).sum())
    return {"rows": rows} | {name: str(value % 2**64) for name, value in sums.items()}


def batches_of(cursor):
    while batch := cursor.fetchmany(CHECKED_AT_ONCE):
        yield batch


def sqlite_rows(database, select):
    connection = sqlite3.connect(database)
    yield from batches_of(connection.execute(select))
    connection.close()


def duckdb_rows(database, select):
    import duckdb
    with duckdb.connect(database) as connection:
        yield from batches_of(connection.execute(select))


# ---------------------------------------------------------------- executemany

def executemany(texts, home):
    """The rows are tuples when it begins."""
    pages = [tuples(text) for text in texts]
    gc.freeze()
    return executing(home, lambda: pages)


def executemany_json(texts, home):
    return executing(home, lambda: map(tuples, texts))


def tuples(text):
    return tuples_of(json.loads(text))


def tuples_of(rows):
    return [tuple(map(row.get, FIELDS)) for row in rows]


def store(database, pages):
    connection = sqlite3.connect(database, isolation_level=None)
    connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + SCHEMA)
    for page in pages:
        connection.execute("BEGIN")
        connection.executemany("INSERT OR IGNORE INTO activities VALUES (?, ?, ?, ?, ?, ?, ?, ?)", page)
        connection.execute("COMMIT")
    connection.close()


def executing(home, pages):
    database = home / "activities.db"

    def run():
        store(database, pages())
        return database, sqlite_rows

    return run, f"SELECT {', '.join(NUMBERS + TEXTS)} FROM activities ORDER BY id DESC"


# ---------------------------------------------------------------- dlt

def dlt_sqlite(texts, home):
    """As dlt's documentation shows it."""
    import dlt
    database = home / "activities.db"
    run = merging(texts, home, lambda: dlt.destinations.sqlalchemy(f"sqlite:///{database}"), "main")
    date = "substr(action_date, 1, 19)"  # dlt adds microseconds
    return lambda: (run(database), sqlite_rows), select_of(date, "activities")


def dlt_duckdb(texts, home):
    """The fastest way found for dlt: by way of Parquet."""
    import dlt
    database = home / "activities.duckdb"
    run = merging(texts, home, lambda: dlt.destinations.duckdb(str(database)), "mirror", file_format="parquet")
    return lambda: (run(database), duckdb_rows), select_of("strftime(action_date, '%Y-%m-%d %H:%M:%S')", "mirror.activities")


def select_of(date, table):
    columns = [date if name == "action_date" else name for name in NUMBERS + TEXTS]
    return f"SELECT {', '.join(columns)} FROM {table} ORDER BY id DESC"


def merging(texts, home, destination, dataset, **options):
    os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "CRITICAL"}
    warnings.simplefilter("ignore")  # of its use of SQLAlchemy
    import dlt

    @dlt.resource(name="activities", primary_key="id", write_disposition="merge", **options)
    def activities():
        for text in texts:
            yield json.loads(text)

    def run(database):
        pipeline = dlt.pipeline("ingest", pipelines_dir=str(home / "pipelines"), destination=destination(),
                                dataset_name=dataset)
        pipeline.run(activities())
        return database

    return run
