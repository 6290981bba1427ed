# SPDX-License-Identifier: MIT
"""sync: what goes in, what comes out, and what stops it: progress, exceptions, signals, other threads."""

import itertools
import json
import os
import signal
import sys
import threading
import time
from datetime import date, datetime, timezone

import inwise
import pytest
from children import check_children, forked
from conftest import IMPATIENT, KEY, SMALL
from inwise import _library
from loopback import promptly
from strikes import PACKAGE, can_strike, striking

EVER = "2000-01-01"
NOW = datetime(2024, 9, 20, 12)
#: So that a sync of the test server's rows has many steps.
SLOW = {"page_size": 50, "pages_in_flight": 1, **IMPATIENT}


def ids(client: inwise.Client) -> "list[int]":
    return sorted(row.id for row in client.activities(date_from=EVER))


@pytest.fixture
def source():
    with inwise.Client(SMALL) as source:
        yield source


@pytest.fixture
def mirror(tmp_path):
    with inwise.Client(f"file:{tmp_path}/mirror.db", now=NOW) as mirror:
        yield mirror


# ---------------------------------------------------------------- what it brings

def test_a_mirror_answers_as_its_source_does(source, mirror):
    report = source.sync(mirror)
    assert report.complete and report.stopped is None and report.pending == report.gaps == report.notes == ()
    for walk in ("activities", "sent_emails", "undelivered"):
        rows = list(getattr(source, walk)(date_from=EVER))
        assert rows and list(getattr(mirror, walk)(date_from=EVER)) == rows
        assert list(getattr(mirror, walk)()) == list(getattr(source, walk)()), "the past week"
    campaigns = {row.campaign_id for row in source.sent_emails(date_from=EVER)}
    for campaign in campaigns:
        assert mirror.activities_summary(campaign) == source.activities_summary(campaign)
    assert report.audit.checked == report.audit.equal == len(campaigns)
    with inwise.Funnel() as funnel, inwise.Funnel() as theirs:
        funnel.add(mirror.activities(date_from=EVER))
        theirs.add(source.activities(date_from=EVER))
        assert funnel.summary() == theirs.summary()


def test_a_second_sync_finds_nothing_new(source, mirror):
    first, second = source.sync(mirror), source.sync(mirror)
    assert first.new_rows > 0 and second.new_rows == 0 and second.complete
    assert list(first.methods) == ["sentEmails", "undelivered", "activities"]
    for name, method in first.methods.items():
        assert method.new_rows == len(list(getattr(source, {"sentEmails": "sent_emails"}.get(name, name))(date_from=EVER)))
        assert method.fetched == sum(window.fetched for window in method.windows)
        assert all(window.done and window.date_from and "fill" in window.reason for window in method.windows)
        assert method.recent.available and method.recent.answers > 0


def test_over_http(server, mirror, tmp_path):
    scenario = server.scenario(rows=950)
    with inwise.Client(scenario.url, **IMPATIENT) as client:
        report = client.sync(mirror, audit="none")
        assert report.complete and report.requests == len(scenario.log()) and report.bytes > 100_000 and report.pages >= 3
        assert ids(mirror) == ids(client) and len(ids(mirror)) == 950
    assert all(request.header("X-API-Key") == KEY for request in scenario.log())
    for file in tmp_path.iterdir():
        assert KEY.encode() not in file.read_bytes(), "the key is in no mirror"


def test_the_report_holds_all_that_the_library_tells(source, mirror):
    def raw(options: bytes) -> dict:
        nobody = _library.ProgressFunction(lambda *_: 0)
        return json.loads(_library.result(_library.lib.inwise_sync, source._handle, mirror._handle, options, nobody, None))

    for options in (b'{"max_seconds":0.001}', b"{}", b'{"audit":"all"}'):
        told = raw(options)
        report = inwise.SyncReport._decode(json.dumps(told).encode())
        assert report.as_dict() == told and json.loads(json.dumps(report.as_dict())) == told
        assert extras(report) == [], "nothing that there is no field for"


def extras(record) -> list:
    """What all of a report keeps that it has no field for."""
    if isinstance(record, (tuple, dict)):
        return [extra for part in (record.values() if isinstance(record, dict) else record) for extra in extras(part)]
    if not hasattr(record, "extra"):
        return []
    parts = [getattr(record, name) for name in record.__dataclass_fields__ if name != "extra"]
    return [*record.extra, *(extra for part in parts for extra in extras(part))]


