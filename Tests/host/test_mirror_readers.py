# SPDX-License-Identifier: MIT
"""Readers in other processes while a mirror is written: a summary is always its rows."""

import contextlib

from inwise_ffi import Client
from mirrors import Child, check_account, mirror
from simulated import FIRST_CAMPAIGN, Account, Life
from simulated_http import Service

CAMPAIGNS = [FIRST_CAMPAIGN + number for number in range(3)]


def reader(path, **options) -> Child:
    return Child("reading.py", {"path": str(path), "campaigns": CAMPAIGNS, "options": options})


def test_four_readers_see_summaries_that_are_their_rows(tmp_path):
    account, path = Account("2024-09-01 12:00:00"), tmp_path / "mirror.db"
    life = Life(account, 1, campaigns=3, late=0.05, future=0.02)
    life.go_on(2000, days=10)
    with Service(account) as service, contextlib.ExitStack() as stack:
        service.latency = 0.002
        with mirror(path, now=account.now.isoformat()):
            pass  # makes the file: who reads only can't
        readers = [stack.enter_context(reader(path, read_only=number % 2 == 0)) for number in range(4)]
        looking = stack.enter_context(Child("looking.py", {"path": str(path)}))
        for each in (*readers, looking):
            assert each.line() == "begun"
        with Client(service.url, page_size=100) as source:
            for _ in range(4):
                with mirror(path, now=account.now.isoformat()) as copy:
                    assert source.sync(copy).good()["complete"]
                life.go_on(500, hours=20)
        told, seen = [each.lines()[-1] for each in readers], looking.lines()[-1]
    assert [each["wrong"] for each in told] == [[]] * 4
    assert all(each["rounds"] > 3 and each["same"] > 3 for each in told), told
    assert seen["wrong"] == [] and seen["rounds"] > 3, "as SQLite itself finds it, in each of its snapshots"


def test_a_walk_that_began_goes_on_through_a_sync(tmp_path):
    """It gives all rows that were there when it began, each once."""
    account, path = Account("2024-09-01 12:00:00"), tmp_path / "mirror.db"
    life = Life(account, 3, late=0.1)
    life.go_on(3000, days=10)
    with Service(account) as service, Client(service.url) as source, mirror(path, now=account.now.isoformat()) as copy:
        source.sync(copy).good()
        before = {row["id"]: row for row in account.rows("activities")}
        seen = []
        with mirror(path, read_only=True) as other, other.cursor("activities", {"date_from": "2000-01-01", "page_size": 50}) as walk:
            for turn, page in enumerate(walk):
                seen += page
                if turn % 5 == 0:
                    life.go_on(100, hours=2)
                    source.sync(copy).good()
        assert len(seen) == len({row["id"] for row in seen})
        found = {row["id"]: row for row in seen}
        assert {id: found.get(id) for id in before} == before
        with mirror(path) as now:
            check_account(now, account)


def test_readers_of_the_same_process(tmp_path):
    """A second client on the same file sees what the first has committed, and neither waits for the other for ever."""
    account, path = Account("2024-09-01 12:00:00"), tmp_path / "mirror.db"
    Life(account, 3).go_on(2000, days=10)
    counts = []
    with Service(account) as service, Client(service.url, page_size=200) as source:
        with mirror(path, now=account.now.isoformat()) as copy, mirror(path) as other:
            report = source.sync(copy, lambda _: counts.append(len(other.drain("activities", {"date_from": "2000-01-01"}))) and False).good()
            assert report["complete"] and counts == sorted(counts) and counts[0] < counts[-1]
            check_account(other, account)
