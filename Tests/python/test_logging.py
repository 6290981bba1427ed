# SPDX-License-Identifier: MIT
"""The library's lines come to logging, at the levels that are wanted, on the thread of the call."""

import gc
import itertools
import logging
import signal
import sys
import threading
import time

import inwise
import pytest
from conftest import KEY, SMALL
from handles import open_cursors
from inwise import _library
from loopback import FIRST_ID

LOGGER = logging.getLogger("inwise")


class Lines(logging.Handler):
    def __init__(self, action=lambda record: None) -> None:
        super().__init__()
        self.records, self.threads, self.action = [], [], action

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)
        self.threads.append(threading.get_ident())
        self.action(record)


@pytest.fixture
def listen():
    """Adds a handler, and sets the logger's level."""
    added = []

    def add(level: int, action=lambda record: None) -> Lines:
        lines = Lines(action)
        added.append(lines)
        LOGGER.addHandler(lines)
        LOGGER.setLevel(level)
        return lines

    yield add
    for lines in added:
        LOGGER.removeHandler(lines)
    LOGGER.setLevel(logging.NOTSET)


@pytest.mark.parametrize("level, seen", [
    (logging.DEBUG, {logging.DEBUG, logging.INFO, logging.WARNING}), (logging.INFO, {logging.INFO, logging.WARNING}),
    (logging.WARNING, {logging.WARNING}), (logging.CRITICAL, set())])
def test_lines_have_their_level(server, listen, level, seen):
    lines = listen(level)
    scenario = server.scenario(rows=250, status=503, times=1)
    with inwise.Client(scenario.url, api_key=KEY, max_retry_delay_seconds=0) as client:
        list(client.activities())
        assert client._log_level == {10: 4, 20: 3, 30: 2, 50: 0}[level], "the library makes no other lines"
    assert {record.levelno for record in lines.records} == seen
    assert all(record.name == "inwise" and "\n" not in record.getMessage() and KEY not in record.getMessage() for record in lines.records)
    assert set(lines.threads) <= {threading.get_ident()}


def test_the_level_may_change_later(server, listen):
    with inwise.Client(server.scenario(rows=5).url) as client:
        client.activities().page()
        lines = listen(logging.DEBUG)
        client.activities().page()
        assert lines.records
        LOGGER.setLevel(logging.ERROR)
        count = len(lines.records)
        client.activities().page()
        assert len(lines.records) == count


def test_a_handler_that_raises_disturbs_no_call(server, listen, monkeypatch):
    seen = []
    monkeypatch.setattr("sys.unraisablehook", seen.append)
    lines = listen(logging.DEBUG, lambda record: 1 / 0)
    with inwise.Client(server.scenario(rows=5).url) as client:
        assert len(client.activities().page()) == 5
    assert lines.records and isinstance(seen[0].exc_value, ZeroDivisionError)


def test_an_interrupt_in_a_handler_ends_the_call(server, listen):
    def interrupt(record: logging.LogRecord) -> None:
        raise KeyboardInterrupt

    scenario = server.scenario(rows=5, status=503, times=1, retry_after=60)
    with inwise.Client(scenario.url, timeout_seconds=100) as client:
        listen(logging.WARNING, interrupt)
        start = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            client.activities().page()
        assert time.monotonic() - start < 30
        LOGGER.setLevel(logging.CRITICAL)
        assert len(client.activities().page()) == 5


@pytest.mark.parametrize("ask", [lambda client: [row.id for row in client.recent_activities()], None], ids=["recent", "walk"])
def test_an_interrupt_at_any_line_loses_nothing(server, listen, ask):
    """A call's last line comes when its answer is there."""
    left = [0]

    def interrupt(record: logging.LogRecord) -> None:
        left[0] -= 1
        if left[0] == -1:
            raise KeyboardInterrupt

    listen(logging.DEBUG, interrupt)
    for line in itertools.count():
        left[0] = line
        ids = []
        with inwise.Client(server.scenario(rows=250, size="ignored").url, pages_in_flight=1) as client:
            walk = iter(client.activities())
            for _ in range(260):
                try:
                    ids += ask(client) if ask else [row.id for row in itertools.islice(walk, 1)]
                except (KeyboardInterrupt, inwise.CancelledError):
                    assert left[0] < 0
                if len(ids) == 250:
                    break
        assert sorted(ids) == list(range(FIRST_ID, FIRST_ID + 250))
        if left[0] >= 0:
            break
    assert line > 0


def test_a_signal_during_a_call_that_logs_interrupts_it(server, listen):
    """Python handles it where the log callback begins, outside of any try."""
    def wake(*_: object) -> None:
        raise InterruptedError("by the alarm")

    hook = sys.unraisablehook
    listen(logging.DEBUG)
    before = signal.signal(signal.SIGALRM, wake)
    try:
        with inwise.Client(server.scenario(rows=3000, latency=200).url, pages_in_flight=1, page_size=50) as client:
            for _ in range(5):
                signal.setitimer(signal.ITIMER_REAL, 0.05)
                with pytest.raises(InterruptedError):
                    list(client.activities())
                assert sys.unraisablehook is hook
    finally:
        signal.signal(signal.SIGALRM, before)


def test_several_interrupts_during_a_call_end_that_call_only(server, listen):
    with inwise.Client(server.scenario(rows=5).url, timeout_seconds=20) as client:
        def interrupt(record: logging.LogRecord) -> None:
            raise KeyboardInterrupt

        listen(logging.DEBUG, interrupt)
        with pytest.raises(KeyboardInterrupt):
            client.activities().page()
        LOGGER.setLevel(logging.CRITICAL)
        assert len(client.activities().page()) == 5


def test_a_level_that_the_library_did_not_take_is_not_recorded(listen):
    client = inwise.Client(SMALL)
    _library.lib.inwise_close(client._handle)
    listen(logging.DEBUG)
    with pytest.raises(inwise.ClosedError):
        client.activities().page()
    assert client._log_level == 0
    client.close()


def test_a_walk_that_is_collected_in_a_handler_does_not_wait_for_its_own_call(server, listen):
    with inwise.Client(server.scenario(rows=950, size="ignored").url, timeout_seconds=20) as client:
        before = open_cursors(client)
        cycle = {"walk": iter(client.activities())}
        cycle["itself"] = cycle
        next(cycle["walk"])
        del cycle
        lines = listen(logging.DEBUG, lambda record: gc.collect())
        start = time.monotonic()
        client.undelivered().page()
        assert lines.records and time.monotonic() - start < 10 and open_cursors(client) == before


def test_a_handler_may_cancel(server, listen):
    with inwise.Client(server.scenario(status=503, retry_after=60).url, timeout_seconds=100) as client:
        listen(logging.WARNING, lambda record: client.cancel())
        with pytest.raises(inwise.CancelledError):
            client.activities().page()
