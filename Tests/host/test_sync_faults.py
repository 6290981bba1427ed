# SPDX-License-Identifier: MIT
"""Recent feeds that lose what they hand out, rows that come late, and rows of tomorrow: after each sync nothing is missing, and each lost
answer was named.

Longer, as one command:

    INWISE_FULL_SIZE=1 build/venv/bin/pytest Tests/host/test_sync_faults.py
"""

import datetime
import random

import pytest
from inwise_ffi import Client
from mirrors import FULL_SIZE, NOW, check_account, fill, gaps, mirror
from simulated import FIRST_CAMPAIGN, Account, Life, moment
from simulated_http import CUT, LOSSES, RESET, SILENT, Service, status


def losing(seed: int, share: float):
    """Loses this share of the recent feeds' answers, in all ways there are, after the rows are gone."""
    chance = random.Random(seed)
    return lambda asked: chance.choice(LOSSES) if asked.recent and chance.random() < share else None


def check_gaps(reports: list[dict], service: Service) -> None:
    """That the reports named each lost answer, and that all are healed."""
    found = gaps(reports)
    assert all(gap["healed"] for gap in found.values()), found
    lost = [asked.method for asked in service.lost()]
    assert sorted(gap["method"] for gap in found.values()) == sorted(lost)
    assert sum(counts["recent"]["lost"] for report in reports for counts in report["methods"].values()) == len(lost)
    for gap in found.values():
        assert len(gap["reason"]) > 10 and gap["noticed"]


@pytest.mark.parametrize("seed, skew_hours", [(1, 0), (2, 3), (3, -8)], ids=["same-clock", "mirror-ahead", "mirror-behind"])
def test_nothing_is_missing_after_any_sync(tmp_path, seed, skew_hours):
    """Some days, a sync every few hours, by a clock that is not always the service's."""
    account = Account("2024-09-10 12:00:00")
    life = Life(account, seed, late=0.05, future=0.03)
    life.go_on(600, days=3)
    chance, reports = random.Random(seed), []
    with Service(account, losing(seed, 0.3)) as service, Client(service.url) as source:
        for turn in range(24 if FULL_SIZE else 10):
            now = account.now + datetime.timedelta(hours=skew_hours)
            with mirror(tmp_path / "mirror.db", now=now.isoformat()) as copy:
                reports.append(source.sync(copy).good())
                assert reports[-1]["complete"], reports[-1]
                check_account(copy, account)
            # Now and then more than one answer of a feed.
            life.go_on(2200 if turn == 4 else chance.choice((40, 120)), hours=chance.choice((0.1, 3, 9, 20)))
        check_gaps(reports, service)
        assert len(service.lost()) > 6
        assert sum(counts["late"] for report in reports for counts in report["methods"].values()) > 0


def test_nothing_is_missing_by_this_machines_clock(tmp_path):
    account = Account(datetime.datetime.now().replace(microsecond=0).isoformat(" "))
    account.now -= datetime.timedelta(days=3, hours=12)
    life, reports = Life(account, 4, late=0.05, future=0.03), []
    with Service(account, losing(4, 0.3)) as service, Client(service.url) as source, mirror(tmp_path / "mirror.db") as copy:
        for _ in range(8):
            life.go_on(200, hours=10)
            reports.append(source.sync(copy).good())
            assert reports[-1]["complete"], reports[-1]
            check_account(copy, account)
        check_gaps(reports, service)
        assert len(service.lost()) > 3


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
def test_a_lost_answer_is_a_gap_that_is_healed(tmp_path, loss):
    account = Account("2024-09-18 12:00:00")
    Life(account, 5).go_on(300, days=2)
    account.forget_feeds()
    with Service(account) as service, Client(service.url) as source, mirror(tmp_path / "mirror.db", now=NOW) as copy:
        source.sync(copy).good()
        for _ in range(25):
            account.deliver("activities", action_type="emailOpened", action_date="2024-09-17 08:00:00")
        service.fault = lambda asked: loss if asked.method == "recentActivities" else None
        report = source.sync(copy).good()
        check_account(copy, account)
        assert report["complete"]
        (gap, *others) = report["gaps"]
        assert gap["method"] == "recentActivities" and gap["healed"]
        assert sum(gap["recovered"] for gap in report["gaps"]) >= 25
        assert report["methods"]["activities"]["late"] == 25, "they are dated where all had been read"
        assert gap["date_from"] is None or gap["date_from"] <= "2024-09-20 12:00:00"
        assert any("gap" in window["reason"] for window in report["methods"]["activities"]["windows"])
        check_gaps([report], service)


