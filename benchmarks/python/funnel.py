# SPDX-License-Identifier: MIT
"""Rows and distinct contacts by campaign and type, from pages of JSON or from columns in memory."""
import pathlib

THREADS = 2


def prepare(peer, work, folder):
    folder = pathlib.Path(folder)
    run = globals()[f"{peer}_{'columns' if work == 'funnel-columns' else 'json'}"](folder)
    return run, lambda rows: sorted(map(list, rows))


def orjson_json(folder):
    import orjson
    paths = sorted((folder / "plain").iterdir())

    def run():
        counts, contacts = {}, {}
        for path in paths:
            for row in orjson.loads(path.read_bytes()):
                key = row["campaign_id"], row["action_type"]
                if key in counts:
                    counts[key] += 1
                    contacts[key].add(row["contact_id"])
                else:
                    counts[key] = 1
                    contacts[key] = {row["contact_id"]}
        return [(*key, count, len(contacts[key])) for key, count in counts.items()]
    return run


def duckdb_json(folder):
    connection = duckdb_connection()
    query = f"""select campaign_id, action_type, count(*), count(distinct contact_id)
        from read_json('{folder}/plain/*.json', format = 'array',
            columns = {{contact_id: 'BIGINT', campaign_id: 'BIGINT', action_type: 'VARCHAR'}})
        group by all"""
    return lambda: connection.execute(query).fetchall()


def duckdb_columns(folder):
    connection = duckdb_connection()
    columns = numpy_columns(folder)  # noqa: F841: DuckDB finds it by its name
    connection.execute("create table events as select * from columns")
    query = "select campaign, type, count(*), count(distinct contact) from events group by all"
    return lambda: connection.execute(query).fetchall()


def duckdb_connection():
    import duckdb
    return duckdb.connect(config={"threads": THREADS})


def polars_json(folder):
    import polars
    schema = {"contact_id": polars.Int64, "campaign_id": polars.Int64, "action_type": polars.String}

    def run():
        rows = polars.scan_ndjson(folder / "plain.ndjson", schema=schema)
        counted = rows.group_by("campaign_id", "action_type").agg(polars.len(), polars.col("contact_id").n_unique())
        return counted.collect().rows()
    return run


def polars_columns(folder):
    import polars
    events = polars.DataFrame(numpy_columns(folder))
    return lambda: events.group_by("campaign", "type").agg(polars.len(), polars.col("contact").n_unique()).rows()


def pandas_columns(folder):
    import pandas
    events = pandas.DataFrame(numpy_columns(folder))
    return lambda: [(*key, *counts) for key, *counts in
                    events.groupby(["campaign", "type"])["contact"].agg(["size", "nunique"]).itertuples()]


def numpy_columns(folder):
    import numpy
    columns = {"campaign": "campaign.i64", "contact": "contact.i64", "type": "type.u8"}
    kinds = {".i64": "<i8", ".u8": "u1"}
    return {name: numpy.fromfile(folder / "columns" / file, kinds[file[file.index("."):]]) for name, file in columns.items()}
