# SPDX-License-Identifier: MIT
"""A service in this process whose rows, and whose faults, a test changes as it likes."""

import datetime
import json
import threading
import time
from urllib.parse import parse_qs, urlsplit

from service import Service

ACTIVITIES = "/campaigns/email/activities"


def date(seconds: float) -> str:
    """A second since 1970 in UTC, as rows have it."""
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")


def activity(number: int, seconds: float, **more) -> dict:
    return {"id": number, "action_date": date(seconds), "action_type": "emailOpened", "campaign_id": 7, "contact_id": number, **more}


class Account(Service):
    """Answers by date, campaign and page; its recent feeds are empty. A summary counts opens, and what is added to it."""

    def __init__(self, activities=()) -> None:
        super().__init__()
        self.lock = threading.Lock()
        self.activities = list(activities)
        self.lie = 0
        #: Status and Retry-After of all answers that are no success.
        self.failure = None
        self.retry_after = None
        #: Answers wait as long as this is not set.
        self.open = threading.Event()
        self.open.set()
        #: When requests came, by the monotonic clock.
        self.times = []

    def answer(self, request) -> None:
        path = urlsplit(request.path)
        asked = {name: values[0] for name, values in parse_qs(path.query).items()}
        with self.lock:
            self.requests.append((request.path, dict(request.headers)))
            self.times.append(time.monotonic())
        while not self.open.wait(0.05) and not self.released.is_set():
            pass
        with self.lock:
            status, body = (self.failure, "{}") if self.failure else (200, json.dumps(self._answer(path.path, asked)))
        try:
            request.send_response(status)
            if self.failure and self.retry_after is not None:
                request.send_header("Retry-After", str(self.retry_after))
            request.send_header("Content-Type", "application/json")
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body.encode())
        except OSError:
            pass

    def _answer(self, path: str, asked: dict):
        def is_named(row):
            return asked.get("campaign_id") in (None, str(row["campaign_id"])) and asked.get("action_type") in (None, row["action_type"])

        if path.lower().endswith("summary"):
            rows = [row for row in self.activities if is_named(row)]
            return {"opens": len(rows) + self.lie, "opens_unique": len({row["contact_id"] for row in rows})}
        if not path.endswith(ACTIVITIES):
            return []
        first, last = asked.get("date_from", ""), asked.get("date_to", "9999-12-31")
        last += " 23:59:59" if len(last) == 10 else ""
        rows = [row for row in self.activities if is_named(row) and first <= row["action_date"] <= last]
        rows.sort(key=lambda row: (row["action_date"], row["id"]), reverse=True)
        page, size = int(asked.get("page_index", 0)), int(asked.get("page_size", 100))
        return rows[page * size:(page + 1) * size]

    def add(self, *rows) -> None:
        with self.lock:
            self.activities += rows

    def fail(self, status, retry_after=None) -> None:
        """Answers so from now on; None is a success."""
        with self.lock:
            self.failure, self.retry_after = status, retry_after
