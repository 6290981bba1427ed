# SPDX-License-Identifier: MIT
"""Forked children: what a test does in one can hang or crash without taking the tests with it."""

import os
import signal
import traceback
from typing import Callable


def forked(work: Callable[[], object]) -> int:
    """Runs work in a child, which a signal ends should it hang; returns its pid."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(30)
            work()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    return pid


def check_children(pids: list[int]) -> None:
    """That all of them ended well: no failure, no crash, no alarm."""
    endings = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
    assert endings == [0] * len(pids), "a negative number is the signal that ended the child"


def in_child(work: Callable[[], object]) -> None:
    check_children([forked(work)])
