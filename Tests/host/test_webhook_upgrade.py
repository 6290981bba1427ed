# SPDX-License-Identifier: MIT
"""A mirror that an earlier release wrote, before there were webhooks: it opens, answers as it did, takes webhooks, and is synced."""

import gzip
import json
import subprocess
import sys

import pytest
from children import check_children, forked
from earlier.mirror_1 import HERE, account, answers, goes_on
from hooks import events, hook, ingest
from inwise_ffi import Client, Status, encode, lib, open_handle
from mirrors import check_account, check_file, check_rows, files, mirror
from simulated import KINDS
from simulated_http import Service

NOW = "2024-09-14T08:00:00"


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "mirror.db"
    made.write_bytes(gzip.decompress((HERE / "mirror_1.db.gz").read_bytes()))
    return made


def version(path) -> int:
    """As another process sees it, so that no second copy of SQLite gets at this one's locks."""
    script = "import sqlite3,sys; print(sqlite3.connect(sys.argv[1]).execute('PRAGMA user_version').fetchone()[0])"
    return int(subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True).stdout)


def check_answers(copy: Client) -> None:
    """As the earlier release answered."""
    was, found = json.loads((HERE / "mirror_1.json").read_text()), answers(copy)
    assert found["summaries"] == was["summaries"] and found["consumer"] == was["consumer"] != []
    for kind, rows in found["rows"].items():
        assert rows
        check_rows(rows, was["rows"][kind], kind)


def test_it_is_of_the_version_before(path):
    assert version(path) == 1


def test_it_opens_and_answers_as_it_did(path):
    for _ in range(2):
        with mirror(path, now=NOW) as copy:
            check_answers(copy)
            assert events(copy) == []
    assert version(path) == 2
    with mirror(path, now=NOW, read_only=True) as copy:
        check_answers(copy)
    check_file(path)


def test_read_only_says_that_it_is_to_be_opened_once_without(path):
    before = files(path)
    outcome, _ = open_handle(lib.inwise_open, f"file:{path}".encode(), encode({"read_only": True}))
    assert outcome.status is Status.STORE and outcome.value["parameter"] == "read_only"
    assert 'Open it once without "read_only"' in outcome.value["message"] and str(path) in outcome.value["message"]
    assert files(path) == before


def test_several_who_open_it_migrate_it_once(path):
    for _ in range(3):
        path.write_bytes(gzip.decompress((HERE / "mirror_1.db.gz").read_bytes()))

        def work(number: int) -> None:
            with mirror(path, now=NOW, log_level=0) as copy:
                assert ingest(copy, f"trigger_type=onSite&x={number}".encode()).good()["state"] == "kept"

        check_children([forked(lambda: work(number)) for number in range(4)])
        assert version(path) == 2
        with mirror(path, now=NOW) as copy:
            check_answers(copy)
            assert [event["event_id"] for event in events(copy)] == [1, 2, 3, 4]
        check_file(path)


def test_it_is_synced_with_what_was_pending_and_its_gaps_heal(path):
    of, life = account()
    goes_on(life)
    of.forget_feeds()
    with Service(of) as service, Client(service.url) as source, mirror(path, now=of.now.isoformat()) as copy:
        report = source.sync(copy, audit="all").good()
        assert report["complete"] and report["pending"] == []
        assert len(report["gaps"]) == 3 and all(gap["healed"] for gap in report["gaps"])
        check_account(copy, of)
        waiting = json.loads((HERE / "mirror_1.json").read_text())["consumer"]
        assert copy.ask("recentActivities", {"consumer": "crm"}).good()[:len(waiting)] == waiting
    check_file(path)


def test_webhooks_of_rows_that_it_has_are_confirmed_at_once_and_others_by_a_sync(path):
    of, life = account()
    goes_on(life)
    of.forget_feeds()
    was = json.loads((HERE / "mirror_1.json").read_text())["rows"]
    with Service(of) as service, Client(service.url) as source, mirror(path, now=of.now.isoformat()) as copy:
        # Rows without an id may be two of one event.
        told = {hook(kind, row): (row in was[kind]) for kind in KINDS for row in of.rows(kind) if KINDS[kind][0] in row and row.get("action_type") != "onSite"}
        for body, is_there in told.items():
            assert ingest(copy, body).good()["state"] == ("confirmed" if is_there else "provisional"), body
        assert set(told.values()) == {True, False}
        report = source.sync(copy).good()
        assert report["complete"] and report["webhooks"] == {"confirmed": list(told.values()).count(False), "unconfirmed": 0, "oldest": None, "campaigns": []}
        check_account(copy, of)
    check_file(path)
