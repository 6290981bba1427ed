# SPDX-License-Identifier: MIT
"""What can go wrong with an answer: each fault by its name in FAULTS. A fault ends its connection by returning False."""

import email.utils
import json
import time
import zlib
from dataclasses import dataclass
from typing import Awaitable, Callable

from scenario import Scenario
from wire import Answer, Connection, Request, chunk

#: The vendor's words for a key without REST permission.
VENDOR = {401: "you are not authorized to use rest API", 403: "forbidden", 404: "not found", 429: "too many requests"}
HTML = b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass
class Exchange:
    connection: Connection
    request: Request
    scenario: Scenario
    #: The answer as it would be if nothing went wrong.
    answer: Answer
    #: This server's other port.
    other_port: int


async def status(exchange: Exchange) -> bool:
    """Another status than 200, with the headers and the body that the scenario names."""
    settings = exchange.scenario.settings
    code = settings["status"] or 500
    headers = []
    if settings["retry_after"]:
        headers.append(("Retry-After", settings["retry_after"]))
    if settings["retry_date"]:
        headers.append(("Retry-After", http_date(time.time() + settings["retry_date"])))
    if settings["to"]:
        headers.append(("Location", location(exchange, settings["to"])))
    bodies = {
        "vendor": json.dumps({"message": VENDOR.get(code, "something went wrong")}).encode(),
        "html": HTML,
        "empty": b"",
        "echo": json.dumps({"message": "refused", "request_headers": exchange.request.headers}).encode(),
    }
    kind = "text/html" if settings["body"] == "html" else "application/json"
    await exchange.connection.send(Answer(bodies[settings["body"]], code, [("Content-Type", kind), *headers]))
    return True


def location(exchange: Exchange, to: str) -> str:
    path = exchange.request.path
    places = {
        "other": f"http://127.0.0.1:{exchange.other_port}{path}",
        "path": path.replace("/campaigns/", "/moved/campaigns/"),
        "https": f"https://127.0.0.1:{exchange.request.port}{path}",
        "file": "file:///etc/passwd",
    }
    return places.get(to, to)


def http_date(moment: float) -> str:
    return email.utils.formatdate(int(moment), usegmt=True)


def body(data: bytes, kind: str = "application/json") -> Callable[[Exchange], Awaitable[bool]]:
    """A 200 with a body that is not what the API describes."""

    async def fault(exchange: Exchange) -> bool:
        await exchange.connection.send(Answer(data, headers=[("Content-Type", kind)]))
        return True

    return fault


def cut(where: str, how: str) -> Callable[[Exchange], Awaitable[bool]]:
    """The connection ends before the answer, in its head or in its body; with RST or with FIN."""

    async def fault(exchange: Exchange) -> bool:
        answer = exchange.answer
        head = answer.head(length=len(answer.body))
        sent = {"before": b"", "head": head[: len(head) // 2], "body": head + answer.body[: len(answer.body) // 2]}
        if sent[where]:
            await exchange.connection.write(sent[where])
        if how == "reset":
            exchange.connection.reset()
        return False

    return fault


async def wrapped(exchange: Exchange) -> bool:
    """The array, but inside an object."""
    return await body(b'{"data": ' + exchange.answer.body + b', "total": 1}')(exchange)


async def half_json(exchange: Exchange) -> bool:
    """Half of the array, as an answer that is complete for HTTP."""
    return await body(exchange.answer.body[: len(exchange.answer.body) // 2])(exchange)


async def short_length(exchange: Exchange) -> bool:
    """A Content-Length that is too small."""
    await exchange.connection.write(exchange.answer.head(length=len(exchange.answer.body) // 2) + exchange.answer.body)
    return False


async def drip(exchange: Exchange) -> bool:
    """The head at once, then a byte every 50 ms."""
    await exchange.connection.write(exchange.answer.head(length=len(exchange.answer.body)))
    await exchange.connection.drip(exchange.answer.body)
    return True


async def drip_head(exchange: Exchange) -> bool:
    """A byte every 50 ms from the first."""
    await exchange.connection.drip(exchange.answer.whole())
    return True


async def hang(exchange: Exchange) -> bool:
    """No answer until the other side goes."""
    await exchange.connection.wait_for_close()
    return False


async def garbage(exchange: Exchange) -> bool:
    """Not HTTP."""
    await exchange.connection.write(b"\x00\x01SSH-2.0-OpenSSH\r\n\r\n")
    return False


#: A good megabyte in the middle of an array of rows; 218 of them are 300 MB.
ROWS = b', {"id": 1}' * (1 << 17)


async def bomb(exchange: Exchange) -> bool:
    """300 MB of rows, in 2 MB of gzip."""
    coded = (("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked"))
    await exchange.connection.write(exchange.answer.head(extra=coded))
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    pending = packer.compress(b'[{"id": 1}')
    for _ in range(218):
        pending += packer.compress(ROWS)
        if pending:
            await exchange.connection.write(chunk(pending))
        pending = b""
    await exchange.connection.write(chunk(packer.compress(b"]") + packer.flush()) + chunk(b""))
    return True


async def flood(exchange: Exchange) -> bool:
    """300 MB of rows, chunked, not packed."""
    await exchange.connection.write(exchange.answer.head(extra=(("Transfer-Encoding", "chunked"),)))
    await exchange.connection.write(chunk(b'[{"id": 1}'))
    for _ in range(218):
        await exchange.connection.write(chunk(ROWS))
    await exchange.connection.write(chunk(b"]") + chunk(b""))
    return True


async def headers(exchange: Exchange) -> bool:
    """20 MB of headers."""
    await exchange.connection.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(20 * 1024):
        await exchange.connection.write(b"X-Fill-%d: %b\r\n" % (number, b"x" * 1000))
    await exchange.connection.write(b"Content-Length: 2\r\n\r\n[]")
    return True


FAULTS: dict[str, Callable[[Exchange], Awaitable[bool]]] = {
    "status": status,
    "close-before": cut("before", "close"),
    "close-head": cut("head", "close"),
    "truncated": cut("body", "close"),
    "reset-before": cut("before", "reset"),
    "reset-head": cut("head", "reset"),
    "reset-body": cut("body", "reset"),
    "html": body(HTML, "text/html"),
    "empty": body(b""),
    "object": body(b'{"message": "no rows for you"}'),
    "wrapped": wrapped,
    "number": body(b"42"),
    "null": body(b"null"),
    "not-rows": body(b'[1, "two", null]'),
    "half-json": half_json,
    "bad-utf8": body(b'[{"id": 1, "email": "\xc3\x28\xff@example.com"}]'),
    "deep": body(b"[" * 100_000 + b"]" * 100_000),
    "deep-field": body(b'[{"id": 1, "more": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]"),
    "amplify": body(b"[" + b"{}," * 2_700_000 + b"{}]"),
    "short-length": short_length,
    "drip": drip,
    "drip-head": drip_head,
    "hang": hang,
    "garbage": garbage,
    "bomb": bomb,
    "flood": flood,
    "headers": headers,
}
