# SPDX-License-Identifier: MIT
"""The library's log lines, as records of the logger "inwise", made on the thread of the call that they tell of."""

from __future__ import annotations

import logging
from typing import Optional

from . import _callbacks
from ._library import LogFunction, lib

logger = logging.getLogger("inwise")
logger.addHandler(logging.NullHandler())

#: inwise_log_level -> logging's.
LEVELS = {4: logging.DEBUG, 3: logging.INFO, 2: logging.WARNING, 1: logging.ERROR}


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
        _callbacks.keep(interrupt)
        lib.inwise_cancel(client)


_callbacks.entries.add(_write.__code__)

#: The callback of every client; its context is the client's handle. It lives as long as the process.
write = LogFunction(_write)
