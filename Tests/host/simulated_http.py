# SPDX-License-Identifier: MIT
"""A simulated account behind real HTTP in this process, whose answers go wrong as a test says, before or after the account has done
its work: what a recent feed handed out is gone then."""

import contextlib
import datetime
import http.server
import json
import select
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from typing import Callable
from urllib.parse import parse_qsl, urlsplit

from simulated import FEEDS, KINDS, WEEK, Account, Refusal, moment


@dataclass
class Asked:
    """A request, and what became of it."""

    number: int
    method: str
    parameters: dict[str, str]
    headers: dict[str, str]
    at: float = field(default_factory=time.monotonic)
    #: Rows that the account gave for it, whether or not they went out.
    rows: int = 0
    fault: str = ""
    status: int = 0

    @property
    def recent(self) -> bool:
        return self.method in FEEDS


@dataclass
class Fault:
    """A way in which an answer goes wrong."""

    name: str
    #: Does it to the handler, given the answer as it would have been.
    work: Callable[["Handler", bytes], None]
    #: Whether the account has done its work by then.
    consumes: bool = True


def head(status: int, length: int, more: tuple = ()) -> bytes:
    lines = [f"HTTP/1.1 {status} Said", "Content-Type: application/json", f"Content-Length: {length}", *more]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _cut(reset: bool) -> Callable[["Handler", bytes], None]:
    def work(handler: "Handler", body: bytes) -> None:
        handler.say(head(200, len(body)) + body[:len(body) // 2])
        if reset:
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.close_connection = True

    return work


def _silent(handler: "Handler", _: bytes) -> None:
    handler.close_connection = True


def _hang(handler: "Handler", _: bytes) -> None:
    """Until the other side goes, or the service ends."""
    while not handler.service.ended.is_set():
        if select.select([handler.connection], [], [], 0.02)[0]:
            break
    handler.close_connection = True


def body(name: str, made: Callable[[bytes], bytes]) -> Fault:
    """A 200 that is whole for HTTP, and holds something else."""
    def work(handler: "Handler", right: bytes) -> None:
        data = made(right)
        handler.say(head(200, len(data)) + data)

    return Fault(name, work)


def status(code: int, *headers: str, consumes: bool = False, data: bytes = b'{"message": "no"}') -> Fault:
    def work(handler: "Handler", _: bytes) -> None:
        handler.asked.status = code
        handler.say(head(code, len(data), headers) + data)

    return Fault(f"status {code}" + " after its work" * consumes, work, consumes)


CUT, RESET, SILENT, HANG = Fault("cut", _cut(False)), Fault("reset", _cut(True)), Fault("silent", _silent), Fault("hang", _hang)
GARBAGE = body("garbage", lambda _: b"<html>\xff\xfe</html>")
EMPTY = body("empty", lambda _: b"")
#: An answer without rows has nothing to be cut off; then something else is wrong.
HALF = body("half of the JSON", lambda right: right[:len(right) // 2])
FAILED_LATE = status(500, consumes=True)
ENDLESS = status(401, data=b'{"message": "so many requests that this test takes them for endless"}')
#: Every way in which an answer of a recent feed gets lost with its rows.
LOSSES = [CUT, RESET, SILENT, GARBAGE, EMPTY, HALF, FAILED_LATE]


def span(account: Account, asked: Asked) -> tuple[datetime.datetime, datetime.datetime] | None:
    """The range of dates that a question names; without an end it reaches to the account's day after tomorrow."""
    if asked.method not in KINDS:
        return None
    first = asked.parameters.get("date_from")
    last = asked.parameters.get("date_to", str(account.now + datetime.timedelta(days=2)))
    return (moment(first) if first else account.now - WEEK, moment(last) if len(last) > 10 else moment(last) + datetime.timedelta(days=1))


def longer_than(account: Account, days: float, fault: Fault = status(500)) -> Callable[[Asked], Fault | None]:
    """Goes wrong with every range of more days."""
    limit = datetime.timedelta(days=days)

    def fails(asked: Asked) -> Fault | None:
        range_ = span(account, asked)
        return fault if range_ and range_[1] - range_[0] > limit else None

    return fails


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service: "Service"
    asked: Asked

    def do_GET(self) -> None:
        with contextlib.suppress(OSError):
            self.service.answer(self)

    def say(self, data: bytes) -> None:
        self.wfile.write(data)

    def log_message(self, *_) -> None:
        pass


class Service:
    """Serves an account. fault chooses what goes wrong with a request, if anything; whole is called when an answer has gone out."""

    #: Requests after which it refuses everything: a sync that never ends fails.
    most = 4000

    def __init__(self, account: Account, fault: Callable[[Asked], Fault | None] = lambda _: None) -> None:
        self.account, self.fault = account, fault
        self.whole: Callable[[Asked], None] = lambda _: None
        self.latency = 0.0
        self.asked: list[Asked] = []
        self.ended = threading.Event()
        self._lock = threading.Lock()
        handler = type("Serving", (Handler,), {"service": self})

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 64

            def handle_error(self, *_):
                """A client that goes away is no fault here."""

        self._server = Server(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/rest/v1"

    def answer(self, handler: Handler) -> None:
        parts = urlsplit(handler.path)
        with self._lock:
            asked = Asked(len(self.asked), parts.path.rpartition("/")[2], dict(parse_qsl(parts.query)), dict(handler.headers))
            self.asked.append(asked)
            fault = self.fault(asked) if asked.number < self.most else ENDLESS
            asked.fault = fault.name if fault else ""
        handler.asked = asked
        if self.latency:
            time.sleep(self.latency)
        if fault and not fault.consumes:
            return fault.work(handler, b"")
        try:
            text, asked.rows = self.account.answer(asked.method, asked.parameters)
        except Refusal as refusal:
            asked.status = refusal.args[0]
            said = json.dumps({"message": "this service does not do that"}).encode()
            return handler.say(head(asked.status, len(said)) + said)
        if fault:
            return fault.work(handler, text)
        asked.status = 200
        handler.say(head(200, len(text)) + text)
        self.whole(asked)

    def since(self, number: int) -> list[Asked]:
        """What was asked from then on: number is len(asked) of that time."""
        return self.asked[number:]

    def lost(self) -> list[Asked]:
        """Questions of recent feeds whose answers were made, and did not get through."""
        return [asked for asked in self.asked if asked.recent and asked.fault and asked.status in (0, 500)]

    def __enter__(self) -> "Service":
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()
