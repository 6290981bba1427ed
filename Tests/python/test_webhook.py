# SPDX-License-Identifier: MIT
"""Webhooks: read, kept in a mirror, walked; what is refused, and how."""

import asyncio
import gc
import sqlite3
import threading
from datetime import date, datetime, timezone
from typing import Any, Dict

import inwise
import pytest
from children import in_child
from conftest import SANDBOX
from test_lifetime import resident_kb

NOW = datetime(2024, 9, 20, 12)
#: The vendor's example.
EXAMPLE = (b"timeStamp=2022-02-10+15%3a58%3a01&trigger_type=emailSent&trigger_description=Email+Sent+To+Contact&channel_type=Email"
           b"&campaign_id=1646090&group_id=949732&contact%5bid%5d=1&contact%5bemail%5d=test%40yopmail.com&contact%5bfield1%5d=&contact%5bfield125%5d=")
EVENT = {
    "timestamp": "2022-02-10 15:58:01", "trigger_type": "emailSent", "trigger_description": "Email Sent To Contact", "channel": "Email",
    "campaign_id": 1646090, "group_id": 949732, "contact": {"id": 1, "email": "test@yopmail.com", "field1": "", "field125": ""},
    "kind": "sentEmails",
    "row": {"contact_id": 1, "campaign_id": 1646090, "date_sent": "2022-02-10 15:58:01", "email": "test@yopmail.com"},
}
TOKEN = "a-secret-of-the-tests-41"
ADDRESS = "193.169.246.40"


def opened(number: int, campaign: int = 5) -> bytes:
    return (f"timeStamp=2024-09-{number % 28 + 1:02}+10%3a00%3a00&trigger_type=emailOpened&channel_type=Email&campaign_id={campaign}"
            f"&contact[id]={number}&contact[email]=%D7%A9{number}%40example.com").encode()


@pytest.fixture
def url(tmp_path) -> str:
    return f"file:{tmp_path}/mirror.db"


@pytest.fixture
def mirror(url):
    with inwise.Client(url, now=NOW) as mirror:
        yield mirror


# ---------------------------------------------------------------- reading

def test_the_vendors_example():
    event = inwise.parse_webhook(EXAMPLE)
    assert event == EVENT and list(event) == list(EVENT)


@pytest.mark.parametrize("make", [bytes, bytearray, memoryview, lambda body: memoryview(b"x" + body + b"x")[1:-1]], ids=["bytes", "bytearray", "view", "part"])
def test_bytes_of_any_make(make, mirror):
    assert inwise.parse_webhook(make(EXAMPLE)) == EVENT
    assert mirror.ingest_webhook(make(EXAMPLE)).items() >= EVENT.items()


@pytest.mark.parametrize("body", [EXAMPLE.decode(), None, 5, [EXAMPLE], {}], ids=lambda body: type(body).__name__)
def test_what_is_no_bytes_is_told(body, mirror):
    for ask in (inwise.parse_webhook, mirror.ingest_webhook):
        with pytest.raises(inwise.ArgumentError, match='"body" must be bytes') as caught:
            ask(body)
        assert caught.value.parameter == "body"


def test_texts_come_as_they_are():
    event = inwise.parse_webhook("trigger_type=SMSREPLY&replyContent=שלום+\U0001f600%0A%22&x%00=".removesuffix("%00=").encode() + b"=%D7%A9&survey_field=[1.5,null,{}]")
    assert event["trigger_type"] == "SmsReply" and event["replyContent"] == 'שלום \U0001f600\n"' and event["x"] == "ש"
    assert event["survey_field"] == [1.5, None, {}]


def test_its_row_goes_into_a_funnel():
    with inwise.Funnel() as funnel:
        for body in (EXAMPLE, opened(1, 1646090), opened(2, 1646090), opened(2, 1646090)):
            event = inwise.parse_webhook(body)
            funnel.add(event["kind"], [event["row"]])
        counted = funnel.summary(campaign_id=1646090)
    assert (counted.sent, counted.opens, counted.opens_unique) == (1, 3, 2)


# ---------------------------------------------------------------- what is refused

