# SPDX-License-Identifier: MIT
"""Webhooks of several processes at once, some of which are killed: no event that was acknowledged is lost, and none counts twice."""

import random
import signal

import pytest
from children import check_children, forked
from hooks import check_told, events, hook, ingest
from inwise_ffi import Client
from mirrors import FULL_SIZE, Child, check_account, check_file, mirror, syncing
from simulated import FIRST_CAMPAIGN, KINDS, Account, Life
from simulated_http import Service

NOW = "2024-09-20T12:00:00"


def posting(path, bodies: list[bytes]) -> Child:
    return Child("posting.py", {"path": str(path), "now": NOW, "bodies": [body.decode() for body in bodies]})


def some(count: int, seed: int) -> list[tuple[str, dict]]:
    """Events of which a few are alike, but for their link."""
    chance, found = random.Random(seed), []
    for number in range(count):
        type_ = chance.choice(("emailOpened", "emailClicked", "emailBounced"))
        found.append(("activities", {"action_date": f"2024-09-20 10:{chance.randrange(60):02}:00", "contact_id": chance.randrange(20),
                                     "campaign_id": FIRST_CAMPAIGN + chance.randrange(2), "action_type": type_, "additional_data": str(number)}))
    return found


def test_a_kill_loses_no_event_that_was_acknowledged(tmp_path):
    told, path, chance = some(400, 1), tmp_path / "mirror.db", random.Random(2)
    bodies = [hook(kind, row) for kind, row in told]
    done, kills = 0, 0
    while done < len(bodies):
        with posting(path, bodies[done:]) as child:
            assert child.line() == "begun"
            last, left = -1, chance.randrange(1, 60)
            while left and (line := child.line()):
                last, left = line[0], left - 1
            child.kill()
            # What it still said before it was killed was acknowledged as well.
            while line := child.line():
                last = line[0]
            kills += child.ending == -signal.SIGKILL
        with mirror(path, now=NOW) as copy:
            kept = len(events(copy))
            assert done + last + 1 <= kept <= done + last + 2
        # The last one again, as the service would send what wasn't answered.
        done += max(last, 0) if last + 1 < len(bodies) - done else last + 1
    assert kills > 5
    with mirror(path, now=NOW) as copy:
        assert [event["event_id"] for event in events(copy)] == list(range(1, 401))
        check_told(copy, {kind: [] for kind in KINDS}, told)
    check_file(path)


def test_two_post_the_same_events_while_one_syncs(tmp_path):
    account, path = Account("2024-09-20 12:00:00"), tmp_path / "mirror.db"
    told = some(150, 3)
    for kind, row in told[:120]:
        account.deliver(kind, **row)
    bodies = [hook(kind, row) for kind, row in told]
    with Service(account) as service:
        service.latency = 0.002
        shuffled = random.Random(4).sample(bodies, len(bodies))
        with posting(path, bodies) as one, posting(path, shuffled) as other:
            for number in range(4):
                with syncing(service.url, path, source={"page_size": 20}, target={"now": NOW}, options={"wait_seconds": 30}) as sync:
                    assert sync.ending == 0
            said = [one.lines(), other.lines()]
            assert [child.ending for child in (one, other)] == [0, 0]
        assert all(len(lines) == 151 for lines in said)
        with Client(service.url) as source, mirror(path, now=NOW) as copy:
            report = source.sync(copy, audit="all").good()
            assert report["complete"] and report["webhooks"]["unconfirmed"] == 30
            # Of the two, who came first made the event; the other was given the same.
            ids = [dict((hash(body), event) for (place, event), body in zip(lines[1:], order)) for lines, order in zip(said, (bodies, shuffled))]
            assert ids[0] == ids[1] and sorted(ids[0].values()) == list(range(1, 151))
            check_told(copy, {kind: account.rows(kind) for kind in KINDS}, told)
    check_file(path)


def test_children_of_one_process_ingest(tmp_path):
    told, path = some(60, 5), tmp_path / "mirror.db"
    with mirror(path, now=NOW) as copy:
        ingest(copy, hook(*told[0])).good()

        def work(first: int) -> None:
            for kind, row in told[first::3] + told[:5]:
                ingest(copy, hook(kind, row)).good()

        check_children([forked(lambda: work(first)) for first in range(3)])
        check_told(copy, {kind: [] for kind in KINDS}, told)
        assert ingest(copy, hook(*told[-1])).good()["new"] is False
    check_file(path)


@pytest.mark.parametrize("seed", range(20 if FULL_SIZE else 3))
def test_a_sync_that_is_killed_between_confirmations(tmp_path, seed):
    account, path = Account("2024-09-10 12:00:00"), tmp_path / "mirror.db"
    life = Life(account, seed, late=0.05)
    life.go_on(500, days=3)
    told = [(kind, row) for kind in KINDS for row in account.rows(kind) if row.get("action_type") != "onSite"]
    with mirror(path, now=NOW, log_level=0) as copy:
        for kind, row in random.Random(seed).sample(told, 300):
            ingest(copy, hook(kind, row)).good()
    with Service(account) as service:
        for at in range(1, 60, 1 if FULL_SIZE else 4):
            with syncing(service.url, path, source={"page_size": 50}, target={"now": account.now.isoformat()}, kill_at=at) as child:
                if child.ending == 0:
                    break
                assert child.ending == -signal.SIGKILL
        with Client(service.url) as source, mirror(path, now=account.now.isoformat()) as copy:
            report = source.sync(copy).good()
            assert report["complete"] and report["webhooks"]["unconfirmed"] == 0
            check_account(copy, account)
    check_file(path)
