# SPDX-License-Identifier: MIT
"""Rows of every sort: without ids, with odd dates and unknown fields, changed later, deleted. They come out of the mirror as they came
out of the service."""

import datetime

import pytest
from inwise_ffi import PAGED, Client
from mirrors import NOW, check_account, check_rows, contents, fill, gaps, mirror, new_rows
from simulated import FIRST_CAMPAIGN, KINDS, Account, Life, Rules
from simulated_http import CUT, Service

DATE = "2024-09-10 10:10:10"
CLICK = {"id": ..., "action_date": DATE, "contact_id": 7, "action_type": "emailClicked", "remarks": "1"}


def quiet(**rules) -> Account:
    account = Account("2024-09-01 12:00:00", Rules(**rules))
    Life(account, 7).go_on(400, days=19)
    account.forget_feeds()
    return account


# ---------------------------------------------------------------- rows without ids

@pytest.mark.parametrize("feeds", [True, False], ids=["with-feeds", "without-feeds"])
@pytest.mark.parametrize("rules", [{}, {"rows_a_page": 100}, {"feeds_write_otherwise": True}], ids=["plain", "hundred", "otherwise"])
def test_like_rows_without_ids_are_as_many_as_they_are(path, feeds, rules):
    account = quiet(**rules)
    with Service(account) as service, Client(service.url) as source, mirror(path, now=NOW) as copy:
        for more in (1, 1, 0, 3, 60):
            for _ in range(more):
                account.deliver("activities", **CLICK)
                account.deliver("undelivered", id=..., create_date=DATE, contact_id=8, reason="other")
            for _ in range(2):
                report = source.sync(copy, recent=feeds, audit="all").good()
                check_account(copy, account)
                assert report["complete"], report
        assert new_rows(report) == 0


def test_like_rows_across_the_borders_of_pages_and_answers(path):
    """Threes of like rows, many of them with a page's border between."""
    account = Account("2024-09-01 12:00:00")
    account.now = account.now.replace(month=9, day=20)
    for number in range(400):
        for _ in range(3):
            account.deliver("activities", **CLICK | {"action_date": f"2024-09-{10 + number % 5} 10:{number % 60:02}:00"})
    with Service(account) as service, Client(service.url, page_size=100) as source, mirror(path, now=NOW) as copy:
        for _ in range(2):
            assert source.sync(copy).good()["complete"]
            check_account(copy, account)


def test_more_like_rows_in_a_second_than_a_page_holds(path):
    """Nobody can tell them from a page that comes twice: they are not hidden, the report says that they lack."""
    account = quiet()
    for _ in range(250):
        account.deliver("activities", **CLICK)
    with Service(account) as service, Client(service.url, page_size=100) as source, mirror(path, now=NOW) as copy:
        report = source.sync(copy).good()
        lacking = len(account.rows("activities")) - len(contents(copy)["activities"])
        assert 0 <= lacking <= 150 and report["complete"] == (lacking == 0)
        if lacking:
            (differs,) = [entry for entry in report["audit"]["campaigns"] if not entry["equal"]]
            (clicks,) = [difference for difference in differs["differences"] if difference["field"] == "clicks"]
            assert clicks["service"] - clicks["found"] == lacking


def test_like_rows_come_again_by_the_feed(path):
    """The feed gave one, the window has it too, the feed gives another like it: two."""
    account = quiet()
    recent = {**CLICK, "action_date": "2024-09-20 11:59:00"}
    with Service(account) as service, Client(service.url) as source, mirror(path, now=NOW) as copy:
        source.sync(copy).good()
        for _ in range(3):
            account.deliver("activities", **recent)
            assert source.sync(copy).good()["complete"]
            check_account(copy, account)
        # The same with the feed's answer lost.
        account.deliver("activities", **recent)
        service.fault = lambda asked: CUT if asked.method == "recentActivities" else None
        report = source.sync(copy).good()
        assert all(gap["healed"] for gap in gaps([report]).values()) and report["complete"]
        check_account(copy, account)


# ---------------------------------------------------------------- rows of every sort

