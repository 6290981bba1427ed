# SPDX-License-Identifier: MIT
"""Two syncs into one mirror: the second waits, or says who holds it."""

import os
import re
import signal
import subprocess
import sys
import threading
import time

import pytest
from children import check_children, forked, in_child
from inwise_ffi import Client, Status
from loopback import eventually
from mirrors import NOW, check_account, check_file, check_rows, files, fill, mirror, new_rows, syncing
from simulated import Account, Life
from simulated_http import HANG, Service


@pytest.fixture
def account():
    account = Account("2024-09-10 12:00:00")
    Life(account, 1).go_on(2000, days=10)
    return account


def check_held(outcome_status: Status, error: dict, pid: int) -> None:
    assert outcome_status is Status.STORE and ("this process" if pid == os.getpid() else str(pid)) in error["message"], error
    assert len(error["message"]) > 40 and "mirror.db" in error["message"]


def test_the_second_process_is_told_who_holds_it(account, path):
    with Service(account, lambda asked: HANG if asked.number == 4 else None) as service, syncing(service.url, path, target={"now": NOW}) as first:
        eventually(lambda: len(service.asked) > 4)
        with Client(service.url) as source, mirror(path, now=NOW) as copy:
            outcome = source.sync(copy)
            check_held(outcome.status, outcome.value, first.process.pid)
            begun = time.monotonic()
            outcome = source.sync(copy, wait_seconds=0.3)
            assert 0.3 <= time.monotonic() - begun < 5
            check_held(outcome.status, outcome.value, first.process.pid)
            assert len(service.asked) == 5, "nothing was asked for"
            assert copy.ask("activities", {"date_from": "2000-01-01"}).status is Status.OK, "questions are answered meanwhile"
        with syncing(service.url, path, target={"now": NOW}) as third:
            status, error = third.lines()[1]
            check_held(Status[status], error, first.process.pid)
            # The holder's death is its end.
            first.kill()
            assert first.ending == -signal.SIGKILL
        with Client(service.url) as source, mirror(path, now=NOW) as copy:
            assert source.sync(copy).good()["complete"]
            check_account(copy, account)
    check_file(path)


def test_the_second_waits_as_long_as_it_is_told_to(account, path):
    with Service(account) as service:
        service.latency = 0.01
        children = [syncing(service.url, path, source={"page_size": 200}, target={"now": NOW}, options={"wait_seconds": 60}) for _ in range(3)]
        said = [child.lines()[1] for child in children]
        for child in children:
            assert child.ending == 0
    assert [status for status, _ in said] == ["OK"] * 3 and all(report["complete"] for _, report in said)
    assert sum(new_rows(report) for _, report in said) == 2000, "each row was new to one of them"
    with mirror(path, now=NOW) as copy:
        check_account(copy, account)
    check_file(path)


@pytest.mark.parametrize("clients", ["one", "two"])
def test_the_second_thread_is_told_so_too(account, path, clients):
    hanging = lambda asked: HANG if asked.number == 4 else None
    with Service(account, hanging) as service, Client(service.url) as source, mirror(path, now=NOW) as copy, mirror(path, now=NOW) as other:
        outcomes = []
        first = threading.Thread(target=lambda: outcomes.append(source.sync(copy)))
        first.start()
        eventually(lambda: len(service.asked) > 4)
        with Client(service.url) as another:
            outcome = another.sync(copy if clients == "one" else other)
            check_held(outcome.status, outcome.value, os.getpid())
        source.cancel()
        first.join()
        assert outcomes[0].status is Status.CANCELLED
        assert source.sync(copy, wait_seconds=1).good()["complete"]
        check_account(other, account)


def test_one_that_waits_can_be_cancelled(account, path):
    with Service(account, lambda asked: HANG if asked.number == 4 else None) as service, syncing(service.url, path, target={"now": NOW}):
        eventually(lambda: len(service.asked) > 4)
        with Client(service.url) as source, mirror(path, now=NOW) as copy:
            for client in (source, copy):
                outcomes = []
                waiting = threading.Thread(target=lambda: outcomes.append(source.sync(copy, wait_seconds=60)))
                waiting.start()
                begun = time.monotonic()
                while waiting.is_alive():
                    client.cancel()
                    time.sleep(0.005)
                waiting.join()
                assert outcomes[0].status is Status.CANCELLED and time.monotonic() - begun < 5


def test_one_inside_the_other(account, path):
    """A sync from a progress function into the same mirror is the second; into another mirror it is none."""
    held, others = [], []
    with Service(account) as service, Client(service.url) as source, Client(service.url) as another, mirror(path, now=NOW) as copy:

        def inside(_: dict) -> None:
            held.append(another.sync(copy))
            if not others:
                others.append(fill(service.url, path.with_name("other.db"), target={"now": NOW}, recent=False))

        assert source.sync(copy, inside).good()["complete"]
        check_account(copy, account)
    for outcome in held:
        check_held(outcome.status, outcome.value, os.getpid())
    assert others[0]["complete"]
    with mirror(path.with_name("other.db"), now=NOW) as other:
        check_account(other, account)


def test_a_mirror_is_not_its_own_source(account, path):
    with Service(account) as service:
        fill(service.url, path, target={"now": NOW})
    with mirror(path, now=NOW) as one, mirror(path, now=NOW) as other:
        outcome = one.sync(other)
        assert outcome.status in (Status.ARGUMENT, Status.OK), outcome
        assert outcome.status is Status.ARGUMENT or new_rows(outcome.value) == 0
        check_account(one, account)


