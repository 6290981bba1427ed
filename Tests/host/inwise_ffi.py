# SPDX-License-Identifier: MIT
"""The one door to libinwise.so: every function declared, every text freed, every text searched for the key."""

import ctypes
import enum
import json
import os
import pathlib
from ctypes import CFUNCTYPE, POINTER, byref, c_char_p, c_int, c_int32, c_size_t, c_void_p
from typing import Callable, Iterator, NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIBRARY = pathlib.Path(os.environ.get("INWISE_LIB") or ROOT / "build/lib/libinwise.so").resolve()
HEADER = ROOT / "include/inwise.h"

#: What every remote client here is opened with; in no text and no log line may it be found.
KEY = "canary-0123456789abcdef-canary"


class Status(enum.IntEnum):
    """inwise_status."""

    OK = 0
    DONE = 1
    ARGUMENT = -1
    AUTH = -2
    NOT_FOUND = -3
    RATE_LIMIT = -4
    HTTP = -5
    SERVER = -6
    NETWORK = -7
    TIMEOUT = -8
    CANCELLED = -9
    PROTOCOL = -10
    STORE = -11
    CLOSED = -12
    MEMORY = -13
    INTERNAL = -14


LOG_DEBUG = 4
LogFunction = CFUNCTYPE(None, c_int32, c_char_p, c_void_p)
ProgressFunction = CFUNCTYPE(c_int32, c_char_p, c_void_p)

_text_out = POINTER(c_void_p)
_handle_out = POINTER(c_void_p)
_question = (c_int32, [c_void_p, c_char_p, _text_out])

#: Every function of the header: result and parameters.
FUNCTIONS = {
    "inwise_version": (c_char_p, []),
    "inwise_status_name": (c_char_p, [c_int32]),
    "inwise_free": (None, [c_void_p]),
    "inwise_open": (c_int32, [c_char_p, c_char_p, _handle_out, _text_out]),
    "inwise_close": (c_int32, [c_void_p]),
    "inwise_cancel": (c_int32, [c_void_p]),
    "inwise_sent_emails": _question,
    "inwise_undelivered": _question,
    "inwise_activities": _question,
    "inwise_activities_summary": _question,
    "inwise_recent_activities": _question,
    "inwise_recent_sent_emails": _question,
    "inwise_recent_undelivered": _question,
    "inwise_cursor_open": (c_int32, [c_void_p, c_char_p, c_char_p, _handle_out, _text_out]),
    "inwise_cursor_next": (c_int32, [c_void_p, _text_out]),
    "inwise_cursor_info": (c_int32, [c_void_p, _text_out]),
    "inwise_cursor_close": (c_int32, [c_void_p]),
    "inwise_funnel_create": (c_int32, [c_char_p, _handle_out, _text_out]),
    "inwise_funnel_add": (c_int32, [c_void_p, c_char_p, c_char_p, c_size_t, _text_out]),
    "inwise_funnel_merge": (c_int32, [c_void_p, c_void_p]),
    "inwise_funnel_save": (c_int32, [c_void_p, _handle_out, POINTER(c_size_t)]),
    "inwise_free_bytes": (None, [c_void_p]),
    "inwise_funnel_load": (c_int32, [c_char_p, c_size_t, _handle_out, _text_out]),
    "inwise_funnel_summary": _question,
    "inwise_funnel_close": (c_int32, [c_void_p]),
    "inwise_sync": (c_int32, [c_void_p, c_void_p, c_char_p, ProgressFunction, c_void_p, _text_out]),
    "inwise_acknowledge": _question,
    "inwise_webhook_parse": (c_int32, [c_char_p, c_size_t, c_char_p, _text_out]),
    "inwise_webhook_ingest": (c_int32, [c_void_p, c_char_p, c_size_t, c_char_p, _text_out]),
    "inwise_handle": (c_int32, [c_void_p, c_char_p, c_char_p, c_char_p, POINTER(c_int), _text_out]),
    "inwise_set_log": (c_int32, [c_void_p, c_int32, LogFunction, c_void_p]),
}

lib = ctypes.CDLL(str(LIBRARY))
for _name, (_result, _parameters) in FUNCTIONS.items():
    _function = getattr(lib, _name)
    _function.restype, _function.argtypes = _result, _parameters

QUESTIONS = {
    "sentEmails": lib.inwise_sent_emails,
    "undelivered": lib.inwise_undelivered,
    "activities": lib.inwise_activities,
    "activitiesSummary": lib.inwise_activities_summary,
    "recentActivities": lib.inwise_recent_activities,
    "recentSentEmails": lib.inwise_recent_sent_emails,
    "recentUndelivered": lib.inwise_recent_undelivered,
}
RECENT = [method for method in QUESTIONS if method.startswith("recent")]
PAGED = ["sentEmails", "undelivered", "activities"]
CAMPAIGN = {"campaign_id": 1958368}


class Outcome(NamedTuple):
    """A call's status and text."""

    status: Status
    text: bytes | None

    @property
    def value(self):
        assert self.text is not None, f"{self.status.name} without a text"
        return json.loads(self.text)

    def good(self):
        """The value of a call that must have worked."""
        assert self.status is Status.OK, (self.status.name, self.text)
        return self.value


def encode(text) -> bytes | None:
    """None and bytes as they are, anything else as JSON."""
    return text if text is None or isinstance(text, bytes) else json.dumps(text).encode()


def safe(text: bytes | None) -> bytes | None:
    assert text is None or KEY.encode() not in text, f"the key is in {text[:400]!r}"
    return text


#: What out-parameters hold before a call: it must be replaced, by NULL if nothing else.
UNTOUCHED = 0xDEAD


