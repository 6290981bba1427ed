# SPDX-License-Identifier: MIT
"""On a terminal: a table that fits, progress that goes away, and nothing that steers the screen."""

import json
import re
import subprocess
import unicodedata

import pytest

from program import ACCOUNT, EVER, INWISE, WALKS, Terminal, eventually, good
from service import Service


def columns_of(line: str) -> int:
    return sum(0 if unicodedata.combining(sign) or unicodedata.category(sign) == "Cf"
               else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


@pytest.mark.parametrize("command", WALKS)
@pytest.mark.parametrize("columns", [30, 80, 200])
def test_a_table_fits(command, columns):
    terminal = Terminal(command, *EVER, "--url", ACCOUNT, columns=columns)
    assert terminal.wait() == 0
    lines = terminal.screen.splitlines()
    note = [line for line in lines if line.startswith("inwise: ")]
    lines = [line for line in lines if not line.startswith("inwise: ")]
    rows = json.loads(good(command, *EVER, url=ACCOUNT))
    assert len(lines) == len(rows) + 2
    assert set(lines[1]) <= {"─", " "}
    assert max(map(columns_of, lines)) <= columns
    assert len(note) == (columns < 200 and not (command == "undelivered" and columns == 200))
    identity = "row_index" if command == "sent" else "id"
    assert [line.split()[0] for line in lines[2:]] == [str(row[identity]) for row in rows]


def test_progress_comes_and_goes():
    with Service([{"id": number} for number in range(2500)]) as service:
        terminal = Terminal("activities", *EVER, "--url", service.url, stdout=subprocess.DEVNULL)
        assert terminal.wait() == 0
    assert "1,000 rows, 1 page …" in terminal.text and "2,500 rows, 3 pages …" in terminal.text
    assert terminal.screen == "" and terminal.text.endswith("\r\x1b[K")


def test_quiet_is_quiet():
    terminal = Terminal("sent", "--quiet", "--url", ACCOUNT, stdout=subprocess.DEVNULL)
    assert terminal.wait() == 0 and terminal.text == ""


def test_no_progress_in_a_pipe():
    run = subprocess.run([INWISE, "activities", *EVER, "--url", ACCOUNT], capture_output=True, timeout=60)
    assert run.stderr == b""


EVIL = {"id": 1, "remarks": "\x1b[31mred\x07\x9b2J\x7f", "additional_data": "a\u202eb\u2028c\td\ne", "n\x1bm": "k"}


@pytest.mark.parametrize("format", ["table", "csv", "json", "ndjson"])
def test_values_do_not_steer_the_terminal(format):
    rows = [EVIL, json.dumps(EVIL, ensure_ascii=False).replace('{"id": 1', '{"id": 2, "x": "\u009b\u007f\u202e"')]
    with Service(rows) as service:
        terminal = Terminal("activities", *EVER, "--format", format, "--url", service.url, "--quiet")
        assert terminal.wait() == 0
    text = terminal.text.replace("\r\n", "\n")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e]", text)
    if format == "ndjson":
        assert [json.loads(line) for line in text.splitlines()] == [EVIL, {**EVIL, "id": 2, "x": "\u009b\u007f\u202e"}]
    if format == "json":
        assert json.loads(text)[0] == EVIL
    if format == "table":
        assert "␛[31mred␇\ufffd2J␡" in text and "a\ufffdb\ufffdc␉d␊e" in text and "n␛m" in text


def test_an_error_does_not_steer_the_terminal():
    terminal = Terminal("activities", "--param", "a\x1b[2J", "--url", ACCOUNT)
    assert terminal.wait() == 64
    assert "\x1b" not in terminal.text and "a␛[2J" in terminal.text


def test_wide_and_combining_signs_stay_in_their_columns():
    values = ["plain", "שלום", "שָׁלוֹם", "日本語", "e\u0301a", "😀", "ｆｕｌｌ"]
    with Service([{"id": number, "remarks": value, "additional_data": "|"} for number, value in enumerate(values)]) as service:
        terminal = Terminal("activities", *EVER, "--url", service.url)
        assert terminal.wait() == 0
    lines = terminal.screen.splitlines()
    assert len({columns_of(line[:line.index("|")]) for line in lines[2:]}) == 1
    for value, line in zip(values, lines[2:]):
        assert value in line


def test_long_text_is_cut_and_numbers_are_not():
    rows = [{"id": 5_000_000_000, "action_type": "emailClicked", "remarks": "x" * 50, "additional_data": "日" * 50}]
    with Service(rows) as service:
        terminal = Terminal("activities", *EVER, "--url", service.url, columns=60)
        assert terminal.wait() == 0
    line = terminal.screen.splitlines()[2]
    assert line.startswith("5000000000  emailClicked  ") and line.count("…") == 2 and columns_of(line) <= 60


def test_the_funnel_has_bars():
    campaign = json.loads(good("sent", *EVER, url=ACCOUNT))[0]["campaign_id"]
    terminal = Terminal("summary", "--campaign", str(campaign), "--url", ACCOUNT, columns=80)
    assert terminal.wait() == 0
    lines = {line.split()[0]: line for line in terminal.screen.splitlines()[2:]}
    assert lines["sent"].endswith("█" * 20) and "█" in lines["opens"]
    assert lines["opens"].count("█") < lines["sent"].count("█")
    assert max(map(len, terminal.screen.splitlines())) <= 80


def test_ctrl_c_ends_a_walk():
    with Service([{"id": number} for number in range(2000)], hang_from=1) as service:
        terminal = Terminal("activities", *EVER, "--page-size", "100", "--in-flight", "1", "--url", service.url)
        eventually(lambda: "100 rows, 1 page …" in terminal.text)
        terminal.press(b"\x03")
        assert terminal.wait() == 130
    assert terminal.screen.endswith("inwise: 100 rows were written; the rest is missing.\n")