def test_a_report_keeps_what_it_has_no_field_for():
    told = {
        "complete": False, "stopped": "max_seconds", "seconds": 1.5, "requests": 7, "retries": 1, "bytes": 5, "pages": 2, "more": [1],
        "methods": {"activities": {
            "expected": 1, "fetched": 2, "new": 3, "repeated": 4, "late": 5, "repaired": 6, "absent": 7, "more": {"x": None},
            "recent": {"answers": 1, "rows": 2, "new": 3, "lost": 4, "available": False, "more": 1},
            "windows": [{"method": "activities", "date_from": "2024-09-01 00:00:00", "date_to": None, "campaign_id": None,
                         "reason": ["fill", "gap"], "done": True, "expected": 0, "fetched": 0, "new": 0, "repeated": 0, "late": 0, "repaired": 0, "absent": 0, "more": 1}]}},
        "gaps": [{"id": 7, "method": "recentActivities", "noticed": "2024-09-20 12:00:00", "reason": "x", "date_from": None,
                  "healed": False, "recovered": 25, "more": 1}],
        "audit": {"checked": 2, "equal": 1, "more": 1, "campaigns": [{
            "campaign_id": 5, "equal": False, "service": {"opens": 10}, "mirror": {"opens": 9, "more": 1}, "days": ["2024-09-03"],
            "recovered": 0,
            "differences": [{"field": "opens", "service": 10, "mirror": 9, "found": 9, "more": 1}], "more": 1}]},
        "webhooks": {"confirmed": 25, "unconfirmed": 3, "oldest": "2024-09-20 12:00:00", "campaigns": [5, 7], "more": 1},
        "pending": [{"method": "activities", "date_from": "2024-09-01 00:00:00", "date_to": "2024-09-02 00:00:00", "campaign_id": 5,
                     "action_type": "emailOpened", "reason": ["late"], "done": False, "problem": "a sentence",
                     "expected": None, "fetched": 0, "new": 0, "repeated": 0, "late": 0, "repaired": 0, "absent": None}],
        "notes": ["a sentence"],
    }
    report = inwise.SyncReport._decode(json.dumps(told).encode())
    assert report.as_dict() == told and report.extra == {"more": [1]} and len(extras(report)) == 10
    activities = report.methods["activities"]
    assert activities.windows[0].date_from == datetime(2024, 9, 1) and activities.windows[0].reason == ("fill", "gap")
    assert report.new_rows == activities.new_rows == 6 and report.gaps[0].noticed == NOW
    assert report.audit.campaigns[0].days == (date(2024, 9, 3),) and report.audit.campaigns[0].service.opens == 10
    assert report.webhooks.oldest == NOW and report.webhooks.campaigns == (5, 7) and hash(report.webhooks)
    assert report.pending[0].problem == "a sentence" and hash(report.gaps) and hash(report.pending)
    with pytest.raises(TypeError, match="read-only"):
        report.methods["activities"] = None
    assert inwise.SyncReport._decode(b'{"complete":true}').audit is None is inwise.SyncReport().webhooks, "what an older library doesn't tell"


# ---------------------------------------------------------------- options

@pytest.mark.parametrize("name, value", [
    ("campaign_ids", []), ("campaign_ids", 5), ("campaign_ids", ["5"]), ("campaign_ids", [2**63]), ("campaign_ids", [object()]),
    ("methods", "activities"), ("methods", ["recentActivities"]), ("date_from", "2024-02-30"),
    ("date_from", datetime(2024, 9, 2, tzinfo=timezone.utc)), ("recent", 1), ("overlap_seconds", -1), ("late_ages", [0]),
    ("late_ages", range(1, 10)), ("late_ages", 5), ("gap_reach_seconds", 31536001),
    ("audit", "some"), ("max_seconds", 0), ("max_seconds", float("nan")), ("wait_seconds", -1), ("mirror", None), ("mirror", "file:x"),
], ids=str)
def test_what_is_not_allowed_is_named_and_nothing_is_done(source, mirror, name, value):
    with pytest.raises(inwise.ArgumentError, match=f'"{name}"') as caught:
        source.sync(**{"mirror": mirror, name: value})
    assert caught.value.parameter == name
    assert source.recent_activities(), "nothing was consumed"


def test_every_option_reaches_the_library(source, mirror):
    campaign = next(iter(source.sent_emails(date_from=EVER))).campaign_id
    report = source.sync(
        mirror, campaign_ids={campaign}, methods=(method for method in ["sentEmails"]), date_from=date(2024, 1, 1), recent=False,
        overlap_seconds=0, late_ages=range(60, 120, 30), gap_reach_seconds=0, audit="none", max_seconds=60, wait_seconds=0.5)
    assert list(report.methods) == ["sentEmails"]
    sent = report.methods["sentEmails"]
    assert not sent.recent.answers and {window.campaign_id for window in sent.windows} == {campaign}
    assert min(window.date_from for window in sent.windows) == datetime(2024, 1, 1)
    assert {row.campaign_id for row in mirror.sent_emails(date_from=EVER)} == {campaign}
    assert not list(mirror.activities(date_from=EVER)) and not report.audit.campaigns


