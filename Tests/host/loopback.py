# SPDX-License-Identifier: MIT
"""The server of Tests/server as tests use it: one process, a scenario for each test, and the record of what it was asked."""

import contextlib
import http.client
import itertools
import json
import pathlib
import socket
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Callable, Iterator
from urllib.parse import parse_qsl, quote, urlsplit

SERVER = pathlib.Path(__file__).resolve().parents[1] / "server"
#: The id of the server's oldest row; the others follow.
FIRST_ID = 5_000_000_000

_runs = itertools.count()


@dataclass
class Logged:
    """A request as the server recorded it."""

    method: str
    target: str
    headers: list[list[str]]
    connection: int
    earlier: int
    port: int
    wall: float
    monotonic: float
    in_air: int

    @property
    def path(self) -> str:
        """Below the base URL, without the parameters."""
        return "/" + urlsplit(self.target).path.split("/", 2)[2]

    @property
    def parameters(self) -> dict[str, str]:
        query = urlsplit(self.target).query
        return dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))

    def header(self, name: str) -> str | None:
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(values) <= 1, f"{name} came {len(values)} times"
        return values[0] if values else None


class Scenario:
    """A base URL of its own."""

    def __init__(self, server: "Server", settings: dict) -> None:
        parts = [f"{key.rstrip('_')}={quote(str(value), safe='')}" for key, value in settings.items()]
        self.segment = ",".join([*parts, f"run={next(_runs)}"])
        self.server = server
        self.url = f"{server.origin}/{self.segment}"

    def log(self) -> list[Logged]:
        return [Logged(**entry) for entry in json.loads(self.server.get(f"/_log/{self.segment}"))]

    def fetch(self, path: str):
        """A page as Python's own client reads it."""
        return json.loads(self.server.get(f"/{self.segment}{path}"))


class Server:
    """The running server."""

    def __init__(self, *arguments: str) -> None:
        self.scheme = "https" if arguments else "http"
        self._process = subprocess.Popen(
            [sys.executable, "-B", str(SERVER), "--until-eof", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        ports = json.loads(self._process.stdout.readline())
        self.port, self.other_port = ports["port"], ports["other_port"]
        self.origin = f"{self.scheme}://127.0.0.1:{self.port}"

    def scenario(self, **settings) -> Scenario:
        return Scenario(self, settings)

    def get(self, path: str) -> bytes:
        if self.scheme == "https":
            connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=ssl._create_unverified_context())
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.port)
        with contextlib.closing(connection):
            connection.request("GET", path)
            return connection.getresponse().read()

    def stop(self) -> None:
        self._process.stdin.close()
        self._process.wait(10)


@contextlib.contextmanager
def closed_port() -> Iterator[int]:
    """A port that refuses connections: bound, and not listening."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@contextlib.contextmanager
def unanswering_port() -> Iterator[int]:
    """A port on which connecting never ends: its backlog is full."""
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        yield listening.getsockname()[1]


def eventually(condition: Callable[[], object], seconds: float = 20) -> None:
    """Waits until something is so; that it never becomes so is a failure."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)


def promptly(seconds: float, measure: Callable[[], float], tries: int = 4) -> None:
    """That an action takes no longer than so many seconds. A busy machine may spoil a try, but not all of them."""
    taken = []
    for _ in range(tries):
        taken.append(measure())
        if taken[-1] <= seconds:
            return
    raise AssertionError(f"took {taken} seconds; {seconds} are allowed")


@contextlib.contextmanager
def stopwatch() -> Iterator[Callable[[], float]]:
    start = time.monotonic()
    yield lambda: time.monotonic() - start
