# SPDX-License-Identifier: MIT
"""`inwise sync --watch`: rounds, what ends them and what doesn't, and what is said when nothing comes."""

import json
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import threading
import time

import pytest

from account import Account, activity
from program import Terminal, eventually, good, start
from test_sync import files, pending, rows, url

AUTUMN = 1_700_000_000
QUICK = ["--method", "activities", "--no-recent", "--option", "max_retries=0"]


class Watch:
    """A running watch, with what it has said so far."""

    def __init__(self, mirror, account, *more, interval=0.1, environment=None) -> None:
        self.process = start(
            "sync", mirror, "--watch", interval, *QUICK, "--url", account.url, *more, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "TZ": "UTC", **(environment or {})})
        self.out, self.errors = [], []
        self._readers = [threading.Thread(target=self._read, args=(stream, lines))
                         for stream, lines in ((self.process.stdout, self.out), (self.process.stderr, self.errors))]
        for reader in self._readers:
            reader.start()

    @staticmethod
    def _read(stream, lines) -> None:
        with stream:
            for line in stream:
                lines.append(line.decode().rstrip("\n"))

    def rounds(self, more: int = 1) -> None:
        """Waits for so many more."""
        known = len(self.out)
        eventually(lambda: len(self.out) >= known + more)

    def stop(self, how=signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.wait()

    def wait(self) -> int:
        status = self.process.wait(20)
        for reader in self._readers:
            reader.join(20)
        return status

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.wait()


@pytest.fixture
def account():
    with Account([activity(number, AUTUMN + 60 * number) for number in range(5)]) as account:
        yield account


@pytest.fixture
def mirror(tmp_path):
    return tmp_path / "account.db"


# ---------------------------------------------------------------- rounds

@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_each_round_is_a_line(how, account, mirror):
    with Watch(mirror, account) as watch:
        watch.rounds(2)
        account.add(activity(10, AUTUMN + 400))
        eventually(lambda: any("1 new row," in line for line in watch.out))
        assert watch.stop(how) == 0
    assert watch.errors == []
    # The signal may end a round.
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  \d+ new rows?, (complete|interrupted.*)", line) for line in watch.out), watch.out
    assert all(line.endswith("complete") for line in watch.out[:-1])
    assert [line.split("  ")[1].split()[0] for line in watch.out[:2]] == ["5", "0"]
    assert sum(int(line.split("  ")[1].split()[0]) for line in watch.out) == 6
    assert files(mirror.parent) == [mirror.name]
    assert len(rows("activities", url(mirror))) == 6


def test_each_round_is_a_report(account, mirror):
    with Watch(mirror, account, "--json") as watch:
        watch.rounds(2)
        assert watch.stop() == 0
    reports = [json.loads(line) for line in watch.out]
    assert all(next(iter(report)) == "at" and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", report["at"]) for report in reports)
    assert reports[0]["methods"]["activities"]["new"] == 5 and reports[0]["complete"]


def test_a_report_says_that_a_signal_ended_its_round(account, mirror):
    account.open.clear()
    with Watch(mirror, account, "--json") as watch:
        eventually(lambda: account.requests)
        watch.process.send_signal(signal.SIGINT)
        eventually(lambda: pending(watch.process.pid) == 0)
        account.open.set()
        assert watch.wait() == 0
    assert watch.errors == [] and [json.loads(line)["stopped"] for line in watch.out] == ["interrupted"]


def test_what_is_not_complete_is_told(account, mirror):
    account.lie = 1
    with Watch(mirror, account, "--quiet") as watch:
        watch.rounds(1)
        assert watch.out[0].endswith("  5 new rows, 1 campaign differs")
        account.lie = 0
        account.add(activity(10, AUTUMN + 400))
        eventually(lambda: len(rows("activities", url(mirror))) == 6)
        assert watch.stop() == 0
    assert all("differ" in line for line in watch.out[:-1]) and "complete" not in watch.out[-1]


def test_the_interval_is_kept_give_or_take_a_tenth(account, mirror):
    with Watch(mirror, account, "--audit", "none", interval=1) as watch:
        watch.rounds(3)
        assert watch.stop() == 0
    begins = [account.times[0]]
    for moment in account.times:
        if moment > begins[-1] + 0.7:
            begins.append(moment)
    for first, second in zip(begins, begins[1:]):
        assert 0.85 <= second - first <= 1.8, begins


def test_progress_comes_and_goes_in_each_round(account, mirror):
    terminal = Terminal("sync", mirror, "--watch", "0.1", *QUICK, "--url", account.url)
    eventually(lambda: terminal.text.count("complete") >= 3)
    terminal.press(b"\x03")
    assert terminal.wait() == 0
    assert "asking the service …" in terminal.text
    assert all(re.search("complete$|interrupted", line) for line in terminal.screen.replace("^C", "").splitlines())


# ---------------------------------------------------------------- what ends it, and what doesn't

@pytest.mark.parametrize("status", [500, 503, 429])
def test_what_passes_does_not_end_it(status, account, mirror):
    with Watch(mirror, account) as watch:
        watch.rounds(1)
        account.fail(status)
        eventually(lambda: len(watch.errors) >= 2)
        assert all(line.startswith("inwise: ") and re.search(r" The next round comes in \d\.\d s\.$", line) for line in watch.errors), watch.errors
        account.fail(None)
        account.add(activity(10, AUTUMN + 400))
        eventually(lambda: any("1 new row," in line for line in watch.out))
        assert watch.stop() == 0


def test_a_service_that_is_away_does_not_end_it(mirror):
    with Account() as gone:
        pass
    with Watch(mirror, gone) as watch:
        eventually(lambda: len(watch.errors) >= 2)
        assert watch.stop() == 0 and watch.out == []


def test_the_service_says_when_to_come_back(account, mirror):
    with Watch(mirror, account, "--option", "max_retry_delay_seconds=0") as watch:
        watch.rounds(1)
        account.fail(429, retry_after=2)
        eventually(lambda: watch.errors)
        begun, asked = time.monotonic(), len(account.times)
        account.fail(None)
        watch.rounds(1)
        assert account.times[asked] - begun >= 1.5, watch.errors
        assert watch.stop() == 0


@pytest.mark.parametrize("status, code", [(401, 77), (403, 77), (404, 69)])
def test_what_does_not_pass_ends_it(status, code, account, mirror):
    with Watch(mirror, account) as watch:
        watch.rounds(1)
        account.fail(status)
        assert watch.wait() == code and len(watch.errors) == 1


def test_a_mirror_that_is_gone_bad_ends_it(tmp_path, account):
    (tmp_path / "a.db").write_text("no mirror")
    with Watch(tmp_path / "a.db", account) as watch:
        assert watch.wait() == 73 and watch.out == [] and account.requests == []


def test_another_sync_does_not_end_it(account, mirror):
    account.open.clear()
    other = start("sync", mirror, *QUICK, "--url", account.url, stdout=subprocess.DEVNULL)
    eventually(lambda: account.requests)
    with Watch(mirror, account) as watch:
        eventually(lambda: len(watch.errors) >= 2)
        assert str(other.pid) in watch.errors[0] and watch.out == []
        account.open.set()
        assert other.wait(20) == 0
        watch.rounds(1)
        assert watch.stop() == 0


def test_a_reader_who_has_gone_ends_it(account, mirror):
    process = start("sync", mirror, "--watch", "0.1", *QUICK, "--url", account.url, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(20) == 141 and process.stderr.read() == b""
    process.stderr.close()


def test_a_signal_ends_a_pause_at_once(account, mirror):
    with Watch(mirror, account, interval=3600) as watch:
        watch.rounds(1)
        begun = time.monotonic()
        assert watch.stop() == 0 and time.monotonic() - begun < 2


# ---------------------------------------------------------------- silence

class Clock:
    """The wall clock of programs that are started with its environment."""

    def __init__(self, folder: pathlib.Path, library: pathlib.Path) -> None:
        self.path = folder / "clock"
        self.path.write_bytes(bytes(8))
        self.environment = {"LD_PRELOAD": str(library), "INWISE_TEST_CLOCK": str(self.path)}
        self.ahead = 0

    @property
    def now(self) -> float:
        return time.time() + self.ahead

    def advance(self, seconds: int) -> None:
        self.ahead += seconds
        with self.path.open("r+b") as file:
            file.write(struct.pack("=q", self.ahead))


@pytest.fixture(scope="session")
def clock_library(tmp_path_factory):
    library = tmp_path_factory.mktemp("clock") / "clock.so"
    compiler = shutil.which("cc") or pytest.skip("no C compiler")
    subprocess.run([compiler, "-O1", "-Wall", "-Werror", "-shared", "-fPIC", pathlib.Path(__file__).with_name("clock.c"), "-o", library, "-ldl"], check=True)
    return library


@pytest.fixture
def clock(tmp_path, clock_library):
    folder = tmp_path / "clock"
    folder.mkdir()
    return Clock(folder, clock_library)


def history(clock, minutes: int, step: int = 1) -> list[dict]:
    """A row in so many minutes, up to now."""
    begin = int(clock.now) - 60 * minutes
    return [activity(number, begin + 60 * number) for number in range(0, minutes + 1, step)]


def silences(watch) -> list[str]:
    return [line for line in watch.errors if "Nothing has arrived" in line or "Rows arrive again" in line]


def test_a_silence_is_told_once_and_so_is_its_end(clock, mirror):
    with Account(history(clock, 15 * 1440)) as account, Watch(mirror, account, "--json", environment=clock.environment) as watch:
        watch.rounds(2)
        clock.advance(600)
        watch.rounds(3)
        assert silences(watch) == []
        clock.advance(600)
        eventually(lambda: watch.errors)
        watch.rounds(3)
        clock.advance(86_400)
        watch.rounds(3)
        assert re.fullmatch(
            r"inwise: Nothing has arrived for 20 min( \d+ s)?\. In the hours in which rows usually come, "
            r"the longest silence of the past two weeks was (1|2) min( \d+ s)?\.", watch.errors[0])
        assert len(silences(watch)) == 1
        account.add(activity(10_000_000, clock.now))
        eventually(lambda: len(silences(watch)) == 2)
        assert re.fullmatch(r"inwise: Rows arrive again, after 1 d\.", watch.errors[1])
        watch.rounds(3)
        assert watch.stop() == 0
    assert len(watch.errors) == 2


@pytest.mark.parametrize("days", [0, 3, 6])
def test_little_history_is_no_reason_to_warn(days, clock, mirror):
    with Account(history(clock, days * 1440)) as account, Watch(mirror, account, environment=clock.environment) as watch:
        watch.rounds(2)
        clock.advance(2 * 86_400)
        watch.rounds(3)
        assert watch.stop() == 0 and watch.errors == []


def test_a_service_that_is_away_is_no_silence(clock, mirror):
    with Account(history(clock, 15 * 1440, step=5)) as account, Watch(mirror, account, environment=clock.environment) as watch:
        watch.rounds(2)
        account.fail(503)
        eventually(lambda: watch.errors)
        clock.advance(86_400)
        eventually(lambda: len(watch.errors) >= 4)
        account.add(*history(clock, 1440))
        account.fail(None)
        watch.rounds(2)
        assert silences(watch) == [] and watch.stop() == 0


def test_rows_from_another_part_of_the_world(clock, mirror):
    """Their dates are hours ahead of this machine's clock, and the watch begins in their night: nothing is told until it is day there."""
    zone = 5 * 3600
    local = clock.now + zone
    # Awake in the hours of the day that begin six hours after theirs of now.
    awake = {int(local // 3600 + hour) % 24 for hour in range(6, 16)}
    dates = [local - 60 * minute for minute in range(15 * 1440, 0, -5)]
    with Account([activity(number, date) for number, date in enumerate(dates) if int(date // 3600) % 24 in awake]) as account:
        with Watch(mirror, account, environment=clock.environment) as watch:
            watch.rounds(2)
            for _ in range(3):
                clock.advance(7200)
                watch.rounds(2)
            assert silences(watch) == []
            for _ in range(12):
                clock.advance(7200)
                watch.rounds(2)
            assert len(silences(watch)) == 1
            assert watch.stop() == 0


def test_it_is_documented():
    text = " ".join(good("sync", "--help").split())
    assert "three times the longest silence of the past two weeks" in text and "15 minutes" in text
