# SPDX-License-Identifier: MIT
"""What the library promises itself, beside what was measured."""
import math
from dataclasses import dataclass

from . import names
from .figures import peak_mb, ratio, stored, typical
from .server import DELAY_MS

DELAYED_PAGES = 64


@dataclass
class Wanted:
    group: str
    work: str
    peer: str
    limit: float
    value: float | None  # None where it was not measured
    unit: str = ""


def wanted(results):
    """results: group name -> peer name -> rounds. Rows for the groups that are in it."""
    rows = []

    def compare(group, work, peer, limit, metric="wall", ours=names.OURS):
        rows.append(Wanted(group, work, peer, limit, ratio(results.get(group, {}), ours, peer, metric)))

    decode, funnel, drain = "decode a plain page", "1M rows of JSON → funnel", "drain 200 pages"
    eight = names.drained(8)
    compare(names.DECODE_PLAIN, decode, names.SIMDJSON_FIND, 0.67)
    compare(names.DECODE_PLAIN, decode, names.SIMDJSON_ORDERED, 0.67)
    compare(names.DECODE_ODD, "decode a page that needs care", names.SIMDJSON_LOOKUP, 1.0)
    compare(names.DECODE_ODD, "decode a page that needs care", names.SIMDJSON_ANY, 1.0)
    compare(names.DECODE_PLAIN, decode, names.ORJSON, 0.16)
    compare(names.FUNNEL_JSON, funnel, names.SIMDJSON_FUNNEL, 0.7)
    compare(names.FUNNEL_JSON, funnel, names.DUCKDB_JSON, 0.3)
    rows.append(peak(results, funnel))
    compare(names.FUNNEL_COLUMNS, "10M events in columns → funnel", names.POLARS_COLUMNS, 0.4)
    compare(names.FETCH_PLAIN, f"{drain}, wall", names.CURL_MULTI, 1.3, ours=eight)
    compare(names.FETCH_PLAIN, f"{drain}, CPU", names.CURL_MULTI, 1.3, "cpu", eight)
    compare(names.FETCH_GZIP, f"{drain}, gzip, wall", names.CURL_MULTI, 1.2, ours=eight)
    compare(names.FETCH_GZIP, f"{drain}, gzip, CPU", names.CURL_MULTI, 1.2, "cpu", eight)
    compare(names.FETCH_PLAIN, f"{drain}, CPU", names.AIOHTTP, 0.25, "cpu", eight)
    compare(names.FETCH_PLAIN, f"{drain}, wall", names.REQUESTS, 0.08, ours=eight)
    compare(names.FETCH_PLAIN, f"{drain}, CPU", names.REQUESTS, 0.08, "cpu", eight)
    rows += [bound(results, 4), bound(results, 8)]
    compare(names.MEMORY, "peak memory, 1,000 pages drained", names.pages_drained(100), 1.1, "peak_kb",
            names.pages_drained(1000))
    for group, rows_of in (names.INGEST_200K, "200 thousand rows"), (names.INGEST_1M, "1 million rows"):
        compare(group, f"ingest of {rows_of}", names.EXECUTEMANY, 1 / 8)
        compare(group, f"ingest of {rows_of}", names.C_LEAN, 1.4)
        compare(group, f"ingest of {rows_of}", names.DLT_SQLITE, 1 / 25)
        compare(group, f"ingest of {rows_of}", names.DLT_DUCKDB, 1 / 25)
        rows.append(written(results, group, f"ingest of {rows_of}, bytes written"))
    rows.append(call(results, names.SUMMARY_10K, "a summary of 10 thousand activities"))
    rows.append(call(results, names.SUMMARY_10M, "a summary of 10 million activities"))
    for group, work in (names.WEBHOOK_PARSE, "read the vendor's webhook"), (names.WEBHOOK_PARSE_CLICK, "read a click's webhook"):
        compare(group, work, names.PARSE_QSL, 0.1)
        compare(group, work, names.PARSE_STR, 1 / 3)
    return [row for row in rows if row.group in results]


def peak(results, work):
    rounds = results.get(names.FUNNEL_JSON, {}).get(names.OURS)
    return Wanted(names.FUNNEL_JSON, f"{work}, peak memory", "", 32, peak_mb(rounds) if rounds else None, " MB")


def written(results, group, work):
    rounds = results.get(group, {}).get(names.OURS)
    return Wanted(group, work, "the file", 4, stored(rounds, "written") / stored(rounds, "file") if rounds else None)


def call(results, group, work):
    rounds = results.get(group, {}).get(names.OURS)
    return Wanted(group, work, "", 50, typical(rounds, "wall") * 1e6 if rounds else None, " µs")


def bound(results, in_flight):
    """The time beside the least that so many requests in flight allow."""
    rounds = results.get(names.FETCH_DELAYED, {}).get(names.drained(in_flight))
    turns = math.ceil(DELAYED_PAGES / in_flight)
    value = typical(rounds, "wall") / (turns * DELAY_MS / 1000) if rounds else None
    return Wanted(names.FETCH_DELAYED, f"64 pages, 50 ms a request, {in_flight} in flight", f"{turns} × 50 ms", 1.08, value)
