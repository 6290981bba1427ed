# SPDX-License-Identifier: MIT
"""What is open in the library until it is closed."""

from __future__ import annotations

import warnings
from typing import Any, Callable, ClassVar, Optional, Tuple, TypeVar, Union

Self = TypeVar("Self", bound="Handle")


class Handle:
    """A handle that a with block, close() or, as a safety net, the garbage collector closes."""

    _handle: Optional[int] = None
    _release: ClassVar[Any]
    #: Whether it warns if it was not closed.
    _warns = True

    @property
    def closed(self) -> bool:
        """Whether it is closed."""
        return self._handle is None

    def close(self) -> None:
        """Closes it. Closing again does nothing."""
        handle, self._handle = self._handle, None
        if handle is not None:
            self._release(handle)

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self, _warn: Callable[..., None] = warnings.warn) -> None:
        # The default argument is there when the interpreter ends and modules have been emptied.
        if self._handle is not None:
            try:
                if self._warns:
                    _warn(f"{self!r} was not closed: use a with block, or close()", ResourceWarning, source=self)
            finally:
                self.close()

    def __reduce__(self) -> Union[str, Tuple[Any, ...]]:
        raise TypeError(f"{type(self).__name__} can't be copied or pickled: open one where it is needed")

    def __repr__(self) -> str:
        return f"<inwise.{type(self).__name__}{' (closed)' if self.closed else ''}>"
