# SPDX-License-Identifier: MIT
"""The one door to libinwise.so: found, checked, declared, called.

It is opened by ctypes because ctypes lets other threads run while a call does (it releases the GIL), needs no build step
and no dependency, so that one wheel serves every Python; a call costs 0.8 µs, and brings a page of up to 1,000 rows.
"""

from __future__ import annotations

import ctypes
import json
import os
import pathlib
from ctypes import CFUNCTYPE, POINTER, byref, c_char_p, c_int, c_int32, c_size_t, c_void_p
from importlib.metadata import version
from typing import Any, Dict, List, Optional, Tuple

from .errors import BY_CODE, InwiseError

LogFunction = CFUNCTYPE(None, c_int32, c_char_p, c_void_p)
ProgressFunction = CFUNCTYPE(c_int32, c_char_p, c_void_p)

# Texts that the caller frees are c_void_p: ctypes would copy a c_char_p and lose the pointer.
_out = POINTER(c_void_p)
_question: Tuple[Any, List[Any]] = (c_int32, [c_void_p, c_char_p, _out])

#: Every function of inwise.h that this package calls: its result and its parameters.
FUNCTIONS: Dict[str, Tuple[Any, List[Any]]] = {
    "inwise_version": (c_char_p, []),
    "inwise_status_name": (c_char_p, [c_int32]),
    "inwise_free": (None, [c_void_p]),
    "inwise_open": (c_int32, [c_char_p, c_char_p, _out, _out]),
    "inwise_close": (c_int32, [c_void_p]),
    "inwise_cancel": (c_int32, [c_void_p]),
    "inwise_sent_emails": _question,
    "inwise_undelivered": _question,
    "inwise_activities": _question,
    "inwise_activities_summary": _question,
    "inwise_recent_activities": _question,
    "inwise_recent_sent_emails": _question,
    "inwise_recent_undelivered": _question,
    "inwise_cursor_open": (c_int32, [c_void_p, c_char_p, c_char_p, _out, _out]),
    "inwise_cursor_next": (c_int32, [c_void_p, _out]),
    "inwise_cursor_info": (c_int32, [c_void_p, _out]),
    "inwise_cursor_close": (c_int32, [c_void_p]),
    "inwise_funnel_create": (c_int32, [c_char_p, _out, _out]),
    "inwise_funnel_add": (c_int32, [c_void_p, c_char_p, c_char_p, c_size_t, _out]),
    "inwise_funnel_merge": (c_int32, [c_void_p, c_void_p]),
    "inwise_funnel_save": (c_int32, [c_void_p, _out, POINTER(c_size_t)]),
    "inwise_free_bytes": (None, [c_void_p]),
    "inwise_funnel_load": (c_int32, [c_char_p, c_size_t, _out, _out]),
    "inwise_funnel_summary": _question,
    "inwise_funnel_close": (c_int32, [c_void_p]),
    "inwise_sync": (c_int32, [c_void_p, c_void_p, c_char_p, ProgressFunction, c_void_p, _out]),
    "inwise_acknowledge": _question,
    "inwise_webhook_parse": (c_int32, [c_char_p, c_size_t, c_char_p, _out]),
    "inwise_webhook_ingest": (c_int32, [c_void_p, c_char_p, c_size_t, c_char_p, _out]),
    "inwise_handle": (c_int32, [c_void_p, c_char_p, c_char_p, c_char_p, POINTER(c_int), _out]),
    "inwise_set_log": (c_int32, [c_void_p, c_int32, LogFunction, c_void_p]),
}

VERSION = version("inwise")


def _load() -> Any:
    """The library, from the first place that has it; ImportError says what was wrong there."""
    named = os.environ.get("INWISE_LIB")
    carried = pathlib.Path(__file__).with_name("libinwise.so")
    if named:
        place, why = named, "which the environment variable INWISE_LIB names"
    elif carried.exists():
        place, why = str(carried), "which this package carries"
    else:
        place, why = "libinwise.so.0", f"in the system's library path, since INWISE_LIB is not set and {carried} is not there"
    try:
        library = ctypes.CDLL(place)
        library.inwise_version.restype = c_char_p
        found = library.inwise_version().decode()
    except (OSError, AttributeError) as problem:
        raise ImportError(
            f"libinwise can't be loaded from {place}, {why}: {problem}. It needs libcurl, jansson and SQLite;"
            " on Debian: apt install libcurl4 libjansson4 libsqlite3-0", name="inwise", path=place) from None
    if found.split(".")[:2] != VERSION.split(".")[:2]:
        raise ImportError(
            f"The library {place}, {why}, is libinwise {found}; this package, inwise {VERSION}, needs {VERSION.rpartition('.')[0]}.x.",
            name="inwise", path=place)
    for name, (result, parameters) in FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, parameters
    return library


lib = _load()


def check(status: int, text: Optional[bytes] = None) -> None:
    """Raises the error of a status below 0; text is the error's JSON, where the function gives one."""
    if status >= 0:
        return
    details = json.loads(text) if text else {"code": status, "status": lib.inwise_status_name(status).decode()}
    raise BY_CODE.get(status, InwiseError)(details.get("message", ""), details)


def call(function: Any, *arguments: Any) -> Optional[bytes]:
    """Calls a function whose last parameter receives a text: the text, or None for NULL; raises the error."""
    pointer = c_void_p()
    try:
        status = function(*arguments, byref(pointer))
        text = ctypes.string_at(pointer.value) if pointer.value is not None else None
    finally:
        lib.inwise_free(pointer)
    check(status, text)
    return text


def result(function: Any, *arguments: Any) -> bytes:
    """call, of a function that gives a text whenever it succeeds."""
    return call(function, *arguments) or b""


def opened(close: Any, function: Any, *arguments: Any) -> Optional[int]:
    """Calls a function whose last parameters receive a handle and a text: the handle; raises the error. If something else is
    raised meanwhile, by a signal handler, close gets the handle."""
    handle = c_void_p()
    try:
        call(function, *arguments, byref(handle))
        return handle.value
    except BaseException:
        close(handle)
        raise


def saved(handle: Optional[int]) -> bytes:
    """A funnel's bytes."""
    pointer, length = c_void_p(), c_size_t()
    try:
        status = lib.inwise_funnel_save(handle, byref(pointer), byref(length))
        content = ctypes.string_at(pointer.value, length.value) if pointer.value is not None else b""
    finally:
        lib.inwise_free_bytes(pointer)
    check(status)
    return content
