# SPDX-License-Identifier: MIT
"""Counts made of rows."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any, Callable, Iterable, Mapping, Optional, Tuple, Type, Union, overload

from . import _library
from ._arguments import Bytes, When, c_string, json_object, plain, when
from ._handle import Handle, Self
from ._library import lib
from ._row import Row
from .errors import ArgumentError
from .funnel_summary import FunnelSummary
from .walk import Rows

#: Rows as JSON, as mappings in the service's spelling, or typed.
RowData = Union[Bytes, str, Iterable[Union[Mapping[str, Any], Row]]]

#: Rows that are written as JSON at a time.
_BATCH = 1000


class Funnel(Handle):
    """Counts made of rows, anywhere: they merge, and a pickled funnel goes to another process as one.

    Keeps who and when of every row, some 8 bytes each. It needs no client, and may be used from any thread; calls on one
    funnel wait for each other.

    >>> with Funnel() as funnel:
    ...     funnel.add(client.sent_emails(campaign_id=1958368, date_from="2024-01-01"))
    ...     funnel.add(client.activities(campaign_id=1958368, date_from="2024-01-01"))
    ...     summary = funnel.summary()
    >>> summary.sent, summary.opens_unique, round(summary.rates.open_rate, 3)
    (1871, 488, 0.264)
    """

    _release = lib.inwise_funnel_close

    def __init__(self) -> None:
        self._handle = _library.opened(lib.inwise_funnel_close, lib.inwise_funnel_create, None)

    @overload
    def add(self, kind: Rows[Any]) -> None: ...
    @overload
    def add(self, kind: str, rows: RowData) -> None: ...
    def add(self, kind: Union[str, Rows[Any]], rows: Optional[RowData] = None) -> None:
        """Adds rows: all of them or, on an error, none. The same row added twice counts twice.

        A client's answer is added as it is, and read to its end; so only one argument is needed. An AsyncClient's is added page by
        page: ``async for page in rows.json_pages(): funnel.add("activities", page)``.

        >>> with Funnel() as funnel:
        ...     funnel.add(client.undelivered())
        ...     funnel.add("activities", '[{"campaign_id": 1, "contact_id": 5, "action_type": "emailOpened"}]')
        ...     funnel.add("activities", [{"campaign_id": 1, "contact_id": 6, "action_type": "emailOpened"}])
        ...     funnel.summary(campaign_id=1).opens
        2

        :param kind: what the rows are: "sentEmails", "undelivered" or "activities"; or what client.activities() and its like give.
        :param rows: JSON text as bytes or str, an array of rows; or an iterable of mappings in the service's spelling, or of
            typed rows.
        :raises ArgumentError: an unknown kind, typed rows of another kind, or more than can be counted.
        :raises ProtocolError: what is no row; the message says at which byte.
        """
        if isinstance(kind, Rows):
            self._add_all(kind._row._method, kind.json_pages())
        elif isinstance(rows, (bytes, bytearray, memoryview)):
            self._add(kind, bytes(rows))
        elif isinstance(rows, str):
            self._add(kind, _utf8(rows))
        elif rows is None:
            raise ArgumentError(
                f'"rows" is missing: alone only what client.activities() and its like give can be added, no {type(kind).__name__}.'
                ' An AsyncClient\'s rows are added page by page: async for page in rows.json_pages(): funnel.add("activities", page).',
                {"parameter": "rows"})
        else:
            self._add_all(kind, _batches(kind, rows))

    def _add(self, kind: str, rows: bytes) -> None:
        _library.call(lib.inwise_funnel_add, self._handle, c_string("kind", kind), rows, len(rows))

    def _add_all(self, kind: str, texts: Iterable[bytes]) -> None:
        with Funnel() as whole:
            whole._add(kind, b"[]")  # refuses a kind that there isn't, before any row is asked for
            for text in texts:
                whole._add(kind, text)
            self.merge(whole)

    def merge(self, other: Funnel) -> None:
        """Adds all that another funnel counted; that one stays as it was. The result equals counting both sets of rows at once.

        :raises ArgumentError: more than 2⁶³ - 1 rows or 2³² contacts; nothing has changed.
        """
        _library.check(lib.inwise_funnel_merge(self._handle, other._handle))

    def save(self) -> bytes:
        """The funnel as bytes, to be kept in a file or sent to another machine: some 5 a row and as many a contact. Equal
        funnels give equal bytes, in whatever order their rows came.

        >>> with Funnel() as funnel, Funnel.load(funnel.save()) as copy:
        ...     copy.summary() == funnel.summary()
        True
        """
        return _library.saved(self._handle)

    @classmethod
    def load(cls: Type[Self], saved: Bytes) -> Self:
        """The funnel that :meth:`save` made bytes of, with this version of the library or an older one.

        :raises ArgumentError: any other bytes: foreign, damaged or cut off, or of a newer version.
        """
        funnel = cls.__new__(cls)
        content = bytes(memoryview(saved))
        funnel._handle = _library.opened(lib.inwise_funnel_close, lib.inwise_funnel_load, content, len(content))
        return funnel

    def summary(
        self,
        *,
        campaign_id: Optional[int] = None,
        date_from: Optional[When] = None,
        date_to: Optional[When] = None,
        group_by: Optional[str] = None,
    ) -> FunnelSummary:
        """The funnel so far.

        >>> with Funnel() as funnel:
        ...     funnel.add(client.activities(date_from="2024-01-01"))
        ...     for group in funnel.summary(group_by="campaign").groups:
        ...         print(group.name, group.opens_unique, group.clicks_unique)
        1958368 488 83
        1960264 504 64
        1962173 413 71

        :param campaign_id: one campaign. Without it a contact counts once per campaign.
        :param date_from: only rows from this day or moment on; as in :meth:`Client.activities`. Rows without a date don't count then.
        :param date_to: only rows up to it.
        :param group_by: "campaign", "day", "hour", "sending_source" or "domain": fills ``groups``.
        """
        return FunnelSummary._decode(_library.result(lib.inwise_funnel_summary, self._handle, json_object({
            "campaign_id": campaign_id, "date_from": when("date_from", date_from), "date_to": when("date_to", date_to),
            "group_by": group_by})))

    def __reduce__(self) -> Tuple[Callable[[bytes], Funnel], Tuple[bytes]]:
        saved = self.save()
        self._warns = False  # a pool's worker gives it back by pickling it, and has no time to close it
        return type(self).load, (saved,)


def _utf8(rows: str) -> bytes:
    """JSON as UTF-8. Half a surrogate pair becomes bytes that are none: the library says where."""
    return rows.encode("utf-8", "surrogatepass")


def _batches(kind: str, rows: Iterable[Union[Mapping[str, Any], Row]]) -> Iterable[bytes]:
    members = (_members(kind, row) for row in rows)
    while batch := list(islice(members, _BATCH)):
        try:
            yield json.dumps(batch, default=plain, separators=(",", ":"), allow_nan=False).encode()
        except (TypeError, ValueError, RecursionError) as problem:
            raise ArgumentError(f'"rows" can\'t be written as JSON: {problem}.', {"parameter": "rows"}) from None


def _members(kind: str, row: Any) -> Any:
    if isinstance(row, (bytes, list)):
        raise ArgumentError('"rows" must be rows, not pages of them: add each page, or the walk as it is.', {"parameter": "rows"})
    if not isinstance(row, Row):
        return row
    if row._method != kind:
        raise ArgumentError(
            f'"rows" has a row of "{row._method}" ({type(row).__name__}), not of "{kind}".', {"parameter": "rows"})
    return row.as_dict()
