# SPDX-License-Identifier: MIT
"""The sandbox through the C ABI: its summary is its rows, it answers REST alike, and it can misbehave."""

import json
import re
from urllib.parse import urlencode

import counting
import pytest
from inwise_ffi import PAGED, QUESTIONS, Client, Status

NOW = "now=2024-09-20T12:00:00"
EVER = {"date_from": "2000-01-01"}


def everything(client: Client) -> dict[str, list[dict]]:
    return {method: client.drain(method, EVER) for method in PAGED}


@pytest.mark.parametrize("url", [
    f"sandbox:?seed={seed}&campaigns={campaigns}&contacts={contacts}&{NOW}"
    for seed, campaigns, contacts in ((1, 3, 2000), (2, 1, 50), (7, 5, 300), (4294967297, 2, 1000), (0, 20, 100))
] + [f"sandbox:?seed=9&contacts=200&{NOW}&page_base=1&order=asc&ids=string", "sandbox:"])
def test_the_summary_is_a_plain_count_of_the_rows(url):
    with Client(url) as client:
        rows = everything(client)
        campaigns = {row["campaign_id"] for of_kind in rows.values() for row in of_kind}
        assert len(campaigns) == int((re.search(r"campaigns=(\d+)", url) or [0, 3])[1])
        for campaign in campaigns:
            answer = client.ask("activitiesSummary", {"campaign_id": campaign}).good()
            assert answer == counting.summary(rows, campaign)
            assert list(answer) == counting.FIELDS
            if "contacts=50&" not in url:
                assert answer["sent"] > 0 and answer["opens"] >= answer["opens_unique"] > 0
        for method in PAGED:
            ids = [row["row_index" if method == "sentEmails" else "id"] for row in rows[method]]
            assert len(ids) == len(set(ids))


def test_the_same_seed_gives_the_same_account():
    def text(seed: int) -> list[bytes]:
        with Client(f"sandbox:?seed={seed}&contacts=100&{NOW}") as client:
            return [client.ask(method, {**EVER, "page_size": 1000}).text for method in PAGED]

    assert text(7) == text(7)
    assert text(7) != text(8)


def test_the_account_looks_like_a_real_one():
    with Client(f"sandbox:?seed=7&{NOW}") as client:
        rows = everything(client)
    sent = {(row["campaign_id"], row["contact_id"]) for row in rows["sentEmails"]}
    undelivered = {(row["campaign_id"], row["contact_id"]) for row in rows["undelivered"]}
    assert not sent & undelivered
    assert {(row["campaign_id"], row["contact_id"]) for row in rows["activities"]} <= sent
    types = {row["action_type"] for row in rows["activities"]}
    assert types >= {"emailOpened", "emailClicked", "emailBounced", "emailUnsubscribed", "emailWebVersion", "emailPrinted"}
    assert len({row["reason"] for row in rows["undelivered"]}) >= 2
    assert any("," in (row.get("ip") or "") for row in rows["activities"])
    text = json.dumps(rows, ensure_ascii=False)
    assert re.search("[\u05d0-\u05ea]", text), "Hebrew"
    assert any(row["id"] > 2**32 for row in rows["activities"] + rows["undelivered"])
    assert 0 < sum(bool(row.get("external_id")) for row in rows["sentEmails"]) < len(rows["sentEmails"])
    assert max(row["action_date"] for row in rows["activities"]) <= "2024-09-20 12:00:00"


