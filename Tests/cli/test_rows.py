# SPDX-License-Identifier: MIT
"""Rows: the same ones in every format, over HTTP and directly, and none lost or doubled."""

import csv
import io
import json
import subprocess

import pytest

from program import ACCOUNT, EVER, WALKS, Sandbox, good, inwise, start
from service import Service

IDENTITY = {"activities": "id", "sent": "row_index", "undelivered": "id"}


def of_csv(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def plain(row: dict) -> dict:
    """A row as its CSV says it."""
    return {name: str(value) for name, value in row.items() if value is not None}


@pytest.mark.parametrize("command", WALKS)
def test_every_format_has_the_same_rows(command, sandbox):
    rows = json.loads(good(command, *EVER, "--format", "json", url=sandbox.url))
    assert len(rows) > 30
    assert len({row[IDENTITY[command]] for row in rows}) == len(rows)

    lines = good(command, *EVER, "--format", "ndjson", url=sandbox.url).splitlines()
    assert [json.loads(line) for line in lines] == rows

    table = of_csv(good(command, *EVER, "--format", "csv", url=sandbox.url))
    assert [{name: value for name, value in row.items() if value} for row in table] == [plain(row) for row in rows]
    assert {row["other"] for row in table} == {""}

    shown = good(command, *EVER, "--format", "table", url=sandbox.url).splitlines()
    assert [line.split()[0] for line in shown[2:]] == [str(row[IDENTITY[command]]) for row in rows]


@pytest.mark.parametrize("command", WALKS)
@pytest.mark.parametrize("way", [[], ["--page-size", 7], ["--page-size", 7, "--in-flight", 1], ["--page-size", 100, "--in-flight", 16]], ids=str)
def test_http_and_the_direct_sandbox_agree(command, way, sandbox):
    direct = json.loads(good(command, *EVER, url=ACCOUNT))
    served = json.loads(good(command, *EVER, *way, url=sandbox.url))
    assert served == direct


def test_json_is_the_default_of_a_pipe(sandbox):
    out = good("undelivered", url=sandbox.url)
    assert out == good("undelivered", "--format", "json", url=sandbox.url)
    assert out.startswith("[\n{") and out.endswith("}\n]\n")
    assert len(out.splitlines()) == len(json.loads(out)) + 2


@pytest.mark.parametrize("format, out", [
    ("json", "[]\n"), ("ndjson", ""), ("table", ""),
    ("csv", "id,create_date,reason,email,campaign_id,contact_id,external_id,other\r\n"),
])
def test_no_rows_at_all(format, out, sandbox):
    outcome = inwise("undelivered", "--campaign", 1, "--format", format, url=sandbox.url)
    assert (outcome.status, outcome.out) == (0, out)
    assert outcome.error == ("inwise: no rows\n" if format == "table" else "")


def test_filters(sandbox):
    rows = json.loads(good("activities", *EVER, url=ACCOUNT))
    sample = next(row for row in rows if row.get("external_id"))

    def found(*options, url=sandbox.url):
        return [row["id"] for row in json.loads(good("activities", *options, url=url))]

    def those(condition):
        return [row["id"] for row in rows if condition(row)]

    assert found(*EVER, "--campaign", sample["campaign_id"]) == those(lambda row: row["campaign_id"] == sample["campaign_id"])
    assert found(*EVER, "--contact", sample["contact_id"]) == those(lambda row: row["contact_id"] == sample["contact_id"])
    assert found(*EVER, "--type", "emailClicked") == those(lambda row: row["action_type"] == "emailClicked")
    assert found(*EVER, "--external-id", sample["external_id"], url=ACCOUNT) == those(lambda row: row.get("external_id") == sample["external_id"])
    assert found("--from", "2024-09-17", "--to", "2024-09-18") == those(lambda row: "2024-09-17" <= row["action_date"] <= "2024-09-18 23:59:59")
    assert found(*EVER, "--to", "2024-09-18 13:00:00") == those(lambda row: row["action_date"] <= "2024-09-18 13:00:00")


def test_parameters_and_options_reach_the_service():
    with Service([{"id": 1}]) as service:
        good("activities", *EVER, "--param", "lang=he=il", "--option", 'user_agent="probe 1"', url=service.url,
             environment={"INWISE_API_KEY": "k-1"})
        path, headers = service.requests[0]
        assert "lang=he%3Dil" in path
        assert headers["User-Agent"] == "probe 1" and headers["X-API-Key"] == "k-1"


def test_the_url_of_the_environment(sandbox):
    assert good("undelivered", environment={"INWISE_URL": sandbox.url}) == good("undelivered", url=sandbox.url)


def test_the_past_week_is_named(sandbox):
    note = "inwise: without --from and --to the service answers for the past week only: name --from for more\n"
    assert inwise("sent", url=sandbox.url).error == note
    assert inwise("sent", "--quiet", url=sandbox.url).error == ""
    assert inwise("sent", *EVER, url=sandbox.url).error == ""
    assert inwise("undelivered", url=sandbox.url).error == ""


def test_the_summary(sandbox):
    campaign = json.loads(good("sent", *EVER, url=sandbox.url))[0]["campaign_id"]
    text = good("summary", "--campaign", campaign, url=sandbox.url)
    summary = json.loads(text)
    assert text.count("\n") == 1 and len(summary) == 15 and summary["sent"] > 0
    table = of_csv(good("summary", "--campaign", campaign, "--format", "csv", url=sandbox.url))
    assert table == [plain(summary)]
    shown = good("summary", "--campaign", campaign, "--format", "table", url=sandbox.url)
    lines = {line.split()[0]: line.split()[1:] for line in shown.splitlines()[2:]}
    assert shown.startswith(f"Funnel of campaign {campaign}\n")
    assert lines["sent"][:2] == [str(summary["sent"]), "100.0%"]
    share = f"{100 * summary['opens_unique'] / summary['sent']:.1f}%"
    assert lines["opens"][:3] == [f"{summary['opens']:,}", str(summary["opens_unique"]), share]


def test_a_summary_that_is_new_to_us():
    with Service(summary=' {"sent": 1200, "replies_unique": 7, "note": "a\\u001bb", "opens": 1300, "opens_unique": 600, "x": null} ') as service:
        shown = good("summary", "--campaign", 5, "--format", "table", url=service.url)
        lines = [line.split() for line in shown.splitlines()]
        assert lines[2][:3] == ["sent", "1,200", "100.0%"]
        assert lines[3][:4] == ["opens", "1,300", "600", "50.0%"]
        assert ["replies", "7", "0.6%"] == lines[4][:3]
        assert ["note", "a\u241bb"] in lines
        assert good("summary", "--campaign", 5, "--format", "ndjson", url=service.url).count("\n") == 1


def test_reading_what_is_new_consumes_it():
    with Sandbox("--seed", "7", "--contacts", "5000", "--now", "2024-09-20T12:00:00") as own:
        week = {row["id"] for row in json.loads(good("activities", url=own.url))}
        assert len(week) > 1000
        first = json.loads(good("recent", "activities", url=own.url))
        assert len(first) == 1000
        rest = [json.loads(line) for line in good("recent", "activities", "--all", "--format", "ndjson", url=own.url).splitlines()]
        assert sorted(row["id"] for row in first + rest) == sorted(week)
        assert good("recent", "activities", "--all", url=own.url) == "[]\n"
        assert json.loads(good("recent", "sent", url=own.url)) and good("recent", "undelivered", "--format", "csv", url=own.url)


def test_what_was_read_is_not_lost_without_a_word():
    with Service([{"id": number} for number in range(10)]) as service, open("/dev/full", "wb") as full:
        process = start("recent", "activities", "--url", service.url, stdout=full, stderr=subprocess.PIPE)
        error = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 74 and "will not hand out here again" in error
