# SPDX-License-Identifier: MIT
"""Walks: every row once, on after an error, ended when nobody wants them any more."""

import gc
import itertools
import json
import sys
import threading
import time

import inwise
import pytest
from conftest import IMPATIENT, SMALL
from handles import open_cursors
from loopback import FIRST_ID, eventually, promptly

WALKS = ["activities", "sent_emails", "undelivered"]


@pytest.mark.parametrize("walk", WALKS)
def test_rows_pages_and_json_give_the_same(client, walk):
    rows = getattr(client, walk)(date_from="2024-01-01", page_size=100)
    typed = list(rows)
    assert typed and typed == list(rows), "each iteration is a new walk"
    pages = list(rows.pages())
    assert list(itertools.chain.from_iterable(pages)) == typed and all(pages)
    raw = [row for page in rows.json_pages() for row in json.loads(page)]
    assert [type(typed[0]).from_dict(row) for row in raw] == typed
    assert all(row.extra == {} for row in typed)


def test_one_page_alone(client):
    rows = client.activities(page_size=7)
    assert rows.page(0) == rows.page() and len(rows.page(1)) == 7
    assert rows.page(0) + rows.page(1) == list(itertools.islice(rows, 14))
    assert len(client.activities().page()) == 100


def test_info_tells_how_the_latest_walk_stands(server):
    with inwise.Client(server.scenario(rows=250, size="ignored").url, **IMPATIENT) as client:
        rows = client.activities()
        assert rows.info == inwise.CursorInfo(), "nothing has been asked"
        walk = iter(rows)
        next(walk)
        assert rows.info.pages == 1 and rows.info.rows == 100 and rows.info.window_defaulted
        walk.close()
        assert rows.info.rows == 100
        assert len(list(rows)) == 250
        assert rows.info.rows == 250 and rows.info.pages == 3 and rows.info.requests >= 3 and rows.info.bytes > 1000
        assert not client.activities(date_from="2024-01-01").info.window_defaulted


@pytest.mark.parametrize("times", [1, 3])
def test_after_an_error_the_same_iterator_goes_on(server, times):
    scenario = server.scenario(rows=950, size="ignored", status=503, page=4, times=times)
    with inwise.Client(scenario.url, pages_in_flight=1, **IMPATIENT) as client:
        ids, failures, walk = [], 0, iter(client.activities())
        while True:
            try:
                ids.append(next(walk).id)
            except inwise.ServerError:
                failures += 1
            except StopIteration:
                break
    assert failures == times and sorted(ids) == list(range(FIRST_ID, FIRST_ID + 950))


@pytest.mark.parametrize("depth", [1500])
def test_rows_that_python_cant_read_come_again(tmp_path, depth):
    """The library reads deeper than Python's own decoder: what was read is not lost."""
    from server_of import Service
    deep = '{"id": 1, "new": ' + "[" * depth + "]" * depth + "}"
    with Service(deep) as service, inwise.Client(service.url, **IMPATIENT) as client:
        for ask in (lambda walk=iter(client.activities()): next(walk), lambda: client.recent_activities()[0]):
            with pytest.raises(inwise.ProtocolError, match="setrecursionlimit"):
                ask()
            limit = sys.getrecursionlimit()
            sys.setrecursionlimit(20_000)
            try:
                assert ask().id == 1
            finally:
                sys.setrecursionlimit(limit)
        assert service.asked.count("recentActivities") == 1


@pytest.mark.parametrize("leave", [
    lambda rows: next(iter(rows)),
    lambda rows: next(rows.pages()),
    lambda rows: next(rows.json_pages()),
    lambda rows: [row for row, _ in zip(rows, range(3))],
    lambda rows: (walk := iter(rows), next(walk), walk.close(), walk.close()),
    lambda rows: iter(rows),
], ids=["row", "page", "json", "zip", "closed", "not begun"])
def test_a_walk_that_nobody_wants_any_more_is_closed(leave):
    with inwise.Client(SMALL) as client:
        rows = client.activities(date_from="2024-01-01", page_size=2)
        gc.collect()
        before = open_cursors(client)
        for _ in range(50):
            leave(rows)
        gc.collect()
        assert open_cursors(client) == before


def test_a_walk_in_a_cycle_is_collected_during_a_call_without_waiting_for_it(server):
    """The collector may come on any thread, an event loop's too."""
    scenario = server.scenario(rows=950, size="ignored", fault="hang", only="undelivered")
    with inwise.Client(scenario.url, timeout_seconds=20, max_retries=0) as client:
        handles = open_cursors(client)
        cycle = {"walk": iter(client.activities())}
        cycle["itself"] = cycle
        next(cycle["walk"])
        before = len(scenario.log())
        other = threading.Thread(target=lambda: pytest.raises(inwise.CancelledError, client.undelivered().page))
        other.start()
        eventually(lambda: len(scenario.log()) > before)
        del cycle
        gc.collect()
        assert other.is_alive(), "it has not waited"
        client.cancel()
        other.join()
        assert open_cursors(client) == handles


def test_closing_the_client_ends_its_walks():
    client = inwise.Client(SMALL)
    walk = client.activities(date_from="2024-01-01", page_size=2).pages()
    next(walk)
    client.close()
    with pytest.raises(inwise.ClosedError):
        next(walk)


def test_two_threads_on_two_clients_run_in_parallel(server):
    def walk(scenario) -> None:
        with inwise.Client(scenario.url, pages_in_flight=1) as client:
            assert len(list(client.activities())) == 550

    def both() -> float:
        one = server.scenario(rows=550, size="ignored", latency=60)
        start = time.monotonic()
        threads = [threading.Thread(target=walk, args=(one,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        taken = time.monotonic() - start
        assert max(request.in_air for request in one.log()) == 2
        return taken

    start = time.monotonic()
    walk(server.scenario(rows=550, size="ignored", latency=60))
    alone = time.monotonic() - start
    promptly(1.6 * alone, both)


@pytest.mark.parametrize("begin", [iter, lambda rows: rows.pages()], ids=["rows", "pages"])
def test_threads_share_a_walk(client, begin):
    everything = [row.id for row in client.activities(date_from="2024-01-01")]
    walk, ids, errors = begin(client.activities(date_from="2024-01-01", page_size=20)), [], []

    def work() -> None:
        try:
            for item in walk:
                ids.extend(row.id for row in (item if isinstance(item, list) else [item]))
        except BaseException as error:
            errors.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert not errors and sorted(ids) == sorted(everything)


def test_recent_rows_come_once(client):
    for ask in (client.recent_activities, client.recent_sent_emails, client.recent_undelivered):
        first = ask()
        assert first
        while rows := ask():
            first += rows
        assert ask() == [] and len({row.as_dict().get("id", row.as_dict().get("row_index")) for row in first}) == len(first)