def test_the_services_rules_hold():
    with Client(f"sandbox:?seed=7&{NOW}") as client:
        everything_there = client.drain("activities", EVER)
        assert len(client.ask("activities", EVER).good()) == 100
        assert len(client.ask("activities", {**EVER, "page_size": 1000}).good()) == 1000
        week = client.drain("activities")
        days = {row["id"]: row["action_date"] for row in everything_there}
        assert {row for row, day in days.items() if day >= "2024-09-14"} <= {row["id"] for row in week}
        assert min(row["action_date"] for row in week) >= "2024-09-13"
        campaign, contact = everything_there[0]["campaign_id"], everything_there[0]["contact_id"]
        for query, fits in (
            ({"campaign_id": campaign}, lambda row: row["campaign_id"] == campaign),
            ({"contact_id": contact}, lambda row: row["contact_id"] == contact),
            ({"action_type": "emailClicked"}, lambda row: row["action_type"] == "emailClicked"),
            ({"date_from": "2024-09-01", "date_to": "2024-09-10"},
             lambda row: "2024-09-01" <= row["action_date"] <= "2024-09-10 23:59:59"),
            ({"date_to": "2024-09-10 10:30:00"}, lambda row: row["action_date"] <= "2024-09-10 10:30:00"),
        ):
            found = {row["id"] for row in client.drain("activities", {**EVER, **query})}
            assert found == {row["id"] for row in everything_there if fits(row)}, query


def test_a_recent_feed_gives_each_row_once():
    with Client(f"sandbox:?seed=7&contacts=5000&{NOW}") as client:
        week = client.drain("activities")
        seen = []
        while page := client.ask("recentActivities").good():
            assert len(page) <= 1000
            seen += page
        assert sorted(row["id"] for row in seen) == sorted(row["id"] for row in week)
        assert client.ask("recentSentEmails").status is client.ask("recentUndelivered").status is Status.OK


#: (method, query) that are asked directly and over REST
ASKED = [
    ("activities", {}), ("activities", EVER), ("activities", {**EVER, "page_size": 37, "page_index": 2}),
    ("activities", {**EVER, "action_type": "emailClicked"}), ("sentEmails", EVER), ("undelivered", {}),
    ("undelivered", {"page_index": 100}), ("sentEmails", {"date_from": "2024-09-01", "date_to": "2024-09-10 10:30:00"}),
    *[(method, {}) for method in QUESTIONS if method.startswith("recent")],
]


@pytest.mark.parametrize("ids", ["number", "string"])
@pytest.mark.parametrize("method, query", ASKED, ids=str)
def test_rest_answers_with_the_same_bytes(method, query, ids):
    url = f"sandbox:?seed=7&contacts=300&{NOW}"
    with Client(url) as direct, Client(f"{url}&ids={ids}") as served:
        answer = direct.ask(method, query)
        assert answer.status is Status.OK
        status, body = served.serve(f"/rest/v1/campaigns/email/{method}?{urlencode(query)}")
    assert status == 200
    if ids == "number":
        assert body == answer.text
    else:
        assert body != answer.text or body == b"[]"
        assert len(json.loads(body)) == len(answer.value)


def test_rest_answers_a_summary_with_the_same_bytes():
    with Client(f"sandbox:?seed=7&{NOW}") as client:
        campaign = client.ask("sentEmails", EVER).good()[0]["campaign_id"]
        answer = client.ask("activitiesSummary", {"campaign_id": campaign})
        assert client.serve(f"/campaigns/email/activitiesSummary?campaign_id={campaign}") == (200, answer.text)


@pytest.mark.parametrize("path, method, status", [
    ("/rest/v1/campaigns/email/nothing", "GET", 404), ("/", "GET", 404), ("", "GET", 404),
    ("/campaigns/email/activities", "POST", 405), ("/campaigns/email/activities", "DELETE", 405),
    ("/campaigns/email/activitiesSummary", "GET", 400),
    ("/campaigns/email/activities?page_index=x", "GET", 400), ("/campaigns/email/activities?page_index=-1", "GET", 400),
    ("/campaigns/email/activities?date_from=2024-02-30", "GET", 400),
    ("/campaigns/email/activities?campaign_id=%ff", "GET", 400),
    ("/campaigns/email/activities?page_size=5000", "GET", 200), ("/campaigns/email/activities", "GET", 200),
])
def test_rest_refuses_as_a_service_does(path, method, status):
    with Client(f"sandbox:?seed=7&contacts=300&{NOW}") as client:
        answered, body = client.serve(path, method)
    assert answered == status
    assert json.loads(body) is not None


