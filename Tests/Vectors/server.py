# SPDX-License-Identifier: MIT
"""Plays the service for the golden vectors beside this file: /AREA/CASE/campaigns/email/METHOD answers as AREA/CASE says.

Run as a program it prints its URL on one line, and serves until its standard input closes. Other programs import `serving`.
"""

import contextlib
import http.server
import json
import pathlib
import re
import sys
import threading
import time
from urllib.parse import parse_qs, urlsplit

VECTORS = pathlib.Path(__file__).resolve().parent


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection, kept alive."""

    protocol_version = "HTTP/1.1"
    # Head and body in one piece: in two, each answer would wait 40 ms for the other side's acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        target = urlsplit(self.path)
        case = re.match(r"/([a-z0-9-]+/[a-z0-9-]+)/", target.path)
        folder = VECTORS / case[1] if case else None
        if folder is None or not (folder / "case.json").is_file():
            return self.answer(404, {}, b'{"message": "There is no such case."}')
        number = int(parse_qs(target.query).get("page_index", ["0"])[0])
        service = json.loads((folder / "case.json").read_bytes()).get("service", {})
        if service.get("page", number) != number:
            service = {}
        time.sleep(service.get("wait", 0))
        if service.get("close"):
            self.close_connection = True
            return
        status = service.get("status", 200)
        page = folder / f"page-{number}.json"
        body = page.read_bytes() if page.is_file() else b"[]" if status == 200 else b"{}"
        self.answer(status, service.get("headers", {}), body)

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        # A length that is not the body's: the connection ends where the body does.
        self.close_connection = self.close_connection or headers.get("Content-Length", str(len(body))) != str(len(body))

    def log_message(self, *_) -> None:
        """Says nothing."""


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    # Tests in parallel connect all at once; connections beyond the queue would be tried again seconds later.
    request_queue_size = 128

    def handle_error(self, *_) -> None:
        """A client that goes away is no fault here."""


@contextlib.contextmanager
def serving():
    """Serves in this process, and gives the URL below which the cases are."""
    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


if __name__ == "__main__":
    with serving() as url:
        print(url, flush=True)
        sys.stdin.read()
