# SPDX-License-Identifier: MIT
"""Events in columns, little-endian, as a warehouse holds them; and their funnel."""
import numpy

from . import activities

COUNT, CONTACTS = 10_000_000, 500_000


def write(random, folder):
    """Writes the columns; returns the funnel, counted by sorting."""
    folder.mkdir()
    campaigns, contacts = activities.campaign_ids(random), activities.contact_ids(random, CONTACTS)
    campaign = random.integers(0, len(campaigns), COUNT)
    contact = random.integers(0, CONTACTS, COUNT)
    kind = random.choice(len(activities.TYPES), COUNT, p=activities.SHARES)
    campaigns[campaign].astype("<i8").tofile(folder / "campaign.i64")
    contacts[contact].astype("<i8").tofile(folder / "contact.i64")
    kind.astype("u1").tofile(folder / "type.u8")

    group = campaign * len(activities.TYPES) + kind
    groups = len(campaigns) * len(activities.TYPES)
    counts = numpy.bincount(group, minlength=groups)
    uniques = numpy.bincount(numpy.unique(contact * groups + group) % groups, minlength=groups)
    return sorted([int(campaigns[at // len(activities.TYPES)]), activities.TYPES[at % len(activities.TYPES)],
                   int(counts[at]), int(uniques[at])] for at in range(groups) if counts[at])
