# SPDX-License-Identifier: MIT
"""Receives the service's webhooks into a mirror: a WSGI application, for gunicorn, uWSGI, mod_wsgi, or by itself.

    pip install inwise
    export INWISE_MIRROR=file:mirror.db INWISE_WEBHOOK_TOKEN=…
    gunicorn webhook_wsgi:application        # or, to try it: python webhook_wsgi.py 8080

INWISE_WEBHOOK_TOKEN is a secret of 16 characters at least; the service is given the URL https://your.host/?token=…

Answers 200 once the event is kept; 403 to who is not the service; 400 to what is no webhook; and else 503: then it may come again.
"""

import os
import sys
from typing import Any, Callable, Dict, List
from wsgiref.simple_server import make_server

import inwise

#: Bytes of a body; a longer one is refused.
LONGEST = 1 << 20

TOKEN = os.environ["INWISE_WEBHOOK_TOKEN"]
mirror = inwise.Client(os.environ["INWISE_MIRROR"])


def body(environ: Dict[str, Any]) -> bytes:
    if environ.get("wsgi.input_terminated"):
        # It ends by itself, also where it comes in chunks and has no length.
        size = LONGEST + 1
    else:
        length = environ.get("CONTENT_LENGTH") or "0"
        size = min(int(length), LONGEST + 1) if length.isdecimal() else 0
    content: bytes = environ["wsgi.input"].read(size)
    return content


def application(environ: Dict[str, Any], start_response: Callable[..., Any]) -> List[bytes]:
    try:
        mirror.ingest_webhook(
            body(environ),
            remote_address=environ.get("REMOTE_ADDR", ""),
            trusted_proxies=["127.0.0.1", "::1"],  # on this machine; others are to be named
            forwarded_for=environ.get("HTTP_X_FORWARDED_FOR"),
            token=TOKEN,
            url=f"/?{environ.get('QUERY_STRING', '')}",
            max_body_bytes=LONGEST,
        )
        status = "200 OK"
    except inwise.AuthError:
        status = "403 Forbidden"
    except inwise.ProtocolError:
        status = "400 Bad Request"
    except inwise.InwiseError as error:
        print(f"webhook: {error}", file=environ["wsgi.errors"])
        status = "503 Service Unavailable"
    start_response(status, [("Content-Length", "0")])
    return []


if __name__ == "__main__":
    with mirror, make_server("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8080, application) as server:
        print(f"Listening at http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()
