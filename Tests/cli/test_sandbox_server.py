# SPDX-License-Identifier: MIT
"""The served sandbox: where it listens, what it bears, and how it ends."""

import http.client
import json
import pathlib
import signal
import socket
import subprocess
import threading
import time

import pytest

from program import NOW, Sandbox, eventually, good, inwise, start

ACTIVITIES = "/campaigns/email/activities"


def exchange(port: int, request: bytes, timeout=10) -> bytes:
    """Sends bytes and reads until the server closes or has nothing more to say."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        try:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        answer = b""
        try:
            while data := connection.recv(65536):
                answer += data
        except OSError:
            pass
        return answer


def alive(sandbox) -> bool:
    return sandbox.get(ACTIVITIES + "?page_size=1")[0] == 200


def test_it_listens_on_this_machine_alone(sandbox):
    addresses = {line.split()[1] for table in ("tcp", "tcp6") for line in pathlib.Path(f"/proc/net/{table}").read_text().splitlines()[1:]
                 if line.split()[3] == "0A"}
    assert {address for address in addresses if address.endswith(f":{sandbox.port:04X}")} == {f"0100007F:{sandbox.port:04X}"}
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", sandbox.port), timeout=5)


def test_it_answers_like_the_service(sandbox):
    status, body = sandbox.get(ACTIVITIES + "?date_from=2000-01-01&page_size=5&page_index=1")
    assert status == 200 and len(json.loads(body)) == 5
    assert sandbox.get("/nowhere")[0] == 404
    assert sandbox.get(ACTIVITIES + "?page_index=x")[0] == 400
    assert sandbox.get(ACTIVITIES + "?action_type=%D7%A9")[0] == 200


def test_it_keeps_connections_alive_and_says_json(sandbox):
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=30)
    connection.connect()
    kept = connection.sock
    for _ in range(50):
        connection.request("GET", "/rest/v1" + ACTIVITIES)
        answer = connection.getresponse()
        assert answer.status == 200 and answer.getheader("Content-Type") == "application/json"
        assert len(json.loads(answer.read())) == 100
        assert connection.sock is kept
    connection.close()


def test_answers_do_not_wait_for_each_other():
    with Sandbox("--contacts", "50", "--latency-ms", "200") as slow:
        statuses = []
        threads = [threading.Thread(target=lambda: statuses.append(slow.get(ACTIVITIES)[0])) for _ in range(8)]
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        taken = time.monotonic() - begun
        assert statuses == [200] * 8
        # One after the other they would take 1.6 s.
        assert 0.2 <= taken < 1.0


def test_faults():
    with Sandbox("--contacts", "50", "--fail-rate", "1") as failing:
        assert failing.get(ACTIVITIES)[0] == 500
    with Sandbox("--contacts", "50", "--rate-limit", "1") as limiting:
        connection = http.client.HTTPConnection("127.0.0.1", limiting.port, timeout=10)
        connection.request("GET", "/rest/v1" + ACTIVITIES)
        answer = connection.getresponse()
        assert answer.status == 429 and int(answer.getheader("Retry-After")) >= 0
        connection.close()
    with Sandbox("--contacts", "50", "--drop-rate", "1") as dropping:
        request = f"GET /rest/v1{ACTIVITIES} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        with socket.create_connection(("127.0.0.1", dropping.port), timeout=10) as connection:
            connection.sendall(request)
            assert connection.recv(100) == b""
    with Sandbox("--contacts", "50", "--recent-drop-rate", "1", "--live", "200", "--late-rate", "0.5", "--future-rate", "0.5") as dropping:
        assert dropping.get(ACTIVITIES)[0] == 200
        with pytest.raises(http.client.RemoteDisconnected):
            dropping.get("/campaigns/email/recentActivities")


def test_a_walk_survives_a_bad_day():
    options = ["--seed", "7", "--contacts", "100", "--now", NOW]
    with Sandbox(*options, "--fail-rate", "0.1", "--drop-rate", "0.1", "--latency-ms", "2") as bad, Sandbox(*options) as fine:
        walk = ["activities", "--from", "2000-01-01", "--page-size", "20", "--option", "max_retries=10"]
        assert good(*walk, url=bad.url) == good(*walk, url=fine.url)


def test_another_kind_of_server():
    options = ["--seed", "7", "--contacts", "100", "--now", NOW]
    with Sandbox(*options, "--page-base", "1", "--order", "asc", "--ids", "string", "--campaigns", "2", "--days", "20") as other:
        assert isinstance(json.loads(other.get(ACTIVITIES + "?date_from=2000-01-01&page_index=1")[1])[0]["id"], str)
        rows = json.loads(good("activities", "--from", "2000-01-01", "--page-size", "30", url=other.url))
        same = f"sandbox:?seed=7&contacts=100&now={NOW}&campaigns=2&days=20&order=asc"
        assert rows == json.loads(good("activities", "--from", "2000-01-01", url=same))


def test_rows_keep_arriving():
    with Sandbox("--contacts", "50", "--live", "200") as live:
        count = lambda: len(json.loads(good("activities", "--from", "2000-01-01", url=live.url)))
        first = count()
        eventually(lambda: count() > first)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it(how):
    running = Sandbox("--contacts", "50")
    assert alive(running)
    idle = socket.create_connection(("127.0.0.1", running.port))
    assert running.stop(how) == 0
    idle.close()


def test_it_ends_at_once_though_answers_are_delayed():
    running = Sandbox("--contacts", "50", "--latency-ms", "60000")
    with socket.create_connection(("127.0.0.1", running.port), timeout=30) as connection:
        connection.sendall(f"GET /rest/v1{ACTIVITIES} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(0.1)
        begun = time.monotonic()
        assert running.stop() == 0
        assert time.monotonic() - begun < 5
        assert connection.recv(100) == b""


def test_a_taken_port():
    with Sandbox("--contacts", "50") as first:
        outcome = inwise("sandbox", "--port", first.port)
        assert outcome.status == 69 and str(first.port) in outcome.error and outcome.out == ""
        assert alive(first)
    with Sandbox("--contacts", "50", "--port", str(first.port)) as again:
        assert again.port == first.port


def test_nobody_reads_its_first_line():
    process = start("sandbox", stdout=open("/dev/full", "wb"), stderr=subprocess.PIPE)
    assert b"Can't write" in process.communicate(timeout=20)[1] and process.returncode == 74


LINE = f"GET /rest/v1{ACTIVITIES}?page_size=1 HTTP/1.1\r\nHost: x\r\n".encode()


@pytest.mark.parametrize("request_bytes, status", [
    (LINE + b"Connection: close\r\n\r\n", 200),
    (LINE + b"X: " + b"a" * 1_000_000 + b"\r\n\r\n", 431),
    (LINE + b"".join(b"X%d: y\r\n" % number for number in range(20000)) + b"\r\n", 431),
    (b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    (b"GET /rest/v1" + ACTIVITIES.encode() + b"?" + b"&".join(b"k%d=v" % number for number in range(2000)) + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", None),
    (b"GET /rest/v1/campaigns/email/%ff%00%zz?a=%ff&b=%0&\xff\xfe=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", None),
    (b"BREW /rest/v1" + ACTIVITIES.encode() + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 405),
    (b"HEAD /rest/v1" + ACTIVITIES.encode() + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", None),
    (b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", None),
    (b"CONNECT evil:443 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", None),
    (b"POST /rest/v1" + ACTIVITIES.encode() + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n" + b"b" * 100_000, 405),
    (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n" + b"b" * 3_000_000, None),
    (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + b"fffffff\r\n" + b"b" * 3_000_000, None),
    (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", None),
    (LINE + b"Content-Length: 5\r\nConnection: close\r\n\r\nhello", 200),
    (LINE + b"Content-Length: -5\r\n\r\n", None),
    (b"\r\n\r\n\r\n", None), (b"\x00\xff\x16\x03\x01\x02\x00", None), (b"GET", None), (b"GET /\r\n\r\n", None), (b"", None),
    (LINE + b"X-API-Key: \xff\xfe\x80\r\nConnection: close\r\n\r\n", 200),
    ((LINE + b"\r\n") * 20 + LINE + b"Connection: close\r\n\r\n", 200),
], ids=range(23))
def test_hostile_requests(request_bytes, status, sandbox):
    answer = exchange(sandbox.port, request_bytes)
    if status is not None and answer:
        # A server may also close on what it won't read; then nothing, or a reset, arrives.
        assert answer.split(b"\r\n")[0].split()[1] == str(status).encode()
    if status in (200, 405):
        assert answer
    assert alive(sandbox)


def test_many_connections_at_once(sandbox):
    connections = [socket.create_connection(("127.0.0.1", sandbox.port), timeout=10) for _ in range(200)]
    for connection in connections:
        connection.sendall(LINE + b"\r\n")
    for connection in connections:
        assert connection.recv(20).startswith(b"HTTP/1.1 200")
        connection.close()
    assert alive(sandbox)


def test_memory_stays_flat():
    with Sandbox("--contacts", "200", "--now", NOW) as running:
        def resident() -> int:
            return int(next(line for line in pathlib.Path(f"/proc/{running.process.pid}/status").read_text().splitlines()
                            if line.startswith("VmRSS")).split()[1])

        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=30)

        def ask(times: int) -> None:
            for number in range(times):
                connection.request("GET", f"/rest/v1{ACTIVITIES}?date_from=2000-01-01&page_size=1000", headers={"X-Probe": "p" * 2000})
                assert len(connection.getresponse().read()) > 1000
                if number % 10 == 0:
                    connection.close()

        ask(100)
        before = resident()
        ask(300)
        assert resident() - before < 8 * 1024
        connection.close()
