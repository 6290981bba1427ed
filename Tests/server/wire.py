# SPDX-License-Identifier: MIT
"""HTTP/1.1 on a stream, well and badly: reading a request, writing an answer whole, cut, dripped or reset."""

import asyncio
import http
import socket
import struct
import time
import zlib
from dataclasses import dataclass, field


@dataclass
class Request:
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    connection: int
    #: How many requests came before it on the same connection.
    earlier: int
    port: int
    #: Wall clock, and the machine's monotonic clock, which another process may compare with its own.
    wall: float = field(default_factory=time.time)
    monotonic: float = field(default_factory=time.monotonic)

    @property
    def path(self) -> str:
        """The path and query, also where a proxy's client wrote the whole URL."""
        if "://" in self.target:
            return "/" + self.target.split("://", 1)[1].partition("/")[2]
        return self.target

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass
class Answer:
    body: bytes = b"[]"
    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=lambda: [("Content-Type", "application/json")])

    def head(self, *, length: int | None = None, extra: tuple = ()) -> bytes:
        """The status line and headers; without a length none is announced."""
        try:
            reason = http.HTTPStatus(self.status).phrase
        except ValueError:
            reason = "Unnamed"
        lines = [f"HTTP/1.1 {self.status} {reason}"]
        lines += [f"{name}: {value}" for name, value in (*self.headers, *extra)]
        if length is not None:
            lines.append(f"Content-Length: {length}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def whole(self) -> bytes:
        return self.head(length=len(self.body)) + self.body


class Connection:
    """One accepted connection: its number, how many requests it has carried, and ways to write to it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        self.reader, self.writer, self.number = reader, writer, number
        self.requests = 0
        self.port = writer.get_extra_info("sockname")[1]

    async def read(self) -> Request | None:
        """The next request; None when the other side has closed."""
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
            line, *rest = head.decode("latin-1").split("\r\n")[:-2]
            method, target, _ = line.split(" ", 2)
            headers = [tuple(part.strip() for part in text.split(":", 1)) for text in rest]
            length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
            body = await self.reader.readexactly(length)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, OSError):
            return None
        earlier, self.requests = self.requests, self.requests + 1
        return Request(method, target, headers, body, self.number, earlier, self.port)

    async def write(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def send(self, answer: Answer, coding: str = "") -> None:
        """Writes an answer whole; coding is any of "gzip" and "chunked", joined by "-"."""
        extra: list[tuple[str, str]] = []
        body = answer.body
        if "gzip" in coding:
            extra.append(("Content-Encoding", "gzip"))
            body = gzipped(body)
        if "chunked" in coding:
            extra.append(("Transfer-Encoding", "chunked"))
            await self.write(answer.head(extra=tuple(extra)))
            for start in range(0, len(body), 1021):
                await self.write(chunk(body[start : start + 1021]))
            await self.write(chunk(b""))
        else:
            await self.write(answer.head(length=len(body), extra=tuple(extra)) + body)

    async def drip(self, data: bytes, pause: float = 0.05) -> None:
        for byte in data:
            await self.write(bytes([byte]))
            await asyncio.sleep(pause)

    async def wait_for_close(self) -> None:
        """Until the other side goes."""
        while await self.reader.read(65536):
            pass

    def reset(self) -> None:
        """Closes with RST instead of FIN."""
        linger = struct.pack("ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writer.transport.abort()


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def gzipped(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()
