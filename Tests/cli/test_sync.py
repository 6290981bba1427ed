# SPDX-License-Identifier: MIT
"""`inwise sync`, and the other commands on what it has filled."""

import json
import os
import re
import signal
import subprocess
import time

import pytest

from account import Account, activity
from program import ACCOUNT, EVER, INWISE, NOW, WALKS, Sandbox, Terminal, eventually, good, inwise, start
from service import Service

#: Some pages of each kind of rows, slow enough for a person to see them.
SLOW = ["--seed", "7", "--contacts", "2000", "--now", NOW, "--latency-ms", "40"]
SMALL_PAGES = ["--option", "page_size=100", "--option", "pages_in_flight=1"]


def url(mirror) -> str:
    return f"file:{mirror}"


def report(*arguments, **how) -> dict:
    """The report of a run that is complete."""
    out = good("sync", "--json", *arguments, **how)
    assert out.count("\n") == 1
    return json.loads(out)


def files(folder) -> list[str]:
    """The files there, without the one that keeps two syncs apart."""
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith("-sync"))


def rows(command: str, source: str, *more) -> list[dict]:
    return json.loads(good(command, *EVER, *more, url=source))


@pytest.fixture(scope="module")
def filled(sandbox, tmp_path_factory):
    """A mirror of the sandbox; not to be written."""
    mirror = tmp_path_factory.mktemp("filled") / "account.db"
    good("sync", mirror, "--quiet", "--no-recent", url=sandbox.url)
    return mirror


# ---------------------------------------------------------------- what is in it

def test_a_mirror_answers_as_the_service_does(sandbox, filled):
    assert files(filled.parent) == ["account.db"]
    before = filled.read_bytes()
    campaigns = set()
    for command in WALKS:
        there = rows(command, sandbox.url)
        assert len(there) > 30 and rows(command, url(filled)) == there
        campaigns |= {row["campaign_id"] for row in there}
    for campaign in campaigns:
        assert good("summary", "--campaign", campaign, url=url(filled)) == good("summary", "--campaign", campaign, url=sandbox.url)
    assert filled.read_bytes() == before


def test_a_second_sync_brings_nothing(tmp_path):
    mirror = tmp_path / "account.db"
    with Sandbox("--seed", "7", "--contacts", "400", "--now", NOW) as own:
        first, second = report(mirror, url=own.url), report(mirror, url=own.url)
        feeds = [json.loads(good("recent", feed, url=own.url)) for feed in WALKS]
    assert first["complete"] and second["complete"]
    for method in ("activities", "sentEmails", "undelivered"):
        assert first["methods"][method]["new"] > 0 and first["methods"][method]["recent"]["new"] > 0
        assert second["methods"][method]["new"] == second["methods"][method]["recent"]["rows"] == 0
    # Reading the feeds has consumed them.
    assert feeds == [[], [], []]


def test_without_the_feeds_they_are_not_consumed(tmp_path):
    with Sandbox("--seed", "7", "--contacts", "100", "--now", NOW) as own:
        result = report(tmp_path / "a.db", "--no-recent", url=own.url)
        assert all("recent" not in method or method["recent"]["answers"] == 0 for method in result["methods"].values())
        assert json.loads(good("recent", "activities", url=own.url))


def test_what_to_sync(sandbox, tmp_path):
    campaign = rows("sent", sandbox.url)[0]["campaign_id"]
    some = tmp_path / "some.db"
    result = report(
        some, "--method", "sent", "--method", "activities", "--campaign", campaign, "--from", "2024-09-10", "--no-recent", "--audit", "none",
        url=sandbox.url)
    assert set(result["methods"]) == {"sentEmails", "activities"}
    assert rows("undelivered", url(some)) == []
    for command, date in (("sent", "date_sent"), ("activities", "action_date")):
        found = rows(command, url(some))
        assert found == [row for row in rows(command, sandbox.url) if row["campaign_id"] == campaign and row[date] >= "2024-09-10"]


