# SPDX-License-Identifier: MIT
"""A mirror's recent rows: each consumer gets each row until it has acknowledged it, whoever dies, and whatever arrives."""

import os
import signal
import threading

import pytest
from children import check_children, forked, in_child
from inwise_ffi import RECENT, Client, Status
from mirrors import NOW, check_rows, fill, mirror, syncing
from simulated import FEEDS, KINDS, Account, Life
from simulated_http import Service

FEED = "recentActivities"


@pytest.fixture
def account():
    """With 2,500 activities, for which a consumer asks three times."""
    account = Account("2024-09-01 12:00:00")
    Life(account, 1).go_on(1000, days=19)
    while len(account.arrived["activities"]) < 2500:
        account.deliver("activities", action_date="2024-09-08 10:00:00", action_type="emailOpened")
    return account


@pytest.fixture
def service(account):
    with Service(account) as running:
        yield running


@pytest.fixture
def path(service, tmp_path):
    path = tmp_path / "mirror.db"
    fill(service.url, path, target={"now": NOW})
    return path


@pytest.fixture
def copy(path):
    with mirror(path, now=NOW) as client:
        yield client


def ids(rows: list[dict], feed: str = FEED) -> list[int]:
    return [row[KINDS[FEEDS[feed]][0]] for row in rows]


def ask(client: Client, consumer: str, feed: str = FEED) -> list[dict]:
    return client.ask(feed, {"consumer": consumer}).good()


def acknowledge(client: Client, consumer: str, feed: str = FEED, **through) -> None:
    outcome = client.acknowledge(feed, consumer, **through)
    assert (outcome.status, outcome.text) == (Status.OK, None)


def rest(client: Client, consumer: str, feed: str = FEED) -> list[dict]:
    """All that a consumer still gets, acknowledged page by page."""
    rows = []
    while page := ask(client, consumer, feed):
        assert len(page) <= 1000
        rows += page
        acknowledge(client, consumer, feed)
    return rows


@pytest.mark.parametrize("feed", RECENT)
def test_each_row_comes_until_it_is_acknowledged(copy, account, feed):
    first = ask(copy, "crm", feed)
    assert [ask(copy, "crm", feed) for _ in range(3)] == [first] * 3
    acknowledge(copy, "crm", feed)
    rows = first + rest(copy, "crm", feed)
    check_rows(rows, account.rows(FEEDS[feed]))
    assert ids(rows, feed) == sorted(ids(rows, feed)), "those of the first fill come in order of their ids"
    assert ask(copy, "crm", feed) == []


def test_consumers_and_methods_have_places_of_their_own(copy, account):
    first = ask(copy, "one")
    acknowledge(copy, "one")
    assert ask(copy, "two") == first and ask(copy, "one") != first
    for name in ("One", "one ", "\u05e9\u05dc\u05d5\u05dd", "a'b\"c\\d%\n", "x" * 200):
        assert ask(copy, name) == first
    assert rest(copy, "one", "recentUndelivered") and rest(copy, "one", "recentSentEmails")
    check_rows(first + rest(copy, "one"), account.rows("activities"))
    check_rows(rest(copy, "two"), account.rows("activities"))


def test_it_is_acknowledged_through_a_row(copy):
    everything = ids(rest(copy, "all"))
    assert ids(ask(copy, "crm")) == everything[:1000]
    for place in (9, 1500, 2499, 700, 0):
        acknowledge(copy, "crm", through=everything[place])
        assert ids(ask(copy, "crm")) == everything[place + 1:place + 1001], place
    acknowledge(copy, "crm", through=None)
    assert ids(ask(copy, "crm")) == everything[:1000]
    # Someone who has read nothing may say from where it begins.
    acknowledge(copy, "late to it", through=everything[-3])
    assert ids(ask(copy, "late to it")) == everything[-2:]


def test_an_acknowledgement_is_of_what_this_client_gave(copy, path):
    everything = ids(rest(copy, "all"))
    ask(copy, "crm")
    with mirror(path, now=NOW) as other:
        # It gave this consumer nothing; whatever it answers, no row is passed over.
        outcome = other.acknowledge(FEED, "crm")
        assert outcome.status in (Status.OK, Status.ARGUMENT)
        assert ids(ask(copy, "crm")) == everything[:1000]
        assert copy.acknowledge(FEED, "never asked").status in (Status.OK, Status.ARGUMENT)
        assert ids(ask(copy, "never asked")) == everything[:1000]
        # Each acknowledges its own.
        ask(copy, "crm")
        acknowledge(copy, "crm")
        assert ids(ask(other, "crm")) == everything[1000:2000]
        acknowledge(other, "crm")
        assert ids(ask(copy, "crm")) == everything[2000:]
    # Twice is once.
    acknowledge(copy, "crm")
    copy.acknowledge(FEED, "crm")
    assert ask(copy, "crm") == []


