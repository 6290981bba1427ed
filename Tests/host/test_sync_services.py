# SPDX-License-Identifier: MIT
"""Services that do it another way, or refuse: the mirror ends with every row, or says what it lacks."""

import time

import pytest
from inwise_ffi import Client, Status
from loopback import promptly
from mirrors import IMPATIENT, NOW, check_account, contents, fill, mirror, new_rows, unpunctual
from simulated import FIRST_CAMPAIGN, KINDS, Account, Life, Rules
from simulated_http import Asked, Service, longer_than, status

#: Ways of a service after which the mirror still is complete.
WAYS = {
    "page_base_1": Rules(page_base=1),
    "ids_as_text": Rules(ids_as_text=True),
    "ascending": Rules(order="asc"),
    "latest_arrival_first": Rules(order="latest"),
    "oldest_arrival_first": Rules(order="oldest"),
    "no_order": Rules(order="none"),
    "hundred_a_page": Rules(rows_a_page=100),
    "hundred_a_page_no_order": Rules(rows_a_page=100, order="none", page_base=1),
    "no_dates_on_undelivered": Rules(ignores_dates=frozenset({"undelivered"})),
    "no_dates_at_all": Rules(ignores_dates=frozenset(KINDS)),
    "end_does_not_belong": Rules(end_belongs=False),
    "days_only": Rules(reads_times=False),
    "days_only_and_the_last_does_not_belong": Rules(reads_times=False, end_belongs=False),
    "two_feeds_missing": Rules(missing=frozenset({"recentSentEmails", "recentUndelivered"})),
    "no_feed": Rules(missing=frozenset({"recentSentEmails", "recentUndelivered", "recentActivities"})),
    "feeds_write_otherwise": Rules(feeds_write_otherwise=True),
    "row_index_in_the_answer": Rules(row_index="answer"),
    "row_index_in_the_page": Rules(row_index="page"),
}


@pytest.mark.parametrize("halves", [False, True], ids=["whole", "halved"])
@pytest.mark.parametrize("way", WAYS)
def test_every_way_ends_with_every_row(path, way, halves):
    """With time between syncs; halved: the service bears no range of more than ten days."""
    account, since = unpunctual(WAYS[way]), {"date_from": "2024-08-01"}
    life = Life(account, 8, late=0.1, future=0.05)
    with Service(account, longer_than(account, 10) if halves else lambda _: None) as service, Client(service.url, page_size=500, **IMPATIENT) as source:
        for _ in range(2):
            with mirror(path, now=account.now.isoformat()) as copy:
                report = source.sync(copy, **since).good()
                assert report["complete"], report
                if WAYS[way].row_index == "id":
                    check_account(copy, account)
                else:
                    check_mails(copy, account)
                before = contents(copy)
                again = source.sync(copy, **since).good()
                assert new_rows(again) == 0 and contents(copy) == before
            life.go_on(150, hours=30)


def check_mails(copy: Client, account: Account) -> None:
    """Where row_index says nothing, mails are told by their transaction."""
    found = [row["transaction_id"] for row in contents(copy)["sentEmails"]]
    assert sorted(found) == sorted(row["transaction_id"] for row in account.rows("sentEmails"))
    for campaign in account.campaigns():
        assert copy.ask("activitiesSummary", {"campaign_id": campaign}).good() == account.summary(campaign)


@pytest.mark.parametrize("missing", [["recentSentEmails", "recentUndelivered"], ["recentSentEmails", "recentUndelivered", "recentActivities"]])
def test_a_feed_that_is_not_there_is_a_note(path, missing):
    account = unpunctual(Rules(missing=frozenset(missing)))
    with Service(account) as service:
        report = fill(service.url, path, target={"now": NOW})
    assert report["complete"] and report["gaps"] == []
    for method in KINDS:
        feed = "recent" + method[0].upper() + method[1:]
        assert report["methods"][method]["recent"]["available"] == (feed not in missing)
        assert any(feed in note for note in report["notes"]) == (feed in missing), report["notes"]


@pytest.mark.parametrize("way", ["no_dates_at_all", "days_only", "days_only_and_the_last_does_not_belong"])
@pytest.mark.parametrize("fails", [False, True], ids=["well", "fails_after_ten_pages"])
def test_halving_ends_where_it_brings_no_less(path, way, fails):
    """Rows without an id, on many pages, or pages that can't be had, are no reason to ask for every second."""
    account = Account("2024-09-01 12:00:00", WAYS[way])
    Life(account, 7, anonymous=0.3).go_on(1000, days=4)
    fault = lambda asked: status(500) if fails and int(asked.parameters.get("page_index", 0)) > 10 else None
    with Service(account, fault) as service, Client(service.url, page_size=20, **IMPATIENT) as source, mirror(path, now=NOW) as copy:
        source.sync(copy, date_from="2024-08-20").good()
        assert len(service.asked) < 1500


def test_dates_that_are_ignored_are_a_note(path):
    with Service(unpunctual(Rules(ignores_dates=frozenset({"undelivered"})))) as service:
        for _ in range(2):
            # The first asks for all there is.
            report = fill(service.url, path, target={"now": NOW})
    assert any("undelivered" in note and "date" in note for note in report["notes"]), report["notes"]