@pytest.mark.parametrize("option, reasons", [
    ([], {"newer", "late"}), (["--no-late"], {"newer"}), (["--late-age", 60, "--late-age", 120], {"newer", "late"}),
], ids=str)
def test_days_are_read_once_more(option, reasons, tmp_path):
    """Days of the first sync have reached every age when the second comes, and the second's window begins by the overlap before the newest row."""
    mirror = tmp_path / "account.db"
    with Account([activity(number, 1_700_000_000 + 60 * number) for number in range(50)]) as account:
        arguments = [mirror, "--method", "activities", "--no-recent", *option]
        report(*arguments, "--overlap", 120, url=account.url)
        windows = report(*arguments, "--overlap", 120, url=account.url)["methods"]["activities"]["windows"]
    assert {reason for window in windows for reason in window["reason"]} <= reasons
    newer = next(window for window in windows if "newer" in window["reason"])
    assert newer["fetched"] >= 3 and newer["date_to"] is None


@pytest.mark.parametrize("audit, checked", [("touched", 1), ("all", 1), ("none", 0)])
def test_what_to_audit(audit, checked, tmp_path):
    with Account([activity(1, 1_700_000_000)]) as account:
        assert report(tmp_path / "a.db", "--audit", audit, url=account.url)["audit"]["checked"] == checked


@pytest.mark.parametrize("name", ["a.db", "a b.db", "100%.db", "a%20b.db", "what?.db", "a#b.db", "é ש.db", "-a.db", "a:b.db", "file.db"])
@pytest.mark.parametrize("form", ["{folder}/{name}", "./{name}", "//{folder}/{name}"])
def test_a_path_is_taken_as_it_is(name, form, tmp_path):
    with Account([activity(1, 1_700_000_000)]) as account:
        run = subprocess.run(
            [INWISE, "sync", "--url", account.url, "--json", form.format(folder=tmp_path, name=name)], cwd=tmp_path, capture_output=True, timeout=60)
    assert run.returncode == 0, run.stderr
    assert files(tmp_path) == [name]


def test_a_url_is_taken_as_it_is(tmp_path):
    with Account([activity(1, 1_700_000_000)]) as account:
        good("sync", f"file:{tmp_path}/a%20b.db", url=account.url)
    assert files(tmp_path) == ["a b.db"]
    assert len(rows("activities", f"file:{tmp_path}/a%20b.db")) == 1


def test_a_mirror_of_a_mirror(filled, tmp_path):
    copy = tmp_path / "copy.db"
    report(copy, url=url(filled))
    assert all(rows(command, url(copy)) == rows(command, url(filled)) for command in WALKS)


# ---------------------------------------------------------------- how it ends

@pytest.mark.parametrize("arguments, words", [
    ([], "mirror"), ([""], "mirror"), (["a.db", "b.db"], "b.db"), (["a.db", "--method", "opens"], "--method"), (["a.db", "--campaign", "x"], "--campaign"),
    (["a.db", "--from", "2024-02-30"], "--from"), (["a.db", "--overlap", "-1"], "--overlap"), (["a.db", "--overlap", "31536001"], "--overlap"),
    (["a.db", "--late-age", "0"], "--late-age"), (["a.db", *["--late-age", "5"] * 9], "--late-age"), (["a.db", "--gap-reach", "-1"], "--gap-reach"),
    (["a.db", "--no-late", "--late-age", "5"], "--no-late"), (["a.db", "--audit", "some"], "--audit"), (["a.db", "--max-seconds", "0"], "--max-seconds"),
    (["a.db", "--wait", "-1"], "--wait"), (["a.db", "--wait", "86401"], "--wait"), (["a.db", "--watch", "0"], "--watch"), (["a.db", "--watch", "x"], "--watch"),
    (["a.db", "--watch"], "--watch"), (["a.db", "--param", "a=b"], "--param"),
])
def test_wrong_arguments_are_refused_before_anything_is_made(arguments, words, tmp_path):
    run = subprocess.run([INWISE, "sync", *arguments, "--url", ACCOUNT], cwd=tmp_path, capture_output=True, timeout=60)
    assert run.returncode == 64 and words in run.stderr.decode(), run.stderr
    assert run.stdout == b"" and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option, range_", [
    ("--overlap", "0 to 31536000"), ("--late-age", "1 to 31536000"), ("--gap-reach", "0 to 31536000"), ("--max-seconds", "0.001 to 86400"), ("--wait", "0 to 86400"),
    ("--watch", "0.1 to 86400"),
])
def test_a_negative_number_is_a_value(option, range_, tmp_path):
    outcome = inwise("sync", tmp_path / "a.db", option, "-1", url=ACCOUNT)
    assert (outcome.status, outcome.out) == (64, "") and "Missing" not in outcome.error, outcome
    assert option in outcome.error and range_ in outcome.error, outcome
    assert list(tmp_path.iterdir()) == []


