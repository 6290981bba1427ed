# SPDX-License-Identifier: MIT
"""The vectors themselves: each is whole, says what it shows, and its typed rows follow from its rows by the README's rules."""

import datetime
import json
import pathlib
import re

import pytest
import webhooks

VECTORS = pathlib.Path(__file__).resolve().parent
CASES = {f"{file.parent.parent.name}/{file.parent.name}": file.parent for file in sorted(VECTORS.glob("*/*/case.json"))}

KEYS = {"shows", "do", "method", "query", "url", "options", "sync", "mirror", "acknowledge", "service"}
SERVICE_KEYS = {"status", "headers", "page", "wait", "close"}
ROWS_OF_A_FUNNEL = {"sentEmails.json", "undelivered.json", "activities.json"}
FILES = {"case.json", "expected.json", "typed.json", "error.json", "body", *ROWS_OF_A_FUNNEL}
ERROR_KEYS = {"status", "code", "message", "http_status", "attempts", "retry_after", "method", "parameter"}
STATUSES = ["argument", "auth", "not_found", "rate_limit", "http", "server", "network", "timeout", "cancelled", "protocol",
            "store", "closed", "memory", "internal"]

KINDS = {
    "activities": ["id", "action_date", "action_type", "campaign_id", "contact_id", "external_id", "ip", "remarks",
                   "additional_data"],
    "sentEmails": ["row_index", "date_sent", "email", "campaign_id", "contact_id", "external_id", "sending_source",
                   "message_size", "transaction_id"],
    "undelivered": ["id", "create_date", "reason", "email", "campaign_id", "contact_id", "external_id"],
}
KIND_OF_METHOD = {**{kind: kind for kind in KINDS}, "recentActivities": "activities", "recentSentEmails": "sentEmails",
                  "recentUndelivered": "undelivered"}
INTEGERS = {"id", "row_index", "contact_id", "campaign_id", "message_size"}
DATES = {"action_date", "date_sent", "create_date"}


def load(file: pathlib.Path):
    return json.loads(file.read_bytes().decode())


def integer(value) -> int | None:
    if type(value) is str and re.fullmatch(r"0|-?[1-9][0-9]{0,18}", value):
        value = int(value)
    return value if type(value) is int and -(1 << 63) <= value < 1 << 63 else None


def date(value) -> str | None:
    if type(value) is not str or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}:[0-9]{2})?", value):
        return None
    try:
        return str(datetime.datetime.fromisoformat(value))
    except ValueError:
        return None


def text(value) -> str | None:
    return str(value) if type(value) in (int, str) else None


def typed(row: dict, kind: str) -> dict:
    """A row as the README's rules make it a typed one."""
    fields, extra = dict.fromkeys(KINDS[kind]), {}
    for name, value in row.items():
        if name in fields:
            fields[name] = (integer if name in INTEGERS else date if name in DATES else text)(value)
        if name not in fields or (value is not None and fields[name] is None):
            extra[name] = value
    return {**fields, "extra": extra}


def alike(one, other) -> bool:
    """Equal as JSON: 1 is 1.0, and not true."""
    if type(one) is dict and type(other) is dict:
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if type(one) is list and type(other) is list:
        return len(one) == len(other) and all(map(alike, one, other))
    return one == other and (type(one) is bool) == (type(other) is bool)


@pytest.mark.parametrize("case", CASES)
def test_a_case_is_whole(case):
    folder, what = CASES[case], load(CASES[case] / "case.json")
    files = {file.name for file in folder.iterdir()}
    pages = {name for name in files if re.fullmatch(r"page-[0-9]+\.json", name)}
    assert re.fullmatch(r"[a-z0-9-]+/[a-z0-9-]+", case) and files - pages <= FILES
    assert what.keys() <= KEYS and what.get("service", {}).keys() <= SERVICE_KEYS
    assert ("expected.json" in files) != ("error.json" in files), "one of the two"
    assert re.fullmatch(r"[A-Z].{15,}[.]", what["shows"]), "a sentence"
    if what["do"] == "funnel":
        assert what.keys() <= {"shows", "do", "query"} and not pages
        assert "typed.json" not in files
    elif what["do"] == "webhook":
        assert what.keys() <= {"shows", "do", "options"} and files & FILES == files and "body" in files and "typed.json" not in files
    else:
        assert what["do"] in ("ask", "walk") and not files & ROWS_OF_A_FUNNEL
        assert what["method"] in (KINDS if what["do"] == "walk" else {*KIND_OF_METHOD, "activitiesSummary"})
        assert "url" not in what or not pages | what.keys() & {"service"}, "a source of its own asks no server"
        assert "mirror" not in what or "sync" in what, "a mirror is synced"
        assert what.get("acknowledge", {}).get("through", 0) is not None


@pytest.mark.parametrize("case", [case for case in CASES if (CASES[case] / "error.json").exists()])
def test_an_error_names_its_status_and_what_its_message_says(case):
    error = load(CASES[case] / "error.json")
    assert error.keys() <= ERROR_KEYS
    assert error["code"] == -1 - STATUSES.index(error["status"])
    assert error["message"] and all(type(part) is str and part for part in error["message"])


@pytest.mark.parametrize("case", [case for case in CASES if (CASES[case] / "expected.json").exists()])
def test_typed_rows_follow_from_the_rows(case):
    folder, what = CASES[case], load(CASES[case] / "case.json")
    kind, rows = KIND_OF_METHOD.get(what.get("method")), load(folder / "expected.json")
    assert (folder / "typed.json").exists() == (kind is not None)
    assert ("body" in {file.name for file in folder.iterdir()}) == (what["do"] == "webhook")
    if kind:
        stated = load(folder / "typed.json")
        assert alike([typed(row, kind) for row in rows], stated)
        assert all(list(row) == [*KINDS[kind], "extra"] for row in stated), "the README's order"


@pytest.mark.parametrize("case", [case for case in CASES if (CASES[case] / "body").exists()])
def test_an_event_follows_from_its_body(case):
    folder = CASES[case]
    body = (folder / "body").read_bytes()
    if (folder / "expected.json").exists():
        stated, found = load(folder / "expected.json"), webhooks.event(body)
        assert alike(found, stated) and list(found) == list(stated) and found["contact"].keys() == stated["contact"].keys()
    elif load(folder / "error.json")["status"] == "protocol" and "options" not in load(folder / "case.json"):
        with pytest.raises(webhooks.NoEvent):
            webhooks.event(body)


def test_there_is_an_event_of_every_type():
    events = [load(file) for file in VECTORS.glob("webhook/*/expected.json")]
    assert {event["trigger_type"] for event in events} >= set(webhooks.TYPES)


def test_no_two_show_the_same():
    sentences = [load(folder / "case.json")["shows"] for folder in CASES.values()]
    assert sorted(sentences) == sorted(set(sentences))


def test_every_folder_is_a_case():
    folders = {str(folder.relative_to(VECTORS)) for folder in VECTORS.glob("*/*") if folder.is_dir()}
    assert {folder for folder in folders if "__pycache__" not in folder} == set(CASES)


def test_the_fields_are_the_readmes():
    rows = re.findall(r"^\| (\w+) \| (`\w+`.*) \|$", (VECTORS / "README.md").read_text(), re.MULTILINE)
    assert {kind: re.findall(r"`(\w+)`", fields) for kind, fields in rows if kind in KINDS} == KINDS
