# SPDX-License-Identifier: MIT
"""A disk that is full, or fails: a clear error, an undamaged mirror, and a clean sync that mends it once there is room.

At every size and every call, as one command:

    INWISE_FULL_SIZE=1 build/venv/bin/pytest Tests/host/test_sync_disk.py
"""

import contextlib
import errno
import os
import pathlib
import re
import subprocess

import pytest
from inwise_ffi import Client, Status
from mirrors import EVER, FULL_SIZE, NOW, check_account, check_file, mirror, preloading, syncing
from simulated import Account, Life
from simulated_http import Service

FULL = re.compile(r"\bfull\b|no (more )?(room|space)", re.IGNORECASE)


@pytest.fixture(scope="module")
def service():
    account = Account("2024-09-10 12:00:00")
    Life(account, 1, late=0.02).go_on(6000, days=10)
    account.forget_feeds()
    with Service(account) as running:
        yield running


# ---------------------------------------------------------------- a small disk

class Disk:
    """A file system in memory of so many KiB."""

    def __init__(self, path: pathlib.Path, kib: int) -> None:
        self.path = path
        path.mkdir()
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", str(path)], capture_output=True)
        if made.returncode:
            pytest.skip("mounting a small file system takes root")

    def grow(self, kib: int) -> None:
        subprocess.run(["mount", "-o", f"remount,size={kib}k", str(self.path)], check=True)

    def fill_up(self) -> pathlib.Path:
        """Leaves no room: a file that holds what there was."""
        stuffing = self.path / "stuffing"
        with contextlib.suppress(OSError), open(stuffing, "wb", buffering=0) as out:
            for size in (1 << 16, 1 << 12):
                with contextlib.suppress(OSError):
                    while True:
                        out.write(b"x" * size)
        return stuffing

    def __enter__(self) -> "Disk":
        return self

    def __exit__(self, *_) -> None:
        subprocess.run(["umount", "-l", str(self.path)], check=True)


def check_full(outcome) -> None:
    assert outcome.status is Status.STORE, outcome
    assert FULL.search(outcome.value["message"]) and "mirror.db" in outcome.value["message"], outcome


@pytest.mark.parametrize("kib", range(64, 4096, 64) if FULL_SIZE else (64, 192, 320, 512, 1024))
def test_a_full_disk(tmp_path, service, kib):
    with Disk(tmp_path / "disk", kib) as disk, Client(service.url) as source:
        path = disk.path / "mirror.db"
        with contextlib.ExitStack() as stack:
            try:
                copy = stack.enter_context(mirror(path, now=NOW))
            except AssertionError as refused:
                assert FULL.search(str(refused)), "opening says it too"
            else:
                outcome = source.sync(copy)
                if kib > 1024 and outcome.status is Status.OK:
                    return
                check_full(outcome)
                rows = copy.drain("activities", EVER)
                assert len(rows) == len({row["id"] for row in rows}), "it answers with what it has"
        if path.exists() and path.stat().st_size:
            check_file(path)
        disk.grow(32768)
        with mirror(path, now=NOW) as copy:
            assert source.sync(copy).good()["complete"]
            check_account(copy, service.account)
        check_file(path)


def test_a_disk_that_grows_slowly(tmp_path, service):
    """Each sync goes on from where the disk was full."""
    fulls = 0
    with Disk(tmp_path / "disk", 256) as disk, Client(service.url, page_size=500) as source, mirror(disk.path / "mirror.db", now=NOW) as copy:
        for kib in range(256, 16384, 256):
            disk.grow(kib)
            outcome = source.sync(copy)
            if outcome.status is Status.OK:
                break
            check_full(outcome)
            fulls += 1
        assert fulls > 2 and outcome.value["complete"]
        check_account(copy, service.account)


