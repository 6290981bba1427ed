# SPDX-License-Identifier: MIT
"""Opening, closing, forgetting, forking; and nothing grows."""

import gc
import multiprocessing
import os
import re
import subprocess
import sys

import inwise
import pytest
from children import in_child
from conftest import SANDBOX, SMALL
from handles import open_clients, open_cursors, open_funnels

TINY = "sandbox:?seed=7&campaigns=1&contacts=3&days=2&now=2024-09-20T12:00:00"


def resident_kb() -> int:
    with open("/proc/self/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1])


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def round_of(number: int) -> None:
    with inwise.Client(TINY) as client:
        walk = client.sent_emails(date_from="2024-01-01", page_size=2)
        if number % 3 == 0:
            assert list(walk)
        elif number % 3 == 1:
            next(iter(walk))  # abandoned
        else:
            with inwise.Funnel() as funnel:
                funnel.add(walk)
                assert funnel.summary().sent


def test_ten_thousand_rounds_leave_nothing():
    for number in range(1500):
        round_of(number)
    handles = open_handles()
    gc.collect()
    before, files = resident_kb(), descriptors()
    for number in range(10_000):
        round_of(number)
    gc.collect()
    assert resident_kb() <= 1.05 * before
    assert descriptors() == files and open_handles() == handles


def sync_of(file: str, number: int) -> None:
    """A sync in each way that it ends."""
    with inwise.Client(TINY) as source, inwise.Client(f"file:{file}", now="2024-09-20T12:00:00") as mirror:
        try:
            source.sync(mirror, progress=[None, lambda state: False, lambda state: 1 / 0, lambda state: source.cancel()][number % 4])
        except (ZeroDivisionError, inwise.CancelledError):
            pass
        mirror.recent_activities(consumer="crm")
        mirror.acknowledge("recentActivities", consumer="crm")


def test_syncs_leave_nothing(tmp_path):
    for number in range(60):
        sync_of(f"{tmp_path}/mirror.db", number)
    handles = open_handles()
    gc.collect()
    before, files = resident_kb(), descriptors()
    for number in range(200):
        sync_of(f"{tmp_path}/{number % 10}.db" if number % 2 else f"{tmp_path}/mirror.db", number // 2)
    gc.collect()
    assert resident_kb() <= 1.05 * before
    assert descriptors() == files and open_handles() == handles


def test_pages_that_nobody_takes_are_freed():
    with inwise.Client(SANDBOX) as client:
        rows = client.activities(date_from="2024-01-01")
        for number in range(400):
            pages = rows.pages()
            pages._cursor._read()  # what an interrupted step leaves
            if number % 2:
                pages.close()
            if number == 100:
                before = resident_kb()
        assert resident_kb() <= before + 20_000, "a page has some 250 kB"


def open_handles() -> "tuple[int, int, int]":
    with inwise.Client(TINY) as client:
        return open_clients(TINY), open_cursors(client), open_funnels()


def test_closing_again_does_nothing():
    for thing in (inwise.Client(SMALL), inwise.Funnel(), inwise.AsyncClient(SMALL)):
        assert not thing.closed
        with thing as same:
            assert same is thing
        thing.close()
        assert thing.closed and repr(thing).endswith("(closed)>")


@pytest.mark.parametrize("make", [lambda: inwise.Client(SMALL), inwise.Funnel], ids=["client", "funnel"])
def test_what_was_not_closed_warns_and_is_closed(make):
    with pytest.warns(ResourceWarning, match="was not closed"):
        make()
        gc.collect()
    # A warning that is an error does not keep it open.
    done = python("-W", "error", "-c", f"import inwise, gc\nfor _ in range(3):\n inwise.Client({SMALL!r}); inwise.Funnel(); gc.collect()\n"
                  f"c = inwise.Client({SMALL!r}); print(c._handle & 0xFFFFFF); c.close()")
    assert done.returncode == 0 and done.stdout.strip() == "0" and "ResourceWarning" in done.stderr


def python(*arguments: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=60, **options)


@pytest.mark.parametrize("code", [
    "client = inwise.Client(URL); walk = iter(client.activities(date_from='2024-01-01')); next(walk)",
    "funnel = inwise.Funnel(); funnel.itself = funnel",
    "sys.modules['kept'] = inwise.Client(URL)",
    "client = inwise.AsyncClient(URL); import asyncio; asyncio.run(client.activities().page())",
    "import threading; client = inwise.Client(URL); threading.Thread(target=lambda: list(client.activities())).start()",
])
def test_an_interpreter_that_ends_with_things_open_ends_quietly(code):
    done = python("-c", f"import sys, inwise; URL = {SMALL!r}; {code}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_failed_opening_is_forgotten_quietly():
    done = python("-W", "error", "-c", "import inwise\ntry: inwise.Client('nonsense:')\nexcept ValueError: pass")
    assert (done.returncode, done.stderr) == (0, "")


def walk_in_pool(client_number: int) -> int:
    return len(list(CLIENTS[client_number].activities(date_from="2024-01-01")))


CLIENTS: "list[inwise.Client]" = []


def test_multiprocessing_with_fork_after_a_first_call(server):
    scenario = server.scenario(rows=250)
    with inwise.Client(SMALL) as sandbox, inwise.Client(scenario.url) as remote:
        CLIENTS[:] = sandbox, remote
        counts = [walk_in_pool(0), walk_in_pool(1)]
        with multiprocessing.get_context("fork").Pool(2) as pool:
            assert pool.map(walk_in_pool, [0, 1] * 4) == counts * 4
        assert [walk_in_pool(0), walk_in_pool(1)] == counts
        CLIENTS.clear()


def test_a_forked_child_goes_on_with_a_walk():
    with inwise.Client(SMALL) as client:
        rows = client.activities(date_from="2024-01-01", page_size=20)
        everything, walk = list(rows), iter(rows)
        first = [next(walk) for _ in range(20)]

        def work() -> None:
            assert first + list(walk) == everything
            client.close()

        in_child(work)
        assert first + list(walk) == everything


def test_clients_are_not_copied():
    import copy
    import pickle
    with inwise.Client(SMALL) as client:
        for attempt in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match="open one"):
                attempt(client)
        assert client.activities().page()
