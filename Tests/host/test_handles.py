# SPDX-License-Identifier: MIT
"""Handles: null, closed, made up or of another kind gets INWISE_ERR_CLOSED; null out-parameters only save the text."""

import random
from ctypes import byref, c_int, c_size_t, c_void_p

import pytest
from children import in_child
from inwise_ffi import (CAMPAIGN, QUESTIONS, UNTOUCHED, Client, Funnel, LogFunction, ProgressFunction, Status, call, encode, lib,
                        open_handle)
from mirrors import mirror

SANDBOX = b"sandbox:?seed=7&contacts=50&now=2024-09-20T12:00:00"
QUERY = encode(CAMPAIGN)
NO_LOG = LogFunction()
NO_PROGRESS = ProgressFunction()

#: Every function of a client, a cursor and a funnel that gives a text: the arguments between handle and text.
TEXT_FUNCTIONS = {
    **{function.__name__: ("client", function, [QUERY if "Summary" in method else None])
       for method, function in QUESTIONS.items()},
    "inwise_acknowledge": ("mirror", lib.inwise_acknowledge, [b'{"consumer":"x","method":"recentActivities","through":null}']),
    "inwise_handle": ("client", lib.inwise_handle, [b"GET", b"/campaigns/email/activities", None, byref(c_int())]),
    "inwise_cursor_next": ("cursor", lib.inwise_cursor_next, []),
    "inwise_cursor_info": ("cursor", lib.inwise_cursor_info, []),
    "inwise_funnel_add": ("funnel", lib.inwise_funnel_add, [b"activities", b"[]", 2]),
    "inwise_funnel_summary": ("funnel", lib.inwise_funnel_summary, [None]),
}
#: Those that give none: what comes after the handle.
PLAIN_FUNCTIONS = {
    "inwise_close": ("client", lib.inwise_close, []),
    "inwise_cancel": ("client", lib.inwise_cancel, []),
    "inwise_set_log": ("client", lib.inwise_set_log, [4, NO_LOG, None]),
    "inwise_cursor_close": ("cursor", lib.inwise_cursor_close, []),
    "inwise_funnel_close": ("funnel", lib.inwise_funnel_close, []),
}


class Handles:
    """One handle of each kind, and ways to be none."""

    def __init__(self, folder) -> None:
        self.client = Client(SANDBOX.decode())
        self.mirror = mirror(folder / "mirror.db")
        self.cursor = self.client.cursor("activities")
        self.funnel = Funnel()

    def good(self, kind: str) -> int:
        return getattr(self, kind).handle

    def bad(self, kind: str) -> list[int | None]:
        chance = random.Random(7)
        kind = "client" if kind == "mirror" else kind
        others = [self.good(other) for other in ("client", "cursor", "funnel") if other != kind]
        near = [self.good(kind) + step for step in (1, -1, 8, 1 << 16, 1 << 32)]
        made_up = [1, 2, 0xDEADBEEF, 2**63, 2**64 - 1, id(self), *[chance.getrandbits(64) for _ in range(50)]]
        return [None, *others, *near, *made_up, *self.closed(kind)]

    def closed(self, kind: str) -> list[int]:
        """Handles of this kind that were open once; their numbers mustn't come to life again."""
        if kind == "client":
            opened = [Client(SANDBOX.decode()) for _ in range(3)]
        elif kind == "cursor":
            opened = [self.client.cursor("activities") for _ in range(3)]
        else:
            opened = [Funnel() for _ in range(3)]
        for handle in opened:
            assert handle.close() is Status.OK
        return [handle.handle for handle in opened]


@pytest.fixture(scope="module")
def handles(tmp_path_factory):
    return Handles(tmp_path_factory.mktemp("handles"))


@pytest.mark.parametrize("name", TEXT_FUNCTIONS)
def test_a_bad_handle_is_an_error_with_a_text(handles, name):
    kind, function, arguments = TEXT_FUNCTIONS[name]
    for handle in handles.bad(kind):
        outcome = call(function, handle, *arguments)
        assert outcome.status is Status.CLOSED, (handle, outcome)
        assert outcome.value["status"] == "closed" and len(outcome.value["message"]) > 20
        assert function(handle, *arguments, None) == Status.CLOSED


@pytest.mark.parametrize("name", PLAIN_FUNCTIONS)
def test_a_bad_handle_is_an_error(handles, name):
    kind, function, arguments = PLAIN_FUNCTIONS[name]
    for handle in handles.bad(kind):
        assert function(handle, *arguments) == Status.CLOSED, handle


def test_a_bad_client_opens_no_cursor(handles):
    for handle in handles.bad("client"):
        outcome, cursor = open_handle(lib.inwise_cursor_open, handle, b"activities", None)
        assert outcome.status is Status.CLOSED and cursor is None
        assert lib.inwise_cursor_open(handle, b"activities", None, None, None) in (Status.CLOSED, Status.ARGUMENT)


def test_a_bad_funnel_is_not_saved(handles):
    for handle in handles.bad("funnel"):
        pointer, length = c_void_p(UNTOUCHED), c_size_t(UNTOUCHED)
        assert lib.inwise_funnel_save(handle, byref(pointer), byref(length)) == Status.CLOSED
        assert pointer.value is None and length.value == 0
        assert lib.inwise_funnel_save(handle, None, None) == Status.CLOSED


def test_a_bad_funnel_merges_with_nothing(handles):
    for handle in handles.bad("funnel"):
        assert lib.inwise_funnel_merge(handles.funnel.handle, handle) == Status.CLOSED
        assert lib.inwise_funnel_merge(handle, handles.funnel.handle) == Status.CLOSED
        assert lib.inwise_funnel_merge(handle, handle) == Status.CLOSED


