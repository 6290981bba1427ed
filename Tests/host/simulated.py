# SPDX-License-Identifier: MIT
"""A made-up account with a clock of its own, so that days pass in a test's second: rows arrive late, are dated in the future, change
and go; and the rules of the many services that the API's documents allow."""

import bisect
import datetime
import json
import random
import threading
import zlib
from dataclasses import dataclass, field

import counting

#: Each kind of rows: the field of its id, and that of its date.
KINDS = {"sentEmails": ("row_index", "date_sent"), "undelivered": ("id", "create_date"), "activities": ("id", "action_date")}
FEEDS = {"recentSentEmails": "sentEmails", "recentUndelivered": "undelivered", "recentActivities": "activities"}
IDS = ("id", "row_index", "contact_id", "campaign_id")
FIRST_CAMPAIGN = 1958368
WEEK = datetime.timedelta(days=7)


def moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


class Refusal(Exception):
    """A request that this service answers with another status than 200: the argument."""


@dataclass
class Rules:
    """What the vendor's pages leave open, and what a service may do besides."""

    page_base: int = 0
    #: Ids in quotes.
    ids_as_text: bool = False
    #: By date, "desc" or "asc"; by arrival, "latest" or "oldest" first; "none": the same in every answer, and no order.
    order: str = "desc"
    #: Rows a page, whatever is asked for; 0: as asked, 100 by default, 1,000 at most.
    rows_a_page: int = 0
    #: Methods that take no notice of dates.
    ignores_dates: frozenset = frozenset()
    #: Methods that it doesn't have.
    missing: frozenset = frozenset()
    #: Whether the last second of a range belongs to it.
    end_belongs: bool = True
    #: Whether the time of day in a date is read.
    reads_times: bool = True
    #: "id"; "answer": only the position in the answer; "page": in the page.
    row_index: str = "id"
    #: The feeds write the same rows with other blanks and escapes, and the fields in another order.
    feeds_write_otherwise: bool = False


@dataclass
class Row:
    values: dict
    order: int
    text: bytes = b""

    def date(self, kind: str) -> str:
        """As text, "" where it has none."""
        value = self.values.get(KINDS[kind][1])
        return value if isinstance(value, str) else ""


@dataclass
class Planned:
    arrives: datetime.datetime
    kind: str
    values: dict = field(default_factory=dict)