def test_an_id_may_be_negative(tmp_path):
    mirror = tmp_path / "a.db"
    with Account([activity(1, 1_700_000_000, campaign_id=-5)]) as account:
        report(mirror, "--campaign", "-5", "--campaign", "-6", url=account.url)
        assert len(rows("activities", url(mirror))) == 1
        assert "1 of 1 campaign equal" in good("audit", mirror, "--campaign", "-5", url=account.url)


def make_foreign(path):
    subprocess.run(["python3", "-c", f"import sqlite3; sqlite3.connect({str(path)!r}).execute('create table t (x)').connection.commit()"], check=True)


@pytest.mark.parametrize("make", [
    lambda path: path.write_text("Dear diary,\n" * 100), make_foreign, lambda path: path.mkdir(), lambda path: path.symlink_to("/nowhere/at/all"),
], ids=["text", "another database", "folder", "dangling link"])
def test_a_file_that_is_no_mirror_is_not_touched(make, tmp_path):
    path = tmp_path / "a.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    for command in (["sync", path, "--url", ACCOUNT], ["audit", path, "--url", ACCOUNT], ["sent", "--url", url(path)], ["recent", "sent", "--url", url(path)]):
        outcome = inwise(*command)
        assert outcome.status == 73 and outcome.out == "" and len(outcome.error.splitlines()) == 1, (command, outcome)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there(tmp_path):
    outcome = inwise("sync", tmp_path / "nowhere" / "a.db", url=ACCOUNT)
    assert (outcome.status, outcome.out) == (73, "") and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [
    ["activities"], ["sent"], ["undelivered"], ["summary", "--campaign", "1"], ["recent", "sent"], ["recent", "sent", "--consumer", "a"],
    ["recent", "sent", "--consumer", "a", "--acknowledge"],
], ids=" ".join)
def test_a_mistyped_path_is_an_error(command, tmp_path):
    outcome = inwise(*command, url=url(tmp_path / "acount.db"))
    assert (outcome.status, outcome.out) == (73, "") and "acount.db" in outcome.error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("failure, status", [(401, 77), (403, 77), (500, 69), (429, 69)])
def test_statuses_of_a_service(failure, status, tmp_path):
    with Account() as account:
        account.fail(failure, 3600)
        outcome = inwise("sync", tmp_path / "a.db", "--no-recent", "--option", "max_retries=0", url=account.url)
        assert outcome.status == status and outcome.out == "" and outcome.error.startswith("inwise: ")
        account.fail(None)
        assert inwise("sync", tmp_path / "a.db", url=account.url).status == 0


def test_a_disk_that_is_full(tmp_path):
    """As a limit of a file's size has it, whose signal ends who doesn't ignore it."""
    run = subprocess.run(
        ["bash", "-c", f"ulimit -f 100; exec '{INWISE}' sync '{tmp_path}/a.db' --url '{ACCOUNT}&campaigns=20'"], capture_output=True, timeout=60,
        preexec_fn=lambda: signal.signal(signal.SIGXFSZ, signal.SIG_DFL))
    assert run.returncode == 73 and run.stderr.startswith(b"inwise: "), run
    assert report(tmp_path / "a.db", url=f"{ACCOUNT}&campaigns=20")["complete"]


