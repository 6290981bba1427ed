# SPDX-License-Identifier: MIT
"""What callers pass becomes what the library takes: UTF-8, JSON, wall-clock text. What is allowed, the library says."""

from __future__ import annotations

import json
import operator
import os
from datetime import date, datetime
from typing import Any, Iterable, Mapping, Optional, Union

from .errors import ArgumentError

#: A moment or a day on the service's clock, whose zone nobody tells.
When = Union[datetime, date, str]

#: Bytes of any make.
Bytes = Union[bytes, bytearray, memoryview]

#: What json_object writes as null, since it leaves None out.
NULL = object()


def c_string(name: str, value: str) -> bytes:
    """A text as C takes it; C would cut it off at a NUL."""
    if not isinstance(value, str):
        raise ArgumentError(f'"{name}" must be a str, not {type(value).__name__}.', {"parameter": name})
    if "\0" in value:
        raise ArgumentError(f'"{name}" must not contain a NUL character.', {"parameter": name})
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise ArgumentError(f'"{name}" contains half of a surrogate pair, which UTF-8 has no bytes for.', {"parameter": name}) from None


def json_object(members: Mapping[str, Any]) -> bytes:
    """Options or a query; what is None is left out."""
    given = {name: value for name, value in members.items() if value is not None}
    for name, value in given.items():
        _check_range(name, value)
    try:
        return _json(given)
    except (TypeError, ValueError, RecursionError):
        for name, value in given.items():
            _check(name, value)
        raise


def _check_range(name: str, value: Any) -> None:
    """The library would read what doesn't fit 64 bits as a real number, or not at all."""
    values = value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else (value,)
    for number in values:
        if isinstance(number, int) and number.bit_length() > 63:
            shown = number if number.bit_length() < 200 else f"one of {number.bit_length()} bits"
            raise ArgumentError(f'"{name}" must be an integer of 64 bits at most, not {shown}.', {"parameter": name})


def _check(name: str, value: Any) -> None:
    try:
        _json(value)
    except (TypeError, ValueError, RecursionError) as problem:
        raise ArgumentError(f'"{name}" can\'t be written as JSON: {problem}.', {"parameter": name}) from None


def _json(value: Any) -> bytes:
    # Half a surrogate pair, which the library refuses, is found by encode.
    return json.dumps(value, default=plain, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()


def plain(value: Any) -> Any:
    """For json: mappings of other makes, paths, and integers of other makes, such as NumPy's."""
    if value is NULL:
        return None
    if isinstance(value, Mapping):
        return dict(value)
    return os.fspath(value) if isinstance(value, os.PathLike) else operator.index(value)


def elements(value: Any) -> Any:
    """An array out of any iterable; what is none, a text too, stays as it is for the library to refuse."""
    return list(value) if isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping)) else value


def when(name: str, value: Optional[When], between: str = " ") -> Optional[str]:
    """A moment or a day as the library takes it. Fractions of a second are cut off: rows have none."""
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            raise ArgumentError(
                f'"{name}" has a time zone, and nobody tells which one the service\'s clock is in: pass the service\'s'
                " wall-clock time without one, for example by .replace(tzinfo=None).", {"parameter": name})
        return value.isoformat(between, "seconds")
    return value.isoformat() if isinstance(value, date) else value