def test_a_sync_into_what_is_no_mirror_is_refused(source, mirror, tmp_path):
    mirror.close()
    with pytest.raises(inwise.ClosedError):
        source.sync(mirror)
    with inwise.Client(SMALL) as sandbox, inwise.Client(f"file:{tmp_path}/mirror.db", read_only=True) as reading:
        for into in (source, sandbox, reading):
            with pytest.raises(inwise.ArgumentError):
                source.sync(into)


# ---------------------------------------------------------------- progress

def test_progress_tells_how_it_goes(source, mirror):
    told = []
    report = source.sync(mirror, progress=told.append)
    assert {state.step for state in told} >= {"recent", "rows", "audit"} and all(type(state) is inwise.SyncProgress for state in told)
    for before, after in zip(told, told[1:]):
        assert (before.rows, before.new, before.pages, before.seconds) <= (after.rows, after.new, after.pages, after.seconds)
    assert told[-1].new == report.new_rows and {state.method for state in told} >= set(report.methods)
    assert all(state.share is None or 0 <= state.share <= 1 for state in told) and not any(extras(state) for state in told)


@pytest.mark.parametrize("answer, stops", [(False, True), (None, False), (True, False), (0, False), ("", False)], ids=repr)
def test_false_alone_stops_it_and_the_next_goes_on(source, mirror, answer, stops):
    report = source.sync(mirror, progress=lambda state: answer)
    assert (report.stopped, report.complete) == (("progress", False) if stops else (None, True))
    assert source.sync(mirror).complete and ids(mirror) == ids(source)


def test_max_seconds_stops_it(source, mirror):
    report = source.sync(mirror, max_seconds=0.001)
    assert report.stopped == "max_seconds" and not report.complete
    assert source.sync(mirror).complete and ids(mirror) == ids(source)


@pytest.mark.parametrize("error", [ValueError("by the test"), KeyboardInterrupt(), SystemExit(3), StopIteration()], ids=repr)
def test_what_progress_raises_stops_it_and_is_raised(source, mirror, error):
    calls = []

    def raising(state: inwise.SyncProgress) -> None:
        calls.append(state)
        raise error

    with pytest.raises(type(error)) as caught:
        source.sync(mirror, progress=raising)
    assert caught.value is error and len(calls) == 1
    assert source.sync(mirror).complete and ids(mirror) == ids(source)


def test_progress_may_ask_every_client(source, mirror):
    campaign = next(iter(source.sent_emails(date_from=EVER))).campaign_id
    counts, summary = [], source.activities_summary(campaign)

    def ask(state: inwise.SyncProgress) -> None:
        counts.append(len(list(mirror.activities(date_from=EVER))))
        assert source.activities_summary(campaign) == summary

    source.sync(mirror, progress=ask)
    assert counts == sorted(counts) and counts[-1] == len(ids(source))


def test_an_error_in_a_call_of_progress_is_that_of_the_sync(source, mirror):
    with pytest.raises(inwise.ArgumentError, match="page_size"):
        source.sync(mirror, progress=lambda state: mirror.activities(page_size=0).page())


def test_a_second_sync_into_the_same_mirror_says_who_holds_it(source, mirror, tmp_path):
    with inwise.Client(SMALL) as other, inwise.Client(f"file:{tmp_path}/mirror.db") as same:
        with pytest.raises(inwise.StoreError, match="under way: this process"):
            source.sync(mirror, progress=lambda state: other.sync(same))
    ours, theirs = os.pipe()

    def hold() -> None:
        def wait(state: inwise.SyncProgress) -> bool:
            os.write(theirs, b"held")
            return not time.sleep(0.3)

        source.sync(mirror, progress=wait, max_seconds=0.2)

    child = forked(hold)
    assert os.read(ours, 4) == b"held"
    with pytest.raises(inwise.StoreError, match=rf"\b{child}\b"):
        source.sync(mirror)
    assert source.sync(mirror, wait_seconds=30).complete, "the child's ended meanwhile"
    check_children([child])
    os.close(ours)
    os.close(theirs)


# ---------------------------------------------------------------- interrupts, threads

class Struck(BaseException):
    pass


