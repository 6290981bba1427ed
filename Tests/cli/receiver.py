# SPDX-License-Identifier: MIT
"""A running `inwise webhook`, what it is posted, and what is in its mirror."""

import concurrent.futures
import contextlib
import http.client
import pathlib
import re
import signal
import socket
import sqlite3
import subprocess
from urllib.parse import urlencode

from program import eventually, start

#: For tests, which post from this machine.
HERE = ["--allow", "127.0.0.1"]
#: The vendor's own.
EXAMPLE = (b"timeStamp=2022-02-10+15%3a58%3a01&trigger_type=emailSent&trigger_description=Email+Sent+To+Contact&channel_type=Email&campaign_id=1646090"
           b"&group_id=949732&contact%5bid%5d=1&contact%5bemail%5d=test%40yopmail.com&contact%5bfield1%5d=&contact%5bfield125%5d=")


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


def at_once(receiver, numbers) -> list[concurrent.futures.Future]:
    """Asks with several events, each on a connection and a thread of its own."""
    pool = concurrent.futures.ThreadPoolExecutor(len(numbers))
    asked = [pool.submit(receiver.ask, event(number)) for number in numbers]
    pool.shutdown(wait=False)
    return asked


def request(body: bytes, length: int | None = None) -> bytes:
    return b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (len(body) if length is None else length, body)


def handed_over(receiver, requests) -> list[socket.socket]:
    """Connections, each with a request that the receiver has looked at."""
    connections = [receiver.connect() for _ in requests]
    for connection, text in zip(connections, requests):
        connection.sendall(text)
    eventually(lambda: all(is_read(receiver.port, connection.getsockname()[1]) for connection in connections))
    # It does one thing after the other.
    assert receiver.post(b"") == 400
    return connections


def is_read(port: int, client: int) -> bool:
    """Whether a connection has been accepted, and all that came by it read."""
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, here, there, _, queues, *_, inode = line.split()[:10]
        if here.endswith(f":{port:04X}") and there.endswith(f":{client:04X}"):
            return inode != "0" and queues.endswith(":00000000")
    return False


def statuses(connections) -> list[int]:
    """Of what they are answered; they are closed."""
    found = []
    for connection in connections:
        with connection:
            found.append(int(connection.recv(12).split()[1]))
    return found


def files(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
