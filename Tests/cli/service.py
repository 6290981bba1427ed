# SPDX-License-Identifier: MIT
"""A service in this process that gives the rows it is told to, byte for byte."""

import contextlib
import http.server
import json
import threading
from urllib.parse import parse_qs, urlsplit


class Service:
    """Serves texts of rows in pages; from a page on it can fail, or say nothing more."""

    def __init__(self, rows=(), *, summary=None, status=200, fail_from=None, hang_from=None) -> None:
        self.rows = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
        self.summary = summary
        self.status = status
        self.fail_from = fail_from
        self.hang_from = hang_from
        self.requests = []
        self.released = threading.Event()
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                service.answer(self)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):
                """A client that goes away is no fault here."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, request) -> None:
        parameters = {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}
        page, size = int(parameters.get("page_index", 0)), int(parameters.get("page_size", 100))
        self.requests.append((request.path, dict(request.headers)))
        if self.hang_from is not None and page >= self.hang_from:
            self.released.wait(60)
        status = 500 if self.fail_from is not None and page >= self.fail_from else self.status
        if self.summary is not None:
            body = self.summary
        elif "/recent" in request.path:
            body, self.rows = "[" + ",".join(self.rows[:1000]) + "]", self.rows[1000:]
        else:
            body = "[" + ",".join(self.rows[page * size:(page + 1) * size]) + "]"
        body = body.encode()
        with contextlib.suppress(OSError):
            request.send_response(status)
            request.send_header("Content-Type", "application/json")
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
