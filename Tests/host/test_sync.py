# SPDX-License-Identifier: MIT
"""inwise_sync: what it brings in, what it tells on the way, and how it is stopped between steps."""

import threading
import time

import pytest
from inwise_ffi import PAGED, Client
from mirrors import NOW, check_account, check_rows, contents, fill, lived, mirror, new_rows
from simulated import FIRST_CAMPAIGN, KINDS, Account, Life
from simulated_http import Service


def dated(account: Account, wanted) -> dict[str, list[dict]]:
    return {kind: [row for row in account.rows(kind) if wanted(row[date])] for kind, (_, date) in KINDS.items()}


# ---------------------------------------------------------------- what is brought in

def test_a_first_sync_brings_in_everything_and_later_ones_what_is_new(service, path):
    account = service.account
    life = Life(account, 8)
    with Client(service.url) as source:
        for hours in (0, 0.2, 3, 30, 200):
            life.go_on(int(hours * 5), hours=hours)
            with mirror(path, now=account.now.isoformat()) as copy:
                report = source.sync(copy).good()
                assert report["complete"], report
                check_account(copy, account)


def test_the_feeds_alone_bring_in_what_is_new(service, path):
    fill(service.url, path, target={"now": NOW})
    Life(service.account, 8).go_on(50, minutes=5)
    with Client(service.url) as source, mirror(path, now=NOW) as copy:
        report = source.sync(copy).good()
        assert sum(counts["recent"]["new"] for counts in report["methods"].values()) == 50 == new_rows(report)
        check_account(copy, service.account)


def test_without_the_feeds_dates_bring_it_in(service, path):
    fill(service.url, path, target={"now": NOW}, recent=False)
    Life(service.account, 8).go_on(50, hours=1)
    before = len(service.asked)
    with Client(service.url) as source, mirror(path, now="2024-09-20T13:00:00") as copy:
        report = source.sync(copy, recent=False).good()
        check_account(copy, service.account)
    assert new_rows(report) == 50
    assert not any(asked.recent for asked in service.since(0)) and len(service.since(before)) < 30


def test_it_reads_from_a_date_on_and_later_from_an_earlier_one(service, path):
    fill(service.url, path, target={"now": NOW}, date_from="2024-09-15")
    with mirror(path, now=NOW) as copy:
        found = contents(copy)
    for kind, rows in dated(service.account, lambda date: date >= "2024-09-15").items():
        check_rows(found[kind], rows, kind)
    fill(service.url, path, target={"now": NOW}, date_from="2024-09-10 06:30:00")
    with mirror(path, now=NOW) as copy:
        found = contents(copy)
    for kind, rows in dated(service.account, lambda date: date >= "2024-09-10 06:30:00").items():
        check_rows(found[kind], rows, kind)
    # A later date takes nothing away.
    fill(service.url, path, target={"now": NOW}, date_from="2024-09-18")
    report = fill(service.url, path, target={"now": NOW})
    assert report["complete"]
    with mirror(path, now=NOW) as copy:
        check_account(copy, service.account)


def test_campaigns_can_be_named(service, path):
    chosen = [FIRST_CAMPAIGN, FIRST_CAMPAIGN + 2]
    report = fill(service.url, path, target={"now": NOW}, campaign_ids=chosen)
    assert report["complete"]
    assert {asked.parameters.get("campaign_id") for asked in service.asked if not asked.recent} <= {str(id) for id in chosen}
    with mirror(path, now=NOW) as copy:
        for kind, rows in contents(copy).items():
            check_rows(rows, [row for row in service.account.rows(kind) if row["campaign_id"] in chosen], kind)
    assert fill(service.url, path, target={"now": NOW}, campaign_ids=[FIRST_CAMPAIGN + 1])["complete"]
    assert fill(service.url, path, target={"now": NOW})["complete"]
    with mirror(path, now=NOW) as copy:
        check_account(copy, service.account)


def test_a_campaign_that_was_not_named_is_not_forgotten(service, path):
    """What happened to the others while only some were synced comes when all are."""
    account, life = service.account, Life(service.account, 8)
    fill(service.url, path, target={"now": NOW})
    for hours in (20, 20):
        life.go_on(60, hours=hours)
        fill(service.url, path, target={"now": account.now.isoformat()}, campaign_ids=[FIRST_CAMPAIGN], recent=False)
    assert fill(service.url, path, target={"now": account.now.isoformat()}, recent=False)["complete"]
    with mirror(path) as copy:
        check_account(copy, account)


