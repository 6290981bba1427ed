# SPDX-License-Identifier: MIT
"""`inwise webhook`: clients that are slow, many, hostile, or gone."""

import pathlib
import resource
import socket
import time

import pytest

from program import eventually
from receiver import EXAMPLE, HERE, Held, Receiver, event, events, request


@pytest.mark.parametrize("sent", [
    b"", b"POST / HTTP/1.1\r\nHo", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\na=b",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\na=",
    request(EXAMPLE),
], ids=["nothing", "half a header", "half a body", "half a chunk", "one request"])
def test_slow_clients(sent, mirror):
    """Also those that say a little now and then."""
    with Receiver(mirror, *HERE, "--client-timeout", "0.5") as receiver:
        slow = [receiver.connect() for _ in range(100)]
        for connection in slow:
            connection.sendall(sent)
        if sent.endswith(EXAMPLE):
            for connection in slow:
                assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")
        trickle, end = sent and not sent.endswith(EXAMPLE), time.monotonic() + 20
        while slow and time.monotonic() < end:
            slow = [connection for connection in slow if not is_closed(connection, b"a" if trickle else b"")]
            assert receiver.post(event(1)) == 200
        assert not slow


def is_closed(connection: socket.socket, drop: bytes) -> bool:
    connection.settimeout(0.002)
    try:
        connection.sendall(drop)
        if connection.recv(100):
            return False
    except TimeoutError:
        return False
    except OSError:
        pass
    connection.close()
    return True


def test_more_clients_than_it_takes(mirror):
    """The others wait until there is room."""
    def few() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))

    with Receiver(mirror, *HERE, "--client-timeout", "1", prepare=few) as receiver:
        idle = [receiver.connect() for _ in range(60)]
        assert receiver.post(event(1)) == 200
        for connection in idle:
            connection.close()


# ---------------------------------------------------------------- hostile clients

@pytest.fixture(scope="module")
def brisk(tmp_path_factory):
    """Does not wait long for the rest of what is no request."""
    with Receiver(tmp_path_factory.mktemp("brisk") / "account.db", *HERE, "--client-timeout", "0.5") as receiver:
        yield receiver


@pytest.mark.parametrize("sent", [
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdefgh",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"POST /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"POST / HTTP/1.1\r\nX: " + b"a" * 1_000_000, b"\x00\xff\x16\x03\x01\x02\x00", b"\r\n\r\n\r\n", b"",
    b"POST /?token=%zz%00\xff HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", b"CONNECT evil:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: \xff\xfe\r\nContent-Length: 0\r\n\r\n",
    request(EXAMPLE) * 50,
], ids=range(13))
def test_hostile_requests(sent, brisk):
    with brisk.connect() as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
        except OSError:
            pass
    assert brisk.post(EXAMPLE) == 200


def test_a_client_that_does_not_wait_for_its_answer(mirror):
    with Receiver(mirror, *HERE, "--timeout", "60") as receiver:
        with Held(mirror) as held:
            for number in range(20):
                with receiver.connect() as connection:
                    connection.sendall(request(event(number)))
            held.release()
        eventually(lambda: events(mirror) == 20)
        assert receiver.post(event(1)) == 200


def test_large_bodies_together_are_bounded(mirror):
    """Bodies that are being received may have 64 MiB here, all together; what is beyond is put off."""
    with Receiver(mirror, *HERE, "--max-body", str(16 << 20)) as receiver:
        head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (16 << 20)
        large = [receiver.connect() for _ in range(6)]
        for connection in large:
            connection.sendall(head + b"trigger_type=emailSent&a=" + b"a" * (12 << 20))
        resident = int(next(line for line in pathlib.Path(f"/proc/{receiver.process.pid}/status").read_text().splitlines() if line.startswith("VmRSS")).split()[1])
        assert resident < 160 << 10
        large[5].sendall(b"a" * ((4 << 20) - len(b"trigger_type=emailSent&a=")))
        assert large[5].recv(100).startswith(b"HTTP/1.1 503 ")
        for connection in large:
            connection.close()
        assert receiver.post(event(1)) == 200
