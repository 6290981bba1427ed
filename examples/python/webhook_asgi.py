# SPDX-License-Identifier: MIT
"""Receives the service's webhooks into a mirror: an ASGI application, for uvicorn, hypercorn, or to be mounted in any framework.

    pip install inwise uvicorn
    export INWISE_MIRROR=file:mirror.db INWISE_WEBHOOK_TOKEN=…
    uvicorn webhook_asgi:application

INWISE_WEBHOOK_TOKEN is a secret of 16 characters at least; the service is given the URL https://your.host/?token=…

Answers 200 once the event is kept; 403 to who is not the service; 400 to what is no webhook; and else 503: then it may come again.
"""

import logging
import os
from typing import Any, Awaitable, Callable, Dict, Optional

import inwise

#: Bytes of a body; a longer one is refused.
LONGEST = 1 << 20

TOKEN = os.environ["INWISE_WEBHOOK_TOKEN"]
mirror = inwise.AsyncClient(os.environ["INWISE_MIRROR"])

Receive = Callable[[], Awaitable[Dict[str, Any]]]
Send = Callable[[Dict[str, Any]], Awaitable[None]]


async def body(receive: Receive) -> Optional[bytes]:
    """None if the sender went away."""
    content, more = b"", True
    while more and len(content) <= LONGEST:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        content += message.get("body", b"")
        more = message.get("more_body", False)
    return content


async def status(scope: Dict[str, Any], content: bytes) -> int:
    forwarded = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    try:
        await mirror.ingest_webhook(
            content,
            remote_address=scope["client"][0] if scope["client"] else "",
            trusted_proxies=["127.0.0.1", "::1"],  # on this machine; others are to be named
            forwarded_for=b",".join(forwarded).decode("latin-1"),
            token=TOKEN,
            url=f"/?{scope['query_string'].decode('latin-1')}",
            max_body_bytes=LONGEST,
        )
        return 200
    except inwise.AuthError:
        return 403
    except inwise.ProtocolError:
        return 400
    except inwise.InwiseError as error:
        logging.getLogger("webhook").error("%s", error)
        return 503


async def application(scope: Dict[str, Any], receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        raise NotImplementedError(f"There is nothing here for {scope['type']}.")
    content = await body(receive)
    if content is not None:
        await send({"type": "http.response.start", "status": await status(scope, content), "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})
