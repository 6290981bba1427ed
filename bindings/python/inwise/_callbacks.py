# SPDX-License-Identifier: MIT
"""What is raised in a callback can't cross C: it ends the call that called back, and is raised again when that has returned."""

from __future__ import annotations

import sys
import threading
from types import CodeType
from typing import Any, Callable, List, Optional, Set, Tuple

from ._library import lib


class _Call(threading.local):
    """The call that is running on this thread."""

    def __init__(self) -> None:
        self.client: Optional[int] = None
        #: What was raised in its callbacks.
        self.caught: List[BaseException] = []


_call = _Call()
Outer = Tuple[Optional[int], List[BaseException]]

#: The code of the functions that the library calls.
entries: Set[CodeType] = set()

#: The hook that _struck stands before.
_hook: Callable[[Any], object] = sys.unraisablehook


def keep(error: BaseException) -> None:
    """To be called in a callback that caught something; what ends the call is the callback's affair."""
    _call.caught.append(error)


def _struck(args: Any) -> None:
    """In place of sys.unraisablehook while the main thread's calls call back. A signal that came while a call waited is handled
    where a callback begins, outside its try: what the handler raises there is an interrupt too, and no fault of the callback."""
    place = args.exc_traceback
    code = place.tb_frame.f_code if place is not None else None
    if code in entries and place.tb_lineno == code.co_firstlineno:
        _call.caught.append(args.exc_value)
        lib.inwise_cancel(_call.client)
    else:
        _hook(args)


def begin(client: Optional[int]) -> Outer:
    """To be called before a call of this client that calls back; gives what end wants. Signal handlers run in the main thread alone."""
    global _hook
    outer = _call.client, _call.caught
    _call.client, _call.caught = client, []
    if threading.current_thread() is threading.main_thread() and sys.unraisablehook is not _struck:
        _hook, sys.unraisablehook = sys.unraisablehook, _struck
    return outer


def end(outer: Optional[Outer]) -> None:
    """To be called after it; raises what its callbacks did, of several the first. A call within another's callback leaves the hook to
    that one."""
    caught = _call.caught
    _call.client, _call.caught = outer or (None, [])
    if _call.client is None and threading.current_thread() is threading.main_thread() and sys.unraisablehook is _struck:
        sys.unraisablehook = _hook
    if caught:
        raise caught[0]
