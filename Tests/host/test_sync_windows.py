# SPDX-License-Identifier: MIT
"""Windows of dates that the service refuses, fails at or takes too long for: halved, until what can't be read is small, pending and told."""

import datetime

import pytest
from inwise_ffi import Client
from mirrors import IMPATIENT, NOW, check_account, contents, mirror, unpunctual
from simulated import KINDS, moment
from simulated_http import HANG, Asked, Service, longer_than, span, status


@pytest.mark.parametrize("fault", [status(500), status(503), status(504), status(400), status(414)], ids=lambda fault: fault.name)
def test_a_window_that_is_too_long_is_halved(path, fault):
    account = unpunctual()
    with Service(account, longer_than(account, 6, fault)) as service, Client(service.url, **IMPATIENT) as source:
        with mirror(path, now=NOW) as copy:
            report = source.sync(copy, date_from="2024-07-01").good()
            assert report["complete"], report
            check_account(copy, account)
        assert sum(bool(asked.fault) for asked in service.asked) < 150
        before = len(service.asked)
        with mirror(path, now=NOW) as copy:
            assert source.sync(copy, date_from="2024-07-01").good()["complete"]
        assert len(service.asked) - before < 30, "the halves are not looked for again"


def test_a_window_that_takes_too_long_is_halved(path):
    account = unpunctual()
    with Service(account, longer_than(account, 3000, HANG)) as service, Client(service.url, timeout_seconds=0.15, **IMPATIENT) as source:
        with mirror(path, now=NOW) as copy:
            assert source.sync(copy).good()["complete"]
            check_account(copy, account)


def test_a_window_with_too_many_rows_is_halved(path):
    """A service that gives up where an answer would hold more rows than it likes."""
    account = unpunctual()

    def fails(asked: Asked):
        if asked.method in KINDS and len(account._chosen(asked.method, asked.parameters)) > 90:
            return status(500)

    with Service(account, fails) as service, Client(service.url, **IMPATIENT) as source, mirror(path, now=NOW) as copy:
        assert source.sync(copy).good()["complete"]
        check_account(copy, account)


@pytest.mark.parametrize("seconds", [["2024-09-10 10:10:10"], ["2024-09-17 03:00:00", "2024-09-10 10:10:10", "2024-09-10 09:00:00", "2024-09-03 00:00:00"]], ids=len)
def test_seconds_that_can_not_be_read(path, seconds):
    """Everything else is there, what lies around them is pending and reported, and the next sync mends it."""
    account = unpunctual()
    for second in seconds:
        account.deliver("activities", action_date=second, action_type="emailOpened", contact_id=3)
    account.forget_feeds()

    def poisoned(asked: Asked):
        range_ = span(account, asked)
        return status(500) if asked.method == "activities" and any(range_[0] <= moment(second) <= range_[1] for second in seconds) else None

    with Service(account, poisoned) as service, Client(service.url, **IMPATIENT) as source, mirror(path, now=NOW) as copy:
        for _ in range(2):
            report = source.sync(copy).good()
            assert not report["complete"] and report["stopped"] is None
            for pending in report["pending"]:
                assert pending["method"] == "activities" and len(pending.get("problem", "has not been tried")) > 10
                assert any(abs(moment(pending["date_from"]) - moment(second)) < datetime.timedelta(seconds=30) for second in seconds), pending
            for second in seconds:
                assert any(pending["date_from"] <= second <= pending["date_to"] for pending in report["pending"])
            found = {row["id"] for row in contents(copy)["activities"]}
            lacking = [row for row in account.rows("activities") if row["id"] not in found]
            assert sorted(row["action_date"] for row in lacking) == sorted(seconds)
        assert len(service.asked) < 400 * len(seconds)
        service.fault = lambda _: None
        report = source.sync(copy).good()
        assert report["complete"] and report["pending"] == []
        check_account(copy, account)


def test_a_service_that_wants_both_dates(path):
    """It refuses a range without an end."""
    account = unpunctual()
    refuse = lambda asked: status(400) if asked.method in KINDS and "date_to" not in asked.parameters else None
    with Service(account, refuse) as service, Client(service.url, **IMPATIENT) as source, mirror(path, now=NOW) as copy:
        report = source.sync(copy).good()
        check_account(copy, account)
        assert report["complete"] or report["pending"]
