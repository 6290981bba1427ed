# SPDX-License-Identifier: MIT
"""The program under test: the path in INWISE_CLI, or build/bin/inwise."""

import contextlib
import fcntl
import http.client
import os
import pathlib
import pty
import re
import signal
import struct
import subprocess
import termios
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

INWISE = os.environ.get("INWISE_CLI") or str(pathlib.Path(__file__).resolve().parents[2] / "build" / "bin" / "inwise")
NOW = "2024-09-20T12:00:00"
ACCOUNT = f"sandbox:?seed=7&contacts=400&now={NOW}"
ACCOUNT_OPTIONS = ["--seed", "7", "--contacts", "400", "--now", NOW]
EVER = ["--from", "2000-01-01"]
#: Commands that walk pages.
WALKS = ["activities", "sent", "undelivered"]


@dataclass
class Outcome:
    """What a run of the program left behind."""

    status: int
    out: str
    error: str


def inwise(*arguments, url=None, environment=None, timeout=60) -> Outcome:
    """Runs the program to its end, with pipes for its streams."""
    more = ["--url", url] if url else []
    run = subprocess.run(
        [INWISE, *map(str, arguments), *more], capture_output=True, timeout=timeout, stdin=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})})
    # As it was written: line ends are part of what is tested.
    return Outcome(run.returncode, run.stdout.decode(), run.stderr.decode())


def good(*arguments, **how) -> str:
    """The output of a run that succeeds."""
    outcome = inwise(*arguments, **how)
    assert outcome.status == 0, outcome.error
    return outcome.out


def start(*arguments, **how) -> subprocess.Popen:
    return subprocess.Popen([INWISE, *map(str, arguments)], **{"stdin": subprocess.DEVNULL, **how})


class Sandbox:
    """A running `inwise sandbox`."""

    def __init__(self, *options) -> None:
        self.process = start("sandbox", *options, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.line = self.process.stdout.readline().decode()
        found = re.fullmatch(r"Serving the sandbox at (http://127\.0\.0\.1:(\d+)/rest/v1) \(stop with Ctrl-C\)\n", self.line)
        assert found, self.line or self.process.stderr.read().decode()
        self.url, self.port = found[1], int(found[2])

    def get(self, path: str, method="GET", headers=None, body=None, timeout=30) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        with contextlib.closing(connection):
            connection.request(method, urlsplit(self.url).path + path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()

    def stop(self, how=signal.SIGTERM) -> int:
        self.process.send_signal(how)
        status = self.process.wait(20)
        rest = self.process.stdout.read() + self.process.stderr.read()
        self.process.stdout.close()
        self.process.stderr.close()
        assert rest == b"", rest
        return status

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            assert self.stop() == 0


class Terminal:
    """A run on a pseudo-terminal of so many columns."""

    def __init__(self, *arguments, columns=120, **how) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        # A session of its own with the terminal as its own: Ctrl-C then reaches it.
        streams = {"stdin": slave, "stdout": slave, "stderr": slave, **how}
        self.process = start(*arguments, **streams, start_new_session=True, preexec_fn=lambda: fcntl.ioctl(slave, termios.TIOCSCTTY, 0))
        os.close(slave)
        self.raw = b""
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            while data := os.read(self._master, 65536):
                self.raw += data
        os.close(self._master)

    def press(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def wait(self) -> int:
        status = self.process.wait(60)
        self._reader.join(60)
        return status

    @property
    def text(self) -> str:
        """What came, with the terminal's line ends as they were written."""
        return self.raw.decode().replace("\r\n", "\n")

    @property
    def screen(self) -> str:
        """What is left to read: lines that were written over are gone."""
        return re.sub(r"\r[^\n\r]*\x1b\[K", "", self.text)


def eventually(condition, seconds: float = 20) -> None:
    """Waits until something is so; that it never becomes so is a failure."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)
