# SPDX-License-Identifier: MIT
"""Failures: each its own status, a sentence that helps, the facts, no key, and a client that goes on."""

import re

import pytest
from inwise_ffi import KEY, Client, Status
from loopback import closed_port

#: What goes wrong -> status, HTTP status, requests (None: not promised), a word that the message must have.
FAILURES = {
    "status=401": (Status.AUTH, 401, 1, "key"),
    "status=401,body=html": (Status.AUTH, 401, 1, "key"),
    "status=401,body=echo": (Status.AUTH, 401, 1, "key"),
    "status=403": (Status.AUTH, 403, 1, "key|permission"),
    "status=404": (Status.NOT_FOUND, 404, 1, "404|found|path"),
    "status=400": (Status.HTTP, 400, 1, "400"),
    "status=400,body=echo": (Status.HTTP, 400, 1, "400"),
    "status=418,body=empty": (Status.HTTP, 418, 1, "418"),
    "status=304,body=empty": (Status.HTTP, 304, 1, "304"),
    "status=429": (Status.RATE_LIMIT, 429, 2, "429|wait|later|requests_per_second"),
    "status=429,retry_after=0": (Status.RATE_LIMIT, 429, 2, "429|wait|later|requests_per_second"),
    "status=500": (Status.SERVER, 500, 2, "500"),
    "status=500,body=echo": (Status.SERVER, 500, 2, "500"),
    "status=500,body=empty": (Status.SERVER, 500, 2, "500"),
    "status=501": (Status.SERVER, 501, None, "501"),
    "status=502,body=html": (Status.SERVER, 502, 2, "502"),
    "status=503": (Status.SERVER, 503, 2, "503"),
    "status=504": (Status.SERVER, 504, 2, "504"),
    "status=599": (Status.SERVER, 599, None, "599"),
    "fault=close-before": (Status.NETWORK, None, None, "connection|answer"),
    "fault=close-head": ((Status.NETWORK, Status.PROTOCOL), None, None, "connection|answer"),
    "fault=truncated": (Status.NETWORK, None, None, "connection|answer"),
    "fault=reset-before": (Status.NETWORK, None, None, "connection|answer"),
    "fault=reset-head": (Status.NETWORK, None, None, "connection|answer"),
    "fault=reset-body": (Status.NETWORK, None, None, "connection|answer"),
    "fault=garbage": ((Status.NETWORK, Status.PROTOCOL), None, None, "HTTP|answer|connection"),
    "fault=headers": ((Status.NETWORK, Status.PROTOCOL), None, None, "header|answer|large|connection"),
    "fault=html": (Status.PROTOCOL, None, 1, "HTML|JSON"),
    "fault=empty": (Status.PROTOCOL, None, 1, "empty"),
    "status=204,body=empty": (Status.PROTOCOL, None, 1, "empty|204"),
    "fault=object": (Status.PROTOCOL, None, 1, "array"),
    "fault=wrapped": (Status.PROTOCOL, None, 1, "array"),
    "fault=number": (Status.PROTOCOL, None, 1, "array"),
    "fault=null": (Status.PROTOCOL, None, 1, "array"),
    "fault=not-rows": (Status.PROTOCOL, None, 1, "row|object"),
    "fault=half-json": (Status.PROTOCOL, None, 1, "JSON|byte|end"),
    "fault=short-length": (Status.PROTOCOL, None, 1, "JSON|byte|end"),
    "fault=bad-utf8": (Status.PROTOCOL, None, 1, "UTF-8"),
    "fault=deep": (Status.PROTOCOL, None, 1, "nest|deep|row|object"),
    "fault=deep-field": (Status.PROTOCOL, None, 1, "nest|deep"),
    "fault=bomb": (Status.PROTOCOL, None, 1, "max_response_bytes"),
    "fault=flood": (Status.PROTOCOL, None, 1, "max_response_bytes"),
}


def settings_of(text: str) -> dict:
    return dict(part.split("=") for part in text.split(","))


def check_error(outcome, statuses, word: str) -> dict:
    """An error as the header describes it, whose message tells a person what to do."""
    assert outcome.status in (statuses if isinstance(statuses, tuple) else (statuses,)), outcome
    error = outcome.value
    assert error["status"] == outcome.status.name.lower() and error["code"] == outcome.status
    assert set(error) <= {"status", "code", "message", "http_status", "attempts", "retry_after", "method", "parameter"}
    message = error["message"]
    assert len(message) >= 30 and len(message.split()) >= 5, message
    assert re.search(word, message, re.IGNORECASE), message
    return error


