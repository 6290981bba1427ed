# SPDX-License-Identifier: MIT
"""The client for asyncio."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Iterable, List, Mapping, Optional, Tuple, Type

from ._answers import T
from ._arguments import Bytes, When
from ._handle import Self
from ._progress import Progress, on_loop
from ._row import R
from ._source import Source
from .acknowledgement import Through, Upto
from .async_walk import AsyncRows, AsyncWebhookEvents
from .rows import Activity, SentEmail, UndeliveredEmail
from .summary import ActivitiesSummary
from .sync_report import SyncReport
from .webhook import Event

#: How often a call is cancelled until it has returned: the first time it may not have entered the library yet.
_CANCEL_SECONDS = 0.005


class AsyncClient(Source):
    """:class:`Client` for asyncio: the same questions, awaited; the parameters are the same.

    Its calls wait in one thread of its own, in turn, as calls on one client do anyway: a client for each thing that is to run
    in parallel. A cancelled task, one that timed out too, stops its request at once and nobody else's. What had come for it is not
    lost: a walk gives that page with its next step, and a recent method those rows to who asks the same next. But **a recent
    method's rows that were on the wire then are**: give it time by ``timeout_seconds`` rather than by ``asyncio.timeout``, or read
    the same days again with :meth:`activities`. One event loop at a time uses it; a forked child may go on with it.

    >>> import asyncio
    >>> async def main():
    ...     async with AsyncClient("sandbox:?seed=7&now=2024-09-20T12:00:00") as client:
    ...         async for row in client.activities(campaign_id=1958368, date_from="2024-01-01"):
    ...             print(row.action_type)
    ...             break
    ...         return await client.activities_summary(1958368)
    >>> asyncio.run(main()).opens
    emailOpened
    723
    """

    #: The thread and whose turn it is, for the process and event loop that they were made in.
    _ours: Optional[Tuple[int, asyncio.AbstractEventLoop, ThreadPoolExecutor, asyncio.Lock]] = None

    def _waiting(self) -> Tuple[ThreadPoolExecutor, asyncio.Lock]:
        process, loop = os.getpid(), asyncio.get_running_loop()
        if self._ours is None or self._ours[0] != process or self._ours[1] is not loop:
            same = self._ours is not None and self._ours[0] == process
            thread = self._ours[2] if self._ours is not None and same else ThreadPoolExecutor(1, "inwise")
            self._ours = process, loop, thread, asyncio.Lock()
        return self._ours[2], self._ours[3]

    async def _run(self, work: Callable[[], T]) -> T:
        """Does work in the thread when it is this task's turn. What must not be lost, work itself puts where the next one finds it:
        this task may be cancelled meanwhile, or its event loop closed."""
        thread, turn = self._waiting()
        async with turn:
            if self.closed:
                return work()  # which raises ClosedError without waiting, or has what was left
            call = asyncio.get_running_loop().run_in_executor(thread, work)
            try:
                return await asyncio.shield(call)
            except asyncio.CancelledError:
                while not call.done():
                    self.cancel()
                    try:
                        await asyncio.wait([call], timeout=_CANCEL_SECONDS)
                    except asyncio.CancelledError:
                        pass  # again; the turn ends with the call all the same
                if not call.cancelled():
                    call.exception()  # concerns nobody any more
                raise

    async def aclose(self) -> None:
        """Closes the client. Calls in flight are cancelled, and walks end with :class:`ClosedError`. Closing again does nothing."""
        # Closing waits for a call inside to return, so not on the event loop's thread, nor on the one that the call is on.
        await asyncio.get_running_loop().run_in_executor(None, super().close)
        self._end_thread()

    def close(self) -> None:
        """:meth:`aclose`, without an event loop."""
        super().close()
        self._end_thread()

    def _end_thread(self) -> None:
        if self._ours is not None and self._ours[0] == os.getpid():
            self._ours[2].shutdown(wait=False)

    async def __aenter__(self: Self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    # ---------------------------------------------------------------- walks

    def activities(
        self,
        *,
        campaign_id: Optional[int] = None,
        contact_id: Optional[int] = None,
        external_id: Optional[str] = None,
        date_from: Optional[When] = None,
        date_to: Optional[When] = None,
        action_type: Optional[str] = None,
        page_size: Optional[int] = None,
        params: Optional[Mapping[str, Any]] = None,
    ) -> AsyncRows[Activity]:
        """As :meth:`Client.activities`, for ``async for``."""
        return AsyncRows(self._run, self._rows(
            Activity, campaign_id=campaign_id, contact_id=contact_id, external_id=external_id, date_from=date_from,
            date_to=date_to, action_type=action_type, page_size=page_size, params=params))

    def sent_emails(
        self,
        *,
        campaign_id: Optional[int] = None,
        contact_id: Optional[int] = None,
        external_id: Optional[str] = None,
        date_from: Optional[When] = None,
        date_to: Optional[When] = None,
        page_size: Optional[int] = None,
        params: Optional[Mapping[str, Any]] = None,
    ) -> AsyncRows[SentEmail]:
        """As :meth:`Client.sent_emails`, for ``async for``."""
        return AsyncRows(self._run, self._rows(
            SentEmail, campaign_id=campaign_id, contact_id=contact_id, external_id=external_id, date_from=date_from,
            date_to=date_to, page_size=page_size, params=params))

    def undelivered(
        self,
        *,
        campaign_id: Optional[int] = None,
        contact_id: Optional[int] = None,
        external_id: Optional[str] = None,
        date_from: Optional[When] = None,
        date_to: Optional[When] = None,
        page_size: Optional[int] = None,
        params: Optional[Mapping[str, Any]] = None,
    ) -> AsyncRows[UndeliveredEmail]:
        """As :meth:`Client.undelivered`, for ``async for``."""
        return AsyncRows(self._run, self._rows(
            UndeliveredEmail, campaign_id=campaign_id, contact_id=contact_id, external_id=external_id, date_from=date_from,
            date_to=date_to, page_size=page_size, params=params))

    # ---------------------------------------------------------------- single questions

    async def activities_summary(self, campaign_id: int, *, params: Optional[Mapping[str, Any]] = None) -> ActivitiesSummary:
        """As :meth:`Client.activities_summary`."""
        return await self._run(lambda: self._summary(campaign_id, params))

    async def recent_activities(
        self, *, consumer: Optional[str] = None, params: Optional[Mapping[str, Any]] = None,
    ) -> List[Activity]:
        """As :meth:`Client.recent_activities`. **Reading consumes**, but for a mirror's consumer."""
        return await self._new(Activity, consumer, params)

    async def recent_sent_emails(
        self, *, consumer: Optional[str] = None, params: Optional[Mapping[str, Any]] = None,
    ) -> List[SentEmail]:
        """As :meth:`Client.recent_sent_emails`. **Reading consumes**, but for a mirror's consumer."""
        return await self._new(SentEmail, consumer, params)

    async def recent_undelivered(
        self, *, consumer: Optional[str] = None, params: Optional[Mapping[str, Any]] = None,
    ) -> List[UndeliveredEmail]:
        """As :meth:`Client.recent_undelivered`. **Reading consumes**, but for a mirror's consumer."""
        return await self._new(UndeliveredEmail, consumer, params)

    async def _new(self, row: Type[R], consumer: Optional[str], params: Optional[Mapping[str, Any]]) -> List[R]:
        if consumer is not None:
            return await self._run(lambda: self._unacknowledged(row, consumer, params))
        while True:
            for rows in await self._run(lambda: self._news(row, params)):
                return rows

    # ---------------------------------------------------------------- mirrors

    async def sync(
        self,
        mirror: Source,
        *,
        campaign_ids: Optional[Iterable[int]] = None,
        methods: Optional[Iterable[str]] = None,
        date_from: Optional[When] = None,
        recent: Optional[bool] = None,
        overlap_seconds: Optional[int] = None,
        late_ages: Optional[Iterable[int]] = None,
        gap_reach_seconds: Optional[int] = None,
        audit: Optional[str] = None,
        max_seconds: Optional[float] = None,
        wait_seconds: Optional[float] = None,
        progress: Progress = None,
    ) -> SyncReport:
        """As :meth:`Client.sync`. A cancelled task ends the sync at once, and what it did until then is kept. progress, a plain
        function, is called on the event loop's thread. Questions to this client wait until the sync has ended; those to the mirror
        don't."""
        told = None if progress is None else on_loop(asyncio.get_running_loop(), progress, (self, mirror))
        return await self._run(lambda: self._sync(
            mirror, told, campaign_ids=campaign_ids, methods=methods, date_from=date_from, recent=recent,
            overlap_seconds=overlap_seconds, late_ages=late_ages, gap_reach_seconds=gap_reach_seconds, audit=audit,
            max_seconds=max_seconds, wait_seconds=wait_seconds))

    async def acknowledge(self, method: str, *, consumer: str, through: Upto = Through.GIVEN) -> None:
        """As :meth:`Client.acknowledge`."""
        await self._run(lambda: self._acknowledge(method, consumer, through))

    # ---------------------------------------------------------------- webhooks

    async def ingest_webhook(
        self,
        body: Bytes,
        *,
        remote_address: Optional[str] = None,
        allow: Optional[Iterable[str]] = None,
        trusted_proxies: Optional[Iterable[str]] = None,
        forwarded_for: Optional[str] = None,
        token: Optional[str] = None,
        url: Optional[str] = None,
        max_body_bytes: Optional[int] = None,
    ) -> Event:
        """As :meth:`Client.ingest_webhook`. The event of a task that was cancelled may be kept; its webhook may come again."""
        return await self._run(lambda: self._ingest(
            body, remote_address=remote_address, allow=allow, trusted_proxies=trusted_proxies, forwarded_for=forwarded_for, token=token,
            url=url, max_body_bytes=max_body_bytes))

    def webhook_events(
        self,
        *,
        campaign_id: Optional[int] = None,
        contact_id: Optional[int] = None,
        date_from: Optional[When] = None,
        date_to: Optional[When] = None,
        trigger_type: Optional[str] = None,
        after: Optional[int] = None,
        page_size: Optional[int] = None,
    ) -> AsyncWebhookEvents:
        """As :meth:`Client.webhook_events`, for ``async for``."""
        return AsyncWebhookEvents(self._run, self._webhook_events(
            campaign_id=campaign_id, contact_id=contact_id, date_from=date_from, date_to=date_to, trigger_type=trigger_type, after=after,
            page_size=page_size))