# ---------------------------------------------------------------- errors that are nobody's window

@pytest.mark.parametrize("code, expected", [(401, Status.AUTH), (403, Status.AUTH)])
@pytest.mark.parametrize("at", [0, 1, 4, 7])
def test_a_key_that_stops_being_good(path, code, expected, at):
    account = unpunctual()
    with Service(account, lambda asked: status(code) if asked.number >= at else None) as service:
        with Client(service.url, page_size=200) as source, mirror(path, now=NOW) as copy:
            outcome = source.sync(copy)
            assert outcome.status is expected and outcome.value["http_status"] == code
            assert len(service.asked) <= at + 4, "it does not go on asking"
            kept = len(contents(copy)["activities"])
            service.fault = lambda _: None
            assert source.sync(copy).good()["complete"]
            check_account(copy, account)
            assert kept <= len(account.rows("activities"))


@pytest.mark.parametrize("method", ["sentEmails", "undelivered", "activities"])
def test_a_method_that_is_not_there(path, method):
    account = unpunctual(Rules(missing=frozenset({method})))
    with Service(account) as service, Client(service.url, **IMPATIENT) as source, mirror(path, now=NOW) as copy:
        outcome = source.sync(copy)
        assert outcome.status is Status.NOT_FOUND or not outcome.good()["complete"]
        assert len(service.asked) < 200
        account.rules = Rules()
        assert source.sync(copy).good()["complete"]
        check_account(copy, account)


def test_a_service_that_is_not_there_at_all(path):
    with Client("http://127.0.0.1:1/", **IMPATIENT) as source, mirror(path, now=NOW) as copy:
        outcome = source.sync(copy)
        assert outcome.status is Status.NETWORK, outcome
    account = unpunctual()
    with Service(account) as service:
        assert fill(service.url, path, target={"now": NOW})["complete"]
    with mirror(path, now=NOW) as copy:
        check_account(copy, account)


def test_too_many_requests(path):
    account = unpunctual()
    limits = {3: "Retry-After: 1", 6: "Retry-After: 1"}

    def limited(asked: Asked):
        header = limits.pop(asked.number, None) if not asked.recent else None
        return status(429, header) if header else None

    with Service(account, limited) as service, Client(service.url, page_size=300) as source, mirror(path, now=NOW) as copy:
        report = source.sync(copy).good()
        assert report["complete"] and report["retries"] >= 1
        check_account(copy, account)
        refused = [asked for asked in service.asked if asked.status == 429]
        for asked in refused:
            assert all(later.at - asked.at > 0.95 for later in service.asked if later.number > asked.number and same(later, asked))


def same(one: Asked, other: Asked) -> bool:
    return (one.method, one.parameters) == (other.method, other.parameters)


def test_too_many_requests_for_longer_than_it_waits(path):
    account = unpunctual()
    limited = lambda asked: status(429, "Retry-After: 7200") if asked.number >= 6 else None
    with Service(account, limited) as service, Client(service.url, page_size=200) as source, mirror(path, now=NOW) as copy:

        def taken() -> float:
            begun = time.monotonic()
            outcome = source.sync(copy)
            assert outcome.status is Status.RATE_LIMIT and outcome.value["retry_after"] == 7200, outcome
            return time.monotonic() - begun

        promptly(2, taken)
        service.fault = lambda _: None
        assert source.sync(copy).good()["complete"]
        check_account(copy, account)


def test_a_summary_that_is_not_there(path):
    account = unpunctual(Rules(missing=frozenset({"activitiesSummary"})))
    with Service(account) as service:
        report = fill(service.url, path, source=IMPATIENT, target={"now": NOW})
    assert report["audit"]["equal"] == 0
    with mirror(path, now=NOW) as copy:
        check_account(copy, account)


def test_a_summary_that_counts_another_way(path):
    """The difference can't be mended: it is reported at every sync until it is gone, and the rows stay as they are."""
    account = unpunctual()
    right = account.summary
    account.summary = lambda campaign: {**right(campaign), "opens": right(campaign)["opens"] + (3 if campaign == FIRST_CAMPAIGN else 0)}
    expected = right(FIRST_CAMPAIGN)["opens"]
    with Service(account) as service:
        for checked in (4, 1, 1):
            before = len(service.asked)
            report = fill(service.url, path, target={"now": NOW})
            assert not report["complete"]
            (differs,) = [entry for entry in report["audit"]["campaigns"] if not entry["equal"]]
            (difference,) = differs["differences"]
            assert differs["campaign_id"] == FIRST_CAMPAIGN and difference == {"field": "opens", "service": expected + 3, "mirror": expected, "found": expected}
            assert (report["audit"]["checked"], report["audit"]["equal"]) == (checked, checked - 1)
            assert len(service.since(before)) < 300
        account.summary = right
        for checked in (1, 0):
            report = fill(service.url, path, target={"now": NOW})
            assert report["complete"] and (report["audit"]["checked"], report["audit"]["equal"]) == (checked, checked)
    with mirror(path, now=NOW) as copy:
        check_account(copy, account)
