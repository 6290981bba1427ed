# SPDX-License-Identifier: MIT
"""Forked children and threads: both go on with what they were given."""

import threading

import pytest
from children import check_children, forked, in_child
from inwise_ffi import Client, Funnel, Status
from loopback import FIRST_ID
from mirrors import mirror

SANDBOX = "sandbox:?seed=7&campaigns=2&contacts=60&now=2024-09-20T12:00:00"


def check_ids(rows: list[dict], count: int) -> None:
    assert sorted(row["id"] for row in rows) == list(range(FIRST_ID, FIRST_ID + count))


def test_a_child_goes_on_with_client_and_cursor(server):
    scenario = server.scenario(rows=950, size="ignored")
    with Client(scenario.url) as client, client.cursor("activities") as cursor:
        first = cursor.next().good()

        def work() -> None:
            assert len(client.ask("activities").good()) == 100
            check_ids(first + [row for page in cursor for row in page], 950)

        before = scenario.log()
        in_child(work)
        childs = scenario.log()[len(before):]
        check_ids(first + [row for page in cursor for row in page], 950)
    shared = {request.connection for request in before} & {request.connection for request in childs}
    assert childs and not shared, "the child opens connections of its own"


def test_fifty_children_at_once(server):
    scenario = server.scenario(rows=250)
    with Client(scenario.url) as client, Client(SANDBOX) as sandbox:
        client.ask("activities").good()
        summary = sandbox.ask("activities", {"page_size": 50}).text

        def work() -> None:
            check_ids(client.drain("activities"), 250)
            assert sandbox.ask("activities", {"page_size": 50}).text == summary
            with Client(scenario.url) as own:
                own.ask("undelivered").good()

        check_children([forked(work) for _ in range(50)])
        check_ids(client.drain("activities"), 250)
        assert sandbox.ask("activities", {"page_size": 50}).text == summary


def test_a_child_goes_on_with_a_sandboxs_cursor():
    with Client(SANDBOX) as client:
        query = {"date_from": "2000-01-01", "page_size": 20}
        everything = client.drain("activities", query)
        with client.cursor("activities", query) as cursor:
            first = cursor.next().good()
            in_child(lambda: check_same(first + [row for page in cursor for row in page], everything))
            check_same(first + [row for page in cursor for row in page], everything)


def check_same(rows: list[dict], others: list[dict]) -> None:
    assert sorted(row["id"] for row in rows) == sorted(row["id"] for row in others)


@pytest.fixture
def copy(tmp_path):
    """A mirror of SANDBOX."""
    with mirror(tmp_path / "mirror.db", now="2024-09-20T12:00:00") as client, Client(SANDBOX) as sandbox:
        sandbox.sync(client).good()
        yield client


def test_a_child_goes_on_with_a_mirrors_cursor(copy):
    query = {"date_from": "2000-01-01", "page_size": 20}
    everything = copy.drain("activities", query)
    with copy.cursor("activities", query) as cursor:
        first = cursor.next().good()
        in_child(lambda: check_same(first + [row for page in cursor for row in page], everything))
        check_same(first + [row for page in cursor for row in page], everything)
    assert copy.drain("activities", query) == everything


def test_children_write_a_mirror_that_their_parent_has_open(copy):
    """A child that ends takes no lock of its parent's with it."""
    def work(number: int) -> None:
        copy.ask("recentActivities", {"consumer": f"child {number}"}).good()
        assert copy.acknowledge("recentActivities", f"child {number}").status is Status.OK
        with Client(f"{SANDBOX}&order=asc") as sandbox:
            assert sandbox.sync(copy, wait_seconds=30).good()["complete"]

    for _ in range(3):
        check_children([forked(lambda: work(number)) for number in range(5)])
        with Client(SANDBOX) as sandbox:
            assert sandbox.sync(copy).good()["complete"]
    for number in range(5):
        assert copy.ask("recentActivities", {"consumer": f"child {number}"}).good() == []
    with Client(SANDBOX) as sandbox:
        check_same(copy.drain("activities", {"date_from": "2000-01-01"}), sandbox.drain("activities", {"date_from": "2000-01-01"}))


def test_a_child_forked_while_a_thread_syncs_does_not_hang(server, tmp_path):
    scenario = server.scenario(rows=2500, latency=5, base="0")
    with Client(scenario.url, page_size=100) as source, mirror(tmp_path / "mirror.db") as copy:
        outcomes = []
        busy = threading.Thread(target=lambda: outcomes.append(source.sync(copy, audit="none")))
        busy.start()
        check_children([forked(lambda: copy.ask("activities", {"date_from": "2000-01-01"}).good()) for _ in range(5)])
        busy.join()
        # (This server's summary is no sum of its rows, hence no audit.)
        assert outcomes[0].status is Status.OK, outcomes
        check_ids(copy.drain("activities", {"date_from": "2000-01-01"}), 2500)


