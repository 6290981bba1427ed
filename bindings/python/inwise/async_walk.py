# SPDX-License-Identifier: MIT
"""Walks over every page of an answer, for asyncio."""

from __future__ import annotations

from typing import AsyncIterator, Awaitable, Callable, Generic, List, Optional, Protocol

from ._answers import T
from .walk import CursorInfo, I, R, Rows, Walkable, _Walk
from .webhook import Event


class Run(Protocol):
    """AsyncClient._run."""

    def __call__(self, work: Callable[[], T]) -> Awaitable[T]: ...


class AsyncWalkable(Generic[I]):
    """:class:`Walkable` for asyncio. Each ``async for`` is a new walk."""

    def __init__(self, run: Run, walkable: Walkable[I]) -> None:
        self._run, self._walkable = run, walkable

    def __aiter__(self) -> AsyncRowIterator[I]:
        return AsyncRowIterator(self._run, iter(self._walkable))

    def pages(self) -> AsyncPages[List[I]]:
        """A walk that gives what is on each page as a list."""
        return AsyncPages(self._run, self._walkable.pages())

    def json_pages(self) -> AsyncPages[bytes]:
        """A walk that gives each page as the library does, a JSON array; a funnel takes it: ``funnel.add("activities", page)``."""
        return AsyncPages(self._run, self._walkable.json_pages())

    @property
    def info(self) -> CursorInfo:
        """How the latest walk stands, or stood when it ended. All 0 before the first page."""
        return self._walkable.info

    def __repr__(self) -> str:
        return f"<inwise.{type(self).__name__} of {self._walkable._method}>"


class AsyncRows(AsyncWalkable[R]):
    """:class:`Rows` for asyncio. Each ``async for`` is a new walk. After an error, and after a cancelled step, the same
    iterator goes on from where it stood."""

    def __init__(self, run: Run, rows: Rows[R]) -> None:
        super().__init__(run, rows)
        self._rows = rows

    async def page(self, page_index: Optional[int] = None) -> List[R]:
        """One page alone, as :meth:`Rows.page` gives it."""
        return await self._run(lambda: self._rows.page(page_index))


class AsyncWebhookEvents(AsyncWalkable[Event]):
    """:class:`WebhookEvents` for asyncio. Each ``async for`` is a new walk. After an error, and after a cancelled step, the same
    iterator goes on from where it stood."""


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
    """A walk, row by row, or event by event; tasks may share it. Dropped or closed, it ends."""
