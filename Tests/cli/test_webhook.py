# SPDX-License-Identifier: MIT
"""`inwise webhook`: what it answers to whom, and what it says."""

import http.client
import json
import os
import socket
import subprocess

import pytest

from program import ACCOUNT, INWISE, eventually, good, inwise, start
from receiver import EXAMPLE, HERE, Held, Receiver, event, events, files

SERVICE = "193.169.246.40"
TOKEN = "0123456789abcdef-secret"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with Receiver(tmp_path_factory.mktemp("receiver") / "account.db", *HERE) as receiver:
        yield receiver


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
        assert [receiver.post(event(1), path) for path in ("/inwise", "/inwise?a=b", "/", "/inwise/", "/Inwise", "/health")] == [200, 200, 404, 404, 404, 404]


def test_health(mirror):
    with Receiver(mirror, *HERE, "--timeout", "0.2") as receiver:
        health = lambda: receiver.ask(path="/health", method="GET")[0]
        assert health() == 200 and receiver.ask(path="/health", method="HEAD")[0] == 200
        with Held(mirror) as held:
            status, _, text = receiver.ask(event(1))
            assert status == 503 and "--timeout" in text, text
            assert health() == 503 and str(mirror.parent) not in receiver.ask(path="/health", method="GET")[2]
            held.release()
            # It finds out by itself.
            eventually(lambda: health() == 200)
        # Nobody's webhook.
        receiver.stop()
    assert receiver.counts == {"new": 0, "repeated": 0, "refused": 0, "put off": 1}


@pytest.mark.parametrize("path", [[], ["--path", "/health"]], ids=["any path", "this path"])
def test_a_webhook_may_be_posted_where_health_is_asked_for(mirror, path):
    with Receiver(mirror, *HERE, *path) as receiver:
        assert receiver.post(event(1), "/health") == 200 and receiver.ask(path="/health", method="GET")[0] == 200
    assert events(mirror) == 1


def test_a_mirror_that_another_process_keeps_writing(mirror):
    good("sync", mirror, "--quiet", url=ACCOUNT)
    with Held(mirror):
        for command, words in [(("webhook", *HERE, "--listen", "127.0.0.1:0", "--mirror", mirror, "--timeout", "0.2"), "--timeout"),
                               (("sync", mirror, "--url", ACCOUNT, "--max-seconds", "1"), "Try again later")]:
            outcome = inwise(*command)
            assert (outcome.status, outcome.out) == (75, "") and words in outcome.error, outcome


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


def test_a_secret_that_a_url_would_change_is_none(tmp_path):
    file = tmp_path / "token"
    file.write_text("chu3+1xbdNGb+YUmvcNPrm46ZOo00UqZ\n")
    outcome = inwise("webhook", *HERE, "--listen", "127.0.0.1:0", "--mirror", tmp_path / "a.db", "--token-file", file)
    assert (outcome.status, outcome.out) == (64, "") and "openssl rand -hex 16" in outcome.error and "chu3" not in outcome.error, outcome
    assert not (tmp_path / "a.db").exists()


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
