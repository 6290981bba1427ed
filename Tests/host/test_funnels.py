# SPDX-License-Identifier: MIT
"""Funnels through the C ABI: rows give the service's own summary, halves merge into the whole."""

import json
import random

import counting
import pytest
from inwise_ffi import PAGED, Client, Funnel, Status, call, encode, lib

EVER = {"date_from": "2000-01-01"}


@pytest.fixture(scope="module", params=[(1, "number"), (7, "string")], ids=str)
def account(request):
    """A sandbox's rows by kind, and the service's summary of each campaign."""
    seed, ids = request.param
    with Client(f"sandbox:?seed={seed}&ids={ids}&contacts=600&now=2024-09-20T12:00:00") as client:
        rows = {method: client.drain(method, EVER) for method in PAGED}
        campaigns = sorted({row["campaign_id"] for row in rows["sentEmails"]})
        return rows, {campaign: client.ask("activitiesSummary", {"campaign_id": campaign}).good() for campaign in campaigns}


def funnel_of(rows: dict[str, list[dict]]) -> Funnel:
    funnel = Funnel()
    for kind, of_kind in rows.items():
        assert funnel.add(kind, of_kind).status is Status.OK
    return funnel


def fifteen(summary: dict) -> dict:
    return {field: summary[field] for field in counting.FIELDS}


def test_a_funnel_of_all_rows_is_the_services_summary(account):
    rows, summaries = account
    with funnel_of(rows) as funnel:
        for campaign, summary in summaries.items():
            assert fifteen(funnel.summary({"campaign_id": campaign})) == summary
        together = funnel.summary()
    assert fifteen(together) == counting.summary(rows)
    assert list(together)[:15] == counting.FIELDS and set(together) == {*counting.FIELDS, "types", "rates", "time_to_open", "time_to_click"}


def test_types_without_a_field_and_rates(account):
    rows, summaries = account
    with funnel_of(rows) as funnel:
        for campaign in (*summaries, None):
            summary = funnel.summary(campaign and {"campaign_id": campaign})
            assert summary["types"] == counting.other_types(rows, campaign)
            assert summary["rates"] == pytest.approx(counting.rates(fifteen(summary)))


def test_pages_as_a_cursor_gives_them_can_be_added(account):
    rows, summaries = account
    with Client("sandbox:?seed=1&contacts=600&now=2024-09-20T12:00:00") as client, Funnel() as funnel:
        for kind in PAGED:
            with client.cursor(kind, {**EVER, "page_size": 70}) as cursor:
                while (outcome := cursor.next()).status is Status.OK:
                    assert funnel.add(kind, outcome.text).status is Status.OK
        rows = {kind: client.drain(kind, EVER) for kind in PAGED}
        assert fifteen(funnel.summary()) == counting.summary(rows)


@pytest.mark.parametrize("parts", [2, 5])
def test_parts_merged_equal_the_whole(account, parts):
    rows, _ = account
    chance = random.Random(7)
    shares = [{kind: [] for kind in PAGED} for _ in range(parts)]
    for kind, of_kind in rows.items():
        for row in of_kind:
            chance.choice(shares)[kind].append(row)
    with funnel_of(rows) as whole, Funnel() as merged:
        for share in shares:
            with funnel_of(share) as part:
                before = part.summary()
                assert merged.merge(part) is Status.OK
                assert part.summary() == before, "what was merged stays as it was"
        assert merged.summary() == whole.summary()


def test_merging_with_itself_counts_rows_twice_and_contacts_once(account):
    rows, _ = account
    with funnel_of(rows) as funnel:
        single = fifteen(funnel.summary())
        assert funnel.merge(funnel) is Status.OK
        assert fifteen(funnel.summary()) == {
            field: count if field.endswith("_unique") else 2 * count for field, count in single.items()}


def test_an_empty_funnel():
    with Funnel() as funnel:
        summary = funnel.summary()
        assert fifteen(summary) == dict.fromkeys(counting.FIELDS, 0) and summary["types"] == {}
        assert summary["rates"] == counting.rates(summary)
        assert fifteen(funnel.summary({"campaign_id": 7})) == fifteen(summary)


def activity(**fields) -> dict:
    row = {"id": 1, "action_date": "2024-09-02 13:59:00", "contact_id": 5, "campaign_id": 7, "action_type": "emailOpened"}
    return {**row, **fields}


@pytest.mark.parametrize("kind, rows, status", [
    ("nonsense", b"[]", Status.ARGUMENT), ("", b"[]", Status.ARGUMENT), ("activitiesSummary", b"[]", Status.ARGUMENT),
    *[("activities", text, Status.PROTOCOL) for text in (
        b"", b"{}", b"42", b"[", b"[1]", b"[{}", b"[{}]x", b"\xff", b'[{"id": "\xff"}]', b"[" * 100_000, b"[null]")],
    ("activities", b"[]", Status.OK), ("sentEmails", b" [ ] ", Status.OK),
])
def test_what_is_not_rows_is_refused(kind, rows, status):
    with Funnel() as funnel:
        outcome = funnel.add(kind, rows)
        assert outcome.status is status, outcome
        assert status is Status.OK or len(outcome.value["message"]) > 20


def test_all_rows_are_added_or_none():
    with Funnel() as funnel:
        outcome = funnel.add("activities", json.dumps([activity(), activity(id=2)]).encode()[:-1] + b", 42]")
        assert outcome.status is Status.PROTOCOL and "byte" in outcome.value["message"]
        assert fifteen(funnel.summary()) == dict.fromkeys(counting.FIELDS, 0)


