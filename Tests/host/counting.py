# SPDX-License-Identifier: MIT
"""The funnel as inwise.h defines it, counted the plain way: what the library's own counts are held against.

Rows come by kind, and each row has all its fields, as a sandbox's have."""

import datetime
import math
from typing import Callable, Iterator

Rows = dict[str, list[dict]]

FIELDS = [
    "opens", "opens_unique", "clicks", "clicks_unique", "sent", "undelivered", "bounces", "bounces_unique", "webversions_unique",
    "unsubscribes", "unsubscribes_unique", "report_spam", "report_spam_unique", "onsite", "onsite_unique",
]

COUNTED = {"opens": {"emailOpened"}, "clicks": {"emailClicked"}, "bounces": {"emailBounced"},
           "webversions": {"emailWebVersion", "emailPublicWebVersion"}, "unsubscribes": {"emailUnsubscribed"},
           "report_spam": {"emailReportSpam"}, "onsite": {"onSite"}}


def summary(rows: Rows, campaign: int | None = None) -> dict[str, int]:
    """Without a campaign a contact counts once per campaign."""
    chosen = {kind: [row for row in of_kind if campaign in (None, row["campaign_id"])] for kind, of_kind in rows.items()}
    counts = {"sent": len(chosen["sentEmails"]), "undelivered": len(chosen["undelivered"])}
    for name, types in COUNTED.items():
        counts[name], counts[f"{name}_unique"] = tally(chosen["activities"], types)
    return {field: counts[field] for field in FIELDS}


def tally(activities: list[dict], types: set[str]) -> tuple[int, int]:
    """How many activities of these types, and how many contacts (of a campaign) among them."""
    of_types = [row for row in activities if row["action_type"] in types]
    return len(of_types), len({(row["campaign_id"], row["contact_id"]) for row in of_types})


def other_types(rows: Rows, campaign: int | None = None) -> dict[str, dict[str, int]]:
    """The action types that have no field of their own."""
    activities = [row for row in rows["activities"] if campaign in (None, row["campaign_id"])]
    names = {row["action_type"] for row in activities} - set().union(*COUNTED.values())
    return {name: dict(zip(("count", "unique"), tally(activities, {name}))) for name in names}


def rates(counts: dict[str, int]) -> dict:
    delivered = counts["sent"] - counts["bounces_unique"]

    def share(part: str, whole: int):
        return counts[part] / whole if whole > 0 else None

    return {
        "delivered": delivered if counts["sent"] else None,
        "open_rate": share("opens_unique", delivered),
        "click_rate": share("clicks_unique", delivered),
        "click_to_open_rate": share("clicks_unique", counts["opens_unique"]),
        "bounce_rate": share("bounces_unique", counts["sent"]),
        "unsubscribe_rate": share("unsubscribes_unique", delivered),
        "spam_rate": share("report_spam_unique", delivered),
    }


DATE = {"sentEmails": "date_sent", "undelivered": "create_date", "activities": "action_date"}


def choose(rows: Rows, wanted: Callable[[str, dict], bool]) -> Rows:
    return {kind: [row for row in of_kind if wanted(kind, row)] for kind, of_kind in rows.items()}


def within(rows: Rows, date_from: str | None = None, date_to: str | None = None) -> Rows:
    """The rows dated in a range: as texts, dates sort as they are."""
    first = (date_from or "") + (" 00:00:00" if len(date_from or "") == 10 else "")
    last = (date_to or "9999-12-31") + (" 23:59:59" if len(date_to or "9999-12-31") == 10 else "")
    return choose(rows, lambda kind, row: first <= row[DATE[kind]] <= last)


def groups(rows: Rows, group_by: str, everything: Rows) -> Iterator[tuple[object, Rows]]:
    """Each group's name and rows, in order. everything: the rows from which sources and domains are learnt."""
    name = namer(group_by, everything)
    names = {name(kind, row) for kind, of_kind in rows.items() for row in of_kind}
    for wanted in sorted(names, key=lambda known: (known is None, known)):
        yield wanted, choose(rows, lambda kind, row: name(kind, row) == wanted)


def namer(group_by: str, everything: Rows) -> Callable[[str, dict], object]:
    sources, domains = {}, {}
    for row in sorted(everything["sentEmails"], key=lambda row: (row["date_sent"], row["sending_source"])):
        sources.setdefault((row["campaign_id"], row["contact_id"]), row["sending_source"])
    mailed = [(row[DATE[kind]], row["email"].rpartition("@")[2].lower(), row["contact_id"])
              for kind in ("sentEmails", "undelivered") for row in everything[kind]]
    for _, domain, contact in sorted(mailed):
        domains[contact] = domain

    def source(kind: str, row: dict) -> str | None:
        return row["sending_source"] if kind == "sentEmails" else sources.get((row["campaign_id"], row["contact_id"]))

    return {
        "campaign": lambda kind, row: row["campaign_id"],
        "day": lambda kind, row: row[DATE[kind]][:10],
        "hour": lambda kind, row: row[DATE[kind]][:13] + ":00:00",
        "sending_source": source,
        "domain": lambda kind, row: domains.get(row["contact_id"]),
    }[group_by]


def time_to(rows: Rows, action_type: str) -> dict | None:
    """How long contacts took from their first mail to their first activity of a type: quantiles by nearest rank."""
    sent = firsts(rows["sentEmails"], "date_sent")
    done = firsts([row for row in rows["activities"] if row["action_type"] == action_type], "action_date")
    seconds = sorted(max(0, int((date - sent[key]).total_seconds())) for key, date in done.items() if key in sent)
    if not seconds:
        return None
    ranks = {f"p{percent}": math.ceil(percent * len(seconds) / 100) for percent in (10, 25, 50, 75, 90)}
    return {"contacts": len(seconds), **{name: seconds[rank - 1] for name, rank in ranks.items()}}


def firsts(rows: list[dict], field: str) -> dict[tuple[int, int], datetime.datetime]:
    dates = {}
    for row in rows:
        key, date = (row["campaign_id"], row["contact_id"]), datetime.datetime.fromisoformat(row[field])
        dates[key] = min(date, dates.get(key, date))
    return dates


def everything(rows: Rows) -> dict:
    """A whole summary, its rates apart: they are fractions."""
    return {**summary(rows), "types": other_types(rows), **times(rows)}


def times(rows: Rows) -> dict:
    return {"time_to_open": time_to(rows, "emailOpened"), "time_to_click": time_to(rows, "emailClicked")}
