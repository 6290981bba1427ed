# SPDX-License-Identifier: MIT
"""Everything at once, by chance: services of any ways, faults of any sort, syncs of any options that are stopped, cancelled and killed.
After each sync that says it is complete nothing is missing, and in the end everything is there.

With 150 such lives, as one command:

    INWISE_FULL_SIZE=1 build/venv/bin/pytest Tests/host/test_sync_chance.py
"""

import random
import signal
from typing import Callable

import pytest
from inwise_ffi import PAGED, Client, Status
from mirrors import FULL_SIZE, check_account, check_file, check_rows, mirror, syncing
from simulated import FEEDS, FIRST_CAMPAIGN, KINDS, Account, Life, Rules
from simulated_http import CUT, LOSSES, RESET, SILENT, Asked, Fault, Service, longer_than, status


def ways(chance: random.Random) -> Rules:
    some = lambda names, share: frozenset(name for name in names if chance.random() < share)
    return Rules(
        page_base=chance.randrange(2), ids_as_text=chance.random() < 0.3, order=chance.choice(("desc", "desc", "asc", "latest", "oldest", "none")),
        rows_a_page=chance.choice((0, 0, 0, 100)), ignores_dates=some(KINDS, 0.1), missing=some(FEEDS, 0.3) if chance.random() < 0.3 else frozenset(),
        end_belongs=chance.random() < 0.7, reads_times=chance.random() < 0.8, feeds_write_otherwise=chance.random() < 0.2)


class Lived:
    """An account, its service with faults, and a mirror that is synced now and then."""

    #: Shares of rows that come without an id, one of which is chosen.
    ANONYMOUS = (0, 0, 0.3)

    def __init__(self, seed: int, path) -> None:
        self.chance, self.path = random.Random(seed), path
        self.account = Account("2024-09-01 12:00:00", ways(self.chance))
        #: Like rows without an id on several pages can't be told apart where dates are of no effect.
        self.anonymous = 0 if self.account.rules.ignores_dates else self.chance.choice(self.ANONYMOUS)
        self.life = Life(self.account, seed, late=0.1, future=0.05, anonymous=self.anonymous)
        self.life.go_on(self.chance.choice((30, 400, 1200)), days=self.chance.choice((1, 5, 20)))
        self.service = Service(self.account)
        self.service.most = 20_000
        #: Whether all that came is either in the feeds, in a gap, or in the mirror: a second row like another that has no id comes with
        #: its second alone, when that is read again.
        self.tells_all = not self.account.rules.missing and not self.anonymous

    def faults(self) -> Callable[[Asked], Fault | None]:
        chance, kind = self.chance, self.chance.random()
        if kind < 0.3:
            return lambda _: None
        loss, failure = chance.choice((0, 0.3, 1)), chance.choice((0, 0.05, 0.3))
        too_long = longer_than(self.account, chance.choice((1, 3, 10))) if kind > 0.85 else lambda _: None

        def fault(asked: Asked) -> Fault | None:
            if asked.recent:
                return chance.choice(LOSSES) if chance.random() < loss else None
            wrong = chance.random() < failure
            return too_long(asked) or (chance.choice([status(500), status(503), status(429), CUT, RESET, SILENT]) if wrong else None)

        return fault

    def options(self) -> dict:
        chance, options = self.chance, {"date_from": "2024-08-01"}
        if chance.random() < 0.15:
            options["campaign_ids"] = [FIRST_CAMPAIGN + chance.randrange(4)]
        if chance.random() < 0.15:
            options["methods"] = chance.sample(PAGED, chance.randrange(1, 3))
        if chance.random() < 0.15:
            options["recent"] = False
        if chance.random() < 0.3:
            options["audit"] = chance.choice(("none", "all"))
        return options

    def sync(self) -> None:
        """One sync, which may end in any way."""
        chance, options = self.chance, self.options()
        source = {"page_size": chance.choice((20, 100, 1000)), "max_retries": chance.choice((0, 4)), "max_retry_delay_seconds": 0.01,
                  "pages_in_flight": chance.choice((1, 4))}
        target = {"now": self.account.now.isoformat()}
        ending, self.service.fault = chance.random(), self.faults()
        if ending < 0.1:
            with syncing(self.service.url, self.path, source=source, target=target, options=options, kill_at=chance.randrange(1, 12)) as child:
                assert child.ending in (0, -signal.SIGKILL)
            return
        left = chance.randrange(1, 15) if ending < 0.3 else 10**9
        with Client(self.service.url, log_level=1, **source) as service, mirror(self.path, log_level=1, **target) as copy:

            def on_step(_: dict) -> bool:
                nonlocal left
                left -= 1
                if left == 0 and ending < 0.2:
                    service.cancel()
                return left == 0 and ending >= 0.2

            outcome = service.sync(copy, on_step, **options)
            assert outcome.status in (Status.OK, Status.SERVER, Status.NETWORK, Status.RATE_LIMIT, Status.CANCELLED), outcome
            if outcome.status is Status.OK and outcome.value["complete"] and options.keys() <= {"date_from", "audit"} and self.tells_all:
                self.check(copy)

    def check(self, copy: Client) -> None:
        """After a sync that says it is complete."""
        check_account(copy, self.account)

    def end(self) -> None:
        """Without faults, and as late as anything can be."""
        self.service.fault = lambda _: None
        for _ in range(4):
            with Client(self.service.url) as service, mirror(self.path, now=self.account.now.isoformat()) as copy:
                report = service.sync(copy, date_from="2024-08-01").good()
                assert report["pending"] == [] and all(gap["healed"] for gap in report["gaps"])
            self.account.advance(days=4)
        assert report["complete"], report["audit"]
        with mirror(self.path, now=self.account.now.isoformat()) as copy:
            check_account(copy, self.account)
            for feed, kind in FEEDS.items():
                rows = []
                while page := copy.ask(feed, {"consumer": "end"}).good():
                    rows += page
                    copy.acknowledge(feed, "end")
                check_rows(rows, self.account.rows(kind), feed)
        check_file(self.path)


@pytest.mark.parametrize("seed", range(150 if FULL_SIZE else 8))
def test_a_life_of_syncs(tmp_path, seed):
    lives = Lived(seed, tmp_path / "mirror.db")
    with lives.service:
        for _ in range(12):
            lives.sync()
            lives.life.go_on(lives.chance.choice((0, 3, 40, 300)), hours=lives.chance.choice((0.05, 1, 10, 40)))
        lives.end()