def test_what_was_given_last_is_what_is_acknowledged_though_more_has_come(copy, service, account):
    rest(copy, "crm")
    account.deliver("activities", action_date="2024-09-20 11:59:00")
    with Client(service.url) as source:
        source.sync(copy).good()
        first = ask(copy, "crm")
        assert len(first) == 1
        account.deliver("activities", action_date="2024-09-20 11:59:30")
        source.sync(copy).good()
        acknowledge(copy, "crm")
        assert len(ask(copy, "crm")) == 1 and ask(copy, "crm") != first


def test_without_a_name_reading_consumes(copy, account):
    rows = []
    while page := copy.ask(FEED).good():
        rows += page
    check_rows(rows, account.rows("activities"))
    assert len(ask(copy, "named")) == 1000, "which is nothing to those who have names"


def test_rows_that_arrive_come_once_to_each(copy, path, service, account):
    """Late ones and those of tomorrow too, in order of arrival in the mirror."""
    life, seen = Life(account, 9, late=0.2, future=0.1), {name: rest(copy, name) for name in ("one", "two")}
    with Client(service.url) as source:
        for turn in range(6):
            life.go_on(80, hours=9)
            with mirror(path, now=account.now.isoformat()) as writer:
                source.sync(writer, recent=turn % 2 == 0).good()
            known = set(ids(seen["one"]))
            more = rest(copy, "one")
            assert more and not known & set(ids(more))
            assert ask(copy, "one") == []
            seen["one"] += more
            if turn % 3 == 2:
                seen["two"] += rest(copy, "two")
    for rows in seen.values():
        check_rows(rows, account.rows("activities"))
    assert ids(seen["one"]) == ids(seen["two"]) == ids(rest(copy, "another"))


def test_a_consumer_follows_a_first_fill(service, account, tmp_path):
    """It asks and acknowledges after every step of it, and in the end has had each row once."""
    path, rows = tmp_path / "other.db", []
    with mirror(path, now=NOW) as writer, mirror(path, now=NOW) as reader, Client(service.url, page_size=200) as source:
        service.account.forget_feeds()
        source.sync(writer, lambda _: rows.extend(rest(reader, "crm")) and False).good()
        rows += rest(reader, "crm")
    check_rows(rows, account.rows("activities"))


def test_rows_without_ids_come_too(copy, service, account):
    rest(copy, "crm")
    for _ in range(3):
        account.deliver("activities", id=..., action_date="2024-09-20 11:59:00", contact_id=3)
    with Client(service.url) as source:
        source.sync(copy).good()
    assert ask(copy, "crm") == ask(copy, "crm") and len(ask(copy, "crm")) == 3
    acknowledge(copy, "crm")
    assert ask(copy, "crm") == []


# ---------------------------------------------------------------- other processes

def test_a_consumer_that_dies_loses_nothing(copy, path):
    first = ask(copy, "crm")

    def read_and_die() -> None:
        with mirror(path, now=NOW) as own:
            assert ask(own, "crm") == first
            os.kill(os.getpid(), signal.SIGKILL)

    assert os.waitstatus_to_exitcode(os.waitpid(forked(read_and_die), 0)[1]) == -signal.SIGKILL
    assert ask(copy, "crm") == first

    def acknowledge_and_die() -> None:
        with mirror(path, now=NOW) as own:
            ask(own, "crm")
            acknowledge(own, "crm")
            os.kill(os.getpid(), signal.SIGKILL)

    assert os.waitstatus_to_exitcode(os.waitpid(forked(acknowledge_and_die), 0)[1]) == -signal.SIGKILL
    assert ids(ask(copy, "crm"))[0] > ids(first)[-1]


def test_a_forked_child_reads_on(copy, account):
    first = ask(copy, "crm")

    def work() -> None:
        assert ask(copy, "crm") == first
        acknowledge(copy, "crm")

    in_child(work)
    second = ask(copy, "crm")
    check_rows(first + rest(copy, "crm"), account.rows("activities"))
    assert ids(second)[0] > ids(first)[-1]


def test_consumers_in_many_processes(path, account):
    """Each with a name of its own, while a fifth process has the mirror synced."""
    def work(name: str) -> None:
        with mirror(path, now=NOW) as own:
            check_rows(rest(own, name), account.rows("activities"))

    check_children([forked(lambda: work(f"worker {number}")) for number in range(4)])


def test_a_consumer_reads_during_a_sync(path, service, account):
    """In another process rows arrive; in this one threads take them, each by its name."""
    Life(account, 5).go_on(3000, hours=1)
    seen: dict[str, list] = {"one": [], "two": []}
    over = threading.Event()

    def follow(name: str) -> None:
        with mirror(path) as own:
            while not over.is_set():
                seen[name] += rest(own, name)
            seen[name] += rest(own, name)

    threads = [threading.Thread(target=follow, args=(name,)) for name in seen]
    for thread in threads:
        thread.start()
    with syncing(service.url, path, source={"page_size": 100}, target={"now": account.now.isoformat()}) as child:
        assert child.lines()[1][0] == "OK"
    over.set()
    for thread in threads:
        thread.join()
    for rows in seen.values():
        check_rows(rows, account.rows("activities"))