def call(function, *arguments) -> Outcome:
    """Calls a function whose last parameter receives a text."""
    pointer = c_void_p(UNTOUCHED)
    status = Status(function(*arguments, byref(pointer)))
    assert pointer.value != UNTOUCHED, f"{status.name} left the text untouched"
    text = ctypes.string_at(pointer.value) if pointer.value else None
    lib.inwise_free(pointer)
    return Outcome(status, safe(text))


def open_handle(function, *arguments) -> tuple[Outcome, int | None]:
    """Calls a function that gives a handle and, on failure, a text."""
    handle = c_void_p(UNTOUCHED)
    outcome = call(function, *arguments, byref(handle))
    assert (handle.value is not None) == (outcome.status is Status.OK), (outcome, handle.value)
    return outcome, handle.value


class Handle:
    """A handle that is closed at the end of a with block."""

    def __init__(self, close, handle: int | None) -> None:
        self.handle, self._close = handle, close

    def close(self) -> Status:
        return Status(self._close(self.handle))

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.close()


class Client(Handle):
    """A client with the canary key; all that it logs is kept, and searched for the key."""

    def __init__(self, url: str, *, log_level: int = LOG_DEBUG, **options) -> None:
        if url.startswith("http"):
            options.setdefault("api_key", KEY)
        options = {key: value for key, value in options.items() if value is not None}
        outcome, handle = open_handle(lib.inwise_open, url.encode(), encode(options))
        assert handle, outcome
        super().__init__(lib.inwise_close, handle)
        self.log: list[tuple[int, str]] = []
        self._on_log = LogFunction(lambda level, line, _: self.log.append((level, safe(line).decode())))
        assert lib.inwise_set_log(handle, log_level, self._on_log, None) == Status.OK

    def ask(self, method: str, query=None) -> Outcome:
        return call(QUESTIONS[method], self.handle, encode(query))

    def cursor(self, method: str, query=None) -> "Cursor":
        outcome, handle = open_handle(lib.inwise_cursor_open, self.handle, method.encode(), encode(query))
        assert handle, outcome
        return Cursor(lib.inwise_cursor_close, handle)

    def drain(self, method: str, query=None) -> list[dict]:
        with self.cursor(method, query) as cursor:
            return [row for page in cursor for row in page]

    def serve(self, path: str, http_method: str = "GET", headers=None) -> tuple[int, bytes | None]:
        """inwise_handle: the HTTP status and the body."""
        http_status = c_int(-1)
        request = (http_method.encode(), path.encode(), encode(headers))
        outcome = call(lib.inwise_handle, self.handle, *request, byref(http_status))
        assert outcome.status is Status.OK, outcome
        return http_status.value, outcome.text

    def sync(self, into: "Client", progress: Callable[[dict], object] | None = None, **options) -> Outcome:
        """inwise_sync from this source. progress is given each step; what it returns stops the sync unless it is false, and what it
        raises comes out of here."""
        raised: list[BaseException] = []

        def on_progress(text: bytes, _) -> int:
            try:
                return bool(progress(json.loads(safe(text))))
            except BaseException as error:
                raised.append(error)
                return 1

        # A null function, or one that lives as long as the call.
        function = ProgressFunction(on_progress) if progress else ProgressFunction()
        outcome = call(lib.inwise_sync, self.handle, into.handle, encode(options or None), function, None)
        if raised:
            raise raised[0]
        return outcome

    def acknowledge(self, method: str, consumer: str, **through) -> Outcome:
        return call(lib.inwise_acknowledge, self.handle, encode({"method": method, "consumer": consumer, **through}))

    def cancel(self) -> Status:
        return Status(lib.inwise_cancel(self.handle))


class Cursor(Handle):
    """A walk; iterating gives the pages' rows and takes no failure."""

    def next(self) -> Outcome:
        return call(lib.inwise_cursor_next, self.handle)

    def info(self) -> dict:
        return call(lib.inwise_cursor_info, self.handle).good()

    def drain(self) -> tuple[list[dict], Outcome]:
        """All rows until something else comes, and that."""
        rows = []
        while (outcome := self.next()).status is Status.OK:
            rows += outcome.value
        return rows, outcome

    def __iter__(self) -> Iterator[list[dict]]:
        while (outcome := self.next()).status is not Status.DONE:
            rows = outcome.good()
            assert rows, "a page without rows"
            yield rows
        assert outcome.text is None


class Funnel(Handle):
    """An empty funnel, or one that was saved."""

    def __init__(self, saved: bytes | None = None) -> None:
        if saved is None:
            outcome, handle = open_handle(lib.inwise_funnel_create, None)
        else:
            outcome, handle = open_handle(lib.inwise_funnel_load, saved, len(saved))
        assert handle, outcome
        super().__init__(lib.inwise_funnel_close, handle)

    def add(self, kind: str, rows) -> Outcome:
        text = encode(rows)
        return call(lib.inwise_funnel_add, self.handle, kind.encode(), text, len(text))

    def merge(self, other: "Funnel") -> Status:
        return Status(lib.inwise_funnel_merge(self.handle, other.handle))

    def save(self) -> bytes:
        pointer, length = c_void_p(UNTOUCHED), c_size_t(UNTOUCHED)
        assert Status(lib.inwise_funnel_save(self.handle, byref(pointer), byref(length))) is Status.OK
        saved = ctypes.string_at(pointer.value, length.value)
        lib.inwise_free_bytes(pointer)
        return saved

    def summary(self, query=None) -> dict:
        return call(lib.inwise_funnel_summary, self.handle, encode(query)).good()
