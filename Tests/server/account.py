# SPDX-License-Identifier: MIT
"""The rows of a made-up account, page by page, as one of the many services that the API's documents allow."""

import bisect
import json

METHODS = ("sentEmails", "undelivered", "activities", "activitiesSummary",
           "recentActivities", "recentSentEmails", "recentUndelivered")

SUMMARY = {
    "opens": 812, "opens_unique": 530, "clicks": 97, "clicks_unique": 61, "sent": 1938, "undelivered": 62,
    "bounces": 12, "bounces_unique": 11, "webversions_unique": 4, "unsubscribes": 3, "unsubscribes_unique": 3,
    "report_spam": 1, "report_spam_unique": 1, "onsite": 7, "onsite_unique": 5,
}

ACTIONS = ("emailOpened", "emailClicked", "emailBounced", "emailUnsubscribed", "emailSomethingNew")


class BadPage(Exception):
    """A page that this service doesn't have; the argument is the HTTP status it answers with."""


class Account:
    """Rows numbered from 0 in order of arrival, and how far each recent feed has been read."""

    def __init__(self, settings: dict) -> None:
        self.settings = settings
        self.total = settings["rows"]
        self.requests = 0
        self.consumed = {method: 0 for method in METHODS if method.startswith("recent")}
        self.shuffled = sorted(range(self.total), key=scatter) if settings["order"] == "shuffled" else []

    def answer(self, method: str, parameters: dict[str, str]) -> bytes:
        if method == "activitiesSummary":
            return json.dumps(SUMMARY).encode()
        if method in self.consumed:
            numbers = self._recent(method)
        else:
            numbers = self._page(self._place(parameters), self.page_size(parameters))
        body = b"[" + b",".join(self.row(method, number) for number in numbers) + b"]"
        self._grow()
        return body

    def page_size(self, parameters: dict[str, str]) -> int:
        if self.settings["size"] == "ignored":
            return 100
        try:
            asked = int(parameters.get("page_size", 100))
        except ValueError:
            raise BadPage(400) from None
        return max(1, min(asked, self.settings["cap"], 1000))

    def row(self, method: str, number: int) -> bytes:
        """A row as the service writes it; some fields come and go, and one is in no document."""
        quote = '"' if self.settings["ids"] == "string" else ""

        def identity(value: int) -> str:
            return f"{quote}{value}{quote}"

        contact = f'"contact_id": {identity(1_000 + number % 997)}, "campaign_id": {identity(1_958_368 + number % 3)}'
        row_id = identity(self.settings["first_id"] + number)
        when = f"2024-09-{1 + number % 28:02} {number % 24:02}:{number % 60:02}:00"
        if method in ("sentEmails", "recentSentEmails"):
            text = (f'{{"row_index": {row_id}, "transaction_id": "2811143532662465{number:08}", {contact}, '
                    f'"date_sent": "{when}", "email": "contact{number}@example.com", "message_size": 56, '
                    f'"sending_source": "Campaign"}}')
        elif method in ("undelivered", "recentUndelivered"):
            text = (f'{{"id": {row_id}, {contact}, "email": "\u05d0{number}@example.com", "reason": "unsubscribed", '
                    f'"create_date": "{when}", "external_id": "00{number}"}}')
        else:
            more = (', "remarks": "12345"', ', "ip": "45.112.30.172,136.226.243.10"', ', "remarks": null',
                    ', "in_no_document": {"deep": [1, 2.5, null, "\u05e9\u05dc\u05d5\u05dd"]}')[number % 4]
            text = (f'{{"id": {row_id}, "action_date": "{when}", {contact}, '
                    f'"action_type": "{ACTIONS[number % len(ACTIONS)]}"{more}}}')
        return text.encode()

    def _place(self, parameters: dict[str, str]) -> int:
        """Which page is asked for, from 0."""
        base = self.settings["base"]
        try:
            asked = int(parameters.get("page_index", 0 if base == "0" else 1))
        except ValueError:
            raise BadPage(400) from None
        place = max(asked - 1, 0) if base == "both" else asked - int(base)
        if place < 0:
            raise BadPage(400)
        return place % self.settings["cycle"] if self.settings["cycle"] else place

    def _page(self, place: int, size: int) -> list[int]:
        last = max(0, -(-self.total // size) - 1)
        if place > last:
            if self.settings["past"] == "404":
                raise BadPage(404)
            if self.settings["past"] == "repeat":
                place = last
        positions = range(place * size, min((place + 1) * size, self.total))
        if self.settings["order"] == "desc":
            return [self.total - 1 - position for position in positions]
        if self.settings["order"] == "shuffled":
            return self.shuffled[positions.start : positions.stop]
        return list(positions)

    def _recent(self, method: str) -> range:
        start = self.consumed[method]
        self.consumed[method] = min(self.total, start + 1000)
        return range(start, self.consumed[method])

    def _grow(self) -> None:
        self.requests += 1
        if self.requests > self.settings["grow_for"]:
            return
        for _ in range(self.settings["grow"]):
            if self.settings["order"] == "shuffled":
                bisect.insort(self.shuffled, self.total, key=scatter)
            self.total += 1


def scatter(number: int) -> int:
    """A place in an order that is no order, the same in every run."""
    return (number * 0x9E3779B97F4A7C15 ^ number >> 3) & 0xFFFFFFFFFFFFFFFF
