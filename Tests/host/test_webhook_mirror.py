# SPDX-License-Identifier: MIT
"""Webhooks kept in a mirror: whenever they come, before the service's row, behind it or between, each event counts once."""

import itertools

import pytest
from hooks import check_told, events, hook, ingest, take_recent
from inwise_ffi import Client, Status
from mirrors import check_account, check_file, check_rows, mirror
from simulated import FIRST_CAMPAIGN, Account, Rules
from simulated_http import Service

NOW = "2024-09-20T12:00:00"
AT = "2024-09-20 11:30:00"
CAMPAIGN = FIRST_CAMPAIGN


def activity(contact: int, type_: str, **more) -> tuple[str, dict]:
    return "activities", {"action_date": AT, "contact_id": contact, "campaign_id": CAMPAIGN, "action_type": type_, **more}


def click(contact: int, link: int) -> tuple[str, dict]:
    return activity(contact, "emailClicked", remarks=str(link), additional_data=f"https://example.com/{link}")


SENT = "sentEmails", {"date_sent": AT, "contact_id": 7, "campaign_id": CAMPAIGN, "email": "a@example.com", "message_size": 40}
UNDELIVERED = "undelivered", {"create_date": AT, "contact_id": 7, "campaign_id": CAMPAIGN, "email": "a@example.com", "reason": "other"}
OPENED = activity(7, "emailOpened", ip="203.0.113.7")

#: What happens, and of what a webhook comes; rows of one list arrive one after the other, in any order.
STORIES = {
    "an-open": ([OPENED], [OPENED]),
    "two-links-in-a-second": ([click(7, 1), click(7, 2)], [click(7, 1), click(7, 2)]),
    "two-rows-of-one-event": ([OPENED, OPENED], [OPENED]),
    "two-events-of-which-one-has-a-row": ([click(7, 1)], [click(7, 1), click(7, 2)]),
    "rows-without-ids": ([activity(7, "emailOpened", id=...), activity(7, "emailOpened", id=...)], [OPENED]),
    "a-row-without-id-and-one-with": ([click(7, 1), ("activities", {**click(7, 2)[1], "id": ...})], [click(7, 1), click(7, 2)]),
    "both-web-versions": ([activity(7, "emailWebVersion"), activity(7, "emailPublicWebVersion")],
                          [activity(7, "emailWebVersion"), activity(7, "emailPublicWebVersion")]),
    "sent-and-undelivered": ([SENT, UNDELIVERED], [SENT, UNDELIVERED]),
    "two-contacts": ([OPENED, activity(8, "emailOpened")], [OPENED, activity(8, "emailOpened")]),
    "an-open-that-had-been": ([OPENED, activity(7, "emailOpened", action_date="2024-09-20 10:00:00")], [OPENED]),
}


class Told:
    """A mirror, its service, and all that was told so far."""

    def __init__(self, path, service: Service) -> None:
        self.path, self.service, self.told, self.rows, self.taken = path, service, [], None, {}
        self.account: Account = service.account

    def tell(self, kind: str, row: dict) -> None:
        """A webhook of a row."""
        with mirror(self.path, now=NOW) as copy:
            event = ingest(copy, hook(kind, row)).good()
            assert event["new"] is ((kind, row) not in self.told)
            if event["new"]:
                self.told.append((kind, row))
            again = ingest(copy, hook(kind, row)).good()
            assert again["event_id"] == event["event_id"] and again["new"] is False and again["state"] == event["state"]

    def sync(self, **options) -> dict:
        with Client(self.service.url) as source, mirror(self.path, now=NOW) as copy:
            report = source.sync(copy, **options).good()
        self.rows = {kind: self.account.rows(kind) for kind in self.account.arrived}
        return report

    def arrive(self, kind: str, row: dict) -> dict:
        """The service's row, and a sync."""
        self.account.deliver(kind, **row)
        return self.sync()

    def check(self) -> None:
        with mirror(self.path, now=NOW) as copy:
            check_told(copy, self.rows or {kind: [] for kind in self.account.arrived}, self.told)
            for kind, rows in take_recent(copy, "crm").items():
                assert not any("provisional" in row for row in rows)
                self.taken.setdefault(kind, []).extend(rows)


