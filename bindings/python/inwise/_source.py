# SPDX-License-Identifier: MIT
"""A source that is open: what Client and AsyncClient have in common."""

from __future__ import annotations

import os
import re
from collections import deque
from typing import Any, Callable, Deque, Dict, List, Mapping, Optional, Tuple, Type, Union
from urllib.parse import urlsplit

from . import _library, _log
from ._arguments import c_string, json_object
from ._handle import Handle
from ._library import lib
from ._row import R
from .errors import InwiseError
from .summary import ActivitiesSummary

_QUESTIONS = {
    "sentEmails": lib.inwise_sent_emails,
    "undelivered": lib.inwise_undelivered,
    "activities": lib.inwise_activities,
}
_RECENT = {
    "sentEmails": lib.inwise_recent_sent_emails,
    "undelivered": lib.inwise_recent_undelivered,
    "activities": lib.inwise_recent_activities,
}


#: The service.
SERVICE = "https://api.inwise.com/rest/v1"


class Source(Handle):
    """An inwise_client, and every call on it."""

    _release = lib.inwise_close

    def __init__(
        self,
        url: str = SERVICE,
        *,
        api_key: Optional[str] = None,
        timeout_seconds: Optional[float] = None,
        connect_timeout_seconds: Optional[float] = None,
        max_retries: Optional[int] = None,
        max_retry_delay_seconds: Optional[float] = None,
        pages_in_flight: Optional[int] = None,
        requests_per_second: Optional[float] = None,
        page_size: Optional[int] = None,
        page_base: Union[int, str, None] = None,
        proxy: Optional[str] = None,
        ca_file: Union[str, os.PathLike[str], None] = None,
        user_agent: Optional[str] = None,
        max_response_bytes: Optional[int] = None,
        allow_insecure: Optional[bool] = None,
        paths: Optional[Mapping[str, str]] = None,
        parameter_names: Optional[Mapping[str, str]] = None,
    ) -> None:
        failure = self._open(url, {
            "api_key": api_key, "timeout_seconds": timeout_seconds, "connect_timeout_seconds": connect_timeout_seconds,
            "max_retries": max_retries, "max_retry_delay_seconds": max_retry_delay_seconds, "pages_in_flight": pages_in_flight,
            "requests_per_second": requests_per_second, "page_size": page_size, "page_base": page_base, "proxy": proxy,
            "ca_file": ca_file, "user_agent": user_agent, "max_response_bytes": max_response_bytes,
            "allow_insecure": allow_insecure, "paths": paths, "parameter_names": parameter_names,
        })
        # What a traceback would show of this frame.
        del api_key, proxy
        if failure is not None:
            raise failure

    def _open(self, url: str, options: Mapping[str, Any]) -> Optional[InwiseError]:
        """Opens the source. An error is given back bare: a traceback would hold the frames that know the key."""
        self._url = url
        #: An entry for each call that is in the library, or waits to be.
        self._inside: Deque[None] = deque()
        #: Cursors that nobody walks any more and that are still to be closed.
        self._abandoned: Deque[int] = deque()
        #: Answers of recent methods that were read and, because of an error, given to nobody.
        self._kept: Dict[str, bytes] = {}
        self._log_level = 0
        try:
            self._handle = _library.opened(lib.inwise_open, c_string("url", url), json_object(options))
        except InwiseError as error:
            error.__context__ = None
            return error.with_traceback(None)
        return None

    def cancel(self) -> None:
        """Ends the calls in flight, also those that wait their turn or sleep before a retry: they raise
        :class:`CancelledError` at once. With none in flight nothing happens. Any thread, at any time."""
        lib.inwise_cancel(self._handle)

    def close(self) -> None:
        """Closes the client. Calls in flight on other threads are cancelled, and walks end with :class:`ClosedError`.
        Closing again does nothing."""
        super().close()
        self._close_abandoned()

    def __repr__(self) -> str:
        return f"<inwise.{type(self).__name__} {_shown(self._url)}{' (closed)' if self.closed else ''}>"

    # ---------------------------------------------------------------- questions

    def _page(self, row: Type[R], query: Mapping[str, Any]) -> List[R]:
        return row._decode_page(self._call(_QUESTIONS[row._method], self._handle, json_object(query)) or b"[]")

    def _recent(self, row: Type[R], params: Optional[Mapping[str, Any]]) -> Tuple[bytes, List[R]]:
        """What is new, as it came and decoded. The service hands it out once: what reaches nobody is kept for the next call."""
        answer = self._kept.pop(row._method, None)
        if answer is None:
            answer = self._call(_RECENT[row._method], self._handle, json_object({"params": params})) or b"[]"
        try:
            return answer, row._decode_page(answer)
        except BaseException:
            self._keep(row, answer)
            raise

    def _keep(self, row: Type[R], answer: bytes) -> None:
        self._kept[row._method] = answer

    def _summary(self, campaign_id: int, params: Optional[Mapping[str, Any]]) -> ActivitiesSummary:
        query = json_object({"campaign_id": campaign_id, "params": params})
        return ActivitiesSummary._decode(self._call(lib.inwise_activities_summary, self._handle, query) or b"{}")

    # ---------------------------------------------------------------- calls

    def _call(self, function: Callable[..., int], *arguments: Any) -> Optional[bytes]:
        """Every call that may wait."""
        self._inside.append(None)
        try:
            self._set_log()
            return _library.call(function, *arguments)
        finally:
            self._inside.pop()
            self._close_abandoned()
            _log.reraise()

    def _set_log(self) -> None:
        """Tells the library which lines the logger wants now: no others are made."""
        level = _log.level()
        if level != self._log_level and self._handle is not None:
            lib.inwise_set_log(self._handle, level, _log.write, self._handle)
            self._log_level = level

    def _abandon(self, cursor: int) -> None:
        """Closes a cursor when no call is inside. Closing waits for its turn, and a finalizer comes anywhere: on an event
        loop's thread, or in a log handler during a call of this client, which then waits for itself."""
        self._abandoned.append(cursor)
        self._close_abandoned()

    def _close_abandoned(self) -> None:
        while self._abandoned and not self._inside:
            try:
                lib.inwise_cursor_close(self._abandoned.popleft())
            except IndexError:  # another thread was quicker
                break


def _shown(url: str) -> str:
    """A URL without what may be secret: user, password, parameters."""
    if not re.match("https?:", str(url), re.IGNORECASE):
        return url if str(url).lower().startswith("sandbox:") else "(no source)"
    try:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    except ValueError:
        return "(no URL)"
