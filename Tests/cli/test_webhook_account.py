# SPDX-License-Identifier: MIT
"""A live account posts its events to a receiver that is killed again and again, while syncs run into the same mirror: each event counts once.

With 50,000 events and 20 kills, as one command:

    INWISE_FULL_SIZE=1 build/venv/bin/pytest -o faulthandler_timeout=900 Tests/cli/test_webhook_account.py
"""

import contextlib
import datetime
import json
import os
import re
import threading

from program import WALKS, Sandbox, eventually, good, inwise
from receiver import HERE, Receiver, events, look

FULL_SIZE = os.environ.get("INWISE_FULL_SIZE") == "1"
EVENTS, KILLS, RATE, SHUFFLE = (50_000, 20, 2000, 120) if FULL_SIZE else (3_000, 4, 1500, 2)
PATIENCE = 900 if FULL_SIZE else 60


def rows(command: str, source: str) -> list[dict]:
    return json.loads(good(command, "--from", "2000-01-01", "--format", "json", url=source, timeout=PATIENCE))


def told_by(row: dict) -> tuple:
    """What the webhook of an activity tells of it: two that tell the same can't be told from one that was repeated."""
    if not row["action_type"].startswith("email"):
        return row["action_type"], row["action_date"], row["contact_id"]
    return tuple(row.get(name) for name in ("action_type", "action_date", "contact_id", "campaign_id", "ip", "remarks", "additional_data"))


class Syncs(threading.Thread):
    """Syncs an account into a mirror, one sync after the other."""

    def __init__(self, url: str, mirror) -> None:
        super().__init__()
        self.url, self.mirror, self.over, self.outcomes = url, mirror, threading.Event(), []

    def run(self) -> None:
        while not self.over.is_set():
            self.outcomes.append(inwise("sync", self.mirror, "--json", url=self.url, timeout=PATIENCE))

    def __enter__(self) -> "Syncs":
        self.start()
        return self

    def __exit__(self, *_) -> None:
        self.over.set()
        self.join()


def test_each_event_counts_once(tmp_path):
    mirror = tmp_path / "account.db"
    # While the account keeps moving an audit may differ.
    began = datetime.date.today().isoformat()
    receiver = Receiver(mirror, *HERE)
    with contextlib.ExitStack() as stack:
        stack.callback(lambda: receiver.kill() if receiver.process.poll() is None else None)
        account = stack.enter_context(Account(
            "--seed", "7", "--contacts", "2000", "--campaigns", "5", "--live", RATE, "--webhook", receiver.url, "--webhook-events", EVENTS,
            "--webhook-duplicates", "0.1", "--webhook-shuffle", SHUFFLE, "--webhook-mixed"))
        with Syncs(account.url, mirror) as syncs:
            for number in range(KILLS):
                eventually(lambda: events(mirror) > EVENTS * 0.9 * number / KILLS, PATIENCE)
                receiver.kill()
                receiver = Receiver(mirror, *HERE, listen=f"127.0.0.1:{receiver.port}")
            told = account.told()
        assert {outcome.status for outcome in syncs.outcomes} <= {0, 1}, [outcome.error for outcome in syncs.outcomes]
        receiver.stop()
        report = json.loads(good("sync", mirror, "--json", "--audit", "all", url=account.url, timeout=PATIENCE))

        assert told["sent"] == EVENTS and abs(told["repeated"] / EVENTS - 0.1) < 0.03
        assert told["failed"] > 0, "no kill came in the middle of anything"
        assert report["complete"] and report["webhooks"]["unconfirmed"] == 0, report
        assert report["audit"]["equal"] == report["audit"]["checked"] == 5
        there = {command: rows(command, account.url) for command in WALKS}
        for command in WALKS:
            assert rows(command, f"file:{mirror}") == there[command]
        for campaign in {row["campaign_id"] for row in there["sent"]}:
            summary = ("summary", "--campaign", campaign, "--format", "json")
            assert good(*summary, url=f"file:{mirror}") == good(*summary, url=account.url)

    live = [row for row in there["activities"] if row["action_date"] >= began]
    different = {told_by(row) for row in live}
    assert len(live) == EVENTS and 0.8 * EVENTS < len(different)
    on_site = sum(type == "onSite" for type, *_ in different)
    # 0: kept, 1: provisional, 2: confirmed.
    assert dict(look(mirror, "SELECT state, count(*) FROM events GROUP BY state")) == {0: on_site, 2: len(different) - on_site}
    assert look(mirror, "SELECT count(DISTINCT event) FROM events") == [(len(different),)]
    assert look(mirror, "PRAGMA integrity_check") == [("ok",)]
    print(f"{told}, {KILLS} kills, {len(syncs.outcomes)} syncs meanwhile, {len(different)} different events")


class Account(Sandbox):
    """A sandbox that posts its events, and says so in the end."""

    def told(self) -> dict[str, int]:
        line = self.process.stdout.readline().decode()
        assert re.fullmatch(r"webhooks: sent \d+, repeated \d+, failed \d+\n", line), line
        return {name: int(count) for name, count in re.findall(r"(\w+) (\d+)", line)}