class Account:
    """Rows in order of arrival, by kind."""

    def __init__(self, now: str = "2024-09-20 12:00:00", rules: Rules | None = None, *, first_id: int = 5_000_000_000) -> None:
        self.now = moment(now)
        self.rules = rules or Rules()
        self.lock = threading.RLock()
        self.arrived: dict[str, list[Row]] = {kind: [] for kind in KINDS}
        self.handed_out = {feed: 0 for feed in FEEDS}
        self._ordered: dict[str, list[Row]] = {}
        self._planned: list[Planned] = []
        self._next_id, self._count = first_id, 0

    # ---------------------------------------------------------------- what happens

    def deliver(self, kind: str, **values) -> Row:
        """A row arrives now, with the next id unless it is given one; None for no id at all."""
        id_field, date_field = KINDS[kind]
        with self.lock:
            self._count += 1
            row = {id_field: self._next_id, date_field: str(self.now), "campaign_id": FIRST_CAMPAIGN,
                   "contact_id": 1000 + self._count % 97, **values}
            self._next_id += 1
            kept = Row({name: value for name, value in row.items() if value is not ...}, self._count)
            self.arrived[kind].append(kept)
            self._ordered.pop(kind, None)
            return kept

    def plan(self, kind: str, arrives: datetime.datetime, **values) -> None:
        bisect.insort(self._planned, Planned(arrives, kind, values), key=lambda planned: planned.arrives)

    def advance(self, **time) -> None:
        """The clock goes on by so much, and what was planned until then arrives."""
        with self.lock:
            self.now += datetime.timedelta(**time)
            while self._planned and self._planned[0].arrives <= self.now:
                planned = self._planned.pop(0)
                self.deliver(planned.kind, **planned.values)

    def change(self, row: Row, **values) -> None:
        with self.lock:
            row.values.update(values)
            row.text = b""
            self._ordered.clear()

    def delete(self, kind: str, row: Row) -> None:
        with self.lock:
            place = next(place for place, other in enumerate(self.arrived[kind]) if other is row)
            del self.arrived[kind][place]
            feed = next(feed for feed, of in FEEDS.items() if of == kind)
            self.handed_out[feed] -= place < self.handed_out[feed]
            self._ordered.pop(kind, None)

    def forget_feeds(self) -> None:
        """The recent feeds begin with what arrives from now on."""
        for feed, kind in FEEDS.items():
            self.handed_out[feed] = len(self.arrived[kind])

    # ---------------------------------------------------------------- what is so

    def rows(self, kind: str) -> list[dict]:
        with self.lock:
            return [dict(row.values) for row in self.arrived[kind]]

    def campaigns(self) -> list[int]:
        found = {row.values.get("campaign_id") for rows in self.arrived.values() for row in rows}
        return sorted(campaign for campaign in found if isinstance(campaign, int))

    def summary(self, campaign: int) -> dict:
        """A row without an integer contact counts, but not as a contact; a type that is no text is the empty one."""
        rows = {kind: [{**row, "campaign_id": row.get("campaign_id"), "contact_id": row.get("contact_id"),
                        "action_type": row.get("action_type") if isinstance(row.get("action_type"), str) else ""}
                       for row in self.rows(kind)] for kind in KINDS}
        of_contacts = {kind: [row for row in of_kind if isinstance(row["contact_id"], int)] for kind, of_kind in rows.items()}
        counts, uniques = counting.summary(rows, campaign), counting.summary(of_contacts, campaign)
        return {field: (uniques if field.endswith("_unique") else counts)[field] for field in counts}

    # ---------------------------------------------------------------- what it answers

    def answer(self, method: str, parameters: dict[str, str]) -> tuple[bytes, int]:
        """An answer's body, and how many rows it gives."""
        with self.lock:
            if method in self.rules.missing:
                raise Refusal(404)
            if method == "activitiesSummary":
                if not parameters.get("campaign_id", "").isdecimal():
                    raise Refusal(400)
                return json.dumps(self.summary(int(parameters["campaign_id"]))).encode(), 0
            if method in FEEDS:
                return self._feed(method)
            if method not in KINDS:
                raise Refusal(404)
            return self._page(method, parameters)

    def _feed(self, feed: str) -> tuple[bytes, int]:
        kind, start = FEEDS[feed], self.handed_out[feed]
        rows = self.arrived[kind][start:start + 1000]
        self.handed_out[feed] += len(rows)
        if kind == "sentEmails" and self.rules.row_index != "id":
            return self._body([self._written(row, row_index=place + 1) for place, row in enumerate(rows)])
        if self.rules.feeds_write_otherwise:
            return self._body([json.dumps(dict(reversed(row.values.items())), indent=1).replace("/", "\\/").encode() for row in rows])
        return self._body([self._text(row) for row in rows])

    def _page(self, kind: str, parameters: dict[str, str]) -> tuple[bytes, int]:
        try:
            page = int(parameters.get("page_index", self.rules.page_base)) - self.rules.page_base
            size = self.rules.rows_a_page or max(1, min(int(parameters.get("page_size", 100)), 1000))
        except ValueError:
            raise Refusal(400) from None
        if page < 0:
            raise Refusal(400)
        rows = self._chosen(kind, parameters)
        first = page * size
        chosen = rows[first:first + size]
        if kind == "sentEmails" and self.rules.row_index != "id":
            start = first + 1 if self.rules.row_index == "answer" else 1
            return self._body([self._written(row, row_index=start + place) for place, row in enumerate(chosen)])
        return self._body([self._text(row) for row in chosen])

    def _chosen(self, kind: str, parameters: dict[str, str]) -> list[Row]:
        rows = self._in_order(kind)
        date_from, date_to = parameters.get("date_from"), parameters.get("date_to")
        if kind not in self.rules.ignores_dates:
            if date_from is None and date_to is None and kind != "undelivered":
                date_from = str(self.now - WEEK)
            if date_from is not None or date_to is not None:
                first, last = self._first(date_from), self._last(date_to)
                # Dates of one form sort as texts. A row without one is in every range.
                rows = [row for row in rows if not (date := row.date(kind)) or first <= date <= last]
        for name in ("campaign_id", "contact_id"):
            if (value := parameters.get(name)) is not None:
                rows = [row for row in rows if str(row.values.get(name)) == value]
        if (value := parameters.get("action_type")) is not None:
            rows = [row for row in rows if row.values.get("action_type") == value]
        return rows

    def _first(self, date: str | None) -> str:
        if date is None:
            return ""
        return date if self.rules.reads_times and len(date) > 10 else f"{date[:10]} 00:00:00"

    def _last(self, date: str | None) -> str:
        if date is None:
            return "9999"
        if len(date) == 10 or not self.rules.reads_times:
            return f"{date[:10]} 23:59:59" if self.rules.end_belongs else f"{date[:10]} 00:00:00"
        return date if self.rules.end_belongs else str(moment(date) - datetime.timedelta(seconds=1))

    def _in_order(self, kind: str) -> list[Row]:
        rows = self._ordered.get(kind)
        if rows is None:
            order = self.rules.order
            key = {"none": lambda row: zlib.crc32(b"%d" % row.order), "latest": lambda row: row.order,
                   "oldest": lambda row: row.order}.get(order, lambda row: (row.date(kind), row.order))
            rows = self._ordered[kind] = sorted(self.arrived[kind], key=key, reverse=order in ("desc", "latest"))
        return rows

    def _text(self, row: Row) -> bytes:
        row.text = row.text or self._written(row)
        return row.text

    def _written(self, row: Row, **other) -> bytes:
        values = {**row.values, **other}
        if self.rules.ids_as_text:
            values |= {name: str(values[name]) for name in IDS if isinstance(values.get(name), int)}
        return json.dumps(values, ensure_ascii=False).encode()

    @staticmethod
    def _body(texts: list[bytes]) -> tuple[bytes, int]:
        return b"[" + b",".join(texts) + b"]", len(texts)


