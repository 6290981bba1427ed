# SPDX-License-Identifier: MIT
"""Activity rows as the vendor's API gives them: newest first, ids strictly descending."""
from dataclasses import dataclass

import numpy

TYPES = ["emailOpened", "emailClicked", "emailBounced", "emailUnsubscribed",
         "emailReportSpam", "emailPrinted", "onSite"]
SHARES = [0.62, 0.24, 0.04, 0.02, 0.04, 0.02, 0.02]
OPENED, CLICKED, BOUNCED = 0, 1, 2

CAMPAIGNS = 20
LARGEST_CONTACT = 450_000_000
NEWEST = numpy.datetime64("2024-09-20T12:00:00")
DAYS = 30
SECTIONS = ["shoes", "home", "outlet", "new-in", "garden/tools", "holiday-offers", "kids/toys", "account"]
REASONS = ["mailbox full", "unknown user", "blocked by the receiving server", "try again later"]


@dataclass(slots=True)
class Row:
    id: int
    action_date: str
    contact_id: int
    campaign_id: int
    ip: str
    action_type: str
    remarks: str | None
    additional_data: str | None


def campaign_ids(random):
    return numpy.sort(random.choice(numpy.arange(1_930_000, 1_970_000), CAMPAIGNS, replace=False))


def contact_ids(random, count):
    return random.choice(LARGEST_CONTACT, count, replace=False) + 1


def make(random, count, newest_id=690_776_464, contacts=100_000):
    """`count` rows, in the order in which pages give them."""
    ids = newest_id - numpy.cumsum(random.integers(1, 8, count))
    ago = numpy.sort(random.integers(0, DAYS * 86_400, count))
    dates = numpy.datetime_as_string(NEWEST - ago.astype("timedelta64[s]"))
    campaign = random.choice(campaign_ids(random), count)
    contact = random.choice(contact_ids(random, contacts), count)
    kind = random.choice(len(TYPES), count, p=SHARES)
    octets = random.integers(1, 255, (count, 8))
    chance = random.random((count, 3))
    number = random.integers(1, 100_000, count)
    columns = (ids, dates, contact, campaign, kind, octets, chance, number)
    for id, date, contact, campaign, kind, octets, chance, number in zip(*(column.tolist() for column in columns)):
        remarks, additional_data = details(kind, chance, number)
        yield Row(id, date.replace("T", " "), contact, campaign, address(octets, chance[2]), TYPES[kind],
                  remarks, additional_data)


def details(kind, chance, number):
    """The optional fields: a click's link number and URL, a bounce's reason, and now and then a remark elsewhere."""
    if kind == CLICKED:
        link = (f"https://shop.example/{SECTIONS[number % len(SECTIONS)]}/item-{number}"
                f"?utm_source=inwise&utm_medium=email&utm_campaign=autumn-2024&utm_content=link-{number % 40}")
        return (str(number) if chance[0] < 0.85 or chance[1] > 0.95 else None), (link if chance[1] < 0.95 else None)
    if kind == BOUNCED:
        return REASONS[number % len(REASONS)], None
    return (str(number) if chance[0] < 0.3 else None), None


def address(octets, chance):
    first = ".".join(map(str, octets[:4]))
    return f"{first},{'.'.join(map(str, octets[4:]))}" if chance < 0.05 else first


def text(row):
    """The row as the service writes it."""
    remarks = f',"remarks":"{row.remarks}"' if row.remarks is not None else ""
    additional = f',"additional_data":"{row.additional_data}"' if row.additional_data is not None else ""
    return (f'{{"id":{row.id},"action_date":"{row.action_date}","contact_id":{row.contact_id},'
            f'"campaign_id":{row.campaign_id},"ip":"{row.ip}","action_type":"{row.action_type}"{remarks}{additional}}}')
