# SPDX-License-Identifier: MIT
"""Activities of an account with one large campaign, in columns, newest first; and that campaign's summary."""
import numpy

from . import activities

# Set -> rows, and contacts of the account.
SETS = {"10k": (10_000, 4_000), "10M": (10_000_000, 500_000)}
SHARE = 0.9
SMALL_CAMPAIGNS = activities.CAMPAIGNS - 1
NEWEST_ID = 690_776_464
DAYS = 90
# The summary's fields, by the activities' types; it has none for printing.
FIELDS = ["opens", "clicks", "bounces", "unsubscribes", "report_spam", None, "onsite"]


def write(random, folder):
    """Writes every set; returns for each its campaign, its rows and the summary that they make."""
    return {name: write_set(random, folder / name, *size) for name, size in SETS.items()}


def write_set(random, folder, rows, contacts):
    folder.mkdir(parents=True)
    campaigns, people = activities.campaign_ids(random), activities.contact_ids(random, contacts)
    largest, is_small = campaigns[0], random.random(rows) >= SHARE
    campaign = numpy.where(is_small, campaigns[1 + random.integers(0, SMALL_CAMPAIGNS, rows)], largest)
    contact = people[random.integers(0, contacts, rows)]
    kind = random.choice(len(activities.TYPES), rows, p=activities.SHARES)
    newest = (activities.NEWEST - numpy.datetime64(0, "s")).astype("i8")
    ago = numpy.sort(random.integers(0, DAYS * 86_400, rows))
    columns = {"id": NEWEST_ID - numpy.cumsum(random.integers(1, 8, rows)), "date": newest - ago, "campaign": campaign,
               "contact": contact}
    for name, values in columns.items():
        values.astype("<i8").tofile(folder / f"{name}.i64")
    kind.astype("u1").tofile(folder / "type.u8")
    return {"rows": rows, "campaign": int(largest), "summary": summary(contact[~is_small], kind[~is_small])}


def summary(contact, kind):
    found = {}
    for code, field in enumerate(FIELDS):
        if field:
            of_type = contact[kind == code]
            found |= {field: len(of_type), f"{field}_unique": len(numpy.unique(of_type))}
    return found
