# SPDX-License-Identifier: MIT
"""A mirror beside the service that filled it over HTTP: every question is answered alike, and a second sync has nothing to do.

With 20 campaigns and 200,000 activities, as one command:

    INWISE_FULL_SIZE=1 build/venv/bin/pytest Tests/host/test_mirror.py
"""

import json
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from inwise_ffi import KEY, PAGED, Client, Status
from mirrors import EVER, FULL_SIZE, NOW, check_file, check_same, contents, files, fill, mirror, new_rows, serving, summaries

ACCOUNT = f"sandbox:?seed=7&campaigns=20&contacts={22_750 if FULL_SIZE else 500}&now={NOW}"
SLOWLY = {"timeout_seconds": 600}


@dataclass
class Pair:
    """An account, and the mirror of what its server gave."""

    account: Client
    mirror: Client
    url: str
    path: str
    report: dict


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    path = tmp_path_factory.mktemp("mirror") / "mirror.db"
    with serving(ACCOUNT) as server, Client(ACCOUNT, **SLOWLY) as account:
        url = server.line()
        report = fill(url, path, source=SLOWLY, target={"now": NOW, **SLOWLY})
        with mirror(path, now=NOW, **SLOWLY) as copy:
            yield Pair(account, copy, url, path, report)


def test_every_row_and_every_summary_is_there(pair):
    check_same(pair.mirror, pair.account)
    check_file(pair.path)
    assert pair.report["complete"] and pair.report["stopped"] is None
    assert pair.report["pending"] == [] and pair.report["gaps"] == []


def test_the_report_adds_up(pair):
    rows = contents(pair.account)
    if FULL_SIZE:
        assert len(rows["activities"]) > 200_000
    assert set(pair.report["methods"]) == set(PAGED)
    for kind, counts in pair.report["methods"].items():
        recent = counts["recent"]
        assert counts["new"] + recent["new"] == len(rows[kind]), "each row was new once"
        assert counts["fetched"] == counts["new"] + counts["repeated"]
        assert counts["late"] == counts["repaired"] == counts["absent"] == 0
        assert recent["available"] and recent["lost"] == 0 and recent["answers"] > 0
        assert recent["rows"] == recent["new"]
        for name in ("expected", "fetched", "new", "repeated", "late", "repaired", "absent"):
            # (What a first fill must bring again is not counted.)
            assert sum(window[name] or 0 for window in counts["windows"]) == counts[name], name
        assert all(window["done"] and window["reason"] == ["fill"] for window in counts["windows"])
        assert counts["windows"][0]["date_from"] == "2000-01-01 00:00:00" and counts["windows"][-1]["date_to"] is None
    audit = pair.report["audit"]
    assert audit["checked"] == audit["equal"] == 20
    for name in ("seconds", "requests", "bytes", "pages"):
        assert pair.report[name] > 0, name


def test_a_second_sync_fetches_next_to_nothing_and_changes_nothing(pair, tmp_path):
    # Over a copy, since the other tests look at the first.
    path = tmp_path / "mirror.db"
    fill(pair.url, path, source=SLOWLY, target={"now": NOW, **SLOWLY})
    with mirror(path, now=NOW, **SLOWLY) as copy:
        before = contents(copy), summaries(copy, [1958368])
        with Client(pair.url, **SLOWLY) as service:
            report = service.sync(copy).good()
        assert (contents(copy), summaries(copy, [1958368])) == before, "also their order"
    assert report["complete"] and new_rows(report) == 0
    assert report["requests"] <= 12
    for kind, counts in report["methods"].items():
        # Those of ten minutes, in which a campaign may have been sent.
        assert counts["expected"] <= counts["fetched"] == counts["repeated"] <= 0.02 * len(before[0][kind])
        assert counts["repaired"] == counts["absent"] == counts["recent"]["rows"] == 0


