# SPDX-License-Identifier: MIT
"""What an attacker found in webhooks stays mended."""

import pytest
from hooks import check_told, events, hook, ingest, parse
from inwise_ffi import Client, Status
from mirrors import check_file, mirror
from simulated import FIRST_CAMPAIGN, Account, Rules
from simulated_http import Service

NOW = "2024-09-20T12:00:00"
AT = "2024-09-20 11:30:00"
CAMPAIGN = FIRST_CAMPAIGN
#: Rows of one contact in one second that count without the service's own: inwise.h says so.
MOST = 100


@pytest.fixture
def path(tmp_path):
    return tmp_path / "mirror.db"


def click(link: int, **more) -> dict:
    return {"action_date": AT, "contact_id": 7, "campaign_id": CAMPAIGN, "action_type": "emailClicked", "additional_data": f"https://example.com/{link}", **more}


def clicks(client: Client) -> int:
    return client.ask("activitiesSummary", {"campaign_id": CAMPAIGN}).good()["clicks"]


@pytest.mark.parametrize("one, other", [
    ("a=1&b=2", "b=2&a=1"), ("contact[zip]=1&contact[city]=x", "contact[city]=x&contact[zip]=1"), ("a[x]=1&a[b]=2&a[x1]=3", "a[x1]=3&a[b]=2&a[x]=1"),
    ("campaign_id=5&ip=::1", "ip=::1&Campaign_id=5"), ("ip=1&ip=2&reason=a&reason=b", "reason=a&reason=b&ip=1&ip=2"),
    ("&".join(f"f{number}=" for number in range(99)), "&".join(f"f{number}=" for number in reversed(range(99))))])
def test_the_order_of_fields_makes_no_other_event(path, one, other):
    with mirror(path, now=NOW) as copy:
        first, second = (ingest(copy, f"trigger_type=onSite&{text}".encode()).good() for text in (one, other))
        assert (first["new"], second["new"]) == (True, False)
        assert len(events(copy)) == 1


def test_the_order_in_an_array_does(path):
    assert parse(b"trigger_type=onSite&a[]=1&a[]=2").good()["a"] == ["1", "2"]
    assert parse(b"trigger_type=onSite&a[]=2&a[]=1").good()["a"] == ["2", "1"]


def test_a_flood_of_one_second_counts_no_more_than_people_do_until_it_is_confirmed(path):
    """All of it is kept, and counted once the service's own rows are there."""
    flood = [click(link) for link in range(3 * MOST)]
    account = Account("2024-09-20 12:00:00", Rules())
    account.deliver("activities", action_date="2024-09-19 08:00:00", contact_id=1, action_type="emailOpened", campaign_id=CAMPAIGN)
    with Service(account) as service, Client(service.url) as source, mirror(path, now=NOW) as copy:
        source.sync(copy).good()
        states = {ingest(copy, hook("activities", row)).good()["state"] for row in flood}
        assert states == {"provisional"} and clicks(copy) == MOST
        assert source.sync(copy).good()["webhooks"]["unconfirmed"] == len(flood)
        assert clicks(copy) == MOST
        for row in flood:
            account.deliver("activities", **row)
        report = source.sync(copy).good()
        assert report["webhooks"] == {"confirmed": len(flood), "unconfirmed": 0, "oldest": None, "campaigns": []}
        assert report["complete"] is True and clicks(copy) == len(flood)
        check_told(copy, {kind: account.rows(kind) for kind in account.arrived}, [("activities", row) for row in flood])
    check_file(path)


def test_a_webhook_that_comes_while_a_first_fill_goes_on_counts_once(path):
    account = Account("2024-09-20 12:00:00", Rules())
    for day in range(1, 20):
        for contact in range(60):
            account.deliver("activities", **click(contact, contact_id=contact, action_date=f"2024-09-{day:02} 10:00:00"))
    account.forget_feeds()
    with Service(account) as service, Client(service.url, page_size=100) as source, mirror(path, now=NOW) as copy:
        while not (rows := copy.drain("activities", {"date_from": "2024-01-01"})):
            source.sync(copy, progress=lambda step: step["step"] == "rows" and step["rows"] > 0, methods=["activities"], recent=False).good()
        assert len(rows) < 19 * 60
        before = clicks(copy)
        there, lost = rows[0], click(1, contact_id=99)
        assert {ingest(copy, hook("activities", row)).good()["state"] for row in (there, lost)} == {"provisional"}
        assert clicks(copy) == before
        report = source.sync(copy).good()
        assert (report["webhooks"]["confirmed"], report["webhooks"]["unconfirmed"], report["complete"]) == (1, 1, True)
        check_told(copy, {kind: account.rows(kind) for kind in account.arrived}, [("activities", {**there, "id": None}), ("activities", lost)])
    check_file(path)


