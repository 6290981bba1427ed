# SPDX-License-Identifier: MIT
"""What is measured: groups of peers that do the same work and must give the same answer."""
import math
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from dataset import webhooks

from . import names, setup
from .paths import BIN, DATA, INGEST, PYTHON, SOURCES, SUMMARY, WEBHOOKS

IN_FLIGHT = 8
PAGE_SIZE = 1000
LARGE_BUFFER = 256 * 1024
SUMMARY_CALLS = 2000
PARSED, INGESTED, INGESTED_TOGETHER = 20_000, 2_000, 50_000


@dataclass
class Peer:
    name: str
    command: list
    answer: object = None  # where it isn't the group's
    fresh: bool = False    # a new process for each round, since its peak memory is what counts
    rounds: float = math.inf  # at most, where one takes long


@dataclass
class Group:
    name: str
    title: str
    answer: object
    peers: list
    unit: str = ""
    scale: float = 0               # units to a second of the whole work
    bytes: int = 0
    ours: str | None = names.OURS  # the peer that the others are compared with
    types: list | None = None      # what the codes of action types mean, where answers have codes
    stores: bool = False           # into files: answers say how much was "written", and how large the "file" is
    prepare: Callable = lambda: None  # what this group alone needs


def python(peer, work, *rest):
    return [PYTHON, SOURCES / "python" / "worker.py", peer, work, DATA, *rest]


def php(work, *rest):
    return ["php", "-d", "memory_limit=-1", SOURCES / "php" / "worker.php", work, DATA, *rest]


def native(program, *rest):
    return [BIN / program, *rest]


def ours(work, *rest, name=names.OURS, **options):
    return Peer(name, native("inwise-benchmark", work, DATA, *rest), **options)


def decode(manifest, work, kind, title):
    peers = [ours(work)]
    if kind == "plain":
        peers.append(Peer(names.SIMDJSON_FIND, native("simdjson_lookup", "find", work, DATA)))
        peers.append(Peer(names.SIMDJSON_ORDERED, native("simdjson", "ordered", work, DATA)))
    peers += [
        Peer(names.SIMDJSON_LOOKUP, native("simdjson_lookup", "lookup", work, DATA)),
        Peer(names.SIMDJSON_ANY, native("simdjson", "any", work, DATA)),
        Peer("rapidjson", native("rapidjson", work, DATA)),
        Peer("msgspec", python("msgspec", work)),
        Peer(names.ORJSON, python("orjson", work)),
        Peer("PHP json_decode", php(work)),
        Peer("Python json", python("json", work)),
        Peer("jansson", native("jansson", work, DATA)),
    ]
    pages = manifest[kind]["decoded_pages"]
    return Group(work, title, manifest["answers"][work], peers, "µs a page", 1e6 / pages, manifest[kind]["decoded_bytes"])


def funnel_json(manifest):
    work, plain = names.FUNNEL_JSON, manifest["plain"]
    peers = [
        ours(work),
        Peer(names.SIMDJSON_FUNNEL, native("funnel", work, DATA)),
        Peer(names.DUCKDB_JSON, python("duckdb", work)),
        Peer("polars scan_ndjson, 2 threads", python("polars", work)),
        Peer("orjson + sets", python("orjson", work)),
    ]
    title = f"{plain['pages']:,} pages of JSON from files → funnel, exact"
    return Group(work, title, manifest["answers"][work], peers, "ns a row", 1e9 / plain["rows"], plain["bytes"])


def funnel_columns(manifest):
    work, columns = names.FUNNEL_COLUMNS, manifest["columns"]
    peers = [
        ours(work),
        Peer(names.POLARS_COLUMNS, python("polars", work)),
        Peer("DuckDB count(distinct), 2 threads", python("duckdb", work)),
        Peer("pandas nunique", python("pandas", work)),
    ]
    title = f"{columns['rows']:,} events in columns → funnel, exact"
    return Group(work, title, manifest["answers"][work], peers, "ns an event", 1e9 / columns["rows"], columns["bytes"],
                 types=manifest["types"])