def test_rest_gives_no_more_than_a_thousand_rows():
    with Client(f"sandbox:?seed=7&{NOW}") as client:
        assert len(json.loads(client.serve("/campaigns/email/sentEmails?page_size=5000&date_from=2000-01-01")[1])) == 1000


@pytest.mark.parametrize("headers, status", [
    (None, 401), ({}, 401), ({"X-API-Key": "wrong"}, 401), ({"X-API-Key": "right"}, 200),
    ({"x-api-KEY": "right", "Accept": "*/*"}, 200),
])
def test_rest_asks_for_the_key_that_it_was_opened_with(headers, status):
    with Client(f"sandbox:?contacts=50&{NOW}", api_key="right") as client:
        answered, body = client.serve("/campaigns/email/activities", headers=headers)
        assert answered == status
        assert status == 200 or "not authorized" in json.loads(body)["message"]
        client.ask("activities").good()


@pytest.mark.parametrize("fault, status, http_status", [
    ("fail_rate=1", Status.SERVER, 500), ("rate_limit=1", Status.RATE_LIMIT, 429), ("drop_rate=1", Status.NETWORK, 0),
])
def test_it_can_misbehave(fault, status, http_status):
    with Client(f"sandbox:?contacts=50&{NOW}&{fault}") as client:
        outcome = client.ask("activities")
        assert outcome.status is status and len(outcome.value["message"]) > 20
        answered, body = client.serve("/campaigns/email/activities")
        assert answered == http_status and (body is None) == (http_status == 0)


@pytest.mark.parametrize("method", [method for method in QUESTIONS if method.startswith("recent")])
def test_it_can_lose_what_the_recent_methods_gave(method):
    dated = method.removeprefix("recent")
    dated = dated[0].lower() + dated[1:]
    with Client(f"sandbox:?contacts=300&{NOW}&recent_drop_rate=1") as client:
        outcome = client.ask(method)
        assert outcome.status is Status.NETWORK and "recent_drop_rate" in outcome.value["message"]
        assert client.serve(f"/campaigns/email/{method}") == (0, None)
        assert client.drain(dated, EVER) and client.serve(f"/campaigns/email/{dated}")[0] == 200


def test_rows_can_arrive_late_and_be_dated_in_the_future():
    with Client(f"sandbox:?contacts=300&{NOW}&live=2000&late_rate=0.4&future_rate=0.3") as client:
        week = {row["id"] for row in client.ask("recentActivities").good()}
        arrived = []
        while len(arrived) < 500:
            rows = client.ask("recentActivities").good()
            assert [row["id"] for row in rows] == sorted(row["id"] for row in rows), "ids are the order of arrival"
            arrived += [row for row in rows if row["id"] not in week]
        dates = sorted(row["action_date"] for row in arrived)
        late, future = [[date for date in dates if test(date)] for test in ("2024-09-20 12".__gt__, "2024-09-20 13".__lt__)]
        assert "2024-09-17 12" <= late[0] and future[-1] < "2024-09-22 13"
        assert len(late) > len(future) > 100 and len(late) + len(future) < len(dates)
        assert {row["id"] for row in arrived} <= {row["id"] for row in client.drain("activities")}


def test_a_live_account_grows_while_it_is_walked():
    with Client("sandbox:?contacts=300&live=2000") as client:
        before = {row["id"] for row in client.drain("activities", {**EVER, "page_size": 50})}
        rows = client.drain("activities", {**EVER, "page_size": 50})
        assert before <= {row["id"] for row in rows} and len(rows) == len({row["id"] for row in rows})


def test_latency_and_its_deadline():
    with Client(f"sandbox:?contacts=50&{NOW}&latency_ms=60000", timeout_seconds=0.2) as client:
        assert client.ask("activities").status is Status.TIMEOUT
