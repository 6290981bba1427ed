# SPDX-License-Identifier: MIT
"""The cursor "webhookEvents": all events that a mirror was told of, in order of arrival."""

import pytest
from children import in_child
from hooks import events, hook, ingest
from inwise_ffi import Client, Status, call, encode, lib, open_handle
from mirrors import mirror

CAMPAIGN = 1958368


def opened(number: int, **more) -> dict:
    return {"action_date": f"2024-09-{10 + number % 3} 10:00:{number % 60:02}", "contact_id": number, "campaign_id": CAMPAIGN + number % 2,
            "action_type": "emailOpened" if number % 5 else "SmsReply", **more}


@pytest.fixture
def copy(tmp_path):
    """25 events, of two campaigns, three days and two types."""
    with mirror(tmp_path / "mirror.db", now="2024-09-20T12:00:00") as client:
        for number in range(25):
            assert ingest(client, hook("activities", opened(number))).good()["event_id"] == number + 1
        yield client


def refusal(client: Client, query) -> dict:
    outcome, _ = open_handle(lib.inwise_cursor_open, client.handle, b"webhookEvents", encode(query))
    assert outcome.status is Status.ARGUMENT, outcome
    return outcome.value


def test_events_come_as_they_were_given_with_what_the_mirror_knows(copy):
    body = hook("activities", opened(99), colour=["a"])
    given = ingest(copy, body).good()
    *_, last = events(copy)
    assert last == {**{name: value for name, value in given.items() if name != "new"}, "received": "2024-09-20 12:00:00"}
    assert list(last)[-3:] == ["event_id", "state", "received"] and list(given)[-3:] == ["event_id", "new", "state"]


CHOICES = [
    ({"campaign_id": CAMPAIGN}, lambda n: n % 2 == 0),
    ({"contact_id": 7}, lambda n: n == 7),
    ({"trigger_type": "SmsReply"}, lambda n: n % 5 == 0),
    ({"trigger_type": "emailOpened", "campaign_id": CAMPAIGN + 1}, lambda n: n % 5 and n % 2),
    ({"date_from": "2024-09-11"}, lambda n: n % 3 > 0),
    ({"date_to": "2024-09-11"}, lambda n: n % 3 < 2),
    ({"date_from": "2024-09-11 10:00:05", "date_to": "2024-09-11 10:00:13"}, lambda n: n % 3 == 1 and 5 <= n <= 13),
    ({"after": 20}, lambda n: n >= 20),
    ({"after": 0}, lambda n: True),
    ({"after": 10, "campaign_id": CAMPAIGN, "trigger_type": "SmsReply"}, lambda n: n >= 10 and n % 2 == 0 and n % 5 == 0),
    ({"after": 25}, lambda n: False),
    ({"after": 2**63 - 1}, lambda n: False),
    ({"trigger_type": "neverHeardOf"}, lambda n: False),
    ({"contact_id": -1}, lambda n: False),
]


@pytest.mark.parametrize("page_size", [1, 4, 1000])
@pytest.mark.parametrize("query, belongs", CHOICES, ids=[str(query) for query, _ in CHOICES])
def test_each_key_chooses(copy, query, belongs, page_size):
    found = events(copy, **query, page_size=page_size)
    assert [event["event_id"] for event in found] == [number + 1 for number in range(25) if belongs(number)]


def test_pages_have_the_size_that_was_asked_for(copy):
    with copy.cursor("webhookEvents", {"page_size": 10}) as cursor:
        assert [len(page) for page in cursor] == [10, 10, 5]
        assert cursor.next().status is Status.DONE
        info = cursor.info()
    assert info["rows"] == 25


def test_events_that_arrive_while_one_walks_come_behind(copy):
    with copy.cursor("webhookEvents", {"page_size": 20}) as cursor:
        first = cursor.next().good()
        for number in range(25, 40):
            ingest(copy, hook("activities", opened(number))).good()
        ids = [event["event_id"] for page in cursor for event in page]
    assert len(first) == 20 and ids == list(range(21, 41))
    assert [event["event_id"] for event in events(copy, after=40)] == []


def test_an_undated_event_is_in_no_range_of_dates(copy):
    ingest(copy, b"trigger_type=onSite&timeStamp=").good()
    assert len(events(copy)) == 26
    assert len(events(copy, date_from="1970-01-01")) == 25


@pytest.mark.parametrize("query, parameter", [
    ({"method": "x"}, "method"), ({"after": -1}, "after"), ({"after": "5"}, "after"), ({"after": 1.5}, "after"), ({"page_size": 0}, "page_size"),
    ({"page_size": 1001}, "page_size"), ({"page_index": 0}, "page_index"), ({"date_from": "yesterday"}, "date_from"),
    ({"date_from": "2024-09-11", "date_to": "2024-09-10"}, "date_from"), ({"trigger_type": 5}, "trigger_type"), ({"campaign_id": "5"}, "campaign_id"),
    ({"action_type": "emailOpened"}, "action_type"), ({"external_id": "66"}, "external_id")])
def test_what_it_is_not_asked_for(copy, query, parameter):
    assert refusal(copy, query)["parameter"] == parameter


def test_nobody_else_has_events(server):
    for url in ("sandbox:?seed=7", server.scenario(rows=1).url):
        with Client(url) as client:
            assert "mirror" in refusal(client, None)["message"]


def test_a_mirror_is_not_asked_for_a_page_of_them(copy):
    status, body = copy.serve("/rest/v1/campaigns/email/webhookEvents")
    assert status == 404, body


def test_a_closed_mirror_ends_the_walk(tmp_path):
    copy = mirror(tmp_path / "mirror.db")
    ingest(copy, b"trigger_type=onSite").good()
    with copy.cursor("webhookEvents") as cursor:
        copy.close()
        assert cursor.next().status is Status.CLOSED


def test_a_child_goes_on_with_a_walk_and_ingests(copy):
    with copy.cursor("webhookEvents", {"page_size": 10}) as cursor:
        first = cursor.next().good()

        def work() -> None:
            assert ingest(copy, hook("activities", opened(1))).good()["new"] is False
            ingest(copy, hook("activities", opened(77))).good()
            assert [event["event_id"] for page in cursor for event in page] == list(range(11, 27))

        in_child(work)
        in_child(lambda: ingest(copy, hook("activities", opened(78))).good())
        assert [event["event_id"] for event in first] + [event["event_id"] for page in cursor for event in page] == list(range(1, 28))
    assert call(lib.inwise_webhook_ingest, copy.handle, None, 0, None).status is Status.PROTOCOL
    assert call(lib.inwise_webhook_ingest, copy.handle, None, 5, None).status is Status.ARGUMENT
