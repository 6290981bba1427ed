# SPDX-License-Identifier: MIT
"""A mirror as commit 489b3d3 wrote it, before there were webhooks (user_version 1): mirror_1.db.gz, and in mirror_1.json what it answered. It has
every kind of row, some without ids, a consumer that is half through, a window that is pending and a gap that is open. To make both again, in a checkout of
that commit with this file in it, once its library is built:

    python3 -B Tests/host/earlier/mirror_1.py
"""

import gzip
import json
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from inwise_ffi import Client  # noqa: E402
from mirrors import contents, mirror, summaries  # noqa: E402
from simulated import FIRST_CAMPAIGN, Account, Life  # noqa: E402
from simulated_http import CUT, Service, status  # noqa: E402

CAMPAIGNS = range(FIRST_CAMPAIGN, FIRST_CAMPAIGN + 4)


def account() -> tuple[Account, Life]:
    """The account as it was when the mirror was filled first."""
    found = Account("2024-09-10 12:00:00")
    life = Life(found, 1, late=0.05, anonymous=0.1)
    life.go_on(200, days=3)
    return found, life


def goes_on(life: Life) -> None:
    """What happened until it was synced once more, with failures."""
    life.go_on(80, hours=20)


def answers(copy: Client) -> dict:
    return {"rows": contents(copy), "summaries": {str(campaign): summary for campaign, summary in summaries(copy, CAMPAIGNS).items()},
            "consumer": copy.ask("recentActivities", {"consumer": "crm"}).good()}


def make(path: pathlib.Path) -> dict:
    of, life = account()
    with Service(of) as service, Client(service.url, max_retries=0) as source:
        with mirror(path, now=of.now.isoformat()) as copy:
            assert source.sync(copy).good()["complete"]
            rows = copy.ask("recentActivities", {"consumer": "crm"}).good()
            copy.acknowledge("recentActivities", "crm", through=next(row["id"] for row in rows[len(rows) // 2:] if "id" in row))
        goes_on(life)
        service.fault = lambda asked: (CUT if asked.recent else status(500)) if "ctivities" in asked.method else None
        with mirror(path, now=of.now.isoformat()) as copy:
            outcome = source.sync(copy, audit="none")
            assert outcome.value["pending"] and outcome.value["gaps"], outcome
            return answers(copy)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "mirror.db"
        (HERE / "mirror_1.json").write_text(json.dumps(make(path), indent=0, ensure_ascii=False) + "\n")
        (HERE / "mirror_1.db.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