@pytest.mark.parametrize("good", [1, 2, 3])
@pytest.mark.parametrize("days", [7, 1], ids=["a-week", "a-day"])
def test_a_lost_answer_is_looked_for_from_the_last_good_one(tmp_path, good, days):
    """Less how late a row can be, and not from the beginning, however many syncs were good before."""
    account, reach = Account("2024-07-01 12:00:00"), datetime.timedelta(days=days)
    life = Life(account, 5)
    life.go_on(900, days=60)
    options = {"late_ages": [], "gap_reach_seconds": days * 86400}
    with Service(account) as service, Client(service.url) as source:
        for turn in range(good + 1):
            if turn == good:
                service.fault = lambda asked: CUT if asked.method == "recentActivities" else None
            before, newest = len(service.asked), newest_of(account)
            life.go_on(60 * (turn > 0), days=3)
            with mirror(tmp_path / "mirror.db", now=account.now.isoformat()) as copy:
                report = source.sync(copy, **options).good()
                assert report["complete"]
                check_account(copy, account)
    assert report["gaps"] and {gap["date_from"] for gap in report["gaps"]} == {newest}
    first = moment(newest) - reach
    (window,) = report["methods"]["activities"]["windows"]
    assert window["reason"] == ["newer", "gap"] and window["date_from"] == str(first) and window["date_to"] is None
    assert {asked.parameters["date_from"] for asked in service.since(before) if asked.method == "activities"} == {str(first - datetime.timedelta(seconds=1))}
    assert window["fetched"] == sum(row["action_date"] >= str(first) for row in account.rows("activities"))
    assert all(window["reason"] == ["newer"] for method in ("sentEmails", "undelivered") for window in report["methods"][method]["windows"])


def newest_of(account: Account) -> str:
    return max((row["action_date"] for row in account.rows("activities")), default="")


def test_a_feed_that_loses_everything_ends(tmp_path):
    account = Account("2024-09-10 12:00:00")
    life = Life(account, 6, late=0.05)
    with Service(account, losing(6, 1.0)) as service, Client(service.url) as source:
        reports = []
        for _ in range(6):
            life.go_on(300, hours=20)
            with mirror(tmp_path / "mirror.db", now=account.now.isoformat()) as copy:
                reports.append(source.sync(copy).good())
                check_account(copy, account)
        check_gaps(reports, service)
        assert len(service.asked) < 400


def test_a_feed_that_hands_out_the_same_for_ever_ends(tmp_path):
    """A service of which reading consumes nothing."""
    account = Account("2024-09-18 12:00:00")
    Life(account, 5).go_on(4000, days=2)
    with Service(account) as service:

        def again(_) -> None:
            account.handed_out = dict.fromkeys(account.handed_out, 0)

        service.fault = again
        for _ in range(2):
            assert fill(service.url, tmp_path / "mirror.db", target={"now": NOW}) is not None
            assert len(service.asked) < 200
    with mirror(tmp_path / "mirror.db", now=NOW) as copy:
        check_account(copy, account)


@pytest.mark.parametrize("code, headers", [(429, ()), (429, ("Retry-After: 0",)), (503, ())], ids=str)
def test_a_feed_that_refuses_for_a_while(tmp_path, code, headers):
    """What it had is not lost, whichever way the sync takes the refusal."""
    account = Account("2024-09-18 12:00:00")
    Life(account, 5).go_on(300, days=2)
    refusals = iter([status(code, *headers)] * 2)
    with Service(account, lambda asked: next(refusals, None) if asked.recent else None) as service, Client(service.url) as source:
        for _ in range(2):
            with mirror(tmp_path / "mirror.db", now=NOW) as copy:
                assert source.sync(copy).good()["complete"]
                check_account(copy, account)
            account.deliver("activities", action_type="emailOpened", action_date="2024-09-17 08:00:00")
        assert service.account.handed_out["recentActivities"] > 0


def test_a_gap_while_some_campaigns_were_named(tmp_path):
    """The feed that lost its answer is the whole account's: its other campaigns' rows are looked for as well."""
    account = Account("2024-09-10 12:00:00")
    Life(account, 5).go_on(500, days=8)
    account.forget_feeds()
    late = {"action_type": "emailOpened", "action_date": "2024-09-15 08:00:00", "contact_id": 77}
    with Service(account) as service, Client(service.url) as source:
        with mirror(tmp_path / "mirror.db", now=account.now.isoformat()) as copy:
            source.sync(copy).good()
            for campaign in range(4):
                account.deliver("activities", campaign_id=FIRST_CAMPAIGN + campaign, **late)
            service.fault = lambda asked: CUT if asked.recent else None
            source.sync(copy, campaign_ids=[FIRST_CAMPAIGN]).good()
        service.fault = lambda _: None
        account.advance(hours=2)
        with mirror(tmp_path / "mirror.db", now=account.now.isoformat()) as copy:
            report = source.sync(copy).good()
            assert report["complete"]
            check_account(copy, account)


