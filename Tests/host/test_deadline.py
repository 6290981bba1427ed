# SPDX-License-Identifier: MIT
"""The deadline: one for the whole call, whatever the call is doing when it passes; and cancelling, likewise."""

import threading

import pytest
from inwise_ffi import Client, Status
from loopback import eventually, promptly, stopwatch, unanswering_port

SLOW = [
    {"fault": "hang"}, {"fault": "drip"}, {"fault": "drip-head"}, {"latency": 20000}, {"status": 503, "retry_after": "1"},
    {"fault": "reset-before"},
]
#: Options with which a call to such a service would take long.
PATIENT = {"max_retries": 20, "max_retry_delay_seconds": 3600}


def check_timeout(outcome) -> None:
    assert outcome.status is Status.TIMEOUT, outcome
    assert "timeout_seconds" in outcome.value["message"]


@pytest.mark.parametrize("settings", [slow for slow in SLOW if "status" not in slow], ids=str)
def test_a_question_ends_in_time(server, settings):
    scenario = server.scenario(rows=5, only="activities", **settings)
    with Client(scenario.url, timeout_seconds=0.4, max_retries=20, max_retry_delay_seconds=5) as client:

        def measure() -> float:
            with stopwatch() as elapsed:
                outcome = client.ask("activities")
                taken = elapsed()
            if settings.get("fault") != "reset-before":  # the back-off may also see that its pause is too long
                check_timeout(outcome)
            assert outcome.status in (Status.TIMEOUT, Status.NETWORK)
            return taken

        promptly(0.9, measure)
        if "latency" not in settings:
            assert len(client.ask("undelivered").good()) == 5


@pytest.mark.parametrize("settings", SLOW[:4], ids=str)
def test_a_walk_ends_in_time_and_goes_on(server, settings):
    """A cursor's next is a call, with a deadline of its own."""
    scenario = server.scenario(rows=5, times=1, **settings)
    with Client(scenario.url, timeout_seconds=0.4, max_retries=0) as client, client.cursor("activities") as cursor:
        with stopwatch() as elapsed:
            check_timeout(cursor.next())
            assert elapsed() < 5
        if "latency" not in settings:
            assert len([row for page in cursor for row in page]) == 5


def test_a_connection_that_never_comes_ends_in_time():
    with unanswering_port() as port, Client(f"http://127.0.0.1:{port}", timeout_seconds=0.4, **PATIENT) as client:

        def measure() -> float:
            with stopwatch() as elapsed:
                check_timeout(client.ask("activities"))
                return elapsed()

        promptly(0.9, measure)


def test_connecting_has_a_limit_of_its_own():
    options = {"connect_timeout_seconds": 0.2, "timeout_seconds": 30, "max_retries": 1, "max_retry_delay_seconds": 0}
    with unanswering_port() as port, Client(f"http://127.0.0.1:{port}", **options) as client, stopwatch() as elapsed:
        error = client.ask("activities").value
        assert elapsed() < 10
    assert error["status"] == "network" and error["attempts"] == 2, error


def test_waiting_for_its_turn_counts(server):
    """A call that waits for another on the same client has a deadline that runs meanwhile."""
    scenario = server.scenario(fault="hang")
    with Client(scenario.url, timeout_seconds=0.6) as client:
        outcomes = []
        threads = [threading.Thread(target=lambda: outcomes.append(client.ask("activities"))) for _ in range(4)]
        with stopwatch() as elapsed:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert elapsed() < 4 * 0.6, "the deadlines came one after the other"
        for outcome in outcomes:
            check_timeout(outcome)


def in_flight(client: Client, calls: list) -> tuple[list[threading.Thread], list]:
    outcomes = []
    threads = [threading.Thread(target=lambda call=call: outcomes.append(call())) for call in calls]
    for thread in threads:
        thread.start()
    return threads, outcomes


def cancel_until_done(client: Client, threads: list[threading.Thread]) -> float:
    """Cancels until all calls have returned, for one of them may begin only after the first cancel."""
    with stopwatch() as elapsed:
        while any(thread.is_alive() for thread in threads):
            assert client.cancel() is Status.OK
            for thread in threads:
                thread.join(0.005)
            assert elapsed() < 20, "cancel does not end it"
        return elapsed()


@pytest.mark.parametrize("settings", [*SLOW[:4], {"status": 503, "retry_after": "15"}], ids=str)
@pytest.mark.parametrize("callers", [1, 4])
def test_cancel_ends_calls_at_once(server, settings, callers):
    """A reader, a sleeper before a retry, and those that wait for their turn."""

    def measure() -> float:
        scenario = server.scenario(rows=5, only="activities", **settings)
        with Client(scenario.url) as client:
            threads, outcomes = in_flight(client, [lambda: client.ask("activities")] * callers)
            eventually(scenario.log)
            taken = cancel_until_done(client, threads)
            assert [outcome.status for outcome in outcomes] == [Status.CANCELLED] * callers, outcomes
            assert len(outcomes[0].value["message"]) > 20
            if "latency" not in settings:
                assert len(client.ask("undelivered").good()) == 5, "the client stays usable"
        return taken

    promptly(0.2, measure)


def test_cancel_ends_a_walk_which_then_goes_on(server):
    scenario = server.scenario(rows=500, size="ignored", fault="hang", page=2, times=1)
    with Client(scenario.url, pages_in_flight=1) as client, client.cursor("activities") as cursor:
        threads, outcomes = in_flight(client, [cursor.drain])
        eventually(lambda: len(scenario.log()) == 3)
        assert client.cancel() is Status.OK
        threads[0].join(20)
        assert not threads[0].is_alive()
        rows, outcome = outcomes[0]
        assert outcome.status is Status.CANCELLED
        rows += [row for page in cursor for row in page]
        assert sorted(row["id"] for row in rows) == sorted({row["id"] for row in rows})
        assert len(rows) == 500


def test_cancel_ends_connecting():
    def measure() -> float:
        with unanswering_port() as port, Client(f"http://127.0.0.1:{port}") as client:
            threads, outcomes = in_flight(client, [lambda: client.ask("activities")])
            taken = cancel_until_done(client, threads)
            assert outcomes[0].status is Status.CANCELLED
        return taken

    promptly(0.2, measure)


def test_cancel_with_nothing_in_flight_does_nothing(server):
    with Client(server.scenario(rows=5).url) as client:
        for _ in range(3):
            assert client.cancel() is Status.OK
            assert len(client.ask("activities").good()) == 5


@pytest.mark.parametrize("settings", [{"fault": "hang"}, {"status": 503, "retry_after": "15"}], ids=str)
def test_closing_ends_the_calls_in_flight(server, settings):
    def measure() -> float:
        scenario = server.scenario(**settings)
        client = Client(scenario.url)
        cursor = client.cursor("activities")
        threads, outcomes = in_flight(client, [cursor.next])
        eventually(scenario.log)
        with stopwatch() as elapsed:
            assert client.close() is Status.OK
            threads[0].join(20)
            taken = elapsed()
        assert outcomes and outcomes[0].status in (Status.CANCELLED, Status.CLOSED)
        assert cursor.next().status is Status.CLOSED
        cursor.close()
        return taken

    promptly(0.2, measure)
