# SPDX-License-Identifier: MIT
"""What an attacker of the library found, each with a crash, a hang or a leak."""

import os
import pathlib
import socket
import subprocess
import sys
import threading

import pytest
from children import check_children, forked, in_child
from inwise_ffi import Client, Status
from loopback import Server
from test_security import certificates, tls  # noqa: F401 (fixtures)

HERE = pathlib.Path(__file__).parent


@pytest.fixture
def raw_server():
    """Answers the requests of each connection with the given bytes, one after the other, and again from the first."""
    listening = socket.create_server(("127.0.0.1", 0))
    answers: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        received, count = b"", 0
        with connection:
            while data := connection.recv(65536):
                received += data
                while b"\r\n\r\n" in received:
                    received = received.split(b"\r\n\r\n", 1)[1]
                    connection.sendall(answers[count % len(answers)])
                    count += 1

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}", answers
    listening.close()


def test_a_folded_header_does_not_reach_into_the_answer_before(raw_server):
    url, answers = raw_server
    answers += [
        b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 7000 + b"\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\n folded: x\r\nContent-Length: 2\r\n\r\n[]",
    ]

    def ask() -> None:
        with Client(url, max_retries=0) as client:
            for _ in range(40):
                client.ask("activities")

    in_child(ask)


def test_a_deep_error_body_is_not_followed(raw_server):
    url, answers = raw_server
    body = b'{"message":' + b"[" * 980 + b"]" * 980 + b"}"
    answers.append(b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    with Client(url, max_retries=0) as client:
        outcome = client.ask("activities")
    assert outcome.status is Status.HTTP and outcome.value["http_status"] == 400


def test_the_key_is_not_shown_in_another_spelling(raw_server):
    url, answers = raw_server
    answers.append(b"HTTP/1.1 302 Found\r\nLocation: https://h.invalid/ab%2Bcd%2Fef/x?key=ab%2Bcd\r\nContent-Length: 0\r\n\r\n")
    with Client(url, api_key="ab+cd/ef") as client:
        message = client.ask("activities").value["message"]
    assert "ab%2Bcd" not in message and "?" not in message


def test_a_child_that_closes_its_cursors_leaves_the_parents_connections_alone(tls, certificates):  # noqa: F811
    scenario = tls("good").scenario(rows=3000, latency=20)
    with Client(scenario.url, ca_file=str(certificates / "ca.pem"), max_retries=0, page_size=100, pages_in_flight=2) as client:
        with client.cursor("activities") as cursor:
            rows = list(cursor.next().value)
            for _ in range(5):
                check_children([forked(cursor.close)])
                rows += cursor.next().good()
            more, outcome = cursor.drain()
    assert outcome.status is Status.DONE and len(rows) + len(more) == 3000


FIRST_CALLS = """
import sys, threading
sys.path.insert(0, sys.argv[1])
from children import check_children, forked
from inwise_ffi import Client
clients = [Client(sys.argv[2], max_retries=1) for _ in range(4)]
def work():
    for client in clients:
        client.drain("activities")
threads = [threading.Thread(target=client.drain, args=("activities",)) for client in clients]
for thread in threads:
    thread.start()
def child():
    fresh = Client(sys.argv[2])
    fresh.drain("activities")
    fresh.ask("activitiesSummary", b"nonsense")
check_children([forked(child) for _ in range(4)])
for thread in threads:
    thread.join()
"""


def test_a_child_of_a_process_in_its_first_calls_does_not_hang(server):
    scenario = server.scenario(rows=300, size="ignored")
    for _ in range(5):
        subprocess.run([sys.executable, "-c", FIRST_CALLS, str(HERE), scenario.url], check=True, timeout=100, env=os.environ)