def test_mirrors_that_sync_into_each_other_can_be_cancelled(account, tmp_path):
    with Service(account) as service:
        for name in "ab":
            fill(service.url, tmp_path / name, target={"now": NOW})

    def work() -> None:
        with mirror(tmp_path / "a", now=NOW) as a, mirror(tmp_path / "b", now=NOW) as b:
            inside, cancelled = threading.Barrier(3), threading.Event()
            ended = []

            def on_step(_: dict) -> bool:
                if not cancelled.is_set():
                    inside.wait(10)
                    cancelled.wait(10)
                return False

            threads = [threading.Thread(target=lambda pair=pair: ended.append(pair[0].sync(pair[1], on_step).status)) for pair in ((a, b), (b, a))]
            for thread in threads:
                thread.start()
            inside.wait(10)
            a.cancel()
            b.cancel()
            cancelled.set()
            for thread in threads:
                thread.join(10)
            assert ended == [Status.CANCELLED] * 2, ended

    in_child(work)


def test_other_names_of_a_file_are_the_same_mirror(account, path):
    link, hard = path.with_name("link.db"), path.with_name("hard")
    with Service(account, lambda asked: HANG if asked.number == 4 else None) as service:
        with mirror(path):
            pass
        link.symlink_to(path)
        hard.mkdir()
        with syncing(service.url, path, target={"now": NOW}) as first:
            eventually(lambda: len(service.asked) > 4)
            for name in (link, hard / ".." / "mirror.db"):
                with Client(service.url) as source, mirror(name, now=NOW) as copy:
                    outcome = source.sync(copy)
                    assert outcome.status is Status.STORE and re.search(rf"\b{first.process.pid}\b", outcome.value["message"]), outcome


def test_processes_take_turns(account, path):
    """Each with a client that stays open while the others sync: nobody goes by what it knew before."""
    life, seen = Life(account, 3, late=0.1), []
    with Service(account) as service, Client(service.url, page_size=300) as source, mirror(path, now=NOW) as one, mirror(path, now=NOW) as two:
        # The first fill is begun here, and ended there.
        assert source.sync(one, lambda step: step["step"] == "rows").good()["stopped"] == "progress"
        for turn in range(12):
            if turn:
                life.go_on(40, hours=1)
            how = {"source": {"page_size": 300}, "target": {"now": account.now.isoformat()}}
            if turn % 3 == 0:
                with syncing(service.url, path, **how) as child:
                    assert child.lines()[1][0] == "OK"
            elif turn == 7:
                in_child(lambda: source.sync(one).good())
            else:
                assert source.sync(one if turn % 3 == 1 else two).good()["pending"] == []
            for copy in (one, two):
                check_account(copy, account)
            while page := one.ask("recentActivities", {"consumer": "x"}).good():
                seen += page
                assert one.acknowledge("recentActivities", "x").status is Status.OK
            check_rows(seen, account.rows("activities"), "for a consumer")
    check_file(path)


def test_what_a_sync_locks_can_not_be_made(account, path):
    with Service(account) as service:
        fill(service.url, path, target={"now": NOW}, date_from="2024-09-19")
        path.with_name("mirror.db-sync").unlink()
        path.with_name("mirror.db-sync").mkdir()
        with Client(service.url) as source, mirror(path, now=NOW) as copy:
            outcome = source.sync(copy)
            assert outcome.status is Status.STORE and "mirror.db" in outcome.value["message"], outcome


def test_another_program_is_writing_the_file(account, path):
    """A step waits for it as long as a call of the mirror may; questions don't wait."""
    script = ("import sqlite3,sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute('BEGIN IMMEDIATE'); "
              "print(flush=True); sys.stdin.read(); c.execute('COMMIT')")
    with Service(account) as service:
        fill(service.url, path, target={"now": NOW}, date_from="2024-09-15")
        with subprocess.Popen([sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
            other.stdout.readline()
            with Client(service.url) as source, mirror(path, now=NOW, timeout_seconds=0.3) as copy:
                assert len(copy.ask("activities", {"date_from": "2000-01-01"}).good()) == 100
                begun = time.monotonic()
                outcome = source.sync(copy)
                assert outcome.status in (Status.TIMEOUT, Status.STORE) and time.monotonic() - begun < 10, outcome
                assert copy.acknowledge("recentActivities", "x", through=None).status in (Status.TIMEOUT, Status.STORE)
            with Client(service.url) as source, mirror(path, now=NOW) as copy:
                outcomes = []
                waiting = threading.Thread(target=lambda: outcomes.append(source.sync(copy)))
                waiting.start()
                time.sleep(0.1)
                assert waiting.is_alive()
                other.stdin.close()
                waiting.join()
                assert outcomes[0].good()["complete"]
                check_account(copy, account)


def test_many_processes_make_the_same_mirror(path):
    def work() -> None:
        with mirror(path, now=NOW) as copy:
            assert copy.ask("activities").good() == []

    for _ in range(5):
        check_children([forked(work) for _ in range(8)])
        check_file(path)
        for name in files(path):
            path.with_name(name).unlink()


def test_a_forked_child_syncs_too(account, path):
    with Service(account) as service, Client(service.url, page_size=100) as source, mirror(path, now=NOW) as copy:
        in_child(lambda: source.sync(copy).good())
        check_account(copy, account)
        Life(account, 2).go_on(100, hours=1)
        seen = []

        def fork_inside(_: dict) -> None:
            # The child has its parent's clients, and not its sync.
            if not seen:
                seen.append(1)
                in_child(lambda: check_child(source, copy, parent))

        parent = os.getpid()
        assert source.sync(copy, fork_inside).good()["complete"]
        check_account(copy, account)
    check_file(path)


def check_child(source: Client, copy: Client, parent: int) -> None:
    copy.ask("activities", {"date_from": "2000-01-01"}).good()
    outcome = source.sync(copy)
    check_held(outcome.status, outcome.value, parent)
