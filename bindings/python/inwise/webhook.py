# SPDX-License-Identifier: MIT
"""Webhooks: what one tells, and what a mirror was told by them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Mapping, Optional

from . import _library
from ._arguments import Bytes, elements, json_object
from ._library import lib
from .errors import ArgumentError
from .walk import Walkable

if TYPE_CHECKING:
    from ._source import Source

#: An event, as ``inwise.h`` describes it at ``inwise_webhook_parse``.
Event = Dict[str, Any]


def parse_webhook(
    body: Bytes,
    *,
    remote_address: Optional[str] = None,
    allow: Optional[Iterable[str]] = None,
    trusted_proxies: Optional[Iterable[str]] = None,
    forwarded_for: Optional[str] = None,
    token: Optional[str] = None,
    url: Optional[str] = None,
    max_body_bytes: Optional[int] = None,
) -> Event:
    """Reads one webhook: the body of a POST, as the service sends it, as an event. :meth:`Client.ingest_webhook` also keeps it.

    >>> event = parse_webhook(
    ...     b"timeStamp=02%2f10%2f2022+15%3a58%3a01&Trigger_Type=emailopened&Campaign_id=1646090&contact%5bid%5d=1&contact%5bfield1%5d=x")
    >>> event["timestamp"], event["trigger_type"], event["contact"]
    ('2022-02-10 15:58:01', 'emailOpened', {'id': 1, 'field1': 'x'})

    An e-mail's event has the row that the service will give of it: ``funnel.add(event["kind"], [event["row"]])``.

    The service does not sign its webhooks: whoever knows where they go can post whatever looks like one. So take them from its
    addresses only (remote_address), or with a secret in the URL that the service was given (token and url), best both, and over https.

    :param body: as it came: application/x-www-form-urlencoded.
    :param remote_address: who sent it, as the web server sees it. None: no address is looked at.
    :param allow: addresses and networks ("10.0.0.0/8") that may send, 1 to 100; None for the service's own two.
    :param trusted_proxies: up to 100 addresses and networks of proxies of your own. Where one of them is the sender, the last address of
        forwarded_for that is none of them counts instead.
    :param forwarded_for: the X-Forwarded-For header; heeded for trusted_proxies alone.
    :param token: a secret of 16 to 200 characters, none of them a blank, + % & or #, which url must have as its parameter "token". None: none
        is asked for.
    :param url: the URL that was asked for, or what follows its host: "/inwise?token=…".
    :param max_body_bytes: 1 to 16777216; None is 1048576.
    :return: its members in the order, and with the meanings, that ``inwise.h`` gives at ``inwise_webhook_parse``. Times are texts.
    :raises AuthError: an address or a token that is not allowed: answer with 403.
    :raises ProtocolError: no webhook: answer with 400.
    """
    posted = content(body)
    event: Event = json.loads(_library.result(lib.inwise_webhook_parse, posted, len(posted), webhook_options(
        remote_address=remote_address, allow=allow, trusted_proxies=trusted_proxies, forwarded_for=forwarded_for, token=token,
        url=url, max_body_bytes=max_body_bytes)))
    return event


def content(body: Bytes) -> bytes:
    """A body as C takes it."""
    try:
        return body if isinstance(body, bytes) else bytes(memoryview(body))
    except TypeError:
        raise ArgumentError(
            f'"body" must be bytes, as they came, not {type(body).__name__}.', {"parameter": "body"}) from None


def webhook_options(
    *, allow: Optional[Iterable[str]], trusted_proxies: Optional[Iterable[str]], **options: Any
) -> bytes:
    """The options of a webhook as the library takes them."""
    return json_object({**options, "allow": elements(allow), "trusted_proxies": elements(trusted_proxies)})


class WebhookEvents(Walkable[Event]):
    """The events that webhooks told a mirror of, in order of arrival: dictionaries such as :func:`parse_webhook` gives, each with
    ``event_id``, ``state`` and ``received``, the mirror's time. Each iteration is a new walk, and nothing is asked before it begins.
    After an error the same iterator goes on from where it stood."""

    def __init__(self, source: Source, query: Mapping[str, Any]) -> None:
        super().__init__(source, "webhookEvents", query)

    def _decode(self, page: bytes) -> List[Event]:
        events: List[Event] = json.loads(page)
        return events