def sample(pair, kind: str) -> dict:
    """A row in the middle, whose ids are asked for."""
    rows = pair.account.drain(kind, EVER)
    return rows[len(rows) // 2]


def queries(pair) -> list[tuple[str, dict]]:
    asked = []
    for kind in PAGED:
        row = sample(pair, kind)
        campaign, contact = {"campaign_id": row["campaign_id"]}, {"contact_id": row["contact_id"]}
        dates = [{"date_from": "2024-09-01", "date_to": "2024-09-10"}, {"date_to": "2024-09-05 10:30:00"}, {"date_from": "2024-09-19 08:00:00"},
                 {"date_from": "2024-09-20 12:00:00"}, {"date_from": "2024-09-21"}, {"date_to": "2000-01-01"}]
        chosen = [{}, EVER, campaign, contact, {**campaign, **contact}, *dates, {**EVER, **campaign, **contact}, {"campaign_id": 1},
                  {"contact_id": -5}, *[{**EVER, **campaign, **date} for date in dates]]
        pages = [{}, {"page_size": 1000}, {"page_size": 37, "page_index": 2}, {"page_size": 1, "page_index": 3}, {"page_index": 10**9}]
        asked += [(kind, {**query, **page}) for query in chosen for page in pages]
    types = ["emailOpened", "emailClicked", "emailPrinted", "onSite", "nothingKnown", "\u05e9"]
    asked += [("activities", {**EVER, **more, "action_type": name}) for name in types for more in ({}, {"campaign_id": 1958368}, {"page_size": 1000})]
    names = {row["external_id"] for row in pair.account.ask("undelivered", {"page_size": 1000}).good() if row.get("external_id")}
    asked += [(kind, {**EVER, "external_id": name}) for kind in PAGED for name in [*sorted(names)[:5], "", "nobody", "'; DROP TABLE"]]
    return asked


def test_every_question_is_answered_alike(pair):
    for method, query in queries(pair):
        assert pair.mirror.ask(method, query).good() == pair.account.ask(method, query).good(), (method, query)
    assert sum(len(pair.account.ask(method, query).good()) > 0 for method, query in queries(pair)) > 100, "questions with answers"


def test_rest_is_answered_alike(pair):
    for method, query in queries(pair)[::3]:
        path = f"/rest/v1/campaigns/email/{method}?{urlencode(query)}"
        (status, here), (expected, there) = pair.mirror.serve(path), pair.account.serve(path)
        assert status == expected and json.loads(here) == json.loads(there), path
    for path, http_method in (
        ("/campaigns/email/activitiesSummary?campaign_id=1958368", "GET"), ("/campaigns/email/activitiesSummary", "GET"),
        ("/campaigns/email/activitiesSummary?campaign_id=1", "GET"), ("/campaigns/email/nothing", "GET"), ("/", "GET"),
        ("/campaigns/email/activities", "POST"), ("/campaigns/email/activities?page_index=x", "GET"),
        ("/campaigns/email/sentEmails?date_from=2024-02-30", "GET"), ("/campaigns/email/activities?page_size=5000", "GET"),
        ("/campaigns/email/activities?campaign_id=%ff", "GET"),
    ):
        (status, here), (expected, there) = pair.mirror.serve(path, http_method), pair.account.serve(path, http_method)
        assert status == expected and json.loads(here) == json.loads(there), path


def test_rest_asks_for_the_key_that_the_mirror_was_opened_with(pair):
    with mirror(pair.path, api_key="right", now=NOW) as copy:
        path = "/campaigns/email/activities"
        assert [copy.serve(path, headers=headers)[0] for headers in (None, {"X-API-Key": "wrong"}, {"x-api-key": "right"})] == [401, 401, 200]
        assert copy.ask("activities").status is Status.OK


@pytest.mark.parametrize("query", [{}, {"campaign_id": 1958368}, {"page_size": 7, "date_from": "2024-09-19"}, {**EVER, "action_type": "emailClicked"}], ids=str)
def test_walks_are_answered_alike(pair, query):
    for kind in PAGED if "action_type" not in query else ["activities"]:
        with pair.mirror.cursor(kind, query) as here, pair.account.cursor(kind, query) as there:
            assert [row for page in here for row in page] == [row for page in there for row in page]
            told, expected = here.info(), there.info()
            assert (told["rows"], told["duplicates"], told["window_defaulted"]) == (expected["rows"], 0, expected["window_defaulted"])


def test_the_clock_is_this_machines_unless_it_is_told(pair):
    with mirror(pair.path) as copy:
        assert copy.ask("activities").good() == [], "the rows of 2024 are not those of the past week"
        assert len(copy.ask("activities", EVER).good()) == 100


@pytest.mark.skipif(FULL_SIZE, reason="the small account says as much")
@pytest.mark.parametrize("more", ["order=asc", "ids=string", "page_base=1", "ids=string&page_base=1&order=asc"])
def test_whatever_the_services_ways_the_rows_are_the_same(pair, more, tmp_path):
    with serving(f"{ACCOUNT}&{more}") as server:
        report = fill(server.line(), tmp_path / "mirror.db", target={"now": NOW})
    assert report["complete"]
    with mirror(tmp_path / "mirror.db", now=NOW) as copy:
        check_same(copy, pair.account)


@pytest.mark.skipif(FULL_SIZE, reason="the small account says as much")
def test_a_sandbox_and_another_mirror_are_sources_too(pair, tmp_path):
    with Client(ACCOUNT) as sandbox, mirror(tmp_path / "one.db", now=NOW) as one, mirror(tmp_path / "two.db", now=NOW) as two:
        assert sandbox.sync(one).good()["complete"]
        check_same(one, pair.account)
        assert one.sync(two).good()["complete"]
        check_same(two, pair.account)
        report = one.sync(two).good()
        assert report["complete"] and new_rows(report) == 0
    with serving(f"file:{tmp_path / 'one.db'}", now=NOW) as server:
        assert fill(server.line(), tmp_path / "three.db", target={"now": NOW})["complete"]
    with mirror(tmp_path / "three.db", now=NOW) as three:
        check_same(three, pair.account)


def test_the_key_is_in_no_file(pair, tmp_path):
    held = []

    def look(_: dict) -> None:
        held.append(files(tmp_path / "mirror.db"))

    with Client(pair.url, **SLOWLY) as service, mirror(tmp_path / "mirror.db", api_key=KEY, now=NOW) as copy:
        service.sync(copy, look, date_from="2024-09-10").good()
        look({})
    look({})
    assert any(len(content) > 100_000 for content in held[-1].values())
    assert [name for content in held for name, data in content.items() if KEY.encode() in data] == []