#: Options, and the error of a webhook with them: its class, and what it names.
REFUSED = [
    ({"remote_address": "192.0.2.1"}, inwise.AuthError, "remote_address"),
    ({"remote_address": ADDRESS, "allow": ["10.0.0.0/8"]}, inwise.AuthError, "remote_address"),
    ({"remote_address": "127.0.0.1", "trusted_proxies": ["127.0.0.1"], "forwarded_for": f"{ADDRESS}, 192.0.2.1"}, inwise.AuthError, "remote_address"),
    ({"remote_address": "192.0.2.1", "trusted_proxies": ["127.0.0.1"], "forwarded_for": ADDRESS}, inwise.AuthError, "remote_address"),
    ({"token": TOKEN, "url": "/inwise"}, inwise.AuthError, "token"),
    ({"token": TOKEN, "url": f"/inwise?token={TOKEN}x"}, inwise.AuthError, "token"),
    ({"remote_address": ADDRESS, "token": TOKEN, "url": "/inwise?token=\xff"}, inwise.AuthError, "token"),
    ({"max_body_bytes": 10}, inwise.ProtocolError, "max_body_bytes"),
    ({"token": TOKEN}, inwise.ArgumentError, "url"),
    ({"token": "", "url": "/"}, inwise.ArgumentError, "token"),
    ({"token": 5, "url": "/"}, inwise.ArgumentError, "token"),
    ({"token": TOKEN, "url": b"/"}, inwise.ArgumentError, "url"),
    ({"token": TOKEN, "url": "\ud800"}, inwise.ArgumentError, "url"),
    ({"remote_address": ""}, inwise.ArgumentError, "remote_address"),
    ({"remote_address": ADDRESS, "allow": []}, inwise.ArgumentError, "allow"),
    ({"remote_address": ADDRESS, "allow": ADDRESS}, inwise.ArgumentError, "allow"),
    ({"remote_address": ADDRESS, "trusted_proxies": ["nonsense"]}, inwise.ArgumentError, "trusted_proxies"),
    ({"forwarded_for": ADDRESS}, inwise.ArgumentError, "remote_address"),
    ({"max_body_bytes": 0}, inwise.ArgumentError, "max_body_bytes"),
    ({"max_body_bytes": 2**63}, inwise.ArgumentError, "max_body_bytes"),
]


@pytest.mark.parametrize("options, kind, parameter", REFUSED, ids=lambda value: value.__name__ if isinstance(value, type) else None)
def test_who_and_what_is_not_allowed(options: Dict[str, Any], kind, parameter, mirror):
    for ask in (inwise.parse_webhook, mirror.ingest_webhook):
        with pytest.raises(kind, match=f'"{parameter}"|address that is not allowed') as caught:
            ask(EXAMPLE, **options)
        assert caught.value.parameter == parameter and TOKEN not in str(caught.value.details)
    assert list(mirror.webhook_events()) == []


@pytest.mark.parametrize("options", [
    {}, {"remote_address": ADDRESS}, {"remote_address": f"::ffff:{ADDRESS}"}, {"remote_address": "10.1.2.3", "allow": iter(["10.0.0.0/8"])},
    {"remote_address": "127.0.0.1", "trusted_proxies": ("127.0.0.1",), "forwarded_for": f"192.0.2.1, {ADDRESS}"},
    {"token": TOKEN, "url": f"https://example.com/inwise?x=1&token={TOKEN}"}, {"token": "שלום" * 4, "url": "/?token=" + "שלום" * 4},
    {"remote_address": ADDRESS, "token": TOKEN, "url": f"?token={TOKEN}", "trusted_proxies": [], "forwarded_for": None, "max_body_bytes": 16777216},
], ids=lambda options: " ".join(options))
def test_who_is_allowed(options):
    assert inwise.parse_webhook(EXAMPLE, **options) == EVENT


@pytest.mark.parametrize("body", [b"", b"nothing", b"campaign_id=5", b"trigger_type=\xff", b"trigger_type=x&a%00=1", EXAMPLE + b"\0"], ids=str)
def test_what_is_no_webhook(body, mirror):
    for ask in (inwise.parse_webhook, mirror.ingest_webhook):
        with pytest.raises(inwise.ProtocolError):
            ask(body)
    assert list(mirror.webhook_events()) == []


