# SPDX-License-Identifier: MIT
"""Everything at once, by chance, as in test_sync_chance.py, and webhooks besides: of most that happens one comes, or two, or none, in any
order, before the service's row or long behind it, from processes that are killed. In the end the mirror equals the service.

With 150 such lives, as one command:

    INWISE_FULL_SIZE=1 build/venv/bin/pytest Tests/host/test_webhook_chance.py
"""

import signal

import pytest
from hooks import ROWLESS, check_told, events, hook, ingest, type_of
from inwise_ffi import Client
from mirrors import FULL_SIZE, Child, mirror
from simulated import KINDS
from test_sync_chance import Lived


class Told(Lived):
    """A life of which webhooks tell."""

    #: Of like rows without an id, of a type that no summary counts, one may be missed, webhooks or not.
    ANONYMOUS = (0,)

    def __init__(self, seed: int, path) -> None:
        self.waiting: list[tuple[str, dict]] = []
        #: Whose webhook has been acknowledged; by its body, since like ones are one event.
        self.told: dict[bytes, tuple[str, dict]] = {}
        super().__init__(seed, path)
        happens = self.account.plan

        def plan(kind: str, arrives, **row) -> None:
            happens(kind, arrives, **row)
            self.waiting += [(kind, row)] * self.chance.choice((0, 1, 1, 1, 1, 1, 1, 1, 2))

        self.account.plan = plan

    def tell(self, share: float) -> None:
        """Some of what waits, in any order."""
        self.chance.shuffle(self.waiting)
        count = round(len(self.waiting) * share)
        now, self.waiting = self.waiting[:count], self.waiting[count:]
        if self.chance.random() < 0.3:
            now += self.tell_from_a_child(now)
        with mirror(self.path, log_level=0, now=self.account.now.isoformat()) as copy:
            for kind, row in now:
                event = ingest(copy, hook(kind, row)).good()
                assert event["state"] in (("kept",) if type_of(kind, row) in ROWLESS else ("provisional", "confirmed"))
                self.told[hook(kind, row)] = kind, row

    def tell_from_a_child(self, rows: list[tuple[str, dict]]) -> list[tuple[str, dict]]:
        """A process that is killed meanwhile; what it didn't acknowledge is to be told again, and is what this returns."""
        # As many as a command line holds.
        rows = rows[:150]
        bodies = [hook(kind, row) for kind, row in rows]
        with Child("posting.py", {"path": str(self.path), "now": self.account.now.isoformat(), "bodies": [body.decode() for body in bodies]}) as child:
            said = [child.line() for _ in range(self.chance.randrange(1, 20))]
            child.kill()
            assert child.ending in (0, -signal.SIGKILL)
        acknowledged = max((line[0] + 1 for line in said[1:] if line), default=0)
        self.told |= {body: row for body, row in zip(bodies[:acknowledged], rows)}
        return rows[acknowledged:]

    def with_rows(self) -> list[tuple[str, dict]]:
        return [(kind, row) for kind, row in self.told.values() if type_of(kind, row) not in ROWLESS]

    def check(self, copy: Client) -> None:
        check_told(copy, {kind: self.account.rows(kind) for kind in KINDS}, self.with_rows())

    def end(self) -> None:
        self.tell(1)
        super().end()
        with mirror(self.path) as copy:
            found = events(copy)
            assert len(found) == len(self.told)
            assert {event["state"] for event in found if event["trigger_type"] not in ROWLESS} <= {"confirmed"}


@pytest.mark.parametrize("seed", range(150 if FULL_SIZE else 6))
def test_a_life_of_webhooks_and_syncs(tmp_path, seed):
    lives = Told(seed, tmp_path / "mirror.db")
    with lives.service:
        for _ in range(10):
            lives.tell(lives.chance.choice((0, 0.3, 0.8)))
            lives.sync()
            lives.life.go_on(lives.chance.choice((0, 3, 40, 200)), hours=lives.chance.choice((0.05, 1, 10, 40)))
        lives.end()
