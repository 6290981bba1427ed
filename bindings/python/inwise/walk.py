# SPDX-License-Identifier: MIT
"""Walks over every page of an answer: each row exactly once, memory flat."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, Generic, Iterator, List, Mapping, Optional, Type, TypeVar

from . import _library
from ._arguments import json_object
from ._library import lib
from ._record import NOTHING, SLOTS, Record
from ._row import Row
from .errors import InwiseError

if TYPE_CHECKING:
    from ._source import Source

P = TypeVar("P", covariant=True)
#: Rows of a kind are rows.
R = TypeVar("R", bound=Row, covariant=True)


@dataclass(frozen=True, **SLOTS)
class CursorInfo(Record):
    """How a walk stands."""

    #: Answers with rows that were used.
    pages: int = 0
    #: Rows given so far.
    rows: int = 0
    #: Rows that the service sent again.
    duplicates: int = 0
    #: HTTP requests, repeats included.
    requests: int = 0
    #: Repeats of requests.
    retries: int = 0
    #: Bytes of the answers, decompressed.
    bytes: int = 0
    #: No date was named, so the service answered for the past week only.
    window_defaulted: bool = False
    #: What a newer library tells beside these.
    extra: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


class Rows(Generic[R]):
    """The rows of an answer, all its pages. Each iteration is a new walk, and nothing is asked before it begins.

    After an error the same iterator goes on from where it stood: no row is lost by it, none comes twice. Rows that arrive
    at the service while the walk goes on may or may not be among them.

    >>> rows = client.activities(campaign_id=1958368, date_from="2024-01-01")
    >>> sum(row.action_type == "emailOpened" for row in rows)
    723
    >>> rows.info.rows, rows.info.window_defaulted
    (931, False)
    """

    def __init__(self, source: Source, row: Type[R], query: Mapping[str, Any]) -> None:
        self._source, self._row, self._query = source, row, query
        self._info = b"{}"

    def __iter__(self) -> RowIterator[R]:
        return RowIterator(self.pages())

    def pages(self) -> Pages[List[R]]:
        """A walk that gives the rows of each page as a list.

        >>> [len(page) for page in client.undelivered(page_size=1000).pages()]
        [462]
        """
        return Pages(self, self._row._decode_page)

    def json_pages(self) -> Pages[bytes]:
        """A walk that gives each page as the library does, a JSON array: the fastest way, and what a funnel takes.

        >>> next(client.undelivered(page_size=2).json_pages())[:30]
        b'[{"id":2400464772,"campaign_id'
        """
        return Pages(self, bytes)

    def page(self, page_index: Optional[int] = None) -> List[R]:
        """One page alone, counted from 0, or the first: as the service cuts it now, 100 rows unless page_size says otherwise.

        >>> [row.id for row in client.activities(page_size=3).page(1)]
        [6907772445, 6907772442, 6907772439]
        """
        return self._source._page(self._row, {**self._query, "page_index": page_index})

    @property
    def info(self) -> CursorInfo:
        """How the latest walk stands, or stood when it ended. All 0 before the first page."""
        return CursorInfo._decode(self._info)

    def __repr__(self) -> str:
        return f"<inwise.Rows of {self._row._method}>"


class Pages(Iterator[P]):
    """A walk, page by page. Dropped or closed, it ends."""

    def __init__(self, rows: Rows[Any], decode: Callable[[bytes], P]) -> None:
        self._decode, self._cursor = decode, _Cursor(rows)
        #: A page that was read and could not be decoded.
        self._kept: Optional[bytes] = None
        self._ended = False

    def __next__(self) -> P:
        page, self._kept = self._kept, None
        if page is None:
            page = self._read()
        try:
            return self._decode(page)
        except BaseException:
            self._kept = page
            raise

    def _read(self) -> bytes:
        if self._ended:
            raise StopIteration
        page = self._cursor.next()
        if page is None:
            self.close()
            raise StopIteration
        return page

    def close(self) -> None:
        """Ends the walk. Closing again does nothing."""
        self._ended, self._kept = True, None
        self._cursor.close()


class RowIterator(Iterator[R]):
    """A walk, row by row. Dropped or closed, it ends."""

    def __init__(self, pages: Pages[List[R]]) -> None:
        self._pages = pages
        self._page: Iterator[R] = iter(())

    def __next__(self) -> R:
        while True:
            try:
                return next(self._page)
            except StopIteration:
                pass
            self._page = iter(next(self._pages))

    def close(self) -> None:
        """Ends the walk. Closing again does nothing."""
        self._page = iter(())
        self._pages.close()


class _Cursor:
    """An inwise_cursor."""

    def __init__(self, rows: Rows[Any]) -> None:
        self._handle: Optional[int] = None
        self._rows, self._source = rows, rows._source
        self._handle = _library.opened(
            lib.inwise_cursor_open, self._source._handle, rows._row._method.encode(), json_object(rows._query))

    def next(self) -> Optional[bytes]:
        """The next page, or None at the end."""
        try:
            return self._source._call(lib.inwise_cursor_next, self._handle)
        finally:
            try:
                self._rows._info = self._source._call(lib.inwise_cursor_info, self._handle) or b"{}"
            except InwiseError:
                pass  # it is closed

    def close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            self._source._abandon(handle)

    def __del__(self) -> None:
        self.close()