# ---------------------------------------------------------------- a mirror

def test_an_event_is_kept_once_and_counts(mirror):
    first, again = mirror.ingest_webhook(EXAMPLE), mirror.ingest_webhook(EXAMPLE)
    assert first == {**EVENT, "event_id": 1, "new": True, "state": "provisional"} and again == {**first, "new": False}
    assert mirror.ingest_webhook(b"trigger_type=smsSent") == {
        "trigger_type": "smsSent", "contact": {}, "event_id": 2, "new": True, "state": "kept"}
    assert mirror.activities_summary(1646090).sent == 1
    (row,) = mirror.sent_emails(campaign_id=1646090, date_from="2022-01-01")
    assert (row.row_index, row.email, row.extra) == (None, "test@yopmail.com", {"provisional": True})
    sent, sms = mirror.webhook_events()
    assert sent == {**EVENT, "event_id": 1, "state": "provisional", "received": "2024-09-20 12:00:00"}
    assert (sms["event_id"], sms["state"]) == (2, "kept")


def test_the_services_own_row_takes_its_place(mirror):
    with inwise.Client(SANDBOX) as source:
        theirs = next(iter(source.activities(campaign_id=1958368, date_from="2024-01-01", action_type="emailOpened")))
        mirror.ingest_webhook(
            f"timeStamp={theirs.action_date}&trigger_type=emailOpened&campaign_id=1958368&contact[id]={theirs.contact_id}".encode())
        mirror.ingest_webhook(opened(3, campaign=1958368))
        report = source.sync(mirror)
        assert report.complete and report.webhooks == inwise.SyncWebhooks(1, 1, datetime(2024, 9, 4, 10), (1958368,))
        assert [event["state"] for event in mirror.webhook_events()] == ["confirmed", "provisional"]
        assert mirror.activities_summary(1958368).opens == source.activities_summary(1958368).opens + 1
        assert source.sync(mirror).webhooks.confirmed == 0


#: Questions, and the ids of the events that they get of six.
QUESTIONS = [
    ({}, [1, 2, 3, 4, 5, 6]), ({"campaign_id": 5}, [1, 2, 3, 4]), ({"contact_id": 2}, [2]), ({"trigger_type": "smsSent"}, [6]), ({"trigger_type": "nothing"}, []),
    ({"after": 4}, [5, 6]), ({"after": 6}, []), ({"date_from": date(2024, 9, 4)}, [3, 4, 5]), ({"date_to": datetime(2024, 9, 3, 10)}, [1, 2]),
    ({"date_from": "2024-09-03 10:00:00", "date_to": "2024-09-04", "page_size": 1}, [2, 3]), ({"campaign_id": 5, "after": 2, "page_size": 1}, [3, 4]),
]


@pytest.fixture
def told(mirror):
    """A mirror that was told of six events."""
    for number in range(1, 5):
        mirror.ingest_webhook(opened(number))
    mirror.ingest_webhook(opened(5, campaign=7))
    mirror.ingest_webhook(b"trigger_type=smsSent")
    return mirror


@pytest.mark.parametrize("query, ids", QUESTIONS, ids=lambda value: " ".join(value) if isinstance(value, dict) else None)
def test_events_are_walked_in_order_of_arrival(told, url, query, ids):
    events = told.webhook_events(**query)
    assert [event["event_id"] for event in events] == [event["event_id"] for event in events] == ids, "each iteration is a new walk"
    assert [event["event_id"] for page in events.pages() for event in page] == ids and events.info.rows == len(ids)
    assert all(len(page) <= query.get("page_size", 1000) for page in events.pages())

    async def main() -> None:
        async with inwise.AsyncClient(url, now=NOW) as mirror:
            events = mirror.webhook_events(**query)
            assert [event["event_id"] async for event in events] == ids and events.info.rows == len(ids)
            assert [event["event_id"] async for page in events.pages() for event in page] == ids
            assert repr(events) == "<inwise.AsyncWebhookEvents of webhookEvents>"

    asyncio.run(main())
    assert repr(events) == "<inwise.WebhookEvents of webhookEvents>"