@pytest.fixture
def alarms():
    """A signal whose handler raises in the package; the function sets the seconds until it comes."""
    def handle(_, frame) -> None:
        if frame.f_code.co_filename.startswith(PACKAGE):
            raise Struck

    before = signal.signal(signal.SIGALRM, handle)
    yield lambda *seconds: signal.setitimer(signal.ITIMER_REAL, *seconds)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("progress", [None, lambda state: None], ids=["alone", "with progress"])
def test_a_signal_takes_effect_within_a_step(server, tmp_path, alarms, progress):
    scenario, hook = server.scenario(rows=600, latency=50), sys.unraisablehook
    tries = itertools.count()

    def struck() -> float:
        with inwise.Client(scenario.url, **SLOW) as client, inwise.Client(f"file:{tmp_path}/{next(tries)}.db") as mirror:
            alarms(0.15)
            start = time.monotonic()
            with pytest.raises(Struck):
                client.sync(mirror, audit="none", recent=False, progress=progress)
            taken = time.monotonic() - start - 0.15
            assert sys.unraisablehook is hook
            assert client.sync(mirror, audit="none").complete and len(ids(mirror)) == 600
        return taken

    promptly(0.5, struck)


@can_strike
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a signal strikes a callback's first line, a trace the second
def test_a_sync_that_is_struck_anywhere_is_made_good_by_the_next(tmp_path):
    with inwise.Client("sandbox:?seed=7&campaigns=1&contacts=5&now=2024-09-20T12:00:00") as source:
        wanted = ids(source)
        for place in itertools.count():
            with inwise.Client(f"file:{tmp_path}/{place}.db", now=NOW) as mirror:
                struck = False
                try:
                    with striking(place, Struck):
                        source.sync(mirror, progress=lambda state: None)
                except Struck:
                    struck = True
                assert source.sync(mirror).complete and ids(mirror) == wanted, place
            if not struck:
                break
        assert place > 20


def test_other_threads_run_meanwhile(server, mirror):
    ticks, ended = [], threading.Event()

    def tick() -> None:
        while not ended.wait(0.01):
            ticks.append(1)

    with inwise.Client(server.scenario(rows=500, latency=20).url, **SLOW) as client:
        thread = threading.Thread(target=tick)
        thread.start()
        client.sync(mirror, audit="none")
        ended.set()
        thread.join()
    assert len(ticks) > 10


@pytest.mark.parametrize("which", ["source", "mirror"])
def test_cancelling_either_client_ends_it(server, mirror, which):
    with inwise.Client(server.scenario(rows=600, latency=20).url, **SLOW) as client:
        cancelled = {"source": client, "mirror": mirror}[which]
        begun = threading.Event()

        def cancel() -> None:
            begun.wait(20)
            cancelled.cancel()

        thread = threading.Thread(target=cancel)
        thread.start()
        with pytest.raises(inwise.CancelledError):
            client.sync(mirror, audit="none", progress=lambda state: begun.set())
        thread.join()
        assert client.sync(mirror, audit="none").complete and len(ids(mirror)) == 600


@pytest.fixture
def holding(source, mirror):
    """Another sync into the mirror that the clients below share; it ends when told to."""
    held, done = threading.Event(), threading.Event()

    def hold(state: inwise.SyncProgress) -> None:
        held.set()
        done.wait(30)

    thread = threading.Thread(target=lambda: source.sync(mirror, progress=hold))
    thread.start()
    assert held.wait(20)
    yield done
    done.set()
    thread.join()


@pytest.mark.parametrize("which", ["source", "mirror"])
def test_cancelling_ends_its_waiting_for_another_sync(holding, tmp_path, which):
    with inwise.Client(SMALL) as other, inwise.Client(f"file:{tmp_path}/mirror.db") as same:
        cancelling = threading.Timer(0.1, {"source": other, "mirror": same}[which].cancel)
        cancelling.start()
        with pytest.raises(inwise.CancelledError):
            other.sync(same, wait_seconds=30)
        cancelling.join()


def test_it_can_be_stopped_while_it_waits_for_another_sync(holding, tmp_path, alarms):
    with inwise.Client(SMALL) as other, inwise.Client(f"file:{tmp_path}/mirror.db") as same:
        told = []
        report = other.sync(same, wait_seconds=30, progress=lambda state: bool(told.append(state.step)))
        assert told == ["waiting"] and report.stopped == "progress" and not report.complete
        alarms(0.1)
        with pytest.raises(Struck):
            other.sync(same, wait_seconds=30)
        holding.set()
        assert other.sync(same, wait_seconds=30).complete


def test_lines_of_both_clients_are_logged(source, mirror, caplog):
    caplog.set_level("DEBUG", "inwise")
    source.sync(mirror)
    assert source._log_level == mirror._log_level == 4 and caplog.records