@pytest.mark.parametrize("method", PAGED)
def test_methods_can_be_named(service, path, method):
    report = fill(service.url, path, target={"now": NOW}, methods=[method])
    assert set(report["methods"]) == {method}
    asked = {asked.method for asked in service.asked}
    assert asked <= {method, "recent" + method[0].upper() + method[1:], "activitiesSummary"}
    with mirror(path, now=NOW) as copy:
        for kind, rows in contents(copy).items():
            check_rows(rows, service.account.rows(kind) if kind == method else [], kind)
    assert fill(service.url, path, target={"now": NOW})["complete"]
    with mirror(path, now=NOW) as copy:
        check_account(copy, service.account)


def test_an_account_without_rows(path):
    with Service(Account()) as service:
        for _ in range(2):
            report = fill(service.url, path)
            assert report["complete"] and new_rows(report) == 0
    with mirror(path) as copy:
        assert contents(copy) == {kind: [] for kind in PAGED}
        assert set(copy.ask("activitiesSummary", {"campaign_id": FIRST_CAMPAIGN}).good().values()) == {0}


# ---------------------------------------------------------------- what is told on the way

def test_progress(service, path):
    steps, threads = [], set()
    service.account.deliver("activities", action_type="emailOpened")

    def on_step(step: dict) -> None:
        steps.append(step)
        threads.add(threading.get_ident())

    with Client(service.url, page_size=200) as source, mirror(path, now=NOW) as copy:
        report = source.sync(copy, on_step, date_from="2024-08-31").good()
    assert threads == {threading.get_ident()}
    assert {step["step"] for step in steps} == {"recent", "rows", "index", "audit"}
    for name in ("rows", "new", "pages", "seconds"):
        values = [step[name] for step in steps]
        assert values == sorted(values) and values[-1] > 0, name
    assert steps[-1]["new"] == new_rows(report) == 3001
    shares = [step["share"] for step in steps if step["step"] == "rows"]
    assert shares == sorted(shares) and 0 <= shares[0] <= shares[-1] <= 1 and shares[-1] > 0.9
    for step in steps:
        assert step["step"] != "rows" or step["method"] in PAGED and step["date_from"] < (step.get("date_to") or "9999")
        assert step["step"] != "recent" or step["method"].startswith("recent")
        assert step.get("seconds_left", 0) >= 0


@pytest.mark.parametrize("order, steps, more", [
    ("desc", 1, 0), ("desc", 3, 0), ("asc", 1, 0), ("asc", 3, 0), ("latest", 1, 1), ("oldest", 1, 1), ("none", 1, 1),
])
def test_it_stops_after_the_step_that_progress_says(path, order, steps, more):
    """Again and again, each sync going on from where the one before stopped. Where the rows come in no order of dates a walk begins
    anew, so that each gets more steps than the one before."""
    account = lived(count=1500, late=0.2, future=0.05)
    account.rules.order = order
    with Service(account) as service, Client(service.url, page_size=60) as source, mirror(path, now=NOW) as copy:
        stops = 0
        while sizes(copy) != [len(account.rows(kind)) for kind in PAGED]:
            seen = []
            report = source.sync(copy, lambda step: seen.append(step) or len(seen) >= steps, recent=False).good()
            assert report["stopped"] == "progress" and not report["complete"] and len(seen) == steps
            stops, steps = stops + 1, steps + more
            assert stops < 200, "it gets no further"
        assert stops > 5
        check_account(copy, account)
        report = source.sync(copy).good()
        assert report["complete"] and report["stopped"] is None and new_rows(report) == 0


def sizes(client: Client) -> list[int]:
    return [len(rows) for rows in contents(client).values()]


def test_a_sync_has_as_much_time_as_it_is_given(service, path):
    service.latency = 0.004
    with Client(service.url, page_size=300) as source, mirror(path, now=NOW) as copy:
        stops = 0
        while sum(sizes(copy)) < 3000:
            begun = time.monotonic()
            report = source.sync(copy, max_seconds=0.02, recent=False).good()
            assert report["stopped"] in ("max_seconds", None) and time.monotonic() - begun < 10
            stops += 1
            assert stops < 200, "it gets no further"
        assert stops > 2
        check_account(copy, service.account)
        report = source.sync(copy, max_seconds=60).good()
        assert report["complete"] and report["stopped"] is None and new_rows(report) == 0