#: What a row may be, beside a plain one: each comes in by a feed and by its date.
ODD = [
    {"in_no_document": {"deep": [1, 2.5, None, "\u05e9\u05dc\u05d5\u05dd", {"x": {}}]}},
    {"": "", "\U0001f600": "\U0001f600\u2028\\/\""},
    {"action_type": "emailNobodyKnows"}, {"action_type": ""}, {"action_type": None}, {"action_type": ...}, {"action_type": 5}, {"action_type": ["x"]},
    {"contact_id": None}, {"contact_id": ...}, {"contact_id": "abc"}, {"contact_id": -1}, {"contact_id": 2**63 - 1}, {"contact_id": 0}, {"contact_id": 1.5},
    {"campaign_id": None}, {"campaign_id": ...}, {"campaign_id": "x"}, {"campaign_id": 0}, {"campaign_id": -5}, {"campaign_id": 2**63 - 1},
    {"ip": None}, {"ip": "45.112.30.172,136.226.243.10"}, {"ip": 5}, {"remarks": 12345}, {"remarks": None}, {"additional_data": "x" * 20_000},
    {"id": 2**63 - 1}, {"id": 1}, {"id": 0}, {"id": -7}, {"id": -2**63}, {"id": 2**53 + 1}, {"id": "e7b1-uuid"}, {"id": ""}, {"id": None}, {"id": ...}, {"id": 1.5}, {"id": []},
    {"message_size": 1e300}, {"message_size": True}, {"email": None}, {"email": ...}, {"external_id": 42},
    {"id": 77, "extra": 1}, {"id": "88", "extra": 2}, {"nested": [[[]]]}, {"date": "not this one"},
]


def row_of(kind: str, odd: dict) -> dict:
    id_field, date_field = KINDS[kind]
    row = {date_field: DATE, "contact_id": 9, "campaign_id": FIRST_CAMPAIGN, "action_type": "emailOpened"} if kind == "activities" else {
        date_field: DATE, "contact_id": 9, "campaign_id": FIRST_CAMPAIGN, "email": "nine@example.com"}
    return row | {id_field if name == "id" else name: value for name, value in odd.items()}


def as_given(row: dict) -> dict:
    """As the library gives it: ids that are numbers in quotes are numbers."""
    def plain(name: str, value):
        return int(value) if name in ("id", "row_index", "contact_id", "campaign_id") and isinstance(value, str) and value.isdecimal() else value

    return {name: plain(name, value) for name, value in row.items()}


@pytest.mark.parametrize("by", ["feed", "dates", "both"])
@pytest.mark.parametrize("kind", PAGED)
def test_odd_rows_come_out_as_they_came(path, kind, by):
    account = Account("2024-09-19 12:00:00")
    for odd in ODD:
        account.deliver(kind, **row_of(kind, odd))
    with Service(account) as service, Client(service.url) as source, mirror(path, now=NOW) as copy:
        if by == "feed":
            # Their dates are not asked for.
            source.sync(copy, date_from="2024-09-15", audit="none").good()
            check_rows(contents(copy)[kind], [as_given(row) for row in account.rows(kind)])
        for _ in range(2):
            report = source.sync(copy, recent=by != "dates", audit="none").good()
            check_rows(contents(copy)[kind], [as_given(row) for row in account.rows(kind)])
        assert new_rows(report) == 0 and report["complete"]
    with mirror(path, now=NOW) as copy:
        check_rows(contents(copy)[kind], [as_given(row) for row in account.rows(kind)])
        assert copy.ask("activitiesSummary", {"campaign_id": FIRST_CAMPAIGN}).good() == account.summary(FIRST_CAMPAIGN)


@pytest.mark.parametrize("value", ["a\u0000b", 12345678901234567890], ids=["NUL", "beyond-64-bits"])
@pytest.mark.parametrize("by", ["feed", "dates"])
def test_one_row_that_can_not_be_read(path, by, value):
    """No page with it can; all others come, and its second is pending until it can be."""
    account = quiet()
    row = account.deliver("activities", action_date=DATE, action_type="emailOpened", message_size=value)
    if by == "dates":
        account.forget_feeds()
    with Service(account) as service, Client(service.url, max_retries=0) as source, mirror(path, now=NOW) as copy:
        for _ in range(2):
            report = source.sync(copy).good()
            assert not report["complete"]
            assert any(pending["date_from"] <= DATE <= pending["date_to"] for pending in report["pending"])
            assert all("2024-09-10 10:10:00" < pending["date_to"] < "2024-09-10 10:10:20" and len(pending.get("problem", "has not been tried")) > 10
                       for pending in report["pending"])
            lacking = account.rows("activities")
            lacking.remove(row.values)
            check_rows(contents(copy)["activities"], lacking)
        account.change(row, message_size=5)
        assert source.sync(copy).good()["complete"]
        check_account(copy, account)


#: Dates as a row may have them. Those that are dates are found by them.
DATES = ["2024-09-10T10:10:10", "2024-09-10", "2024-09-10 10:10:10.123", "10/09/2024", "0000-00-00 00:00:00", "2024-02-30 10:00:00", "", "soon",
         None, ..., 1725962410, "1969-12-31 23:59:59", "9999-12-31 23:59:59", "0001-01-01 00:00:00", "2024-09-10 10:10:10Z", "  2024-09-10 10:10:10"]


