# SPDX-License-Identifier: MIT
"""A running `inwise webhook`, what it is posted, and what is in its mirror."""

import contextlib
import http.client
import re
import signal
import socket
import sqlite3
import subprocess
from urllib.parse import urlencode

from program import start

#: For tests, which post from this machine.
HERE = ["--allow", "127.0.0.1"]


def event(number: int, **more) -> bytes:
    """One of many events, as the service posts it."""
    return urlencode({
        "timeStamp": "2022-02-10 15:58:01", "trigger_type": "emailOpened", "trigger_description": "Email Opened", "channel_type": "Email",
        "campaign_id": 1646090, "group_id": 949732, "contact[id]": number, "contact[email]": f"{number}@example.com", "contact[field1]": "",
        "ip": "203.0.113.7", **more}).encode()


class Receiver:
    def __init__(self, mirror, *options, listen="127.0.0.1:0", environment=None, prepare=None) -> None:
        self.mirror = mirror
        self.process = start("webhook", "--listen", listen, "--mirror", mirror, *options, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
                             preexec_fn=prepare)
        self.line = self.process.stdout.readline().decode()
        found = re.fullmatch(r"Receiving webhooks at (http://(127\.0\.0\.1|\[::1\]):(\d+)(/\S*)) \(stop with Ctrl-C\)\n", self.line)
        assert found, self.line or self.process.stderr.read().decode()
        self.url, self.host, self.port = found[1], found[2].strip("[]"), int(found[3])

    def ask(self, body: bytes | list[bytes] = b"", path="/", method="POST", headers=None, timeout=60):
        """The answer's status, headers and text; a list is sent in chunks."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        with contextlib.closing(connection):
            chunked = {"Transfer-Encoding": "chunked"} if isinstance(body, list) else {}
            connection.request(method, path, body, {**(headers or {}), **chunked}, encode_chunked=bool(chunked))
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()

    def post(self, body: bytes, path="/", **headers) -> int:
        return self.ask(body, path, headers={name.replace("_", "-"): value for name, value in headers.items()})[0]

    def connect(self) -> socket.socket:
        return socket.create_connection((self.host, self.port), timeout=30)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(20)
        self._streams()

    def stop(self, how=signal.SIGTERM) -> str:
        """What it said on standard error; its counts are in `counts`."""
        self.process.send_signal(how)
        return self.end()

    def end(self) -> str:
        assert self.process.wait(60) == 0
        out, error = self._streams()
        self.counts = {name: int(count) for name, count in re.findall(r"(new|repeated|refused|put off) (\d+)", out)}
        assert len(self.counts) == 4, out
        return error

    def _streams(self) -> tuple[str, str]:
        with self.process.stdout, self.process.stderr:
            return self.process.stdout.read().decode(), self.process.stderr.read().decode()

    def __enter__(self) -> "Receiver":
        return self

    def __exit__(self, *_) -> None:
        if self.process.poll() is None:
            self.stop()


def events(mirror) -> int:
    """How many events a mirror has."""
    return look(mirror, "SELECT count(*) FROM events")[0][0]


def look(mirror, sql: str) -> list[tuple]:
    with contextlib.closing(sqlite3.connect(f"file:{mirror}?mode=ro", uri=True, timeout=30)) as database:
        return database.execute(sql).fetchall()


class Held:
    """Another process writes a mirror, and is not done."""

    def __init__(self, mirror) -> None:
        self.database = sqlite3.connect(mirror, isolation_level=None, timeout=30)

    def __enter__(self) -> "Held":
        self.database.execute("BEGIN IMMEDIATE")
        return self

    def release(self) -> None:
        self.database.execute("ROLLBACK")

    def __exit__(self, *_) -> None:
        if self.database.in_transaction:
            self.release()
        self.database.close()