@pytest.mark.parametrize("days", [3, 400, -400])
def test_a_clock_that_was_wrong_once(tmp_path, days):
    """One sync by a clock that is ahead or behind; later ones by the right one bring in what comes late, without the feeds too."""
    account = Account("2024-09-01 12:00:00")
    life = Life(account, 12, late=0.2, future=0.05)
    with Service(account) as service, Client(service.url) as source:
        for turn in range(16):
            life.go_on(40, hours=20)
            now = account.now + datetime.timedelta(days=days if turn == 4 else 0)
            with mirror(tmp_path / "mirror.db", now=now.isoformat()) as copy:
                source.sync(copy, recent=False, audit="none").good()
        for _ in range(4):
            account.advance(days=4)
            with mirror(tmp_path / "mirror.db", now=account.now.isoformat()) as copy:
                source.sync(copy, recent=False, audit="none").good()
    with mirror(tmp_path / "mirror.db") as copy:
        check_account(copy, account)


def test_faults_of_every_method_at_once(tmp_path):
    """The feeds lose a third, of the others one in six fails."""
    account = Account("2024-09-10 12:00:00")
    life, chance = Life(account, 9, late=0.05, future=0.03), random.Random(9)
    feeds = losing(9, 0.3)

    def fault(asked):
        wrong = not asked.recent and chance.random() < 0.15
        return chance.choice([status(500), status(503), status(429), CUT, RESET, SILENT]) if wrong else feeds(asked)

    life.go_on(1500, days=3)
    with Service(account, fault) as service, Client(service.url, page_size=200, max_retries=10, max_retry_delay_seconds=0.05) as source:
        for _ in range(5):
            with mirror(tmp_path / "mirror.db", now=account.now.isoformat()) as copy:
                assert source.sync(copy).good()["complete"]
                check_account(copy, account)
            life.go_on(300, hours=11)


# ---------------------------------------------------------------- what comes too late even for that

def late_row(account: Account, **values) -> None:
    account.deliver("activities", action_type="emailClicked", action_date="2024-08-20 10:00:00", contact_id=5, **values)


@pytest.mark.parametrize("audit", ["touched", "all"])
def test_a_row_that_is_later_than_anything_is_found_by_the_audit(tmp_path, audit):
    account = Account("2024-08-10 12:00:00")
    Life(account, 5).go_on(600, days=40)
    account.forget_feeds()
    with Service(account) as service, Client(service.url) as source, mirror(tmp_path / "mirror.db", now=account.now.isoformat()) as copy:
        source.sync(copy).good()
        late_row(account)
        account.forget_feeds()
        if audit == "touched":
            account.deliver("activities", action_type="emailOpened", contact_id=6)
        report = source.sync(copy, audit=audit).good()
        check_account(copy, account)
        assert report["complete"], report["audit"]
        (campaign,) = [entry for entry in report["audit"]["campaigns"] if entry["differences"]]
        assert campaign["campaign_id"] == FIRST_CAMPAIGN and campaign["equal"]
        assert campaign["days"] == ["2024-08-20"] and campaign["recovered"] == 1
        assert {difference["field"] for difference in campaign["differences"]} >= {"clicks"}
        for difference in campaign["differences"]:
            assert difference["found"] == difference["service"] == difference["mirror"] + 1


def test_late_rows_are_found_by_their_ages_alone(tmp_path):
    """Without feeds, and without the audit: what came up to three days late is there a week after."""
    account = Account("2024-09-01 12:00:00")
    life, chance = Life(account, 11, late=0.2, future=0.05), random.Random(11)
    late = 0
    with Service(account) as service, Client(service.url) as source:
        for _ in range(30):
            life.go_on(30, hours=chance.choice((0.4, 5, 30)))
            with mirror(tmp_path / "mirror.db", now=account.now.isoformat()) as copy:
                report = source.sync(copy, recent=False, audit="none").good()
                late += sum(counts["late"] for counts in report["methods"].values())
        account.advance(days=4)
        for _ in range(3):
            with mirror(tmp_path / "mirror.db", now=account.now.isoformat()) as copy:
                source.sync(copy, recent=False, audit="none").good()
            account.advance(days=4)
    assert late > 20
    with mirror(tmp_path / "mirror.db") as copy:
        check_account(copy, account)
