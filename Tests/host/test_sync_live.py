# SPDX-License-Identifier: MIT
"""The sandbox, which keeps going while it is synced, loses answers and fails; in the end its clock stands still."""

import datetime

from inwise_ffi import PAGED, Client
from mirrors import check_same, contents, gaps, mirror, new_rows, preloading, serving


def test_a_lossy_live_sandbox(tmp_path):
    """Nothing is missing, and rows that arrive between the rows and the service's count of them are no difference that remains."""
    url = "sandbox:?seed=3&contacts=400&live=1000&recent_drop_rate=0.3&late_rate=0.05&future_rate=0.03&fail_rate=0.01"
    reports = []
    with serving(url, env=preloading("stoppedclock.c", tmp_path)) as server, mirror(tmp_path / "mirror.db") as copy, Client(server.line()) as source:
        for _ in range(10):
            before = contents(source)
            reports.append(source.sync(copy, audit="all").good())
            check_audit(reports[-1])
            found, after = contents(copy), contents(source)
            for kind in PAGED:
                key = "row_index" if kind == "sentEmails" else "id"
                first, here, last = ({row[key]: row for row in rows[kind]} for rows in (before, found, after))
                assert len(here) == len(found[kind]), "a row is there twice"
                missing = first.keys() - here.keys()
                assert not missing, (kind, len(missing), [first[id] for id in sorted(missing)[:3]])
                assert here.keys() <= last.keys() and all(last[id] == row for id, row in here.items())
        server.tell("stop")
        assert server.line() == "stop"
        for _ in range(2):
            reports.append(source.sync(copy, audit="all").good())
            check_audit(reports[-1])
            check_same(copy, source)
        assert new_rows(reports[-1]) == 0 and not any(entry["differences"] for entry in reports[-1]["audit"]["campaigns"])
    found = gaps(reports)
    lost = sum(counts["recent"]["lost"] for report in reports for counts in report["methods"].values())
    assert lost == len(found) > 3 and all(gap["healed"] for gap in found.values())
    newest = max(row["action_date"] for row in after["activities"])
    assert newest > str(datetime.datetime.now() + datetime.timedelta(hours=1)), "some are of tomorrow"
    assert sum(counts["late"] for report in reports for counts in report["methods"].values()) > 0


def check_audit(report: dict) -> None:
    """That every campaign was audited and is equal: what differed at first lies between the service's counts by now."""
    assert report["complete"], report
    audit = report["audit"]
    assert audit["checked"] == audit["equal"] == 3 and all(entry["equal"] for entry in audit["campaigns"]), audit
    for entry in audit["campaigns"]:
        for difference in entry["differences"]:
            assert difference["mirror"] <= difference["found"] <= difference["service"] > difference["mirror"], difference
