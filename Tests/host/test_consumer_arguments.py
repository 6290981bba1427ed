# SPDX-License-Identifier: MIT
"""What can't be acknowledged, and who can't consume: refused by name, and no consumer's place moves."""

import pytest
from inwise_ffi import Client, Status, call, encode, lib
from mirrors import NOW, fill, mirror
from simulated import Account, Life
from simulated_http import Service

FEED = "recentActivities"


@pytest.fixture(scope="module")
def service():
    account = Account("2024-09-01 12:00:00")
    Life(account, 1).go_on(300, days=19)
    with Service(account) as running:
        yield running


@pytest.fixture(scope="module")
def path(service, tmp_path_factory):
    path = tmp_path_factory.mktemp("consumers") / "mirror.db"
    fill(service.url, path, target={"now": NOW})
    return path


@pytest.fixture
def copy(path):
    with mirror(path, now=NOW) as client:
        yield client


def ask(client: Client, consumer: str, feed: str = FEED) -> list[dict]:
    return client.ask(feed, {"consumer": consumer}).good()


@pytest.mark.parametrize("query, key", [
    ({"method": FEED}, "consumer"), ({"consumer": "x"}, "method"), ({"consumer": "", "method": FEED}, "consumer"),
    ({"consumer": "x" * 201, "method": FEED}, "consumer"), ({"consumer": "\u05e9" * 101, "method": FEED}, "consumer"), ({"consumer": 5, "method": FEED}, "consumer"),
    ({"consumer": "x", "method": "activities"}, "method"), ({"consumer": "x", "method": "activitiesSummary"}, "method"), ({"consumer": "x", "method": None}, "method"),
    ({"consumer": "x", "method": FEED, "through": "5"}, "through"), ({"consumer": "x", "method": FEED, "through": 1.5}, "through"),
    ({"consumer": "x", "method": FEED, "through": 1}, "through"), ({"consumer": "x", "method": FEED, "through": 2**63 - 1}, "through"),
    ({"consumer": "x", "method": FEED, "nonsense": 1}, "nonsense"), (None, "consumer"), (b"[]", ""), (b"\xff", ""),
], ids=str)
def test_an_acknowledgement_is_checked(copy, query, key):
    before = ask(copy, "x")
    outcome = call(lib.inwise_acknowledge, copy.handle, encode(query))
    assert outcome.status is Status.ARGUMENT and key in outcome.value["message"] and len(outcome.value["message"]) > 20, outcome
    assert outcome.value.get("parameter", key) == key
    assert ask(copy, "x") == before


def test_a_row_of_another_method_is_unknown(copy):
    (mail, *_) = ask(copy, "x", "recentUndelivered")
    assert copy.acknowledge(FEED, "x", through=mail["id"]).status is Status.ARGUMENT


@pytest.mark.parametrize("consumer", ["", "x" * 201, 5, ["x"]], ids=lambda value: repr(value)[:12])
def test_a_consumers_name_is_checked(copy, consumer):
    outcome = copy.ask(FEED, {"consumer": consumer})
    assert outcome.status is Status.ARGUMENT and outcome.value["parameter"] == "consumer"


def test_only_recent_rows_have_consumers(copy):
    for method in ("activities", "sentEmails", "undelivered"):
        assert copy.ask(method, {"consumer": "x"}).status is Status.ARGUMENT
    assert copy.ask("activitiesSummary", {"campaign_id": 1958368, "consumer": "x"}).status is Status.ARGUMENT


def test_only_a_mirror_has_consumers(service):
    asked = len(service.asked)
    for url in (service.url, "sandbox:?contacts=3"):
        with Client(url) as client:
            outcome = client.ask(FEED, {"consumer": "x"})
            assert outcome.status is Status.ARGUMENT and outcome.value["parameter"] == "consumer"
            assert client.acknowledge(FEED, "x").status is Status.ARGUMENT
    assert len(service.asked) == asked


def test_who_reads_only_acknowledges_nothing(copy, path):
    first = ask(copy, "crm")
    before = path.read_bytes()
    with mirror(path, read_only=True) as reader:
        assert ask(reader, "crm") == first, "reading by name writes nothing"
        outcome = reader.acknowledge(FEED, "crm")
        assert outcome.status is Status.ARGUMENT and "read_only" in outcome.value["message"]
        outcome = reader.ask(FEED)
        assert outcome.status in (Status.ARGUMENT, Status.STORE) and "read_only" in outcome.value["message"], outcome
    assert path.read_bytes() == before and ask(copy, "crm") == first