def test_eight_threads_share_a_mirror(copy):
    everything = copy.drain("activities", {"date_from": "2000-01-01"})

    def work(number: int) -> None:
        for _ in range(5):
            assert copy.drain("activities", {"date_from": "2000-01-01", "page_size": 50}) == everything
            copy.ask("recentActivities", {"consumer": f"thread {number}"}).good()
            copy.acknowledge("recentActivities", f"thread {number}")

    run_threads(8, work)


def test_a_child_forked_while_a_thread_is_in_a_call_does_not_hang(server):
    scenario = server.scenario(rows=250, latency=100)
    with Client(scenario.url) as client:
        busy = threading.Thread(target=lambda: [client.ask("activities") for _ in range(5)])
        busy.start()
        check_children([forked(lambda: client.ask("undelivered").good()) for _ in range(5)])
        busy.join()


def test_children_of_children(server):
    scenario = server.scenario(rows=250)
    with Client(scenario.url) as client:
        client.ask("activities").good()

        def work() -> None:
            client.ask("activities").good()
            in_child(lambda: check_ids(client.drain("activities"), 250))

        in_child(work)


def run_threads(count: int, work) -> None:
    failures = []

    def guarded(number: int) -> None:
        try:
            work(number)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_eight_threads_share_a_client(server):
    scenario = server.scenario(rows=950, size="ignored")
    with Client(scenario.url, pages_in_flight=1) as client:

        def work(_: int) -> None:
            check_ids(client.drain("activities"), 950)
            for method in ("sentEmails", "undelivered"):
                assert len(client.ask(method).good()) == 100

        run_threads(8, work)
    assert max(request.in_air for request in scenario.log()) <= 8 + 1, "a cursor has one in the air, and a question"


def test_eight_threads_share_a_funnel():
    row = b'[{"campaign_id":1,"contact_id":5,"action_type":"emailOpened","action_date":"2024-09-02 10:00:00"}]'
    with Funnel() as funnel, Funnel() as other:

        def work(number: int) -> None:
            # Two that are merged into each other at once don't wait for each other.
            into, source = (funnel, other) if number % 2 else (other, funnel)
            for _ in range(25):
                assert into.add("activities", row).status is Status.OK
                with Funnel(source.save()) as copy:
                    assert copy.summary({"group_by": "hour"})["opens_unique"] in (0, 1)
            if number < 2:
                assert into.merge(source) is Status.OK

        run_threads(8, work)
        # Each was added to 100 times, and took what the other had when they were merged.
        assert 200 <= funnel.summary()["opens"] + other.summary()["opens"] <= 100 + 100 + 3 * 100


def test_eight_threads_share_a_cursor(server):
    scenario = server.scenario(rows=2500, size="ignored")
    rows, lock = [], threading.Lock()
    with Client(scenario.url) as client, client.cursor("activities") as cursor:

        def work(_: int) -> None:
            for page in cursor:
                with lock:
                    rows.extend(page)

        run_threads(8, work)
    check_ids(rows, 2500)


def test_eight_threads_with_clients_of_their_own(server):
    scenario = server.scenario(rows=950, size="ignored", latency=20)

    def work(_: int) -> None:
        with Client(scenario.url, pages_in_flight=1) as client:
            check_ids(client.drain("activities"), 950)

    run_threads(8, work)
    assert max(request.in_air for request in scenario.log()) > 1, "different clients run in parallel"


@pytest.mark.parametrize("url", [SANDBOX, "http"])
def test_opening_asking_and_closing_on_many_threads(server, url):
    url = server.scenario(rows=30).url if url == "http" else url

    def work(_: int) -> None:
        for _ in range(10):
            with Client(url) as client:
                assert client.ask("activities", {"page_size": 10}).status is Status.OK

    run_threads(8, work)


def test_closing_while_others_call(server):
    """Every call ends as itself or as closed; none crashes."""
    for _ in range(10):
        client = Client(server.scenario(rows=30, latency=2).url)
        seen = []

        def work() -> None:
            seen.extend(client.ask("activities").status for _ in range(5))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        client.close()
        for thread in threads:
            thread.join()
        assert set(seen) <= {Status.OK, Status.CANCELLED, Status.CLOSED}
        assert client.ask("activities").status is Status.CLOSED