@pytest.mark.parametrize("what", FAILURES)
def test_each_failure_has_its_own_error_and_the_client_goes_on(server, what):
    status, http_status, requests, word = FAILURES[what]
    scenario = server.scenario(rows=5, only="activities", **settings_of(what))
    with Client(scenario.url, max_retries=1, max_retry_delay_seconds=0) as client:
        outcome = client.ask("activities", {"campaign_id": 7})
        error = check_error(outcome, status, word)
        log = scenario.log()
        assert len(log) == error["attempts"] and len(log) in ((requests,) if requests else (1, 2))
        assert error.get("http_status") == http_status or http_status is None
        assert error["method"] == "activities"
        assert len(client.ask("undelivered").good()) == 5
        assert client.ask("activities").status is outcome.status


def test_the_vendors_words_are_passed_on(server):
    with Client(server.scenario(status=401).url) as client:
        assert "not authorized to use rest API" in client.ask("activities").value["message"]


def test_refused_says_where_nobody_listens():
    options = {"max_retries": 1, "max_retry_delay_seconds": 0}
    with closed_port() as port, Client(f"http://127.0.0.1:{port}/rest/v1", **options) as client:
        error = check_error(client.ask("activities"), Status.NETWORK, f"127.0.0.1|{port}")
        assert error["attempts"] == 2
        assert "http_status" not in error


def test_a_host_that_does_not_exist_is_named():
    with Client("https://no-such-host.invalid/rest/v1", max_retries=0) as client:
        check_error(client.ask("activities"), Status.NETWORK, "no-such-host.invalid")


REDIRECTS = [(code, to) for code in (301, 302, 303, 307, 308) for to in ("other", "path", "https", "file")]


@pytest.mark.parametrize("code, to", REDIRECTS)
def test_redirects_are_not_followed_and_say_where_they_pointed(server, code, to):
    scenario = server.scenario(rows=5, status=code, to=to, only="activities")
    with Client(scenario.url) as client:
        error = check_error(client.ask("activities"), Status.HTTP, "redirect|moved|points|location")
        assert error["http_status"] == code and error["attempts"] == 1
        shown = {"other": str(server.other_port), "path": "/moved/", "https": "https://", "file": "file:"}
        assert shown[to] in error["message"]
        client.ask("undelivered").good()
    assert [(request.port, request.path.rpartition("/")[2]) for request in scenario.log()] == [
        (server.port, "activities"), (server.port, "undelivered")]


def test_a_redirect_that_repeats_the_key_does_not_show_it(server):
    with Client(server.scenario(status=302, to=f"http://127.0.0.1/login?k={KEY}&{KEY}").url) as client:
        check_error(client.ask("activities"), Status.HTTP, "redirect|moved|points|location")


@pytest.mark.parametrize("method", ["sentEmails", "undelivered", "activities"])
def test_every_method_reports_alike(server, method):
    with Client(server.scenario(status=403).url) as client:
        assert check_error(client.ask(method), Status.AUTH, "key|permission")["method"] == method


@pytest.mark.parametrize("fault, word", [
    ("html", "JSON|HTML"), ("number", "object"), ("half-json", "JSON|byte|end|integer|object"), ("empty", "empty"),
])
def test_a_summary_must_be_an_object(server, fault, word):
    with Client(server.scenario(fault=fault).url) as client:
        check_error(client.ask("activitiesSummary", {"campaign_id": 1}), Status.PROTOCOL, word)


@pytest.mark.parametrize("limit, status", [(1024, Status.PROTOCOL), (1048576, Status.OK)])
@pytest.mark.parametrize("coding", ["", "gzip", "chunked", "gzip-chunked"])
def test_max_response_bytes_counts_decompressed_bytes(server, coding, limit, status):
    with Client(server.scenario(rows=100, coding=coding).url, max_response_bytes=limit) as client:
        assert client.ask("activities").status is status


def test_rows_of_nothing_take_bounded_memory(server):
    """8 MB of {}: whatever it is called, it must not become a gigabyte."""
    scenario = server.scenario(fault="amplify", only="activities")
    with Client(scenario.url) as client:
        before = peak_memory()
        assert client.ask("activities").status in (Status.OK, Status.PROTOCOL)
        assert peak_memory() - before < 700 << 20
        client.ask("undelivered").good()


def peak_memory() -> int:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmHWM"))
