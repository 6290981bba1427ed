# SPDX-License-Identifier: MIT
"""The library's log lines, as records of the logger "inwise", made on the thread of the call that they tell of."""

from __future__ import annotations

import logging
import sys
import threading
from typing import Any, Callable, List, Optional

from ._library import LogFunction, lib

logger = logging.getLogger("inwise")
logger.addHandler(logging.NullHandler())

#: inwise_log_level -> logging's.
LEVELS = {4: logging.DEBUG, 3: logging.INFO, 2: logging.WARNING, 1: logging.ERROR}


class _Interrupts(threading.local):
    """What interrupted a handler, to be raised again when the call has returned: it can't cross C."""

    def __init__(self) -> None:
        self.caught: List[BaseException] = []
        #: The client whose call is running.
        self.client: Optional[int] = None


_interrupts = _Interrupts()


def level() -> int:
    """The level that the logger is enabled for, as the library numbers it; 0 for none."""
    return next((ours for ours, theirs in LEVELS.items() if logger.isEnabledFor(theirs)), 0)


def _write(level: int, line: bytes, client: Optional[int]) -> None:
    # What a handler or filter raises ctypes hands to sys.unraisablehook; the call goes on.
    try:
        logger.log(LEVELS.get(level, logging.DEBUG), "%s", line.decode("utf-8", "replace"))
    except Exception:
        raise
    except BaseException as interrupt:  # Ctrl-C, as a rule: the call ends
        _interrupts.caught.append(interrupt)
        lib.inwise_cancel(client)


def _struck(args: Any) -> None:
    """In place of sys.unraisablehook while the main thread's calls are logged. A signal that came while a call waited is handled
    where _write begins, outside its try: what the handler raises there is an interrupt too, and no fault of a log handler."""
    place, code = args.exc_traceback, _write.__code__
    if place is not None and place.tb_frame.f_code is code and place.tb_lineno == code.co_firstlineno:
        _interrupts.caught.append(args.exc_value)
        lib.inwise_cancel(_interrupts.client)
    else:
        _hook(args)


#: The hook that _struck stands before.
_hook: Callable[[Any], object] = sys.unraisablehook


def begin(client: Optional[int]) -> Optional[int]:
    """To be called before a call whose lines are wanted; gives what end wants. Signal handlers run in the main thread alone."""
    global _hook
    outer, _interrupts.client = _interrupts.client, client
    if threading.current_thread() is threading.main_thread() and sys.unraisablehook is not _struck:
        _hook, sys.unraisablehook = sys.unraisablehook, _struck
    return outer


def end(outer: Optional[int]) -> None:
    """To be called after it. A call within a log handler of another leaves the hook to that one."""
    _interrupts.client = outer
    if outer is None and threading.current_thread() is threading.main_thread() and sys.unraisablehook is _struck:
        sys.unraisablehook = _hook


#: The callback of every client; its context is the client's handle. It lives as long as the process.
write = LogFunction(_write)


def reraise() -> None:
    """Raises what interrupted a handler during a call on this thread; of several the first."""
    if _interrupts.caught:
        first = _interrupts.caught[0]
        _interrupts.caught.clear()
        raise first