def test_a_bad_client_is_not_synced(handles):
    good, into = handles.client.handle, handles.mirror.handle
    for handle in handles.bad("client"):
        for pair in ((handle, into), (good, handle), (handle, handle)):
            outcome = call(lib.inwise_sync, *pair, None, NO_PROGRESS, None)
            assert outcome.status is Status.CLOSED, (pair, outcome)
            assert outcome.value["status"] == "closed" and len(outcome.value["message"]) > 20
            assert lib.inwise_sync(*pair, None, NO_PROGRESS, None, None) == Status.CLOSED


def test_a_sync_takes_null_for_what_is_not_wanted(handles):
    good, into = handles.client.handle, handles.mirror.handle
    assert lib.inwise_sync(good, into, None, NO_PROGRESS, None, None) == Status.OK
    assert lib.inwise_sync(good, into, b"{}", NO_PROGRESS, 12345, None) == Status.OK
    assert lib.inwise_sync(good, into, b"nonsense", NO_PROGRESS, None, None) == Status.ARGUMENT
    assert lib.inwise_acknowledge(into, b"nonsense", None) == Status.ARGUMENT
    assert lib.inwise_acknowledge(into, None, None) == Status.ARGUMENT


def test_progress_gets_its_context(handles):
    contexts = set()
    progress = ProgressFunction(lambda _, context: contexts.add(context) or 0)
    assert lib.inwise_sync(handles.client.handle, handles.mirror.handle, None, progress, 12345, None) == Status.OK
    assert contexts == {12345}


@pytest.mark.parametrize("name", TEXT_FUNCTIONS)
def test_a_null_out_parameter_only_saves_the_text(handles, name):
    kind, function, arguments = TEXT_FUNCTIONS[name]

    def work() -> None:
        assert function(handles.good(kind), *arguments, None) in (Status.OK, Status.DONE)

    in_child(work)


def test_a_failing_call_takes_a_null_out_parameter_too(handles):
    for method, function in QUESTIONS.items():
        assert function(handles.client.handle, b"nonsense", None) == Status.ARGUMENT, method
    assert lib.inwise_funnel_add(handles.funnel.handle, b"nonsense", b"[]", 2, None) == Status.ARGUMENT
    assert lib.inwise_funnel_summary(handles.funnel.handle, b"nonsense", None) == Status.ARGUMENT
    assert lib.inwise_open(b"nonsense", None, byref(c_void_p()), None) == Status.ARGUMENT
    assert lib.inwise_funnel_create(b"nonsense", byref(c_void_p()), None) == Status.ARGUMENT
    assert lib.inwise_funnel_load(b"nonsense", 8, byref(c_void_p()), None) == Status.ARGUMENT
    assert lib.inwise_cursor_open(handles.client.handle, b"nonsense", None, byref(c_void_p()), None) == Status.ARGUMENT


def test_a_handle_must_have_somewhere_to_go(handles):
    for outcome in (
        call(lib.inwise_open, SANDBOX, None, None),
        call(lib.inwise_cursor_open, handles.client.handle, b"activities", None, None),
        call(lib.inwise_funnel_create, None, None),
    ):
        assert outcome.status is Status.ARGUMENT and len(outcome.value["message"]) > 20
    assert lib.inwise_open(None, None, None, None) == Status.ARGUMENT
    assert lib.inwise_funnel_create(None, None, None) == Status.ARGUMENT


def test_success_sets_the_error_text_to_null(handles):
    assert open_handle(lib.inwise_open, SANDBOX, None)[0].text is None
    assert open_handle(lib.inwise_funnel_create, b"{}")[0].text is None
    saved = handles.funnel.save()
    assert open_handle(lib.inwise_funnel_load, saved, len(saved))[0].text is None
    assert open_handle(lib.inwise_cursor_open, handles.client.handle, b"activities", None)[0].text is None
    assert handles.funnel.add("activities", []).text is None
    assert handles.mirror.acknowledge("recentActivities", "x", through=None).text is None


def check_ok(status: int) -> None:
    assert status == Status.OK


def test_serving_takes_null_for_what_is_not_wanted(handles):
    client = handles.client.handle
    in_child(lambda: check_ok(lib.inwise_handle(client, b"GET", b"/campaigns/email/activities", None, None, None)))
    for method, path in ((None, b"/"), (b"GET", None), (None, None), (b"GET", b"\xff"), (b"\xff", b"/")):
        assert call(lib.inwise_handle, client, method, path, None, byref(c_int())).status is Status.ARGUMENT


def test_free_takes_null():
    lib.inwise_free(None)
    lib.inwise_free_bytes(None)


def test_closing_twice_is_harmless():
    client = Client(SANDBOX.decode())
    cursor, funnel = client.cursor("activities"), Funnel()
    for handle in (cursor, funnel, client):
        assert [handle.close() for _ in range(3)] == [Status.OK, Status.CLOSED, Status.CLOSED]


def test_any_order_of_closing_is_harmless():
    client = Client(SANDBOX.decode())
    cursors = [client.cursor("activities") for _ in range(3)]
    cursors[1].next()
    assert client.close() is Status.OK
    for cursor in cursors:
        assert cursor.next().status is Status.CLOSED
        assert call(lib.inwise_cursor_info, cursor.handle).status is Status.CLOSED
        cursor.close()
        assert cursor.close() is Status.CLOSED


def test_status_names():
    names = {status: lib.inwise_status_name(status).decode() for status in Status}
    assert names == {status: status.name.lower() for status in Status}
    for other in (2, -15, 2**31 - 1, -2**31):
        assert lib.inwise_status_name(other) == b"unknown"


def test_version():
    assert lib.inwise_version() == b"0.1.0"
