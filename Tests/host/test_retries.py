# SPDX-License-Identifier: MIT
"""Retries: what is repeated, when, how often at most; and that a feed whose reading consumes never is."""

import pytest
from inwise_ffi import RECENT, Client, Status
from loopback import closed_port, promptly, stopwatch


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_failure_is_not_seen(server, status):
    scenario = server.scenario(rows=5, status=status, times=2)
    with Client(scenario.url, max_retry_delay_seconds=0) as client:
        assert len(client.ask("activities").good()) == 5
    assert len(scenario.log()) == 3


def test_max_retries_0_sends_one_request(server):
    for status in (429, 500, 502, 503, 504):
        scenario = server.scenario(status=status)
        with Client(scenario.url, max_retries=0) as client:
            assert client.ask("activities").value["attempts"] == 1
        assert len(scenario.log()) == 1


@pytest.mark.parametrize("retries", [1, 3, 20])
def test_max_retries_is_the_number_of_repeats(server, retries):
    scenario = server.scenario(status=503)
    with Client(scenario.url, max_retries=retries, max_retry_delay_seconds=0) as client:
        assert client.ask("activities").value["attempts"] == retries + 1
    assert len(scenario.log()) == retries + 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 418, 301, 204])
def test_an_answer_that_would_not_change_is_not_asked_for_again(server, status):
    scenario = server.scenario(status=status, body="empty")
    with Client(scenario.url) as client:
        client.ask("activities")
    assert len(scenario.log()) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_retry_comes_no_earlier_than_told_in_seconds(server, status):
    scenario = server.scenario(rows=5, status=status, times=1, retry_after=1)
    with Client(scenario.url) as client:
        client.ask("activities").good()
    first, second = scenario.log()
    assert second.monotonic - first.monotonic >= 1


def test_a_retry_comes_no_earlier_than_told_as_a_date(server):
    scenario = server.scenario(rows=5, status=429, times=1, retry_date=2)
    with Client(scenario.url) as client:
        client.ask("activities").good()
    first, second = scenario.log()
    assert second.wall >= int(first.wall) + 2


@pytest.mark.parametrize("told", [{"retry_after": "120"}, {"retry_date": 120}])
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("options", [{}, {"timeout_seconds": 20, "max_retry_delay_seconds": 3600}])
def test_a_retry_after_that_is_too_long_ends_the_call_at_once(server, told, status, options):
    scenario = server.scenario(status=status, **told)
    with Client(scenario.url, **options) as client, stopwatch() as elapsed:
        error = client.ask("activities").value
        assert elapsed() < 10, "it waited"
    assert error["status"] == "rate_limit" and error["http_status"] == status and error["attempts"] == 1
    assert 118 <= error["retry_after"] <= 121
    assert len(scenario.log()) == 1


@pytest.mark.parametrize("told", ["soon", "-5", "99999999999999999999", "1e3", "", "Mon, 99 Foo 2024 00:00:00 GMT"])
def test_a_retry_after_that_makes_no_sense_does_no_harm(server, told):
    scenario = server.scenario(status=429, retry_after=told)
    with Client(scenario.url, max_retries=1, max_retry_delay_seconds=0.05) as client, stopwatch() as elapsed:
        assert client.ask("activities").status is Status.RATE_LIMIT
        assert elapsed() < 10
    assert len(scenario.log()) in (1, 2)


def test_a_retry_after_in_the_past_means_now(server):
    scenario = server.scenario(rows=5, status=429, times=1, retry_after="Sun, 06 Nov 1994 08:49:37 GMT")
    with Client(scenario.url, max_retry_delay_seconds=0.05) as client:
        assert len(client.ask("activities").good()) == 5


def test_retries_can_not_storm(server):
    """500 tokens, 5 a retry: 100 calls may repeat 100 times in all, whatever each of them may."""
    scenario = server.scenario(status=503)
    with Client(scenario.url, max_retries=20, max_retry_delay_seconds=0) as client:
        for _ in range(100):
            assert client.ask("activities").status is Status.SERVER
    assert 100 <= len(scenario.log()) <= 100 + 100 + 5


def test_a_connection_that_is_refused_is_tried_again_and_not_for_ever():
    with closed_port() as port, Client(f"http://127.0.0.1:{port}", max_retries=3, max_retry_delay_seconds=0) as client:
        assert client.ask("activities").value["attempts"] == 4


@pytest.mark.parametrize("fault", [
    {"status": 429, "retry_after": "0"}, {"status": 500}, {"status": 503}, {"fault": "close-before"},
    {"fault": "reset-before"}, {"fault": "reset-head"}, {"fault": "reset-body"}, {"fault": "truncated"}, {"fault": "empty"},
], ids=str)
@pytest.mark.parametrize("method", RECENT)
def test_a_recent_feed_is_never_asked_again(server, method, fault):
    scenario = server.scenario(rows=5, **fault)
    with Client(scenario.url, max_retry_delay_seconds=0) as client:
        outcome = client.ask(method)
    assert outcome.status < 0 and outcome.value["attempts"] == 1
    assert len(scenario.log()) == 1
    if outcome.status is Status.NETWORK:
        assert "consumed" in outcome.value["message"], "it says that rows may be gone"


@pytest.mark.parametrize("fault", ["hang", "drip"])
def test_a_recent_feed_is_not_asked_again_after_a_timeout(server, fault):
    scenario = server.scenario(rows=5, fault=fault)
    with Client(scenario.url, timeout_seconds=0.3) as client:
        assert client.ask("recentActivities").status is Status.TIMEOUT
    assert len(scenario.log()) == 1


@pytest.mark.parametrize("method", RECENT)
def test_a_recent_feed_gets_a_connection_of_its_own_each_time(server, method):
    scenario = server.scenario(rows=2500)
    with Client(scenario.url) as client:
        client.ask("activities").good()
        sizes = [len(client.ask(method).good()) for _ in range(4)]
        client.ask("activities").good()
    assert sizes == [1000, 1000, 500, 0]
    first, *recent, last = scenario.log()
    assert [request.earlier for request in recent] == [0, 0, 0, 0]
    assert len({request.connection for request in (first, *recent)}) == 5
    assert last.connection not in {request.connection for request in recent}


def test_a_recent_feed_loses_nothing_to_connections_that_die_idle(server):
    scenario = server.scenario(rows=2500, reuse="drop")
    with Client(scenario.url) as client:
        ids = [row["id"] for _ in range(3) for row in client.ask("recentActivities").good()]
    assert len(ids) == len(set(ids)) == 2500


def test_pauses_grow_no_longer_than_allowed(server):
    def measure() -> float:
        scenario = server.scenario(status=503, times=3)
        with Client(scenario.url, max_retry_delay_seconds=0.1) as client, stopwatch() as elapsed:
            client.ask("activities").good()
            return elapsed()

    promptly(1, measure)