@pytest.mark.parametrize("kind", PAGED)
def test_odd_dates_lose_no_row(path, kind):
    """Through a feed they all come; a consumer of the mirror gets them all, each once, whatever ranges of dates they are in."""
    account = quiet(ignores_dates=frozenset(PAGED))
    odd = [account.deliver(kind, **{KINDS[kind][1]: date}).values for date in DATES]
    feed = "recent" + kind[0].upper() + kind[1:]
    with Service(account) as service, Client(service.url) as source, mirror(path, now=NOW) as copy:
        for _ in range(2):
            source.sync(copy).good()
        rows = []
        while page := copy.ask(feed, {"consumer": "x"}).good():
            rows += page
            assert copy.acknowledge(feed, "x").status.name == "OK"
        check_rows(rows, account.rows(kind), "by the feed")
        key = KINDS[kind][0]
        dated = {row[key] for row in contents(copy)[kind]}
        assert {row[key] for row, date in zip(odd, DATES) if date in ("2024-09-10T10:10:10", "2024-09-10", "9999-12-31 23:59:59")} <= dated
        assert copy.ask("activitiesSummary", {"campaign_id": FIRST_CAMPAIGN}).good() == account.summary(FIRST_CAMPAIGN)
        if kind == "undelivered":
            check_rows(copy.drain(kind), account.rows(kind), "undelivered answers for all time")


# ---------------------------------------------------------------- rows that change, and go

@pytest.mark.parametrize("change", [
    {"action_type": "emailClicked"}, {"contact_id": 99_999}, {"campaign_id": FIRST_CAMPAIGN + 1}, {"campaign_id": 1}, {"remarks": "new"},
    {"in_no_document": [1]}, {"action_type": "emailNobodyKnows"}, {"contact_id": None}, {"ip": None}, {"action_date": "2024-09-20 11:55:00"},
], ids=str)
def test_a_row_that_changes_is_repaired(path, change):
    account = quiet()
    row = account.deliver("activities", action_date="2024-09-20 11:58:00", action_type="emailOpened", contact_id=5)
    with Service(account) as service, Client(service.url) as source, mirror(path, now=NOW) as copy:
        source.sync(copy).good()
        account.change(row, **change)
        report = source.sync(copy).good()
        assert report["methods"]["activities"]["repaired"] == 1 and new_rows(report) == 0
        check_account(copy, account)
        assert source.sync(copy).good()["methods"]["activities"]["repaired"] == 0
        account.change(row, action_type="emailOpened", contact_id=5, campaign_id=FIRST_CAMPAIGN)
        source.sync(copy).good()
        check_account(copy, account)


@pytest.mark.parametrize("kind", PAGED)
def test_every_kind_of_row_is_repaired(path, kind):
    account = quiet()
    row = account.deliver(kind, **{KINDS[kind][1]: "2024-09-20 11:58:00", "email": "old@example.com"})
    with Service(account) as service, Client(service.url) as source, mirror(path, now=NOW) as copy:
        source.sync(copy).good()
        account.change(row, email="new@example.com", external_id="007", sending_source="Other", reason="bounced")
        assert source.sync(copy).good()["methods"][kind]["repaired"] == 1
        check_account(copy, account)
        assert row.values["contact_id"] in {found["contact_id"] for found in copy.drain(kind, {"date_from": "2000-01-01", "external_id": "007"})}


def test_a_contacts_other_address_leaves_its_older_rows_alone(path):
    """What a row says is the row's, though other rows of the contact say something else."""
    account = quiet()
    for number, email in enumerate(("one@example.com", "two@example.com", None, "three@example.com")):
        for kind in ("sentEmails", "undelivered"):
            account.deliver(kind, contact_id=4242, email=email, external_id=f"x{number}", **{KINDS[kind][1]: f"2024-09-1{number} 10:00:00"})
    with Service(account) as service:
        fill(service.url, path, target={"now": NOW})
    with mirror(path, now=NOW) as copy:
        check_account(copy, account)


def test_rows_that_are_deleted_are_reported(path):
    account = quiet()
    rows = [account.deliver("activities", action_date=f"2024-09-20 11:5{number}:00", action_type="emailOpened", contact_id=number) for number in range(3, 9)]
    with Service(account) as service, Client(service.url) as source, mirror(path, now=NOW) as copy:
        source.sync(copy).good()
        before = contents(copy)
        account.delete("activities", rows[2])
        report = source.sync(copy, audit="all").good()
        assert report["methods"]["activities"]["absent"] >= 1
        assert not report["complete"]
        (differs,) = [entry for entry in report["audit"]["campaigns"] if not entry["equal"]]
        opens = account.summary(FIRST_CAMPAIGN)["opens"]
        found = {difference["field"]: difference for difference in differs["differences"]}
        assert found["opens"] == {"field": "opens", "service": opens, "mirror": opens + 1, "found": opens + 1}
        assert differs["days"] == ["2024-09-20"] and differs["recovered"] == 0
        assert contents(copy) == before, "what was there once is kept"