def test_the_text_ends_at_its_length():
    with Funnel() as funnel:
        text = json.dumps([activity()]).encode()
        assert call(lib.inwise_funnel_add, funnel.handle, b"activities", text + b"garbage", len(text)).status is Status.OK
        assert call(lib.inwise_funnel_add, funnel.handle, b"activities", None, 0).status < 0
        assert funnel.summary()["opens"] == 1


def test_ids_are_numbers_or_texts_and_types_are_never_lost():
    new = "emailSomethingNew"
    rows = [activity(), activity(contact_id="5"), activity(contact_id=6, campaign_id="7"), activity(action_type=new),
            activity(action_type=new, contact_id=2**53 + 1), activity(action_type=new, contact_id=2**53)]
    with Funnel() as funnel:
        funnel.add("activities", rows)
        summary = funnel.summary({"campaign_id": 7})
    assert (summary["opens"], summary["opens_unique"]) == (3, 2)
    assert summary["types"] == {new: {"count": 3, "unique": 3}}


GROUPS = ["campaign", "day", "hour", "sending_source", "domain"]
WINDOWS = [{}, {"date_from": "2024-09-03"}, {"date_to": "2024-09-10 12:00:00"}, {"date_from": "2024-09-05", "date_to": "2024-09-12"},
           {"date_from": "2024-09-10 09:30:00", "date_to": "2024-09-10 09:59:59"}, {"date_from": "2030-01-01"}]


def check_totals(told: dict, rows: dict[str, list[dict]]) -> None:
    """That a summary or a group, less its name, is what the rows add up to."""
    wanted = counting.everything(rows)
    assert {key: told[key] for key in told if key not in ("rates", "groups")} == {key: wanted[key] for key in wanted if key in told}
    assert told["rates"] == pytest.approx(counting.rates(wanted))


@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: " to ".join(window.values()) or "ever")
@pytest.mark.parametrize("group_by", GROUPS)
def test_groups_are_what_plain_counting_gives(account, group_by, window):
    rows, summaries = account
    within = counting.within(rows, **window)
    with funnel_of(rows) as funnel:
        for campaign in (None, min(summaries)):
            chosen = counting.choose(within, lambda _, row: campaign in (None, row["campaign_id"]))
            told = funnel.summary({"group_by": group_by, **window, **({"campaign_id": campaign} if campaign else {})})
            groups = told["groups"]
            check_totals(told, chosen)
            label = "campaign_id" if group_by == "campaign" else group_by
            wanted = list(counting.groups(chosen, group_by, everything=rows))
            assert [group.pop(label) for group in groups] == [name for name, _ in wanted]
            for group, (_, of_group) in zip(groups, wanted):
                check_totals(group, of_group)
                assert ("time_to_open" in group) == (group_by == "campaign")
            for field in counting.FIELDS:
                if not field.endswith("_unique") or group_by in ("campaign", "sending_source", "domain"):
                    assert sum(group[field] for group in groups) == told[field]


def test_the_order_of_a_groups_members():
    with Funnel() as funnel:
        funnel.add("activities", [activity()])
        told = funnel.summary({"group_by": "campaign"})
        assert list(told) == [*counting.FIELDS, "types", "rates", "time_to_open", "time_to_click", "groups"]
        assert list(told["groups"][0]) == ["campaign_id", *list(told)[:-1]]
        assert list(funnel.summary({"group_by": "day"})["groups"][0]) == ["day", *list(told)[:-3]]


def test_times_from_mail_to_open_and_click(account):
    rows, summaries = account
    with funnel_of(rows) as funnel:
        whole = funnel.summary()
        assert whole["time_to_open"]["contacts"] > 100 and whole["time_to_click"]["contacts"] > 10
        for campaign in (None, *summaries):
            chosen = counting.choose(rows, lambda _, row: campaign in (None, row["campaign_id"]))
            told = funnel.summary(campaign and {"campaign_id": campaign})
            assert {key: told[key] for key in ("time_to_open", "time_to_click")} == counting.times(chosen)


@pytest.mark.parametrize("query, key", [
    ({"nonsense": 1}, "nonsense"), ({"campaign_id": "x"}, "campaign_id"), ({"campaign_id": 1.5}, "campaign_id"), ({"contact_id": 1}, "contact_id"),
    (b"[]", None), (b"\xff", None), ({"group_by": "week"}, "group_by"), ({"group_by": ""}, "group_by"), ({"group_by": "Day"}, "group_by"),
    ({"group_by": ["day"]}, "group_by"), ({"date_from": "2024-02-30"}, "date_from"), ({"date_to": "yesterday"}, "date_to"), ({"date_to": 20240902}, "date_to"),
    ({"date_from": "2024-09-02T10:00:00"}, "date_from"), ({"date_from": "2024-09-02", "date_to": "2024-09-01"}, "date_from"),
    ({"date_from": "2024-09-02 10:00:01", "date_to": "2024-09-02 10:00:00"}, "date_from"),
])
def test_a_summarys_query_is_checked(query, key):
    with Funnel() as funnel:
        outcome = call(lib.inwise_funnel_summary, funnel.handle, encode(query))
    assert outcome.status is Status.ARGUMENT and len(outcome.value["message"]) > 20
    assert outcome.value.get("parameter") == key
    if key == "group_by" and isinstance(query[key], str):
        assert all(f'"{group}"' in outcome.value["message"] for group in GROUPS), "the message says what is allowed"
