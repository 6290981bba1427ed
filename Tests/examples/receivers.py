# SPDX-License-Identifier: MIT
"""Programs that receive webhooks, run as processes that say at which port they listen."""

import http.client
import os
import pathlib
import queue
import re
import subprocess
import sys
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "Tests/host"))

from inwise_ffi import Client  # noqa: E402

PYTHON = os.environ.get("INWISE_PYTHON") or str(ROOT / "build/venv/bin/python")
#: PHP's own web server, and a router for it.
PHP = ["php", "-d", "ffi.enable=true", "-S", "127.0.0.1:0"]

TOKEN = "canary-of-the-webhooks-5f1e"
#: One of the service's addresses.
SERVICE = "193.169.246.40"
#: The vendor's example.
EXAMPLE = (b"timeStamp=2022-02-10+15%3a58%3a01&trigger_type=emailSent&trigger_description=Email+Sent+To+Contact&channel_type=Email"
           b"&campaign_id=1646090&group_id=949732&contact%5bid%5d=1&contact%5bemail%5d=test%40yopmail.com&contact%5bfield1%5d=&contact%5bfield125%5d=")
#: What else may be posted: how it is asked for, the senders that proxies noted, the body; and the status that answers it.
REFUSALS = {
    "no token": ("/", [SERVICE], EXAMPLE, 403),
    "another token": (f"/?token={TOKEN}x", [SERVICE], EXAMPLE, 403),
    "two tokens": (f"/?token={TOKEN}&token={TOKEN}", [SERVICE], EXAMPLE, 403),
    "bytes": ("/?token=%ff%00", [SERVICE], EXAMPLE, 403),
    "another sender": (f"/?token={TOKEN}", ["192.0.2.1"], EXAMPLE, 403),
    "no sender": (f"/?token={TOKEN}", [], EXAMPLE, 403),
    "a sender that says what it likes": (f"/?token={TOKEN}", [f"{SERVICE}, 192.0.2.1"], EXAMPLE, 403),
    "in two headers": (f"/?token={TOKEN}", [SERVICE, "192.0.2.1"], EXAMPLE, 403),
    "no body": (f"/?token={TOKEN}", [SERVICE], b"", 400),
    "no trigger": (f"/?token={TOKEN}", [SERVICE], b"campaign_id=5", 400),
    "no UTF-8": (f"/?token={TOKEN}", [SERVICE], EXAMPLE + b"&x=%ff", 400),
    "too long a body": (f"/?token={TOKEN}", [SERVICE], EXAMPLE + b"x" * (1 << 20), 400),
}


class Receiver:
    """A receiver of webhooks into the mirror of a folder, where it runs until the block ends."""

    def __init__(self, command: list[str], folder: pathlib.Path, environment: dict[str, str], token: str | None = TOKEN) -> None:
        self.folder, self.mirror = folder, f"file:{folder}/mirror.db"
        secret = {} if token is None else {"INWISE_WEBHOOK_TOKEN": token}
        self._process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={**environment, "INWISE_MIRROR": self.mirror, **secret})
        self._said: list[str] = []
        self._port: queue.Queue[int] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        try:
            self._number = self._port.get(timeout=60)
            assert self._number, self.said()
        except BaseException:
            self.stop()
            raise

    def _read(self) -> None:
        for line in self._process.stdout:
            self._said.append(line.decode())
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", self._said[-1]):
                self._port.put(int(found[1]))
        self._port.put(0)

    def said(self) -> str:
        """What it has written so far."""
        return "".join(self._said)

    def request(self, method: str, path: str, senders: list[str], body: bytes = b"") -> int:
        """The status of the answer to a request for which proxies noted these senders, each in a header of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self._number, timeout=60)
        try:
            connection.putrequest(method, path)
            for sender in senders:
                connection.putheader("X-Forwarded-For", sender)
            connection.putheader("Content-Type", "application/x-www-form-urlencoded")
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders()
            try:
                connection.send(body)
            except OSError:
                pass  # it has answered already
            return connection.getresponse().status
        finally:
            connection.close()

    def post(self, body: bytes = EXAMPLE) -> int:
        """The status that answers a webhook of the service."""
        return self.request("POST", f"/?token={TOKEN}", [SERVICE], body)

    def events(self, **query) -> list[dict]:
        """What is in the mirror."""
        with Client(self.mirror) as mirror:
            return mirror.drain("webhookEvents", query)

    def stop(self) -> int:
        """Tells it to end; its exit code."""
        self._process.terminate()
        code = self._process.wait(60)
        self._reader.join(60)
        self._process.stdout.close()
        return code

    def __enter__(self) -> "Receiver":
        return self

    def __exit__(self, *_) -> None:
        if self._process.poll() is None:
            self.stop()
