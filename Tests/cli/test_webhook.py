# SPDX-License-Identifier: MIT
"""`inwise webhook`: what it answers to whom, and what is kept when."""

import concurrent.futures
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

import pytest

from program import INWISE, eventually, good, inwise, start
from receiver import HERE, Held, Receiver, event, events, look

SERVICE = "193.169.246.40"
TOKEN = "0123456789abcdef-secret"
EXAMPLE = (b"timeStamp=2022-02-10+15%3a58%3a01&trigger_type=emailSent&trigger_description=Email+Sent+To+Contact&channel_type=Email&campaign_id=1646090"
           b"&group_id=949732&contact%5bid%5d=1&contact%5bemail%5d=test%40yopmail.com&contact%5bfield1%5d=&contact%5bfield125%5d=")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Receiver(tmp_path_factory.mktemp("receiver") / "account.db", *HERE) as receiver:
        yield receiver


@pytest.fixture
def mirror(tmp_path):
    return tmp_path / "account.db"


def files(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def at_once(receiver, numbers) -> list[concurrent.futures.Future]:
    pool = concurrent.futures.ThreadPoolExecutor(len(numbers))
    asked = [pool.submit(receiver.ask, event(number)) for number in numbers]
    pool.shutdown(wait=False)
    return asked


# ---------------------------------------------------------------- answers

def test_an_event_is_kept_once(running):
    before = events(running.mirror)
    assert [running.ask(EXAMPLE)[::2] for _ in range(3)] == [(200, "new\n"), (200, "repeated\n"), (200, "repeated\n")]
    assert events(running.mirror) == before + 1
    row, = json.loads(good("sent", "--from", "2022-01-01", "--campaign", 1646090, "--format", "json", url=f"file:{running.mirror}"))
    assert (row["contact_id"], row["date_sent"], row["email"]) == (1, "2022-02-10 15:58:01", "test@yopmail.com")


@pytest.mark.parametrize("headers", [
    {}, {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, {"Content-Type": "text/plain"}, {"Content-Type": "multipart/form-data"},
    {"Expect": "100-continue"}, {"In": "chunks"}, {"X-Forwarded-For": "10.0.0.1"},
], ids=str)
@pytest.mark.parametrize("path", ["/", "/inwise/hook.php", "/?a=b", "/%ff", "//"])
def test_an_event_is_taken_however_it_comes(headers, path, running):
    body = event(len(path), headers=str(headers), path=path)
    assert running.ask([body[:10], body[10:]] if "In" in headers else body, path, headers=headers)[::2] == (200, "new\n")


@pytest.mark.parametrize("body", [
    b"", b"a=b", b"trigger_type=", b"trigger_type=emailSent&a=%ff", b"trigger_type=emailSent&%00=1", b"&" * 20_000, b"\x00" * 100, b"{}",
    b"trigger_type=emailSent" + b"&a=b" * 10_000,
], ids=range(9))
def test_what_is_no_event_is_refused(body, running):
    status, _, text = running.ask(body)
    assert status == 400 and len(text) > 30 and text.endswith(".\n")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
def test_other_methods(method, running):
    status, headers, text = running.ask(EXAMPLE if method == "PUT" else b"", method=method)
    assert (status, headers["Allow"]) == (405, "POST") and (text or method == "HEAD")


def test_a_body_may_be_as_large_as_it_may(mirror):
    with Receiver(mirror, *HERE, "--max-body", "2000") as receiver:
        def padded(size):
            body = event(size)
            return body + b"&pad=" + b"a" * (size - len(body) - 5)

        assert receiver.post(padded(2000)) == 200
        for size in (2001, 100_000, 3_000_000):
            assert receiver.post(padded(size)) == 413
        assert receiver.ask([padded(3000)[:1000], padded(3000)[1000:]])[0] == 413
        with receiver.connect() as connection:
            # Who asks first needn't send it.
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2001\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 413 ")
        with receiver.connect() as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 413 ")
        assert events(mirror) == 1
    assert receiver.counts == {"new": 1, "repeated": 0, "refused": 6, "put off": 0}


def test_a_path_of_its_own(mirror):
    with Receiver(mirror, *HERE, "--path", "/inwise") as receiver:
        assert receiver.url.endswith("/inwise")
        assert [receiver.post(event(1), path) for path in ("/inwise", "/inwise?a=b", "/", "/inwise/", "/Inwise", "/health")] == [200, 200, 404, 404, 404, 405]


def test_health(mirror):
    with Receiver(mirror, *HERE, "--timeout", "0.2") as receiver:
        health = lambda: receiver.ask(path="/health", method="GET")[0]
        assert health() == 200 and receiver.ask(path="/health", method="HEAD")[0] == 200
        assert receiver.ask(path="/health")[1]["Allow"] == "GET, HEAD"
        with Held(mirror) as held:
            assert receiver.post(event(1)) == 503 and health() == 503
            held.release()
            # It finds out by itself.
            eventually(lambda: health() == 200)
        # Nobody's webhook.
        assert receiver.stop() and receiver.counts == {"new": 0, "repeated": 0, "refused": 1, "put off": 1} or receiver.counts["put off"] == 1


def test_connections_are_kept(running):
    connection = http.client.HTTPConnection(running.host, running.port, timeout=30)
    connection.connect()
    kept = connection.sock
    for number in range(50):
        for body, status in ((event(number, kept="yes"), 200), (b"a=b", 400)):
            connection.request("POST", "/", body)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == status and connection.sock is kept
    connection.close()


@pytest.mark.parametrize("listen", ["[::1]:0", "localhost:0"])
def test_where_it_listens(listen, mirror):
    try:
        socket.socket(socket.AF_INET6 if "::1" in listen else socket.AF_INET).bind((listen.rpartition(":")[0].strip("[]"), 0))
    except OSError:
        pytest.skip("this machine has no such address")
    with Receiver(mirror, "--allow", "127.0.0.1", "--allow", "::1", listen=listen) as receiver:
        assert receiver.post(event(1)) == 200


# ---------------------------------------------------------------- trust

@pytest.mark.parametrize("options, sent", [
    ([], {"": 403, SERVICE: 403}),
    (HERE, {"": 200, SERVICE: 200}),
    (["--allow", "10.0.0.1", "--allow", "127.0.0.0/8"], {"": 200}),
    (["--any-address"], {"": 200}),
    (["--trusted-proxy", "127.0.0.1"], {
        "": 403, SERVICE: 200, "193.169.247.40": 200, "10.0.0.1": 403, f"{SERVICE}, 10.0.0.1": 403, f"10.0.0.1, {SERVICE}": 200, f"{SERVICE},127.0.0.1": 200,
        f"::ffff:{SERVICE}": 200, "nonsense": 403}),
    (["--trusted-proxy", "127.0.0.1", "--allow", "10.0.0.1"], {SERVICE: 403, "10.0.0.1": 200}),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_who_may_send(options, sent, mirror):
    with Receiver(mirror, *options) as receiver:
        for forwarded, status in sent.items():
            headers = {"X_Forwarded_For": forwarded} if forwarded else {}
            assert receiver.post(EXAMPLE, **headers) == status, forwarded
            # What nobody may post nobody may ask about either.
            if status == 403:
                assert receiver.post(b"a" * 2_000_000, **headers) == 403
    assert events(mirror) == (200 in sent.values())


def test_forwarded_for_may_come_in_several_lines(mirror):
    with Receiver(mirror, "--trusted-proxy", "127.0.0.1") as receiver:
        def answer(*forwarded) -> bytes:
            with receiver.connect() as connection:
                lines = "".join(f"X-Forwarded-For: {value}\r\n" for value in forwarded)
                connection.sendall(f"POST / HTTP/1.1\r\nHost: x\r\n{lines}Content-Length: {len(EXAMPLE)}\r\n\r\n".encode() + EXAMPLE)
                return connection.recv(12)

        assert answer("10.0.0.1", SERVICE) == b"HTTP/1.1 200"
        assert answer(SERVICE, "10.0.0.1") == b"HTTP/1.1 403"


def test_a_token_in_the_url(mirror, tmp_path):
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    for how in ({"environment": {**os.environ, "INWISE_WEBHOOK_TOKEN": TOKEN}}, {}):
        options = ["--any-address", "--verbose"] + ([] if how else ["--token-file", file])
        with Receiver(mirror, *options, **how) as receiver:
            answers = {path: receiver.post(EXAMPLE, path) for path in (
                f"/?token={TOKEN}", f"/a?x=y&token={TOKEN.replace('-', '%2d')}", "/", "/?token=", f"/?token={TOKEN}x", f"/?token={TOKEN[:-1]}",
                f"/?token={TOKEN}&token={TOKEN}", f"/?Token={TOKEN}", f"/{TOKEN}")}
            assert list(answers.values()) == [200, 200] + [403] * 7
            said = receiver.stop()
            assert TOKEN not in said.replace(f"/{TOKEN}", "") and said.count("\n") == 9


def test_a_token_does_not_make_an_address_good(mirror):
    with Receiver(mirror, environment={**os.environ, "INWISE_WEBHOOK_TOKEN": TOKEN}) as receiver:
        assert receiver.post(EXAMPLE, f"/?token={TOKEN}") == 403
        assert receiver.post(EXAMPLE, f"/?token={TOKEN}", X_Forwarded_For=SERVICE) == 403


def test_nobody_is_asked_for_anything(mirror):
    with Receiver(mirror, "--any-address") as receiver:
        assert "Whoever can reach the port can post events." in receiver.stop()


# ---------------------------------------------------------------- what it says

def test_what_it_says_of_requests(mirror):
    with Receiver(mirror, *HERE) as quiet:
        for body in (event(1), event(1), b"", b"", b"a=b"):
            quiet.post(body)
        quiet.ask(method="GET")
        said = quiet.stop().splitlines()
    assert quiet.counts == {"new": 1, "repeated": 1, "refused": 4, "put off": 0}
    # The first of each kind.
    assert len(said) == 2 and "POST / was refused with 400: " in said[0] and "GET / was refused with 405: " in said[1]
    with Receiver(mirror, *HERE, "--verbose") as verbose:
        verbose.post(event(1), "/a?b=c")
        verbose.post(b"\x1b[2J", "/\x1b[2J".replace("\x1b", "%1b"))
        said = verbose.stop().splitlines()
    assert said[0] == "inwise: 127.0.0.1 POST /a: 200 repeated" and len(said) == 2


@pytest.mark.parametrize("arguments, status, words", [
    ([], 64, "--mirror"), (["--mirror", ""], 64, "--mirror"), (["--path", "a"], 64, "--path"), (["--path", "/a?b"], 64, "--path"),
    (["--queue", "0"], 64, "--queue"), (["--queue", "10001"], 64, "--queue"), (["--max-body", "0"], 64, "--max-body"),
    (["--max-body", "16777217"], 64, "--max-body"), (["--timeout", "0"], 64, "--timeout"), (["--client-timeout", "601"], 64, "--client-timeout"),
    (["--allow", "nowhere"], 64, "--allow"), (["--allow", "127.0.0.1/33"], 64, "--allow"), (["--trusted-proxy", "x"], 64, "--trusted-proxy"),
    (["--any-address", "--allow", "127.0.0.1"], 64, "--any-address"), (["--token-file", "/nowhere"], 66, "/nowhere"),
    (["--token-file", "/dev/null"], 66, "no token"), (["--token", TOKEN], 64, "--token"), (["--allow", "127.0.0.1"] * 101, 64, "--allow"),
], ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else None)
def test_wrong_arguments(arguments, status, words, tmp_path):
    target = ["--mirror", "a.db"] if "--mirror" not in arguments and arguments else []
    run = subprocess.run([INWISE, "webhook", "--listen", "127.0.0.1:0", *target, *arguments], cwd=tmp_path, capture_output=True, timeout=60)
    assert run.returncode == status and words in run.stderr.decode(), run.stderr
    assert run.stdout == b"" and files(tmp_path) == []


@pytest.mark.parametrize("listen", ["", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "::1:80", ":80"])
def test_wrong_addresses(listen, tmp_path):
    outcome = inwise("webhook", "--listen", listen, "--mirror", tmp_path / "a.db")
    assert outcome.status == 64 and "--listen" in outcome.error and files(tmp_path) == []


def test_a_short_token_is_none(tmp_path):
    outcome = inwise("webhook", "--listen", "127.0.0.1:0", "--mirror", tmp_path / "a.db", environment={"INWISE_WEBHOOK_TOKEN": "secret"})
    assert outcome.status == 64 and "INWISE_WEBHOOK_TOKEN" in outcome.error and "16" in outcome.error


def test_a_taken_port(running, tmp_path):
    outcome = inwise("webhook", "--listen", f"127.0.0.1:{running.port}", "--mirror", tmp_path / "a.db")
    assert outcome.status == 69 and str(running.port) in outcome.error and files(tmp_path) == []


def test_a_file_that_is_no_mirror(tmp_path):
    path = tmp_path / "a.db"
    path.write_text("Dear diary,\n" * 100)
    outcome = inwise("webhook", "--listen", "127.0.0.1:0", "--mirror", path)
    assert (outcome.status, outcome.out) == (73, "") and path.read_text() == "Dear diary,\n" * 100


def test_nobody_reads_its_first_line(mirror):
    process = start("webhook", "--listen", "127.0.0.1:0", "--mirror", mirror, stdout=open("/dev/full", "wb"), stderr=subprocess.PIPE)
    assert b"Can't write" in process.communicate(timeout=20)[1] and process.returncode == 74


# ---------------------------------------------------------------- what is kept

def test_what_was_answered_is_there_after_a_kill(mirror):
    kept = 0
    for turn in range(5):
        receiver = Receiver(mirror, *HERE)
        asked = at_once(receiver, range(100 * turn, 100 * turn + 20))
        concurrent.futures.wait(asked, return_when=concurrent.futures.FIRST_COMPLETED)
        receiver.kill()
        kept += sum(one.exception() is None and one.result()[0] == 200 for one in asked)
        found = events(mirror)
        assert found >= kept > 0
        kept = found
    assert look(mirror, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_what_waits_is_kept_when_it_is_stopped(how, mirror, tmp_path):
    receiver = Receiver(mirror, *HERE, "--timeout", "60")
    with Held(mirror) as held:
        asked = at_once(receiver, range(10))
        half = receiver.connect()
        half.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" + event(100))
        eventually(lambda: waiting(receiver) == 11)
        receiver.process.send_signal(how)
        # Nobody is let in any more.
        eventually(lambda: refuses(receiver))
        assert not any(one.done() for one in asked)
        held.release()
        assert [one.result()[0] for one in asked] == [200] * 10
    # What comes to its end now is put off.
    half.sendall(b"&pad=".ljust(1000 - len(event(100)), b"a"))
    assert half.recv(1000).startswith(b"HTTP/1.1 503 ")
    half.close()
    receiver.end()
    assert receiver.counts == {"new": 10, "repeated": 0, "refused": 0, "put off": 1}
    assert files(tmp_path) == ["account.db"] and events(mirror) == 10


def waiting(receiver) -> int:
    """Its connections whose client has sent something and has had no answer."""
    table = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
    return sum(fields[1] == f"0100007F:{receiver.port:04X}" and fields[3] == "01" for fields in map(str.split, table))


def refuses(receiver) -> bool:
    try:
        receiver.connect().close()
    except OSError:
        return True
    return False


def test_a_second_signal_ends_it_at_once(mirror):
    receiver = Receiver(mirror, *HERE, "--timeout", "60")
    with Held(mirror):
        asked = at_once(receiver, range(10))
        eventually(lambda: waiting(receiver) == 10)
        receiver.process.send_signal(signal.SIGTERM)
        eventually(lambda: refuses(receiver))
        receiver.process.send_signal(signal.SIGTERM)
        assert [one.result()[0] for one in asked] == [503] * 10
        receiver.end()
    assert receiver.counts["put off"] == 10 and events(mirror) == 0


def test_idle_clients_do_not_keep_it(mirror):
    receiver = Receiver(mirror, *HERE)
    idle = [receiver.connect() for _ in range(5)]
    idle[0].sendall(b"POST / HTT")
    begun = time.monotonic()
    receiver.stop()
    assert time.monotonic() - begun < 4
    for connection in idle:
        connection.close()


# ---------------------------------------------------------------- when it can't keep up

def test_a_mirror_that_another_process_writes_is_waited_for(mirror):
    with Receiver(mirror, *HERE, "--timeout", "30") as receiver, Held(mirror) as held:
        asked = at_once(receiver, range(3))
        eventually(lambda: waiting(receiver) == 3)
        held.release()
        assert [one.result()[0] for one in asked] == [200] * 3


def test_a_mirror_that_another_process_goes_on_writing(mirror):
    with Receiver(mirror, *HERE, "--timeout", "0.2") as receiver:
        with Held(mirror) as held:
            for number in range(3):
                status, headers, text = receiver.ask(event(number))
                assert status == 503 and int(headers["Retry-After"]) > 0 and text.endswith(".\n")
            held.release()
            assert [receiver.post(event(number)) for number in range(3)] == [200] * 3
        said = receiver.stop().splitlines()
    # Once, and that it is over.
    assert len(said) == 2 and "The mirror can't be written" in said[0] and said[1] == "inwise: The mirror can be written again."
    assert receiver.counts["put off"] == 3


def test_a_full_queue(mirror):
    with Receiver(mirror, *HERE, "--timeout", "60", "--queue", "3") as receiver:
        with Held(mirror) as held:
            asked = at_once(receiver, range(20))
            # Up to three are being written, and three wait.
            eventually(lambda: sum(one.done() for one in asked) >= 14)
            for one in asked:
                if one.done():
                    status, headers, _ = one.result()
                    assert status == 503 and headers["Retry-After"] == "1"
            held.release()
            statuses = [one.result()[0] for one in asked]
        kept = statuses.count(200)
        assert 4 <= kept <= 6 and statuses.count(503) == 20 - kept and events(mirror) == kept


@pytest.mark.parametrize("sent", [
    b"", b"POST / HTTP/1.1\r\nHo", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\na=b",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\na=",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (len(EXAMPLE), EXAMPLE),
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
        import resource
        resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))

    with Receiver(mirror, *HERE, "--client-timeout", "1", prepare=few) as receiver:
        idle = [receiver.connect() for _ in range(60)]
        assert receiver.post(event(1)) == 200
        for connection in idle:
            connection.close()


# ---------------------------------------------------------------- a disk that is full

@pytest.fixture
def disk(tmp_path):
    """A file system in memory of 4 MiB."""
    path = tmp_path / "disk"
    path.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(path)], capture_output=True).returncode:
        pytest.skip("mounting a small file system takes root")
    yield path
    subprocess.run(["umount", "-l", str(path)], check=True)


def test_a_full_disk(disk):
    mirror, stuffing = disk / "account.db", disk / "stuffing"
    with Receiver(mirror, *HERE) as receiver:
        kept = 0
        for turn in range(3):
            assert receiver.post(event(1000 * turn)) == 200
            with open(stuffing, "wb", buffering=0) as out:
                try:
                    while True:
                        out.write(b"x" * 4096)
                except OSError:
                    pass
            number, status = 1000 * turn, 200
            while status == 200:
                number += 1
                status, headers, text = receiver.ask(event(number, pad="x" * 2000))
            assert status == 503 and int(headers["Retry-After"]) > 0 and "room" in text
            kept += number - 1000 * turn
            assert events(mirror) == kept
            stuffing.unlink()
            assert receiver.post(event(number, pad="x" * 2000)) == 200
            kept += 1
        said = receiver.stop()
        assert said.count("The mirror can't be written") == 3 == said.count("can be written again")
    assert events(mirror) == kept and look(mirror, "PRAGMA integrity_check") == [("ok",)]


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
    (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (len(EXAMPLE), EXAMPLE)) * 50,
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
                    body = event(number)
                    connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
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
