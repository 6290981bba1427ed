# SPDX-License-Identifier: MIT
"""Mirrors as tests use them: opened, filled, held against what they must hold, and looked at from other processes."""

import collections
import datetime
import json
import os
import pathlib
import subprocess
import sys
from typing import Iterable
from urllib.parse import quote

from inwise_ffi import PAGED, Client
from simulated import Account, Life, Rules, moment

HERE = pathlib.Path(__file__).parent
#: Before every row, so that a question gives all of them.
EVER = {"date_from": "1970-01-01"}
#: By the clocks of most accounts, and of their mirrors.
NOW = "2024-09-20T12:00:00"
#: Options of a source that asks once.
IMPATIENT = {"max_retries": 0}


def lived(rules: Rules | None = None, *, count: int = 1000, days: int = 19, seed: int = 7, **how) -> Account:
    """An account in whose past this much has happened until NOW."""
    account = Account(str(moment(NOW) - datetime.timedelta(days=days)), rules)
    Life(account, seed, **how).go_on(count, days=days)
    return account


def unpunctual(rules: Rules | None = None) -> Account:
    """One whose rows come late too, or are of tomorrow."""
    return lived(rules, late=0.1, future=0.05)


def mirror(path, **options) -> Client:
    return Client(f"file:{quote(str(path))}", **options)


def fill(url: str, path, *, source: dict | None = None, target: dict | None = None, **options) -> dict:
    """Syncs a service into a file, both opened for it; the report."""
    with Client(url, **(source or {})) as service, mirror(path, **(target or {})) as into:
        return service.sync(into, **options).good()


def contents(client: Client) -> dict[str, list[dict]]:
    return {kind: client.drain(kind, EVER) for kind in PAGED}


def summaries(client: Client, campaigns: Iterable[int]) -> dict[int, dict]:
    return {campaign: client.ask("activitiesSummary", {"campaign_id": campaign}).good() for campaign in campaigns}


def check_rows(found: list[dict], expected: list[dict], what: str = "") -> None:
    """The same rows, each as often; their order is no matter."""
    def bag(rows: list[dict]) -> collections.Counter:
        return collections.Counter(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in rows)

    here, there = bag(found), bag(expected)
    if here != there:
        missing, surplus = there - here, here - there
        raise AssertionError(f"{what}: {sum(missing.values())} rows missing, {sum(surplus.values())} too many; "
                             f"missing {list(missing)[:3]}, too many {list(surplus)[:3]}")


def check_same(one: Client, other: Client, campaigns: Iterable[int] | None = None) -> None:
    """That two sources hold the same rows, and count them alike."""
    there = contents(other)
    for kind, rows in contents(one).items():
        check_rows(rows, there[kind], kind)
    if campaigns is None:
        campaigns = {row["campaign_id"] for rows in there.values() for row in rows}
    assert summaries(one, campaigns) == summaries(other, campaigns)


def check_account(client: Client, account: Account) -> None:
    """That a mirror holds what an account does, and counts it alike."""
    for kind, rows in contents(client).items():
        check_rows(rows, account.rows(kind), kind)
    for campaign in account.campaigns():
        found = client.ask("activitiesSummary", {"campaign_id": campaign}).good()
        assert found == account.summary(campaign), campaign


def check_file(path) -> None:
    """What SQLite itself thinks of a file: asked in another process, so that no second copy of it gets at this one's locks."""
    script = "import sqlite3,sys; print(*(row[0] for row in sqlite3.connect(sys.argv[1]).execute('PRAGMA integrity_check')))"
    run = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True)
    assert run.stdout == "ok\n", run


def sql(path, script: str) -> None:
    """By SQLite in another process, as another program would."""
    subprocess.run([sys.executable, "-c", "import sqlite3,sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.executescript(sys.argv[2])",
                    str(path), script], check=True)


def files(path) -> dict[str, bytes]:
    """A mirror's file and those beside it whose names begin like it."""
    path = pathlib.Path(path)
    return {entry.name: entry.read_bytes() for entry in sorted(path.parent.glob(f"{path.name}*")) if entry.is_file()}


def new_rows(report: dict) -> int:
    """Of the windows and of the recent feeds."""
    return sum(method["new"] + method.get("recent", {}).get("new", 0) for method in report["methods"].values())


def gaps(reports: list[dict]) -> dict[int, dict]:
    """Each gap that was reported, as the last report that knows of it tells it."""
    return {gap["id"]: gap for report in reports for gap in report["gaps"]}


def preloading(source: str, folder: pathlib.Path) -> dict[str, str]:
    """The environment in which a C file beside this one, built in a folder, comes before the system's library."""
    built = folder / "preloaded.so"
    subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", str(HERE / source), "-o", str(built), "-ldl"], check=True)
    return {**os.environ, "LD_PRELOAD": str(built)}


class Child:
    """A script beside this file in a process of its own; it is given a JSON object, and writes a JSON value a line."""

    def __init__(self, script: str, given: dict, **how) -> None:
        self.process = subprocess.Popen([sys.executable, "-B", str(HERE / script), json.dumps(given)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, **how)

    def line(self):
        text = self.process.stdout.readline()
        return json.loads(text) if text else None

    def tell(self, value) -> None:
        self.process.stdin.write(json.dumps(value).encode() + b"\n")
        self.process.stdin.flush()

    def lines(self) -> list:
        """All that it still writes, once it has ended; when its input ends it should."""
        out, _ = self.process.communicate(timeout=90)
        return [json.loads(line) for line in out.splitlines()]

    def kill(self) -> None:
        self.process.kill()

    @property
    def ending(self) -> int:
        return self.process.wait(90)

    def __enter__(self) -> "Child":
        return self

    def __exit__(self, *_) -> None:
        self.process.stdin.close()
        try:
            self.process.wait(1)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


def serving(url: str, *, env: dict | None = None, **options) -> Child:
    """inwise_handle behind an HTTP server, in an environment; its first line is the URL."""
    return Child("serving.py", {"url": url, "options": options}, env=env)


def syncing(url: str, path, *, source: dict | None = None, target: dict | None = None, env: dict | None = None, **more) -> Child:
    """A sync in a process of its own, in an environment; see there for more."""
    return Child("syncing.py", {"url": url, "path": str(path), "source": source or {}, "target": target or {}, **more}, env=env)


FULL_SIZE = os.environ.get("INWISE_FULL_SIZE") == "1"
