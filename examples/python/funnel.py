# SPDX-License-Identifier: MIT
"""Prints a campaign's funnel, counted from every row, beside the service's own summary.

    pip install inwise
    INWISE_API_KEY=… python funnel.py https://api.inwise.com/rest/v1 1958368

Exit code 0 if the two agree, 1 if they don't, 2 if something failed.
"""

import os
import sys

import inwise

# The stages to show; the funnel and the service's summary name them alike.
STAGES = [
    "sent", "undelivered", "opens", "opens_unique", "clicks", "clicks_unique", "bounces", "bounces_unique",
    "unsubscribes", "unsubscribes_unique", "webversions_unique", "report_spam", "report_spam_unique", "onsite",
    "onsite_unique",
]


def bar(value: int, whole: int) -> str:
    width = value * 40 // whole if whole > 0 else 0
    return "█" * min(60, max(width, 1 if value > 0 else 0))


def show(client: inwise.Client, campaign: int) -> int:
    # Without a date the service answers for the past week only.
    walks = [
        client.sent_emails(campaign_id=campaign, date_from="2000-01-01"),
        client.undelivered(campaign_id=campaign, date_from="2000-01-01"),
        client.activities(campaign_id=campaign, date_from="2000-01-01"),
    ]
    with inwise.Funnel() as funnel:
        for walk in walks:
            funnel.add(walk)
        counted = funnel.summary(campaign_id=campaign)
    stated = client.activities_summary(campaign)

    differences = 0
    print(f"Campaign {campaign}, {sum(walk.info.pages for walk in walks)} pages of rows\n")
    print(f"{'':20} {'counted':>10} {'service':>10}")
    for stage in STAGES:
        ours, theirs = getattr(counted, stage), getattr(stated, stage)
        differ = ours != theirs
        differences += differ
        service = "none" if theirs is None else theirs
        print(f"{stage:20} {ours:10} {service:>10}  {bar(ours, counted.sent)}{'  they differ' if differ else ''}")
    if differences:
        print(f"\nThe rows and the service's summary differ in {differences} of {len(STAGES)} counts.")
    else:
        print(f"\nThe rows add up to the service's summary in all {len(STAGES)} counts.")
    return 1 if differences else 0


def main() -> int:
    if len(sys.argv) != 3 or not sys.argv[2].isascii() or not sys.argv[2].isdecimal():
        print(f"usage: {sys.argv[0]} URL CAMPAIGN_ID", file=sys.stderr)
        return 2
    try:
        with inwise.Client(sys.argv[1], api_key=os.environ.get("INWISE_API_KEY")) as client:
            return show(client, int(sys.argv[2]))
    except inwise.InwiseError as error:
        print(f"{error.method or 'inwise'}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
