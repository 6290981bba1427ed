# SPDX-License-Identifier: MIT
"""Ctrl-C and other signals whose handler raises: what the library gave comes with the next step, whole and once."""

import gc
import itertools
import json
import signal

import inwise
import pytest
from conftest import IMPATIENT
from handles import open_cursors
from loopback import FIRST_ID
from strikes import PACKAGE, can_strike, striking

URL = "sandbox:?seed=7&campaigns=2&contacts=60&now=2024-09-20T12:00:00"
WAYS = {
    "rows": (iter, lambda row: [row.id]),
    "pages": (lambda rows: rows.pages(), lambda page: [row.id for row in page]),
    "json": (lambda rows: rows.json_pages(), lambda page: [row["id"] for row in json.loads(page)]),
}


class Struck(BaseException):
    pass


def alarm(_, frame) -> None:
    """Strikes the package alone, not what the test does with rows."""
    if frame.f_code.co_filename.startswith(PACKAGE):
        raise Struck


@pytest.fixture
def alarms():
    """A signal whose handler raises; the function sets the seconds until it comes, and from one to the next."""
    before = signal.signal(signal.SIGALRM, alarm)
    yield lambda *seconds: signal.setitimer(signal.ITIMER_REAL, *seconds)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("way", WAYS)
def test_a_walk_goes_on_after_signals_during_its_calls(server, alarms, way):
    scenario = server.scenario(rows=950, size="ignored", latency=20)
    begin, ids_of = WAYS[way]
    with inwise.Client(scenario.url, pages_in_flight=1, **IMPATIENT) as client:
        walk, ids, struck = begin(client.activities()), [], 0
        alarms(0.03, 0.045)
        while True:
            try:
                for item in walk:
                    ids += ids_of(item)
                break
            except Struck:
                struck += 1
        alarms(0)
    assert struck and sorted(ids) == list(range(FIRST_ID, FIRST_ID + 950))


def test_recent_rows_that_a_signal_kept_from_coming_are_not_consumed(server, alarms):
    scenario = server.scenario(rows=250, latency=100)
    with inwise.Client(scenario.url, **IMPATIENT) as client:
        alarms(0.03)
        with pytest.raises(Struck):
            client.recent_activities()
        assert [row.id for row in client.recent_activities()] == list(range(FIRST_ID, FIRST_ID + 250))
        assert len(scenario.log()) == 1


def take(walk, ids: list, ids_of) -> None:
    while len(ids) < 8:
        ids += ids_of(next(walk))


@can_strike
@pytest.mark.parametrize("way", WAYS)
def test_a_walk_that_is_struck_anywhere_loses_nothing(way):
    begin, ids_of = WAYS[way]
    with inwise.Client(URL) as client:
        rows = client.activities(date_from="2024-01-01", page_size=3)
        everything = [row.id for row in rows][:8]
        gc.collect()
        handles = open_cursors(client)
        for place in itertools.count():
            walk, ids, struck = begin(rows), [], False
            try:
                with striking(place, Struck):
                    take(walk, ids, ids_of)
            except Struck:
                struck = True
                take(walk, ids, ids_of)
            assert ids[:8] == everything, place
            if not struck:
                break
        assert place > 50
        del walk
        gc.collect()
        assert open_cursors(client) == handles


@can_strike
def test_recent_rows_that_are_struck_anywhere_come_with_the_next_call():
    for place in itertools.count():
        with inwise.Client(URL) as client, inwise.Client(URL) as other:
            struck = False
            try:
                with striking(place, Struck):
                    rows = client.recent_activities()
            except Struck:
                struck, rows = True, client.recent_activities()
            assert rows and rows == other.recent_activities(), place
        if not struck:
            break
    assert place > 20