def fetch(manifest, server, work, kind, pages, title):
    found = manifest["http"][pages]
    undecoded = {"bytes": found["bytes"]}

    def arguments(in_flight, *rest):
        encoding = "gzip" if kind == "gzip" else "plain"
        return server.url(kind, pages), PAGE_SIZE, in_flight, found["pages"], encoding, *rest

    def c(program, *rest):
        return native(program, "fetch", DATA, *arguments(*rest))

    peers = [Peer(names.drained(IN_FLIGHT), c("drain", IN_FLIGHT))]
    if kind == "delayed":
        peers.append(Peer(names.drained(4), c("drain", 4)))
    peers += [
        Peer(names.CURL_MULTI, c("curl_multi", IN_FLIGHT), undecoded),
        Peer(f"{names.CURL_MULTI}, 256 kB buffers", c("curl_multi", IN_FLIGHT, LARGE_BUFFER), undecoded),
        Peer("C libcurl + jansson", c("curl_easy", 1)),
        Peer("PHP curl_multi × 8", php("fetch", *arguments(IN_FLIGHT))),
        Peer(names.AIOHTTP, python("aiohttp", "fetch", *arguments(IN_FLIGHT))),
        Peer("Python httpx", python("httpx", "fetch", *arguments(1))),
        Peer(names.REQUESTS, python("requests", "fetch", *arguments(1))),
    ]
    return Group(work, f"{pages} pages over HTTP{title}", {"rows": found["rows"], "ids": found["ids"]}, peers, "ms a page",
                 1e3 / found["pages"], found["bytes"], names.drained(IN_FLIGHT))


def memory(manifest, server):
    peers = []
    for pages in ("100", "1000"):
        found = manifest["http"][pages]
        command = native("drain", "fetch", DATA, server.url("plain", pages), PAGE_SIZE, IN_FLIGHT, found["pages"], "plain")
        answer = {"rows": found["rows"], "ids": found["ids"]}
        peers.append(Peer(names.pages_drained(found["pages"]), command, answer, fresh=True))
    return Group(names.MEMORY, "Peak memory of a process that drains a cursor, 8 in flight", None, peers, ours=None)


def ingest(manifest, work, pages, slow, slowest):
    """slow, slowest: how many rounds those take part in who take seconds, or a minute, for a million rows."""
    def files(name):
        return pages, INGEST / name

    peers = [
        ours("ingest", *files("libinwise.db")),
        ours("ingest-indexed", *files("indexed.db"), name=names.INDEXED),
        Peer(names.C_LEAN, native("ingest", "lean", DATA, *files("lean.db"))),
        Peer(names.C_OBVIOUS, native("ingest", "obvious", DATA, *files("obvious.db")), rounds=slowest),
        Peer(names.EXECUTEMANY, python("executemany", "ingest", *files("executemany")), rounds=slow),
        Peer(names.EXECUTEMANY_JSON, python("executemany_json", "ingest", *files("executemany_json")), rounds=slowest),
        Peer(names.DLT_SQLITE, python("dlt_sqlite", "ingest", *files("dlt_sqlite")), rounds=slowest),
        Peer(names.DLT_DUCKDB, python("dlt_duckdb", "ingest", *files("dlt_duckdb")), rounds=slowest),
    ]
    rows, answer = pages * PAGE_SIZE, manifest["answers"][f"ingest-{pages}"]
    return Group(work, f"{rows:,} activities, newest first, into a new file, a transaction a page", answer, peers, "µs a row",
                 1e6 / rows, stores=True, prepare=lambda: INGEST.mkdir(parents=True, exist_ok=True))


def summary(manifest, work, kind):
    found, mirror, peers_file = manifest["largest"][kind], SUMMARY / f"{kind}.mirror", SUMMARY / f"{kind}.db"
    folder = DATA / "largest" / kind

    def peer(name, query, calls):
        worker = [PYTHON, SOURCES / "python" / "worker.py", query, "summary"]
        return Peer(name, [*worker, folder, peers_file, found["campaign"], calls])

    peers = [
        Peer(names.OURS, native("summary", f"file:{mirror}", found["campaign"], SUMMARY_CALLS)),
        peer(names.KEPT, "kept", SUMMARY_CALLS),
        peer(names.COVERING, "covering", 1),
    ]
    return Group(work, f"A campaign's summary, of {found['rows']:,} activities", found["summary"], peers, "µs a call", 1e6,
                 prepare=lambda: setup.mirror(folder, mirror))


