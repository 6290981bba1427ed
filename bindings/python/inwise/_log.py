# SPDX-License-Identifier: MIT
"""The library's log lines, as records of the logger "inwise", made on the thread of the call that they tell of."""

from __future__ import annotations

import logging
import threading
from typing import List, Optional

from ._library import LogFunction, lib

logger = logging.getLogger("inwise")
logger.addHandler(logging.NullHandler())

#: inwise_log_level -> logging's.
LEVELS = {4: logging.DEBUG, 3: logging.INFO, 2: logging.WARNING, 1: logging.ERROR}


class _Interrupts(threading.local):
    """What interrupted a handler, to be raised again when the call has returned: it can't cross C."""

    def __init__(self) -> None:
        self.caught: List[BaseException] = []


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


#: The callback of every client; its context is the client's handle. It lives as long as the process.
write = LogFunction(_write)


def reraise() -> None:
    """Raises what interrupted a handler during a call on this thread; of several the first."""
    if _interrupts.caught:
        first = _interrupts.caught[0]
        _interrupts.caught.clear()
        raise first
