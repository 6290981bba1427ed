# SPDX-License-Identifier: MIT
"""Walks over every page of an answer: each row exactly once, memory flat."""

from __future__ import annotations

from dataclasses import dataclass
from operator import length_hint
from typing import TYPE_CHECKING, Any, Generic, Iterator, List, Mapping, Optional, Type, TypeVar

from . import _library
from ._answers import Answers, Decode, T
from ._arguments import json_object
from ._library import lib
from ._record import Record, no_extra
from ._row import Row
from .errors import ClosedError, InwiseError

if TYPE_CHECKING:
    from ._source import Source

#: Rows of a kind are rows.
R = TypeVar("R", bound=Row, covariant=True)
#: What a walk gives one by one.
I = TypeVar("I", covariant=True)


@dataclass(frozen=True, slots=True)
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
    extra: Mapping[str, Any] = no_extra()


class Walkable(Generic[I]):
    """The pages of an answer, and what is on them. Each iteration is a new walk, and nothing is asked before it begins."""

    def __init__(self, source: Source, method: str, query: Mapping[str, Any]) -> None:
        self._source, self._method, self._query = source, method, query
        self._info = b"{}"

    def _decode(self, page: bytes) -> List[I]:
        raise NotImplementedError

    def __iter__(self) -> RowIterator[I]:
        return RowIterator(self, self._decode)

    def pages(self) -> Pages[List[I]]:
        """A walk that gives what is on each page as a list.

        >>> [len(page) for page in client.undelivered(page_size=1000).pages()]
        [462]
        """
        return Pages(self, lambda page: [self._decode(page)])

    def json_pages(self) -> Pages[bytes]:
        """A walk that gives each page as the library does, a JSON array: the fastest way, and what a funnel takes.

        >>> next(client.undelivered(page_size=2).json_pages())[:30]
        b'[{"id":2400464772,"campaign_id'
        """
        return Pages(self, lambda page: [page])

    @property
    def info(self) -> CursorInfo:
        """How the latest walk stands, or stood when it ended. All 0 before the first page."""
        return CursorInfo._decode(self._info)

    def __repr__(self) -> str:
        return f"<inwise.{type(self).__name__} of {self._method}>"


class Rows(Walkable[R]):
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
        super().__init__(source, row._method, query)
        self._row = row

    def _decode(self, page: bytes) -> List[R]:
        return self._row._decode_page(page)

    def page(self, page_index: Optional[int] = None) -> List[R]:
        """One page alone, counted from 0, or the first: as the service cuts it now, 100 rows unless page_size says otherwise.

        >>> [row.id for row in client.activities(page_size=3).page(1)]
        [6907772445, 6907772442, 6907772439]
        """
        return self._source._page(self._row, {**self._query, "page_index": page_index})


class _Walk(Iterator[T]):
    """A walk, as the items that its pages are decoded into."""

    def __init__(self, walkable: Walkable[Any], decode: Decode[T]) -> None:
        self._cursor, self._decode = _Cursor(walkable), decode
        #: What is left of a page. The iterators of all pages are in the cursor's queue, so it doesn't matter who puts which here.
        self._items: Iterator[T] = iter(())

    def __next__(self) -> T:
        while True:
            for item in self._items:
                return item
            if not self._more():
                raise StopIteration

    def _more(self) -> bool:
        """Has items ready, of a new page if need be; False at the end."""
        self._items = self._cursor.more(self._decode)
        return length_hint(self._items) > 0

    def close(self) -> None:
        """Ends the walk. Closing again does nothing."""
        self._items = iter(())
        self._cursor.close()


class Pages(_Walk[T]):
    """A walk, page by page; threads may share it. Dropped or closed, it ends."""


class RowIterator(_Walk[T]):
    """A walk, row by row, or event by event; threads may share it. Dropped or closed, it ends."""


class _Cursor(Answers):
    """An inwise_cursor, and the pages that it gave."""

    _handle: Optional[int] = None
    _ended = False

    def __init__(self, walkable: Walkable[Any]) -> None:
        super().__init__()
        self._walkable, self._source = walkable, walkable._source
        self._handle = _library.opened(
            lib.inwise_cursor_close, lib.inwise_cursor_open, self._source._handle, walkable._method.encode(),
            json_object(walkable._query))

    def more(self, decode: Decode[T]) -> Iterator[T]:
        """The items that are left of a page, or else the next page's; none at the end."""
        while True:
            items = self.left(None, decode)
            if length_hint(items) or self._ended:
                return items
            self._read()

    def _read(self) -> None:
        more = True
        try:
            more = self.ask(None, self._source._status, lib.inwise_cursor_next, self._handle)
        except ClosedError:
            if not self._ended:  # by another thread
                raise
        finally:
            self._note()
        if not more:
            self._end()

    def _note(self) -> None:
        """How the walk stands."""
        try:
            self._walkable._info = _library.result(lib.inwise_cursor_info, self._handle)
        except InwiseError:
            pass  # it is closed

    def _end(self) -> None:
        self._ended = True
        handle, self._handle = self._handle, None
        if handle is not None:
            lib.inwise_cursor_close(handle)

    def close(self) -> None:
        self._end()
        self.clear()

    __del__ = close
