# SPDX-License-Identifier: MIT
"""`inwise audit`: a mirror's campaigns against the service's own counts."""

import json
import re
import subprocess

import pytest

from account import Account, activity
from program import ACCOUNT, INWISE, Terminal, good, inwise
from test_sync import rows, url

AUTUMN = 1_700_000_000


@pytest.fixture
def mirror(tmp_path):
    """Of an account of five opens of one campaign, on two days."""
    return tmp_path / "account.db"


@pytest.fixture
def account(mirror):
    with Account([activity(number, AUTUMN + 40_000 * number) for number in range(5)]) as account:
        good("sync", mirror, "--quiet", url=account.url)
        account.requests.clear()
        yield account


def test_all_are_equal(sandbox, mirror):
    good("sync", mirror, "--quiet", "--no-recent", url=sandbox.url)
    out = good("audit", mirror, url=sandbox.url)
    campaigns = {str(row["campaign_id"]) for row in rows("sent", sandbox.url)}
    lines = out.splitlines()
    assert lines[0].split() == ["campaign", "field", "service", "mirror", "status", "days", "mended"]
    assert {tuple(line.split()) for line in lines[2:-2]} == {(campaign, "equal") for campaign in campaigns}
    assert lines[-1] == "Audit: 3 of 3 campaigns equal to the service's own counts."
    some = sorted(campaigns)[0]
    out = good("audit", mirror, "--campaign", some, url=sandbox.url)
    assert "1 of 1 campaign equal" in out and out.splitlines()[2].split() == [some, "equal"]


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.touch()], ids=["missing", "empty"])
def test_a_file_that_is_no_mirror_yet(make, tmp_path):
    path = tmp_path / "a b.db"
    make(path)
    before = list(tmp_path.iterdir())
    for name, command in ((path, ("audit", path, "--url", ACCOUNT)), (url(path), ("sent", "--url", url(path))),
                          (url(path), ("recent", "sent", "--url", url(path))), (url(path), ("sync", tmp_path / "c.db", "--url", url(path)))):
        outcome = inwise(*command)
        assert (outcome.status, outcome.out) == (73, "")
        assert f"{name}," in outcome.error and "inwise sync" in outcome.error and "read_only" not in outcome.error, outcome.error
    assert list(tmp_path.iterdir()) == before


def test_only_what_it_needs_is_asked_for(account, mirror):
    good("audit", mirror, url=account.url)
    assert [path.split("?")[0].split("/")[-1] for path, _ in account.requests] == ["activitiesSummary"]


def test_what_differs_is_mended(account, mirror):
    account.add(activity(50, AUTUMN + 100), activity(51, AUTUMN + 80_000))
    out = good("audit", mirror, url=account.url)
    lines = [line.split() for line in out.splitlines()]
    assert lines[2][:6] == ["7", "opens", "7", "7", "mended,", "was"] and lines[2][6] == "5"
    assert lines[3][:6] == ["7", "opens_unique", "7", "7", "mended,", "was"]
    # The second line has no days: they are the campaign's.
    assert lines[2][7:] and not lines[3][7:]
    assert len(rows("activities", url(mirror))) == 7
    assert "equal" in good("audit", mirror, url=account.url).splitlines()[2]


def test_what_remains_is_shown(account, mirror):
    account.lie = 3
    outcome = inwise("audit", mirror, url=account.url)
    assert outcome.status == 1 and outcome.error == ""
    assert outcome.out.splitlines()[2].split()[:5] == ["7", "opens", "8", "5", "differs"]
    assert outcome.out.splitlines()[-2:] == [
        "Audit: 0 of 1 campaign equal to the service's own counts.", "Not complete: 1 campaign differs."]
    outcome = inwise("audit", mirror, "--quiet", url=account.url)
    assert outcome.status == 1 and "differs" in outcome.out
    account.lie = 0
    outcome = inwise("audit", mirror, "--quiet", url=account.url)
    assert (outcome.status, outcome.out) == (0, "")


def test_the_report_as_json(account, mirror):
    account.lie = 1
    outcome = inwise("audit", mirror, "--json", url=account.url)
    assert outcome.status == 1 and outcome.error == "" and outcome.out.count("\n") == 1
    audit = json.loads(outcome.out)["audit"]
    assert (audit["checked"], audit["equal"]) == (1, 0)
    assert audit["campaigns"][0]["differences"] == [{"field": "opens", "service": 6, "mirror": 5, "found": 5}]


def test_an_empty_mirror(mirror):
    with Account() as account:
        good("sync", mirror, url=account.url)
        assert good("audit", mirror, url=account.url) == "Audit: no campaign was looked at.\n"


def test_an_audit_without_time_is_not_good(sandbox, mirror):
    good("sync", mirror, "--quiet", "--no-recent", url=sandbox.url)
    outcome = inwise("audit", mirror, "--max-seconds", "0.001", url=sandbox.url)
    assert outcome.status == 1 and "Not complete: stopped by --max-seconds" in outcome.out


def test_a_mirror_that_is_not_there(tmp_path):
    outcome = inwise("audit", tmp_path / "acount.db", url=ACCOUNT)
    assert (outcome.status, outcome.out) == (73, "") and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments, words", [
    ([], "mirror"), (["a.db", "--campaign", "x"], "--campaign"), (["a.db", "--max-seconds", "0"], "--max-seconds"), (["a.db", "--from", "2024-01-01"], "--from"),
])
def test_wrong_arguments(arguments, words):
    outcome = inwise("audit", *arguments, url=ACCOUNT)
    assert outcome.status == 64 and words in outcome.error


def test_a_key_that_is_refused(account, mirror):
    account.fail(401)
    outcome = inwise("audit", mirror, url=account.url)
    assert outcome.status == 77 and outcome.out == "" and outcome.error.startswith("inwise: ")


def test_what_can_not_be_looked_at_is_not_equal(account, mirror):
    account.fail(500)
    outcome = inwise("audit", mirror, "--option", "max_retries=0", url=account.url)
    assert outcome.status == 1 and "Not complete: not every campaign could be audited." in outcome.out.splitlines()


def test_a_mirror_that_lacks_something_else_is_not_complete(sandbox, mirror):
    assert inwise("sync", mirror, "--no-recent", "--max-seconds", "0.001", url=sandbox.url).status == 1
    outcome = inwise("audit", mirror, "--quiet", url=sandbox.url)
    assert outcome.status == 1 and re.search(r"^Not complete: \d windows? pending\.$", outcome.out, re.M), outcome


@pytest.mark.parametrize("columns", [40, 100])
def test_the_table_fits_the_terminal(columns, account, mirror):
    account.lie = 1_000_000
    terminal = Terminal("audit", mirror, "--url", account.url, columns=columns)
    assert terminal.wait() == 1
    lines = terminal.screen.splitlines()
    assert lines[2].split()[:4] == ["7", "opens", "1,000,005", "5"]
    assert max(map(len, lines[:3])) <= columns


def test_a_pipe_that_is_closed(account, mirror):
    run = subprocess.run(["bash", "-c", f"'{INWISE}' audit '{mirror}' --url {account.url} | head -n 0; exit ${{PIPESTATUS[0]}}"], timeout=60)
    assert run.returncode in (0, 141)
