# SPDX-License-Identifier: MIT
"""The groups' and peers' names, as options and tables have them."""

DECODE_PLAIN, DECODE_ODD, FUNNEL_JSON, FUNNEL_COLUMNS = "decode-plain", "decode-odd", "funnel-json", "funnel-columns"
FETCH_PLAIN, FETCH_GZIP, FETCH_DELAYED, MEMORY = "fetch-plain", "fetch-gzip", "fetch-delayed", "memory"

OURS = "libinwise"
SIMDJSON_FIND, SIMDJSON_LOOKUP = 'simdjson On-Demand, keys in order: find_field', 'simdjson On-Demand, any order: object["key"]'
SIMDJSON_ORDERED, SIMDJSON_ANY = "simdjson On-Demand, keys in order, iterated", "simdjson On-Demand, any order, iterated"
SIMDJSON_FUNNEL = "simdjson On-Demand + flat hash"
ORJSON = "orjson"
DUCKDB_JSON, POLARS_COLUMNS = "DuckDB read_json, 2 threads", "polars n_unique, 2 threads"
CURL_MULTI, AIOHTTP, REQUESTS = "C libcurl multi × 8, not decoded", "Python aiohttp × 8 + orjson", "Python requests"


def drained(in_flight):
    return f"{OURS}, {in_flight} in flight"


def pages_drained(pages):
    return f"{pages:,} pages drained"
