# SPDX-License-Identifier: MIT
"""The funnel as DESIGN.md defines it, counted the plain way: what the library's own counts are held against."""

FIELDS = [
    "opens", "opens_unique", "clicks", "clicks_unique", "sent", "undelivered", "bounces", "bounces_unique", "webversions_unique",
    "unsubscribes", "unsubscribes_unique", "report_spam", "report_spam_unique", "onsite", "onsite_unique",
]

COUNTED = {"opens": {"emailOpened"}, "clicks": {"emailClicked"}, "bounces": {"emailBounced"},
           "webversions": {"emailWebVersion", "emailPublicWebVersion"}, "unsubscribes": {"emailUnsubscribed"},
           "report_spam": {"emailReportSpam"}, "onsite": {"onSite"}}


def summary(rows: dict[str, list[dict]], campaign: int | None = None) -> dict[str, int]:
    """rows: by kind. Without a campaign a contact counts once per campaign."""
    chosen = {kind: [row for row in of_kind if campaign in (None, row["campaign_id"])] for kind, of_kind in rows.items()}
    counts = {"sent": len(chosen["sentEmails"]), "undelivered": len(chosen["undelivered"])}
    for name, types in COUNTED.items():
        counts[name], counts[f"{name}_unique"] = tally(chosen["activities"], types)
    return {field: counts[field] for field in FIELDS}


def tally(activities: list[dict], types: set[str]) -> tuple[int, int]:
    """How many activities of these types, and how many contacts (of a campaign) among them."""
    of_types = [row for row in activities if row["action_type"] in types]
    return len(of_types), len({(row["campaign_id"], row["contact_id"]) for row in of_types})


def other_types(rows: dict[str, list[dict]], campaign: int | None = None) -> dict[str, dict[str, int]]:
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
