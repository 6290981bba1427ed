# SPDX-License-Identifier: MIT
"""Walks: every row exactly once, whatever kind of service answers."""

import pytest
from inwise_ffi import PAGED, Client, Outcome, Status
from loopback import FIRST_ID, stopwatch

ROW_COUNTS = [0, 1, 99, 100, 101, 999, 1000, 1001, 2500]

#: The kinds of service that the API's documents leave possible.
KINDS = [
    "", "base=1", "base=both", "size=ignored", "cap=250", "ids=string", "order=asc", "order=shuffled", "past=repeat",
    "past=404", "size=ignored,past=repeat", "size=ignored,past=404", "size=ignored,base=both",
    "size=ignored,base=1,past=repeat", "size=ignored,base=both,past=repeat", "cap=250,base=1,past=404", "cap=100,order=asc",
    "size=ignored,order=shuffled,past=repeat", "coding=gzip", "coding=chunked", "close=1", "size=ignored,jitter=4",
    "ids=string,order=asc,base=both,past=repeat,cap=200", "cap=333", "cap=333,base=both", "cap=333,past=repeat",
]


def settings_of(kind: str) -> dict:
    return dict(part.split("=") for part in kind.split(",")) if kind else {}


def check_rows(rows: list[dict], count: int, field: str = "id") -> None:
    ids = [row[field] for row in rows]
    assert all(type(value) is int for value in ids)
    assert len(ids) == len(set(ids)), f"{len(ids) - len(set(ids))} came twice"
    missing = set(range(FIRST_ID, FIRST_ID + count)) - set(ids)
    assert not missing, f"{len(missing)} were lost, the first {min(missing) - FIRST_ID}"


def check_never_advanced(outcome: Outcome) -> None:
    """Every page is the same full page. It may be all there is; it may also be that the service does not know the parameter
    that counts pages, and all other rows would silently be missing. So the walk says so."""
    assert outcome.status is Status.PROTOCOL, outcome
    assert "page" in outcome.value["message"]


@pytest.mark.parametrize("in_flight", [1, 4])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", ROW_COUNTS)
def test_every_row_comes_once(server, count, kind, in_flight):
    scenario = server.scenario(rows=count, **settings_of(kind))
    with Client(scenario.url, pages_in_flight=in_flight) as client, client.cursor("activities") as cursor:
        rows, outcome = cursor.drain()
        check_rows(rows, count)
        assert len(rows) == count
        if count == 100 and "size=ignored" in kind and "past=repeat" in kind:
            check_never_advanced(outcome)
        else:
            assert outcome.status is Status.DONE and outcome.text is None
            assert cursor.next() == outcome
        info = cursor.info()
    log = scenario.log()
    assert info["rows"] == count and info["retries"] == 0
    # Requests for pages past the end may be given up before they are on the wire.
    assert len(log) <= info["requests"] <= len(log) + in_flight
    assert max(request.in_air for request in log) <= in_flight
    pages = count // (int(settings_of(kind).get("cap", 100 if "ignored" in kind else 1000))) + 1
    assert len(log) <= pages + 4 + 2 * in_flight, "it asks for more than it needs"


@pytest.mark.parametrize("method", PAGED)
@pytest.mark.parametrize("ids", ["number", "string"])
def test_every_method_has_walks(server, method, ids):
    scenario = server.scenario(rows=2500, ids=ids)
    with Client(scenario.url) as client:
        rows = client.drain(method, {"campaign_id": 7, "date_from": "2024-09-01"})
    check_rows(rows, 2500, "row_index" if method == "sentEmails" else "id")
    expected = server.scenario(rows=2500).fetch(f"/campaigns/email/{method}?page_size=1000")
    by_place = {tuple(row.values())[0]: row for row in rows}
    assert [by_place[tuple(row.values())[0]] for row in expected] == expected
    for request in scenario.log():
        assert request.path == f"/campaigns/email/{method}"
        assert request.parameters["campaign_id"] == "7" and request.parameters["date_from"] == "2024-09-01"


@pytest.mark.parametrize("options, query, size", [
    ({}, {}, 1000), ({"page_size": 50}, {}, 50), ({"page_size": 50}, {"page_size": 20}, 20),
])
def test_page_size_is_the_querys_or_the_clients(server, options, query, size):
    scenario = server.scenario(rows=130)
    with Client(scenario.url, **options) as client:
        check_rows(client.drain("activities", query), 130)
    sizes = {int(request.parameters["page_size"]) for request in scenario.log()}
    assert max(sizes) == size


@pytest.mark.parametrize("base", ["0", "1", "both"])
def test_a_page_base_that_is_known_is_used(server, base):
    scenario = server.scenario(rows=250, size="ignored", base=base)
    with Client(scenario.url, page_base=0 if base == "0" else 1) as client:
        check_rows(client.drain("activities"), 250)
    assert min(int(request.parameters["page_index"]) for request in scenario.log()) == (0 if base == "0" else 1)