def sync(manifest, server):
    """As fetch, into a file; libinwise makes its indexes as well."""
    found, url = manifest["http"]["200"], server.url("plain", "200")
    peers = [
        Peer(names.drained(IN_FLIGHT), native("sync", url, IN_FLIGHT, INGEST / "sync.db")),
        Peer(names.STORED, python("stored", "sync", url, INGEST / "stored"), rounds=3),
    ]
    return Group(names.SYNC, f"A first sync of {found['rows']:,} activities over HTTP, into a new file",
                 {"rows": found["rows"], "ids": found["ids"]}, peers, "µs a row", 1e6 / found["rows"],
                 ours=names.drained(IN_FLIGHT), stores=True, prepare=lambda: INGEST.mkdir(parents=True, exist_ok=True))


def webhook_parse(work, kind, title):
    file = WEBHOOKS / f"{kind}.txt"
    peers = [
        Peer(names.OURS, native("webhook_parse", file, PARSED)),
        Peer(names.PARSE_QSL, [PYTHON, SOURCES / "python" / "worker.py", "parse_qsl", "webhook-parse", file, PARSED]),
        Peer(names.PARSE_STR, ["php", SOURCES / "php" / "worker.php", "webhook-parse", file, PARSED]),
    ]
    fields = dict(parse_qsl(webhooks.BODIES[kind]))
    answer = {"trigger_type": fields["trigger_type"], "campaign_id": fields["campaign_id"], "email": fields["contact[email]"]}
    return Group(work, f"Read a webhook, {title}, {PARSED:,} times", answer, peers, "ns a webhook", 1e9 / PARSED,
                 len(webhooks.BODIES[kind]) * PARSED, prepare=prepare_webhooks)


def webhook_ingest(work, count, batch, title):
    file, ours_file, peers_file = WEBHOOKS / "clicks.txt", INGEST / f"{work}.db", INGEST / f"{work}.sqlite"
    one_by_one = native("webhook_ingest", file, count, ours_file)
    peers = [
        Peer(names.OURS, one_by_one if batch == 1 else native("inwise-benchmark", "webhooks", file, count, batch, ours_file)),
        Peer(names.PARSE_QSL_STORED, [PYTHON, SOURCES / "python" / "worker.py", "sqlite", "webhook-ingest", file, count, batch, peers_file]),
    ]
    return Group(work, f"{count:,} webhooks into a new file, {title}", {"events": count}, peers, "µs a webhook", 1e6 / count, stores=True,
                 prepare=prepare_webhooks)


def prepare_webhooks():
    INGEST.mkdir(parents=True, exist_ok=True)
    webhooks.write(WEBHOOKS, INGESTED_TOGETHER)


def all_groups(manifest, server):
    return [
        decode(manifest, names.DECODE_PLAIN, "plain", "Decode pages as the API writes them"),
        decode(manifest, names.DECODE_ODD, "odd", "Decode pages with escapes, Hebrew, shuffled keys and unknown fields"),
        funnel_json(manifest),
        funnel_columns(manifest),
        fetch(manifest, server, names.FETCH_PLAIN, "plain", "200", ""),
        fetch(manifest, server, names.FETCH_GZIP, "gzip", "200", ", gzip"),
        fetch(manifest, server, names.FETCH_DELAYED, "delayed", "64", ", 50 ms a request"),
        memory(manifest, server),
        ingest(manifest, names.INGEST_200K, 200, slow=5, slowest=3),
        ingest(manifest, names.INGEST_1M, 1000, slow=2, slowest=1),
        summary(manifest, names.SUMMARY_10K, "10k"),
        summary(manifest, names.SUMMARY_10M, "10M"),
        sync(manifest, server),
        webhook_parse(names.WEBHOOK_PARSE, "example", "the vendor's example"),
        webhook_parse(names.WEBHOOK_PARSE_CLICK, "click", "a click"),
        webhook_ingest(names.WEBHOOK_INGEST, INGESTED, 1, "each on disk before the next"),
        webhook_ingest(names.WEBHOOK_INGEST_100, INGESTED_TOGETHER, 100, "a hundred in a transaction"),
    ]
