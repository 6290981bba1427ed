# SPDX-License-Identifier: MIT
"""The golden vectors: the same input, the same answer or error as in every other host."""

import dataclasses
import json
import pathlib
import sys
import tempfile
from datetime import datetime

import inwise
import pytest
from conftest import KEY, ROOT

VECTORS = ROOT / "Tests/Vectors"
CASES = {f"{file.parent.parent.name}/{file.parent.name}": file.parent for file in sorted(VECTORS.glob("*/*/case.json"))}
WALKS = {"activities": "activities", "sentEmails": "sent_emails", "undelivered": "undelivered"}
RECENT = {"recentActivities": "recent_activities", "recentSentEmails": "recent_sent_emails",
          "recentUndelivered": "recent_undelivered"}


@pytest.fixture(scope="module")
def base():
    sys.path.insert(0, str(VECTORS))
    from server import serving
    with serving() as url:
        yield url


def load(file: pathlib.Path):
    return json.loads(file.read_bytes())


def alike(one, other) -> bool:
    """Equal as JSON: 1 is 1.0, and not true."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(alike, one, other))
    return one == other and (type(one) is bool) == (type(other) is bool)


def ask(client: inwise.Client, case: dict):
    """A case's answer as Python has it."""
    method, query = case["method"], case.get("query", {})
    if method in WALKS:
        page = {"page_index": query.pop("page_index")} if "page_index" in query else {}
        rows = getattr(client, WALKS[method])(**query)
        return list(rows) if case["do"] == "walk" else rows.page(**page)
    return getattr(client, {**RECENT, "activitiesSummary": "activities_summary"}[method])(**query)


def raw(client: inwise.Client, case: dict):
    """A walk's rows as the library gives them."""
    rows = getattr(client, WALKS[case["method"]])(**case.get("query", {}))
    return [row for page in rows.json_pages() for row in json.loads(page)]


def count(folder: pathlib.Path, query: dict) -> inwise.FunnelSummary:
    with inwise.Funnel() as funnel:
        for kind in ("sentEmails", "undelivered", "activities"):
            if (folder / f"{kind}.json").exists():
                funnel.add(kind, (folder / f"{kind}.json").read_bytes())
        return funnel.summary(**query)


def run(folder: pathlib.Path, base: str, how=ask):
    case = load(folder / "case.json")
    if case["do"] == "funnel":
        return count(folder, case.get("query", {}))
    if case["do"] == "webhook":
        return inwise.parse_webhook((folder / "body").read_bytes(), **case.get("options", {}))
    url = case.get("url") or f"{base}/{folder.relative_to(VECTORS)}"
    with inwise.Client(url, **{"api_key": KEY, **case.get("options", {})}) as client:
        if "sync" not in case:
            return answer(client, case, how)
        with tempfile.TemporaryDirectory() as place, inwise.Client(f"file:{place}/mirror.db", **case.get("mirror", {})) as mirror:
            client.sync(mirror, **case["sync"])
            return answer(mirror, case, how)


def answer(client: inwise.Client, case: dict, how):
    if "acknowledge" in case:
        client.acknowledge(**case["acknowledge"])
    return how(client, case)


def shown(row) -> dict:
    """A typed row as typed.json writes it."""
    fields = {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
    return {name: value.isoformat(" ") if isinstance(value, datetime) else value for name, value in fields.items()}


@pytest.mark.parametrize("case", [case for case in CASES if (CASES[case] / "expected.json").exists()])
def test_answer(case, base):
    folder = CASES[case]
    result, expected = run(folder, base), load(folder / "expected.json")
    if isinstance(result, list):
        typed = load(folder / "typed.json")
        assert alike([shown(row) for row in result], typed)
        assert [list(shown(row)) for row in result] == [list(row) for row in typed], "fields in the same order"
        # Typed rows and back: nothing is lost.
        assert [type(row).from_dict(row.as_dict()) for row in result] == result
        if load(folder / "case.json")["do"] == "walk":
            assert alike(run(folder, base, raw), expected)
    elif isinstance(result, dict):
        assert alike(result, expected) and list(result) == list(expected), "members in the same order"
    elif isinstance(result, inwise.ActivitiesSummary):
        # What the service has null for is None in a summary, as what it doesn't have.
        assert alike(result.as_dict(), {name: value for name, value in expected.items() if value is not None or name in result.extra})
    else:
        assert alike(result.as_dict(), expected)


@pytest.mark.parametrize("case", [case for case in CASES if (CASES[case] / "error.json").exists()])
def test_error(case, base):
    folder = CASES[case]
    expected = load(folder / "error.json")
    with pytest.raises(inwise.InwiseError) as caught:
        run(folder, base)
    error = caught.value
    for text in expected.pop("message", []):
        assert text in str(error)
    assert {name: getattr(error, name) for name in expected} == expected
    options = load(folder / "case.json").get("options", {})
    key = options.get("api_key", options.get("token", KEY))
    assert key not in repr(error) + str(error.details) and KEY not in repr(error.__reduce__())


def test_there_are_cases():
    assert len(CASES) > 50
