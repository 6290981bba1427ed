# SPDX-License-Identifier: MIT
"""A mirror's file with damages: an error, or the answers that it would give without them; never a crash, and no text that is none.

With 2,000 damages, as one command:

    INWISE_FULL_SIZE=1 build/venv/bin/pytest Tests/host/test_mirror_damage.py
"""

import os
import pathlib
import random
import shutil
import subprocess
import sys

import pytest
from children import forked
from hooks import ingest
from inwise_ffi import PAGED, Client, Outcome, Status, encode, lib, open_handle
from mirrors import EVER, FULL_SIZE, NOW, check_account, check_file, contents, files, fill, lived, mirror, sql
from simulated import FIRST_CAMPAIGN, Life
from simulated_http import Service


@pytest.fixture
def path(filled, tmp_path):
    return pathlib.Path(shutil.copy(filled, tmp_path / "mirror.db"))


def asked_everything(handle: int) -> list:
    """Asks a mirror all there is to ask; each is an answer or an error that a mirror may give. Closes it."""
    client = Client.__new__(Client)
    client.handle, client._close = handle, lib.inwise_close
    answers = []
    with client:
        for kind in ("sentEmails", "undelivered", "activities"):
            with client.cursor(kind, EVER) as cursor:
                answers.append(cursor.drain())
        asked = [client.ask("activitiesSummary", {"campaign_id": FIRST_CAMPAIGN + number}) for number in range(4)]
        asked += [client.ask(kind, {"campaign_id": FIRST_CAMPAIGN}) for kind in ("sentEmails", "undelivered", "activities")]
        asked += [client.ask("recentActivities", {"consumer": "x"}), client.acknowledge("recentActivities", "x"), client.ask("recentUndelivered")]
    for outcome in [*asked, *(last for _, last in answers)]:
        assert outcome.status in (Status.OK, Status.DONE, Status.STORE, Status.ARGUMENT), outcome
        assert outcome.status is not Status.STORE or len(outcome.value["message"]) > 20, outcome
    return answers


