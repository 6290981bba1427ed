# SPDX-License-Identifier: MIT
"""Exceptions that strike anywhere in the package, as those do that a signal handler raises."""

import contextlib
import dis
import functools
import pathlib
import sys
from types import CodeType, FrameType
from typing import Any, Iterator, Mapping, Type

import inwise
import pytest

#: For tests that strike.
can_strike = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="where other Pythons run signal handlers is not known here")

PACKAGE = str(pathlib.Path(inwise.__file__).parent)


@functools.lru_cache(maxsize=None)
def places(code: CodeType) -> Mapping[int, str]:
    """Where Python runs signal handlers: on entry, after each call, and after each jump back; by the instruction before."""
    instructions = list(dis.get_instructions(code))
    return {
        **{now.argval: now.opname for now in instructions if "JUMP_BACKWARD" in now.opname},
        **{then.offset: now.opname for now, then in zip(instructions, instructions[1:]) if now.opname.startswith(("CALL", "RESUME"))},
    }


@contextlib.contextmanager
def striking(place: int, error: Type[BaseException]) -> Iterator[None]:
    """Raises error at the so-manieth place that this thread comes to."""
    left = place
    returned = False

    def enter(frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(PACKAGE):
            return None
        frame.f_trace_lines, frame.f_trace_opcodes = False, True
        return step

    def step(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left, returned
        if event == "opcode":
            after = places(frame.f_code).get(frame.f_lasti)
            # Of a function in Python that was called from Python no handler runs at its return, but one does at its entry.
            if after is not None and not (after == "CALL" and returned):
                left -= 1
                if left == -1:
                    sys.settrace(None)
                    raise error
        returned = event == "return" and frame.f_code.co_name != "__init__"
        return step

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        yield
    finally:
        sys.settrace(before)