def test_a_flood_during_a_first_fill_counts_as_far_as_one_after_it_does(path):
    account = Account("2024-09-20 12:00:00", Rules())
    for day in range(1, 20):
        for contact in range(60):
            account.deliver("activities", **click(contact, contact_id=1000 + contact, action_type="emailOpened", action_date=f"2024-09-{day:02} 10:00:00"))
    account.forget_feeds()
    with Service(account) as service, Client(service.url, page_size=100) as source, mirror(path, now=NOW) as copy:
        while not copy.drain("activities", {"date_from": "2024-01-01"}):
            source.sync(copy, progress=lambda step: step["step"] == "rows" and step["rows"] > 0, methods=["activities"], recent=False).good()
        for link in range(MOST + 50):
            ingest(copy, hook("activities", click(link))).good()
        assert clicks(copy) == 0
        for _ in range(2):
            assert source.sync(copy).good()["webhooks"]["unconfirmed"] == MOST + 50
            assert clicks(copy) == MOST
    check_file(path)


def test_events_that_are_confirmed_leave_room_for_others_of_their_second(path):
    account = Account("2024-09-20 12:00:00", Rules())
    flood = [click(link) for link in range(MOST)]
    for row in flood:
        account.deliver("activities", **row)
    with Service(account) as service, Client(service.url) as source, mirror(path, now=NOW) as copy:
        source.sync(copy).good()
        assert {ingest(copy, hook("activities", row)).good()["state"] for row in flood} == {"confirmed"}
        assert ingest(copy, hook("activities", click(MOST))).good()["state"] == "provisional" and clicks(copy) == MOST + 1
        source.sync(copy).good()
        assert clicks(copy) == MOST + 1
    check_file(path)


@pytest.mark.parametrize("change", [{"action_date": "2024-09-20 11:40:00"}, {"action_type": "emailOpened"}, {"contact_id": 8}])
def test_a_row_that_becomes_another_leaves_its_place_to_the_next(path, change):
    """The event that it confirmed stays confirmed; the next row's counts once."""
    account = Account("2024-09-20 12:00:00", Rules())
    with Service(account) as service, Client(service.url) as source, mirror(path, now=NOW) as copy:
        row = account.deliver("activities", **click(1))
        source.sync(copy).good()
        assert ingest(copy, hook("activities", click(1))).good()["state"] == "confirmed"
        account.change(row, **change)
        source.sync(copy, overlap_seconds=86_400).good()
        account.deliver("activities", **click(2))
        source.sync(copy, overlap_seconds=86_400).good()
        assert ingest(copy, hook("activities", click(2))).good()["state"] == "confirmed"
        assert ingest(copy, hook("activities", click(1))).good()["new"] is False
        assert clicks(copy) == account.summary(CAMPAIGN)["clicks"]
        assert [event["state"] for event in events(copy)] == ["confirmed"] * 2
    check_file(path)


def test_a_page_of_large_events_ends_before_its_rows_do(path):
    large = "x" * 1_000_000
    with mirror(path, now=NOW) as copy:
        for number in range(12):
            ingest(copy, f"trigger_type=onSite&text={number}{large}".encode()).good()
        with copy.cursor("webhookEvents") as cursor:
            pages = [len(page) for page in cursor]
    assert sum(pages) == 12 and len(pages) > 2


@pytest.mark.parametrize("network", ["::ffff:10.0.0.0/8", "::ffff:10.0.0.0/95", "::ffff:0:0/0"])
@pytest.mark.parametrize("option", ["allow", "trusted_proxies"])
def test_a_network_of_mapped_addresses_is_not_all_of_them(option, network):
    options = {"remote_address": "8.8.8.8", "forwarded_for": "193.169.246.40", option: [network]}
    outcome = parse(b"trigger_type=onSite", options)
    assert outcome.status is Status.ARGUMENT and outcome.value["parameter"] == option


def test_events_confirmed_by_sent_rows_that_turn_out_to_be_one_wait_again(path):
    """A row_index that is a place in an answer: a mail is there twice, until all are read anew."""
    account = Account("2024-09-20 12:00:00", Rules(row_index="answer"))
    with Service(account) as service, Client(service.url) as source, mirror(path, now=NOW) as copy:
        source.sync(copy, date_from="2024-01-01").good()
        mails = [{"date_sent": f"2024-09-20 11:59:5{contact}", "contact_id": contact, "campaign_id": CAMPAIGN} for contact in (7, 8)]
        for mail in mails:
            account.deliver("sentEmails", **mail)
        assert all(ingest(copy, hook("sentEmails", mails[1], x=x)).good()["new"] for x in "ab")
        for _ in range(2):
            report = source.sync(copy, date_from="2024-01-01").good()
            assert sorted(event["state"] for event in events(copy)) == ["confirmed", "provisional"]
            assert report["webhooks"]["unconfirmed"] == 1
            assert copy.ask("activitiesSummary", {"campaign_id": CAMPAIGN}).good()["sent"] == 3
    check_file(path)