def damaged(whole: bytes, chance: random.Random) -> bytes:
    bytes_ = bytearray(whole)
    draw = chance.random()
    if draw < 0.15:
        return bytes(bytes_[:chance.randrange(len(whole))])
    for _ in range(chance.choice((1, 1, 4, 30))):
        at = chance.randrange(100) if draw < 0.3 else chance.randrange(len(whole))
        bytes_[at] = chance.randrange(256) if draw < 0.6 else bytes_[at] ^ 1 << chance.randrange(8)
    if draw > 0.9:
        at = chance.randrange(len(whole) // 512) * 512
        bytes_[at:at + 512] = bytes(512)
    return bytes(bytes_)


@pytest.mark.parametrize("part", range(4))
def test_damages_are_errors_or_do_not_matter(filled, account, tmp_path, part):
    """Random ones; none crashes, none hangs, none makes the library give back what is no JSON."""
    whole, path = filled.read_bytes(), tmp_path / "damaged.db"
    chance = random.Random(part)

    def work() -> None:
        refused = told = 0
        with Service(account) as service, Client(service.url, log_level=1) as source:
            for number in range(500 if FULL_SIZE else 50):
                for name in files(path):
                    path.with_name(name).unlink()
                path.write_bytes(damaged(whole, chance))
                before = path.read_bytes()
                outcome, handle = open_handle(lib.inwise_open, f"file:{path}".encode(), encode({"now": NOW}))
                if handle is None:
                    assert outcome.status is Status.STORE and "damaged.db" in outcome.value["message"], outcome
                    assert path.read_bytes() == before, "it was touched"
                    refused += 1
                    continue
                answers = asked_everything(handle)
                told += any(last.status is Status.STORE for _, last in answers)
                if number % 5 == 0:
                    with mirror(path, now=NOW, log_level=1) as copy:
                        synced = source.sync(copy)
                        assert synced.status in (Status.OK, Status.STORE), synced
        assert refused + told > 5

    pid = forked(work)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, "a negative number is the signal that ended the child"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_mirror_that_was_cut_off(path, share):
    whole = path.read_bytes()
    path.write_bytes(whole[:int(len(whole) * share)])
    cut = path.read_bytes()
    outcome, handle = open_handle(lib.inwise_open, f"file:{path}".encode(), None)
    if handle is None:
        assert outcome.status is Status.STORE and path.read_bytes() == cut
    else:
        assert any(last.status is Status.STORE for _, last in asked_everything(handle)), "rows are missing, and nobody says so"


def test_tables_that_are_not_those_of_a_mirror(path):
    """The numbers say that it is a mirror of this version; what is in it says something else."""
    tables = subprocess.run([sys.executable, "-c", "import sqlite3,sys; print(*(row[0] for row in sqlite3.connect(sys.argv[1]).execute("
                             "\"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'\")))", str(path)], capture_output=True, text=True, check=True).stdout.split()
    assert len(tables) > 3
    for table in tables:
        copy = path.with_name(f"without-{table}.db")
        shutil.copy(path, copy)
        sql(copy, f"PRAGMA foreign_keys = OFF; DROP TABLE {table}")
        outcome, handle = open_handle(lib.inwise_open, f"file:{copy}".encode(), None)
        if handle is None:
            assert outcome.status is Status.STORE, (table, outcome)
            continue
        asked_everything(handle)


# ---------------------------------------------------------------- a file that goes while it is open

@pytest.fixture
def another():
    return lived(count=300, seed=2)


@pytest.fixture
def goes(path, another):
    """Makes the mirror's file go, or another account's mirror take its place; the file itself is kept under another name."""
    os.link(path, path.with_name("kept.db"))
    with Service(another) as service:
        fill(service.url, path.with_name("new.db"), target={"now": NOW})
    return {"unlinked": path.unlink, "replaced": lambda: path.with_name("new.db").rename(path)}


def check_told(outcome: Outcome, *words: str) -> None:
    assert outcome.status is Status.STORE and all(word in outcome.value["message"] for word in ("mirror.db", *words)), outcome


@pytest.mark.parametrize("how", ["unlinked", "replaced"])
@pytest.mark.parametrize("options", [{}, {"read_only": True}], ids=["writing", "reading"])
def test_a_file_that_goes_while_it_is_open(path, account, another, goes, how, options):
    """What the path leads to is asked, and nothing more goes into the file that was there."""
    before = path.read_bytes()
    with mirror(path, now=NOW, **options) as copy:
        check_account(copy, account)
        goes[how]()
        if how == "replaced":
            check_account(copy, another)
        elif options:
            check_told(copy.ask("activities", EVER), "no mirror")
            assert not path.exists()
        else:
            assert contents(copy) == {kind: [] for kind in PAGED}
        if not options:
            with Service(another) as service, Client(service.url) as source:
                assert source.sync(copy).good()["complete"]
            check_account(copy, another)
    if path.exists():
        with mirror(path, read_only=True) as copy:
            check_account(copy, another)
    assert path.with_name("kept.db").read_bytes() == before


@pytest.mark.parametrize("how", ["unlinked", "replaced"])
@pytest.mark.parametrize("options", [{}, {"read_only": True}], ids=["writing", "reading"])
def test_a_file_that_goes_without_its_log(path, another, goes, how, options):
    """Which SQLite would write into whatever has the file's name."""
    account = lived(count=1500, seed=1)
    Life(account, 3).go_on(60, hours=1)
    log = path.with_name("mirror.db-wal")
    with Service(account) as service, Client(service.url) as source, mirror(path, now=NOW) as writer:
        source.sync(writer).good()
        assert log.stat().st_size > 0
        with mirror(path, now=NOW, **options) as copy:
            check_account(copy, account)
            goes[how]()
            after = path.read_bytes() if path.exists() else None
            for _ in range(2):
                check_told(copy.ask("activities", EVER), "-wal", "Put the file back")
                check_told(source.sync(writer), "-wal")
                assert (path.read_bytes() if path.exists() else None) == after, "it was touched"
            # As it says.
            shutil.copy(path, path.with_name("new.db")) if after else None
            path.with_name("kept.db").rename(path)
            check_account(copy, account)
            assert source.sync(writer).good()["complete"]
            os.link(path, path.with_name("kept.db"))
            goes[how]()
    log.unlink()
    with Service(another) as service:
        assert fill(service.url, path, target={"now": NOW})["complete"]
    with mirror(path, read_only=True) as copy:
        check_account(copy, another)
    check_file(path)


@pytest.mark.parametrize("how", ["unlinked", "replaced"])
def test_a_file_that_goes_without_its_log_from_who_made_it(tmp_path, how):
    """It had no log when it was opened, and has one since."""
    path, other = tmp_path / "mirror.db", tmp_path / "other.db"
    with mirror(other, now=NOW) as copy:
        ingest(copy, b"trigger_type=onSite").good()
    with mirror(path, now=NOW) as copy:
        for number in range(30):
            ingest(copy, b"trigger_type=onSite&number=%d&text=%s" % (number, b"x" * 3000)).good()
        os.link(path, tmp_path / "kept.db")
        other.rename(path) if how == "replaced" else path.unlink()
        after = path.read_bytes() if path.exists() else None
        for _ in range(2):
            check_told(ingest(copy, b"trigger_type=onSite&number=30"), "-wal", "Put the file back")
            assert (path.read_bytes() if path.exists() else None) == after, "it was touched"
        (tmp_path / "kept.db").rename(path)
        assert ingest(copy, b"trigger_type=onSite&number=30").good()["event_id"] == 31
    check_file(path)


@pytest.mark.parametrize("how", ["unlinked", "replaced"])
def test_a_file_that_goes_during_a_sync(path, account, goes, how):
    with Service(account) as service, Client(service.url) as source:
        with mirror(path, now=NOW) as copy:
            steps = []
            outcome = source.sync(copy, lambda step: goes[how]() if not steps.append(step) and len(steps) == 2 else None, audit="all")
            check_told(outcome, "during the sync", "sync again")
            assert len(steps) == 2, "it went on"
        assert path.exists() == (how == "replaced")