def empty_account(**rules) -> Account:
    account = Account("2024-09-20 12:00:00", Rules(**rules))
    account.deliver("activities", action_date="2024-09-19 08:00:00", contact_id=1, action_type="emailOpened", campaign_id=CAMPAIGN)
    account.forget_feeds()
    return account


@pytest.mark.parametrize("is_filled", [False, True], ids=["before-the-first-fill", "after-it"])
@pytest.mark.parametrize("story", STORIES)
def test_any_order_of_webhooks_and_rows_comes_to_the_same(tmp_path, story, is_filled):
    rows, told = STORIES[story]
    steps = [("arrive", row) for row in rows] + [("tell", row) for row in told]
    for number, order in enumerate(sorted(set(itertools.permutations(range(len(steps)))))):
        with Service(empty_account()) as service:
            copy = Told(tmp_path / f"{number}.db", service)
            if is_filled:
                copy.sync()
            for step in order:
                getattr(copy, steps[step][0])(*steps[step][1])
                copy.check()
            copy.sync()
            copy.check()
            with mirror(copy.path, now=NOW) as client:
                if len(rows) >= len(told):
                    check_account(client, service.account)
            for kind, of_kind in copy.taken.items():
                check_rows(of_kind, service.account.rows(kind), f"{kind}, {order}")
    check_file(copy.path)


def test_a_sync_reports_what_it_confirms_and_what_waits(tmp_path):
    with Service(empty_account()) as service:
        copy = Told(tmp_path / "mirror.db", service)
        assert copy.sync()["webhooks"] == {"confirmed": 0, "unconfirmed": 0, "oldest": None, "campaigns": []}
        other = {**click(8, 1)[1], "campaign_id": CAMPAIGN + 5, "action_date": "2024-09-20 11:00:00"}
        for kind, row in (OPENED, click(7, 1), ("activities", other)):
            copy.tell(kind, row)
        assert copy.sync()["webhooks"] == {"confirmed": 0, "unconfirmed": 3, "oldest": "2024-09-20 11:00:00", "campaigns": [CAMPAIGN + 5, CAMPAIGN]}
        report = copy.arrive(*OPENED)
        assert report["webhooks"] == {"confirmed": 1, "unconfirmed": 2, "oldest": "2024-09-20 11:00:00", "campaigns": [CAMPAIGN + 5, CAMPAIGN]}
        assert report["complete"] is True
        copy.account.deliver("activities", **other)
        report = copy.arrive(*click(7, 1))
        assert report["webhooks"] == {"confirmed": 2, "unconfirmed": 0, "oldest": None, "campaigns": []}
        copy.check()


def test_an_audit_counts_no_event_that_only_a_webhook_told_of(tmp_path):
    """It finds no difference, and reads no day again for it."""
    with Service(empty_account()) as service:
        copy = Told(tmp_path / "mirror.db", service)
        copy.sync()
        copy.tell(*OPENED)
        copy.tell(*SENT)
        asked = len(service.asked)
        report = copy.sync(audit="all")
        assert report["complete"] and report["audit"]["checked"] == report["audit"]["equal"] == 1
        windows = [window for method in report["methods"].values() for window in method["windows"] if "audit" in window["reason"]]
        assert windows == [] and len(service.asked) > asked
        assert report["webhooks"]["unconfirmed"] == 2
        copy.check()


