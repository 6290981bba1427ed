# SPDX-License-Identifier: MIT
"""The receivers of webhooks among the examples, over HTTP: what they answer, and what is in the mirror then."""

import functools
import shlex
import sqlite3
import subprocess

import pytest

from receivers import EXAMPLE, PHP, PYTHON, REFUSALS, ROOT, SERVICE, TOKEN, Client, Receiver
from test_examples import BUILD, ENVIRONMENT, EXAMPLES, tool

UVICORN = [PYTHON, "-m", "uvicorn", "--port", "0", "--app-dir", str(EXAMPLES / "python"), "webhook_asgi:application"]
RECEIVERS = {
    "c": lambda: [in_c(), "0"],
    "php": lambda: [*PHP, str(EXAMPLES / "php/webhook.php")],
    "php, PSR-15": lambda: [*PHP, str(ROOT / "Tests/examples/psr15.php")],
    "python, WSGI": lambda: [PYTHON, str(EXAMPLES / "python/webhook_wsgi.py"), "0"],
    "python, ASGI": lambda: [*UVICORN, "--no-proxy-headers"],
    # The server itself reads the header, for proxies on this machine.
    "python, ASGI that knows the sender": lambda: UVICORN,
}


@functools.cache
def in_c() -> str:
    made = BUILD / "examples/tested/webhook"
    made.parent.mkdir(parents=True, exist_ok=True)
    flags = shlex.split(tool("pkg-config", "--cflags", "--libs", "inwise", "jansson", "libmicrohttpd"))
    tool("cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", str(EXAMPLES / "c/webhook.c"), *flags, "-o", str(made))
    return str(made)


@pytest.fixture(scope="module", params=RECEIVERS)
def receiver(request, tmp_path_factory):
    with Receiver(RECEIVERS[request.param](), tmp_path_factory.mktemp("mirror"), ENVIRONMENT) as receiver:
        yield receiver


@pytest.fixture
def last(receiver) -> int:
    """The id of the last event before a test."""
    return max((event["event_id"] for event in receiver.events()), default=0)


def test_the_vendors_example_is_kept_once_however_often_it_comes(receiver):
    assert [receiver.post() for _ in range(3)] == [200] * 3
    (event,) = receiver.events()
    assert (event["trigger_type"], event["campaign_id"], event["contact"]["email"]) == ("emailSent", 1646090, "test@yopmail.com")
    with Client(receiver.mirror) as mirror:
        assert mirror.ask("activitiesSummary", {"campaign_id": 1646090}).good()["sent"] == 1


def test_who_is_not_the_service_and_what_is_no_webhook_is_refused(receiver, last):
    answers = {name: receiver.request("POST", path, senders, body) for name, (path, senders, body, _) in REFUSALS.items()}
    assert answers == {name: status for name, (*_, status) in REFUSALS.items()}
    assert receiver.request("GET", f"/?token={TOKEN}", [SERVICE]) == 400
    assert receiver.events(after=last) == []


def test_any_kind_and_any_length_that_is_allowed(receiver, last):
    long = b"trigger_type=SMSREPLY&replyContent=" + "ש".encode() * 260_000
    assert [receiver.post(body) for body in (b"trigger_type=onSite&custom_data=[1]", long.ljust(1 << 20, b"x"))] == [200, 200]
    site, sms = receiver.events(after=last)
    assert site["custom_data"] == [1] and sms["trigger_type"] == "SmsReply" and len(sms["replyContent"]) > 260_000
    assert receiver.request("POST", f"/any/path?x=1&token={TOKEN}", [f"10.0.0.1, {SERVICE}", "127.0.0.1"], b"trigger_type=smsSent") == 200


def test_what_the_mirror_refuses_may_come_again(receiver, last):
    body = b"trigger_type=smsClicked"
    with sqlite3.connect(receiver.folder / "mirror.db") as database:
        database.execute("CREATE TRIGGER refuse BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'by the test'); END")
    assert receiver.post(body) == 503
    with database:
        database.execute("DROP TRIGGER refuse")
    database.close()
    assert receiver.post(body) == 200 and len(receiver.events(after=last)) == 1
    assert "mirror" in receiver.said() and EXAMPLE.decode() not in receiver.said()


#: Calls a WSGI application as a server does whose body comes in chunks, which then has no length.
CHUNKED = """
import io, os, sys
import webhook_wsgi
with webhook_wsgi.mirror:
    for body, ends in ((b"trigger_type=smsSent", True), (b"x" * ((1 << 20) + 1), True), (b"trigger_type=smsSent", False)):
        environ = {"REMOTE_ADDR": "193.169.246.40", "QUERY_STRING": "token=" + webhook_wsgi.TOKEN, "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr}
        webhook_wsgi.application({**environ, "wsgi.input_terminated": True} if ends else environ, lambda status, headers: print(status[:3]))
"""


def test_a_body_in_chunks_by_wsgi(tmp_path):
    told = subprocess.run(
        [PYTHON, "-c", CHUNKED], check=True, capture_output=True, text=True,
        env={**ENVIRONMENT, "PYTHONPATH": str(EXAMPLES / "python"), "INWISE_MIRROR": f"file:{tmp_path}/mirror.db", "INWISE_WEBHOOK_TOKEN": TOKEN}).stdout
    assert told.split() == ["200", "400", "400"]


@pytest.mark.parametrize("router", [EXAMPLES / "php/webhook.php", ROOT / "Tests/examples/psr15.php"], ids=["php", "php, PSR-15"])
def test_without_a_secret_nothing_is_taken(router, tmp_path):
    with Receiver([*PHP, str(router)], tmp_path, ENVIRONMENT, token=None) as receiver:
        assert [receiver.request("POST", path, [SERVICE], EXAMPLE) for path in ("/", "/?token=", f"/?token={TOKEN}")] == [503] * 3
        assert '"token" must be a secret of 16 to 200 characters' in receiver.said()
        assert receiver.events() == []


def test_the_program_in_c_frees_what_it_was_given_and_ends_when_told(tmp_path):
    memcheck = ["valgrind", "-q", "--leak-check=full", "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite", "--error-exitcode=9"]
    with Receiver([*memcheck, in_c(), "0"], tmp_path, ENVIRONMENT) as receiver:
        assert [receiver.post() for _ in range(3)] == [200] * 3
        for path, senders, body, status in REFUSALS.values():
            assert receiver.request("POST", path, senders, body) == status
        assert receiver.stop() == 0, receiver.said()
    assert len(receiver.events()) == 1
