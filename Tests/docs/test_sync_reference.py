# SPDX-License-Identifier: MIT
"""What inwise.h says of a sync holds of real ones: the members of its report and of its progress, and its defaults."""

import json
import pathlib
import re
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "Tests/host"), str(ROOT / "scripts/manual")]

import header  # noqa: E402
from inwise_ffi import PAGED, Client  # noqa: E402

PAGE = next(page for page in header.read(ROOT / "include/inwise.h").pages if page.names == ["inwise_sync"])
#: What a report's members mean, by name.
MEMBERS = dict(next(table.rows for table in PAGE.text if isinstance(table, header.Table) and table.rows[0][0] == "complete"))
OPTIONS = {key.strip('"'): default for key, default, _ in next(table.rows for lead, table in PAGE.tables if lead.startswith("Options"))}
PROGRESS, STEPS = next((" ".join(text[1].lines), text[2]) for declaration, text in PAGE.types if "inwise_progress_fn" in declaration)

ACCOUNT = "sandbox:?contacts=60&now=2024-09-20T12:00:00"
LOSSY = ACCOUNT + "&recent_drop_rate=1"
FIRST, SOON, LATER = "2024-09-20T12:00:00", "2024-09-20T12:20:00", "2024-09-22T12:00:00"


def example(text: str):
    """The JSON in a sentence of the header, where … stands for what is left out."""
    text = text[re.search(r"[\[{]", text).start():].replace(",…", "").replace("{…}", "{}").replace("…", "null")
    return json.JSONDecoder().raw_decode(text)[0]


def names(text: str) -> set[str]:
    return set(re.findall(r"\b\w+\b", text))


(WINDOW,), (GAP,), AUDIT = (example(MEMBERS[name]) for name in ("windows", "gaps", "audit"))
(CAMPAIGN,) = AUDIT["campaigns"]
(DIFFERENCE,) = CAMPAIGN["differences"]
RECENT = example(MEMBERS["methods"].partition('"recent": ')[2])
#: The seven, which a window and a method have.
COUNTS = {"expected", "fetched", "new", "repeated", "late", "repaired", "absent"}
TRAFFIC = {"requests", "retries", "bytes", "pages"}
TOP = {name for name in MEMBERS if name not in COUNTS and name != "windows"} | TRAFFIC


@pytest.fixture
def path(tmp_path) -> str:
    return f"file:{tmp_path}/mirror.db"


def sync(url: str, path: str, now: str | None = None, progress=None, **options) -> dict:
    with Client(url) as source, Client(path, now=now) as mirror:
        return source.sync(mirror, progress, **options).good()


@pytest.fixture
def reports(path) -> list[dict]:
    """Of syncs that together have everything that a report can tell."""
    # Not all that the service counts, which the audit finds.
    part = {"date_from": "2024-09-10"}
    return [sync(ACCOUNT, path, FIRST, lambda state: state["step"] == "rows", **part), sync(ACCOUNT, path, FIRST, **part),
            sync(ACCOUNT, path, SOON, max_seconds=0.001, **part), sync(LOSSY, path, LATER)]


def test_what_the_header_lists_is_said_somewhere_in_it():
    assert COUNTS <= set(WINDOW) and COUNTS <= names(" ".join([*MEMBERS, *MEMBERS.values()]))
    assert TRAFFIC <= names(MEMBERS["seconds"])


def test_a_report_has_the_members_that_are_listed_and_no_other(reports):
    seen = {"windows": 0, "pending": 0, "gaps": 0, "campaigns": 0, "differences": 0, "action_type": 0}
    for report in reports:
        assert set(report) == TOP
        assert set(report["methods"]) == set(PAGED)
        for method in report["methods"].values():
            assert set(method) == COUNTS | {"recent", "windows"} and set(method["recent"]) == set(RECENT)
            for window in method["windows"]:
                assert set(window) - {"action_type"} == set(WINDOW) and window["done"] is True
                seen["windows"] += 1
                seen["action_type"] += "action_type" in window
        for window in report["pending"]:
            assert set(window) - {"problem"} == set(WINDOW) and window["done"] is False and window["absent"] is None
            seen["pending"] += 1
        for gap in report["gaps"]:
            assert set(gap) == set(GAP)
            seen["gaps"] += 1
        assert set(report["audit"]) == set(AUDIT)
        for campaign in report["audit"]["campaigns"]:
            assert set(campaign) == set(CAMPAIGN) and set(campaign["service"]) == set(campaign["mirror"])
            seen["campaigns"] += 1
            for difference in campaign["differences"]:
                assert set(difference) == set(DIFFERENCE)
                seen["differences"] += 1
    assert all(seen.values()), seen


def test_a_word_in_a_report_is_one_that_is_listed(reports):
    reasons = {reason for report in reports for method in report["methods"].values() for window in method["windows"]
               for reason in window["reason"]}
    assert reasons == set(re.findall(r'"(\w+)"', MEMBERS["windows"].partition("a reason is ")[2].partition(";")[0]))
    stopped = {report["stopped"] for report in reports}
    assert stopped == {*re.findall(r'"(\w+)"', MEMBERS["stopped"]), None}
    # Complete is what came to its end, and has nothing left to do.
    assert [report["complete"] for report in reports] == [False, False, False, True]


def test_progress_has_the_members_and_steps_that_are_listed(path):
    told: list[dict] = []
    sync(ACCOUNT, path, progress=told.append)
    sync(ACCOUNT, path, LATER, progress=told.append, campaign_ids=[1958368])
    assert {name for state in told for name in state} == set(json.loads(PROGRESS))
    always = {"step", "rows", "new", "pages", "seconds"}
    assert all(always <= set(state) for state in told)
    said = re.findall(r'"(\w+)" \(', STEPS) + re.findall(r'or "(\w+)"', STEPS)
    assert {state["step"] for state in told} == set(said) - {"waiting"} and "waiting" in said


# ---------------------------------------------------------------- defaults

#: Of each option something else, which shows.
OTHERS = {"campaign_ids": [1958368], "methods": ["activities"], "date_from": "2024-09-10", "recent": False, "overlap_seconds": 60,
          "late_ages": [], "gap_reach_seconds": 60, "audit": "none", "max_seconds": 0.001}


def told(folder: pathlib.Path, **options) -> list[dict]:
    """The reports of a first fill, of one soon after, and of a later sync that loses answers, but for what the clock has in it."""
    folder.mkdir()
    path = f"file:{folder}/mirror.db"
    reports = [sync(url, path, now, **options) for url, now in ((ACCOUNT, FIRST), (ACCOUNT, SOON), (LOSSY, LATER))]
    for report in reports:
        del report["seconds"]
    return reports


def test_the_defaults_are_what_a_sync_goes_by_without_them(tmp_path):
    plain = told(tmp_path / "plain")
    given = {key: json.loads(default) for key, default in OPTIONS.items() if default not in ("all", "all three", "none")}
    assert set(OPTIONS) - set(given) == {"campaign_ids", "methods", "max_seconds"}
    assert told(tmp_path / "given", **given, methods=list(PAGED)) == plain
    assert set(OPTIONS) - set(OTHERS) == {"wait_seconds"}
    assert [key for key, value in OTHERS.items() if told(tmp_path / key, **{key: value}) == plain] == []
