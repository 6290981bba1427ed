# SPDX-License-Identifier: MIT
"""The groups' and peers' names, as options and tables have them."""

DECODE_PLAIN, DECODE_ODD, FUNNEL_JSON, FUNNEL_COLUMNS = "decode-plain", "decode-odd", "funnel-json", "funnel-columns"
FETCH_PLAIN, FETCH_GZIP, FETCH_DELAYED, MEMORY = "fetch-plain", "fetch-gzip", "fetch-delayed", "memory"
INGEST_200K, INGEST_1M, SUMMARY_10K, SUMMARY_10M = "ingest-200k", "ingest-1M", "summary-10k", "summary-10M"
SYNC = "sync"
WEBHOOK_PARSE, WEBHOOK_PARSE_CLICK = "webhook-parse", "webhook-parse-click"
WEBHOOK_INGEST, WEBHOOK_INGEST_100 = "webhook-ingest", "webhook-ingest-100"

OURS = "libinwise"
SIMDJSON_FIND, SIMDJSON_LOOKUP = 'simdjson On-Demand, keys in order: find_field', 'simdjson On-Demand, any order: object["key"]'
SIMDJSON_ORDERED, SIMDJSON_ANY = "simdjson On-Demand, keys in order, iterated", "simdjson On-Demand, any order, iterated"
SIMDJSON_FUNNEL = "simdjson On-Demand + flat hash"
ORJSON = "orjson"
DUCKDB_JSON, POLARS_COLUMNS = "DuckDB read_json, 2 threads", "polars n_unique, 2 threads"
CURL_MULTI, AIOHTTP, REQUESTS = "C libcurl multi × 8, not decoded", "Python aiohttp × 8 + orjson", "Python requests"
INDEXED = f"{OURS}, and the indexes that end a first fill"
C_LEAN, C_OBVIOUS = "C loop, the leanest schema", "C loop, the obvious schema"
EXECUTEMANY, EXECUTEMANY_JSON = "Python executemany, rows decoded before", "Python json + executemany"
DLT_SQLITE, DLT_DUCKDB = "dlt merge → SQLite", "dlt merge → Parquet → DuckDB"
STORED = "Python requests + executemany"
PARSE_QSL, PARSE_STR, PARSE_QSL_STORED = "Python urllib.parse.parse_qsl", "PHP parse_str", "Python parse_qsl + sqlite3"
COVERING, KEPT = "Python sqlite3, a covering index", "Python sqlite3, a kept table"


def drained(in_flight):
    return f"{OURS}, {in_flight} in flight"


def pages_drained(pages):
    return f"{pages:,} pages drained"
