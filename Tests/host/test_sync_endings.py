# SPDX-License-Identifier: MIT
"""Who may end a sync, and who may ask its two sides while it goes on."""

import threading
import time

import pytest
from inwise_ffi import Client, ProgressFunction, Status, call, lib
from mirrors import NOW, check_account, fill, mirror
from simulated import FIRST_CAMPAIGN
from simulated_http import HANG, Asked, Fault


@pytest.mark.parametrize("method", ["recentActivities", "activities", "activitiesSummary"])
@pytest.mark.parametrize("which", ["source", "copy"])
@pytest.mark.parametrize("how, status", [("cancel", {Status.CANCELLED}), ("close", {Status.CANCELLED, Status.CLOSED})])
def test_another_thread_ends_it(service, path, method, which, how, status):
    """While it waits for an answer that never comes: nothing else would end it."""
    asked = threading.Event()

    def fault(question: Asked) -> Fault | None:
        return Fault("hang", lambda *of: asked.set() or HANG.work(*of)) if question.method == method else None

    service.fault = fault
    with Client(service.url, page_size=100, timeout_seconds=3600) as source, mirror(path, now=NOW) as copy:
        done = []
        thread = threading.Thread(target=lambda: done.append(source.sync(copy)), daemon=True)
        thread.start()
        assert asked.wait(60)
        getattr(source if which == "source" else copy, how)()
        thread.join(60)
        assert done and done[0].status in status and len(done[0].value["message"]) > 10, done
    service.fault = lambda _: None
    assert fill(service.url, path, target={"now": NOW})["complete"]
    with mirror(path, now=NOW) as copy:
        check_account(copy, service.account)


@pytest.mark.parametrize("which", ["source", "copy"])
@pytest.mark.parametrize("how", ["cancel", "close"])
def test_progress_may_end_it_by_the_client_too(service, path, which, how):
    with Client(service.url, page_size=100) as source, mirror(path, now=NOW) as copy:
        outcome = source.sync(copy, lambda _: getattr(source if which == "source" else copy, how)() and False)
        assert outcome.status in (Status.CANCELLED, Status.CLOSED) or how == "cancel", outcome
    assert fill(service.url, path, target={"now": NOW})["complete"]


def test_progress_may_ask_both_sides(service, path):
    asked = 0
    with Client(service.url, page_size=200) as source, mirror(path, now=NOW) as copy:

        def ask(_: dict) -> None:
            nonlocal asked
            asked += 1
            source.ask("activities", {"page_size": 3}).good()
            rows = copy.ask("activities", {"date_from": "2000-01-01"}).good()
            assert len(rows) == len({row["id"] for row in rows})
            copy.ask("activitiesSummary", {"campaign_id": FIRST_CAMPAIGN}).good()

        assert source.sync(copy, ask).good()["complete"]
        check_account(copy, service.account)
    assert asked > 10


def test_others_may_ask_both_sides_meanwhile(service, path):
    service.latency = 0.005
    counts = {"source": 0, "copy": 0}
    with Client(service.url, page_size=100) as source, mirror(path, now=NOW) as copy:
        over = threading.Event()

        def ask(name: str, client: Client) -> None:
            while not over.is_set():
                client.ask("activities", {"date_from": "2000-01-01"}).good()
                counts[name] += 1
                time.sleep(0.002)

        threads = [threading.Thread(target=ask, args=pair) for pair in (("source", source), ("copy", copy))]
        for thread in threads:
            thread.start()
        report = source.sync(copy).good()
        meanwhile = dict(counts)
        over.set()
        for thread in threads:
            thread.join()
        assert report["complete"]
        check_account(copy, service.account)
    assert min(meanwhile.values()) > 3, meanwhile


# ---------------------------------------------------------------- what can't be synced

def refused(source: int | None, into: int | None) -> None:
    outcome = call(lib.inwise_sync, source, into, None, ProgressFunction(), None)
    assert outcome.status is Status.ARGUMENT and len(outcome.value["message"]) > 20, outcome


def test_only_a_mirror_is_synced_into(service, path):
    fill(service.url, path, target={"now": NOW}, date_from="2024-09-19")
    before = path.read_bytes()
    with Client(service.url) as source, Client("sandbox:?contacts=3") as sandbox, mirror(path) as copy, mirror(path, read_only=True) as reader:
        asked = len(service.asked)
        refused(source.handle, source.handle)
        refused(copy.handle, copy.handle)
        refused(source.handle, sandbox.handle)
        refused(sandbox.handle, source.handle)
        refused(source.handle, reader.handle)
        assert len(service.asked) == asked, "nothing was sent"
    assert path.read_bytes() == before