def test_an_event_that_the_service_never_gives_stays_provisional_and_is_reported(tmp_path):
    with Service(empty_account()) as service:
        copy = Told(tmp_path / "mirror.db", service)
        copy.tell(*click(7, 9))
        for _ in range(3):
            assert copy.sync()["webhooks"] == {"confirmed": 0, "unconfirmed": 1, "oldest": AT, "campaigns": [CAMPAIGN]}
            copy.check()
        service.account.advance(days=40)
        with Client(service.url) as source, mirror(copy.path, now=service.account.now.isoformat()) as later:
            assert source.sync(later, audit="all").good()["webhooks"]["unconfirmed"] == 1
        copy.check()


def test_a_row_that_comes_late_or_by_the_feed_alone_confirms(tmp_path):
    with Service(empty_account()) as service:
        copy = Told(tmp_path / "mirror.db", service)
        copy.sync()
        copy.tell(*OPENED)
        late = activity(9, "emailClicked", action_date="2024-08-01 10:00:00", remarks="1")
        copy.tell(*late)
        copy.account.deliver(late[0], **late[1])
        report = copy.arrive(*OPENED)
        assert report["webhooks"]["confirmed"] == 2 and report["webhooks"]["unconfirmed"] == 0
        copy.check()


@pytest.mark.parametrize("row_index", ["answer", "page"])
def test_sent_mails_whose_row_index_is_no_id(tmp_path, row_index):
    """All of them come anew, once that shows; what webhooks told of comes with them."""
    account = empty_account(row_index=row_index)
    for contact in range(40):
        account.deliver("sentEmails", **{**SENT[1], "contact_id": 100 + contact, "date_sent": "2024-09-18 10:00:00"})
    with Service(account) as service, mirror(tmp_path / "mirror.db", now=NOW) as copy, Client(service.url) as source:
        told = [("sentEmails", {**SENT[1], "contact_id": contact}) for contact in (100, 500, 501)]
        for kind, row in told[:2]:
            ingest(copy, hook(kind, row)).good()
        source.sync(copy).good()
        ingest(copy, hook(*told[2])).good()
        for contact in (500, 502):
            account.deliver("sentEmails", **{**SENT[1], "contact_id": contact})
        for _ in range(2):
            report = source.sync(copy).good()
        assert report["webhooks"]["unconfirmed"] == 2, "100 and 501 were told of, and have no row of that second"
        rows = copy.drain("sentEmails", {"date_from": "2000-01-01"})
        assert len([row for row in rows if "provisional" not in row]) == 42 and len(rows) == 44
        keys = [(row["contact_id"], row["date_sent"]) for row in rows]
        assert len(keys) == len(set(keys))
        summary = copy.ask("activitiesSummary", {"campaign_id": CAMPAIGN}).good()
        assert summary["sent"] == 44
        for contact in (100, 501):
            account.deliver("sentEmails", **{**SENT[1], "contact_id": contact})
        source.sync(copy).good()
        assert copy.ask("activitiesSummary", {"campaign_id": CAMPAIGN}).good()["sent"] == 44
        assert {event["state"] for event in events(copy)} == {"confirmed"}


def test_a_mirror_of_a_mirror_gets_the_services_rows_alone(tmp_path):
    with Service(empty_account()) as service, mirror(tmp_path / "second.db", now=NOW) as second:
        first = Told(tmp_path / "first.db", service)
        first.sync()
        first.tell(*OPENED)
        first.tell(*click(7, 1))
        ingest(second, hook(*OPENED)).good()
        for unconfirmed, rows in ((1, 1), (0, 2)):
            with mirror(first.path, now=NOW) as source:
                report = source.sync(second).good()
                assert report["webhooks"]["unconfirmed"] == unconfirmed
                assert report["complete"], report
            found = second.drain("activities", {"date_from": "2000-01-01"})
            assert len([row for row in found if "provisional" not in row]) == rows and len(found) == 2
            first.arrive(*OPENED)
            first.check()
        assert {event["state"] for event in events(second)} == {"confirmed"}


