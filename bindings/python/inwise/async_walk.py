# SPDX-License-Identifier: MIT
"""Walks over every page of an answer, for asyncio."""

from __future__ import annotations

from typing import AsyncIterator, Awaitable, Callable, Generic, Iterator, List, Optional, Protocol, TypeVar

from .walk import CursorInfo, Pages, R, Rows

P = TypeVar("P")
T = TypeVar("T")


class Run(Protocol):
    """AsyncClient._run."""

    def __call__(self, work: Callable[[], T], keep: Callable[[T], object]) -> Awaitable[T]: ...


class AsyncRows(Generic[R]):
    """:class:`Rows` for asyncio. Each ``async for`` is a new walk. After an error, and after a cancelled step, the same
    iterator goes on from where it stood."""

    def __init__(self, run: Run, rows: Rows[R]) -> None:
        self._run, self._rows = run, rows

    def __aiter__(self) -> AsyncRowIterator[R]:
        return AsyncRowIterator(self.pages())

    def pages(self) -> AsyncPages[List[R]]:
        """A walk that gives the rows of each page as a list."""
        return AsyncPages(self._run, self._rows.pages())

    def json_pages(self) -> AsyncPages[bytes]:
        """A walk that gives each page as the library does, a JSON array; a funnel takes it: ``funnel.add("activities", page)``."""
        return AsyncPages(self._run, self._rows.json_pages())

    async def page(self, page_index: Optional[int] = None) -> List[R]:
        """One page alone, as :meth:`Rows.page` gives it."""
        return await self._run(lambda: self._rows.page(page_index), _forget)

    @property
    def info(self) -> CursorInfo:
        """How the latest walk stands, or stood when it ended. All 0 before the first page."""
        return self._rows.info

    def __repr__(self) -> str:
        return repr(self._rows).replace("Rows", "AsyncRows")


class AsyncPages(AsyncIterator[P]):
    """A walk, page by page. Dropped or closed, it ends."""

    def __init__(self, run: Run, pages: Pages[P]) -> None:
        self._run, self._pages = run, pages
        #: A page that came for a task that had been cancelled.
        self._kept: Optional[P] = None

    async def __anext__(self) -> P:
        page, self._kept = self._kept, None
        if page is None:
            page = await self._run(lambda: next(self._pages, None), self._keep)
        if page is None:
            raise StopAsyncIteration
        return page

    def _keep(self, page: Optional[P]) -> None:
        self._kept = page

    async def aclose(self) -> None:
        """Ends the walk. Closing again does nothing."""
        self._kept = None
        await self._run(self._pages.close, _forget)


class AsyncRowIterator(AsyncIterator[R]):
    """A walk, row by row. Dropped or closed, it ends."""

    def __init__(self, pages: AsyncPages[List[R]]) -> None:
        self._pages = pages
        self._page: Iterator[R] = iter(())

    async def __anext__(self) -> R:
        while True:
            for row in self._page:
                return row
            self._page = iter(await self._pages.__anext__())

    async def aclose(self) -> None:
        """Ends the walk. Closing again does nothing."""
        self._page = iter(())
        await self._pages.aclose()


def _forget(_: object) -> None:
    """What is done with a result that can be had again."""
