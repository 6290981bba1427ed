# SPDX-License-Identifier: MIT
"""A scenario: how the server behaves for one base URL, what it keeps for it, and the record of its requests.

The first segment of the path says it, as "key=value" parts joined by commas, values percent-encoded:
/rows=2500,base=1,run=7/campaigns/email/activities. Its whole text is its identity: "run" makes it unique."""

from dataclasses import dataclass, field
from urllib.parse import unquote

from account import Account
from wire import Request

#: Every key, its default (whose type is the value's type) and what it means. The README of this server.
KEYS: dict[str, tuple[object, str]] = {
    "run": ("", "anything: makes the scenario unique"),
    "rows": (250, "rows there at the first request"),
    "base": ("0", "first page: 0; 1 (page 0 is answered with 400); both (page 0 gives the same as 1)"),
    "size": ("asked", "rows a page: asked (100 by default, 1000 at most); ignored (always 100)"),
    "cap": (1000, "most rows a page"),
    "ids": ("number", "number or string"),
    "first_id": (5_000_000_000, "id of the oldest row"),
    "order": ("desc", "desc, asc or shuffled"),
    "past": ("empty", "a page past the end: empty; 404; repeat (the last page, for ever)"),
    "cycle": (0, "only so many different pages, again and again; 1: every page is the first"),
    "grow": (0, "rows that arrive after every request"),
    "grow_for": (1_000_000, "requests after which no more arrive"),
    "as": ("", "method to answer as, whatever the path says"),
    "latency": (0.0, "milliseconds before every answer"),
    "jitter": (0.0, "up to so many milliseconds more, different for every request"),
    "coding": ("", "gzip, chunked or gzip-chunked"),
    "close": (False, "Connection: close with every answer"),
    "reuse": ("fine", "drop: a question of a recent feed on a connection used before is consumed, then cut off"),
    "fault": ("", "what goes wrong, a name of faults.FAULTS; or nothing but a status"),
    "status": (0, "status of an answer that goes wrong"),
    "body": ("vendor", "its body: vendor, html, empty, or echo (the request's headers)"),
    "retry_after": ("", "its Retry-After, verbatim"),
    "retry_date": (0, "its Retry-After as an HTTP date so many seconds ahead"),
    "to": ("", "its Location: other (port), path, file, https, or verbatim"),
    "after": (0, "requests before the first that goes wrong"),
    "times": (1_000_000, "how many go wrong"),
    "only": ("", "the only method that goes wrong"),
    "page": (-1, "the only page_index that goes wrong"),
}


@dataclass
class Scenario:
    text: str
    settings: dict
    account: Account
    requests: list[dict] = field(default_factory=list)
    in_air: int = 0
    #: Requests that could have gone wrong, and that did.
    candidates: int = 0
    failed: int = 0

    @classmethod
    def parse(cls, text: str) -> "Scenario":
        settings = {key: default for key, (default, _) in KEYS.items()}
        for part in text.split(","):
            key, given, value = part.partition("=")
            if key not in KEYS:
                raise ValueError(f"unknown scenario key {key!r}; there are {', '.join(KEYS)}")
            kind = type(KEYS[key][0])
            settings[key] = (value != "0" if given else True) if kind is bool else kind(unquote(value))
        return cls(text, settings, Account(settings))

    def record(self, request: Request) -> None:
        self.requests.append({
            "method": request.method, "target": request.target, "headers": request.headers,
            "connection": request.connection, "earlier": request.earlier, "port": request.port,
            "wall": request.wall, "monotonic": request.monotonic, "in_air": self.in_air,
        })

    def goes_wrong(self, method: str, page: int) -> bool:
        """Whether the request at hand is one that goes wrong; counts it."""
        settings = self.settings
        if not settings["fault"] and not settings["status"]:
            return False
        if settings["only"] not in ("", method) or settings["page"] not in (-1, page):
            return False
        self.candidates += 1
        if self.candidates <= settings["after"] or self.failed >= settings["times"]:
            return False
        self.failed += 1
        return True