@pytest.mark.parametrize("query", [
    {"page_size": 0}, {"page_size": 1001}, {"after": -1}, {"after": 2**63}, {"trigger_type": ""}, {"trigger_type": 5}, {"campaign_id": "5"},
    {"date_from": "yesterday"}, {"date_to": datetime(2024, 9, 2, tzinfo=timezone.utc)}], ids=str)
def test_a_question_that_is_not_allowed_is_named(mirror, query):
    with pytest.raises(inwise.ArgumentError, match=f'"{next(iter(query))}"'):
        list(mirror.webhook_events(**query))


def test_only_a_mirror_that_may_be_written_keeps_events(told, url, client):
    with inwise.Client(url, read_only=True) as reading:
        with pytest.raises(inwise.ArgumentError, match="read_only"):
            reading.ingest_webhook(EXAMPLE)
        assert len(list(reading.webhook_events())) == 6
    for ask in (lambda: client.ingest_webhook(EXAMPLE), lambda: list(client.webhook_events())):
        with pytest.raises(inwise.ArgumentError, match="mirror"):
            ask()
    told.close()
    for ask in (lambda: told.ingest_webhook(EXAMPLE), lambda: list(told.webhook_events())):
        with pytest.raises(inwise.ClosedError):
            ask()


def test_what_a_file_refuses_can_come_again(mirror, tmp_path):
    mirror.ingest_webhook(EXAMPLE)
    with sqlite3.connect(tmp_path / "mirror.db") as database:
        database.execute("CREATE TRIGGER refuse BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'by the test'); END")
    with pytest.raises(inwise.StoreError):
        mirror.ingest_webhook(opened(1))
    with database:
        database.execute("DROP TRIGGER refuse")
    database.close()
    assert mirror.ingest_webhook(opened(1))["new"] and len(list(mirror.webhook_events())) == 2


def test_asyncio(url):
    async def main() -> None:
        async with inwise.AsyncClient(url, now=NOW) as mirror:
            events = await asyncio.gather(*(mirror.ingest_webhook(opened(number)) for number in (1, 2, 3, 2, 1)))
            assert sorted(event["event_id"] for event in events if event["new"]) == [1, 2, 3]
            for options, kind, parameter in REFUSED:
                if "allow" not in options or isinstance(options["allow"], list):
                    with pytest.raises(kind) as caught:
                        await mirror.ingest_webhook(EXAMPLE, **options)
                    assert caught.value.parameter == parameter
            assert [event["contact"]["id"] async for event in mirror.webhook_events()] == [1, 2, 3]

    asyncio.run(main())


def test_a_task_that_is_cancelled_loses_no_event(url):
    async def main() -> None:
        async with inwise.AsyncClient(url, now=NOW) as mirror:
            task = asyncio.ensure_future(mirror.ingest_webhook(EXAMPLE))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await mirror.ingest_webhook(EXAMPLE)
            assert len([event async for event in mirror.webhook_events()]) == 1

    asyncio.run(main())


# ---------------------------------------------------------------- threads and processes

def test_threads_and_processes_may_ingest_the_same(url, mirror):
    mirror.ingest_webhook(EXAMPLE)

    def ingest() -> None:
        for number in range(40):
            mirror.ingest_webhook(opened(number))

    threads = [threading.Thread(target=ingest) for _ in range(3)]
    for thread in threads:
        thread.start()
    in_child(lambda: [mirror.ingest_webhook(opened(number)) for number in range(60)])
    for thread in threads:
        thread.join()
    assert sorted(event["contact"]["id"] for event in mirror.webhook_events(after=1)) == list(range(60))


def test_webhooks_leave_nothing():
    def read(times: int) -> None:
        for _ in range(times):
            inwise.parse_webhook(EXAMPLE)
            with pytest.raises(inwise.AuthError):
                inwise.parse_webhook(EXAMPLE, remote_address="192.0.2.1")

    read(2000)
    gc.collect()
    before = resident_kb()
    read(10_000)
    gc.collect()
    assert resident_kb() <= 1.05 * before
