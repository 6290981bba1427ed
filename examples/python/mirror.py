# SPDX-License-Identifier: MIT
"""Brings a mirror in step with a source, tells a campaign's funnel from it, and hands its new activities to a consumer, "crm".

    pip install inwise
    INWISE_API_KEY=… python mirror.py https://api.inwise.com/rest/v1 file:mirror.db 1958368

Exit code 0, 1 if the mirror is not complete, or 2 if something failed.
"""

import os
import sys

import inwise


def show_progress(state: inwise.SyncProgress) -> None:
    print(f"\r{state.rows} rows", end="", file=sys.stderr, flush=True)


def print_report(report: inwise.SyncReport) -> None:
    for name in ("sentEmails", "undelivered", "activities"):
        print(f"{name:11} {report.methods[name].new_rows:8} new rows")
    if report.complete:
        print("The mirror is complete.")
        return
    gaps = sum(not gap.healed for gap in report.gaps)
    differing = report.audit.checked - report.audit.equal if report.audit else 0
    print(f"The mirror is not complete: {len(report.pending)} windows to read, {gaps} gaps, {differing} campaigns that differ.")


def hand_over(mirror: inwise.Client) -> None:
    """What "crm" has not acknowledged; acknowledged once it is printed."""
    while rows := mirror.recent_activities(consumer="crm"):
        for row in rows:
            fields = (row.action_date, row.action_type, row.campaign_id, row.contact_id)
            print(*("-" if field is None else field for field in fields))
        sys.stdout.flush()
        mirror.acknowledge("recentActivities", consumer="crm")


def work(source: inwise.Client, mirror: inwise.Client, campaign: int) -> int:
    is_terminal = sys.stderr.isatty()
    try:
        report = source.sync(mirror, progress=show_progress if is_terminal else None)
    finally:
        print(end="\n" if is_terminal else "", file=sys.stderr)
    print_report(report)
    summary = mirror.activities_summary(campaign)
    print(f"Campaign {campaign}: {summary.sent} sent, {summary.opens_unique} opened, {summary.clicks_unique} clicked")
    hand_over(mirror)
    return 0 if report.complete else 1


def main() -> int:
    if len(sys.argv) != 4 or not sys.argv[3].isascii() or not sys.argv[3].isdecimal():
        print(f"usage: {sys.argv[0]} URL MIRROR CAMPAIGN_ID", file=sys.stderr)
        return 2
    try:
        with inwise.Client(sys.argv[1], api_key=os.environ.get("INWISE_API_KEY")) as source, inwise.Client(sys.argv[2]) as mirror:
            return work(source, mirror, int(sys.argv[3]))
    except inwise.InwiseError as error:
        print(f"{error.method or 'inwise'}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