def test_a_disk_that_gets_full_later(tmp_path):
    """With the mirror open, and rows on their way: the feed's rows that found no room are a gap, and are healed."""
    account = Account("2024-09-18 12:00:00")
    life = Life(account, 2)
    life.go_on(500, days=1)
    with Disk(tmp_path / "disk", 16384) as disk, Service(account) as service, Client(service.url) as source:
        path = disk.path / "mirror.db"
        with mirror(path, now=NOW) as copy:
            assert source.sync(copy).good()["complete"]
            for _ in range(3):
                life.go_on(2500, hours=3)
                stuffing = disk.fill_up()
                check_full(source.sync(copy))
                assert len(copy.ask("activities", EVER).good()) == 100
                copy.ask("activitiesSummary", {"campaign_id": 1958368}).good()
                stuffing.unlink()
                assert source.sync(copy).good()["complete"]
                check_account(copy, account)
            stuffing = disk.fill_up()
            assert copy.ask("recentActivities", {"consumer": "x"}).status in (Status.OK, Status.STORE)
            acknowledged = copy.acknowledge("recentActivities", "x")
            assert acknowledged.status is Status.OK or FULL.search(acknowledged.value["message"])
        with mirror(path, now=NOW) as copy:
            # A reader needs no room, or says that there is none.
            outcome = copy.ask("activities", EVER)
            assert outcome.status is Status.OK or FULL.search(outcome.value["message"])
        stuffing.unlink()
        check_file(path)


def test_a_file_that_may_not_grow(tmp_path, service):
    """As under ulimit -f: every size up to the one that is enough."""
    path = tmp_path / "mirror.db"
    for size in range(0, 8 << 20, 512 << 10):
        with syncing(service.url, path, source={"page_size": 500}, target={"now": NOW}, file_size=size) as child:
            said = child.lines()
        if len(said) == 2 and said[1][0] == "OK":
            break
        # A mirror that can't even be made ends the script.
        assert child.ending != 0 and size < 1 << 20 or said[1][0] == "STORE" and len(said[1][1]["message"]) > 40, said
        check_file(path) if path.exists() else None
    assert size > 0 and said[1][1]["complete"]
    with mirror(path, now=NOW) as copy:
        check_account(copy, service.account)


# ---------------------------------------------------------------- a disk that fails

@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """The environment in which calls on a database's files can fail."""
    return preloading("faultyfile.c", tmp_path_factory.mktemp("faulty"))


CALLS = [(call, at, error, how)
         for call, errors in (("write", (errno.EIO, errno.ENOSPC)), ("sync", (errno.EIO,)), ("read", (errno.EIO,)), ("truncate", (errno.EIO,)))
         for error in errors for how in (0, 10**6)
         for at in (range(1, 40) if FULL_SIZE else (1, 8))]


@pytest.mark.parametrize("call, at, error, more", CALLS)
def test_a_call_that_fails(tmp_path, faulty, call, at, error, more):
    account, path = Account("2024-09-18 12:00:00"), tmp_path / "mirror.db"
    life = Life(account, 2)
    life.go_on(300, days=1)
    failing = {**faulty, "FAULTY_CALL": call, "FAULTY_AT": str(at), "FAULTY_ERRNO": str(error), "FAULTY_FOR": str(more)}
    with Service(account) as service:
        for turn in range(2):
            with syncing(service.url, path, target={"now": NOW}, env=failing) as child:
                said = child.lines()
            assert turn or not more or at > 12 or call == "truncate" or len(said) < 2 or said[1][0] == "STORE", "the fault has no effect"
            # It worked, or says why not, or the mirror couldn't even be opened, which ends the script with a failure; it never crashes.
            assert child.ending in (0, 1)
            if child.ending == 0:
                assert said[1][0] in ("OK", "STORE"), said
                assert error != errno.ENOSPC or said[1][0] == "OK" or FULL.search(said[1][1]["message"]), said
            life.go_on(300, hours=3)
        with Client(service.url) as source, mirror(path, now=NOW) as copy:
            assert source.sync(copy).good()["complete"]
            check_account(copy, account)
    check_file(path)


def test_a_feeds_answer_is_on_the_disk_before_the_next_question(tmp_path, faulty):
    """Written, and then synced: what has been consumed survives a power cut as well."""
    account, log = Account("2024-09-18 12:00:00"), tmp_path / "log"
    Life(account, 2).go_on(3000, days=1)
    with Service(account) as service:
        with syncing(service.url, tmp_path / "mirror.db", target={"now": NOW}, env={**faulty, "FAULTY_LOG": str(log)}) as child:
            assert child.lines()[1][0] == "OK"
        asked = list(service.asked)
    syncs = [float(line.split()[2]) for line in log.read_text().splitlines() if line.startswith("sync ")]
    fed = [number for number, question in enumerate(asked) if question.recent and question.rows]
    assert len(fed) >= 3
    for number in fed:
        between = [at for at in syncs if asked[number].at < at < asked[number + 1].at]
        assert between, f"question {number + 1} came before the answer of {asked[number].method} was safe"
