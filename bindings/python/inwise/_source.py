# SPDX-License-Identifier: MIT
"""A source that is open: what Client and AsyncClient have in common."""

from __future__ import annotations

import json
import os
from operator import length_hint
from typing import Any, Callable, Iterable, Iterator, List, Mapping, Optional, Type, Union
from urllib.parse import urlsplit

from . import _callbacks, _library, _log
from ._answers import Answers
from ._arguments import NULL, Bytes, When, c_string, elements, json_object, when
from ._handle import Handle
from ._library import lib
from ._progress import Progress, teller
from ._row import R, Row
from .acknowledgement import Through, Upto
from .errors import ArgumentError
from .summary import ActivitiesSummary
from .sync_report import SyncReport
from .walk import Rows
from .webhook import Event, WebhookEvents, content, webhook_options

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

    #: What the repr says of the URL.
    _place = ""

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
        read_only: Optional[bool] = None,
        now: Optional[When] = None,
    ) -> None:
        failure: Optional[BaseException] = None
        try:
            self._open(url, {
                "api_key": api_key, "timeout_seconds": timeout_seconds, "connect_timeout_seconds": connect_timeout_seconds,
                "max_retries": max_retries, "max_retry_delay_seconds": max_retry_delay_seconds, "pages_in_flight": pages_in_flight,
                "requests_per_second": requests_per_second, "page_size": page_size, "page_base": page_base, "proxy": proxy,
                "ca_file": ca_file, "user_agent": user_agent, "max_response_bytes": max_response_bytes,
                "allow_insecure": allow_insecure, "paths": paths, "parameter_names": parameter_names,
                "read_only": read_only, "now": when("now", now, "T"),
            })
        except BaseException as error:
            # Whatever it is, the frames in its traceback know the key.
            failure = error.with_traceback(None)
            failure.__context__ = None
        # What a traceback would show of this frame.
        del url, api_key, proxy
        if failure is not None:
            Handle.close(self)
            raise failure

    def _open(self, url: str, options: Mapping[str, Any]) -> None:
        #: What recent methods gave and nobody took yet.
        self._recents = Answers()
        self._log_level = 0
        self._handle = _library.opened(lib.inwise_close, lib.inwise_open, c_string("url", url), json_object(options))
        self._place = _shown(url)

    def cancel(self) -> None:
        """Ends the calls in flight, also those that wait their turn or sleep before a retry: they raise
        :class:`CancelledError` at once. With none in flight nothing happens. Any thread, at any time."""
        lib.inwise_cancel(self._handle)

    def close(self) -> None:
        """Closes the client. Calls in flight on other threads are cancelled, and walks end with :class:`ClosedError`.
        Closing again does nothing."""
        super().close()

    def __repr__(self) -> str:
        return f"<inwise.{type(self).__name__}{self._place}{' (closed)' if self.closed else ''}>"

    # ---------------------------------------------------------------- questions

    def _rows(self, row: Type[R], *, date_from: Optional[When], date_to: Optional[When], **query: Any) -> Rows[R]:
        return Rows(self, row, {**query, "date_from": when("date_from", date_from), "date_to": when("date_to", date_to)})

    def _page(self, row: Type[R], query: Mapping[str, Any]) -> List[R]:
        return row._decode_page(self._call(_QUESTIONS[row._method], self._handle, json_object(query)) or b"[]")

    def _recent(self, row: Type[R], consumer: Optional[str], params: Optional[Mapping[str, Any]]) -> List[R]:
        if consumer is not None:
            return self._unacknowledged(row, consumer, params)
        while True:
            for rows in self._news(row, params):
                return rows

    def _news(self, row: Type[R], params: Optional[Mapping[str, Any]]) -> Iterator[List[R]]:
        """What is new, as one list. The service hands it out once: what reached nobody is there for who asks the same again."""
        query = json_object({"params": params})
        question = (row._method, query)
        while True:
            news: Iterator[List[R]] = self._recents.left(question, lambda answer: [row._decode_page(answer)])
            if length_hint(news):
                return news
            self._recents.ask(question, self._status, _RECENT[row._method], self._handle, query)

    def _unacknowledged(self, row: Type[R], consumer: str, params: Optional[Mapping[str, Any]]) -> List[R]:
        """A mirror's rows for a consumer. They come again until they are acknowledged, so nothing has to be kept here."""
        query = json_object({"consumer": consumer, "params": params})
        return row._decode_page(self._call(_RECENT[row._method], self._handle, query) or b"[]")

    def _summary(self, campaign_id: int, params: Optional[Mapping[str, Any]]) -> ActivitiesSummary:
        query = json_object({"campaign_id": campaign_id, "params": params})
        return ActivitiesSummary._decode(self._call(lib.inwise_activities_summary, self._handle, query) or b"{}")

    # ---------------------------------------------------------------- mirrors

    def _sync(
        self, mirror: Source, progress: Progress, *, campaign_ids: Optional[Iterable[int]], methods: Optional[Iterable[str]],
        date_from: Optional[When], late_ages: Optional[Iterable[int]], **options: Any,
    ) -> SyncReport:
        if not isinstance(mirror, Source):
            raise ArgumentError(
                f'"mirror" must be a client of a "file:" source, not {type(mirror).__name__}.', {"parameter": "mirror"})
        query = json_object({
            "campaign_ids": elements(campaign_ids), "methods": elements(methods), "date_from": when("date_from", date_from),
            "late_ages": elements(late_ages), **options})
        self._set_log()
        mirror._set_log()
        return SyncReport._decode(_library.result(
            self._calling_back, lib.inwise_sync, self._handle, mirror._handle, query, teller(progress), None))

    def _acknowledge(self, method: str, consumer: str, through: Upto) -> None:
        upto: object = through
        if isinstance(through, Row):
            upto = through._identity(method)
        elif isinstance(through, Through):
            upto = NULL if through is Through.BEGINNING else None
        elif through is None:
            raise ArgumentError(
                '"through" is None, which no row has for its id: pass the last row that was dealt with, or Through.BEGINNING to begin'
                ' again; leave it out for all that this client gave last.', {"parameter": "through"})
        self._call(lib.inwise_acknowledge, self._handle, json_object({"method": method, "consumer": consumer, "through": upto}))

    # ---------------------------------------------------------------- webhooks

    def _ingest(self, body: Bytes, **options: Any) -> Event:
        """An event that reached nobody, because something was raised when it had come, is kept all the same; its webhook may come again."""
        posted = content(body)
        event: Event = json.loads(
            self._call(lib.inwise_webhook_ingest, self._handle, posted, len(posted), webhook_options(**options)) or b"{}")
        return event

    def _webhook_events(self, *, date_from: Optional[When], date_to: Optional[When], **query: Any) -> WebhookEvents:
        return WebhookEvents(self, {**query, "date_from": when("date_from", date_from), "date_to": when("date_to", date_to)})

    # ---------------------------------------------------------------- calls

    def _call(self, function: Callable[..., int], *arguments: Any) -> Optional[bytes]:
        return _library.call(self._status, function, *arguments)

    def _status(self, function: Callable[..., int], *arguments: Any) -> int:
        """Every call that may wait: its status."""
        self._set_log()
        return self._calling_back(function, *arguments) if self._log_level else function(*arguments)

    def _calling_back(self, function: Callable[..., int], *arguments: Any) -> int:
        outer = None
        try:
            outer = _callbacks.begin(self._handle)
            return function(*arguments)
        finally:
            _callbacks.end(outer)

    def _set_log(self) -> None:
        """Tells the library which lines the logger wants now: no others are made."""
        level, handle = _log.level(), self._handle
        if level != self._log_level and lib.inwise_set_log(handle, level, _log.write, handle) == 0:
            self._log_level = level


def _shown(url: str) -> str:
    """A URL that the library took, without what may be secret: user, password, parameters."""
    if url.lower().startswith(("sandbox:", "file:")):
        return f" {url}"
    try:
        parts = urlsplit(url)
        return f" {parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if parts.netloc else ""
    except ValueError:
        return ""
