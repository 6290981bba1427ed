# SPDX-License-Identifier: MIT
"""The callback of a sync."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, wait
from typing import Any, Callable, Optional, Sequence

from . import _callbacks
from ._handle import Handle
from ._library import ProgressFunction
from .errors import CancelledError
from .sync_report import SyncProgress

#: How often it is looked whether an event loop that is to answer still can.
_LOOK_SECONDS = 0.05

#: Told how a sync goes; False stops it.
Progress = Optional[Callable[[SyncProgress], object]]


def teller(progress: Progress) -> Any:
    """What the library calls after every step, also where nobody asks for progress: it is where signal handlers run."""

    def tell(text: bytes, _: object) -> int:
        try:
            return int(progress is not None and progress(SyncProgress._decode(text)) is False)
        except BaseException as error:
            _callbacks.keep(error)
            return 1

    _callbacks.entries.add(tell.__code__)
    return ProgressFunction(tell)


def on_loop(
    loop: asyncio.AbstractEventLoop, progress: Callable[[SyncProgress], object], clients: Sequence[Handle]
) -> Callable[[SyncProgress], object]:
    """progress, called on the event loop's thread while this one waits for it: not longer than the loop runs and the clients are
    open, since a loop's thread may itself be waiting in close, for this one."""

    def told(state: SyncProgress) -> object:
        answer: Future[object] = Future()

        def ask() -> None:
            try:
                answer.set_result(progress(state))
            except BaseException as error:
                answer.set_exception(error)

        try:
            loop.call_soon_threadsafe(ask)
        except RuntimeError:
            pass  # it is closed
        while loop.is_running() and not any(client.closed for client in clients):
            if wait([answer], _LOOK_SECONDS).done:
                return answer.result()
        raise CancelledError("The event loop that awaited the sync has ended, or one of its clients was closed.")

    return told