def test_an_account_that_differs_is_not_complete(tmp_path):
    with Account([activity(number, 1_700_000_000) for number in range(5)]) as account:
        account.lie = 2
        outcome = inwise("sync", tmp_path / "a.db", "--quiet", url=account.url)
        assert outcome.status == 1 and outcome.error == ""
        lines = outcome.out.splitlines()
        assert lines[0].endswith("a.db is not complete: 1 campaign differs.")
        assert any("7: opens 7 at the service, 5 here" in line for line in lines)
        result = inwise("sync", tmp_path / "a.db", "--json", url=account.url)
        assert result.status == 1 and result.error == "", "it is told until it is gone"
        (campaign,) = json.loads(result.out)["audit"]["campaigns"]
        assert {"field": "opens", "service": 7, "mirror": 5, "found": 5} in campaign["differences"]
        account.lie = 0
        account.add(activity(100, 1_700_000_100))
        outcome = inwise("sync", tmp_path / "a.db", "--quiet", url=account.url)
        assert (outcome.status, outcome.out, outcome.error) == (0, "", "")


def test_a_time_box_says_that_it_ended_the_sync(tmp_path):
    mirror = tmp_path / "a.db"
    with Sandbox("--seed", "7", "--contacts", "2000", "--now", NOW, "--latency-ms", "120") as slow:
        arguments = ["sync", mirror, "--option", "pages_in_flight=1", "--audit", "none", "--no-recent"]
        outcome = inwise(*arguments, "--max-seconds", "0.1", url=slow.url)
        assert outcome.status == 1 and "--max-seconds" in outcome.out.splitlines()[0]
        for _ in range(20):
            outcome = inwise(*arguments, "--max-seconds", "1.5", "--json", url=slow.url)
            result = json.loads(outcome.out)
            fetched = sum(method["fetched"] for method in result["methods"].values())
            assert fetched > 0
            if outcome.status == 0:
                break
            assert outcome.status == 1 and result["stopped"] == "max_seconds" and not result["complete"]
        assert result["complete"] and result["stopped"] is None
        assert all(rows(command, url(mirror)) == rows(command, slow.url) for command in WALKS)