TYPES = ("emailOpened", "emailOpened", "emailOpened", "emailClicked", "emailClicked", "emailBounced", "emailUnsubscribed",
         "emailWebVersion", "emailPrinted", "onSite")


class Life:
    """What happens in an account, the same for the same seed: mails, then what their recipients do. Some of it arrives late, or is
    dated in the future, or has no id; then there may be two alike."""

    def __init__(self, account: Account, seed: int, *, campaigns: int = 4, late: float = 0.0, future: float = 0.0, anonymous: float = 0.0) -> None:
        self.account, self.campaigns, self.late, self.future, self.anonymous = account, campaigns, late, future, anonymous
        self.chance = random.Random(seed)

    def go_on(self, count: int, **time) -> None:
        """So many rows happen within a time, which then passes."""
        start, span = self.account.now, datetime.timedelta(**time)
        for number in range(count):
            self._happen(start + span * (number + self.chance.random()) / count)
        self.account.advance(**time)

    def _happen(self, at: datetime.datetime) -> None:
        chance = self.chance
        at = at.replace(microsecond=0)
        date, arrives, draw = at, at, chance.random()
        if draw < self.late:
            arrives = at + datetime.timedelta(seconds=chance.uniform(0, 3 * 86400))
        elif draw < self.late + self.future:
            date = at + datetime.timedelta(seconds=chance.randrange(1, 2 * 86400))
        row = {"campaign_id": FIRST_CAMPAIGN + chance.randrange(self.campaigns), "contact_id": 1000 + chance.randrange(400)}
        kind = chance.choice(("sentEmails", "activities", "activities", "activities", "undelivered"))
        row[KINDS[kind][1]] = str(date)
        if kind == "activities":
            row |= {"action_type": chance.choice(TYPES), "ip": f"45.112.30.{chance.randrange(256)}"}
            if row["action_type"] == "emailClicked":
                row |= {"remarks": str(chance.randrange(9)), "additional_data": f"https://example.com/\u05e9?a={chance.randrange(99)}"}
        else:
            row["email"] = f"contact{row['contact_id']}@example.com"
            if kind == "undelivered":
                row |= {"reason": chance.choice(("unsubscribed", "bounced", "other")), "external_id": f"00{row['contact_id']}"}
            else:
                row |= {"transaction_id": f"{chance.getrandbits(60)}", "message_size": chance.randrange(20, 90), "sending_source": "Campaign"}
        if self.anonymous and chance.random() < self.anonymous:
            row[KINDS[kind][0]] = ...
            if chance.random() < 0.3:
                self.account.plan(kind, arrives + datetime.timedelta(seconds=chance.choice((0, 0, 1, 7200))), **row)
        self.account.plan(kind, arrives, **row)
