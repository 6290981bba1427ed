# SPDX-License-Identifier: MIT
"""Answers that come once, such as a walk's pages, and what keeps them from being lost."""

from __future__ import annotations

from collections import deque
from ctypes import byref, c_char_p, c_void_p
from operator import length_hint
from typing import Any, Callable, Deque, Generic, Iterable, Iterator, Optional, TypeVar

from ._library import check, lib

T = TypeVar("T")
Decode = Callable[[bytes], Iterable[T]]


class Answer(Generic[T]):
    """The text that a call gives and, once somebody wants them, the items in it."""

    def __init__(self, question: object) -> None:
        self.question = question
        self.pointer = c_void_p()

    def text(self) -> Optional[bytes]:
        """None if there is none, or it has been freed."""
        pointer = vars(self).get("pointer")
        return c_char_p.from_buffer(pointer).value if pointer is not None else None

    def items(self, decode: Decode[T]) -> Iterator[T]:
        """What nobody has taken yet: the same iterator for everybody, each of whose items one taker gets."""
        items: Optional[Iterator[T]] = vars(self).get("_items")
        if items is None:
            text = self.text()
            if text is None or text.startswith(b"{"):
                # Freed by another thread, which then has set the items; or an error, if something was raised before its status
                # was known: then the call is made again.
                text, decode = b"", lambda _: ()
            items = vars(self).setdefault("_items", iter(list(decode(text))))
            self.free()
        return items

    def is_spent(self) -> bool:
        """Whether all that was in it has been taken."""
        items = vars(self).get("_items")
        return items is not None and not length_hint(items)

    def free(self) -> None:
        """Frees the text, which one thread alone can do; others find none."""
        pointer: Optional[c_void_p] = vars(self).pop("pointer", None)
        if pointer is not None:
            address, pointer.value = pointer.value, None
            lib.inwise_free(address)


class Answers:
    """Answers that came, until all that is in them has been taken.

    A signal handler may raise between any two steps here, Ctrl-C most of all as soon as the library returns; so may a log handler.
    Tasks are cancelled, event loops closed, and threads share a walk. So no answer is ever one frame's own: from the library's
    return on it is in this queue, every step may be done again or by two threads at once, and nothing locks.
    """

    def __init__(self) -> None:
        self._queue: Deque[Answer[Any]] = deque()

    def left(self, question: object, decode: Decode[T]) -> Iterator[T]:
        """The items that are left of an answer to the question; none if no answer is there.

        To be taken by a for loop that returns at once: between taking and returning it makes no call and no jump back, so no
        signal handler runs there.
        """
        for answer in tuple(self._queue):
            if answer.question == question:
                items: Iterator[T] = answer.items(decode)
                if length_hint(items):
                    return items
            if answer.is_spent():
                self._drop(answer)
        return iter(())

    def ask(self, question: object, function: Callable[..., int], *arguments: Any) -> bool:
        """Calls a function whose last parameter receives a text, and keeps that; False if there is no more. Raises the error."""
        answer: Answer[Any] = Answer(question)
        status = 0  # as long as it isn't known
        try:
            status = function(*arguments, byref(answer.pointer))
        finally:
            if status == 0 and answer.pointer:
                self._queue.append(answer)
        if status == 0:
            return True
        try:
            check(status, answer.text())
        finally:
            answer.free()
        return False

    def clear(self) -> None:
        """Drops them all."""
        for answer in tuple(getattr(self, "_queue", ())):  # there is none if making this was interrupted
            self._drop(answer)

    def _drop(self, answer: Answer[Any]) -> None:
        try:
            self._queue.remove(answer)
        except ValueError:
            pass  # another thread was quicker
        answer.free()

    def __del__(self) -> None:
        self.clear()