@pytest.mark.parametrize("how, status", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_behind_the_step_under_way(how, status, tmp_path):
    mirror = tmp_path / "a.db"
    with Sandbox(*SLOW) as slow:
        process = start("sync", mirror, *SMALL_PAGES, "--url", slow.url, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        eventually(lambda: mirror.exists())
        time.sleep(0.3)
        process.send_signal(how)
        out, error = process.communicate(timeout=20)
        assert process.returncode == status and error == b"", error
        assert b"it was interrupted; the next sync goes on from there" in out
        assert files(tmp_path) == ["a.db"]
        assert report(mirror, url=slow.url)["complete"]
        assert all(rows(command, url(mirror)) == rows(command, slow.url) for command in WALKS)


def test_a_report_says_that_a_signal_ended_it(tmp_path):
    with Account([activity(1, 1_700_000_000)]) as account:
        account.open.clear()
        process = start("sync", tmp_path / "a.db", "--json", "--url", account.url, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        eventually(lambda: account.requests)
        process.send_signal(signal.SIGINT)
        eventually(lambda: pending(process.pid) == 0)
        account.open.set()
        out, error = process.communicate(timeout=20)
    assert (process.returncode, error) == (130, b"")
    assert json.loads(out)["stopped"] == "interrupted"


@pytest.mark.parametrize("times", [1, 2])
def test_a_signal_ends_a_request_that_hangs(times, tmp_path):
    """After some seconds of grace; at once, if it comes again."""
    with Account() as account:
        account.open.clear()
        process = start("sync", tmp_path / "a.db", "--json", "--url", account.url, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        eventually(lambda: account.requests)
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        if times == 2:
            # Two of one kind that are pending are one.
            eventually(lambda: pending(process.pid) == 0)
            process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=20)
        taken = time.monotonic() - begun
    assert process.returncode == 130 and out == b""
    assert error == b"inwise: Interrupted. What was stored is kept; the next run goes on from there.\n"
    assert taken < 2 if times == 2 else taken > 2


def pending(process: int) -> int:
    """Signals that a process has been sent and has not taken yet."""
    with open(f"/proc/{process}/status") as status:
        return int(re.search(r"ShdPnd:\s*(\w+)", status.read())[1], 16)


def test_nobody_reads_the_report(tmp_path):
    with open("/dev/full", "wb") as full:
        run = subprocess.run([INWISE, "sync", tmp_path / "a.db", "--url", ACCOUNT], stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert run.returncode == 74 and b"Can't write the output" in run.stderr
    # What was synced is synced.
    assert rows("activities", url(tmp_path / "a.db"))


def test_another_sync_holds_the_mirror(tmp_path):
    mirror = tmp_path / "a.db"
    with Account([activity(1, 1_700_000_000)]) as account:
        account.open.clear()
        first = start("sync", mirror, "--json", "--url", account.url, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        eventually(lambda: account.requests)
        for command in ("sync", "audit"):
            outcome = inwise(command, mirror, url=account.url)
            assert (outcome.status, outcome.out) == (75, "")
            assert str(first.pid) in outcome.error and "--wait" in outcome.error
        # It can be read all the while.
        assert rows("activities", url(mirror)) == []
        second = start("sync", mirror, "--json", "--wait", "60", "--url", account.url, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        account.open.set()
        for process in (first, second):
            out, error = process.communicate(timeout=60)
            assert process.returncode == 0 and json.loads(out)["complete"], error


# ---------------------------------------------------------------- what a person sees

def test_the_summary(sandbox, tmp_path):
    out = good("sync", tmp_path / "a.db", "--no-recent", url=sandbox.url)
    lines = out.splitlines()
    assert lines[0] == f"{tmp_path}/a.db is complete."
    counts = {command: len(rows(command, sandbox.url)) for command in WALKS}
    assert re.fullmatch(rf"{sum(counts.values()):,} rows read in [\d.]+ s by \d+ requests, {sum(counts.values()):,} of them new\.", lines[1])
    assert lines[3].split() == ["fetched", "new", "late", "repaired", "feed", "new", "in", "feed"]
    table = {line.split()[0]: line.split()[1:] for line in lines[5:8]}
    assert table == {command: [f"{count:,}", f"{count:,}", "0", "0", "0", "0"] for command, count in counts.items()}
    assert lines[9] == "Audit: 3 of 3 campaigns equal to the service's own counts."


def test_lost_answers_are_told(tmp_path):
    mirror = tmp_path / "a.db"
    with Sandbox("--seed", "7", "--contacts", "100", "--now", NOW, "--recent-drop-rate", "1") as lossy:
        outcome = inwise("sync", mirror, url=lossy.url)
        gaps = next(line for line in outcome.out.splitlines() if line.startswith("Gaps"))
        assert re.fullmatch(r"Gaps in the recent feeds: \d+ healed, \d+ open\.", gaps)
        assert outcome.status == (0 if " 0 open" in gaps else 1)
        assert "recentActivities, noticed " in outcome.out and "(healed, " in outcome.out
        assert all(rows(command, url(mirror)) == rows(command, lossy.url) for command in WALKS)


@pytest.mark.parametrize("columns", [30, 60, 120])
def test_a_bar_that_fits_comes_and_goes(columns, tmp_path):
    with Sandbox(*SLOW) as slow:
        terminal = Terminal("sync", tmp_path / "a.db", *SMALL_PAGES, "--url", slow.url, columns=columns)
        assert terminal.wait() == 0
    drawn = re.findall("\r([^\r\n\x1b]*)\x1b\\[K", terminal.text)
    assert drawn[0] == "asking the service …" and drawn[-1] == "" and len(drawn) > 5
    assert max(map(len, drawn)) < columns
    assert any("activities" in line for line in drawn)
    if columns == 120:
        assert any("█" in line and "░" in line and "%" in line and " new" in line and "rows/s" in line and " left" in line for line in drawn)
    lines = terminal.screen.splitlines()
    assert lines[0].endswith("a.db is complete.") and "░" not in terminal.screen


def test_the_bar_is_drawn_ten_times_a_second_at_most(tmp_path):
    with Sandbox("--seed", "7", "--contacts", "5000", "--now", NOW, "--latency-ms", "5") as quick:
        begun = time.monotonic()
        terminal = Terminal("sync", tmp_path / "a.db", "--option", "page_size=50", "--url", quick.url)
        assert terminal.wait() == 0
        seconds = time.monotonic() - begun
    assert terminal.text.count("\r") <= 10 * seconds + 5 + terminal.text.count("\n")


def test_quiet_is_quiet(tmp_path):
    terminal = Terminal("sync", tmp_path / "a.db", "--quiet", "--url", ACCOUNT)
    assert terminal.wait() == 0 and terminal.text == ""


def test_ctrl_c_on_a_terminal(tmp_path):
    with Sandbox(*SLOW) as slow:
        terminal = Terminal("sync", tmp_path / "a.db", *SMALL_PAGES, "--url", slow.url)
        eventually(lambda: "activities from" in terminal.text)
        terminal.press(b"\x03")
        assert terminal.wait() == 130
    assert "interrupted; the next sync goes on from there" in terminal.screen.splitlines()[0]


def test_the_service_does_not_steer_the_terminal(tmp_path):
    with Service(summary="{}", status=404) as service:
        terminal = Terminal("sync", tmp_path / "a\x1b[2J.db", "--no-recent", "--url", service.url)
        terminal.wait()
    assert "\x1b[2J" not in terminal.text


# ---------------------------------------------------------------- recent rows of a mirror

def test_each_consumer_gets_every_row(filled, tmp_path):
    copy = tmp_path / "copy.db"
    copy.write_bytes(filled.read_bytes())
    every = {row["id"] for row in rows("activities", url(filled))}
    read = ["recent", "activities", "--consumer", "crm", "--format", "ndjson"]

    def ids(*more, status=0):
        outcome = inwise(*read, *more, url=url(copy))
        assert outcome.status == status, outcome.error
        return [json.loads(line)["id"] for line in outcome.out.splitlines()]

    first = ids()
    # Nothing is consumed, and without --acknowledge nothing is written.
    assert ids() == first == ids("--acknowledge") and 0 < len(first) <= 1000
    rest = ids("--acknowledge", "--all")
    assert len(first + rest) == len(set(first + rest)) and set(first + rest) == every
    assert ids() == [] and ids("--acknowledge", "--all") == []
    # Another one begins at the beginning.
    assert len(json.loads(good("recent", "activities", "--consumer", "bi", url=url(copy)))) == len(first)


def test_what_could_not_be_written_comes_again(filled, tmp_path):
    copy = tmp_path / "copy.db"
    copy.write_bytes(filled.read_bytes())
    read = [INWISE, "recent", "sent", "--consumer", "crm", "--acknowledge", "--url", url(copy)]
    with open("/dev/full", "wb") as full:
        assert subprocess.run(read, stdout=full, stderr=subprocess.DEVNULL, timeout=60).returncode == 74
    reading, writing = os.pipe()
    os.close(reading)
    assert subprocess.run(read, stdout=writing, stderr=subprocess.DEVNULL, timeout=60).returncode == 141
    os.close(writing)
    again = json.loads(subprocess.run(read, capture_output=True, timeout=60, check=True).stdout)
    assert {row["row_index"] for row in again} <= {row["row_index"] for row in rows("sent", url(filled))} and again


@pytest.mark.parametrize("arguments, words", [
    (["--acknowledge"], "--consumer"), (["--consumer", "a", "--all"], "--acknowledge"), (["--consumer", ""], "--consumer"), (["--consumer", "a" * 201], "--consumer"),
])
def test_wrong_consumers(arguments, words, filled):
    outcome = inwise("recent", "sent", *arguments, url=url(filled))
    assert outcome.status == 64 and words in outcome.error


def test_a_consumer_is_a_mirrors_alone(sandbox):
    assert inwise("recent", "sent", "--consumer", "a", url=sandbox.url).status == 64


def test_a_mirror_without_consumers_is_consumed(filled, tmp_path):
    copy = tmp_path / "copy.db"
    copy.write_bytes(filled.read_bytes())
    assert json.loads(good("recent", "undelivered", "--all", url=url(copy)))
    assert json.loads(good("recent", "undelivered", "--all", url=url(copy))) == []