@pytest.mark.parametrize("in_flight", [1, 4])
@pytest.mark.parametrize("arrivals", [1, 7, 150])
@pytest.mark.parametrize("order", ["desc", "asc", "shuffled"])
@pytest.mark.parametrize("kind", ["size=ignored", "size=asked", "size=ignored,base=both,past=repeat", "size=ignored,jitter=6"])
def test_no_row_is_lost_or_doubled_while_others_arrive(server, kind, order, arrivals, in_flight):
    scenario = server.scenario(rows=2500, order=order, grow=arrivals, grow_for=20, **settings_of(kind))
    with Client(scenario.url, pages_in_flight=in_flight) as client, client.cursor("activities") as cursor:
        rows, outcome = cursor.drain()
        assert outcome.status is Status.DONE, outcome
        assert cursor.info()["rows"] == len(rows)
    check_rows(rows, 2500)
    assert len(scenario.log()) < 400


@pytest.mark.parametrize("in_flight", [1, 4])
@pytest.mark.parametrize("order", ["desc", "asc"])
@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 1000])
def test_rows_that_never_stop_arriving_do_not_keep_a_walk_going(server, count, order, in_flight):
    scenario = server.scenario(rows=count, order=order, grow=7, size="ignored")
    with Client(scenario.url, pages_in_flight=in_flight) as client:
        check_rows(client.drain("activities"), count)
    assert len(scenario.log()) < 100


@pytest.mark.parametrize("in_flight", [1, 4])
@pytest.mark.parametrize("order", ["desc", "asc", "shuffled"])
@pytest.mark.parametrize("cycle", [1, 2, 3, 5])
def test_pages_that_never_advance_end_the_walk(server, cycle, order, in_flight):
    """The same few pages for ever. What was given until then is good; no more comes after it."""
    scenario = server.scenario(rows=1000, size="ignored", cycle=cycle, order=order)
    with Client(scenario.url, pages_in_flight=in_flight) as client, client.cursor("activities") as cursor:
        rows, outcome = cursor.drain()
        check_never_advanced(outcome)
        assert len(rows) == len({row["id"] for row in rows}) == 100 * cycle
        assert cursor.next().status in (Status.PROTOCOL, Status.DONE)
    assert len(scenario.log()) < 200


@pytest.mark.parametrize("method, query, defaulted", [
    ("activities", None, True), ("sentEmails", None, True), ("undelivered", None, False),
    ("activities", {"date_from": "2024-09-01"}, False), ("sentEmails", {"date_to": "2024-09-01"}, False),
])
def test_info_says_that_the_window_was_the_services(server, method, query, defaulted):
    with Client(server.scenario(rows=5).url) as client, client.cursor(method, query) as cursor:
        list(cursor)
        assert cursor.info()["window_defaulted"] is defaulted


def test_info_adds_up_at_every_step(server):
    scenario = server.scenario(rows=2500, size="ignored", base="both", past="repeat")
    with Client(scenario.url, pages_in_flight=1) as client, client.cursor("activities") as cursor:
        counts = ("pages", "rows", "duplicates", "requests", "retries", "bytes")
        assert cursor.info() == {**dict.fromkeys(counts, 0), "window_defaulted": True}
        assert scenario.log() == [], "nothing is sent before the first next"
        given = 0
        for page in cursor:
            given += len(page)
            info = cursor.info()
            assert info["rows"] == given
        assert info["pages"] >= 25 and info["requests"] >= info["pages"]
        assert cursor.info()["duplicates"] > 0, "the service sent page 0 twice and repeated the last one"
        assert info["bytes"] > 25 * 100 * 100


def test_requests_are_in_the_air_together(server, capsys):
    """12 pages at 150 ms. The server's record decides, the times are only printed."""
    taken = {}
    for in_flight in (1, 8):
        scenario = server.scenario(rows=1150, size="ignored", latency=150)
        with Client(scenario.url, pages_in_flight=in_flight) as client, stopwatch() as elapsed:
            check_rows(client.drain("activities"), 1150)
            taken[in_flight] = elapsed()
        most = max(request.in_air for request in scenario.log())
        assert most == 1 if in_flight == 1 else 6 <= most <= 8
    with capsys.disabled():
        print(f"\n12 pages at 150 ms: {taken[1]:.2f} s with 1 in flight, {taken[8]:.2f} s with 8, "
              f"{taken[1] / taken[8]:.1f} times as fast")
    assert taken[8] < taken[1]


@pytest.mark.parametrize("order", ["desc", "asc"])
def test_memory_stays_flat(server, order):
    """300 pages of 1,000 rows; what 30 pages take is enough for all."""
    scenario = server.scenario(rows=300_000, order=order)
    early, pages = 0, 0
    with Client(scenario.url, pages_in_flight=4) as client, client.cursor("activities") as cursor:
        while (outcome := cursor.next()).status is Status.OK:
            pages += 1
            if pages == 30:
                early = resident_memory()
        assert outcome.status is Status.DONE
        assert cursor.info()["rows"] == 300_000
    assert pages >= 300 and resident_memory() - early < 12 << 20


def resident_memory() -> int:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmRSS"))