def test_events_without_a_row_are_kept_and_counted_nowhere(tmp_path):
    with mirror(tmp_path / "mirror.db", now=NOW) as copy:
        before = copy.ask("activitiesSummary", {"campaign_id": CAMPAIGN}).good()
        for type_ in ("smsSent", "SmsReply", "MakeContactForm", "onSite", "dynamicPage", "somethingElse"):
            event = ingest(copy, hook("activities", {**OPENED[1], "action_type": type_})).good()
            assert (event["state"], event["trigger_type"], "row" in event) == ("kept", type_, False)
        incomplete = {**OPENED[1], "contact_id": ""}
        assert ingest(copy, hook("activities", incomplete)).good()["state"] == "kept"
        assert copy.ask("activitiesSummary", {"campaign_id": CAMPAIGN}).good() == before
        assert copy.drain("activities", {"date_from": "1970-01-01"}) == [] and len(events(copy)) == 7


def test_questions_find_provisional_rows_where_they_find_others(tmp_path):
    with mirror(tmp_path / "mirror.db", now=NOW) as copy:
        ingest(copy, hook(*OPENED)).good()
        ingest(copy, hook(*click(8, 1), **{"contact[external_id]": "66"})).good()
        expected = {**OPENED[1], "provisional": True}
        assert copy.ask("activities", {"contact_id": 7}).good() == [expected]
        assert copy.ask("activities", {"action_type": "emailOpened", "campaign_id": CAMPAIGN, "date_from": AT, "date_to": AT}).good() == [expected]
        assert [row["contact_id"] for row in copy.ask("activities", {"external_id": "66"}).good()] == [8]
        assert copy.ask("activities", {"date_to": "2024-09-20 11:29:59"}).good() == []
        assert copy.ask("activities", {"page_size": 1, "page_index": 2}).good() == []


def test_only_a_mirror_that_may_be_written_keeps_webhooks(tmp_path, server):
    path, body = tmp_path / "mirror.db", hook(*OPENED)
    with mirror(path, now=NOW) as copy:
        ingest(copy, body).good()
        with mirror(path, read_only=True) as reader:
            refused = ingest(reader, body)
            assert refused.status is Status.ARGUMENT and refused.value["parameter"] == "read_only"
            assert len(events(reader)) == 1
    for url in ("sandbox:?seed=7", server.scenario(rows=1).url):
        with Client(url) as client:
            refused = ingest(client, body)
            assert refused.status is Status.ARGUMENT and "mirror" in refused.value["message"]
    assert ingest(copy, body).status is Status.CLOSED


def test_a_body_that_is_refused_leaves_nothing(tmp_path):
    with mirror(tmp_path / "mirror.db", now=NOW) as copy:
        for body, options, status in ((b"a=b", None, Status.PROTOCOL), (hook(*OPENED), {"remote_address": "6.6.6.6"}, Status.AUTH),
                                      (hook(*OPENED), {"token": "0123456789abcdef", "url": "/"}, Status.AUTH),
                                      (hook(*OPENED), {"max_body_bytes": 10}, Status.PROTOCOL), (hook(*OPENED), {"tokn": ""}, Status.ARGUMENT)):
            assert ingest(copy, body, options).status is status
        assert events(copy) == []
        event = ingest(copy, hook(*OPENED), {"remote_address": "193.169.246.40", "token": "0123456789abcdef", "url": "/?token=0123456789abcdef"}).good()
        assert event["event_id"] == 1 and event["new"] is True


def test_both_spellings_tell_one_event(tmp_path):
    """As the service's example writes it, and as its table does: equal in every member, so the same."""
    with mirror(tmp_path / "mirror.db", now=NOW) as copy:
        one = ingest(copy, b"timeStamp=2024-09-20+11%3a30%3a00&trigger_type=emailOpened&channel_type=Email&campaign_id=5&contact%5bid%5d=7").good()
        other = ingest(copy, b"contact[id]=7&Campaign_id=5&Channel_Type=email&Trigger_Type=EMAILOPENED&Timestamp=9/20/2024+11:30:00+AM").good()
        assert (other["event_id"], other["new"]) == (one["event_id"], False)
