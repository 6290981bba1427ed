# SPDX-License-Identifier: MIT
"""Where one window ends and the next begins: no reading of what belongs to a range of dates loses a row there."""

import datetime
import random

import pytest
from inwise_ffi import Client
from mirrors import NOW, check_account, mirror
from simulated import FIRST_CAMPAIGN, KINDS, Account, Life, Rules, moment
from simulated_http import Asked, Service, status

#: How a service may read the ends of a range.
READINGS = {"inclusive": {}, "end_does_not_belong": {"end_belongs": False}, "days_only": {"reads_times": False},
            "days_only_end_does_not_belong": {"reads_times": False, "end_belongs": False}}


def borders(asked: list[Asked]) -> set[str]:
    """Every second that a question named as a range's first or last, those next to it, and the same of days."""
    named = {value for each in asked for name in ("date_from", "date_to") if (value := each.parameters.get(name))}
    found = set()
    for text in named:
        for seconds in (-1, 0, 1):
            found.add(str(moment(text) + datetime.timedelta(seconds=seconds)))
        found |= {f"{text[:10]} 00:00:00", f"{text[:10]} 23:59:59"}
    return found


def too_long(asked: Asked):
    """The service bears no range of more than twelve days."""
    if asked.method in KINDS:
        first, last = asked.parameters.get("date_from", NOW), asked.parameters.get("date_to", NOW)
        if moment(last) - moment(first) > datetime.timedelta(days=12):
            return status(500)


def failing_pages(account: Account):
    """Pages with rows, but for a walk's first, fail more often than not."""
    chance = random.Random(5)

    def fault(asked: Asked):
        if asked.method not in KINDS or asked.parameters.get("page_index") == "0":
            return None
        first = int(asked.parameters["page_index"]) * int(asked.parameters["page_size"])
        if first < len(account._chosen(asked.method, asked.parameters)) and chance.random() < 0.4:
            return status(500)

    return fault


def sync_often(service: Service, path, syncs: int) -> None:
    account = service.account
    with Client(service.url, page_size=50, max_retries=0) as source:
        for sync in range(syncs):
            account.advance(hours=31 if sync else 0)
            with mirror(path, now=account.now.isoformat()) as copy:
                assert source.sync(copy, audit="none", date_from="2024-08-01").good()["pending"] == []


@pytest.mark.parametrize("order", ["desc", "asc", "latest", "none"])
@pytest.mark.parametrize("fault", ["halves", "pages"])
@pytest.mark.parametrize("reading", READINGS)
def test_rows_on_every_border(tmp_path, reading, fault, order):
    """A first run tells where the borders lie; in the second there is a row on each of them, and on each second beside."""
    def account() -> Account:
        return Account("2024-09-20 12:00:00", Rules(order=order, missing=frozenset({"recentSentEmails", "recentUndelivered", "recentActivities"}),
                                                    **READINGS[reading]))

    def made(dates: set[str]) -> Account:
        """With a handful of rows on each second, so that a page's border lies between them."""
        new = account()
        for number in range(40):
            dates = dates | {str(moment("2024-09-10 00:00:00") + datetime.timedelta(hours=5 * number))}
        for date in sorted(dates):
            for number in range(3):
                values = {"campaign_id": FIRST_CAMPAIGN, "contact_id": number, "action_type": "emailOpened"}
                new.plan("activities", max(moment(date), new.now - datetime.timedelta(days=1)), action_date=date, **values)
        new.advance(seconds=0)
        return new

    dates: set[str] = set()
    for run in range(2):
        there = made(dates)
        with Service(there, too_long if fault == "halves" else failing_pages(there)) as service:
            path = tmp_path / f"{run}.db"
            sync_often(service, path, 3)
            with mirror(path) as copy:
                check_account(copy, service.account)
            dates |= {date for date in borders(service.asked) if date >= "2024-08-01"}


@pytest.mark.parametrize("order", ["desc", "asc", "latest", "oldest", "none"])
def test_a_walk_that_is_broken_off_after_every_page(tmp_path, order):
    """Many rows of one second, more than a page holds."""
    account = Account("2024-09-01 12:00:00", Rules(order=order))
    Life(account, 3, late=0.3, future=0.1).go_on(500, days=19)
    for _ in range(130):
        account.deliver("activities", action_date="2024-09-10 10:10:10", action_type="emailOpened")
    account.forget_feeds()
    with Service(account, failing_pages(account)) as service, Client(service.url, page_size=50, max_retries=0) as source, mirror(tmp_path / "mirror.db", now=NOW) as copy:
        for _ in range(40):
            report = source.sync(copy).good()
            if report["complete"]:
                break
        assert report["complete"], report["pending"]
        check_account(copy, account)
