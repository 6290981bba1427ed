# SPDX-License-Identifier: MIT
"""What can go wrong: one class for each status of the library, all of them :class:`InwiseError`.

Where Python has an exception for the same thing, the class is that as well: ``except ConnectionError`` catches a
:class:`NetworkError`. No error holds the API key, or rows. The client stays usable after each of them.
"""

from __future__ import annotations

import builtins
from typing import Any, ClassVar, Dict, Mapping, Optional, Tuple, Type


class InwiseError(Exception):
    """What went wrong, in a sentence that says what to do about it, with the facts as attributes.

    >>> import inwise
    >>> try:
    ...     inwise.Client("ftp://example.com")
    ... except inwise.InwiseError as error:
    ...     print(error.status, error.code, error.parameter)
    argument -1 url
    """

    _status: ClassVar[str] = "unknown"
    _code: ClassVar[int] = 0
    #: What is said where the library gives no text.
    _words: ClassVar[str] = "The call failed, and the library does not say why."

    #: What happened, and what to do about it.
    message: str
    #: All that the library told: the attributes below, and whatever a newer library adds.
    details: Dict[str, Any]

    def __init__(self, message: str = "", details: Optional[Mapping[str, Any]] = None) -> None:
        self.message = message or self._words
        self.details = {"status": self._status, "code": self._code, **(details or {}), "message": self.message}
        super().__init__(self.message)

    def __reduce__(self) -> Tuple[Type[InwiseError], Tuple[str, Dict[str, Any]]]:
        return type(self), (self.message, self.details)

    @property
    def status(self) -> str:
        """The status's name, for example ``"rate_limit"``."""
        return str(self.details["status"])

    @property
    def code(self) -> int:
        """The status's number in ``inwise.h``, below 0."""
        return int(self.details["code"])

    @property
    def http_status(self) -> Optional[int]:
        """The HTTP status, where there was an answer."""
        return self.details.get("http_status")

    @property
    def attempts(self) -> Optional[int]:
        """How many requests were made for the call, repeats included."""
        return self.details.get("attempts")

    @property
    def retry_after(self) -> Optional[int]:
        """After how many seconds the service says to come back."""
        return self.details.get("retry_after")

    @property
    def method(self) -> Optional[str]:
        """The method that was asked for, in the service's spelling: ``"activities"``."""
        return self.details.get("method")

    @property
    def parameter(self) -> Optional[str]:
        """The option, query key or parameter at fault."""
        return self.details.get("parameter")


class ArgumentError(InwiseError, ValueError):
    """An option, key or value that is not allowed; ``parameter`` names it. Nothing was sent."""

    _status, _code = "argument", -1
    _words = "An argument is not allowed, or there is more than can be counted. Nothing has changed."


class AuthError(InwiseError, PermissionError):
    """HTTP 401 or 403: the key is wrong, or has no REST permission; or a webhook from an address or with a token that is not allowed."""

    _status, _code = "auth", -2


class NotFoundError(InwiseError, LookupError):
    """HTTP 404."""

    _status, _code = "not_found", -3


class RateLimitError(InwiseError):
    """HTTP 429 after the retries, or told to come back later than the call may take: ``retry_after`` says when."""

    _status, _code = "rate_limit", -4


class HTTPError(InwiseError):
    """Any other HTTP answer that is not a success and not 5xx; redirects too, which are not followed."""

    _status, _code = "http", -5


class ServerError(InwiseError):
    """HTTP 5xx after the retries."""

    _status, _code = "server", -6


class NetworkError(InwiseError, ConnectionError):
    """No connection, a broken one, or TLS that can't be trusted."""

    _status, _code = "network", -7


class TimeoutError(InwiseError, builtins.TimeoutError):
    """The call's time ran out: ``timeout_seconds``."""

    _status, _code = "timeout", -8


class CancelledError(InwiseError):
    """``cancel()`` was called on the client. Not to be confused with :class:`asyncio.CancelledError`."""

    _status, _code = "cancelled", -9


class ProtocolError(InwiseError):
    """The answer is not what the API describes; or rows given to a funnel are none; or a walk's pages never advance; or a body is no webhook."""

    _status, _code = "protocol", -10


class StoreError(InwiseError):
    """The local database."""

    _status, _code = "store", -11


class ClosedError(InwiseError):
    """The client, walk or funnel is closed."""

    _status, _code = "closed", -12
    _words = "It is closed: open a new one."


class OutOfMemoryError(InwiseError, MemoryError):
    """No memory for a result."""

    _status, _code = "memory", -13
    _words = "There is no memory for the result."


class InternalError(InwiseError):
    """A bug in the library: please report it."""

    _status, _code = "internal", -14


BY_CODE: Dict[int, Type[InwiseError]] = {
    kind._code: kind
    for kind in (
        ArgumentError, AuthError, NotFoundError, RateLimitError, HTTPError, ServerError, NetworkError, TimeoutError,
        CancelledError, ProtocolError, StoreError, ClosedError, OutOfMemoryError, InternalError,
    )
}
