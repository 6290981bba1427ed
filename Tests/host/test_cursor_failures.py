# SPDX-License-Identifier: MIT
"""Failures in the middle of a walk: the error is seen, the next call goes on, and no row is lost or doubled."""

import pytest
from inwise_ffi import Client, Cursor, Status
from loopback import FIRST_ID

#: What goes wrong -> the status that next gives. It goes wrong as often as one call tries.
FAILURES = {
    "status=503,times=2": Status.SERVER, "status=429,times=2": Status.RATE_LIMIT, "status=401,times=1": Status.AUTH,
    "status=302,times=1": Status.HTTP, "fault=reset-body,times=2": Status.NETWORK, "fault=truncated,times=2": Status.NETWORK,
    "fault=half-json,times=1": Status.PROTOCOL, "fault=html,times=1": Status.PROTOCOL,
    "fault=not-rows,times=1": Status.PROTOCOL, "fault=bad-utf8,times=1": Status.PROTOCOL,
    "status=429,retry_after=120,times=1": Status.RATE_LIMIT, "fault=hang,times=2": Status.TIMEOUT,
}


def walk(cursor: Cursor) -> tuple[list[int], list[Status]]:
    """All rows' ids, and the failures on the way to the end."""
    ids, failures = [], []
    while (outcome := cursor.next()).status is not Status.DONE:
        if outcome.status is Status.OK:
            ids += [row["id"] for row in outcome.value]
        else:
            failures.append(outcome.status)
            assert len(failures) < 10, failures
            assert outcome.value["method"] == "activities"
    return ids, failures


def check_ids(ids: list[int], count: int) -> None:
    assert sorted(ids) == list(range(FIRST_ID, FIRST_ID + count))


@pytest.mark.parametrize("page", [0, 1, 4, 9])
@pytest.mark.parametrize("in_flight", [1, 4])
@pytest.mark.parametrize("what", FAILURES)
def test_the_walk_goes_on_after_a_failure(server, what, in_flight, page):
    settings = dict(part.split("=") for part in what.split(","))
    scenario = server.scenario(rows=950, size="ignored", page=page, **settings)
    timeout = 0.25 if "hang" in what else 20
    options = {"max_retries": 1, "max_retry_delay_seconds": 0, "timeout_seconds": timeout, "pages_in_flight": in_flight}
    with Client(scenario.url, **options) as client, client.cursor("activities") as cursor:
        ids, failures = walk(cursor)
        check_ids(ids, 950)
        assert failures and set(failures) == {FAILURES[what]}
        info = cursor.info()
        assert info["rows"] == 950 and info["requests"] == len(scenario.log())


@pytest.mark.parametrize("in_flight", [1, 4])
@pytest.mark.parametrize("order", ["desc", "asc"])
def test_also_while_rows_arrive(server, order, in_flight):
    scenario = server.scenario(rows=950, size="ignored", order=order, grow=7, status=503, page=4, times=2)
    options = {"max_retries": 1, "max_retry_delay_seconds": 0, "pages_in_flight": in_flight}
    with Client(scenario.url, **options) as client, client.cursor("activities") as cursor:
        ids, failures = walk(cursor)
    assert failures == [Status.SERVER]
    assert len(ids) == len(set(ids))
    assert set(ids) >= set(range(FIRST_ID, FIRST_ID + 950))


@pytest.mark.parametrize("in_flight", [1, 4])
def test_retries_within_a_walk_are_counted_and_not_seen(server, in_flight):
    scenario = server.scenario(rows=950, size="ignored", status=503, after=3, times=3)
    options = {"max_retry_delay_seconds": 0, "pages_in_flight": in_flight}
    with Client(scenario.url, **options) as client, client.cursor("activities") as cursor:
        ids, failures = walk(cursor)
        assert failures == []
        assert cursor.info()["retries"] == 3 and cursor.info()["requests"] == len(scenario.log())
    check_ids(ids, 950)


@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize("in_flight", [1, 4])
def test_a_service_that_has_no_pages_at_all_is_an_error(server, status, in_flight):
    """400 at page 0 may mean that pages count from 1, 404 that there are no more: not if every page is like that."""
    scenario = server.scenario(rows=950, status=status)
    with Client(scenario.url, pages_in_flight=in_flight) as client, client.cursor("activities") as cursor:
        outcome = cursor.next()
        assert outcome.status is (Status.HTTP if status == 400 else Status.NOT_FOUND), outcome
        assert outcome.value["http_status"] == status
    assert len(scenario.log()) <= 2 + in_flight


def test_a_400_in_the_middle_is_an_error(server):
    scenario = server.scenario(rows=950, size="ignored", status=400, page=4, times=1)
    with Client(scenario.url, pages_in_flight=1) as client, client.cursor("activities") as cursor:
        ids, failures = walk(cursor)
    assert failures == [Status.HTTP]
    check_ids(ids, 950)


@pytest.mark.parametrize("settings", [
    {"status": 503, "page": 4}, {"fault": "bomb", "page": 4}, {"fault": "half-json", "page": 4}, {"status": 401, "after": 4},
], ids=str)
def test_a_failure_that_stays_is_told_each_time(server, settings):
    scenario = server.scenario(rows=950, size="ignored", **settings)
    options = {"max_retries": 0, "pages_in_flight": 1, "max_response_bytes": 1 << 20}
    with Client(scenario.url, **options) as client, client.cursor("activities") as cursor:
        rows, outcome = cursor.drain()
        assert len(rows) == 400 and outcome.status < 0
        assert [cursor.next().status for _ in range(4)] == [outcome.status] * 4


def test_a_walk_ends_with_its_client(server):
    client = Client(server.scenario(rows=2500).url)
    cursor = client.cursor("activities")
    cursor.next().good()
    assert client.close() is Status.OK
    assert cursor.next().status is Status.CLOSED
    assert cursor.close() in (Status.OK, Status.CLOSED)
    assert cursor.close() is Status.CLOSED


def test_two_walks_of_one_client_do_not_disturb_each_other(server):
    with Client(server.scenario(rows=950, size="ignored").url) as client:
        with client.cursor("activities") as one, client.cursor("activities") as other:
            ids = {one.handle: [], other.handle: []}
            for cursor in (one, other, other, one, one, other):
                ids[cursor.handle] += [row["id"] for row in cursor.next().good()]
            for cursor in (one, other):
                check_ids(ids[cursor.handle] + walk(cursor)[0], 950)


@pytest.mark.parametrize("in_flight", [1, 4])
def test_page_one_that_fails_is_told_where_pages_count_from_one(server, in_flight):
    """Page 0 is refused, and that page 1 is the first can't be known yet: the failure of page 1 is the error."""
    scenario = server.scenario(rows=250, base=1, status=503, page=1, times=1)
    with Client(scenario.url, max_retries=0, pages_in_flight=in_flight) as client, client.cursor("activities") as cursor:
        first = cursor.next()
        assert first.status is Status.SERVER and first.value["http_status"] == 503
        rows, outcome = cursor.drain()
    assert outcome.status is Status.DONE and len({row["id"] for row in rows}) == len(rows) == 250
