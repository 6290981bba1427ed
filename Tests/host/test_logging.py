# SPDX-License-Identifier: MIT
"""Log lines: which come at which level, on whose thread, and until when. That no key is in them every test checks."""

import threading

import pytest
from inwise_ffi import LOG_DEBUG, Client, LogFunction, Status, call, lib


@pytest.mark.parametrize("level", range(5))
def test_lines_of_the_level_and_graver_come(server, level):
    scenario = server.scenario(rows=950, size="ignored", base="1", status=503, after=2, times=1)
    with Client(scenario.url, log_level=level, max_retry_delay_seconds=0) as client:
        client.drain("activities")
        client.ask("activities", b"nonsense")
        seen = {line_level for line_level, _ in client.log}
    assert all(0 < line_level <= level for line_level in seen)
    assert 2 in seen or level < 2, "a retry is a warning"
    assert 3 in seen or level < 3, "what was noticed of the service is information"
    assert 4 in seen or level < 4, "each request is for debugging"
    assert all(line and "\n" not in line for _, line in client.log)


def test_each_request_is_logged_with_its_path_and_status(server):
    with Client(server.scenario(status=418).url) as client:
        client.ask("activities")
        assert any("/campaigns/email/activities" in line and "418" in line for _, line in client.log)


def test_lines_come_on_the_thread_of_the_call_until_they_are_stopped(server):
    threads, contexts = [], []

    @LogFunction
    def keep(level, line, context) -> None:
        threads.append(threading.get_ident())
        contexts.append(context)

    with Client(server.scenario().url) as client:
        assert lib.inwise_set_log(client.handle, LOG_DEBUG, keep, 42) == Status.OK
        caller = threading.Thread(target=lambda: client.ask("activities"))
        caller.start()
        caller.join()
        assert set(threads) == {caller.ident} and set(contexts) == {42}
        count = len(threads)
        for level, function in ((0, keep), (LOG_DEBUG, LogFunction())):
            assert lib.inwise_set_log(client.handle, level, function, None) == Status.OK
            client.ask("activities").good()
        assert len(threads) == count


@pytest.mark.parametrize("level", [-1, 5, 2**31 - 1])
def test_other_levels_do_no_harm(server, level):
    with Client(server.scenario().url) as client:
        assert lib.inwise_set_log(client.handle, level, LogFunction(lambda *_: None), None) in (Status.OK, Status.ARGUMENT)
        client.ask("activities").good()


def test_a_log_function_may_cancel(server):
    scenario = server.scenario(status=503)
    with Client(scenario.url, max_retry_delay_seconds=30) as client:
        cancel = LogFunction(lambda level, *_: client.cancel() and None)
        lib.inwise_set_log(client.handle, LOG_DEBUG, cancel, None)
        assert client.ask("activities").status in (Status.OK, Status.CANCELLED)
        lib.inwise_set_log(client.handle, 0, LogFunction(), None)


def test_a_log_function_that_calls_its_client_is_told_so_and_does_no_harm(server):
    """It would wait for the call that waits for it."""
    outcomes, handles = [], []

    @LogFunction
    def call_back(*_) -> None:
        if not outcomes:
            outcomes.append(client.ask("activities").status)
            outcomes.append(handles[0].next().status)
            outcomes.append(call(lib.inwise_cursor_info, handles[0].handle).status)
            outcomes.append(handles[0].close())
            outcomes.append(Status(lib.inwise_set_log(client.handle, LOG_DEBUG, LogFunction(), None)))

    with Client(server.scenario(rows=3000).url) as client:
        handles.append(client.cursor("activities"))
        assert lib.inwise_set_log(client.handle, LOG_DEBUG, call_back, None) == Status.OK
        assert len(client.drain("activities")) == 3000
    assert outcomes == [Status.ARGUMENT, Status.ARGUMENT, Status.OK, Status.OK, Status.OK]


def test_a_log_function_may_close_its_client(server):
    """Closing waits for the calls inside, but not for its own."""
    closed = []
    client = Client(server.scenario().url)
    call_back = LogFunction(lambda *_: closed.append(client.close()))
    assert lib.inwise_set_log(client.handle, LOG_DEBUG, call_back, None) == Status.OK
    assert client.ask("activities").status in (Status.OK, Status.CANCELLED)
    assert closed[0] is Status.OK and client.close() is Status.CLOSED


def test_what_needs_no_turn_does_not_wait_for_a_call(server):
    """A garbage collector closes cursors wherever it runs, and a log may be set at any time."""
    asked, answered = threading.Event(), threading.Event()
    with Client("sandbox:?latency_ms=60000", timeout_seconds=100) as client:
        cursor = client.cursor("activities")
        caller = threading.Thread(target=lambda: (asked.set(), client.ask("activities"), answered.set()))
        caller.start()
        asked.wait()
        for _ in range(200):
            assert cursor.info()["pages"] == 0
            assert lib.inwise_set_log(client.handle, LOG_DEBUG, LogFunction(), None) == Status.OK
            assert client.cursor("activities").close() is Status.OK
        assert cursor.close() is Status.OK and cursor.close() is Status.CLOSED
        assert not answered.is_set(), "the call is still inside, or on its way there"
        # The call may not have entered the library yet.
        while caller.is_alive():
            client.cancel()
            caller.join(0.01)


def test_setting_a_log_waits_for_the_line_that_is_being_written(server):
    """Afterwards the function and its context may be freed."""
    writing, go_on, returned = threading.Event(), threading.Event(), threading.Event()

    @LogFunction
    def slow(*_) -> None:
        writing.set()
        go_on.wait()

    with Client(server.scenario().url) as client:
        assert lib.inwise_set_log(client.handle, LOG_DEBUG, slow, None) == Status.OK
        caller = threading.Thread(target=lambda: client.ask("activities"))
        caller.start()
        writing.wait()
        setter = threading.Thread(target=lambda: (lib.inwise_set_log(client.handle, LOG_DEBUG, LogFunction(), None), returned.set()))
        setter.start()
        assert not returned.wait(0.05)
        go_on.set()
        caller.join()
        setter.join()
        assert returned.is_set()
