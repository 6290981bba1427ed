# SPDX-License-Identifier: MIT
"""Accounts that don't stand still while they are synced, and answers of sizes that nobody planned for."""

import random

import pytest
from inwise_ffi import Client
from mirrors import NOW, check_account, check_rows, contents, fill, mirror
from simulated import FIRST_CAMPAIGN, KINDS, Account, Life, Rules
from simulated_http import LOSSES, Service

ORDERS = ["desc", "asc", "latest", "oldest", "none"]


def check_all_there(copy: Client, before: dict[str, list[dict]]) -> None:
    """Every row of before is there, and none twice."""
    for kind, rows in contents(copy).items():
        key = KINDS[kind][0]
        found = {row[key]: row for row in rows}
        assert len(found) == len(rows)
        missing = [row for row in before[kind] if found.get(row[key]) != row]
        assert not missing, (kind, len(missing), missing[:3])


@pytest.mark.parametrize("losing", [False, True], ids=["all-arrives", "feeds-lose"])
@pytest.mark.parametrize("order", ORDERS)
def test_rows_that_arrive_during_a_sync(path, order, losing):
    """At every request, late ones and those of tomorrow too: what was there when the sync began is there when it ends."""
    account, chance = Account("2024-09-10 12:00:00", Rules(order=order)), random.Random(4)
    life = Life(account, 4, late=0.2, future=0.05)
    life.go_on(800, days=4)
    growing, reports = True, []

    def fault(asked):
        if growing:
            life.go_on(chance.choice((0, 1, 4, 20)), seconds=chance.choice((1, 30, 300)))
        return chance.choice(LOSSES) if losing and asked.recent and chance.random() < 0.3 else None

    with Service(account, fault) as service, Client(service.url, page_size=60) as source:
        for _ in range(4):
            before = {kind: account.rows(kind) for kind in KINDS}
            with mirror(path, now=account.now.isoformat()) as copy:
                reports.append(source.sync(copy, audit="all").good())
                # What arrives between the rows and the service's count of them does not remain a difference.
                assert reports[-1]["complete"], reports[-1]
                check_all_there(copy, before)
        differed = [difference for report in reports for entry in report["audit"]["campaigns"] for difference in entry["differences"]]
        assert any(difference["found"] < difference["service"] for difference in differed), "nothing arrived between the two"
        growing = False
        with mirror(path, now=account.now.isoformat()) as copy:
            assert source.sync(copy).good()["complete"]
            check_account(copy, account)


@pytest.mark.parametrize("order", ORDERS)
def test_rows_that_go_during_a_sync(path, order):
    """They pull others from page to page, which no walk can see: the audit sees what shows in the counts."""
    account, chance = Account("2024-09-10 12:00:00", Rules(order=order)), random.Random(4)
    Life(account, 4).go_on(1200, days=10)
    account.forget_feeds()
    deleting = True

    def fault(asked) -> None:
        if deleting and asked.method in KINDS and asked.parameters.get("page_index") != "0":
            for _ in range(3):
                rows = account.arrived[asked.method]
                account.delete(asked.method, rows[chance.randrange(len(rows))])

    with Service(account, fault) as service, Client(service.url, page_size=60) as source, mirror(path, now=NOW) as copy:
        source.sync(copy, audit="none").good()
        deleting = False
        report = source.sync(copy, audit="all").good()
        # Counts can be right by chance, and no field counts printed mails; what they show is no secret.
        counts = {campaign: copy.ask("activitiesSummary", {"campaign_id": campaign}).good() for campaign in account.campaigns()}
        assert report["complete"] == all(counts[campaign] == account.summary(campaign) for campaign in counts)
        for kind, rows in contents(copy).items():
            check_all_there(copy, {other: rows if other == kind else [] for other in KINDS})


@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_of_hardly_a_row(path, size):
    account = Account("2024-09-19 12:00:00")
    Life(account, 4, late=0.1).go_on(60, days=1)
    with Service(account) as service, Client(service.url, page_size=size) as source, mirror(path, now=NOW) as copy:
        for _ in range(2):
            assert source.sync(copy).good()["complete"]
            check_account(copy, account)


def test_answers_that_are_larger_than_the_client_takes(path):
    """A window is halved then; an answer of a feed has been consumed, and is healed by date."""
    account = Account("2024-09-10 12:00:00")
    life = Life(account, 4)
    life.go_on(3000, days=10)
    with Service(account) as service, Client(service.url, max_response_bytes=20_000, max_retries=0) as source:
        for _ in range(2):
            with mirror(path, now=account.now.isoformat()) as copy:
                report = source.sync(copy, date_from="2024-09-01").good()
                assert report["complete"], (report["pending"], report["gaps"])
                check_account(copy, account)
            life.go_on(600, hours=9)


@pytest.mark.parametrize("kind", KINDS)
def test_a_mirror_of_a_mirror_says_that_undated_rows_stay_behind(path, kind):
    account = Account("2024-09-10 12:00:00", Rules(ignores_dates=frozenset(KINDS)))
    Life(account, 4).go_on(300, days=10)
    dated = {kind: account.rows(kind) for kind in KINDS}
    for date in (None, "soon", "0000-00-00 00:00:00", ""):
        account.deliver(kind, **{KINDS[kind][1]: date, "campaign_id": FIRST_CAMPAIGN, "action_type": "emailOpened"})
    with Service(account) as service, mirror(path, now=NOW) as one, mirror(path.with_name("two.db"), now=NOW) as two:
        with Client(service.url) as source:
            assert source.sync(one).good()["complete"]
        for _ in range(2):
            report = one.sync(two, audit="all").good()
            assert not report["complete"]
            (differs,) = [entry for entry in report["audit"]["campaigns"] if not entry["equal"]]
            assert differs["campaign_id"] == FIRST_CAMPAIGN
        for other, rows in contents(two).items():
            check_rows(rows, dated[other])


def test_two_mirrors_of_one_account_share_its_feeds(tmp_path):
    """What one has consumed the other reads by date: now what is new, in the days after what was late."""
    account = Account("2024-09-01 12:00:00")
    life, paths = Life(account, 4, late=0.2), [tmp_path / "one.db", tmp_path / "two.db"]
    with Service(account) as service:
        for _ in range(10):
            life.go_on(30, hours=30)
            for path in paths:
                fill(service.url, path, target={"now": account.now.isoformat()}, audit="none")
        for _ in range(4):
            account.advance(days=4)
            for path in paths:
                fill(service.url, path, target={"now": account.now.isoformat()}, audit="none")
    for path in paths:
        with mirror(path) as copy:
            check_account(copy, account)
