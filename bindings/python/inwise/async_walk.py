# SPDX-License-Identifier: MIT
"""Walks over every page of an answer, for asyncio."""

from __future__ import annotations

from typing import AsyncIterator, Awaitable, Callable, Generic, List, Optional, Protocol

from ._answers import T
from .walk import CursorInfo, R, Rows, _Walk


class Run(Protocol):
    """AsyncClient._run."""

    def __call__(self, work: Callable[[], T]) -> Awaitable[T]: ...


class AsyncRows(Generic[R]):
    """:class:`Rows` for asyncio. Each ``async for`` is a new walk. After an error, and after a cancelled step, the same
    iterator goes on from where it stood."""

    def __init__(self, run: Run, rows: Rows[R]) -> None:
        self._run, self._rows = run, rows

    def __aiter__(self) -> AsyncRowIterator[R]:
        return AsyncRowIterator(self._run, iter(self._rows))

    def pages(self) -> AsyncPages[List[R]]:
        """A walk that gives the rows of each page as a list."""
        return AsyncPages(self._run, self._rows.pages())

    def json_pages(self) -> AsyncPages[bytes]:
        """A walk that gives each page as the library does, a JSON array; a funnel takes it: ``funnel.add("activities", page)``."""
        return AsyncPages(self._run, self._rows.json_pages())

    async def page(self, page_index: Optional[int] = None) -> List[R]:
        """One page alone, as :meth:`Rows.page` gives it."""
        return await self._run(lambda: self._rows.page(page_index))

    @property
    def info(self) -> CursorInfo:
        """How the latest walk stands, or stood when it ended. All 0 before the first page."""
        return self._rows.info

    def __repr__(self) -> str:
        return repr(self._rows).replace("Rows", "AsyncRows")


class _AsyncWalk(AsyncIterator[T]):
    """A walk whose pages are read and decoded in the client's thread and taken here: a page is nobody's until then."""

    def __init__(self, run: Run, walk: _Walk[T]) -> None:
        self._run, self._walk = run, walk

    async def __anext__(self) -> T:
        while True:
            for item in self._walk._items:
                return item
            if not await self._run(self._walk._more):
                raise StopAsyncIteration

    async def aclose(self) -> None:
        """Ends the walk. Closing again does nothing."""
        self._walk.close()


class AsyncPages(_AsyncWalk[T]):
    """A walk, page by page; tasks may share it. Dropped or closed, it ends."""


class AsyncRowIterator(_AsyncWalk[T]):
    """A walk, row by row; tasks may share it. Dropped or closed, it ends."""
