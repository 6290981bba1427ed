# SPDX-License-Identifier: MIT
"""What a worker should answer, counted the plain way from rows and not from their text."""
import zlib
from collections import Counter, defaultdict

NUMBERS = ("id", "contact_id", "campaign_id")
TEXTS = ("action_date", "ip", "action_type", "remarks", "additional_data")


class Checksums:
    """Sums, modulo 2^64, that tell whether every field of every row was read: row number × value."""

    def __init__(self):
        self.rows = 0
        self.sums = dict.fromkeys(NUMBERS + TEXTS, 0)

    def add(self, get):
        """get: a field's value by its name, None for absent."""
        self.rows += 1
        for name in NUMBERS:
            self.sums[name] += self.rows * int(get(name))
        for name in TEXTS:
            value = get(name)
            if value is not None:
                self.sums[name] += self.rows * (zlib.crc32(value.encode()) + 1)

    def answer(self):
        return {"rows": self.rows} | {name: str(value % 2**64) for name, value in self.sums.items()}


class Funnel:
    """Rows and distinct contacts by campaign and type."""

    def __init__(self):
        self.counts = Counter()
        self.contacts = defaultdict(set)

    def add(self, row):
        key = row.campaign_id, row.action_type
        self.counts[key] += 1
        self.contacts[key].add(row.contact_id)

    def answer(self):
        return sorted([*key, count, len(self.contacts[key])] for key, count in self.counts.items())
